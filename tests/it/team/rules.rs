//! The pages of the rules.

use guichet::store::{Filter, View};

use super::house::House;
use crate::support::said;

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

#[tokio::test]
async fn a_file_of_no_rule_set_is_refused_by_its_name() {
    let house = House::open().await;
    let send = async |name: &'static str, text: &str, scope: &'static str| {
        let part = reqwest::multipart::Part::bytes(text.as_bytes().to_vec()).file_name(name);
        let form = reqwest::multipart::Form::new().part("fichiers", part).text("etendue", scope);
        let to = format!("{}/equipe/regles/rejouer", house.base);
        house.browser.post(to).multipart(form).send().await.unwrap()
    };
    for scope in ["partie", "entier"] {
        let answer = send("annuaire.csv", "organisation;role;email\n", scope).await;
        assert_eq!(answer.status(), 422, "{scope}");
        let page = said(answer).await;
        assert!(
            page.contains("« annuaire.csv »") && page.contains("n’est le fichier d’aucun jeu de règles"),
            "{page}"
        );
    }
    // A category that is new to the set has a file of its own.
    let taken = send("neuve.toml", "# Rien encore.\n", "partie").await;
    assert_eq!(taken.status(), 303);
}
