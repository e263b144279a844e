//! Requests that find their way by the directory: handed over, told who coordinates, followed, passed on at the requester's
//! wish.

mod asked;
mod followed;
mod handed;
mod passed_on;

use std::fmt::Write as _;

use guichet::store::Through;
use guichet::ticket::Actor;

use crate::support::smtp::Received;
use crate::support::story::{CONTACT, Story};

pub(super) const COORDINATOR: &str = "marches@culture.gouv.fr";
pub(super) const AMDAC: &str = "amdac@culture.gouv.fr";
pub(super) const JEANNE: &str = "jeanne@culture.gouv.fr";

pub(super) const ORDER: &str = "Bonjour, nous voulons passer commande au titre du marché interministériel de support \
    logiciels libres. Comment ouvrir un ticket auprès du titulaire, et qui signe le bon de commande ?";
pub(super) const WHO: &str = "Bonjour, pouvez-vous me donner le courriel du coordinateur du marché interministériel de \
    support logiciels libres pour notre ministère ? Merci.";
pub(super) const PUBLISH: &str =
    "Bonjour, notre bureau a écrit un outil en Python. Sous quelle licence libre publier ce code source ?";

/// Puts people into the directory, confirmed today: (body, role, name, address).
pub(super) async fn know(story: &Story, entries: &[(&str, &str, &str, &str)]) {
    let today = story.clock.today();
    let mut file = "organisation_id,organisation,role,name,email,confirmed_on\n".to_owned();
    for (body, role, name, email) in entries {
        writeln!(file, "{body},,{role},{name},{email},{today}").unwrap();
    }
    story.desk.directory_import("a.csv", &file, None, &Actor::Program, Through::Command).await.unwrap();
}

/// The coordinator and the AMDAC of a ministry.
pub(super) async fn know_culture(story: &Story) {
    let entries = [("culture", "coordinator", "Claude Martin", COORDINATOR), ("culture", "amdac", "", AMDAC)];
    know(story, &entries).await;
}

/// A mail to the service, with further headers.
pub(super) fn mail(from: &str, headers: &str, subject: &str, body: &str) -> String {
    format!(
        "From: Jeanne <{from}>\n{headers}Subject: {subject}\nMessage-ID: <{}@client.example>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n",
        guichet::store::new_id()
    )
}

/// The same, addressed to the service.
pub(super) fn to_us(from: &str, subject: &str, body: &str) -> String {
    mail(from, &format!("To: {CONTACT}\n"), subject, body)
}

/// The mails that reached an address.
pub(super) fn reached(story: &Story, address: &str) -> Vec<Received> {
    story.smtp.received().into_iter().filter(|mail| mail.to == [address]).collect()
}
