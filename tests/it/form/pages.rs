//! The pages around the form, and what holds for all of them.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use regex::Regex;

use crate::support::web_site::{Reply, Site};

const PUBLIC: [&str; 14] = [
    "/",
    "/en",
    "/?categorie=contracts",
    "/en?categorie=strategy",
    "/tri",
    "/en/sorting",
    "/mentions-legales",
    "/en/legal-notice",
    "/donnees-personnelles",
    "/en/personal-data",
    "/accessibilite",
    "/en/accessibility",
    "/cookies",
    "/en/cookies",
];

#[tokio::test]
async fn every_page_is_safe_whole_and_linked() {
    let site = Site::open().await;
    let sent = site.send("/", &site.filled("/").await).await.leads_to();
    let mut pages: Vec<String> = PUBLIC.map(str::to_owned).into();
    pages.push(sent.clone());
    pages.push(sent.split('?').next().unwrap().to_owned());
    pages.push("/rien".to_owned());
    let inline = Regex::new(r"<style|\sstyle=|\son[a-z]+=|<script(?:[^>]*)>[^<]").unwrap();
    let id = Regex::new(r#"\sid="([^"]+)""#).unwrap();
    for path in pages {
        let page = site.get(&path).await;
        let wanted = if path == "/rien" { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(page.status, wanted, "{path}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert!(page.header("permissions-policy").contains("camera=()"), "{path}");
        assert!(!page.header("cache-control").is_empty(), "{path}");
        assert_eq!(page.header("strict-transport-security"), "", "{path}: only once the operator says so");

        assert!(!inline.is_match(&page.body), "{path}: nothing inline: {:?}", inline.find(&page.body));
        assert_eq!(page.body.matches("<h1").count(), 1, "{path}: one title");
        assert!(
            page.body.contains("<main id=\"contenu\"") && page.body.contains("href=\"#contenu\""),
            "{path}"
        );
        let en = path.starts_with("/en");
        assert!(page.body.contains(if en { "<html lang=\"en\"" } else { "<html lang=\"fr\"" }), "{path}");
        let foot = if en {
            ["/en/accessibility", "/en/legal-notice", "/en/personal-data", "/en/cookies"]
        } else {
            ["/accessibilite", "/mentions-legales", "/donnees-personnelles", "/cookies"]
        };
        for link in foot {
            assert!(page.body.contains(&format!("href=\"{link}\"")), "{path}: {link}");
        }
        let ids: Vec<String> = id.captures_iter(&page.body).map(|c| c[1].to_owned()).collect();
        let mut once = ids.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{path}: every id once");
    }
}

#[tokio::test]
async fn the_title_of_the_window_follows_the_page() {
    let site = Site::open().await;
    let titles = |page: Reply| {
        page.body.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0.replace('\u{a0}', " ")
    };
    let plain = titles(site.get("/").await);
    assert!(plain.starts_with("Nous écrire – "), "{plain}");
    let heading = titles(site.get("/?categorie=contracts").await);
    assert!(heading.starts_with("Nous écrire : ") && heading != plain, "{heading}");
    let sheet = site.filled("/").await;
    let sum = titles(site.send("/", &sheet.clone().set("precision", "x")).await);
    assert!(sum.starts_with("Une question avant l’envoi : "), "{sum}");
    let link = site.send("/", &sheet).await.leads_to();
    let sent = titles(site.get(&link).await);
    let page = link.split('?').next().unwrap();
    let status = titles(site.get(page).await);
    let code = titles(site.get(&format!("{page}?code=1")).await);
    assert!(
        sent.starts_with("Demande envoyée") && status.starts_with("Suivi de votre demande"),
        "{sent} {status}"
    );
    assert!(code.starts_with("Saisir le code – Suivi de votre demande"), "{code}");
}

#[tokio::test]
async fn static_files_are_kept_for_good_under_the_hash_of_their_content() {
    let site = Site::open().await;
    let page = site.get("/").await;
    let links = Regex::new(r#"(?:href|src)="(/static/[^"]+)""#).unwrap();
    let links: Vec<&str> =
        links.captures_iter(&page.body).map(|found| found.get(1).unwrap().as_str()).collect();
    assert!(links.len() >= 4, "{links:?}");
    for link in &links {
        let file = site.get(link).await;
        assert_eq!(file.status, StatusCode::OK, "{link}");
        assert!(file.header("cache-control").contains("immutable"), "{link}");
    }
    let old = site.get("/static/0123456789abcdef/guichet.css").await;
    assert_eq!((old.status, old.header("cache-control")), (StatusCode::OK, "no-cache"));
    assert_eq!(site.get("/static/0123456789abcdef/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/dsfr/dsfr.min.css").await.status, StatusCode::NOT_FOUND, "only with that theme");
}

#[tokio::test]
async fn a_bad_link_leads_to_a_page_with_a_way_out() {
    let site = Site::open().await;
    let good = site.send("/", &site.filled("/").await).await.leads_to();
    let good = good.split('?').next().unwrap().to_owned();
    let status = site.get(&good).await;
    status.says("Reçue");
    status.says("25 novembre 2026 à");
    let mut forged = good.clone();
    forged.pop();
    for bad in [forged.as_str(), "/suivi/ABCD2345.AAAAAAAAAAAAAAAAAAAAAA", "/suivi/x", "/en/suivi/x"] {
        let page = site.get(bad).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{bad}");
        let home = if bad.starts_with("/en") { "/en" } else { "/" };
        assert!(page.body.contains(&format!("class=\"fr-btn\" href=\"{home}\"")), "{bad}");
    }
}

#[tokio::test]
async fn what_is_no_form_gets_a_page_too() {
    let site = Site::open().await;
    let odd = Request::post("/").header("content-type", "text/plain").body(Body::from("x")).unwrap();
    let page = site.ask(odd).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    page.says("Envoi illisible");
    let put = site.ask(Request::put("/").body(Body::empty()).unwrap()).await;
    assert_eq!(put.status, StatusCode::METHOD_NOT_ALLOWED);
    put.says("Action impossible");
}

#[tokio::test]
async fn the_database_away_is_said_without_its_cause() {
    let site = Site::open().await;
    let sent = site.send("/", &site.filled("/").await).await.leads_to();
    assert_eq!(site.get("/sante").await.status, StatusCode::OK);
    site.desk.store().close().await;
    let page = site.get(&sent).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    page.says("Service momentanément interrompu");
    assert!(!page.body.to_lowercase().contains("sqlite") && !page.body.contains("database"));
    let health = site.get("/sante").await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    health.says("\"status\":\"down\"");
}

#[tokio::test]
async fn the_operator_s_own_texts_replace_ours() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mentions.md");
    std::fs::write(&file, "# Nos mentions\n\nUn <b>texte</b>, [un lien](/cookies).").unwrap();
    std::fs::write(folder.path().join("mentions.en.md"), "# Our notice").unwrap();
    let site = Site::open_with(|config| {
        config.legal.notice_file = Some(file);
        config.form.sent_fr = "Nous répondons **chaque jeudi**.".to_owned();
        config.web.hsts = true;
    })
    .await;
    let page = site.get("/mentions-legales").await;
    assert!(page.body.contains("<h1>Nos mentions</h1>") && page.body.contains("&lt;b&gt;"), "{}", page.body);
    assert!(page.header("strict-transport-security").starts_with("max-age="));
    assert!(site.get("/en/legal-notice").await.body.contains("<h1>Our notice</h1>"));
    let sent = site.send("/", &site.filled("/").await).await.leads_to();
    assert!(site.get(&sent).await.body.contains("<strong>chaque jeudi</strong>"));
}

#[tokio::test]
async fn what_the_law_wants_is_on_the_pages() {
    let site = Site::open().await;
    let data = site.get("/donnees-personnelles").await;
    for said in ["dpd@pm.gouv.fr", "56 rue de Varenne", "CNIL", "mission d’intérêt public"] {
        data.says(said);
    }
    let accessibility = site.get("/accessibilite").await;
    for said in ["non conforme", "Défenseur des droits", "contact@code.gouv.fr"] {
        accessibility.says(said);
    }
    site.get("/robots.txt").await.says("Disallow: /suivi/");
}

#[tokio::test]
async fn a_form_is_never_sent_to_the_address_of_its_page() {
    let site = Site::open().await;
    let sent_to = |page: &str| {
        let at = page.find("id=\"formulaire\"").unwrap();
        let found = Regex::new("(?:form)?action=\"([^\"]+)\"").unwrap();
        let mut all: Vec<_> = found.captures_iter(&page[at..]).map(|one| one[1].to_owned()).collect();
        all.truncate(2);
        all
    };
    for path in ["/", "/en"] {
        let [send, check] = sent_to(&site.get(path).await.body).try_into().unwrap();
        assert!(send.starts_with(&format!("{path}?envoi=")) && check.contains("?envoi="), "{send} {check}");
        assert_ne!(sent_to(&site.get(path).await.body)[0], send, "another for each page");
        // The page that comes back stands at that address: its own form has another again.
        let wrong = site.send(&send, &site.filled(path).await.set("email", "x")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_ne!(sent_to(&wrong.body)[0], send);
        let shown = site.get(&send).await;
        assert_eq!(shown.status, StatusCode::OK, "asked for as a page, it shows the form");
        // What is sent twice is kept once, to whichever address.
        let sheet = site.filled(path).await;
        let first = site.send(&send, &sheet).await.leads_to();
        assert_eq!(site.send(path, &sheet).await.leads_to(), first);
    }
}
