//! Correcting what triage decided.

use super::Seen;
use super::example::Says;
use crate::desk::{Desk, DeskError};
use crate::reply::Mode;
use crate::store::Draft;
use crate::ticket::{EventKind, Status};

impl Desk {
    /// A person's correction of the category; the draft is made anew. A refusal that had not left is held: it was of
    /// another topic.
    pub async fn correct(&self, seen: &Seen, category: &str) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        let known = self.triage().taxonomy().get(category);
        let known = known.ok_or_else(|| {
            DeskError::Refused("Cette catégorie n’est pas dans l’offre en vigueur.".to_owned())
        })?;
        if act.ticket.category == category {
            return Err(DeskError::Refused("La demande est déjà dans cette catégorie.".to_owned()));
        }
        self.hold_refusals(&mut act, "la catégorie a été corrigée").await?;
        let detail = format!("{} → {category}", act.ticket.category);
        category.clone_into(&mut act.ticket.category);
        if matches!(act.ticket.status, Status::Refused | Status::SetAside) {
            act.ticket.status = Status::Open;
        }
        let decision = act.tx.decision(&act.ticket.id).await?;
        let directory = self.directory_in(&mut act.tx).await?;
        let draft = match (&known.reply, decision) {
            (Some(reply), Some(decision)) => {
                match self.render(reply, &act.ticket, &decision, &directory, Mode::Draft) {
                    Ok(rendered) => Some(Draft { reply: reply.clone(), markdown: rendered.markdown }),
                    // A text that cannot be filled in keeps nobody from correcting.
                    Err(cause) => {
                        let note =
                            format!("le projet de réponse « {reply} » n’a pas pu être préparé : {cause}");
                        let now = self.clock().now();
                        act.tx.event_add(&act.ticket.id, now, &act.by, EventKind::Withheld, &note).await?;
                        None
                    }
                }
            }
            _ => None,
        };
        act.tx.ticket_set_draft(&act.ticket.id, draft.as_ref()).await?;
        self.promise_owed_receipt(&mut act.tx, &act.ticket).await?;
        self.learn(&mut act, Says::Category, EventKind::Corrected).await?;
        self.conclude(act, EventKind::Corrected, &detail).await
    }
}
