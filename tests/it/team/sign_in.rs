//! Who gets in, and who does not.

use guichet::web::auth;

use super::house::{House, browser, location};

async fn try_password(house: &House, email: &str, password: &str) -> u16 {
    house.post("/equipe/connexion", &[("adresse", email), ("mot_de_passe", password)]).await.status().as_u16()
}

#[tokio::test]
async fn the_right_password_opens_a_session_kept_as_a_digest() {
    let house = House::closed().await;
    let (email, password) = auth::demo_account(&house.desk).await.unwrap();
    let form = [
        ("adresse", email.to_uppercase()),
        ("mot_de_passe", password.clone()),
        ("retour", "/equipe?vue=toutes".to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let answer = house.post("/equipe/connexion", &form).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/equipe?vue=toutes"));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["guichet_session=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    assert!(house.desk.store().session_account(token, house.clock.now()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_cookie_is_secure_where_the_service_is() {
    for (url, secure) in [("https://guichet.example", true), ("http://127.0.0.1:8080", false)] {
        let house = House::at(Some(url)).await;
        let (email, password) = auth::demo_account(&house.desk).await.unwrap();
        let form = [("adresse", email.as_str()), ("mot_de_passe", &password)];
        let answer = house.post("/equipe/connexion", &form).await;
        assert_eq!(answer.headers()["set-cookie"].to_str().unwrap().contains("Secure"), secure);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_read_the_same() {
    let house = House::closed().await;
    let (email, _) = auth::demo_account(&house.desk).await.unwrap();
    let mut answers = Vec::new();
    for address in [email.as_str(), "inconnue@exemple.fr"] {
        let form = [("adresse", address), ("mot_de_passe", "pas le bon du tout")];
        let answer = house.post("/equipe/connexion", &form).await;
        assert_eq!(answer.status(), 422);
        assert!(answer.headers().get("set-cookie").is_none());
        answers.push(answer.text().await.unwrap().replace(address, "…"));
    }
    assert!(answers[0].contains("Adresse ou mot de passe incorrect."));
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn too_many_failures_make_an_address_wait_and_waiting_helps() {
    let house = House::closed().await;
    let (email, password) = auth::demo_account(&house.desk).await.unwrap();
    for _ in 0..10 {
        assert_eq!(try_password(&house, &email, "mauvais").await, 422);
    }
    let form = [("adresse", email.as_str()), ("mot_de_passe", password.as_str())];
    let answer = house.post("/equipe/connexion", &form).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "900"));
    house.clock.advance(chrono::Duration::minutes(16));
    assert_eq!(try_password(&house, &email, &password).await, 303);
}

#[tokio::test]
async fn one_client_can_not_try_every_address() {
    let house = House::closed().await;
    for n in 0..50 {
        assert_eq!(try_password(&house, &format!("p{n}@exemple.fr"), "mauvais").await, 422);
    }
    assert_eq!(try_password(&house, "une.autre@exemple.fr", "mauvais").await, 429);
}

#[tokio::test]
async fn without_a_session_every_page_leads_to_the_sign_in_and_back() {
    let house = House::closed().await;
    for (path, back) in [
        ("/equipe", "%2Fequipe"),
        ("/equipe?vue=toutes", "%2Fequipe%3Fvue%3Dtoutes"),
        ("/equipe/demandes/ABCD2345", "%2Fequipe%2Fdemandes%2FABCD2345"),
        ("/equipe/demandes/ABCD2345/pieces/a/0", "%2Fequipe%2Fdemandes%2FABCD2345%2Fpieces%2Fa%2F0"),
        ("/equipe/demandes/ABCD2345/courriel/a", "%2Fequipe%2Fdemandes%2FABCD2345%2Fcourriel%2Fa"),
        ("/equipe/en-panne", "%2Fequipe%2Fen-panne"),
        ("/equipe/automatismes", "%2Fequipe%2Fautomatismes"),
    ] {
        let answer = house.get(path).await;
        let expected = format!("/equipe/connexion?retour={back}");
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, expected.as_str()));
    }
    let answer = house.post("/equipe/demandes/ABCD2345/clore", &[("version", "1")]).await;
    assert_eq!(location(&answer), "/equipe/connexion?retour=%2Fequipe%2Fdemandes%2FABCD2345");
}

#[tokio::test]
async fn signing_out_a_long_day_and_a_disabled_account_end_a_session() {
    let house = House::open().await;
    house.page("/equipe").await;
    let answer = house.post("/equipe/deconnexion", &[]).await;
    assert_eq!(location(&answer), "/equipe/connexion");
    assert_eq!(house.get("/equipe").await.status(), 303);

    let house = House::open().await;
    house.clock.advance(chrono::Duration::hours(24 * 8));
    assert_eq!(house.get("/equipe").await.status(), 303);

    let house = House::open().await;
    let account = house.desk.store().accounts().await.unwrap().remove(0);
    house.desk.store().account_set_disabled(&account.id, true).await.unwrap();
    assert_eq!(house.get("/equipe").await.status(), 303);
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_too() {
    let house = House::closed().await;
    let (email, password) = auth::demo_account(&house.desk).await.unwrap();
    let answer = house.post("/equipe/connexion", &[("adresse", &email), ("mot_de_passe", &password)]).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    house.post("/equipe/deconnexion", &[]).await;
    let thief =
        browser().get(format!("{}/equipe", house.base)).header("cookie", cookie).send().await.unwrap();
    assert_eq!(thief.status(), 303);
}

#[tokio::test]
async fn a_post_from_another_site_is_refused() {
    let house = House::open().await;
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://mechant.example")]] {
        for path in ["/equipe/automatismes", "/equipe/connexion", "/equipe/deconnexion"] {
            let answer = house.post_with(path, &[("etat", "arreter")], &headers).await;
            assert_eq!(answer.status(), 403, "{path}");
        }
    }
    assert!(!house.desk.automatic_stopped().await.unwrap());
}

fn link_for(house: &House, account: &guichet::store::Account) -> String {
    auth::new_link(house.desk.keys(), &house.clock, &house.desk.service().public_url, account)
}

/// The path of a printed link.
fn path(link: &str) -> String {
    format!("/{}", link.splitn(4, '/').nth(3).unwrap())
}

#[tokio::test]
async fn the_first_link_lets_one_person_in_once() {
    let house = House::closed().await;
    let first = auth::first_access(&house.desk).await.unwrap().expect("nobody can sign in yet");
    assert_eq!(first.email, house.desk.service().contact);
    let link = first.link;
    assert!(link.starts_with(&house.desk.service().public_url));
    let path = path(&link);
    assert!(house.page(&path).await.contains(&house.desk.service().contact));
    let answer = house.post(&path, &[("mot_de_passe", "trop court")]).await;
    assert_eq!(answer.status(), 422);
    let answer = house.post(&path, &[("mot_de_passe", "cheval agrafe pile")]).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/equipe?fait=mot-de-passe"));
    house.page("/equipe").await;

    assert_eq!(house.get(&path).await.status(), 410);
    assert_eq!(house.post(&path, &[("mot_de_passe", "un autre mot de passe")]).await.status(), 410);
    assert_eq!(auth::first_access(&house.desk).await.unwrap(), None);
    let contact = house.desk.service().contact.clone();
    assert_eq!(try_password(&house, &contact, "cheval agrafe pile").await, 303);
}

#[tokio::test]
async fn a_link_that_is_old_forged_or_overtaken_lets_nobody_in() {
    let house = House::closed().await;
    let account =
        auth::add_account(house.desk.store(), &house.clock, "A@exemple.fr", "A").await.unwrap().unwrap();
    assert!(
        auth::add_account(house.desk.store(), &house.clock, "a@exemple.fr", "A").await.unwrap().is_none()
    );
    let first = path(&link_for(&house, &account));
    let second = path(&link_for(&house, &account));
    let mut forged = first.clone();
    forged.replace_range(forged.len() - 4.., "AAAA");
    assert_eq!(house.get(&forged).await.status(), 410);
    assert_eq!(house.post(&second, &[("mot_de_passe", "cheval agrafe pile")]).await.status(), 303);
    assert_eq!(house.get(&first).await.status(), 410, "a password was chosen since");

    let account = house.desk.store().account(&account.id).await.unwrap().unwrap();
    let third = path(&link_for(&house, &account));
    assert_eq!(house.get(&third).await.status(), 200);
    house.clock.advance(chrono::Duration::hours(73));
    assert_eq!(house.get(&third).await.status(), 410);
}
