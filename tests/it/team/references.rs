//! The pages of the references, and a third party asked from the page of a ticket.

use guichet::message::{Door, Envelope};
use guichet::store::Direction;
use guichet::ticket::OutboxState;
use guichet::triage::Standing;

use super::house::{House, decision};
use crate::support::said;

const BODY: &str = "Sommes-nous bénéficiaires du marché de support ?";

#[tokio::test]
async fn rows_are_found_with_their_source_and_period() {
    let house = House::open().await;
    let page = house.page("/equipe/references?q=sorbonne&jour=2024-01-10").await;
    for told in [
        "Sorbonne Université",
        "sorbonne-universite.fr",
        "Bénéficiaire",
        "Source : code.gouv.fr",
        "Période : ",
    ] {
        assert!(page.contains(told), "{told} is missing");
    }
    let page = house.page("/equipe/references?feuille=answers").await;
    assert!(page.contains("liste des bénéficiaires du marché de support 2024-2028"));
    assert!(house.page("/equipe/references?feuille=domains&q=ademe.fr").await.contains("Organisme : "));
    assert!(house.page("/equipe/references?feuille=links").await.contains("https://code.gouv.fr/faq/"));
    assert_eq!(house.get("/equipe/references/organisations/ligne?cle=nulle-part").await.status(), 404);
}

#[tokio::test]
async fn a_row_with_a_comment_in_it_is_whole_and_keeps_it_when_corrected() {
    let house = House::open().await;
    let page = house.page("/equipe/references").await;
    assert!(!page.contains("aria-label=\"\"") && !page.contains("cle=\""), "a row without a name is listed");
    // In the file a comment stands under the head of its table.
    let found = house.page("/equipe/references?q=prefecture+maritime").await;
    let link = found.split("/organisations/ligne?cle=").nth(1).expect("it is listed");
    let key = link.split('"').next().unwrap().to_owned();
    let comment = "# Le préfet maritime représente le Premier ministre";
    let export = "/equipe/references/exporter/organisations.toml";
    assert_eq!(house.page(export).await.matches(comment).count(), 1);
    let fields = [
        ("cle", key.as_str()),
        ("name", "Action de l’État en mer et préfets maritimes"),
        ("kind", "service"),
        ("source", "courriel du secrétariat général de la mer"),
        ("depuis", "2026-11-01"),
    ];
    assert_eq!(house.post("/equipe/references/organisations/corriger", &fields).await.status(), 303);
    let files = house.page(export).await;
    assert_eq!(files.matches(comment).count(), 1, "comments are kept");
    assert_eq!(files.matches(&format!("id = \"{key}\"")).count(), 1, "it is corrected, not told twice");
}

