//! From what was written and the mail domain to one body: the most precise that both allow. A domain proves little (a
//! sender can be forged) and what is written is a claim; where they differ, a name that is written wins and the answer
//! says so.

use chrono::NaiveDate;

use super::domains::{Holder, clean};
use super::names::Weight;
use super::tell::told_as_former;
use super::written::{Mention, Place, mentions};
use crate::triage::decision::Organisation;
use crate::triage::reference::{Confidence, Kind, Reference};

impl Reference {
    /// The most precise body known for what is `written` (a short field, or the last lines of a mail) and for the
    /// sender's `email_domain` (an address does too), and what each contract is to it on `day`. `None` when neither names
    /// a body: everything is then to verify.
    pub fn resolve(&self, written: &str, email_domain: &str, day: NaiveDate) -> Option<Organisation> {
        let domain = clean(email_domain);
        let holder = self.domains.of(&domain);
        let mut mentions = mentions(&self.names, &self.territories, written);
        for mention in &mut mentions {
            mention.place = self.place_of(mention, holder, &domain, day);
        }
        match (&self.pick(&mentions, holder, day)[..], holder) {
            ([mention], holder) => {
                let told = self.told_by_both(mention, holder, &domain, day);
                Some(if mention.former { told_as_former(told, mention) } else { told })
            }
            ([first, others @ ..], _) => Some(self.told_by_several(first, others, day)),
            ([], Some(holder)) => self.told_by_domain(holder, written, &domain, day),
            ([], None) => None,
        }
    }

    /// The id of the one body that a name names; `None` where it names none, several, or one of many alike (a town).
    pub fn body_named(&self, name: &str) -> Option<&str> {
        let [mention] = &mentions(&self.names, &self.territories, name)[..] else { return None };
        let body = self.bodies.get(mention.body);
        (mention.weight == Weight::Name && !body.group && !body.as_written).then_some(body.id.as_str())
    }

