//! Many requests for one person on one day: those beyond the settings' number wait a little for each other and leave in
//! one mail. Each is followed by itself; only the mail is common.

use chrono::{DateTime, Utc};

use crate::desk::letter::Promise;
use crate::desk::{Desk, DeskError};
use crate::kill::kill_point;
use crate::mail::compose::Enclosure;
use crate::message::Channel;
use crate::reply::{Context, Gathered, Mode};
use crate::store::{NewEntry, StoredMessage, Tx, opening};
use crate::ticket::{Actor, EventKind, HandOver, HandOverState, MailKind, Status, Ticket};

/// Requests of one mail.
const REQUESTS: i64 = 20;
/// Octets of the originals of one mail: what most mail servers take.
const OCTETS: usize = 12 * 1024 * 1024;

/// A hand-over with what its mail needs.
struct Waiting {
    handed: HandOver,
    ticket: Ticket,
    first: StoredMessage,
    page_url: String,
}

impl Desk {
    /// Writes the mails whose hand-overs have waited long enough for others. Returns how many mails.
    pub(super) async fn send_gathered(&self, now: DateTime<Utc>) -> Result<usize, DeskError> {
        let before = now - self.settings().hand_over.digest_wait.as_chrono();
        let mut sent = 0;
        for email_key in self.store().hand_overs_gathered(before).await? {
            match self.send_gathered_to(&email_key, now).await {
                Ok(done) => sent += usize::from(done),
                Err(DeskError::Conflict { .. }) => {}
                Err(cause) => tracing::error!(%cause, "a digest could not be written"),
            }
        }
        Ok(sent)
    }

    async fn send_gathered_to(&self, email_key: &str, now: DateTime<Utc>) -> Result<bool, DeskError> {
        let mut tx = self.store().begin().await?;
        let mut waiting = Vec::new();
        let stopped = self.automatic_stopped_in(&mut tx).await?;
        for handed in tx.hand_overs_gathered_for(email_key, REQUESTS).await? {
            if stopped && handed.by == Actor::Program {
                let note = "les automatismes ont été arrêtés avant le départ";
                let state = HandOverState::TakenBack;
                self.hand_over_goes_on(&mut tx, &handed, state, note, &Actor::Program).await?;
                self.bring_back(&mut tx, &handed.ticket_id).await?;
                continue;
            }
            let ticket = tx.ticket_by_id(&handed.ticket_id).await?;
            let ticket = ticket.filter(|ticket| ticket.status == Status::HandedOver);
            let messages = tx.messages(&handed.ticket_id).await?;
            let first = ticket.as_ref().and_then(|ticket| opening(ticket, &messages)).cloned();
            let (Some(ticket), Some(first)) = (ticket, first) else {
                // The requester wrote again before it left: a person has it.
                let note = "l’équipe a repris la demande avant le départ";
                let state = HandOverState::TakenBack;
                self.hand_over_goes_on(&mut tx, &handed, state, note, &Actor::Program).await?;
                continue;
            };
            let page_url = self.hand_over_url(&handed.id, ticket.lang.reply());
            waiting.push(Waiting { handed, ticket, first, page_url });
        }
        let (outbox_id, carried) = match &waiting[..] {
            [] => (None, 0),
            [one] => {
                let mail = self.promise_hand_over_mail(&mut tx, &one.ticket, &one.first, &one.handed, now);
                (Some(mail.await?), 1)
            }
            several => {
                let (outbox_id, carried) = self.promise_digest(&mut tx, several, now).await?;
                (Some(outbox_id), carried)
            }
        };
        for one in &waiting[..carried] {
            let changed = HandOver { outbox_id: outbox_id.clone(), ..one.handed.clone() };
            if !tx.hand_over_save(&changed, &one.handed).await? {
                // Another instance was faster: what was written here is rolled back.
                return Ok(false);
            }
        }
        kill_point!("gather-before-commit");
        tx.commit().await?;
        Ok(carried > 0)
    }

    /// Promises one mail for several requests, as many as its size allows; answers its outbox id and how many it carries.
    async fn promise_digest(
        &self,
        tx: &mut Tx,
        waiting: &[Waiting],
        now: DateTime<Utc>,
    ) -> Result<(String, usize), DeskError> {
        let (mut enclosures, mut octets, mut carried) = (Vec::new(), 0, 0);
        for one in waiting {
            let mut own = self.enclosures(tx, &one.first).await?;
            if one.ticket.channel != Channel::Mail {
                let bytes = one.first.message.body.clone().into_bytes();
                let name = format!("demande-{}.txt", one.ticket.reference);
                own.insert(
                    0,
                    Enclosure::File { name, content_type: "text/plain; charset=utf-8".to_owned(), bytes },
                );
            }
            octets += own.iter().map(size).sum::<usize>();
            if carried > 0 && octets > OCTETS {
                break;
            }
            enclosures.extend(own);
            carried += 1;
        }
        let waiting = &waiting[..carried];
        let head = &waiting[0];
        let lang = head.ticket.lang.reply();
        let gathered: Vec<Gathered<'_>> = waiting
            .iter()
            .map(|one| Gathered {
                reference: &one.ticket.reference,
                received_at: one.ticket.opened_at,
                handed: self.shown(&one.ticket, &one.first, &one.page_url),
            })
            .collect();
        self.triage_in(tx).await?;
        let status_url = self.status_url(&head.ticket.reference, lang);
        let context = Context::hand_over_digest(self.known(&head.ticket, &status_url), &gathered);
        let today = self.clock().today();
        let rendered = self.replies().render("hand-over-digest", lang, &context, Mode::Draft, today)?;
        let promise = Promise {
            kind: MailKind::HandOverDigest,
            to: &head.handed.email,
            answering: None,
            at: now,
            due_at: now,
            enclosures,
            handed: None,
        };
        let entry = self.letter(&head.ticket, &promise, rendered.into())?;
        let unattended = waiting.iter().any(|one| one.handed.by == Actor::Program);
        let entry = NewEntry { unattended, ..entry };
        tx.outbox_add(&entry).await?;
        for one in waiting {
            if one.ticket.id != head.ticket.id {
                tx.message_id_add(&entry.message_id, &one.ticket.id, &entry.id).await?;
            }
            let by = Actor::Program;
            let detail = MailKind::HandOverDigest.title();
            tx.event_add(&one.ticket.id, now, &by, EventKind::Promised, detail).await?;
        }
        Ok((entry.id, carried))
    }
}

fn size(enclosure: &Enclosure) -> usize {
    match enclosure {
        Enclosure::Mail(raw) => raw.len(),
        Enclosure::File { bytes, .. } => bytes.len(),
    }
}