#[tokio::test]
async fn a_row_is_corrected_with_source_and_period_and_the_correction_retired() {
    let house = House::open().await;
    let line = "/equipe/references/domains/ligne?cle=ademe.fr";
    let page = house.page(line).await;
    assert!(
        page.contains("<option value=\"sure\" selected>sûr</option>"),
        "codes are chosen by their words: {page}"
    );
    let mut fields = vec![
        ("cle", "ademe.fr"),
        ("organisation", "nulle-part"),
        ("confidence", "weak"),
        ("depuis", "2026-11-01"),
    ];
    let answer = house.post("/equipe/references/domains/corriger", &fields).await;
    assert_eq!(answer.status(), 422, "without a source");
    fields.push(("source", "courriel de l’Ademe <script>"));
    let answer = house.post("/equipe/references/domains/corriger", &fields).await;
    assert_eq!(answer.status(), 422);
    let page = said(answer).await;
    assert!(
        page.contains("l’organisme « nulle-part » est inconnu") && page.contains("value=\"weak\" selected"),
        "{page}"
    );
    fields[1].1 = "culture";
    assert_eq!(house.post("/equipe/references/domains/corriger", &fields).await.status(), 303);
    let page = house.page("/equipe/references?feuille=domains&q=ademe.fr").await;
    assert!(page.contains("Corrigée") && page.contains("Ministère de la Culture"), "{page}");
    assert!(
        page.contains("courriel de l’Ademe &#60;script&#62;") && page.contains("depuis le 1er novembre 2026")
    );
    // Somebody who had the page open before sees it, and undoes nothing.
    let answer = house.post("/equipe/references/domains/corriger", &fields).await;
    assert!(said(answer).await.contains("corrigée entre-temps"));
    let export = house.page("/equipe/references/exporter/domains.csv").await;
    assert!(export.contains("\nademe.fr,culture,,weak,E-"), "{export}");
    assert!(house.page("/equipe/references/exporter/sources.toml").await.contains("courriel de l’Ademe"));
    assert_eq!(house.get("/equipe/references/exporter/policy.toml").await.status(), 404);
    assert_eq!(house.post("/equipe/references/domains/retirer", &[("cle", "ademe.fr")]).await.status(), 303);
    assert!(!house.page("/equipe/references?feuille=domains&q=ademe.fr").await.contains("Corrigée"));
    let page = house.page(line).await;
    assert!(page.contains("Retirée ou remplacée") && page.contains("par Camille Démo"), "{page}");
}

#[tokio::test]
async fn nobody_outside_the_team_sees_them() {
    let house = House::closed().await;
    for path in [
        "/equipe/references",
        "/equipe/references/exporter/domains.csv",
        "/equipe/references/links/ligne?cle=faq",
    ] {
        assert_eq!(house.get(path).await.status(), 303, "{path}");
    }
}

#[tokio::test]
async fn where_nothing_is_to_be_verified_a_third_party_is_asked_what_one_likes() {
    let house = House::open().await;
    let mut sure = decision(BODY, "contracts", &["bénéficiaires"]);
    sure.organisation.as_mut().unwrap().contracts.retain(|one| one.standing != Standing::ToVerify);
    let mut nobody = decision(BODY, "sill", &["bénéficiaires"]);
    nobody.organisation = None;
    for decision in [sure, nobody] {
        let reference = house.ticket("Marché", BODY, decision).await;
        let page = house.page(&format!("/equipe/demandes/{reference}")).await;
        let form = page.split("id=\"tiers\"").nth(1).unwrap().split("</form>").next().unwrap();
        assert!(
            form.contains("name=\"objet\" value=\"\"") && form.contains("required></textarea>"),
            "{form}"
        );
        let fields = [("tiers", "pilote@finances.example"), ("question", "Qui s’en occupe ?")];
        let answer = house.act(&reference, "tiers", &fields).await;
        assert_eq!(answer.status(), 422);
        assert!(said(answer).await.contains("Donnez un objet à la question."));
        let fields = [&fields[..], &[("objet", "Une question")]].concat();
        assert_eq!(house.act(&reference, "tiers", &fields).await.status(), 303);
        let asked = house.file(&reference).await.inquiries.pop().unwrap();
        assert_eq!(asked.contract, None);
    }
}

