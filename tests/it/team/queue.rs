//! The list's pages: what needs somebody now, views kept, put off, typed in, keys.

use chrono::Duration;
use guichet::message::Channel;
use guichet::store::{Filter, View};
use guichet::ticket::{MailKind, Status};
use guichet::triage::{Action, Reason};

use super::house::{House, decision, location};
use crate::support::said;
use crate::support::story::hidden_fields;

pub(super) async fn open(house: &House, subject: &str, category: &str) -> String {
    house.ticket(subject, "Texte", decision("", category, &[])).await
}

#[tokio::test]
async fn the_first_page_says_what_needs_somebody_now() {
    let house = House::open().await;
    assert!(house.page("/equipe").await.contains("Tout est traité."));
    for n in 0..8 {
        open(&house, &format!("Sujet {n}"), "sill").await;
        house.clock.advance(Duration::minutes(1));
    }
    let mut refusal = decision("", "refused-training", &[]);
    (refusal.action, refusal.reason) = (Action::Refuse, Reason::RefusedTopic);
    let leaving = house.ticket("Formation", "Texte", refusal).await;
    house.promise(&leaving, MailKind::Refusal, Duration::minutes(15)).await;
    let page = house.page("/equipe").await;
    assert!(page.contains("Sans réponse <span class=\"team-count\">8</span>"));
    assert!(
        page.contains("Sujet 0") && page.contains("Sujet 5") && !page.contains("Sujet 6"),
        "the oldest few"
    );
    assert!(page.contains("href=\"/equipe?vue=sans-reponse\">Tout voir"));
    assert!(
        page.contains("part dans 15 min") && page.contains(&format!("/equipe/demandes/{leaving}/arreter"))
    );
    assert!(
        !page.contains("Refus contestés <span class=\"team-count\">0</span> <a"),
        "what is empty has no section"
    );
    assert!(page.len() < 60_000, "{} octets", page.len());
}

#[tokio::test]
async fn a_search_that_cannot_be_understood_is_told_kindly() {
    let house = House::open().await;
    let page = house.page("/equipe?vue=toutes&q=couleur%3Ableu%20a*").await;
    assert!(page.contains("« couleur: » n’est pas un champ") && page.contains("trop court"));
    assert!(house.page("/equipe?vue=toutes&q=%22%28%20OR%20NEAR").await.contains("Un guillemet ouvert"));
}

#[tokio::test]
async fn a_list_is_kept_shared_and_taken_away() {
    let house = House::open().await;
    let list = "/equipe?vue=toutes&categorie=sill";
    assert!(house.page(list).await.contains("Enregistrer cette liste"));
    let fields = [("nom", "SILL"), ("adresse", list), ("partagee", "oui")];
    assert_eq!(
        location(&house.post("/equipe/vues", &fields).await),
        format!("{list}&fait=vue-gardee&demande=")
    );
    let page = house.page(list).await;
    assert!(page.contains("aria-current=\"page\">SILL <span class=\"team-quiet\">partagée"));
    // An address elsewhere is not kept.
    let foreign = [("nom", "X"), ("adresse", "https://x.example")];
    assert_eq!(location(&house.post("/equipe/vues", &foreign).await), "/equipe?fait=vue-refusee");
    let id = page.split("/equipe/vues/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(house.desk.store().saved_views("somebody else").await.unwrap().len(), 1);
    assert!(!house.desk.store().saved_view_delete(&id, "somebody else").await.unwrap());
    house.post(&format!("/equipe/vues/{id}/supprimer"), &[]).await;
    assert!(house.desk.store().saved_views("x").await.unwrap().is_empty());
}

#[tokio::test]
async fn enter_on_a_box_of_the_list_does_nothing() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    let page = house.page("/equipe?vue=a-traiter").await;
    let form = page.split("action=\"/equipe/lot\"").nth(1).unwrap();
    let first = form.split("<button").nth(1).unwrap().split('>').next().unwrap();
    assert!(first.contains("name=\"acte\" value=\"rien\"") && !first.contains("disabled"), "{first}");
    let ticked = format!("{one}.1");
    let answer = house.post("/equipe/lot", &[("acte", "rien"), ("d", &ticked)]).await;
    assert_eq!(answer.status(), 204, "the browser stays on its page");
    assert_eq!(house.file(&one).await.ticket.version, 1);
}

