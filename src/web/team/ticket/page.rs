//! What the page of a ticket shows, already in words: the template decides nothing.

use std::sync::Arc;

use askama::Template;
use chrono::{DateTime, Utc};

use super::after::{Sending, Sent, sending, sent};
use super::answer::{AnswerBox, answer_box};
use super::around::{self, KeptAnswer, Neighbours};
use super::clash::{Clash, clash};
use super::meeting::{MeetingBox, meeting_box};
use super::refusal::{Proposed, RefusalBox, refusal_box};
use super::{Choice, Notice, Typed};
use crate::clock::paris_text;
use crate::desk::Others;
use crate::message::Lang;
use crate::store::ticket::Draft;
use crate::store::{Account, Direction, Meeting, OutboxEntry, Part, TicketFile, Written};
use crate::ticket::{EndedByAuthor, Status, Ticket};
use crate::triage::directory::Entry;
use crate::triage::explain::{Spoken, spoken};
use crate::triage::{Contract, Decision, Directory, Organisation, Standing, Triage};
use crate::web::WebState;
use crate::web::layout::Layout;
use crate::web::team::categories::{Categories, Category, UNRECOGNISED};
use crate::web::team::place::Place;
use crate::web::team::reading::{Reading, readings};
use crate::web::team::{handed, mails, nature, snooze, third_party, trail, why, words};

#[derive(Template)]
#[template(path = "team/ticket.html")]
pub(super) struct TicketPage<'a> {
    layout: Layout,
    ticket: &'a Ticket,
    notice: Option<Notice>,
    /// Both sides, where somebody changed the ticket in between.
    clash: Option<Clash<'a>>,
    /// Id of the last event: what came after it has not been seen.
    seen_event: &'a str,
    /// Who else is at the ticket, in a sentence; empty where nobody is.
    others: String,
    /// The reference of the ticket that this one became part of.
    merged_into: Option<String>,
    /// The tickets that became part of this one.
    parts: Vec<Part>,
    base: String,
    /// The list one came from.
    view: Place,
    next_href: Option<String>,
    previous_href: Option<String>,
    /// The page that puts it off.
    snooze_href: String,
    age: String,
    opened: String,
    opened_iso: String,
    category: String,
    channel: &'static str,
    lang: &'static str,
    assignee: Option<&'a str>,
    /// How its author ended it, where they did.
    ended: Option<EndedByAuthor>,
    leaving: Option<Leaving<'a>>,
    refusal_left: bool,
    sensitive: bool,
    readings: Vec<Reading<'a>>,
    why: Option<why::Why>,
    rules: Vec<Spoken>,
    organisation: Option<&'a Organisation>,
    mails: Vec<mails::Mail<'a>>,
    /// To whom it was handed over, latest first.
    handed: Vec<handed::Handed<'a>>,
    /// What is to be done about that.
    handed_next: Option<handed::Next>,
    /// What third parties were asked.
    third: third_party::Shown,
    trail: Vec<trail::Line<'a>>,
    /// Where an answer goes: Reply-To, else the sender, else the requester; empty when there is no address.
    answer_to: String,
    /// The requester's own address, where the answer goes to another one that nobody has written to; else empty.
    redirected: &'a str,
    /// What is known against that address.
    warning: Option<nature::Warning>,
    /// The mail that did not arrive.
    undelivered: Option<&'a OutboxEntry>,
    /// References of the tickets that are probably about the same.
    related: Vec<&'a str>,
    /// Whose request a forward is.
    offer: Option<nature::Offer>,
    /// The box of the answer.
    answer: AnswerBox,
    /// What a person sent that has not left yet.
    sending: Option<Sending<'a>>,
    /// What can still be done once it has.
    sent: Option<Sent>,
    neighbours: Neighbours,
    /// What third parties answered about the body.
    kept_answers: Vec<KeptAnswer>,
    meeting: Option<MeetingBox>,
    /// The messages that can be split off or forwarded: id and what they are.
    own_messages: Vec<Choice>,
    /// The box of the refusal.
    refusal: RefusalBox,
    typed: Typed,
    /// Why the directory names whom the box of the hand-over holds.
    proposed: Option<String>,
    categories: Vec<Choice>,
    people: Vec<Choice>,
    mine: bool,
    /// Until when it is put off; `None`: until somebody writes.
    snooze: Option<DateTime<Utc>>,
}

/// The automatic refusal that waits to leave.
struct Leaving<'a> {
    outbox_id: &'a str,
    when: String,
}

