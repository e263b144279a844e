//! Whether a mail domain speaks for or against the body that was written: a personal mailbox proves nothing, another body's
//! own domain says otherwise. A domain that no row knows says nothing, and nothing is no proof: whoever signs as a ministry
//! may be anybody.

use chrono::NaiveDate;

use super::domains::{clean, is_of_outsiders, is_of_students};
use super::names::Weight;
use super::written::all_named;
use crate::message::Message;
use crate::triage::decision::Organisation;
use crate::triage::reference::{Confidence, Reference};

/// How a domain fails a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::triage) enum Denied {
    /// Anybody may have such an address.
    Personal,
    /// It belongs to others.
    Others,
    /// It is lent to somebody who works for the body and is none of it.
    Outsider,
    /// Nothing says that the body has it.
    Unproven,
}

impl Reference {
    /// How the domain of an address speaks against the body with this id, or against any where it is in doubt which; `None`
    /// where it does not, be it that it says nothing.
    pub(in crate::triage) fn denied_by(
        &self,
        email: &str,
        body: Option<&String>,
        day: NaiveDate,
    ) -> Option<Denied> {
        let holder = self.domains.of(&clean(email))?;
        if holder.confidence == Confidence::Free {
            return Some(Denied::Personal);
        }
        let body = body.and_then(|id| self.bodies.find(id))?;
        (!self.agrees(body, holder, day)).then_some(Denied::Others)
    }

    /// Why an address does not prove the body that was told for it: it does where the domain is the body's own, or is shared
    /// by bodies of which it is one (`finances.gouv.fr`).
    pub(in crate::triage) fn unproven(
        &self,
        email: &str,
        told: &Organisation,
        day: NaiveDate,
    ) -> Option<Denied> {
        let body = told.path.first();
        if let Some(denied) = self.denied_by(email, body, day) {
            return Some(denied);
        }
        let domain = clean(email);
        if is_of_outsiders(email) {
            return Some(Denied::Outsider);
        }
        let shared = self.domains.of(&domain).is_some_and(|holder| holder.confidence == Confidence::Shared);
        let proven = told.own_domain || (shared && body.is_some() && !is_of_students(&domain));
        (!proven).then_some(Denied::Unproven)
    }
}

impl Reference {
    /// Another body that the new text names, be it as the writer's, where it is neither above the one that was told nor a part of it:
    /// the request may be another's. A common word counts with the proper name that makes a body of it ("la ville de Brest",
    /// "le CHU de Rennes"). Who steers a contract is named in any question about it.
    pub(in crate::triage) fn named_beside(
        &self,
        message: &Message,
        told: &Organisation,
        day: NaiveDate,
    ) -> Option<String> {
        let own = self.bodies.find(told.path.first()?)?;
        let kin = |body: usize| {
            let joint =
                || self.bodies.get(body).joint.iter().any(|above| self.bodies.is_under(own, *above, day));
            self.bodies.is_part_of(body, own, day) || self.bodies.is_under(own, body, day) || joint()
        };
        let steers =
            |body: usize| self.contracts().iter().any(|contract| contract.pilot == self.bodies.get(body).id);
        let text = message.text();
        let mut others = all_named(&self.names, &self.territories, &text).into_iter().filter(|mention| {
            let one_of_many = || !mention.named.is_empty() || !mention.places.is_empty();
            let acronym = || mention.text.chars().filter(|c| c.is_uppercase()).count() > 1;
            let named = match mention.weight {
                Weight::Name => true,
                Weight::Service => one_of_many() || acronym(),
                Weight::Generic => one_of_many(),
            };
            let public = self.bodies.get(mention.body).kind.has_proper_names();
            named && public && !kin(mention.body) && !steers(mention.body)
        });
        others.next().map(|mention| match mention.weight {
            Weight::Name if !self.bodies.get(mention.body).group => {
                self.bodies.get(mention.body).name.clone()
            }
            _ if mention.named.is_empty() => mention.text,
            _ => mention.named,
        })
    }
}
