//! What a mail is beside its text, in the team's words: notices, lists, signed and encrypted mail, who was not reached, who
//! wrote what is forwarded.

use crate::clock::paris_text;
use crate::mail::{Kind, status};
use crate::message::Lang;
use crate::store::{AddressMark, OutboxEntry, TicketFile};
use crate::ticket::{Nature, OutboxState, Returned, Status};

/// What is shown of a mail's nature.
pub(super) struct Shown<'a> {
    /// What kind of mail it is, where it is not simply a person's.
    pub(super) kind: Option<&'static str>,
    /// Sentences about its form: signed, encrypted.
    pub(super) remarks: Vec<&'static str>,
    /// It is a delivery report that tells of no failure.
    pub(super) reached: bool,
    /// It tells of a failure and not whose.
    pub(super) nameless: bool,
    /// Who was not reached.
    pub(super) returned: Vec<Unreached<'a>>,
}

/// A recipient that was not reached.
pub(super) struct Unreached<'a> {
    /// Address.
    pub(super) recipient: &'a str,
    /// What that means.
    pub(super) meaning: &'static str,
    /// Enhanced status code; empty when none was told.
    pub(super) status: &'a str,
    /// The remote server's words; empty when none were told.
    pub(super) said: &'a str,
}

/// What is to be shown of a mail's nature.
pub(super) fn shown(nature: &Nature) -> Shown<'_> {
    let mut remarks = Vec::new();
    if nature.encrypted {
        remarks.push("Ce courriel est chiffré : son texte ne peut pas être lu ici.");
    }
    if nature.signed {
        remarks.push("Ce courriel porte une signature cryptographique, que guichet ne vérifie pas.");
    }
    if nature.unproven {
        remarks.push(
            "Expéditeur non prouvé : notre serveur ne confirme pas que ce courriel vient bien de cette adresse. Rien d’automatique \
             n’y répond, et ce qu’il affirme (organisme, qualité) est à vérifier.",
        );
    }
    let nobody = nature.kind == Kind::Bounce && nature.returned.is_empty();
    Shown {
        kind: kind(nature.kind),
        remarks,
        reached: nobody && !nature.undelivered,
        nameless: nobody && nature.undelivered,
        returned: nature.returned.iter().map(unreached).collect(),
    }
}

/// What kind of mail it is; `None` for a person's.
pub(super) fn kind(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Request | Kind::Reply => None,
        Kind::AutoReply => Some("Réponse automatique"),
        Kind::Bounce => Some("Avis de non-remise"),
        Kind::List => Some("Liste de diffusion ou envoi en nombre"),
        Kind::Spam => Some("Indésirable selon le filtre"),
        Kind::Malformed => Some("Courriel mal formé"),
    }
}

fn unreached(returned: &Returned) -> Unreached<'_> {
    let code = returned.status.as_deref().unwrap_or_default();
    let said = returned.diagnostic.as_deref().unwrap_or_default();
    let meaning = match status::of_enhanced(code).or_else(|| status::meaning(said)) {
        Some(told) => told,
        None if returned.hard => "l’adresse n’existe pas ou est fermée",
        None if code.starts_with('4') => "le serveur a été absent ou occupé trop longtemps",
        None => "non remis",
    };
    Unreached { recipient: &returned.recipient, meaning, status: code, said }
}

/// The warning about the address that an answer goes to.
pub(super) struct Warning {
    /// What happened, in a sentence.
    pub(super) sentence: String,
    /// Until when guichet itself sends nothing there; `None` where it goes on sending.
    pub(super) until: Option<String>,
}

/// The warning that a mark calls for.
pub(super) fn warning(mark: &AddressMark) -> Warning {
    let when = paris_text(mark.at, Lang::Fr);
    let sentence = format!("Cette adresse a renvoyé un courriel le {when} : « {} ».", mark.said);
    Warning { sentence, until: mark.hard.then(|| paris_text(mark.until, Lang::Fr)) }
}

/// The mail of an open ticket that did not arrive, where nothing was sent since.
pub(super) fn undelivered(file: &TicketFile) -> Option<&OutboxEntry> {
    // A hand-over and its notice bear the same instant: either may be the one that failed.
    let later = |entry: &OutboxEntry| file.outbox.iter().any(|other| other.created_at > entry.created_at);
    let failed = file.outbox.iter().find(|entry| entry.state == OutboxState::Failed && !later(entry));
    failed.filter(|_| file.ticket.status == Status::Open)
}

/// Whose request it is, where a forward leaves that open.
pub(super) struct Offer {
    /// Whom the act would make the requester: `Marie Le Goff <marie@ville.example>`.
    pub(super) person: String,
    /// Their address.
    pub(super) address: String,
    /// The forward's writer was chosen already; the act goes back to whoever forwarded.
    pub(super) back: bool,
}

/// What is offered: the writer of what the opening message forwards, or the way back.
pub(super) fn offer(file: &TicketFile) -> Option<Offer> {
    let first = file.opening()?;
    let inner = first.nature.as_ref()?.forwarded_from.as_ref()?;
    let (outer, requester) = (&first.message.from_email, &file.ticket.requester_email);
    let (name, address, back) = if requester.eq_ignore_ascii_case(&inner.address) {
        (&first.message.from_name, outer, true)
    } else {
        (&inner.name, &inner.address, false)
    };
    let person = if name.is_empty() { address.clone() } else { format!("{name} <{address}>") };
    Some(Offer { person, address: address.clone(), back }).filter(|offer| !offer.address.is_empty())
}
