//! A message as it is read: fresh text in the open, quoted history folded, matched words marked and tied to their
//! explanation.

use std::collections::BTreeSet;
use std::ops::Range;

use super::highlight::{Hit, pieces};
use super::stretch::{stretches, trimmed};
use super::ticket::is_said_picture;
use super::{nature, words};
use crate::clock::paris_text;
use crate::mail::parse::TEXT_LIMIT;
use crate::message::{Attachment, Channel, Lang, Message};
use crate::store::{Direction, StoredMessage, TicketFile};
use crate::ticket::EventKind;
use crate::triage::explain::Spoken;
use crate::triage::{Decision, Field};

/// A stretch of text, with the mark it carries.
pub(super) struct Span<'a> {
    /// The words; the template escapes them.
    pub(super) text: &'a str,
    /// The mark, if it was matched.
    pub(super) mark: Option<Mark>,
}

/// A mark in a text.
pub(super) struct Mark {
    /// The explanations whose first mark this is: their "voir" leads here.
    pub(super) anchors: Vec<usize>,
    /// Number of the first explanation it leads to.
    pub(super) number: usize,
    /// The sentences of all its explanations.
    pub(super) title: String,
    /// Every explanation speaks against its category.
    pub(super) against: bool,
}

/// A part of a body.
pub(super) struct Section<'a> {
    /// Quoted history or signature: folded.
    pub(super) folded: bool,
    /// How many lines it has.
    pub(super) lines: usize,
    /// The text.
    pub(super) spans: Vec<Span<'a>>,
}

/// A file to download.
pub(super) struct File<'a> {
    /// Cleaned name.
    pub(super) name: &'a str,
    /// `12 ko`.
    pub(super) size: String,
    /// Media type as the sender states it.
    pub(super) content_type: &'a str,
    /// Its address.
    pub(super) href: String,
    /// The address of the picture that it seems to be.
    pub(super) picture: Option<String>,
}

/// A message of the ticket.
#[expect(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub(super) struct Reading<'a> {
    /// Id, for anchors.
    pub(super) id: &'a str,
    /// `Message`, `Suite 2`, `Avis automatique`.
    pub(super) heading: String,
    /// From a third party, or to one: the requester does not see it.
    pub(super) aside: bool,
    /// Its writer had only been in copy before.
    pub(super) joined: bool,
    /// It thanks and asks nothing.
    pub(super) thanks: bool,
    /// A machine's message: shown quietly.
    pub(super) notice: bool,
    /// Date of receipt, for people.
    pub(super) when: String,
    /// The same, for machines (RFC 3339).
    pub(super) when_iso: String,
    /// What was written.
    pub(super) message: &'a Message,
    /// Name to show: the display name, else the address.
    pub(super) from: &'a str,
    /// The sender's address.
    pub(super) from_email: Vec<Span<'a>>,
    /// Subject.
    pub(super) subject: Vec<Span<'a>>,
    /// Stated function.
    pub(super) role: Vec<Span<'a>>,
    /// Stated organisation.
    pub(super) organisation: Vec<Span<'a>>,
    /// Body, as far as it is shown.
    pub(super) body: Vec<Section<'a>>,
    /// Numbers of the explanations that have their mark here.
    pub(super) anchored: Vec<usize>,
    /// Where the whole text is downloaded, when it goes on beyond what is shown.
    pub(super) whole: Option<String>,
    /// The mail goes on beyond what was read of it.
    pub(super) cut: bool,
    /// Where the mail as it came is downloaded; nothing for a form.
    pub(super) original: Option<String>,
    /// Where the page that it came as is shown, cleaned.
    pub(super) page: Option<String>,
    /// Attachments.
    pub(super) files: Vec<File<'a>>,
    /// The pictures that stand in its text, where they can be shown.
    pub(super) pictures: Vec<File<'a>>,
    /// What it is beside its text.
    pub(super) nature: Option<nature::Shown<'a>>,
    /// Why nothing automatic may answer it.
    pub(super) ban: Option<String>,
}

/// The messages of a ticket; the decision marks the one that it is about.
pub(super) fn readings<'a>(file: &'a TicketFile, rules: &[Spoken]) -> Vec<Reading<'a>> {
    let opening = file.opening().map(|stored| stored.id.as_str());
    let mut after = 0;
    let mut opened = false;
    let mut joined = BTreeSet::new();
    let mut out = Vec::with_capacity(file.messages.len());
    for stored in &file.messages {
        let notice = stored.direction == Direction::Notice;
        let opens = opening == Some(stored.id.as_str());
        opened |= opens;
        after += usize::from(stored.direction == Direction::In && opened && !opens);
        let heading = match (notice, opens, opened) {
            _ if stored.direction == Direction::Aside => "Réponse d’un tiers".to_owned(),
            _ if stored.direction == Direction::Out => "Réponse de l’équipe, depuis sa messagerie".to_owned(),
            _ if stored.direction == Direction::OutAside => "Courriel de l’équipe à un tiers".to_owned(),
            (true, ..) => stored
                .nature
                .as_ref()
                .and_then(|nature| nature::kind(nature.kind))
                .unwrap_or("Avis automatique")
                .to_owned(),
            (_, true, _) => "Message".to_owned(),
            // It was filed later: parked, or taken in by another instance.
            (.., false) => "Message antérieur".to_owned(),
            (.., true) => format!("Suite n° {after}"),
        };
        let decision = file.decision.as_ref().filter(|_| opens);
        let mut marker = Marker { decision, rules, anchored: Vec::new() };
        let reading = reading(&file.ticket.reference, stored, notice, heading, &mut marker);
        let told = |kind, detail: &str| {
            file.events.iter().any(|event| event.kind == kind && event.detail.eq_ignore_ascii_case(detail))
        };
        let from = &stored.message.from_email;
        let joins = stored.direction == Direction::In && joined.insert(from.to_lowercase());
        out.push(Reading {
            joined: joins && told(EventKind::Joined, from),
            thanks: told(EventKind::Thanked, &stored.id),
            ..reading
        });
    }
    out
}

