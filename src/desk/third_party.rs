//! Asking a third party what the published lists do not settle: whoever steers the contract, whoever coordinates for the
//! body. The requester sees nothing of it: the mail is none of their conversation and names them only where a person says
//! so, the answer is filed aside, and what it says may be kept as a reference row with its source and period.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::acts::{Seen, filled};
use super::letter::{Promise, Said};
use super::understand::Understood;
use super::{Desk, DeskError};
use crate::clock::{day_text, paris_day};
use crate::mail::compose::{Address, Enclosure};
use crate::message::{Lang, Message, one_line};
use crate::reply::Replies;
use crate::store::{StoredMessage, TicketFile, Tx, new_id};
use crate::ticket::{Actor, AsTyped, EventKind, Inquiry, MailKind, Status, Ticket};
use crate::triage::text::fold;
use crate::triage::{Contract, Correction, Organisation, Reference, Sheet, Standing};

/// What the team reads where a third party's answer brought a request back; its requester sees nothing of it.
pub(super) const THIRD_PARTY_WROTE: &str = "un tiers a répondu";

/// A question to a third party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Address.
    pub to: String,
    /// Subject; empty: that of a question about its contract.
    pub subject: String,
    /// What is asked, in Markdown.
    pub text: String,
    /// Id of the body asked about; may be empty.
    pub organisation: String,
    /// The contract asked about.
    pub contract: Option<Contract>,
    /// Whether the requester's name and address go with it.
    pub names_requester: bool,
}

/// A mail that the requester does not see.
pub(super) struct Aside<'a> {
    pub kind: MailKind,
    /// Address.
    pub to: &'a str,
    pub subject: String,
    /// Markdown.
    pub text: String,
    pub enclosures: Vec<Enclosure>,
    /// Id of the body it is about; may be empty.
    pub organisation: &'a str,
    pub contract: Option<Contract>,
    /// What was typed, to be typed again where it is stopped.
    pub written: AsTyped,
}

/// What a third party answered, as it is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerToKeep {
    /// The body: its id, or its name.
    pub organisation: String,
    /// The contract.
    pub contract: Contract,
    /// What it is to the body.
    pub standing: Standing,
    /// Where it comes from, in words; it is exported.
    pub source: String,
    /// First day, `YYYY-MM-DD` or `YYYY-MM`.
    pub valid_from: String,
    /// Last day, likewise; may be empty.
    pub valid_until: String,
    /// Why, for the team; may be empty.
    pub note: String,
}

impl Desk {
    /// The question that a ticket raises: about the first contract that is to be verified for its body, all of them where a
    /// question about contracts comes from a body that is not known. Without words where nothing is to be verified: a person
    /// asks what they like.
    pub fn question_for(&self, file: &TicketFile) -> Question {
        let body = file.decision.as_ref().and_then(|decision| decision.organisation.as_ref());
        let organisation = body.and_then(|body| body.path.first()).cloned().unwrap_or_default();
        let to_verify = |body: &Organisation| {
            body.contracts.iter().find(|answer| answer.standing == Standing::ToVerify).cloned()
        };
        let open = body.and_then(to_verify);
        let category = self.triage().taxonomy().get(&file.ticket.category);
        let unknown = body.is_none() && category.is_some_and(|category| category.hand_over.is_some());
        if open.is_none() && !unknown {
            return Question { organisation, ..Question::default() };
        }
        let contract = open.as_ref().map_or(Contract::Support, |answer| answer.contract);
        let name = body.map_or(file.ticket.organisation.as_str(), |body| body.name.as_str());
        let name = if name.is_empty() { "(nom de l’organisme)" } else { name };
        let title = contract_title(contract);
        let why =
            open.map(|answer| format!("Ce que nous en savons : {}\n\n", answer.why)).unwrap_or_default();
        Question {
            to: String::new(),
            subject: format!("Bénéficiaires du {title} : {name}"),
            text: format!(
                "Bonjour,\n\nUn organisme nous interroge sur le {title}, et les listes publiées ne suffisent pas à lui \
                 répondre.\n\n« {name} » en est-il bénéficiaire, et depuis quand ?\n\n{why}Une réponse à ce courriel nous \
                 suffit. Merci d’avance."
            ),
            organisation,
            contract: Some(contract),
            names_requester: false,
        }
    }

