//! The answer once it is known what was written and whose the domain is: the body, the path of reasoning, and what each
//! contract is to it. Where several bodies remain, the answer is at most what they have in common.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::domains::{Holder, is_foreign, is_of_students};
use super::names::Weight;
use super::territory::{Level, Territory};
use super::written::Mention;
use crate::message::one_line;
use crate::triage::decision::{BeneficiaryAnswer, Contract, Organisation, Standing};
use crate::triage::reference::{Attachment, BodyKind, Confidence, Kind, Reference};

impl Reference {
    pub(super) fn told_by_both(
        &self,
        mention: &Mention,
        holder: Option<&Holder>,
        domain: &str,
        day: NaiveDate,
    ) -> Organisation {
        let read = format!("Lu : « {} »", mention.text);
        let Some(holder) = holder.filter(|holder| holder.confidence != Confidence::Free) else {
            let hint = if holder.is_some() { " ; l’adresse grand public ne prouve rien" } else { "" };
            let mut told = self.tell(mention.body, Some(mention), day, format!("{read}{hint}."));
            if is_foreign(domain) && self.bodies.get(mention.body).kind != Kind::Foreign {
                doubt(&mut told, &format!("{read} ; le domaine {domain} est d’un autre pays."));
            }
            return told;
        };
        if let Some(user) = self.more_precise(mention.body, holder, day) {
            let why = format!("{read}, précisé par le domaine {domain}.");
            let own_domain = !is_of_students(domain);
            return Organisation { own_domain, ..self.tell(user, None, day, why) };
        }
        if self.agrees(mention.body, holder, day) {
            let elsewhere = self.is_elsewhere(mention, domain);
            let why = if elsewhere {
                format!("{read} ; le domaine {domain} est pourtant celui d’un autre territoire.")
            } else {
                format!("{read}, confirmé par le domaine {domain}.")
            };
            let own_domain = holder.confidence == Confidence::Sure && !elsewhere && !is_of_students(domain);
            return Organisation { own_domain, ..self.tell(mention.body, Some(mention), day, why) };
        }
        match holder.body {
            Some(user) if mention.weight == Weight::Generic && holder.confidence != Confidence::Weak => {
                let why =
                    format!("Domaine {domain} ; « {} » ne nomme pas un organisme précis.", mention.text);
                self.tell(user, None, day, why)
            }
            Some(user) => {
                let other = &self.bodies.get(user).name;
                let why = format!("{read} ; le domaine {domain} est pourtant celui de « {other} ».");
                self.tell(mention.body, Some(mention), day, why)
            }
            None => {
                let why = format!("{read} ; le domaine partagé {domain} ne le confirme pas.");
                self.tell(mention.body, Some(mention), day, why)
            }
        }
    }

    /// The domain's body when it stands under the one that was written.
    fn more_precise(&self, written: usize, holder: &Holder, day: NaiveDate) -> Option<usize> {
        let sure = matches!(holder.confidence, Confidence::Sure);
        holder.body.filter(|user| sure && *user != written && self.bodies.is_under(*user, written, day))
    }

    pub(super) fn told_by_domain(
        &self,
        holder: &Holder,
        written: &str,
        domain: &str,
        day: NaiveDate,
    ) -> Option<Organisation> {
        match (holder.confidence, holder.body) {
            (Confidence::Free, _) => None,
            (Confidence::Sure, body) => {
                let told = self.tell(body?, None, day, format!("D’après le domaine {domain} seul."));
                // Rectorat, schools and teachers write from it: the academy is what all of them are of.
                let academy =
                    self.territories.of_level(self.territories.of_domain(domain), &[Level::Academy]);
                let name = academy.map(|academy| format!("Académie {}", self.territories.get(academy).of));
                let name = name.unwrap_or_else(|| told.name.clone());
                Some(Organisation { name, own_domain: !is_of_students(domain), ..told })
            }
            (Confidence::Weak, body) => {
                let mut told = self.tell(body?, None, day, String::new());
                doubt(&mut told, &format!("D’après le domaine {domain} seul, qui sert aussi à d’autres."));
                // Towns and hospitals have in common what they are told; one body's domain may be lent to anybody.
                let row = self.bodies.get(body?);
                if !row.group && row.of.is_empty() {
                    told.contracts.iter_mut().for_each(verify);
                }
                Some(told)
            }
            (Confidence::Shared, body) => self.told_by_shared(holder, body, written, domain, day),
        }
    }

