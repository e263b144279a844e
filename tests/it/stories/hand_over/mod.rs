//! A request handed over and followed: the mail that carries it, what its recipient does, and what becomes of the ticket.

mod carried;
