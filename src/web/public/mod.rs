//! What anybody may open: the form, the status page and the page of a hand-over behind their signed links, the legal
//! pages.

pub mod categories;
pub mod coordinator;
pub mod form;
pub mod legal;
pub mod pass_on;
pub mod status;