    /// Asks a third party. The ticket stays where it is, and so does all that its requester sees.
    pub async fn ask_third_party(&self, seen: &Seen, question: &Question) -> Result<(), DeskError> {
        let (mut tx, ticket) = self.begin_aside(seen).await?;
        self.may_be_asked(&ticket, question.to.trim())?;
        let typed = one_line(&question.subject, 200);
        let subject = match question.contract {
            Some(contract) if typed.is_empty() => format!("Bénéficiaires du {}", contract_title(contract)),
            _ => typed,
        };
        if subject.is_empty() {
            return Err(DeskError::Refused("Donnez un objet à la question.".to_owned()));
        }
        let aside = Aside {
            kind: MailKind::Inquiry,
            to: question.to.trim(),
            subject,
            text: asked(&ticket, question)?,
            enclosures: Vec::new(),
            organisation: &question.organisation,
            contract: question.contract,
            written: AsTyped {
                subject: question.subject.clone(),
                text: question.text.clone(),
                names_requester: question.names_requester,
                message_id: String::new(),
            },
        };
        self.send_aside(&mut tx, &ticket, aside, seen).await?;
        self.finish_aside(tx, &ticket).await
    }

    /// Promises a mail that its requester does not see, and follows it.
    pub(super) async fn send_aside(
        &self,
        tx: &mut Tx,
        ticket: &Ticket,
        aside: Aside<'_>,
        seen: &Seen,
    ) -> Result<(), DeskError> {
        filled(&aside.written.subject)?;
        filled(&aside.written.text)?;
        let (at, by) = (self.clock().now(), Actor::Person(seen.person.clone()));
        let (text, html) = Replies::from_markdown(&aside.text, Lang::Fr);
        // In French whatever the requester's language: it is none of their conversation.
        let letterhead = Ticket { lang: Lang::Fr, subject: String::new(), ..ticket.clone() };
        let promise = Promise {
            kind: aside.kind,
            to: aside.to,
            answering: None,
            at,
            due_at: at + self.settings().answer.hold.as_chrono(),
            enclosures: aside.enclosures,
            handed: None,
        };
        let entry = self.letter(&letterhead, &promise, Said { subject: aside.subject, text, html })?;
        tx.outbox_add(&entry).await?;
        let inquiry = Inquiry {
            id: new_id(),
            ticket_id: ticket.id.clone(),
            email: aside.to.to_owned(),
            organisation: aside.organisation.to_owned(),
            contract: aside.contract,
            outbox_id: entry.id,
            written: Some(aside.written),
            by: by.clone(),
            asked_at: at,
            message_id: None,
            answered_at: None,
        };
        tx.inquiry_add(&inquiry).await?;
        let kind = match aside.kind {
            MailKind::Forward => EventKind::Forwarded,
            _ => EventKind::Inquired,
        };
        Ok(tx.event_add(&ticket.id, at, &by, kind, aside.to).await?)
    }

    pub(super) async fn finish_aside(&self, mut tx: Tx, ticket: &Ticket) -> Result<(), DeskError> {
        // The instant of the last change is shown to the requester: it stays.
        self.save(&mut tx, ticket).await?;
        tx.commit().await?;
        self.outbox_bell().notify_one();
        Ok(())
    }