#[tokio::test]
async fn a_third_party_is_asked_from_the_ticket_and_its_answer_kept() {
    let house = House::open().await;
    let reference = house.ticket("Marché", BODY, decision(BODY, "contracts", &["bénéficiaires"])).await;
    let path = format!("/equipe/demandes/{reference}");
    let page = house.page(&path).await;
    assert!(page.contains("Demander à un tiers") && page.contains("en est-il bénéficiaire"), "{page}");
    let question = "Cet organisme est-il bénéficiaire ?";
    let fields = [
        ("tiers", "rien"),
        ("objet", "Bénéficiaires"),
        ("question", question),
        ("organisme", "culture"),
        ("marche", "support"),
    ];
    let answer = house.act(&reference, "tiers", &fields).await;
    assert_eq!(answer.status(), 422);
    assert!(said(answer).await.contains(question), "what was typed stays");
    let fields = [
        ("tiers", "pilote@finances.example"),
        ("objet", "Bénéficiaires"),
        ("question", question),
        ("organisme", "culture"),
        ("marche", "support"),
    ];
    assert_eq!(house.act(&reference, "tiers", &fields).await.status(), 303);
    let page = house.page(&path).await;
    assert!(page.contains("Questions à des tiers") && page.contains("En attente de réponse"));
    assert!(!page.contains("Garder cette réponse"), "there is none yet");

    let asked = house.file(&reference).await.outbox.pop().unwrap();
    let raw = format!(
        "From: Pilote <pilote@finances.example>\r\nTo: contact@code.gouv.fr\r\nSubject: Re: x\r\nMessage-ID: <a@b.example>\r\n\
         In-Reply-To: <{}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNon.\r\n",
        asked.message_id
    );
    let envelope = Envelope {
        from: Some("pilote@finances.example".to_owned()),
        to: vec!["contact@code.gouv.fr".to_owned()],
        ..Envelope::default()
    };
    house.desk.accept(Door::Pipe, "pipe:1", envelope, raw.into_bytes()).await.unwrap();
    while house.desk.process_next(chrono::Duration::minutes(1)).await.unwrap() {}
    assert_eq!(house.file(&reference).await.messages.last().unwrap().direction, Direction::Aside);
    let page = house.page(&path).await;
    for told in [
        "Réponse d’un tiers",
        "ne voit pas ce message",
        "Garder cette réponse",
        "réponse du domaine finances.example, ",
    ] {
        assert!(page.contains(told), "{told} is missing");
    }
    let mut fields = vec![
        ("organisme", "Nulle part"),
        ("marche", "support"),
        ("reponse", "not_listed"),
        ("source", "réponse du pilote"),
        ("depuis", "2026-11-25"),
    ];
    let answer = house.act(&reference, "garder", &fields).await;
    assert!(said(answer).await.contains("« Nulle part » n’est pas dans les références"));
    fields[0].1 = "Ministère de la Culture";
    assert_eq!(house.act(&reference, "garder", &fields).await.status(), 303);
    let page = house.page("/equipe/references?q=ministère de la culture").await;
    assert!(page.contains(
        "Non bénéficiaire, d’après une réponse obtenue hors des listes publiées (depuis le 25 novembre 2026)"
    ));
    assert!(house.page("/equipe/references/exporter/contracts.toml").await.contains("[[answer]]"));
}

#[tokio::test]
async fn a_question_that_was_stopped_is_waited_for_no_longer() {
    let house = House::open().await;
    let reference = house.ticket("Marché", BODY, decision(BODY, "contracts", &["bénéficiaires"])).await;
    let path = format!("/equipe/demandes/{reference}");
    let fields = [
        ("tiers", "pilote@finances.example"),
        ("objet", "Bénéficiaires"),
        ("question", "Cet organisme est-il bénéficiaire ?"),
        ("organisme", "culture"),
        ("marche", "support"),
    ];
    assert_eq!(house.act(&reference, "tiers", &fields).await.status(), 303);
    let asked = house.file(&reference).await.outbox.pop().unwrap();
    let mut tx = house.desk.store().begin().await.unwrap();
    assert!(tx.outbox_held(&asked.id, OutboxState::Due, "arrêté par une personne").await.unwrap());
    tx.commit().await.unwrap();
    let page = house.page(&path).await;
    assert!(page.contains("Arrêtée avant le départ") && !page.contains("En attente de réponse"), "{page}");
}

#[tokio::test]
async fn the_page_says_what_only_the_files_hold() {
    let house = House::open().await;
    let page = house.page("/equipe/references").await;
    assert!(
        page.contains("ne se corrigent que dans les fichiers") && page.contains("périodes des marchés"),
        "{page}"
    );
}
