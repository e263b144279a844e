//! The team edits what the service says: a text is checked, seen on a real request, published, and counts for what is written
//! from then on; what was promised keeps its words.

use guichet::config::Config;
use guichet::desk::{Desk, DeskError, Mode, PreviewOn, PublishError, SeenText, TextPreview};
use guichet::reply;
use guichet::store::Store;

use super::texts::{SILL_MAIL, TRAINING, TRAINING_SUBJECT};
use crate::support::database::{Database, on_both};
use crate::support::story::{self, Story};

on_both!(
    a_published_text_counts_from_then_on_and_for_every_instance,
    no_text_at_fault_and_no_unseen_version_is_published,
    what_is_seen_before_publishing_is_what_leaves,
    no_text_that_would_stop_a_thread_is_published,
);

fn seen(story: &Story, version: &str) -> SeenText {
    SeenText { version: version.to_owned(), person: story.camille.id.clone() }
}

/// The texts of a reply in force, one phrase of the French one replaced.
fn changed(desk: &Desk, name: &str, from: &str, to: &str) -> [String; 2] {
    let [french, english] = desk.replies().source_texts(name).unwrap();
    assert!(french.contains(from), "{name} no longer says {from}");
    [french.replace(from, to), english]
}

async fn version(desk: &Desk, name: &str) -> String {
    desk.reply_text(name).await.unwrap().unwrap().version.map(|version| version.id).unwrap_or_default()
}

const LINE: &str = "Une personne de notre équipe la lira et vous répondra.";
const NEW: &str = "Un membre de l’équipe la lira sous peu.";

