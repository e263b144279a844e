//! What keeps a request from being handed over, or an address from being told, without a person.

use chrono::NaiveDate;

use super::super::explain::words::{self, percent};
use super::super::organisation::Denied;
use super::super::reference::Kind;
use super::named::Names;
use super::{Case, Category, Contract, Directory, Entry, Matter, Role, Route, Told};
use crate::message::Message;
use crate::triage::decide::Carries;
use crate::triage::decision::{Alone, Held, HeldBack, Standing};

/// Why the directory names nobody.
pub(super) fn no_route(role: Role, path: &[String], route: &Route<'_>) -> Option<HeldBack> {
    let who = match role {
        Role::Amdac => "d’AMDAC",
        Role::Coordinator | Role::Pilot | Role::Holder => "de coordination",
    };
    let says = match route {
        Route::To(_) => return None,
        _ if path.is_empty() => return Some(Held::UnknownBody.plain()),
        Route::Unconfirmed(_) => {
            format!("L’annuaire n’a {who} pour cet organisme que sans confirmation depuis douze mois.")
        }
        Route::Absent(_) => {
            format!("L’annuaire n’a {who} pour cet organisme qu’en absence ce jour, sans suppléance.")
        }
        Route::Several => {
            "Plusieurs coordinations répondent pour cet organisme, et la demande ne dit pas pour quel marché."
                .to_owned()
        }
        Route::Nobody => format!("L’annuaire ne connaît pas {who} pour cet organisme."),
    };
    Some(Held::NobodyToTell.says(says))
}

/// Whether an entry wrote the message, gets it, or stands in its text, by address or by name; or another one of its body in
/// the same role (its deputy), or anybody of the directory whom it was sent to as well: then whoever answers for it knows
/// already.
pub(super) fn is_in_the_exchange(
    message: &Message,
    entry: &Entry,
    directory: &Directory,
    day: NaiveDate,
) -> bool {
    let body = message.body.to_lowercase();
    let stands =
        |one: &Entry| !one.email.trim().is_empty() && body.contains(&one.email.trim().to_lowercase());
    let names = Names::of(message);
    let mut others = directory.entries().iter().filter(|other| other.period.holds(day));
    let beside = |other: &Entry| {
        (&other.organisation, other.role) == (&entry.organisation, entry.role)
            && (stands(other) || names.name(other))
    };
    let writers = std::iter::once(&message.from_email).chain(&message.reply_to);
    let mut all = writers.chain(&message.to).chain(&message.cc);
    all.any(|address| {
        address.trim().eq_ignore_ascii_case(entry.email.trim())
            || directory.roles_of(address, day).next().is_some()
    }) || stands(entry)
        || names.name(entry)
        || others.any(|other| beside(other) || names.name_in_full(other))
}

/// Whether what answers a message would go to another domain than its sender's.
pub(in crate::triage) fn is_answered_elsewhere(message: &Message) -> bool {
    let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.trim().to_lowercase());
    message.reply_to.as_ref().is_some_and(|to| domain(to) != domain(&message.from_email))
}

