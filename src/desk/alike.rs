//! Requests that resemble each other. A text is boiled down to the smallest hashes of its word triples (a bottom-k sketch):
//! the share of hashes that two texts have in common estimates the share of triples they have in common, so that a
//! duplicate is found by looking up a few keys.

use std::collections::BTreeSet;

use chrono::Duration;
use sha2::{Digest as _, Sha256};

use super::{Desk, DeskError};
use crate::message::Message;
use crate::store::{Neighbour, SKETCH, TicketFile};
use crate::ticket::EventKind;
use crate::triage::text::fold;

/// How long a request may be a duplicate of another one.
const WEEKS: i64 = 6;
/// Words that are read of a text: two long mails differ early.
const WORDS: usize = 2_000;
/// Triples that a text must have: a greeting resembles every other greeting.
const LEAST: usize = 5;

/// Tickets around a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Those whose first message resembles its own, the most alike first.
    pub alike: Vec<Neighbour>,
    /// The others of its requester, latest first.
    pub of_requester: Vec<Neighbour>,
    /// Those of other people of the same body, latest first.
    pub of_organisation: Vec<Neighbour>,
}

impl Desk {
    /// The tickets around a ticket, at most `limit` of each kind.
    pub async fn around(&self, file: &TicketFile, limit: i64) -> Result<Around, DeskError> {
        let (store, ticket) = (self.store(), &file.ticket);
        let sketch = file.opening().map(|stored| sketch(&stored.message)).unwrap_or_default();
        let alike = if sketch.is_empty() {
            Vec::new()
        } else {
            // Two fifths of the hashes: the same text under another greeting, and hardly two texts on one matter.
            let common = i64::try_from((sketch.len() * 2).div_ceil(5)).unwrap_or(i64::MAX).max(2);
            let since = ticket.opened_at - Duration::weeks(WEEKS);
            // What was split off has the very message of the other one, and is no duplicate of it.
            let split = |one: &Neighbour| {
                file.events.iter().any(|event| {
                    matches!(event.kind, EventKind::SplitOff | EventKind::SplitFrom)
                        && event.detail == one.reference
                })
            };
            let found = store.tickets_alike(&ticket.id, &sketch, common, since).await?;
            found.into_iter().filter(|one| !split(one)).collect()
        };
        let (requester, body) = (&ticket.requester_email, &ticket.organisation);
        Ok(Around {
            alike,
            of_requester: store.tickets_of_requester(requester, &ticket.id, limit).await?,
            of_organisation: store.tickets_of_organisation(body, requester, &ticket.id, limit).await?,
        })
    }

    /// Forgets what can make no duplicate any more.
    pub async fn forget_sketches(&self) -> Result<(), DeskError> {
        Ok(self.store().sketches_expire(self.clock().now() - Duration::weeks(2 * WEEKS)).await?)
    }
}

/// The sketch of a message: of its subject and what is newly written in it. Empty where there is too little.
pub(super) fn sketch(message: &Message) -> Vec<i64> {
    let folded = fold(&format!("{}\n{}", message.subject, message.text()));
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.take(WORDS).collect();
    let hashes: BTreeSet<i64> = words.windows(3).map(hash).collect();
    if hashes.len() < LEAST {
        return Vec::new();
    }
    hashes.into_iter().take(SKETCH).collect()
}

/// The same on every machine and in every version, since it is stored; never negative.
fn hash(words: &[&str]) -> i64 {
    let digest = Sha256::digest(words.join(" "));
    let first = digest.iter().take(8).fold(0_u64, |all, octet| (all << 8) | u64::from(*octet));
    i64::try_from(first >> 1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(a: &str, b: &str) -> (usize, usize) {
        let of = |body: &str| {
            let message = Message { body: body.to_owned(), ..Message::default() };
            sketch(&message.all_fresh()).into_iter().collect::<BTreeSet<_>>()
        };
        let (a, b) = (of(a), of(b));
        (a.intersection(&b).count(), a.len())
    }

    #[test]
    fn the_same_request_is_recognised_and_another_is_not() {
        let text = "Bonjour, notre établissement est-il bénéficiaire du marché interministériel de support des logiciels \
                    libres, et à qui écrire pour passer une commande ?";
        let (same, all) = common(text, &text.replace("Bonjour", "Madame, Monsieur"));
        assert!(same * 5 >= all * 2, "{same} of {all}");
        let other = "Bonjour, sous quelle licence publier le code source de notre logiciel de gestion des congés, et comment \
                     le faire référencer ?";
        let (same, all) = common(text, other);
        assert!(same * 5 < all * 2, "{same} of {all}");
        assert_eq!(common("Bonjour, merci !", "Bonjour, merci !").1, 0, "too little to resemble anything");
    }
}
