//! Section `[intake]` of the settings.

use serde::Deserialize;

use crate::fault::Finding;
use crate::setting::HumanDuration;

/// How kept arrivals are taken up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How often waiting arrivals are looked for when no bell rings (`guichet receive` is another process); 1 s to
    /// 10 min.
    pub poll: HumanDuration,
    /// For how long one instance has an arrival to itself.
    pub lease: HumanDuration,
}

impl Settings {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let seconds = HumanDuration::from_secs;
        let poll = Finding::outside("poll", self.poll, seconds(1), seconds(600));
        let lease = Finding::outside("lease", self.lease, seconds(10), seconds(3_600));
        poll.into_iter().chain(lease).collect()
    }
}
