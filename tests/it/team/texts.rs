//! The pages of the reply texts.

use std::io::Read as _;

use super::house::{House, decision, location};

#[tokio::test]
async fn a_text_is_edited_checked_published_and_taken_back() {
    let house = House::open().await;
    let list = house.page("/equipe/reponses").await;
    for told in ["sill-list-solution", "Réponse de l’offre", "Formation", "le service lui-même", "_receipt"]
    {
        assert!(list.contains(told), "{told} is missing");
    }
    let [french, english] = house.desk.replies().source_texts("receipt").unwrap();
    let page = house.page("/equipe/reponses/receipt").await;
    assert!(page.contains("Nous avons bien reçu votre demande.") && page.contains("receipt.en.md"), "{page}");
    assert_eq!(house.get("/equipe/reponses/rien").await.status(), 404);

    let wrong = french.replace("Bonjour,", "Bonjour {{ prenom }},");
    let fields = [("fr", wrong.as_str()), ("en", english.as_str()), ("vu", "")];
    let answer = house.post("/equipe/reponses/receipt/publier", &fields).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    assert!(page.contains("receipt.fr.md:6") && page.contains("Bonjour {{ prenom }},"), "{page}");

    let good = french.replace("Bonjour,", "Bonjour <b>à vous</b>,").replace('\n', "\r\n");
    let fields =
        [("fr", good.as_str()), ("en", english.as_str()), ("vu", ""), ("pourquoi", "plus chaleureux")];
    let answer = house.post("/equipe/reponses/receipt/voir", &fields).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Ce qui change") && page.contains("Sur des exemples inventés"), "{page}");
    assert!(page.contains("Bonjour &#60;b&#62;à vous&#60;/b&#62;,") && !page.contains("<b>à vous"));
    let answer = house.post("/equipe/reponses/receipt/publier", &fields).await;
    assert_eq!(location(&answer), "/equipe/reponses/receipt?fait=texte-publie");
    let page = house.page(location(&answer)).await;
    assert!(page.contains("Publiée le") && page.contains("plus chaleureux") && page.contains("Modifié"));
    assert!(house.page("/equipe/reponses").await.contains("25 novembre 2026, Camille Démo"));

    // Somebody whose page is older keeps what they typed, and sees what stands.
    let typed = french.replace("Bonjour,", "Bonsoir,");
    let late = [("fr", typed.as_str()), ("en", english.as_str()), ("vu", "")];
    let answer = house.post("/equipe/reponses/receipt/publier", &late).await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Une autre version a été publiée") && page.contains("Bonsoir,"), "{page}");
    let version = house.desk.store().reply_versions().await.unwrap()[0].id.clone();
    let back = [("vu", version.as_str()), ("version", "")];
    assert_eq!(house.post("/equipe/reponses/receipt/revenir", &back).await.status(), 303);
    assert!(house.page("/equipe/reponses/receipt").await.contains("Retour aux fichiers le"));
}

#[tokio::test]
async fn a_text_is_seen_on_a_real_request() {
    let house = House::open().await;
    let body = "Comment référencer notre solution ?";
    let reference = house.ticket("SILL", body, decision(body, "sill", &["référencer"])).await;
    let [french, english] = house.desk.replies().source_texts("sill").unwrap();
    let fields = [("fr", french.as_str()), ("en", english.as_str()), ("demande", reference.as_str())];
    let page = house.post("/equipe/reponses/sill/voir", &fields).await.text().await.unwrap();
    assert!(page.contains("À marie.durand@culture.example") && page.contains("Rien n’est envoyé"), "{page}");
    // The very mail: its HTML part in a frame, its text part under it.
    assert!(page.contains("srcdoc=\"&#60;!DOCTYPE html&#62;") && page.contains("Partie texte"), "{page}");
    let fields = [("fr", french.as_str()), ("en", english.as_str()), ("demande", "ZZZZZZZZ")];
    let answer = house.post("/equipe/reponses/sill/voir", &fields).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("Aucune demande n’a cette référence."));
}

#[tokio::test]
async fn the_texts_in_force_are_exported_as_files() {
    let house = House::open().await;
    let [french, english] = house.desk.replies().source_texts("receipt").unwrap();
    let french = french.replace("Bonjour,", "Bonjour à vous,");
    let fields = [("fr", french.as_str()), ("en", english.as_str()), ("vu", "")];
    assert_eq!(house.post("/equipe/reponses/receipt/publier", &fields).await.status(), 303);
    let octets = house.get("/equipe/reponses/exporter").await.bytes().await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(octets)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("replies")).unwrap();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let (name, mut text) = (file.name().unwrap().into_owned(), String::new());
        file.read_to_string(&mut text).unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    // A templates folder as it is.
    let read = guichet::reply::ReplyFiles::from_dir(folder.path()).unwrap();
    assert_eq!(read.texts, house.desk.replies().files_in_force().texts);
    assert!(read.texts["receipt.fr.md"].contains("Bonjour à vous,"));
    for path in ["/equipe/reponses", "/equipe/reponses/exporter", "/equipe/reponses/sill"] {
        assert_eq!(House::closed().await.get(path).await.status(), 303, "{path}");
    }
}