    pub(super) fn may_be_asked(&self, ticket: &Ticket, to: &str) -> Result<(), DeskError> {
        if Address::new(to).is_err() {
            let shown = one_line(to, 100);
            return Err(DeskError::Refused(format!(
                "« {shown} » n’est pas une adresse de courriel valable."
            )));
        }
        if to.eq_ignore_ascii_case(&ticket.requester_email) || self.own().is_own(to) {
            let sentence =
                "Cette adresse est celle du demandeur ou du service : choisissez celle d’un tiers.";
            return Err(DeskError::Refused(sentence.to_owned()));
        }
        Ok(())
    }

    /// The question that a message answers: one whose own mail it answers, by whoever was asked or a colleague of theirs; or
    /// one to its sender, who has no other part in the ticket.
    pub(super) async fn inquiry_answered_by(
        &self,
        tx: &mut Tx,
        understood: &Understood,
        ticket: &Ticket,
    ) -> Result<Option<Inquiry>, DeskError> {
        let message = &understood.message;
        let sender = message.from_email.as_str();
        if understood.nature.unproven
            || understood.by_form
            || sender.eq_ignore_ascii_case(&ticket.requester_email)
        {
            return Ok(None);
        }
        let asked = tx.inquiries_of(&ticket.id).await?;
        if asked.is_empty() {
            return Ok(None);
        }
        let answered = self.inquiry_mails(tx, message).await?;
        let triage = self.triage_in(tx).await?;
        let direct = asked.iter().rev().find(|one| {
            answered.contains(&one.outbox_id)
                && (one.email.eq_ignore_ascii_case(sender)
                    || triage.reference().are_colleagues(&one.email, sender))
        });
        if let Some(one) = direct {
            return Ok(Some(one.clone()));
        }
        let elsewhere =
            tx.hand_overs_of(&ticket.id).await?.iter().any(|one| one.email.eq_ignore_ascii_case(sender))
                || tx.writers(&ticket.id).await?.contains(&sender.to_lowercase());
        // Written to the requester too, it is of their conversation.
        let mut everybody = message.to.iter().chain(&message.cc);
        let elsewhere = elsewhere || everybody.any(|to| to.eq_ignore_ascii_case(&ticket.requester_email));
        let theirs = asked.into_iter().rev().find(|one| one.email.eq_ignore_ascii_case(sender));
        Ok(theirs.filter(|_| !elsewhere))
    }

    /// Ids of the mails of ours that a message answers, or that stand in its thread.
    async fn inquiry_mails(&self, tx: &mut Tx, message: &Message) -> Result<Vec<String>, DeskError> {
        let mut found = Vec::new();
        for id in message.in_reply_to.iter().chain(message.references.iter().rev()) {
            found.extend(tx.known_ids(id).await?.into_iter().filter_map(|known| known.outbox_id));
        }
        Ok(found)
    }

    /// What follows an answer filed aside: the ticket is back in the queue.
    pub(super) async fn third_party_wrote(
        &self,
        tx: &mut Tx,
        inquiry: &Inquiry,
        filed: &StoredMessage,
        ticket: &mut Ticket,
    ) -> Result<(), DeskError> {
        let now = self.clock().now();
        tx.inquiry_answered(&inquiry.id, &filed.id, filed.received_at).await?;
        let detail = filed.message.from_email.as_str();
        let by = Actor::Correspondent;
        tx.event_add(&ticket.id, now, &by, EventKind::InquiryAnswered, detail).await?;
        if ticket.status != Status::Open {
            tx.event_add(&ticket.id, now, &by, EventKind::Reopened, THIRD_PARTY_WROTE).await?;
            ticket.status = Status::Open;
            ticket.updated_at = now;
        }
        self.save(tx, ticket).await
    }

    /// What stands in the form that keeps the answer to a question: the source names the body that answered and the day, not
    /// the person, since it is exported.
    pub fn answer_source(&self, ticket: &Ticket, answer: &StoredMessage) -> String {
        let domain = answer.message.from_email.rsplit_once('@').map_or("", |(_, domain)| domain);
        let day = day_text(paris_day(answer.received_at), Lang::Fr);
        format!("réponse du domaine {domain}, {day} (demande {})", ticket.reference)
    }

