//! Both sides of a conflict: what a person wrote, and what happened since the page they wrote it on.

use crate::store::{Direction, TicketFile};
use crate::ticket::{EventKind, MailKind};
use crate::web::team::stretch::beginning;
use crate::web::team::trail;

/// Characters of a text that is shown beside another one.
const SHOWN: usize = 4_000;

/// Both sides.
pub(in crate::web::team) struct Clash<'a> {
    /// The version that was seen.
    pub(in crate::web::team) seen: i64,
    /// What was written; empty where the act had no text.
    pub(in crate::web::team) yours: String,
    /// What happened since, one sentence each, oldest first.
    pub(in crate::web::team) changes: Vec<String>,
    /// What was written since: by whom, the beginning, and where it stands on the page.
    pub(in crate::web::team) texts: Vec<Fresh<'a>>,
}

/// A text that came in between.
pub(in crate::web::team) struct Fresh<'a> {
    /// Whose, and what.
    pub(in crate::web::team) title: String,
    /// Its beginning.
    pub(in crate::web::team) text: &'a str,
    /// Its place on the page.
    pub(in crate::web::team) href: String,
}

/// Both sides, for whoever saw `seen` on a page whose last event they name, with what they wrote.
pub(super) fn clash<'a>(
    file: &'a TicketFile,
    (last, yours): (&str, &str),
    seen: i64,
    lines: &[trail::Line<'_>],
) -> Clash<'a> {
    // Keys sort by the time they were made. Without one only the last change is known to be new.
    let after = |id: &str| if last.is_empty() { false } else { id > last };
    let mut changes: Vec<String> =
        lines.iter().filter(|line| after(line.id())).map(trail::Line::told).collect();
    if changes.is_empty() {
        changes.extend(lines.first().map(trail::Line::told));
    }
    changes.reverse();
    let messages = file.messages.iter().filter(|stored| after(&stored.id)).map(|stored| Fresh {
        title: match stored.direction {
            Direction::Out | Direction::OutAside => "Un collègue a écrit, depuis sa messagerie".to_owned(),
            _ if stored.message.from_name.is_empty() => format!("{} a écrit", stored.message.from_email),
            _ => format!("{} a écrit", stored.message.from_name),
        },
        text: cut(&stored.message.body),
        href: format!("#message-{}", stored.id),
    });
    let mails = file.outbox.iter().filter(|entry| after(&entry.id) && !entry.kind.is_automatic());
    let mails = mails.filter(|entry| entry.kind != MailKind::AnswerCopy);
    let mails = mails.map(|entry| Fresh {
        title: format!("{} à {}", entry.kind.title(), entry.recipient),
        text: cut(&entry.text),
        href: format!("#courriel-{}", entry.id),
    });
    let note = file.events.iter().filter(|event| after(&event.id) && event.kind == EventKind::Noted);
    let notes = note.map(|event| Fresh {
        title: "Note d’un collègue".to_owned(),
        text: cut(&event.detail),
        href: "#trace-titre".to_owned(),
    });
    Clash { seen, yours: yours.to_owned(), changes, texts: messages.chain(mails).chain(notes).collect() }
}

fn cut(text: &str) -> &str {
    let text = beginning(text);
    &text[..text.floor_char_boundary(SHOWN)]
}
