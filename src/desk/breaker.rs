//! The breaker: when so much automatic mail has left within an hour that something must be wrong, everything automatic
//! waits, for every instance and over restarts, until a person has looked. Nothing is lost or changed meanwhile: what
//! was promised stays promised, and leaves when the breaker is set back. Whoever runs the service is told once, by a mail
//! that no count knows and that cannot come back: null sender, and its replies go to its reader.

use super::{Desk, DeskError};
use crate::clock::paris_text;
use crate::mail::compose::{self, Address, AutoSubmitted, HeaderText, Letter};
use crate::mail::token;
use crate::message::Lang;
use crate::store::{Alert, NewAlert, Switch, new_id};

/// The place of a ticket's reference in the Message-ID of an alert: no ticket has it, for references have no letter U.
const REFERENCE: &str = "EXPL0U00";

impl Desk {
    /// Throws the breaker and promises the alert.
    pub(super) async fn trip_breaker(&self) -> Result<(), DeskError> {
        let now = self.clock().now();
        let mut tx = self.store().begin().await?;
        if !tx.breaker_trip(now).await? {
            return Ok(());
        }
        tracing::error!("the breaker of automatic mail is thrown: too much left within an hour");
        if let Some(to) = &self.settings().automatic.alert_to {
            match self.alert(to) {
                Ok(alert) => tx.alert_add(&alert).await?,
                // The breaker must hold all the same.
                Err(cause) => tracing::error!(%cause, "the alert cannot be written"),
            }
        }
        Ok(tx.commit().await?)
    }

    /// Sets the breaker back: what waited leaves, and the hour is counted anew.
    pub async fn reset_breaker(&self, person: &str) -> Result<(), DeskError> {
        self.store().breaker_reset(person, self.clock().now()).await?;
        tracing::warn!(account = person, "the breaker of automatic mail was set back");
        self.outbox_bell().notify_one();
        Ok(())
    }

    /// The breaker as it was last thrown or set back; `None`: it never was.
    pub async fn breaker(&self) -> Result<Option<Switch>, DeskError> {
        Ok(self.store().breaker().await?)
    }

    /// Whether the breaker holds automatic mail.
    pub async fn breaker_is_thrown(&self) -> Result<bool, DeskError> {
        Ok(self.breaker().await?.is_some_and(|switch| switch.thrown))
    }

    /// Takes the next alert to send now. It has the null sender.
    pub async fn next_alert(&self, lease: chrono::Duration) -> Result<Option<Alert>, DeskError> {
        let now = self.clock().now();
        Ok(self.store().alert_lease(now, now + lease).await?)
    }

    fn alert(&self, to: &str) -> Result<NewAlert, DeskError> {
        let (id, at) = (new_id(), self.clock().now());
        let service = self.service();
        let most = self.settings().automatic.breaker_per_hour;
        let page = format!("{}/equipe/automatismes", service.public_url);
        let text = format!(
            "Bonjour,\n\n{most} courriels automatiques sont partis de « {name} » en moins d’une heure. C’est la limite réglée \
             (automatic.breaker_per_hour) : depuis le {when}, plus rien d’automatique ne part. Rien n’est perdu : ce qui \
             était promis attend, et les courriels que l’équipe écrit partent toujours.\n\nUne boucle avec un autre \
             automate, un afflux de demandes forgées ou un simple afflux de demandes peuvent en être la cause. Regardez \
             les dernières demandes, puis relancez :\n{page}\n\nCe message est automatique et n’est envoyé qu’une fois.\n",
            name = service.name_fr,
            when = paris_text(at, Lang::Fr),
        );
        let message_id = token::message_id(REFERENCE, &id, service.domain(), self.keys());
        let letter = Letter {
            to: Address::new(to)?,
            to_name: HeaderText::default(),
            cc: Vec::new(),
            // Whoever answers answers themselves: an alert must never become a request.
            reply_to: vec![(HeaderText::default(), Address::new(to)?)],
            from: Address::new(&service.contact)?,
            from_name: HeaderText::new(&service.name_fr),
            subject: HeaderText::new("Courriels automatiques retenus : la limite d’une heure est atteinte"),
            text,
            html: None,
            message_id,
            in_reply_to: None,
            references: Vec::new(),
            automatic: Some(AutoSubmitted::Generated),
            lang: Lang::Fr,
            date: at,
            enclosures: Vec::new(),
        };
        Ok(NewAlert { id, kind: "breaker", recipient: to.to_owned(), raw: compose::compose(&letter)?, at })
    }
}
