//! The moods of the relay: mostly it takes mail; now and then it says not now, says never, hangs up before or after the
//! final dot, or falls silent. Each is counted, so that a report can say what the mails went through.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::chance::Chance;
use super::world::held;
use crate::support::smtp::{At, Do, Mood};

/// How often the relay was in which mood.
pub(super) type Tally = Arc<Mutex<BTreeMap<&'static str, usize>>>;

/// Longer than the service waits for an answer (`smtp.timeout_seconds` and `last_word_seconds`).
const SILENCE: Duration = Duration::from_secs(5);

/// Moods by chance: about one conversation in six has something.
pub(super) fn mood(mut chance: Chance, tally: Tally) -> Mood {
    Box::new(move |at| {
        let (name, what) = match (at, chance.below(100)) {
            (At::Connect, 0..3) => ("421 at the greeting", Do::Say("421 4.3.2 busy, try later")),
            (At::Connect, 3) => ("hung up at the greeting", Do::Drop),
            (At::Mail, 0..2) => ("451 at MAIL", Do::Say("451 4.3.0 try later")),
            (At::Recipient, 0..3) => ("450 at RCPT", Do::Say("450 4.2.1 mailbox busy")),
            (At::Recipient, 3) => ("550 at RCPT", Do::Say("550 5.1.1 no such user")),
            (At::Data, 0) => ("hung up at DATA", Do::Drop),
            (At::End, 0..3) => ("451 after the dot", Do::Say("451 4.3.0 try later")),
            (At::End, 3) => ("554 after the dot", Do::Say("554 5.6.0 not this one")),
            (At::End, 4..7) => ("taken, then hung up without a word", Do::Drop),
            (At::End, 7..9) => ("taken, told, then hung up", Do::AcceptThenDrop),
            (At::End, 9) => ("taken, then silent", Do::Stall(SILENCE)),
            (_, _) => return Do::Accept,
        };
        *held(&tally).entry(name).or_default() += 1;
        what
    })
}
