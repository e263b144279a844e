//! The signed page: what its reader says becomes of the request, and what the directory learns.

use guichet::store::View;
use guichet::ticket::{HandOverState, Status};
use reqwest::StatusCode;

use super::{
    COORDINATOR, DEPUTY, entry, handed_request, in_days, known_to_the_directory, last, page_path,
    plain_reply, until_next,
};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    looking_changes_nothing,
    answered_by_telephone,
    not_mine_it_is_somebody_else,
    absent_until_a_day,
    no_longer_me,
    a_long_absence_is_looked_at_by_a_person,
    a_quoted_link_confirms_and_ends_nobody,
    a_second_press_does_no_more,
    once_answered_the_link_opens_nothing,
    what_is_wrong_is_said_and_kept,
);

/// Presses a button of the page; answers the status and the page that follows.
pub(super) async fn press(story: &Story, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let encoded = |text: &str| text.bytes().fold(String::new(), |text, octet| format!("{text}%{octet:02X}"));
    let fields = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    let request = reqwest::Client::new()
        .post(format!("{}{path}", story.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(fields.collect::<Vec<_>>().join("&"));
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

async fn looking_changes_nothing(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let path = page_path(&story, &mail);
    let before = story.ticket().await;
    let page = story.page(&path).await;
    assert!(page.contains(&before.ticket.reference) && page.contains("Ce n’est pas de mon ressort"));
    assert!(!page.contains(super::INGRID) && !page.contains("Notre fiche est jointe"), "the mail shows more");
    let page = story.page(&format!("/en{path}")).await;
    assert!(page.contains("I answered by telephone"));
    assert_eq!(story.ticket().await, before);
    for bad in ["/transmission/x", "/transmission/x.y", &path[..path.len() - 1]] {
        let (status, _) = press(&story, bad, &[("choix", "telephone")]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{bad}");
    }
    assert_eq!(story.ticket().await, before);
}

async fn answered_by_telephone(database: Database) {
    let story = Story::begin(database).await;
    known_to_the_directory(&story).await;
    story.clock.advance(chrono::Duration::days(30));
    let mail = handed_request(&story).await;
    let (status, page) = press(&story, &page_path(&story, &mail), &[("choix", "telephone")]).await;
    assert!(status == StatusCode::OK && page.contains("C’est noté"), "{page}");
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::HandedOver, HandOverState::Answered));
    assert!(last(&file).reached && last(&file).note.contains("téléphone"));
    assert_eq!(story.view(View::ToRead).await.len(), 1, "a person glances at that too");
    let confirmed = entry(&story, COORDINATOR).await.unwrap().confirmed_on;
    assert_eq!(confirmed, Some(in_days(&story, -30)), "whoever holds the link confirms nobody");
}

async fn not_mine_it_is_somebody_else(database: Database) {
    let story = Story::begin(database).await;
    known_to_the_directory(&story).await;
    let mail = handed_request(&story).await;
    let fields =
        [("choix", "pas-moi"), ("nom", "Le bureau des achats"), ("adresse", "achats@ministere.example")];
    press(&story, &page_path(&story, &mail), &fields).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Declined));
    assert!(
        last(&file).note.contains("Le bureau des achats, achats@ministere.example"),
        "{}",
        last(&file).note
    );
    assert!(entry(&story, "achats@ministere.example").await.is_none(), "proposed to the team, not in force");
    let kept = story.desk.store().directory_entries().await.unwrap().1;
    assert!(kept.iter().any(|kept| kept.entry.email == "achats@ministere.example"));
    assert!(story.smtp.received().iter().all(|mail| mail.to != ["achats@ministere.example"]));
}

async fn absent_until_a_day(database: Database) {
    let story = Story::begin(database).await;
    known_to_the_directory(&story).await;
    let mail = handed_request(&story).await;
    let until = in_days(&story, 14);
    press(&story, &page_path(&story, &mail), &[("choix", "absence"), ("jusqu", &until.to_string())]).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Returned));
    let known = entry(&story, COORDINATOR).await.unwrap();
    assert_eq!(known.absence.expect("the directory knows").until, Some(until));
    assert!(known.is_confirmed(story.clock.today()), "an ordinary absence");
    let page = story.page(&page_path(&story, &mail)).await;
    assert!(
        page.contains("Notre équipe a repris cette demande")
            && page.contains("Rien d’autre ne vous est demandé")
    );
    let folded = page.split_once("<details").expect("what else may be said is folded").1;
    assert!(folded.contains("Je n’assure plus cette coordination") && folded.contains("</details>"));
    let proposed = story.desk.hand_over_stand_in(&file).await.unwrap().unwrap();
    assert_eq!(proposed.email, DEPUTY);
}