    /// A shared domain says at most what is the same for all its users.
    fn told_by_shared(
        &self,
        holder: &Holder,
        body: Option<usize>,
        written: &str,
        domain: &str,
        day: NaiveDate,
    ) -> Option<Organisation> {
        let users: Vec<usize> =
            body.iter().chain(&holder.also).map(|user| self.bodies.on(*user, day)).collect();
        let names: Vec<&str> = users.iter().map(|user| self.bodies.get(*user).name.as_str()).collect();
        let shared = format!("Domaine {domain} commun à : {}", names.join(", "));
        // Without a body above them, only an acronym that was written can name the writer's.
        let name = match body {
            Some(body) => self.bodies.get(self.bodies.on(body, day)).name.clone(),
            None if written.trim().is_empty() || written.trim().contains('\n') => return None,
            None => one_line(written, 80),
        };
        let contracts = self.common(&users, &shared, day);
        let (why, kind) = (format!("{shared}."), self.kind_of_all(&users));
        Some(Organisation { name, contracts, why, path: Vec::new(), kind, own_domain: false })
    }

    /// Several bodies were written and nothing chooses: at most what is the same for all of them.
    pub(super) fn told_by_several(
        &self,
        first: &Mention,
        others: &[&Mention],
        day: NaiveDate,
    ) -> Organisation {
        let bodies: Vec<usize> =
            std::iter::once(&first).chain(others).map(|mention| self.bodies.on(mention.body, day)).collect();
        let mentions = || std::iter::once(&first).chain(others);
        let names: Vec<String> =
            mentions().zip(&bodies).map(|(mention, body)| self.shown_as(*body, Some(mention))).collect();
        let read: Vec<String> =
            mentions().zip(&names).map(|(mention, name)| format!("« {} » ({name})", mention.text)).collect();
        let mut distinct = names;
        distinct.dedup();
        let several = format!("Plusieurs organismes lus : {}", read.join(", "));
        Organisation {
            name: distinct.join(" ou "),
            contracts: self.common(&bodies, &several, day),
            why: format!("{several}. Rien ne dit lequel écrit."),
            path: Vec::new(),
            kind: self.kind_of_all(&bodies),
            own_domain: false,
        }
    }

    /// The kind of these bodies, where they are all of one.
    fn kind_of_all(&self, bodies: &[usize]) -> Option<BodyKind> {
        let mut kinds = bodies.iter().map(|body| BodyKind::from(self.bodies.get(*body).kind));
        let first = kinds.next()?;
        kinds.all(|kind| kind == first).then_some(first)
    }

    /// What each contract is to all of these bodies; to verify where they differ.
    fn common(&self, bodies: &[usize], who: &str, day: NaiveDate) -> Vec<BeneficiaryAnswer> {
        let answer = |contract| {
            let mut answers =
                bodies.iter().map(|body| self.lists.answer(&self.bodies, *body, false, contract, day));
            let first = answers.next()?;
            if answers.all(|answer| answer.standing == first.standing) {
                return Some(first);
            }
            let why = format!("{who}, qui n’ont pas les mêmes droits. À vérifier.");
            Some(BeneficiaryAnswer { contract, standing: Standing::ToVerify, why })
        };
        Contract::ALL.into_iter().filter_map(answer).collect()
    }

