//! A request handed over and followed: the mail that carries it, what its recipient does, and what becomes of the ticket.

mod answered;
mod carried;
mod declined;
mod gathered;
mod left;
mod page;
mod receipts;
mod returned;
mod silent;
mod unsent;

use chrono::NaiveDate;
use guichet::store::TicketFile;
use guichet::ticket::HandOver;
use guichet::triage::Period;
use guichet::triage::directory::{Entry, Role};
use guichet::upkeep;

use super::texts::SILL_MAIL;
use crate::support::smtp::Received;
use crate::support::story::{CONTACT, Story};

const INGRID: &str = "ingrid@fjordarkiv.example";
const COORDINATOR: &str = "marches@ministere.example";
const DEPUTY: &str = "suppleante@ministere.example";

/// Handed over by Camille to the coordinator; answers the mail that reached them.
async fn handed(story: &Story) -> Received {
    let file = story.ticket().await;
    story.desk.hand_over(&story.seen(&file), COORDINATOR, "la coordination des marchés").await.unwrap();
    story.settle().await;
    last_to(story, COORDINATOR)
}

/// Ingrid's request, handed over.
async fn handed_request(story: &Story) -> Received {
    story.receive(SILL_MAIL).await;
    handed(story).await
}

/// The last mail that left for an address.
fn last_to(story: &Story, address: &str) -> Received {
    story.smtp.received().into_iter().rev().find(|mail| mail.to == [address]).expect("a mail left for it")
}

/// What the coordinator's mail program sends when they press "Reply" and write.
fn answer(mail: &Received, from: &str, to: &str, text: &str) -> String {
    Story::reply_to(mail, from, text).replacen(&format!("To: {CONTACT}"), &format!("To: {to}"), 1)
}

/// A plain "Reply": to everybody whom Reply-To names.
fn plain_reply(mail: &Received, text: &str) -> String {
    answer(mail, COORDINATOR, &Story::header(mail, "Reply-To"), text)
}

fn last(file: &TicketFile) -> &HandOver {
    file.hand_overs.last().expect("it was handed over")
}

/// Time passes until the next reminder or the end of patience, and what became due happens.
async fn until_next(story: &Story) {
    let at = last(&story.ticket().await).remind_at.expect("it is waited for");
    story.clock.advance(at - story.clock.now());
    upkeep::tidy(&story.desk).await.unwrap();
    story.settle().await;
}

/// The path of the signed page in a mail.
fn page_path(story: &Story, mail: &Received) -> String {
    let read = Story::read_mail(mail);
    let link = read.split_whitespace().map(|word| word.trim_matches(['(', ')', '<', '>']));
    let mut link = link.filter_map(|word| word.strip_prefix(&story.base));
    link.find(|path| path.contains("/transmission/")).expect("the mail has a link").to_owned()
}

/// The coordinator and their deputy in the directory, confirmed.
async fn known_to_the_directory(story: &Story) {
    for (email, deputy) in [(COORDINATOR, false), (DEPUTY, true)] {
        let entry = Entry {
            id: String::new(),
            role: Role::Coordinator,
            organisation: "culture".to_owned(),
            contract: None,
            deputy,
            name: "Claude Martin".to_owned(),
            email: email.to_owned(),
            period: Period::default(),
            absence: None,
            confirmed_on: Some(story.clock.today()),
            note: String::new(),
        };
        story.desk.directory_add(entry, &story.camille.id).await.unwrap();
    }
}

async fn entry(story: &Story, email: &str) -> Option<Entry> {
    let directory = story.desk.directory().await.unwrap();
    directory.entries().iter().find(|entry| entry.email == email).cloned()
}

fn in_days(story: &Story, days: i64) -> NaiveDate {
    story.clock.today() + chrono::Duration::days(days)
}
