//! One try to sign in. Counting, verifying and noting a failure happen while holding one of the few hashing permits,
//! so a burst of parallel tries cannot slip past the count.

use std::net::IpAddr;

use chrono::Duration;

use super::{AuthError, digest, password};
use crate::desk::Desk;
use crate::store::Account;

/// Failures are counted over this many minutes.
pub(super) const WINDOW_MINUTES: i64 = 15;
/// Failures after which an address (with or without an account) must wait.
pub(super) const ACCOUNT_LIMIT: i64 = 10;
/// Failures after which a client address must wait: higher, because a whole ministry can be one address.
pub(super) const CLIENT_LIMIT: i64 = 50;

/// How a try ended.
#[derive(Debug)]
pub(super) enum Try {
    /// The right password of an account in use.
    Right(Account),
    /// Anything else; which of them is nobody's business.
    Wrong,
    /// Too many failures lately: nothing was verified.
    Throttled,
}

/// Tries an address and a password, from a client.
pub(super) async fn try_sign_in(
    desk: &Desk,
    email: &str,
    password: String,
    client: IpAddr,
) -> Result<Try, AuthError> {
    let email = email.trim().to_lowercase();
    let keys = [
        // People type their password where the address belongs: the digest keeps it out of the store.
        (format!("account:{}", digest(&email)), ACCOUNT_LIMIT),
        (format!("client:{client}"), CLIENT_LIMIT),
    ];
    let _permit = password::HASHING.acquire().await.map_err(|_| AuthError::Stopped)?;
    let now = desk.clock().now();
    for (key, limit) in &keys {
        let since = now - Duration::minutes(WINDOW_MINUTES);
        if desk.store().sign_in_failures(key, since).await? >= *limit {
            return Ok(Try::Throttled);
        }
    }
    let account = desk.store().account_by_email(&email).await?;
    let usable = account.filter(|account| !account.disabled);
    let phc = usable.as_ref().map(|account| account.password_hash.clone()).unwrap_or_default();
    let right = password::verify(password, phc).await?;
    match usable {
        Some(account) if right => Ok(Try::Right(account)),
        _ => {
            for (key, _) in &keys {
                desk.store().sign_in_failed(key, now).await?;
            }
            Ok(Try::Wrong)
        }
    }
}
