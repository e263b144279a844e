//! What the list and the ticket show.

use chrono::Duration;

use super::house::{House, decision};

#[tokio::test]
async fn hostile_words_stay_words_where_they_are_marked() {
    let house = House::open().await;
    let body = "Avant <script>alert('x')</script> \"licence\" <img src=x onerror=y> après";
    let words = ["<script>alert('x')</script>", "\"licence\" <img", "licence"];
    let subject = "<b>Objet</b>";
    let reference = house.ticket(subject, body, decision(body, "source-publication", &words)).await;
    for path in [format!("/equipe/demandes/{reference}"), "/equipe".to_owned()] {
        let page = house.page(&path).await;
        assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<b>Objet"));
        assert!(page.contains("&#60;b&#62;Objet"));
    }
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;</a></mark>"));
    assert!(page.contains("title=\"Parle de « &#60;script"));
}

#[tokio::test]
async fn a_marked_word_leads_to_its_sentence_and_back() {
    let house = House::open().await;
    let body = "Sous quelle licence publier ?";
    let reference = house.ticket("Licence", body, decision(body, "source-publication", &["licence"])).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains(
        "<mark><span id=\"repere-1\"></span><a href=\"#pourquoi-1\" title=\"Parle de « licence »\">licence</a></mark>"
    ));
    assert!(page.contains("<li id=\"pourquoi-1\">") && page.contains("href=\"#repere-1\""));
    for told in [
        "Un seul indice faible, contre deux indices forts.",
        "La catégorie ne permet pas d’agir seul.",
        "Nommé dans la liste d’octobre 2020.",
        "Non nommé",
        "87 %",
        "Règles <code>0123456789ab",
    ] {
        assert!(page.contains(told), "{told}");
    }
}

#[tokio::test]
async fn an_attachment_is_downloaded_and_never_opened() {
    let house = House::open().await;
    let reference = house.ticket("Licence", "Voir le fichier", decision("", "sill", &[])).await;
    let message = house.file(&reference).await.messages.remove(0).id;
    let answer = house.get(&format!("/equipe/demandes/{reference}/pieces/{message}/0")).await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"page d_accueil.html\"; filename*=UTF-8''page%20d%E2%80%99accueil.html"
    );
    assert_eq!(answer.bytes().await.unwrap().as_ref(), b"<script>alert(1)</script>");

    for path in [format!("{message}/1"), "inconnu/0".to_owned()] {
        assert_eq!(house.get(&format!("/equipe/demandes/{reference}/pieces/{path}")).await.status(), 404);
    }
    let other = house.ticket("Autre", "Autre", decision("", "sill", &[])).await;
    assert_eq!(house.get(&format!("/equipe/demandes/{other}/pieces/{message}/0")).await.status(), 404);
}

#[tokio::test]
async fn the_list_is_filtered_searched_and_paged_by_its_address() {
    let house = House::open().await;
    assert!(house.page("/equipe").await.contains("Tout est traité."));
    let mut references = Vec::new();
    for n in 0..60 {
        let category = if n % 2 == 0 { "sill" } else { "contracts" };
        references.push(house.ticket(&format!("Sujet {n:02}"), "Texte", decision("", category, &[])).await);
        house.clock.advance(Duration::minutes(1));
    }
    let first = house.page("/equipe?vue=a-traiter").await;
    assert!(first.contains("Sujet 00") && first.contains("Sujet 49") && !first.contains("Sujet 50"));
    let next = first.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    let second = house.page(&next).await;
    assert!(!second.contains("Sujet 49") && second.contains("Sujet 50") && second.contains("Sujet 59"));
    assert!(!second.contains("rel=\"next\""));

    let sill = house.page("/equipe?categorie=sill").await;
    assert!(sill.contains("Sujet 00") && !sill.contains("Sujet 01"));
    assert!(house.page("/equipe?canal=mail").await.contains("Aucune demande ne correspond."));
    house.act(&references[0], "clore", &[]).await;
    // A reference opens its request, closed or not, whatever the view.
    let found = house.get(&format!("/equipe?vue=part-bientot&q={}", references[0].to_lowercase())).await;
    let to = found.headers().get("location").unwrap().to_str().unwrap().to_owned();
    assert!(to.starts_with(&format!("/equipe/demandes/{}", references[0])), "{to}");
    assert!(!house.page("/equipe?vue=a-traiter").await.contains("Sujet 00"));
    let all = house.page("/equipe?vue=toutes").await;
    assert!(all.contains("Sujet 59") && !all.contains("Sujet 00"), "newest first");
    assert!(house.page("/equipe?vue=toutes&etat=closed").await.contains("Sujet 00"));
}

#[tokio::test]
async fn a_ticket_leads_to_the_next_one_of_its_view() {
    let house = House::open().await;
    let one = house.ticket("Un", "Texte", decision("", "sill", &[])).await;
    house.clock.advance(Duration::minutes(1));
    let two = house.ticket("Deux", "Texte", decision("", "sill", &[])).await;
    let page = house.page(&format!("/equipe/demandes/{one}?vue=a-traiter")).await;
    assert!(page.contains(&format!("/equipe/demandes/{two}?vue=a-traiter")));
    assert!(!house.page(&format!("/equipe/demandes/{two}")).await.contains("rel=\"next\""));
    assert_eq!(house.get("/equipe/demandes/ZZZZZZZZ").await.status(), 404);
}

#[tokio::test]
async fn the_pages_hold_nothing_inline_and_are_not_stored() {
    let house = House::open().await;
    let reference = house.ticket("Un", "Texte", decision("", "sill", &[])).await;
    for path in
        ["/equipe".to_owned(), format!("/equipe/demandes/{reference}"), "/equipe/automatismes".to_owned()]
    {
        let answer = house.get(&path).await;
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("no-store"), "{path}");
        let page = answer.text().await.unwrap();
        for inline in [" style=", " onclick=", "<style", "<script>"] {
            assert!(!page.contains(inline), "{inline} in {path}");
        }
    }
}
