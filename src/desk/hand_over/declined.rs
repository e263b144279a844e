//! An answer that says the request is not theirs, and perhaps whose it is: nobody has it any more, and the directory no longer
//! counts on them for that subject until a person of the team has looked. Whom they name is proposed, never written to.

use std::sync::LazyLock;

use regex::Regex;

use crate::desk::{Desk, DeskError, Suggestion};
use crate::message::Message;
use crate::store::Tx;
use crate::ticket::{Actor, HandOver, HandOverState, Status, Ticket};
use crate::triage::text::fold;

/// A longer text says more than that: a person reads it.
const WORDS: usize = 120;

static NOT_MINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:n'est|n'etait|ne sont|n'entre|ne releve|ne depend|ne fait|n'appartient) (?:pas|plus|nullement)(?: du tout)?(?: partie)? (?:de|dans|a|du) ",
        r"(?:mon|ma|mes|notre|nos|ce|cette) (?:ressort|competence|perimetre|domaine|champ|attribution|mission|service|bureau|responsabilite|fonction|equipe)",
        r"|\b(?:pas|plus) (?:de|dans|a|du) (?:mon|ma|mes|notre|nos) (?:ressort|competence|perimetre|domaine|champ|attribution|mission|responsabilite)",
        r"|\bne (?:releve|depend|concerne|regarde)(?:nt)? (?:pas|plus) (?:de |d')?(?:moi|nous|mon service|notre service|mon bureau|notre bureau)\b",
        r"|\bne (?:me|nous|m') ?concerne(?:nt)? (?:pas|plus)\b",
        r"|\bne (?:suis|sommes) (?:pas|plus) (?:la |le |les |l')?(?:en charge|charge|chargee|charges|competent|competente|competents|concerne|concernee|concernes|responsable|bon|bonne|bons|votre interlocut|referent|coordinat|coordonnat|amdac)",
        r"|\b(?:je|nous) ne (?:m'|nous )?(?:en )?(?:m'|nous )?(?:occupe|occupons|gere|gerons|suivons|traite|traitons|coordonne|coordonnons) (?:pas|plus)\b",
        r"|\bne (?:m'|nous )(?:en )?occup(?:e|ons) (?:pas|plus)\b",
        r"|\b(?:ce )?n'est (?:pas|plus) (?:a )?(?:moi|nous)(?: qui (?:m'en|nous en|gere|traite|suis|suit|coordonne|m'occupe)|[ ]*[.,;:!]|$| mais)",
        r"|\bpas (?:le|la) (?:bon|bonne) (?:interlocut\w+|service|destinataire|contact|personne|bureau|adresse)\b",
        r"|\b(?:mauvais|mauvaise) (?:interlocut\w+|destinataire|adresse|service|personne)\b|\berreur (?:de destinataire|d'aiguillage|d'adresse)\b",
        r"|\b(?:hors|en dehors) de (?:mon|notre|mes|nos) (?:perimetre|champ|competence|attribution|domaine)",
        r"|\bnot (?:in |within |part of )?(?:my|our) (?:area|remit|responsibility|job|scope|team|field)\b|\bnot the right (?:person|contact|team|address)\b|\b(?:outside|beyond) (?:my|our) (?:remit|scope|area)\b|\bno longer (?:in charge|responsible|the coordinator)\b",
    ))
    .expect("a constant expression, tested")
});

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
        .expect("a constant expression, tested")
});

/// Whether a text says that the request is not its writer's.
pub(super) fn says_not_mine(text: &str) -> bool {
    text.split_whitespace().count() <= WORDS && {
        let folded = fold(text).split_whitespace().collect::<Vec<_>>().join(" ");
        NOT_MINE.is_match(&folded)
    }
}

impl Desk {
    /// Whoever has a request says that it is not theirs: it is back, and the directory learns it. The caller saves the
    /// ticket. `false`: it was not waited for any more.
    pub(super) async fn recipient_declined(
        &self,
        tx: &mut Tx,
        one: &HandOver,
        message: &Message,
        ticket: &mut Ticket,
    ) -> Result<bool, DeskError> {
        let named = self.named_instead(one, message, ticket);
        let mut note = "dit que ce n’est pas de son ressort".to_owned();
        if let Some(email) = &named {
            note.push_str(" ; désigne ");
            note.push_str(email);
        }
        let by = Actor::Correspondent;
        if !self.hand_over_goes_on(tx, one, HandOverState::Declined, &note, &by).await? {
            return Ok(false);
        }
        self.directory_not_theirs(tx, one, named.as_deref().map(|email| ("", email))).await?;
        let others = tx.hand_overs_of(&ticket.id).await?;
        if ticket.status == Status::HandedOver && others.iter().all(|one| one.state != HandOverState::Waiting)
        {
            ticket.status = Status::Open;
            ticket.updated_at = self.clock().now();
        }
        Ok(true)
    }

    /// Somebody of the directory says that a subject is not theirs: their entry is no longer confirmed, and whom they name
    /// (name, address) is proposed.
    pub(super) async fn directory_not_theirs(
        &self,
        tx: &mut Tx,
        one: &HandOver,
        named: Option<(&str, &str)>,
    ) -> Result<(), DeskError> {
        let Some(entry_id) = &one.entry_id else { return Ok(()) };
        let by = Actor::Correspondent;
        let told = self.directory_unconfirmed(tx, entry_id, &by).await;
        let told = match (told, named) {
            (Ok(()), Some((name, email))) if !email.is_empty() => {
                let suggestion = Suggestion {
                    instead_of: entry_id.clone(),
                    email: email.to_owned(),
                    name: name.to_owned(),
                    note: format!("nommé par {}", one.email),
                };
                self.directory_suggest(tx, &suggestion, &by).await.map(|_| ())
            }
            (told, _) => told,
        };
        match told {
            Err(DeskError::NotFound) => Ok(()),
            told => told,
        }
    }

    /// The one address that the new text names beside those of the exchange.
    fn named_instead(&self, one: &HandOver, message: &Message, ticket: &Ticket) -> Option<String> {
        let text = message.text();
        let known = [&one.email, &message.from_email, &ticket.requester_email];
        let mut found: Vec<String> = ADDRESS
            .find_iter(&text)
            .map(|found| found.as_str().to_lowercase())
            .filter(|email| {
                !self.own().is_own(email) && !known.iter().any(|one| one.eq_ignore_ascii_case(email))
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        match &found[..] {
            [only] => Some(only.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::says_not_mine;

    #[test]
    fn who_declines_is_told_from_who_answers() {
        for text in [
            "Bonjour,\n\nCe n’est pas de mon ressort, c’est paul.durand@culture.gouv.fr.",
            "Cette question ne relève pas de notre service : voir avec le bureau des achats.",
            "Je ne suis plus en charge de ce sujet.",
            "Je ne m’occupe plus de ces marchés.",
            "Ce n’est pas moi, mais Mme Vasseur.",
            "Vous n’avez pas le bon interlocuteur.",
            "Erreur de destinataire.",
            "Hors de mon périmètre, désolé.",
            "I am not the right person for this.",
        ] {
            assert!(says_not_mine(text), "{text}");
        }
        for text in [
            "Voici la marche à suivre.",
            "Ce n’est pas moi qui signe, c’est le secrétaire général. Joignez le devis.",
            "Ce logiciel n’est pas dans le marché.",
            "Je ne suis pas certain de la date, je vous rappelle.",
        ] {
            assert!(!says_not_mine(text), "{text}");
        }
    }
}
