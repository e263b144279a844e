//! What anybody may open: the offer and the form, the status page and the page of a hand-over behind their signed links, the legal
//! pages.

pub mod categories;
pub mod complete;
pub mod coordinator;
pub mod form;
pub mod hint;
pub mod legal;
pub mod offer;
pub mod pass_on;
pub mod sorting;
pub mod status;
