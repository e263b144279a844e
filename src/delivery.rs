//! The loop from the outbox to the mailer.

mod courier;
mod settings;

pub use courier::Courier;
pub use settings::Settings;