async fn no_longer_me(database: Database) {
    let story = Story::begin(database).await;
    known_to_the_directory(&story).await;
    let mail = handed_request(&story).await;
    press(&story, &page_path(&story, &mail), &[("choix", "plus-moi"), ("nom", ""), ("adresse", "")]).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Declined));
    let known = entry(&story, COORDINATOR).await.unwrap();
    assert!(known.period.holds(story.clock.today()), "whoever holds the link ends nobody");
    assert!(!known.is_confirmed(story.clock.today()), "nothing more goes to them by itself");
}

async fn a_long_absence_is_looked_at_by_a_person(database: Database) {
    let story = Story::begin(database).await;
    known_to_the_directory(&story).await;
    let mail = handed_request(&story).await;
    let until = in_days(&story, 15);
    press(&story, &page_path(&story, &mail), &[("choix", "absence"), ("jusqu", &until.to_string())]).await;
    let known = entry(&story, COORDINATOR).await.unwrap();
    assert_eq!(known.absence.unwrap().until, Some(until));
    assert!(!known.is_confirmed(until), "it is confirmed again by a person, or never");
}

async fn a_quoted_link_confirms_and_ends_nobody(database: Database) {
    let story = Story::begin(database).await;
    known_to_the_directory(&story).await;
    let mail = handed_request(&story).await;
    // The coordinator answered the requester alone: no copy tells us, and the link is in what they quoted.
    let path = page_path(&story, &mail);
    let before = entry(&story, DEPUTY).await;
    for fields in [
        &[("choix", "plus-moi"), ("nom", "Moi"), ("adresse", "pirate@ailleurs.example")][..],
        &[("choix", "telephone")],
    ] {
        press(&story, &path, fields).await;
    }
    let known = entry(&story, COORDINATOR).await.unwrap();
    assert!(known.period.holds(story.clock.today()) && known.confirmed_on.is_none());
    assert!(entry(&story, "pirate@ailleurs.example").await.is_none(), "proposed to the team, not in force");
    assert_eq!(entry(&story, DEPUTY).await, before);
    assert!(story.smtp.received().iter().all(|mail| mail.to != ["pirate@ailleurs.example"]));
}

async fn a_second_press_does_no_more(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let path = page_path(&story, &mail);
    let until = in_days(&story, 20).to_string();
    press(&story, &path, &[("choix", "absence"), ("jusqu", &until)]).await;
    let once = story.ticket().await;
    press(&story, &path, &[("choix", "absence"), ("jusqu", &until)]).await;
    assert_eq!(story.ticket().await, once);
    // Back from leave, they answer after all.
    press(&story, &path, &[("choix", "telephone")]).await;
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, last(&file).state), (Status::Open, HandOverState::Answered));
    let told = file.clone();
    press(&story, &path, &[("choix", "pas-moi")]).await;
    assert_eq!(story.ticket().await, told);
}

async fn once_answered_the_link_opens_nothing(database: Database) {
    let story = Story::begin(database).await;
    known_to_the_directory(&story).await;
    let mail = handed_request(&story).await;
    let path = page_path(&story, &mail);
    story.receive(&plain_reply(&mail, "Voici la marche à suivre.")).await;
    // The requester finds the link in what the answer quotes.
    let page = story.page(&path).await;
    assert!(page.contains("a reçu une réponse") && !page.contains("<form"), "{page}");
    let before = story.ticket().await;
    press(&story, &path, &[("choix", "plus-moi")]).await;
    assert_eq!(story.ticket().await, before);
    assert!(entry(&story, COORDINATOR).await.unwrap().period.holds(story.clock.today()));

    // Nor does one that is too old.
    let file = story.ticket().await;
    story.desk.close(&story.seen(&file)).await.unwrap();
    let mail = super::handed(&story).await;
    for _ in 0..3 {
        until_next(&story).await;
    }
    story.clock.advance(chrono::Duration::days(60));
    let page = story.page(&page_path(&story, &mail)).await;
    assert!(!page.contains("<form"), "{page}");
}

async fn what_is_wrong_is_said_and_kept(database: Database) {
    let story = Story::begin(database).await;
    let mail = handed_request(&story).await;
    let path = page_path(&story, &mail);
    let before = story.ticket().await;
    let fields = [("choix", "pas-moi"), ("nom", "Claude <b>"), ("adresse", "pas une adresse")];
    let (status, page) = press(&story, &path, &fields).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("pas une adresse") && page.contains("Claude &#60;b&#62;"), "{page}");
    for day in ["", "hier", "2020-01-01", "2999-01-01"] {
        let (status, page) = press(&story, &path, &[("choix", "absence"), ("jusqu", day)]).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("dernier jour"), "{day}: {page}");
    }
    let (status, _) = press(&story, &path, &[("choix", "autre")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(story.ticket().await, before);
}