impl Case<'_> {
    /// Everything that speaks against telling this entry of the request.
    pub(super) fn against(
        &self,
        category: &Category,
        entry: &Entry,
        contract: Option<Contract>,
        told: &Told,
    ) -> Vec<HeldBack> {
        let mut why = self.against_the_topic(category);
        why.extend(self.against_the_writer(entry, told));
        if entry.role == Role::Amdac {
            let body = self.reference.organisations().find(|body| body.id == entry.organisation);
            if body.is_none_or(|body| body.kind != Kind::Ministry) {
                why.push(Held::NotAMinistry.plain());
            }
        } else {
            why.extend(self.against_the_contract(contract));
            why.extend(self.ended.then(|| Held::ContractEnded.plain()));
        }
        why
    }

    /// Is it really, and only, this topic?
    fn against_the_topic(&self, category: &Category) -> Vec<HeldBack> {
        let Matter { set, found, subject, about, .. } = self.matter;
        let mut why = Vec::new();
        let Some(bar) = set.policy.hand_over.filter(|_| category.alone != Alone::Never) else {
            let says = "Les règles ne permettent pas de transmettre sans une personne.";
            return vec![Held::NotAllowed.says(says)];
        };
        if subject.confidence < bar.confidence {
            let (told, wanted) = (percent(subject.confidence), percent(bar.confidence));
            why.push(Held::Unsure.says(format!("La confiance est de {told}, il en faut {wanted}.")));
        }
        let heard = self.matter.heard().filter(|heard| heard.telling.is_some() && heard.score >= bar.score);
        if heard.is_none() {
            why.push(Held::NoRule.says("Les règles ne reconnaissent pas assez ce sujet."));
        }
        if let [_, other, ..] = &subject.topics[..] {
            why.push(Held::OtherTopic.quoting(&self.matter.title(other)));
        }
        if self.matter.read.sentences.announces_more(self.matter.read.letter_end).is_some() {
            why.push(Held::MoreAnnounced.plain());
        }
        if !found.sensitive.is_empty() {
            why.push(Held::Sensitive.plain());
        }
        // What was written before may be about whoever would get it.
        if about.carries == Carries::Others {
            why.push(Held::Cites.plain());
        }
        why.extend(super::super::decide::unread(*about));
        why
    }

    /// Who writes, and who reads along already?
    fn against_the_writer(&self, entry: &Entry, told: &Told) -> Vec<HeldBack> {
        let message = self.matter.message;
        let day = self.matter.about.day;
        let mut why = Vec::new();
        let writers = std::iter::once(&message.from_email).chain(&message.reply_to);
        let role = writers.into_iter().find_map(|address| self.directory.roles_of(address, day).next());
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.trim().to_lowercase());
        let own = domain(&message.from_email);
        let of_holder =
            |holder: &&Entry| holder.role == Role::Holder && own.is_some() && domain(&holder.email) == own;
        if let Some(role) = role {
            let says = format!("La personne qui écrit est elle-même dans l’annuaire : {}.", role.title());
            why.push(Held::WriterHasRole.says(says));
        } else if self.directory.entries().iter().find(of_holder).is_some() {
            let says = "La personne qui écrit est de l’entreprise titulaire d’un marché.";
            why.push(Held::WriterHasRole.says(says));
        }
        why.extend(told.has_role.as_ref().map(|says| Held::WriterHasRole.says(says)));
        why.extend(told.keeps_away.as_ref().map(|says| Held::KeptAway.says(says)));
        if role.is_none() && is_in_the_exchange(message, entry, self.directory, day) {
            why.push(Held::AlreadyThere.plain());
        }
        if let Some(other) =
            self.organisation.and_then(|body| self.reference.named_beside(message, body, day))
        {
            let says = format!(
                "Le texte nomme aussi « {other} » : on ne sait pas avec certitude pour qui elle écrit."
            );
            why.push(Held::UnknownBody.says(says));
        }
        let unproven = self.organisation.map(|body| self.reference.unproven(&message.from_email, body, day));
        let says = match unproven.unwrap_or(Some(Denied::Unproven)) {
            _ if is_answered_elsewhere(message) => "La réponse irait à une adresse d’un autre domaine.",
            Some(Denied::Personal) => "L’adresse est personnelle et ne prouve pas l’organisme.",
            Some(Denied::Others) => "L’adresse est celle d’un autre organisme que celui qui est écrit.",
            Some(Denied::Outsider) => {
                "L’adresse est celle d’une personne qui travaille pour l’organisme sans en être."
            }
            Some(Denied::Unproven) => {
                "Rien ne dit que le domaine de l’adresse est celui de l’organisme : une personne vérifie avant de transmettre."
            }
            None => return why,
        };
        why.push(Held::AddressProvesNothing.says(says));
        why
    }

    /// Is a contract in force open to the body?
    fn against_the_contract(&self, contract: Option<Contract>) -> Option<HeldBack> {
        let day = self.matter.about.day;
        let runs = |contract: &Contract| self.reference.contract_on(*contract, day).is_some();
        let open = |contract: &Contract| {
            let answer = self.organisation.and_then(|body| body.of(*contract));
            answer.is_some_and(|answer| answer.standing != Standing::NotListed)
        };
        let says = match contract {
            Some(contract) if !runs(&contract) => {
                format!("À cette date, le {} n’est pas en cours.", words::contract(contract))
            }
            Some(contract) if !open(&contract) => {
                format!("Aucune liste en vigueur n’ouvre le {} à cet organisme.", words::contract(contract))
            }
            None if !Contract::ALL.iter().any(|contract| runs(contract) && open(contract)) => {
                Held::ContractClosed.sentence().to_owned()
            }
            _ => return None,
        };
        Some(Held::ContractClosed.says(says))
    }

    /// What speaks against telling a requester who coordinates: the address must stay inside the body, and nothing else
    /// be asked.
    pub(super) fn against_telling(&self, told: &Told) -> Vec<HeldBack> {
        let mut why = Vec::new();
        if !self.organisation.is_some_and(|body| body.own_domain) {
            why.push(Held::OutsideTheBody.plain());
        }
        if self.asks_more(told) {
            why.push(Held::AsksMore.plain());
        }
        why
    }

    /// Whether more is asked than who coordinates.
    pub(super) fn asks_more(&self, told: &Told) -> bool {
        let read = self.matter.read;
        told.asks_more || read.sentences.asking(read.letter_end).any(|asks| !told.who.contains(&asks))
    }
}