fn reading<'a>(
    reference: &str,
    stored: &'a StoredMessage,
    notice: bool,
    heading: String,
    marker: &mut Marker<'_>,
) -> Reading<'a> {
    let message = &stored.message;
    let shown = |file: &'a Attachment| File {
        name: &file.name,
        size: words::size(file.size),
        content_type: &file.content_type,
        href: format!("/equipe/demandes/{reference}/pieces/{}/{}", stored.id, file.part),
        picture: is_said_picture(&file.content_type, file.size)
            .then(|| format!("/equipe/demandes/{reference}/images/{}/{}", stored.id, file.part)),
    };
    let pictures = stored.nature.iter().flat_map(|nature| &nature.pictures).map(shown);
    let all = |text: &str| 0..text.len();
    let (stretches, left_out) = stretches(message);
    let address = |what: &str| format!("/equipe/demandes/{reference}/{what}/{}", stored.id);
    let is_mail = message.channel == Channel::Mail;
    Reading {
        id: &stored.id,
        heading,
        aside: matches!(stored.direction, Direction::Aside | Direction::OutAside),
        joined: false,
        thanks: false,
        notice,
        when: paris_text(stored.received_at, Lang::Fr),
        when_iso: words::machine(stored.received_at),
        message,
        from: if message.from_name.is_empty() { &message.from_email } else { &message.from_name },
        from_email: marker.spans(Field::FromEmail, &message.from_email, all(&message.from_email)),
        subject: marker.spans(Field::Subject, &message.subject, all(&message.subject)),
        role: marker.spans(Field::Role, &message.role, all(&message.role)),
        organisation: marker.spans(Field::Organisation, &message.organisation, all(&message.organisation)),
        body: stretches
            .into_iter()
            .map(|stretch| Section {
                folded: stretch.folded,
                lines: message.body.get(stretch.range.clone()).unwrap_or_default().trim().lines().count(),
                spans: marker.spans(Field::Body, &message.body, trimmed(&message.body, stretch.range)),
            })
            .collect(),
        anchored: std::mem::take(&mut marker.anchored),
        whole: left_out.then(|| address("texte")),
        // Cut at the bound of a character of up to four octets.
        cut: is_mail && message.body.len() + 4 > TEXT_LIMIT,
        original: is_mail.then(|| address("courriel")),
        page: stored.nature.as_ref().filter(|nature| nature.has_page).map(|_| address("page")),
        files: message.attachments.iter().map(shown).collect(),
        pictures: pictures.filter(|file| file.picture.is_some()).collect(),
        nature: stored.nature.as_ref().map(nature::shown),
        ban: ban(stored).map(super::ban::sentence),
    }
}

/// Why nothing automatic answers: where the desk says only that it goes on a thread, the mail's own reason tells more.
fn ban(stored: &StoredMessage) -> Option<&str> {
    let told = stored.automatic_ban.as_deref()?;
    let own = stored.nature.as_ref().map_or("ok", |nature| nature.reason.as_str());
    Some(if told == "thread" && own != "ok" { own } else { told })
}

struct Marker<'a> {
    decision: Option<&'a Decision>,
    rules: &'a [Spoken],
    anchored: Vec<usize>,
}

impl Marker<'_> {
    fn spans<'t>(&mut self, field: Field, text: &'t str, window: Range<usize>) -> Vec<Span<'t>> {
        let hits: Vec<Hit> = self
            .decision
            .iter()
            .flat_map(|decision| &decision.evidence)
            .filter(|evidence| evidence.field == field)
            .filter_map(|evidence| {
                let number = self.rules.iter().position(|rule| rule.explains(evidence))? + 1;
                Some(Hit { range: evidence.start..evidence.end, number })
            })
            .collect();
        pieces(text, window, &hits)
            .into_iter()
            .map(|piece| Span { text: piece.text, mark: self.mark(&piece.numbers) })
            .collect()
    }

    fn mark(&mut self, numbers: &[usize]) -> Option<Mark> {
        let number = *numbers.first()?;
        let anchors: Vec<usize> =
            numbers.iter().copied().filter(|number| !self.anchored.contains(number)).collect();
        self.anchored.extend(&anchors);
        let rules: Vec<&Spoken> = numbers.iter().filter_map(|number| self.rules.get(number - 1)).collect();
        let sentences: Vec<&str> = rules.iter().map(|rule| rule.says.as_str()).collect();
        Some(Mark {
            anchors,
            number,
            title: sentences.join(" · "),
            against: rules.iter().all(|rule| rule.against),
        })
    }
}
