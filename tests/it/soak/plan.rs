//! How long a soak is, and by which seed: short for every change, as long as the environment says for `make soak`.

use super::chance::Chance;

/// The size of a soak.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Mails that are written (what is answered to the service's own mail comes on top).
    pub(super) mails: usize,
    /// Times `guichet serve` is killed.
    pub(super) kills: usize,
    pub(super) seed: u64,
}

impl Plan {
    /// So many mails and kills, unless `GUICHET_SOAK_MAILS`, `GUICHET_SOAK_KILLS` and `GUICHET_SOAK_SEED` say otherwise.
    pub(super) fn of(mails: usize, kills: usize) -> Self {
        Self {
            mails: given("GUICHET_SOAK_MAILS").unwrap_or(mails),
            kills: given("GUICHET_SOAK_KILLS").unwrap_or(kills),
            seed: given("GUICHET_SOAK_SEED").unwrap_or(6),
        }
    }

    pub(super) fn chance(&self) -> Chance {
        Chance::new(self.seed)
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a test runs is no setting of the service")]
fn given<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().map(|text| text.parse().ok().unwrap_or_else(|| panic!("{name}={text}")))
}
