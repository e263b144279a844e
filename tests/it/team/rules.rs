//! The pages of the rules.

use guichet::store::{Filter, View};

use super::house::House;

#[tokio::test]
async fn rules_are_read_by_category_in_words() {
    let house = House::open().await;
    let page = house.page("/equipe/regles?categorie=sill").await;
    for told in [
        "La demande porte sur l’inscription d’un logiciel au catalogue.",
        "Comment référencer notre solution dans le SILL ?",
        "Comment être référent pour un logiciel libre",
        "(comment / faire) […]",
        "choisit sa propre réponse",
        "Jamais touchée",
        "rules/sill.toml, ligne",
    ] {
        assert!(page.contains(told), "{told} is missing in\n{page}");
    }
    let page = house.page("/equipe/regles?categorie=sensitive").await;
    assert!(page.contains("Sensible"), "{page}");
    let page = house.page("/equipe/regles?categorie=rien&depuis=rien").await;
    assert!(page.contains("Règles par catégorie"), "nonsense in the address means no filter: {page}");
}

#[tokio::test]
async fn a_text_is_explained_by_the_very_triage_and_nothing_is_stored() {
    let house = House::open().await;
    let body = "Bonjour,\n\nNous souhaitons organiser une formation à LibreOffice. La mission propose-t-elle cette formation ?";
    let fields =
        [("objet", "Formation"), ("texte", body), ("adresse", "a@culture.gouv.fr"), ("organisme", "")];
    let answer = house.post("/equipe/regles/essayer", &fields).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    for told in [
        "Pourquoi cette décision",
        "Formation",
        "Ce qui a parlé",
        "Sujets considérés",
        "Ministère de la Culture",
    ] {
        assert!(page.contains(told), "{told} is missing in\n{page}");
    }
    let triage = house.desk.triage_now().await.unwrap();
    assert!(page.contains(&format!("Règles <code>{}", triage.ruleset())), "{page}");
    let all = Filter { view: View::All, limit: 10, ..Filter::default() };
    assert!(house.desk.store().queue(&all).await.unwrap().is_empty());
    // Nothing typed is an answer too.
    assert_eq!(house.post("/equipe/regles/essayer", &[("texte", "")]).await.status(), 200);
    for path in ["/equipe/regles", "/equipe/regles/essayer", "/equipe/regles/rejouer"] {
        assert_eq!(House::closed().await.get(path).await.status(), 303, "{path}");
    }
}
