//! A message as it is read: fresh text in the open, quoted history folded, matched words marked and tied to their
//! explanation.

use std::ops::Range;

use super::highlight::{Hit, pieces};
use super::{nature, words};
use crate::clock::paris_text;
use crate::mail::parse::TEXT_LIMIT;
use crate::message::{Channel, Lang, Message};
use crate::store::{Direction, StoredMessage};
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
}

/// A message of the ticket.
pub(super) struct Reading<'a> {
    /// Id, for anchors.
    pub(super) id: &'a str,
    /// `Message`, `Suite 2`, `Avis automatique`.
    pub(super) heading: String,
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
    /// Body.
    pub(super) body: Vec<Section<'a>>,
    /// The text goes on beyond what is shown.
    pub(super) cut: bool,
    /// Where the mail as it came is downloaded; nothing for a form.
    pub(super) original: Option<String>,
    /// Attachments.
    pub(super) files: Vec<File<'a>>,
    /// What it is beside its text.
    pub(super) nature: Option<nature::Shown<'a>>,
    /// Why nothing automatic may answer it.
    pub(super) ban: Option<String>,
}

/// The messages of a ticket; the decision marks the first one.
pub(super) fn readings<'a>(
    reference: &str,
    messages: &'a [StoredMessage],
    decision: Option<&Decision>,
    rules: &[Spoken],
) -> Vec<Reading<'a>> {
    let mut written = 0;
    let mut out = Vec::with_capacity(messages.len());
    for (index, stored) in messages.iter().enumerate() {
        let notice = stored.direction == Direction::Notice;
        written += usize::from(!notice);
        let heading = match (notice, written) {
            (true, _) => stored
                .nature
                .as_ref()
                .and_then(|nature| nature::kind(nature.kind))
                .unwrap_or("Avis automatique")
                .to_owned(),
            (false, 1) => "Message".to_owned(),
            (false, n) => format!("Suite n° {}", n - 1),
        };
        let mut marker = Marker { decision: decision.filter(|_| index == 0), rules, anchored: Vec::new() };
        out.push(reading(reference, stored, notice, heading, &mut marker));
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
    let files = message
        .attachments
        .iter()
        .map(|file| File {
            name: &file.name,
            size: words::size(file.size),
            content_type: &file.content_type,
            href: format!("/equipe/demandes/{reference}/pieces/{}/{}", stored.id, file.part),
        })
        .collect();
    let whole = |text: &str| 0..text.len();
    Reading {
        id: &stored.id,
        heading,
        notice,
        when: paris_text(stored.received_at, Lang::Fr),
        when_iso: stored.received_at.to_rfc3339(),
        message,
        from: if message.from_name.is_empty() { &message.from_email } else { &message.from_name },
        from_email: marker.spans(Field::FromEmail, &message.from_email, whole(&message.from_email)),
        subject: marker.spans(Field::Subject, &message.subject, whole(&message.subject)),
        role: marker.spans(Field::Role, &message.role, whole(&message.role)),
        organisation: marker.spans(Field::Organisation, &message.organisation, whole(&message.organisation)),
        body: sections(message)
            .into_iter()
            .map(|(range, folded)| Section {
                folded,
                lines: message.body.get(range.clone()).unwrap_or_default().trim().lines().count(),
                spans: marker.spans(Field::Body, &message.body, trimmed(&message.body, range)),
            })
            .collect(),
        // Cut at the bound of a character of up to four octets.
        cut: message.channel == Channel::Mail && message.body.len() + 4 > TEXT_LIMIT,
        original: (message.channel == Channel::Mail)
            .then(|| format!("/equipe/demandes/{reference}/courriel/{}", stored.id)),
        files,
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

/// The body cut into fresh and folded stretches, in order; blank folded stretches are dropped. A body in which nothing
/// counts as fresh is shown whole: folding everything would hide the message.
fn sections(message: &Message) -> Vec<(Range<usize>, bool)> {
    let body = &message.body;
    let fresh: Vec<Range<usize>> = message
        .fresh
        .iter()
        .filter(|range| body.get((*range).clone()).is_some_and(|text| !text.trim().is_empty()))
        .cloned()
        .collect();
    if fresh.is_empty() {
        return if body.trim().is_empty() { Vec::new() } else { vec![(0..body.len(), false)] };
    }
    let mut out = Vec::new();
    let mut at = 0;
    for range in fresh.into_iter().chain(std::iter::once(body.len()..body.len())) {
        let between = at..range.start;
        if body.get(between.clone()).is_some_and(|text| !text.trim().is_empty()) {
            out.push((between, true));
        }
        at = range.end;
        if !range.is_empty() {
            out.push((range, false));
        }
    }
    out
}

/// The range without the blank lines around it.
fn trimmed(body: &str, range: Range<usize>) -> Range<usize> {
    let Some(text) = body.get(range.clone()) else { return range };
    let start = range.start + (text.len() - text.trim_start_matches(['\n', '\r']).len());
    let end = range.end - (text.len() - text.trim_end().len());
    start..end.max(start)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str, fresh: &[Range<usize>]) -> Message {
        Message { body: body.to_owned(), fresh: fresh.to_vec(), ..Message::default() }
    }

    #[test]
    fn history_is_folded_and_fresh_text_is_not() {
        let body = "Oui.\n> Voulez-vous ?\n\nMerci.\n-- \nMarie";
        let found = sections(&message(body, &[0..5, 22..29]));
        let shown: Vec<(&str, bool)> =
            found.iter().map(|(r, f)| (&body[trimmed(body, r.clone())], *f)).collect();
        assert_eq!(
            shown,
            [("Oui.", false), ("> Voulez-vous ?", true), ("Merci.", false), ("-- \nMarie", true)]
        );
    }

    #[test]
    fn a_body_without_fresh_text_is_shown_whole() {
        assert_eq!(sections(&message("> tout", &[])), [(0..6, false)]);
        assert_eq!(sections(&message(" \n", &[])), []);
    }

    #[test]
    fn a_fresh_range_that_does_not_fit_the_body_hides_nothing() {
        assert_eq!(sections(&message("été", &[1..99, 99..100])), [(0..5, false)]);
    }
}
