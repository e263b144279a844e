//! How long to wait after failures: longer each time, and never two instances in step.

use std::time::Duration;

use crate::keys;

/// The first wait after a connection failed.
const FIRST: Duration = Duration::from_secs(5);
/// The longest.
const LONGEST: Duration = Duration::from_mins(15);
/// The first wait when only a person can mend it: a refused password tried too often may lock the account.
const LASTING: Duration = Duration::from_mins(1);

/// The wait after so many failures in a row (1 for the first). `lasting`: only a person can mend it.
pub(super) fn wait(failures: u32, lasting: bool) -> Duration {
    jittered(if lasting { LASTING } else { FIRST }, LONGEST, failures)
}

/// The wait before a single mail is asked for again.
pub(super) fn for_mail(failures: u32) -> Duration {
    jittered(Duration::from_mins(1), Duration::from_hours(6), failures)
}

/// Doubled with every failure, up to the longest, then between half and the whole of it.
fn jittered(first: Duration, longest: Duration, failures: u32) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(longest);
    doubled.mul_f64(0.5 + f64::from(u16::from_le_bytes(keys::random())) / f64::from(u16::MAX) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit_and_differ() {
        for failures in 1..80 {
            let long = wait(failures, false);
            assert!(long <= LONGEST && long >= FIRST / 2);
            assert!(failures < 9 || long >= LONGEST / 2);
        }
        assert!(wait(1, true) >= LASTING / 2);
        let several: std::collections::BTreeSet<Duration> = (0..20).map(|_| wait(5, false)).collect();
        assert!(several.len() > 10);
    }
}
