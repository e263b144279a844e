//! The loop from kept arrivals to the desk.

mod settings;
mod worker;

pub use settings::Settings;
pub use worker::Worker;
