//! Attachments: bounded, named cleanly, kept while a field is corrected.

use axum::http::StatusCode;
use chrono::Duration;

use crate::support::web_site::{Sheet, Site};

fn names(form: &guichet::message::Form) -> Vec<&str> {
    form.files.iter().map(|file| file.name.as_str()).collect()
}

#[tokio::test]
async fn files_come_with_clean_names() {
    let site = Site::open().await;
    let sheet = site
        .filled("/")
        .await
        .attach("C:\\Bureau\\cahier des charges.pdf", "application/pdf", b"%PDF-1.7")
        .attach("vide.txt", "text/plain; charset=utf-8", b"");
    let form = site.kept(&site.send("/", &sheet).await.leads_to()).await;
    assert_eq!(names(&form), ["cahier des charges.pdf", "vide.txt"]);
    assert_eq!(
        (form.files[0].content_type.as_str(), form.files[0].bytes.as_slice()),
        ("application/pdf", &b"%PDF-1.7"[..])
    );
    assert_eq!(form.files[1].content_type, "text/plain");
}

#[tokio::test]
async fn files_are_kept_while_a_field_is_corrected_and_can_be_taken_away() {
    let site = Site::open().await;
    let sheet = site.filled("/").await.set("email", "").attach("a.txt", "text/plain", b"un").attach(
        "b.txt",
        "text/plain",
        &[7; 1_234],
    );
    let page = site.send("/", &sheet).await;
    page.says("Fichiers déjà joints");
    page.says("b.txt <span class=\"fr-hint-text\">(2\u{a0}ko)</span>");
    assert_eq!(Sheet::of(&page.body).value("kept"), "2");

    let removed = site
        .send("/", &Sheet::of(&page.body).set("remove", "0").attach("c.txt", "text/plain", b"trois"))
        .await;
    assert_eq!(removed.status, StatusCode::OK);
    removed.says("Fichier retiré : a.txt");
    assert!(!removed.body.contains("Erreur :"), "taking a file away judges nothing else");

    let fixed = Sheet::of(&removed.body).set("email", "a@b.fr").attach("d.txt", "text/plain", b"quatre");
    let form = site.kept(&site.send("/", &fixed).await.leads_to()).await;
    assert_eq!(names(&form), ["b.txt", "c.txt", "d.txt"]);
    assert_eq!(form.files[1].bytes, b"trois");
}

#[tokio::test]
async fn kept_files_survive_the_sum() {
    let site = Site::open().await;
    let sheet = site.filled("/").await.set("precision", "x").attach("a.txt", "text/plain", b"un");
    let asked = site.send("/", &sheet).await;
    let sent = Sheet::of(&asked.body).add_up(&asked);
    let location = site.send("/", &sent).await.leads_to();
    assert_eq!(names(&site.kept(&location).await), ["a.txt"]);
    assert_eq!(site.send("/", &sent).await.leads_to(), location, "a double click finds the same files");
}

#[tokio::test]
async fn files_past_their_hour_are_asked_again_and_never_left_out_in_silence() {
    let site = Site::open().await;
    let page =
        site.send("/", &site.filled("/").await.set("email", "").attach("a.txt", "text/plain", b"un")).await;
    site.clock.advance(Duration::minutes(61));
    let late = site.send("/", &Sheet::of(&page.body).set("email", "a@b.fr")).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    late.says("Joignez de nouveau vos fichiers");
    let again = Sheet::of(&late.body).attach("a.txt", "text/plain", b"un");
    assert_eq!(names(&site.kept(&site.send("/", &again).await.leads_to()).await), ["a.txt"]);
}

#[tokio::test]
async fn a_file_that_no_page_listed_is_not_attached() {
    let site = Site::open().await;
    let sheet = site.filled("/").await;
    site.send("/", &sheet.clone().set("email", "").attach("a.txt", "text/plain", b"un")).await;
    let form = site.kept(&site.send("/", &sheet).await.leads_to()).await;
    assert!(form.files.is_empty(), "back in the browser, the first page shows no file");
}

#[tokio::test]
async fn too_large_too_many_too_much_are_said_at_the_field_and_lose_nothing_else() {
    let site = Site::open_with(|config| {
        config.form.max_files = 2;
        config.form.max_file_mb = 1;
        config.form.max_total_mb = 1;
    })
    .await;
    let megabyte = vec![0_u8; 1_000_000];
    let large = vec![0_u8; 1_000_001];
    let sheet = site.filled("/").await;

    let page = site
        .send(
            "/",
            &sheet.clone().attach("gros.zip", "application/zip", &large).attach("a.txt", "text/plain", b"un"),
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("Choisissez un fichier plus léger que « gros.zip » : 1\u{a0}Mo au plus");
    page.says("a.txt");
    assert_eq!(Sheet::of(&page.body).value("message"), sheet.value("message"));
    assert_eq!(Sheet::of(&page.body).value("kept"), "1", "the good one is kept");

    let page = site.send("/", &sheet.clone().attach("a", "a/b", &megabyte).attach("b", "a/b", b"1")).await;
    page.says("1\u{a0}Mo au plus pour l’ensemble");

    let three = sheet.clone().attach("a", "a/b", b"1").attach("b", "a/b", b"2").attach("c", "a/b", b"3");
    site.send("/", &three).await.says("Joignez moins de fichiers : 2 au plus.");

    site.send("/", &sheet.attach("a", "a/b", &megabyte)).await.leads_to();
}

#[tokio::test]
async fn a_body_beyond_reason_is_cut_and_what_was_typed_before_it_is_kept() {
    let site = Site::open_with(|config| {
        config.form.max_file_mb = 1;
        config.form.max_total_mb = 1;
    })
    .await;
    let sheet = site.filled("/").await;
    let page = site.send("/", &sheet.clone().attach("énorme.bin", "a/b", &vec![0_u8; 15_000_000])).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("la transmission s’est interrompue");
    assert_eq!(Sheet::of(&page.body).value("message"), sheet.value("message"));
    assert_eq!(site.count().await, 0);
}
