//! What guichet knows of mail: reading it, telling people from machines, writing it so that it arrives. Nothing here
//! knows a ticket.

pub mod address;
pub mod archive;
mod attachment;
mod auth;
pub mod automatic;
mod body;
pub mod bounce;
mod calendar;
mod charset;
pub mod compose;
mod date;
mod fold;
pub mod forward;
mod header;
mod html;
pub mod imap;
pub mod kind;
pub mod lmtp;
pub mod mailer;
mod mime;
mod param;
pub mod parse;
pub mod probe;
pub mod quote;
pub mod relayed;
mod rich;
pub mod settings;
mod signed;
pub mod status;
pub mod subject;
pub mod tag;
pub mod thanks;
mod tnef;
pub mod token;
mod transfer;
mod uuencode;
mod words;

pub use auth::Auth;
pub use kind::{Authorship, Automatic, Kind};