impl TicketPage<'_> {
    fn is_open(&self) -> bool {
        self.ticket.status == Status::Open
    }
    fn is_closed(&self) -> bool {
        self.ticket.status == Status::Closed
    }
    fn is_set_aside(&self) -> bool {
        self.ticket.status == Status::SetAside
    }
    /// Whether an explanation has its mark in a message shown.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands its values over by reference")]
    fn is_marked(&self, number: &usize) -> bool {
        self.readings.iter().any(|reading| reading.anchored.contains(number))
    }
    /// How many rules of little weight spoke: they are folded.
    fn slight(&self) -> usize {
        self.rules.iter().filter(|rule| rule.slight).count()
    }
    /// The state, as its badge tells it.
    fn state_title(&self) -> &'static str {
        self.ended.map_or(self.ticket.status.title(), EndedByAuthor::title)
    }
    fn can_answer(&self) -> bool {
        !self.answer_to.is_empty()
    }
    /// Ids of what is told of the answer before it is written.
    fn told_of_answer(&self) -> Option<String> {
        let told = [
            (self.warning.is_some(), "adresse-douteuse"),
            (self.warning.is_none() && !self.redirected.is_empty(), "adresse-demandee"),
            (!self.answer.stale.is_empty(), "liens"),
        ];
        let ids: Vec<&str> = told.into_iter().filter(|(is, _)| *is).map(|(_, id)| id).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
    fn refused_sentence(&self) -> Option<&str> {
        match &self.notice {
            Some(Notice::Refused(sentence)) => Some(sentence),
            _ => None,
        }
    }
    fn done_sentence(&self) -> Option<&'static str> {
        match &self.notice {
            Some(Notice::Done(sentence)) => Some(sentence),
            _ => None,
        }
    }
}

/// What a page is built of.
pub(super) struct Built<'a, 'b> {
    pub(super) state: &'b WebState,
    pub(super) account: &'b Account,
    pub(super) file: &'a TicketFile,
    pub(super) accounts: &'a [Account],
    pub(super) categories: &'b Categories,
    pub(super) place: &'b Place,
    pub(super) typed: Typed,
    /// The text that an act was to send or keep.
    pub(super) yours: String,
    pub(super) notice: Option<Notice>,
    pub(super) next_href: Option<String>,
    pub(super) previous_href: Option<String>,
    pub(super) refusal: String,
    pub(super) answer_to: String,
    pub(super) around: mails::Around,
    /// Whom the directory proposes in the place of whoever could not answer.
    pub(super) instead: Option<Entry>,
    pub(super) directory: Arc<Directory>,
    /// The rules over the reference rows in force.
    pub(super) triage: Arc<Triage>,
    pub(super) proposed: Option<String>,
    pub(super) kept: Option<&'b Written>,
    pub(super) others: Others,
    pub(super) neighbours: Neighbours,
    pub(super) kept_answers: Vec<KeptAnswer>,
    pub(super) meeting: Option<&'b Meeting>,
    pub(super) merged_into: Option<String>,
    pub(super) parts: Vec<Part>,
    pub(super) snooze: Option<DateTime<Utc>>,
}