    /// Keeps what a third party answered: from its first day on the body is judged so.
    pub async fn keep_answer(&self, seen: &Seen, answer: &AnswerToKeep) -> Result<(), DeskError> {
        let (mut tx, ticket) = self.begin_aside(seen).await?;
        let (at, by) = (self.clock().now(), Actor::Person(seen.person.clone()));
        let triage = self.triage_in(&mut tx).await?;
        let body = named(triage.reference(), &answer.organisation)?;
        let says = correction(body, answer, self.clock().today());
        self.correct_reference_in(&mut tx, says, &answer.note, Some(&ticket.id), &by).await?;
        let detail = format!(
            "{} : {} ({})",
            triage.reference().name_of(body),
            standing_words(answer.standing),
            contract_title(answer.contract)
        );
        tx.event_add(&ticket.id, at, &by, EventKind::AnswerKept, &detail).await?;
        self.save(&mut tx, &ticket).await?;
        Ok(tx.commit().await?)
    }
}

/// The row that an answer makes: one a body, contract and first day.
fn correction(body: &str, answer: &AnswerToKeep, today: NaiveDate) -> Correction {
    let from = answer.valid_from.trim();
    let cells = [
        ("contract", answer.contract.code()),
        ("organisation", body),
        ("standing", answer.standing.code()),
        ("note", answer.note.trim()),
    ];
    Correction {
        sheet: Sheet::Answers,
        key: format!("{}-{body}-{from}", answer.contract.code()),
        cells: cells
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        source: one_line(&answer.source, 300),
        valid_from: from.to_owned(),
        valid_until: answer.valid_until.trim().to_owned(),
        made_on: today,
    }
}

/// The id of the body that was typed, by id or by name.
fn named<'a>(reference: &'a Reference, typed: &str) -> Result<&'a str, DeskError> {
    let wanted = fold(typed.trim());
    let fits = |id: &str, name: &str| !wanted.is_empty() && (fold(id) == wanted || fold(name) == wanted);
    let found = reference.organisations().find(|body| fits(&body.id, &body.name));
    found.map(|body| body.id.as_str()).ok_or_else(|| {
        let shown = one_line(typed, 100);
        DeskError::Refused(format!(
            "L’organisme « {shown} » n’est pas dans les références : choisissez-en un de la liste, ou ajoutez-le d’abord."
        ))
    })
}

/// The text as it leaves. Who asks is in it only where a person says so.
fn asked(ticket: &Ticket, question: &Question) -> Result<String, DeskError> {
    let text = question.text.trim();
    if text.is_empty() {
        return Err(DeskError::Refused("La question est vide.".to_owned()));
    }
    let (name, email) = (ticket.requester_name.trim(), ticket.requester_email.trim());
    if question.names_requester {
        let who = match (name, email) {
            ("", "") => return Ok(text.to_owned()),
            ("", email) => email.to_owned(),
            (name, "") => name.to_owned(),
            (name, email) => format!("{name}, {email}"),
        };
        return Ok(format!("{text}\n\nLa demande vient de : {}", Replies::escaped(&who)));
    }
    let all = fold(&format!("{}\n{text}", question.subject));
    let told = |part: &str| part.chars().count() > 3 && all.contains(&fold(part));
    if told(email) || told(name) {
        let sentence = "Le texte nomme l’auteur de la demande : retirez son nom et son adresse, ou cochez « Dire qui demande ».";
        return Err(DeskError::Refused(sentence.to_owned()));
    }
    Ok(text.to_owned())
}

fn contract_title(contract: Contract) -> &'static str {
    match contract {
        Contract::Support => "marché de support logiciels libres",
        Contract::Expertise => "marché d’expertise logiciels libres",
        Contract::Mentoring => "marché de mentorat de produits numériques",
    }
}

fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Eligible => "bénéficiaire",
        Standing::NotListed => "non bénéficiaire",
        Standing::ToVerify => "à vérifier",
    }
}
