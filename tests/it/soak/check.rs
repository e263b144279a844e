//! What must hold when the storm is over, whatever broke. Each check names every fault it finds.

use std::collections::{BTreeMap, BTreeSet};

use guichet::message::Door;

use super::evidence::{ArrivalRow, Evidence, MailRow, number};
use super::people::is_ours;
use super::world::{Acknowledged, World, held};
use crate::support::smtp::Received;
use crate::support::story::Story;

/// What the relay took under one Message-ID.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Copies {
    pub(super) taken: usize,
    pub(super) told: usize,
}

/// Every fault there is.
pub(super) fn faults(world: &World, shared: &[Vec<u8>], evidence: &Evidence) -> Vec<String> {
    let copies = copies(&world.taken.borrow());
    let mut faults = held(&world.faults).clone();
    faults.extend(world.process.known().panics.into_iter().map(|line| format!("panic: {line}")));
    every_mail_stands_in_one_place(&world.acknowledged(), evidence, &mut faults);
    nothing_is_automatic_twice(evidence, &copies, &mut faults);
    states_agree_with_the_relay(evidence, &copies, &mut faults);
    nothing_stays_in_the_mailbox(shared, evidence, &mut faults);
    faults
}

/// What the relay took, by Message-ID (without brackets).
pub(super) fn copies(taken: &[Received]) -> BTreeMap<String, Copies> {
    let mut copies: BTreeMap<String, Copies> = BTreeMap::new();
    // What others send to the service by the relay is none of its own.
    for mail in taken.iter().filter(|mail| !mail.to.iter().all(|to| is_ours(to))) {
        let id = Story::header(mail, "Message-ID").trim_matches(['<', '>']).to_owned();
        let entry = copies.entry(id).or_default();
        entry.taken += 1;
        entry.told += usize::from(mail.told);
    }
    copies
}

/// A mail was filed once; whatever door it took besides has it as a duplicate. A form is one arrival.
fn every_mail_stands_in_one_place(sent: &[Acknowledged], evidence: &Evidence, faults: &mut Vec<String>) {
    let mut filed: BTreeMap<&str, usize> = BTreeMap::new();
    for message in &evidence.messages {
        *filed.entry(&message.arrival_id).or_default() += 1;
    }
    let mut arrived: BTreeMap<usize, Vec<(&str, &str)>> = BTreeMap::new();
    let mut forms = BTreeSet::new();
    for arrival in &evidence.arrivals {
        let outcome = arrival.outcome.as_deref().unwrap_or(&arrival.state);
        if arrival.state != "done" {
            let cause = arrival.cause.as_deref().unwrap_or_default();
            let tries = arrival.attempts;
            faults
                .push(format!("arrival {} by {} is {outcome} ({tries}): {cause}", arrival.id, arrival.door));
        }
        let messages = filed.get(arrival.id.as_str()).copied().unwrap_or_default();
        if messages != usize::from(outcome != "duplicate") || arrival.ticket_id.is_none() {
            faults.push(format!("arrival {} is {outcome} and has {messages} messages", arrival.id));
        }
        match arrival.number() {
            Some(number) => arrived.entry(number).or_default().push((&arrival.door, outcome)),
            None if arrival.door == Door::Form.code() => drop(forms.insert(arrival.reference.as_str())),
            None => faults.push(format!("arrival {} by {} is nobody's", arrival.id, arrival.door)),
        }
    }
    let mut numbers = BTreeMap::new();
    for one in sent {
        if let Some(reference) = &one.reference {
            if !forms.remove(reference.as_str()) {
                faults.push(format!("form {}: {reference} was shown and is not kept (or twice)", one.number));
            }
            continue;
        }
        let here = arrived.get(&one.number).map(Vec::as_slice).unwrap_or_default();
        if !here.iter().any(|(door, _)| *door == one.door.code()) {
            faults.push(format!("mail {} was acknowledged by {} and is lost", one.number, one.door.code()));
        }
        numbers.insert(one.number, here);
    }
    faults.extend(forms.into_iter().map(|reference| format!("form {reference} was kept twice")));
    for (number, here) in numbers {
        if here.iter().filter(|(_, outcome)| *outcome != "duplicate").count() != 1 {
            faults.push(format!("mail {number} stands {here:?}"));
        }
    }
}

/// Every mail of the shared mailbox has been taken from there.
fn nothing_stays_in_the_mailbox(shared: &[Vec<u8>], evidence: &Evidence, faults: &mut Vec<String>) {
    let by_imap = evidence.arrivals.iter().filter(|arrival| arrival.door == Door::Imap.code());
    let numbers: BTreeSet<usize> = by_imap.filter_map(ArrivalRow::number).collect();
    for mail in shared {
        let number = number(mail);
        if number.is_none_or(|number| !numbers.contains(&number)) {
            faults.push(format!("mail {number:?} stands in the mailbox and was not taken"));
        }
    }
}

/// The relay took no automatic mail twice, and not two for one ticket.
fn nothing_is_automatic_twice(
    evidence: &Evidence,
    copies: &BTreeMap<String, Copies>,
    faults: &mut Vec<String>,
) {
    let mut of_ticket: BTreeMap<&str, Vec<&MailRow>> = BTreeMap::new();
    for mail in evidence.mails.iter().filter(|mail| mail.automatic) {
        let taken = copies.get(&mail.message_id).map_or(0, |copies| copies.taken);
        if taken > 1 {
            faults.push(format!("{} {} was taken {taken} times", mail.kind, mail.message_id));
        }
        if taken > 0 {
            of_ticket.entry(&mail.ticket_id).or_default().push(mail);
        }
    }
    for (ticket, mails) in of_ticket.into_iter().filter(|(_, mails)| mails.len() > 1) {
        let kinds: Vec<&str> = mails.iter().map(|mail| mail.kind.as_str()).collect();
        faults.push(format!("ticket {ticket} was answered automatically {kinds:?}"));
    }
}

/// What is said of a promised mail is what the relay saw of it.
fn states_agree_with_the_relay(
    evidence: &Evidence,
    copies: &BTreeMap<String, Copies>,
    faults: &mut Vec<String>,
) {
    let mut known = BTreeSet::new();
    for mail in &evidence.mails {
        known.insert(mail.message_id.as_str());
        let seen = copies.get(&mail.message_id).copied().unwrap_or_default();
        let agrees = match mail.state.as_str() {
            // Taken, and the service was told so.
            "sent" => seen.told > 0,
            // It may have left or not. Of a person's mail there is no doubt: it is sent again.
            "in_doubt" => mail.automatic,
            // It came back, or was refused in the conversation.
            "failed" => seen.taken > 0 || mail.attempts > 0,
            "held" => seen.taken == 0,
            _ => false,
        };
        if !agrees {
            faults.push(format!(
                "{} to {} is {} ({}), and the relay took {} and told {}",
                mail.kind, mail.recipient, mail.state, mail.last_words, seen.taken, seen.told
            ));
        }
    }
    for id in copies.keys().filter(|id| !known.contains(id.as_str())) {
        faults.push(format!("the relay took {id}, which nobody promised"));
    }
}
