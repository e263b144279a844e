//! Which message a ticket's decision is about: the one that opened it, that is, the one received when the ticket was
//! opened. It need not be the oldest: a mail that was parked, or that another instance had in hand, is filed later and bears
//! its own, earlier date. Told once for lists read already ([`opening`]) and once for statements (`opening_column!`).

use super::message::{Direction, StoredMessage};
use crate::ticket::Ticket;

/// The message that opened the ticket, among its messages. Of two received at that very instant, one that was written to the
/// service, then the one filed first.
pub fn opening<'a>(ticket: &Ticket, messages: &'a [StoredMessage]) -> Option<&'a StoredMessage> {
    let received_then = messages.iter().filter(|stored| stored.received_at == ticket.opened_at);
    let ours = |stored: &StoredMessage| matches!(stored.direction, Direction::Out | Direction::OutAside);
    received_then.min_by(|a, b| (ours(a), &a.id).cmp(&(ours(b), &b.id)))
}

/// A JSON column of that message as text, in a statement over `ticket t`. Scalar sub-selects, because both engines answer
/// them from an index, whatever the statistics say; the second one for a ticket that was split off another.
macro_rules! opening_column {
    ($column:literal) => {
        concat!(
            "COALESCE((SELECT CAST(m.",
            $column,
            " AS TEXT) FROM message m WHERE m.ticket_id = t.id AND m.received_at = t.opened_at
            ORDER BY CASE WHEN m.direction IN ('out', 'out_aside') THEN 1 ELSE 0 END, m.id LIMIT 1),
            (SELECT CAST(m.",
            $column,
            " AS TEXT) FROM message_shared s JOIN message m ON m.id = s.message_id
            WHERE s.ticket_id = t.id AND m.received_at = t.opened_at ORDER BY m.id LIMIT 1))"
        )
    };
}
pub(super) use opening_column;
