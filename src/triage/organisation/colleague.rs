//! Whether two people write from the same house.

use super::domains::clean;
use crate::triage::reference::{Confidence, Reference};

impl Reference {
    /// Whether two addresses are of one mail domain, or one of a sub-domain of the other's, compared label by label, where
    /// that one is known to be a body's own: what stands under it is the body's too.
    pub fn are_colleagues(&self, one: &str, other: &str) -> bool {
        if !one.contains('@') || !other.contains('@') {
            return false;
        }
        let (one, other) = (clean(one), clean(other));
        let (above, under) = if one.len() <= other.len() { (one, other) } else { (other, one) };
        if above == under {
            return !above.is_empty();
        }
        let own = |domain: &str| {
            let holder = self.domains.of(domain);
            holder.is_some_and(|holder| holder.body.is_some() && holder.confidence == Confidence::Sure)
        };
        under.strip_suffix(&above).is_some_and(|left| left.ends_with('.') && left.len() > 1) && own(&above)
    }
}
