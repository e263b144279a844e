//! What a requester is given of their request: all that they wrote, byte for byte, what was sent to them, and how it was
//! sorted. Notes of the team and what was asked of others are not theirs to take away; the page says whom to ask.

mod letter;

use serde_json::{Value, json};

use super::status::{Stage, Standing, standing_of};
use super::{Desk, DeskError};
use crate::mail::parse;
use crate::message::{Channel, Form, Lang, clean_file_name};
use crate::store::{Direction, StoredMessage, TicketFile};
use crate::ticket::{MailKind, OutboxState};
use crate::triage::Action;

/// A request's data.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnData {
    /// Everything that is text, for programs.
    pub told: Value,
    /// The same, to be read.
    pub letter: String,
    /// The files: path in the archive, and bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Desk {
    /// The data of the request with this reference.
    pub async fn own_data(&self, reference: &str) -> Result<Option<OwnData>, DeskError> {
        let Some(mut file) = self.store().ticket_file(reference).await? else { return Ok(None) };
        // What became part of another request left its messages and mails there.
        let whole = self.whole_of(&file.ticket).await?;
        let standing = standing_of(&file, whole.as_ref());
        if let Some(whole) = whole {
            file.messages.extend(whole.messages);
            file.outbox.extend(whole.outbox);
        }
        let theirs = |stored: &&StoredMessage| {
            stored.direction == Direction::In
                && stored.message.from_email.eq_ignore_ascii_case(&file.ticket.requester_email)
        };
        let (mut messages, mut files) = (Vec::new(), Vec::new());
        for (at, stored) in file.messages.iter().filter(theirs).enumerate() {
            let folder = format!("message-{}", at + 1);
            let named = self.files_of(stored, &folder, &mut files).await?;
            messages.push(json!({
                "recu_le": stored.received_at,
                "objet": stored.message.subject,
                "nom": stored.message.from_name,
                "adresse": stored.message.from_email,
                "organisme": stored.message.organisation,
                "fonction": stored.message.role,
                "texte": stored.message.body,
                "fichiers": named,
            }));
        }
        let told = self.told_of(&file, &standing, &messages);
        Ok(Some(OwnData { letter: letter::of(&told), told, files }))
    }

    /// Puts the octets of a message into the archive; answers under which paths.
    async fn files_of(
        &self,
        stored: &StoredMessage,
        folder: &str,
        files: &mut Vec<(String, Vec<u8>)>,
    ) -> Result<Vec<String>, DeskError> {
        let Some(arrival) = self.store().arrival(&stored.arrival_id).await? else { return Ok(Vec::new()) };
        let mut named = Vec::new();
        let mut add = |name: &str, bytes: Vec<u8>| {
            let path = format!("{folder}/{:02}-{}", named.len() + 1, clean_file_name(name));
            named.push(path.clone());
            files.push((path, bytes));
        };
        match arrival.door.channel() {
            Channel::Form | Channel::Hand => {
                for file in Form::from_raw(&arrival.raw)?.files {
                    add(&file.name, file.bytes);
                }
            }
            Channel::Mail => {
                for attachment in &stored.message.attachments {
                    if let Some(bytes) = parse::attachment(&arrival.raw, attachment.part) {
                        add(&attachment.name, bytes);
                    }
                }
                add("courriel.eml", arrival.raw);
            }
        }
        Ok(named)
    }

    /// `standing`: what the status page tells. A refusal that may still be stopped is told by neither.
    fn told_of(&self, file: &TicketFile, standing: &Standing, messages: &[Value]) -> Value {
        let ticket = &file.ticket;
        let title =
            |id: &str| self.triage().taxonomy().declared(id).map(|category| category.title_fr.clone());
        let undecided = matches!(standing.stage, Stage::Received | Stage::InProgress);
        let sorted = file.decision.as_ref().map(|decision| {
            let open = undecided && decision.action == Action::Refuse;
            let signs: Vec<Value> = decision
                .evidence
                .iter()
                .map(|sign| json!({ "regle": sign.says, "mots": sign.text }))
                .collect();
            json!({
                "sujet_reconnu": title(&decision.category).filter(|_| decision.reason.recognised()),
                "raison": (!open).then(|| decision.reason.sentence()),
                "confiance": decision.confidence,
                "indices": signs,
                "regles": decision.ruleset,
            })
        });
        let sent = file.outbox.iter().filter(|entry| {
            entry.state == OutboxState::Sent
                && (entry.kind.is_for_requester() || entry.kind == MailKind::AnswerCopy)
                && entry.recipient.eq_ignore_ascii_case(&ticket.requester_email)
        });
        let sent: Vec<Value> = sent
            .map(|entry| {
                json!({
                    "nature": entry.kind.title(),
                    "envoye_le": entry.sent_at,
                    "objet": entry.subject,
                    "texte": entry.text,
                })
            })
            .collect();
        json!({
            "service": self.service().name_fr,
            "reference": ticket.reference,
            "recue_le": ticket.opened_at,
            "etat": standing.stage.title(Lang::Fr),
            "etat_depuis": standing.since,
            "voie": ticket.channel.code(),
            "langue": ticket.lang.code(),
            "rubrique": title(&ticket.category),
            "organisme_compris": ticket.organisation,
            "tri": sorted,
            "messages": messages,
            "courriels_envoyes": sent,
        })
    }
}