#[tokio::test]
async fn a_request_is_put_off_and_taken_up_again() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    let page = house.page(&format!("/equipe/reporter/{one}")).await;
    assert!(page.contains("Demain matin (26 novembre 2026)") && page.contains("Jusqu’à une réponse"));
    let fields = [("quand", "semaine"), ("jusque", ""), ("retour", "/equipe")];
    let answer = house.act(&one, "reporter", &fields).await;
    assert_eq!(location(&answer), format!("/equipe?fait=reporte&demande={one}"));
    assert!(house.page("/equipe?vue=reportees").await.contains("Reportée au 2 décembre 2026"));
    let page = house.page(&format!("/equipe/demandes/{one}")).await;
    assert!(page.contains("Reportée au 2 décembre 2026") && page.contains("Reprendre maintenant"));
    for (quand, jusque) in [("", ""), ("demain", "2026-11-25"), ("demain", "hier")] {
        let answer = house.act(&one, "reporter", &[("quand", quand), ("jusque", jusque)]).await;
        assert_eq!(answer.status(), 422, "{quand} {jusque}");
    }
    let list = house.page("/equipe?vue=reportees").await;
    let act = format!("formaction=\"/equipe/demandes/{one}/reprendre\" data-touche=\"z\"");
    assert!(list.contains(&act), "from the list too");
    let answer = house.act(&one, "reprendre", &[("retour", "/equipe?vue=reportees")]).await;
    assert_eq!(location(&answer), format!("/equipe?vue=reportees&fait=reprise&demande={one}"));
    assert_eq!(house.file(&one).await.ticket.status, Status::Open);
    assert!(!house.page("/equipe?vue=a-traiter").await.contains("/reprendre\""));
}

