//! What anybody may open: the form, the status page behind its signed link, the legal pages.

pub mod categories;
pub mod form;
pub mod legal;
pub mod status;