    /// The mentions that say best who writes; several only where nothing chooses between them.
    fn pick<'a>(&self, mentions: &'a [Mention], holder: Option<&Holder>, day: NaiveDate) -> Vec<&'a Mention> {
        let mut left: Vec<&Mention> = mentions.iter().collect();
        // "Arcom (ex-CSA)": what it was called counts only where nothing else is written.
        if left.iter().any(|m| !m.former) {
            left.retain(|m| !m.former);
        }
        let bodies: Vec<usize> = left.iter().map(|m| m.body).collect();
        // A body above another that is named as well is only its address.
        left.retain(|m| !bodies.iter().any(|other| self.is_address_of(m.body, *other, day)));
        // A ministry beside a legal person of its own is its supervisor.
        if left.iter().any(|m| self.stands_alone(m)) && left.iter().any(|m| !self.stands_alone(m)) {
            left.retain(|m| self.stands_alone(m) || !self.is_state_service(self.bodies.anchor(m.body, day)));
        }
        let speaks = holder.filter(|h| matches!(h.confidence, Confidence::Sure | Confidence::Weak));
        let precision = |m: &Mention| {
            if self.is_outsider_of_one(m, mentions, day) {
                return 2;
            }
            // A common word that the domain confirms is as good as a name.
            let confirmed = speaks.is_some_and(|holder| self.agrees(m.body, holder, day));
            if confirmed { 2 } else { self.precision(m) }
        };
        let best = left.iter().map(|m| precision(m)).max();
        left.retain(|m| Some(precision(m)) == best);
        // A firm named beside its customer stays in doubt, whatever mailbox it was lent.
        if left.iter().any(|m| holder.is_some_and(|holder| self.agrees(m.body, holder, day))) {
            left.retain(|m| {
                self.bodies.get(m.body).kind == Kind::Company
                    || holder.is_some_and(|holder| self.agrees(m.body, holder, day))
            });
        }
        // One a body; of the services of one legal person the one that says where it is.
        let mut one_each: Vec<&Mention> = Vec::new();
        for m in left {
            let anchor = self.bodies.anchor(m.body, day);
            match one_each.iter_mut().find(|kept| self.bodies.anchor(kept.body, day) == anchor) {
                Some(kept)
                    if kept.place.is_none_or(|p| p.by_domain) && m.place.is_some_and(|p| !p.by_domain) =>
                {
                    *kept = m;
                }
                Some(_) => {}
                None => one_each.push(m),
            }
        }
        one_each
    }

    /// Whether a common word for those outside the State, or for another country, stands in the same part as a body: a
    /// union, a mutual society, a firm, a ministry of somewhere else ("mutuelle de la gendarmerie", "ministère de la
    /// Justice de Belgique"). It is then a body by itself, or nobody can tell.
    fn is_outsider_of_one(&self, mention: &Mention, all: &[Mention], day: NaiveDate) -> bool {
        let kind = |m: &Mention| self.bodies.get(m.body).kind;
        let is_outside =
            |m: &Mention| matches!(kind(m), Kind::Company | Kind::Association | Kind::Person | Kind::Foreign);
        // An embassy of France stands abroad, and so does one whose ministry is named apart.
        let abroad = |m: &Mention| {
            let named_apart = |other: &Mention| {
                other.part != m.part && self.bodies.anchor(other.body, day) == self.bodies.anchor(m.body, day)
            };
            m.text.contains("ranc") || m.text.contains("rench") || all.iter().any(named_apart)
        };
        let foreign = kind(mention) == Kind::Foreign;
        // "ANSES (Argentine)": brackets set a country apart without speaking of something else.
        let bracketed = foreign && mention.line.contains(&format!("({}", mention.text));
        let beside = |m: &Mention| mention.part == m.part || (bracketed && mention.part == m.part + 1);
        mention.weight == Weight::Generic
            && is_outside(mention)
            && all.iter().any(|m| {
                beside(m) && !is_outside(m) && m.weight != Weight::Generic && !(foreign && abroad(m))
            })
    }

    /// Whether a body is only said to tell where the other stands: it, or the body whose service it is, is above it.
    fn is_address_of(&self, body: usize, other: usize, day: NaiveDate) -> bool {
        let (anchor, under) = (self.bodies.anchor(body, day), self.bodies.anchor(other, day));
        (body != other && self.bodies.is_under(other, body, day))
            || (anchor != under && self.bodies.is_under(under, anchor, day))
    }

    /// The territory of a decentralised service: the one written after its name, else the domain's.
    fn place_of(
        &self,
        mention: &Mention,
        holder: Option<&Holder>,
        domain: &str,
        day: NaiveDate,
    ) -> Option<Place> {
        let levels = &self.bodies.get(mention.body).of;
        if let Some(territory) = self.territories.of_level(&mention.places, levels) {
            return Some(Place { territory, by_domain: false });
        }
        holder.filter(|holder| self.agrees(mention.body, holder, day))?;
        let territory = self.territories.of_level(self.territories.of_domain(domain), levels)?;
        Some(Place { territory, by_domain: true })
    }

    /// Whether the domain is that of a service of the same kind elsewhere (`DDT 35` from `lot.gouv.fr`).
    pub(super) fn is_elsewhere(&self, mention: &Mention, domain: &str) -> bool {
        let levels = &self.bodies.get(mention.body).of;
        let of_domain = self.territories.of_level(self.territories.of_domain(domain), levels);
        match (mention.place, of_domain) {
            (Some(place), Some(other)) => {
                let (here, there) = (self.territories.get(place.territory), self.territories.get(other));
                place.territory != other && here.level == there.level
            }
            _ => false,
        }
    }

    /// A name and a service word are as good as each other; a word for many bodies alike is less.
    fn precision(&self, mention: &Mention) -> u8 {
        match (mention.weight, self.bodies.get(mention.body).kind) {
            (Weight::Generic, Kind::Person | Kind::Company | Kind::Association) => 0,
            (Weight::Generic, _) => 1,
            (Weight::Name | Weight::Service, _) => 2,
        }
    }

    fn stands_alone(&self, mention: &Mention) -> bool {
        use Kind::{Authority, Hospital, Institution, PublicBody, School, SocialSecurity, University};
        matches!(
            self.bodies.get(mention.body).kind,
            Institution | PublicBody | Authority | SocialSecurity | University | School | Hospital
        )
    }

    fn is_state_service(&self, body: usize) -> bool {
        matches!(self.bodies.get(body).kind, Kind::Ministry)
    }

    /// Whether the body is one of the domain's users, or stands above or under one.
    pub(super) fn agrees(&self, body: usize, holder: &Holder, day: NaiveDate) -> bool {
        let mut users = holder.body.iter().chain(&holder.also);
        users.any(|user| self.bodies.is_under(body, *user, day) || self.bodies.is_under(*user, body, day))
    }
}