#[tokio::test]
async fn new_ones_are_counted_and_the_list_stays() {
    let house = House::open().await;
    open(&house, "Un", "sill").await;
    let page = house.page("/equipe").await;
    let asked =
        page.split("data-nouvelles=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    assert_eq!(house.page(&asked).await, "");
    house.clock.advance(Duration::minutes(1));
    open(&house, "Deux", "sill").await;
    open(&house, "Trois", "contracts").await;
    assert_eq!(house.page(&asked).await, "2 nouvelles");
    let sill = house.page("/equipe?vue=toutes&categorie=sill").await;
    let asked =
        sill.split("data-nouvelles=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    assert_eq!(house.page(&asked).await, "");
    house.clock.advance(Duration::minutes(1));
    open(&house, "Quatre", "sill").await;
    open(&house, "Cinq", "contracts").await;
    assert_eq!(house.page(&asked).await, "1 nouvelle", "the filters count");
}

#[tokio::test]
async fn what_changed_is_told_apart_from_what_is_new_and_counted_once() {
    let house = House::open().await;
    let one = open(&house, "Un", "sill").await;
    house.clock.advance(Duration::minutes(1));
    let page = house.page("/equipe").await;
    let asked =
        page.split("data-nouvelles=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    house.clock.advance(Duration::minutes(1));
    house.act(&one, "noter", &[("texte", "Vu")]).await;
    assert_eq!(house.page(&asked).await, "1 changée");
    let two = open(&house, "Deux", "sill").await;
    // It stands among what is put off and back, and among mails that failed: it is one.
    let mail = house.promise(&two, MailKind::Answer, Duration::zero()).await;
    let mut tx = house.desk.store().begin().await.unwrap();
    tx.outbox_failed(&mail, guichet::ticket::OutboxState::Due, "550").await.unwrap();
    tx.commit().await.unwrap();
    house.act(&two, "reporter", &[("quand", "semaine")]).await;
    house.act(&two, "reprendre", &[]).await;
    assert_eq!(house.page(&asked).await, "1 nouvelle, 1 changée");
}

#[tokio::test]
async fn a_search_tells_how_many_and_is_taken_back_and_a_kept_list_bears_its_name() {
    let house = House::open().await;
    let list = "/equipe?vue=toutes&categorie=sill";
    assert!(house.page(list).await.contains("Aucune demande trouvée."));
    for n in 0..3 {
        open(&house, &format!("Sujet {n}"), "sill").await;
    }
    let page = house.page(list).await;
    assert!(page.contains("3 demandes trouvées.") && page.contains("Retirer les filtres"));
    let titled = |page: &str, title: &str| page.contains(&format!("<title>{title} – "));
    assert!(titled(&page, "Toutes, 3 demandes trouvées"), "tabs of lists are told apart");
    let searched = house.page("/equipe?vue=toutes&q=pompier+-sujet").await;
    assert!(titled(&searched, "« pompier -sujet », Toutes, aucune demande trouvée"), "{searched}");
    assert!(titled(&house.page("/equipe?vue=toutes").await, "Toutes"));
    assert!(!house.page("/equipe?vue=toutes").await.contains("trouvée"), "of a whole view the menu says it");
    house.post("/equipe/vues", &[("nom", "Le SILL"), ("adresse", list)]).await;
    let page = house.page(list).await;
    assert!(page.contains("<h1 class=\"fr-h3\">Le SILL</h1>"));
    // The cross only opens what takes the list away.
    assert!(page.contains("<summary class=\"team-cross\"") && page.contains(">Supprimer<span"));
}

#[tokio::test]
async fn a_call_is_typed_in_checked_and_opened() {
    let house = House::open().await;
    let page = house.page("/equipe/nouvelle").await;
    let token = hidden_fields(&page).into_iter().find(|(name, _)| name == "jeton").unwrap().1;
    let text = "Sous quelle licence publier le code source de notre logiciel ?";
    let mut fields = vec![("jeton", token.as_str()), ("moyen", "chat"), ("nom", "Jeanne"), ("texte", text)];
    fields.push(("acte", "verifier"));
    let checked = said(house.post("/equipe/nouvelle", &fields).await).await;
    assert!(checked.contains("Le tri propose :") && checked.contains(text));
    assert!(
        checked.contains("<option value=\"\">Laisser le tri choisir"),
        "what triage thinks is nobody's choice"
    );
    assert!(!checked.contains("value=\"source-publication\" selected"));
    let offered = [("jeton", token.as_str()), ("texte", text), ("prendre", "source-publication")];
    let accepted = house.post("/equipe/nouvelle", &offered).await.text().await.unwrap();
    assert!(accepted.contains("value=\"source-publication\" selected") && accepted.contains(text));
    let mut other = fields.clone();
    other.push(("categorie", "strategy"));
    let other = house.post("/equipe/nouvelle", &other).await.text().await.unwrap();
    assert!(other.contains("Votre choix l’emporte") && other.contains("Prendre ce sujet"), "{other}");
    assert!(
        other.find("value=\"ouvrir\"") < other.find("name=\"prendre\""),
        "Enter in a field takes no subject"
    );
    let none =
        house.desk.store().queue(&Filter { view: View::All, limit: 5, ..Filter::default() }).await.unwrap();
    assert!(none.is_empty(), "checking keeps nothing");
    fields.pop();
    let empty = house.post("/equipe/nouvelle", &[("adresse", "pas une adresse")]).await;
    assert_eq!(empty.status(), 422);
    let says = said(empty).await;
    assert!(says.contains("Écrivez ce qui est demandé.") && says.contains("Ce n’est pas une adresse"));
    let opened = house.post("/equipe/nouvelle", &fields).await;
    let to = location(&opened).to_owned();
    assert!(to.ends_with("?fait=saisie"), "{to}");
    let page = house.page(&to).await;
    assert!(page.contains("Reçue ainsi : Tchap"));
    let again = house.post("/equipe/nouvelle", &fields).await;
    assert_eq!(location(&again), to, "sent twice, it is one");
    let reference = to.split('/').nth(3).unwrap().split('?').next().unwrap();
    let file = house.file(reference).await;
    assert_eq!((file.ticket.channel, file.messages[0].message.body.as_str()), (Channel::Hand, text));
}

#[tokio::test]
async fn keys_are_the_persons_own() {
    let house = House::open().await;
    assert_eq!(
        house.page("/equipe/touches.js").await,
        "globalThis.guichetTouches = {\"keys\":{},\"on\":true};\n"
    );
    let refused = house.post("/equipe/preferences", &[("actives", "oui"), ("touche-0", "k")]).await;
    assert_eq!(refused.status(), 422);
    assert!(said(refused).await.contains("sert déjà plus haut"));
    house.post("/equipe/preferences", &[("touche-0", "q")]).await;
    let script = house.page("/equipe/touches.js").await;
    assert_eq!(script, "globalThis.guichetTouches = {\"keys\":{\"j\":\"q\"},\"on\":false};\n");
    assert!(house.page("/equipe/preferences").await.contains("(usuelle : j)"));
    assert_eq!(House::closed().await.get("/equipe/touches.js").await.status(), 303);
}

/// Octets of a page and of all that it loads, as they come over the wire.
async fn weight(house: &House, path: &str) -> usize {
    let page = house.page(path).await;
    let mut whole = page.len();
    let linked = page.split('"').filter(|part| part.starts_with("/static/") || part.ends_with("touches.js"));
    for address in linked.collect::<std::collections::BTreeSet<_>>() {
        let asked = house.browser.get(format!("{}{address}", house.base)).header("accept-encoding", "gzip");
        let file = asked.send().await.unwrap();
        assert_eq!(file.status(), 200, "{address}");
        whole += file.bytes().await.unwrap().len();
    }
    whole
}

#[tokio::test]
async fn a_full_list_is_light_with_all_that_it_loads() {
    let house = House::open().await;
    for n in 0..51 {
        open(&house, &format!("Une demande dont l’objet est d’une longueur ordinaire, la {n}e"), "sill")
            .await;
    }
    for path in ["/equipe", "/equipe?vue=toutes", "/equipe?vue=a-traiter"] {
        let octets = weight(&house, path).await;
        assert!(octets < 100_000, "{path}: {octets} octets");
    }
}
