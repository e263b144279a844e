//! A request about the contracts, from entrance to the draft that waits for a person: each body that the seeds name one
//! by one, on the day when all three lists of the seeds hold and today, and a contract that is over.

use chrono::{DateTime, Duration};

use guichet::store::View;

use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    each_body_is_told_what_was_open_to_it_then,
    each_body_is_told_what_is_open_to_it_today,
    a_contract_that_is_over_is_told_so,
    between_two_generations_it_is_told_whoever_asks,
    while_it_runs_nothing_is_over,
);

const THEN: &str = "2024-09-20T08:00:00Z";
const TODAY: &str = "2026-11-25T08:00:00Z";

/// `o` open, `n` not named, `v` to verify: support, expertise, mentoring.
const BODIES: [(&str, &str, &str, &str); 10] = [
    ("Sorbonne Université", "sorbonne-universite.fr", "oon", "vvn"),
    ("CNRS, délégation Alsace", "cnrs.fr", "nnn", "oon"),
    ("Cour des comptes", "ccomptes.fr", "noo", "noo"),
    ("CESE", "lecese.fr", "non", "nvn"),
    ("ANSSI, sous-direction numérique", "ssi.gouv.fr", "ooo", "ovo"),
    ("IHEDN", "ihedn.fr", "non", "ovn"),
    ("SIDSIC, préfecture du Lot", "lot.gouv.fr", "ooo", "ooo"),
    ("Rectorat de Lille", "ac-lille.fr", "ooo", "ooo"),
    ("Ville d’Arras", "ville-arras.example", "nnn", "nnn"),
    ("Nimbus SAS", "nimbus.example", "nnn", "nnn"),
];

fn mail(id: usize, organisation: &str, domain: &str, question: &str) -> String {
    format!(
        "From: Camille Le Goff <camille.le-goff@{domain}>\nTo: contact@code.gouv.fr\nSubject: Marchés de support et d’expertise\n\
         Message-ID: <m{id}@{domain}>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\nBonjour,\n\n{question}\n\nCordialement,\nCamille Le Goff\n{organisation}\n"
    )
}

const WHICH: &str = "Notre établissement est-il bénéficiaire des marchés interministériels de support et d’expertise logiciels \
    libres, et du marché de mentorat ? Qui est notre coordinateur ?";

/// A story whose clock stands at that time.
async fn at(database: Database, time: &str) -> Story {
    let story = Story::begin(database).await;
    let time: DateTime<chrono::Utc> = time.parse().unwrap();
    let now = story.desk.clock().now();
    story.desk.clock().advance(Duration::seconds((time - now).num_seconds()));
    story
}

/// What the draft for the writer from that domain says, on one line.
async fn draft(story: &Story, domain: &str) -> String {
    let rows = story.view(View::All).await;
    let row = rows.iter().find(|row| row.ticket.requester_email.ends_with(domain)).unwrap();
    let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
    assert_eq!(file.ticket.category, "contracts", "{domain}");
    let draft = file.draft.expect("a draft waits for a person");
    draft.markdown.replace(['\u{a0}', '\n'], " ")
}

/// What the draft must say of a contract.
fn line(contract: &str, letter: char) -> String {
    let told = match letter {
        'o' => "ouvert à votre organisme",
        'n' => "votre organisme n’est pas nommé",
        _ => "à vérifier",
    };
    format!("**{contract}** : {told}")
}

async fn every_body(database: Database, time: &str, expected: impl Fn(usize) -> &'static str) {
    const CONTRACTS: [&str; 3] =
        ["Support logiciels libres", "Expertise logiciels libres", "Mentorat de produits numériques"];
    let story = at(database, time).await;
    for (id, (organisation, domain, ..)) in BODIES.into_iter().enumerate() {
        story.receive(&mail(id, organisation, domain, WHICH)).await;
        let text = draft(&story, domain).await;
        for (contract, letter) in CONTRACTS.into_iter().zip(expected(id).chars()) {
            let line = line(contract, letter);
            assert!(text.contains(&line), "{organisation} {time}: {line}\n{text}");
        }
    }
}

async fn each_body_is_told_what_was_open_to_it_then(database: Database) {
    every_body(database, THEN, |body| BODIES[body].2).await;
}

async fn each_body_is_told_what_is_open_to_it_today(database: Database) {
    every_body(database, TODAY, |body| BODIES[body].3).await;
}

const OLD: &str = "Notre direction veut passer une commande au marché interministériel d’expertise logiciels libres 2020-2024, \
    lot 3 Samba. Qui est notre coordinateur pour ce marché ?";
const OVER: &str = "**Expertise logiciels libres (2020-2024)** : ce marché a pris fin le 30 septembre 2024.";

async fn a_contract_that_is_over_is_told_so(database: Database) {
    let story = at(database, TODAY).await;
    story.receive(&mail(1, "Ministère de la Culture", "culture.gouv.fr", OLD)).await;
    let text = draft(&story, "culture.gouv.fr").await;
    assert!(text.contains(OVER) && text.contains("Celui qui le remplace (depuis 2025)"), "{text}");
}

async fn between_two_generations_it_is_told_whoever_asks(database: Database) {
    let story = at(database, "2024-12-02T08:00:00Z").await;
    story.receive(&mail(2, "Nous", "particulier.example", WHICH)).await;
    let text = draft(&story, "particulier.example").await;
    assert!(text.contains(OVER) && text.contains("Nous n’en connaissons pas"), "{text}");
}

async fn while_it_runs_nothing_is_over(database: Database) {
    let story = at(database, THEN).await;
    story.receive(&mail(3, "Ministère de la Culture", "culture.gouv.fr", OLD)).await;
    let text = draft(&story, "culture.gouv.fr").await;
    assert!(!text.contains("a pris fin"), "{text}");
}
