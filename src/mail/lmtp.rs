//! LMTP (RFC 2033) as a conversation without a network: octets go in, replies and whole messages come out. So that it can be
//! tried with every cut of every stream, the [`Session`] knows no socket, no clock and no database; the server
//! (`intake/lmtp.rs`) reads, waits and keeps for it.
//!
//! What it insists on: a command line ends with CRLF, a message with CRLF.CRLF and with nothing else, so that no two
//! servers can read one stream as two different ones ("SMTP smuggling"). What stands inside a message is kept as it came,
//! bare LF and bare CR included. A message is never refused for what is in it: only for its size, or for whom it is.

mod data;
mod line;
mod path;
mod reply;
mod rules;
mod session;

pub use rules::{Held, Rules};
pub use session::{Incoming, Outcome, Refusal, Session, Want};