async fn a_published_text_counts_from_then_on_and_for_every_instance(database: Database) {
    let settings = database.settings.clone();
    let story = Story::begin(database).await;
    // A refusal waits in the outbox.
    story.fill_in("/", "maryvonne@ac-limoges.example", TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    let promised = story.ticket().await.outbox[0].text.clone();
    let words = "ne propose pas de formation";
    let texts = ["refusal-training", "receipt"]
        .map(|name| story.desk.replies().source_texts(name).unwrap()[0].clone());
    assert!(promised.contains("formation"), "{promised}");

    // Another instance on the same database has its own memory.
    let other = story::desk(
        Store::open(&settings).await.unwrap(),
        story.clock.clone(),
        &Config::defaults(),
        story::triage(),
    );
    other.triage_now().await.unwrap();
    let receipt = changed(&story.desk, "receipt", LINE, NEW);
    let refusal = [
        texts[0].replacen("Bonjour,", "Bonjour à vous,", 1),
        story.desk.replies().source_texts("refusal-training").unwrap()[1].clone(),
    ];
    story.desk.publish_text("receipt", Some(receipt), "plus court", &seen(&story, "")).await.unwrap();
    story.desk.publish_text("refusal-training", Some(refusal), "", &seen(&story, "")).await.unwrap();
    other.triage_now().await.unwrap();
    assert!(other.replies().source_texts("receipt").unwrap()[0].contains(NEW), "the other instance has it");

    // What is due already leaves as it was promised; what is written now has the new words.
    story.pass(chrono::Duration::days(1)).await;
    let left = story.smtp.received();
    assert!(!left.is_empty() && !Story::read_mail(&left[0]).contains("Bonjour à vous"), "{words}");
    story.receive(SILL_MAIL).await;
    let left = story.smtp.received();
    let mail = Story::read_mail(left.last().unwrap());
    assert!(mail.contains(NEW) && !mail.contains(LINE), "{mail}");

    // Back to the files, and from there to the version again.
    let first = version(&story.desk, "receipt").await;
    story.desk.publish_text("receipt", None, "", &seen(&story, &first)).await.unwrap();
    assert_eq!(
        story.desk.replies().file_texts("receipt"),
        story.desk.reply_text("receipt").await.unwrap().map(|text| text.texts)
    );
    let all = story.desk.store().reply_versions_of("receipt").await.unwrap();
    assert_eq!((all.len(), all[1].note.as_str(), all[1].id == first), (2, "plus court", true));
    story.desk.publish_text("receipt", all[1].texts.clone(), "", &seen(&story, &all[0].id)).await.unwrap();
    let text = story.desk.reply_text("receipt").await.unwrap().unwrap();
    assert!(text.texts[0].contains(NEW) && !text.files_changed && !text.left_out && text.fixed);
}

async fn no_text_at_fault_and_no_unseen_version_is_published(database: Database) {
    let story = Story::begin(database).await;
    let desk = &story.desk;
    let publish = async |name: &str, texts, version: &str| {
        desk.publish_text(name, Some(texts), "", &seen(&story, version)).await
    };
    let faults = async |name: &str, texts| match publish(name, texts, "").await {
        Err(PublishError::Faults(faults)) => {
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        other => panic!("{other:?}"),
    };
    // What `guichet check` refuses: an unknown placeholder, an unknown link, heads that differ, a part that a reply cannot fill.
    let said = faults("receipt", changed(desk, "receipt", LINE, "{{ organisation }}")).await;
    assert!(said.contains("templates/replies/receipt.fr.md:8") && said.contains("organisation"), "{said}");
    let said =
        faults("sill", changed(desk, "sill", "{% include", "- {{ link(\"nulle-part\") }}\n\n{% include"))
            .await;
    assert!(said.contains("ce lien n’existe pas"), "{said}");
    let said = faults("sill", changed(desk, "sill", "use = \"draft\"", "use = \"refusal\"")).await;
    assert!(said.contains("diffère du texte français"), "{said}");
    let said = faults("_receipt", changed(desk, "_receipt", "{{ reference }}", "{{ day }}")).await;
    assert!(said.contains("_receipt.fr.md:1"), "{said}");
    // The category of a reply that a category asks for.
    let said = faults(
        "sill",
        desk.replies()
            .source_texts("sill")
            .unwrap()
            .map(|text| text.replace("category = \"sill\"", "category = \"strategy\"")),
    )
    .await;
    assert!(said.contains("« sill » utilise cette réponse"), "{said}");
    assert!(desk.store().reply_versions().await.unwrap().is_empty(), "nothing at fault was kept");

    publish("receipt", changed(desk, "receipt", LINE, NEW), "").await.unwrap();
    // A colleague whose page is older.
    let late = publish("receipt", changed(desk, "receipt", "Bonjour,", "Bonsoir,"), "").await;
    assert!(matches!(late, Err(PublishError::Changed)), "{late:?}");
    let now = version(desk, "receipt").await;
    let same = publish("receipt", desk.replies().source_texts("receipt").unwrap(), &now).await;
    assert!(matches!(same, Err(PublishError::Desk(DeskError::Refused(_)))), "{same:?}");
    assert!(matches!(
        publish("rien", [String::new(), String::new()], "").await,
        Err(PublishError::Desk(DeskError::NotFound))
    ));
}

async fn what_is_seen_before_publishing_is_what_leaves(database: Database) {
    let story = Story::begin_with(database, |config| config.automatic.mode = Mode::Act).await;
    story.fill_in("/", "maryvonne@ac-limoges.example", TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    let reference = story.ticket().await.ticket.reference;
    let texts = changed(&story.desk, "refusal-training", "Bonjour,", "Bonjour à vous,");
    let on = PreviewOn::Ticket { reference: reference.to_lowercase(), mode: reply::Mode::Automatic };
    let preview = async |on| story.desk.preview_text("refusal-training", texts.clone(), on).await.unwrap();
    let TextPreview::Mail { to, subject, text, .. } = preview(&on).await else { panic!("a mail") };
    assert_eq!(to, "maryvonne@ac-limoges.example");
    assert!(text.contains("Bonjour à vous,") && text.contains(&reference), "{text}");
    // Looking keeps nothing.
    assert!(story.desk.store().reply_versions().await.unwrap().is_empty());
    assert_eq!(story.ticket().await.outbox.len(), 1);
    assert!(!story.desk.replies().source_texts("refusal-training").unwrap()[0].contains("à vous"));
    let TextPreview::Samples(samples) = preview(&PreviewOn::Samples).await else { panic!("samples") };
    assert!(samples.iter().any(|sample| sample.rendered.text.contains("Bonjour à vous,")));

    // The same request once more, under the published text: what leaves is what was seen, but for reference and date.
    story.desk.publish_text("refusal-training", Some(texts.clone()), "", &seen(&story, "")).await.unwrap();
    story.fill_in("/", "albane@ac-limoges.example", TRAINING_SUBJECT, TRAINING).await;
    story.settle().await;
    let rows = story.view(guichet::store::View::All).await;
    let row = rows.iter().find(|row| row.ticket.requester_email.starts_with("albane")).unwrap();
    let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
    let (left, new) = (&file.outbox[0], &row.ticket.reference);
    let bare = |text: &str, reference: &str| {
        let lines = text.lines().filter(|line| !line.contains("/suivi/") && !line.contains("éception"));
        lines.map(|line| line.replace(reference, "")).collect::<Vec<_>>()
    };
    assert_eq!(bare(&left.text, new), bare(&text, &reference));
    assert_eq!(left.subject.replace(new.as_str(), ""), subject.replace(&reference, ""));
    // Every other text can be seen on it too, but for the one that gathers several requests.
    for name in story.desk.replies().all_names() {
        let texts = story.desk.replies().source_texts(&name).unwrap();
        let on = PreviewOn::Ticket { reference: reference.clone(), mode: reply::Mode::Draft };
        let seen = story.desk.preview_text(&name, texts, &on).await;
        assert_eq!(seen.is_err(), name == "hand-over-digest", "{name}: {seen:?}");
    }
}

async fn no_text_that_would_stop_a_thread_is_published(database: Database) {
    let story = Story::begin(database).await;
    let loops = "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}";
    let grows = format!("{{% set x = 'xxxxxxxx' %}}{}{{{{ x }}}}", "{% set x = x ~ x %}".repeat(60));
    for bomb in [loops, &grows] {
        let texts = changed(&story.desk, "receipt", LINE, &format!("{LINE}\n{bomb}"));
        let tried = story.desk.preview_text("receipt", texts.clone(), &PreviewOn::Samples).await;
        assert!(matches!(tried, Err(PublishError::Faults(_))), "{bomb}");
        let seen = seen(&story, "");
        let Err(PublishError::Faults(faults)) =
            story.desk.publish_text("receipt", Some(texts), "", &seen).await
        else {
            panic!("published: {bomb}")
        };
        assert!(faults.iter().any(|fault| fault.says.contains("trop long")), "{faults:?}");
    }
}
