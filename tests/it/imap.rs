//! Mailboxes read over IMAP: with a real Dovecot, and with a scripted server where a real one would be too well behaved.

mod dovecot;
mod reading;
