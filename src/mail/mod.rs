//! What guichet knows of mail: reading it, telling people from machines, writing it so that it arrives. Nothing here
//! knows a ticket.

mod address;
pub mod archive;
mod auth;
pub mod automatic;
mod body;
pub mod bounce;
mod charset;
pub mod compose;
pub mod forward;
mod header;
mod html;
pub mod kind;
pub mod mailer;
mod mime;
mod param;
pub mod parse;
pub mod quote;
pub mod settings;
mod subject;
pub mod token;
mod transfer;
mod words;

pub use auth::Auth;
pub use kind::{Automatic, Kind};