pub(super) fn build<'a>(of: Built<'a, '_>) -> TicketPage<'a> {
    let Built {
        state,
        account,
        file,
        accounts,
        categories,
        place,
        typed,
        yours,
        notice,
        next_href,
        previous_href,
        refusal,
        answer_to,
        around,
        instead,
        directory,
        triage,
        proposed,
        kept,
        others,
        neighbours,
        kept_answers,
        meeting,
        merged_into,
        parts,
        snooze,
    } = of;
    let (now, seen) = (state.desk.clock().now(), notice.as_ref().and_then(Notice::seen));
    let ticket = &file.ticket;
    let rules = file.decision.as_ref().map(|d| spoken(d, categories.taxonomy())).unwrap_or_default();
    let asked = typed.third_party.as_ref();
    let third = third_party::shown(&state.desk, file, &directory, &triage, accounts, asked);
    let trail = trail::lines(&file.events, accounts, categories);
    let is_refused = categories.is_refused(&ticket.category);
    let sensitive = file.decision.as_ref().is_some_and(|d| !d.sensitive.is_empty());
    let recognised = is_recognised(file);
    let refusal_left = mails::refusal_left(&file.outbox);
    // The easiest thing to do must not be a refusal where nothing was understood, or where one was already too many.
    let hasty = sensitive || !recognised || refusal_left || ticket.contested;
    let of_topic = Proposed { text: refusal, hasty, fits: is_refused };
    let (refusal, kept) = refusal_box(&state.desk, file, kept, typed.refusal.as_deref(), of_topic);
    let draft = draft(file).filter(|_| !is_refused);
    let chosen = typed.category.clone().unwrap_or_else(|| ticket.category.clone());
    TicketPage {
        layout: Layout::team(state, "/equipe/demandes", Some(&account.name)),
        clash: seen.map(|seen| clash(file, (&typed.seen_event, &yours), seen, &trail)),
        seen_event: file.events.last().map_or("", |event| event.id.as_str()),
        others: around::others(&others),
        merged_into,
        parts,
        base: format!("/equipe/demandes/{}", ticket.reference),
        view: place.clone(),
        next_href,
        previous_href,
        snooze_href: snooze::href(&ticket.reference, place),
        age: words::age(now, ticket.opened_at),
        opened: paris_text(ticket.opened_at, Lang::Fr),
        opened_iso: words::machine(ticket.opened_at),
        category: if recognised { categories.title(&ticket.category) } else { UNRECOGNISED.to_owned() },
        channel: words::channel(ticket.channel),
        lang: words::lang(ticket.lang),
        assignee: file.assignee_name.as_deref(),
        ended: file.ended,
        leaving: leaving(file, &around, now),
        refusal_left,
        sensitive,
        readings: readings(file, &rules),
        why: why::why(file, &triage, &directory, categories, state.desk.replies()),
        organisation: file.decision.as_ref().and_then(|d| d.organisation.as_ref()),
        mails: mails::mails(&file.outbox, &around, now),
        handed: handed::handed(file, accounts, now),
        handed_next: handed::next(file, instead.as_ref()),
        third,
        redirected: mails::redirected(file, &answer_to),
        warning: around.mark(&answer_to).map(nature::warning),
        answer_to,
        undelivered: nature::undelivered(file),
        related: trail::related(&file.events),
        offer: nature::offer(file).filter(|_| !ticket.history),
        answer: answer_box(&state.desk, file, categories, draft, kept, &typed),
        sending: sending(file, now),
        sent: sent(file),
        neighbours,
        kept_answers,
        meeting: meeting_box(ticket, meeting, &typed),
        own_messages: own_messages(file),
        refusal,
        categories: categories.choices(&chosen).map(|c| category_choice(c, &chosen)).collect(),
        people: people(accounts, ticket),
        snooze,
        mine: ticket.assignee.as_deref() == Some(&account.id),
        ticket,
        notice,
        rules,
        trail,
        typed,
        proposed,
    }
}

/// The automatic refusal that waits to leave.
fn leaving<'a>(file: &'a TicketFile, around: &mails::Around, now: DateTime<Utc>) -> Option<Leaving<'a>> {
    let entry = mails::leaving_refusal(&file.outbox)?;
    Some(Leaving { outbox_id: &entry.id, when: around.leaves(entry, now) })
}

/// Whether anybody knows what it is about: triage, or a person.
fn is_recognised(file: &TicketFile) -> bool {
    let known = |d: &Decision| d.category != file.ticket.category || d.reason.recognised();
    file.decision.as_ref().is_some_and(known)
}

/// The draft that waits. Where somebody has the request already, one ready to be sent would answer it twice.
fn draft(file: &TicketFile) -> Option<&Draft> {
    let in_hand = matches!(file.ticket.status, Status::HandedOver | Status::Answered);
    file.draft.as_ref().filter(|_| !in_hand)
}

/// Who the ticket can be given to.
fn people(accounts: &[Account], ticket: &Ticket) -> Vec<Choice> {
    let open = accounts.iter().filter(|person| !person.disabled);
    open.map(|person| Choice {
        value: person.id.clone(),
        label: person.name.clone(),
        selected: ticket.assignee.as_deref() == Some(&person.id),
    })
    .collect()
}

fn category_choice(category: &Category, chosen: &str) -> Choice {
    Choice { value: category.id.clone(), label: category.title.clone(), selected: category.id == chosen }
}

/// What the messages of the requester's conversation are called in a list, the one that opened the ticket chosen.
fn own_messages(file: &TicketFile) -> Vec<Choice> {
    let opening = file.opening().map(|stored| stored.id.as_str());
    let own = file.messages.iter().filter(|stored| stored.direction == Direction::In);
    own.map(|stored| Choice {
        value: stored.id.clone(),
        label: format!(
            "{}, {}",
            if stored.message.from_name.is_empty() {
                &stored.message.from_email
            } else {
                &stored.message.from_name
            },
            paris_text(stored.received_at, Lang::Fr)
        ),
        selected: opening == Some(stored.id.as_str()),
    })
    .collect()
}
