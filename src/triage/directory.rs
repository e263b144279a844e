//! The private directory of coordinators, as an immutable snapshot.

/// Who answers for which organisation. Empty until the operator fills it.
#[derive(Clone, Debug, Default)]
pub struct Directory {}
