//! Reading folders of a mailbox over IMAP (RFC 9051, 3501; IDLE of RFC 2177; MOVE of RFC 6851; UIDPLUS of RFC 4315). This
//! module speaks the protocol and knows no ticket and no memory: `intake::imap` decides what is taken and when.
//!
//! `async-imap` parses and writes; what it leaves to its users stands here: TLS, signing in, time-outs around every command
//! (IDLE too), a limit on what a server may make us hold in memory, and the answer to each command, whose refusal must not
//! pass for an empty list.

mod connect;
mod error;
mod guard;
mod idle;
mod mark;
mod name;
mod oauth;
mod oversize;
mod patience;
mod session;
mod settings;
mod wire;

pub use connect::connect;
pub use error::ImapError;
pub use name::{encoded, uid_set};
pub use oauth::{SecretError, Xoauth2};
pub use oversize::{HEAD, head_with_note};
pub use session::{Fetched, Listed, Selected, Session};
pub use settings::{After, Mailbox, Settings, Start};
