//! How long a server may take: a limit for the whole, fixed when it begins, and a shorter one for silence. A large mail may
//! take its time as long as it comes; a server that stops in the middle of one is not waited for.

use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::error::ImapError;
use super::guard::Heard;

/// Runs `work` to its end, at most for `limit`. It is given up as well once no octet came for `quiet`, noticed at the latest
/// after twice that.
pub(super) async fn patient<T>(
    heard: &Heard,
    quiet: Duration,
    limit: Duration,
    work: impl Future<Output = Result<T, ImapError>>,
) -> Result<T, ImapError> {
    let mut work = pin!(work);
    let end = Instant::now() + limit;
    loop {
        let before = heard.octets();
        let wait = quiet.min(end.saturating_duration_since(Instant::now()));
        match timeout(wait, work.as_mut()).await {
            Ok(done) => return done,
            Err(_) if heard.octets() == before || Instant::now() >= end => return Err(ImapError::Timeout),
            Err(_) => {}
        }
    }
}
