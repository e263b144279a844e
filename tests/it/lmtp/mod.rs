//! LMTP: the conversation without a network, with every cut of every stream; then over real sockets, with clients that are
//! slow, rude, cut off or many; then with a process that is killed around the commit.

mod count;
mod invariant;
#[cfg(feature = "kill-points")]
mod kill;
mod property;
mod rude;
mod server;
mod session;
mod socket;
mod stop;
mod support;
