//! Reading mail: golden files (raw mail beside what is expected of it), and octets that no mailer would send.

mod archive;
mod compose;
mod golden;
mod hostile;
mod inspect;
mod invariant;
mod mailer;
mod property;
mod quotes;
mod shapes;
mod unseen;
