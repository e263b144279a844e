//! Mailboxes read over IMAP: with a real Dovecot, and with a scripted server where a real one would be too well behaved.

mod after;
mod dovecot;
mod history;
#[cfg(feature = "kill-points")]
mod kill;
mod lapses;
mod odd;
mod reading;
mod sessions;
mod sign_in;
mod store;
