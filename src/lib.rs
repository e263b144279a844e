//! guichet: contact-request triage for the French State's free-software mission.
//!
//! Everything that arrives is kept first, understood second, decided by pure code, recorded together with what it
//! promises, and only then sent. The modules follow that journey; `docs/architecture.md` walks it.

pub mod cli;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod desk;
pub mod fault;
pub mod intake;
pub mod keys;
pub(crate) mod kill;
pub mod mail;
pub mod message;
pub mod reply;
pub mod service;
pub mod setting;
pub mod store;
pub mod ticket;
pub mod triage;
pub mod upkeep;
pub mod web;
