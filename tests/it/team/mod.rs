//! The team's side of the web: signing in, the list, the ticket, the acts.

mod acts;
mod answer;
mod bulk;
mod directory;
mod handed;
pub(crate) mod house;
mod keys;
mod long;
mod nature;
mod pages;
mod queue;
mod references;
mod rules;
mod sign_in;
mod texts;
mod user;
mod way;
mod why;
mod words;
mod written;