    fn tell(&self, body: usize, mention: Option<&Mention>, day: NaiveDate, mut why: String) -> Organisation {
        let then = self.bodies.on(body, day);
        let row = self.bodies.get(then);
        if then != body {
            _ = write!(why, " À cette date : « {} ».", row.name);
        }
        let place = mention.and_then(|mention| mention.place).filter(|_| !row.of.is_empty());
        if let Some(place) = place {
            let Territory { code, of, .. } = self.territories.get(place.territory);
            let number = if code.is_empty() { String::new() } else { format!(" ({code})") };
            let origin = if place.by_domain { "d’après le domaine" } else { "écrit après son nom" };
            _ = write!(why, " Territoire {of}{number}, {origin}.");
        }
        why.push_str(&self.told_above(then, day));
        if !row.note.is_empty() {
            why.push(' ');
            why.push_str(&row.note);
        }
        let name = self.shown_as(then, mention);
        let to_service = mention.is_some_and(|mention| mention.weight == Weight::Service);
        let answer = |contract| self.lists.answer(&self.bodies, then, to_service, contract, day);
        Organisation {
            name,
            why,
            contracts: Contract::ALL.map(answer).into(),
            path: self.same_person(then, day),
            kind: Some(row.kind.into()),
            own_domain: false,
        }
    }

    /// The name to show: of a body by itself its own; of one of many as the row or the writer spells it, with its territory.
    fn shown_as(&self, body: usize, mention: Option<&Mention>) -> String {
        let row = self.bodies.get(body);
        let place = mention.and_then(|mention| mention.place).filter(|_| !row.of.is_empty());
        match mention {
            Some(mention) if row.as_written => mention.alone().to_owned(),
            Some(_) if !row.each.is_empty() => match place {
                Some(place) => format!("{} {}", row.each, self.territories.get(place.territory).of),
                None => row.each.clone(),
            },
            Some(mention) if row.group && mention.weight == Weight::Name => mention.spelled.clone(),
            Some(mention) if row.group && row.kind.has_proper_names() && !mention.named.is_empty() => {
                mention.named.clone()
            }
            _ => row.name.clone(),
        }
    }

    /// A sentence on the bodies above, nearest first, and on how the body is tied to them; empty where none is.
    fn told_above(&self, body: usize, day: NaiveDate) -> String {
        let above: Vec<String> = self
            .bodies
            .upwards(body, day)
            .skip(1)
            .map(|at| format!("« {} »", self.bodies.get(at).name))
            .collect();
        let tie = match self.bodies.get(body).tied(day).1 {
            _ if above.is_empty() => return String::new(),
            Attachment::Follows => "Fait partie de",
            Attachment::Own => "Établissement distinct, sous la tutelle de",
            Attachment::ToVerify => "Rattachement à confirmer à",
        };
        format!(" {tie} : {}.", above.join(", puis "))
    }

    /// The body and those above it that are the same legal person, by id. A row for many bodies names none of them, and
    /// neither does a private person.
    fn same_person(&self, body: usize, day: NaiveDate) -> Vec<String> {
        let mut path: Vec<String> = Vec::new();
        for at in self.bodies.upwards(body, day) {
            let row = self.bodies.get(at);
            if row.kind == Kind::Person {
                break;
            }
            if !row.group {
                path.push(row.id.clone());
            }
            if row.tied(day).1 != Attachment::Follows {
                break;
            }
        }
        path
    }
}

/// The writer's body was, or has another name now: nothing is sure.
pub(super) fn told_as_former(mut told: Organisation, mention: &Mention) -> Organisation {
    doubt(&mut told, &format!("Lu : « {} », dit au passé.", mention.text));
    told.own_domain = false;
    told
}

/// What would be open becomes something to verify.
fn doubt(told: &mut Organisation, why: &str) {
    why.clone_into(&mut told.why);
    told.path.clear();
    told.contracts.iter_mut().filter(|answer| answer.standing == Standing::Eligible).for_each(verify);
}

fn verify(answer: &mut BeneficiaryAnswer) {
    if answer.standing != Standing::ToVerify {
        answer.standing = Standing::ToVerify;
        answer.why = format!("{} Appartenance à confirmer.", answer.why);
    }
}
