//! What a person does on the page of a ticket: to whom an answer goes, what is kept while it is written, what can be taken
//! back, tickets merged and split, a message forwarded unseen.

use chrono::Duration;
use guichet::desk::{Forward, Outgoing, RecipientPart};
use guichet::message::Lang;
use guichet::setting::HumanDuration;
use guichet::store::{Meeting, TicketFile, View, Written};
use guichet::ticket::{EventKind, MailKind, OutboxState, Status};

use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(
    an_answer_goes_to_whom_a_person_chooses_and_to_nobody_else,
    what_is_previewed_is_what_leaves,
    an_answer_is_taken_back_until_it_leaves_and_is_a_draft_again,
    another_text_or_language_loses_nothing_that_was_typed,
    colleagues_see_each_other,
    a_merged_request_goes_on_in_the_other_one_and_comes_back,
    a_second_topic_becomes_a_request_of_its_own,
    what_is_forwarded_stays_unseen_by_the_requester,
    requests_that_resemble_each_other_lead_to_each_other,
    a_meeting_is_noted,
);

const WRITER: &str = "yann@mairie.example";

fn mail(from: &str, subject: &str, id: &str, cc: &str, text: &str) -> String {
    let cc = if cc.is_empty() { String::new() } else { format!("Cc: {cc}\n") };
    format!(
        "From: {from}\nTo: contact@code.gouv.fr\n{cc}Subject: {subject}\nMessage-ID: <{id}@mairie.example>\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    )
}

const QUESTION: &str = "Bonjour, nous cherchons un équivalent libre dans le SILL pour remplacer notre logiciel de gestion de projet, merci.";

async fn asked(story: &Story, cc: &str) -> TicketFile {
    story.receive(&mail(WRITER, "Équivalent libre", "q1", cc, QUESTION)).await;
    story.ticket().await
}

fn outgoing(text: &str, recipients: &[&str]) -> Outgoing {
    let recipients = recipients.iter().map(|one| (*one).to_owned()).collect();
    Outgoing { markdown: text.to_owned(), recipients: Some(recipients), ..Outgoing::default() }
}

async fn an_answer_goes_to_whom_a_person_chooses_and_to_nobody_else(database: Database) {
    let story = Story::begin(database).await;
    let file = asked(&story, "chef@mairie.example").await;
    let offered = story.desk.recipients(&file.ticket, &file.messages);
    let told: Vec<_> = offered.iter().map(|one| (one.address.as_str(), one.part, one.proposed)).collect();
    let copied = ("chef@mairie.example", RecipientPart::Copied, false);
    assert_eq!(told, [(WRITER, RecipientPart::Requester, true), copied]);

    for wrong in [&[][..], &["inconnu@ailleurs.example"][..]] {
        assert!(story.desk.send(&story.seen(&file), &outgoing("Bonjour", wrong), true).await.is_err());
    }
    let both = outgoing("Bonjour,\n\nVoici.", &["chef@mairie.example", WRITER]);
    story.desk.send(&story.seen(&file), &both, true).await.unwrap();
    story.settle().await;
    let mut mails = story.smtp.received();
    let copy = mails.pop().unwrap();
    let first = mails.pop().unwrap();
    assert_eq!(
        (first.to.as_slice(), copy.to.as_slice()),
        (&[WRITER.to_owned()][..], &["chef@mairie.example".to_owned()][..])
    );
    for one in [&first, &copy] {
        assert_eq!(
            (Story::header(one, "To").as_str(), Story::header(one, "Cc").as_str()),
            (WRITER, "chef@mairie.example")
        );
    }
    // All their answers keep together.
    assert!(Story::header(&copy, "References").contains(&Story::header(&first, "Message-ID")));
    story.receive(&Story::reply_to(&copy, "chef@mairie.example", "Et pour les agents ?")).await;
    let file = story.ticket().await;
    assert_eq!((file.messages.len(), file.ticket.status), (2, Status::Open));
}

async fn what_is_previewed_is_what_leaves(database: Database) {
    let story = Story::begin(database).await;
    let file = asked(&story, "").await;
    let english = Outgoing { lang: Some(Lang::En), ..outgoing("Hello,\n\n**Here** it is.", &[WRITER]) };
    let preview = story.desk.preview(&file.ticket.reference, &english).await.unwrap();
    assert_eq!(story.ticket().await, file, "nothing has changed");
    story.desk.send(&story.seen(&file), &english, false).await.unwrap();
    story.settle().await;
    // But for what makes each mail itself: its id, its time, its boundary.
    let plain = |raw: &[u8]| {
        let text = String::from_utf8_lossy(raw).into_owned();
        let boundary = text.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next());
        let text = text.replace(boundary.unwrap_or("-"), "limite");
        let lines =
            text.lines().filter(|line| !line.starts_with("Message-ID:") && !line.starts_with("Date:"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let sent = story.smtp.received().pop().unwrap();
    assert_eq!(plain(&preview), plain(&sent.data));
    assert_eq!(Story::header(&sent, "Content-Language"), "en");
}

async fn an_answer_is_taken_back_until_it_leaves_and_is_a_draft_again(database: Database) {
    let story = Story::begin_with(database, |config| config.answer.hold = HumanDuration::from_secs(15)).await;
    let file = asked(&story, "chef@mairie.example").await;
    let sent = story.smtp.received().len();
    let both = outgoing("Trop vite", &[WRITER, "chef@mairie.example"]);
    story.desk.send(&story.seen(&file), &both, true).await.unwrap();
    story.settle().await;
    assert_eq!(story.smtp.received().len(), sent, "it waits");
    let file = story.ticket().await;
    assert!(story.desk.written(&file.ticket, &story.camille.id).await.unwrap().is_none());
    let answer = file.outbox.iter().find(|entry| entry.kind == MailKind::Answer).unwrap();
    story.desk.stop(&story.seen(&file), &answer.id).await.unwrap();
    story.pass(Duration::minutes(1)).await;
    assert_eq!(story.smtp.received().len(), sent, "neither it nor its copy leaves");
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    let written = story.desk.written(&file.ticket, &story.camille.id).await.unwrap().unwrap();
    assert_eq!((written.text.as_str(), written.recipients), ("Trop vite", both.recipients));

    story.desk.send(&story.seen(&file), &outgoing("Mieux", &[WRITER]), true).await.unwrap();
    story.pass(Duration::seconds(15)).await;
    let file = story.ticket().await;
    let answer = file.outbox.iter().rfind(|entry| entry.kind == MailKind::Answer).unwrap();
    assert_eq!(answer.state, OutboxState::Sent);
    assert!(story.desk.stop(&story.seen(&file), &answer.id).await.is_err(), "too late");
}

async fn another_text_or_language_loses_nothing_that_was_typed(database: Database) {
    let story = Story::begin(database).await;
    let file = asked(&story, "").await;
    let (reference, me) = (file.ticket.reference.as_str(), story.camille.id.as_str());
    let typed = Written {
        text: "Mes mots".to_owned(),
        reply: "sill".to_owned(),
        lang: Some(Lang::En),
        ..Written::default()
    };
    story.desk.choose_text(reference, me, typed).await.unwrap();
    let written = || async { story.desk.written(&file.ticket, me).await.unwrap().unwrap() };
    let english = written().await;
    assert_eq!(english.replaced.as_ref().map(|replaced| replaced.text.as_str()), Some("Mes mots"));
    assert!(english.text.contains("Hello") || english.text.contains("Dear"), "{}", english.text);
    // Seen and not changed: what was typed before is still there.
    let french = Written { lang: Some(Lang::Fr), ..english.clone() };
    story.desk.choose_text(reference, me, french).await.unwrap();
    assert!(written().await.text.contains("Bonjour"));
    story.desk.choose_replaced(reference, me).await.unwrap();
    story.desk.choose_replaced(reference, me).await.unwrap();
    assert!(written().await.text.contains("Bonjour"), "back and forth");
    assert_eq!(written().await.lang, Some(Lang::Fr));
    story.desk.choose_replaced(reference, me).await.unwrap();
    let again = Written { saved_at: english.saved_at, replaced: english.replaced.clone(), ..written().await };
    assert_eq!(again, english, "text, language and reply come back together");
    let unknown = Written { reply: "receipt".to_owned(), ..Written::default() };
    assert!(story.desk.choose_text(reference, me, unknown).await.is_err());
    // What is being written changes nothing on the ticket, and an empty box keeps nothing.
    assert_eq!(story.ticket().await.ticket.version, file.ticket.version);
    story.desk.keep_written(reference, me, Written::default()).await.unwrap();
    assert!(story.desk.written(&file.ticket, me).await.unwrap().is_none());
}

async fn colleagues_see_each_other(database: Database) {
    let story = Story::begin(database).await;
    let file = asked(&story, "").await;
    let dominique = guichet::store::Account {
        id: guichet::store::new_id(),
        email: "dominique@example.org".to_owned(),
        name: "Dominique".to_owned(),
        ..story.camille.clone()
    };
    story.desk.store().account_add(&dominique).await.unwrap();
    assert_eq!(story.desk.look_in(&file.ticket, &story.camille.id, true).await.unwrap().present, []);
    let typed = Written { text: "Bonjour".to_owned(), ..Written::default() };
    story.desk.keep_written(&file.ticket.reference, &story.camille.id, typed).await.unwrap();
    let others = story.desk.look_in(&file.ticket, &dominique.id, false).await.unwrap();
    assert_eq!((others.present[0].name.as_str(), others.present[0].writing), ("Camille", true));
    assert_eq!(others.begun[0].name, "Camille");
    story.clock.advance(Duration::minutes(2));
    let others = story.desk.look_in(&file.ticket, &dominique.id, false).await.unwrap();
    assert_eq!((others.present.len(), others.begun.len()), (0, 1), "gone, but the text stays");
}

async fn a_merged_request_goes_on_in_the_other_one_and_comes_back(database: Database) {
    let story = Story::begin(database).await;
    let first = asked(&story, "").await;
    let second = mail(
        "lea@mairie.example",
        "Le SILL",
        "q2",
        "",
        "Bonjour, même question que Yann : un équivalent libre au SILL ?",
    );
    story.receive(&second).await;
    let receipt = story.smtp.received().pop().unwrap();
    let rows = story.view(View::Todo).await;
    let file = |reference: &str| {
        let (desk, reference) = (story.desk.clone(), reference.to_owned());
        async move { desk.store().ticket_file(&reference).await.unwrap().unwrap() }
    };
    let other = rows.iter().find(|row| row.ticket.reference != first.ticket.reference).unwrap();
    let other = file(&other.ticket.reference).await;
    story.desk.close(&story.seen(&first)).await.unwrap();

    assert!(story.desk.merge(&story.seen(&other), &other.ticket.reference).await.is_err(), "into itself");
    assert!(story.desk.merge(&story.seen(&other), "ZZZZZZZZ").await.is_err());
    let into = first.ticket.reference.to_lowercase();
    assert_eq!(story.desk.merge(&story.seen(&other), &into).await.unwrap(), first.ticket.reference);
    let whole = file(&first.ticket.reference).await;
    assert_eq!((whole.messages.len(), whole.ticket.status), (2, Status::Open));
    assert_eq!(whole.outbox.len(), 2, "the receipts of both");
    let part = file(&other.ticket.reference).await;
    assert_eq!((part.messages.len(), part.ticket.status), (0, Status::Closed));
    assert_eq!(
        story.desk.store().merged_into(&part.ticket.id).await.unwrap(),
        Some(whole.ticket.reference.clone())
    );
    assert_eq!(story.desk.recipients(&whole.ticket, &whole.messages)[1].address, "lea@mairie.example");
    assert!(story.desk.around(&whole, 5).await.unwrap().of_requester.is_empty());

    // What its requester adds behind a code goes there too; ending the other request is not theirs.
    let lang = Lang::Fr;
    let added = "J’ajoute que nous sommes trois communes.".to_owned();
    story.desk.add_to_own(&part.ticket, lang, added, Vec::new(), "own:1").await.unwrap();
    story.settle().await;
    assert_eq!(file(&first.ticket.reference).await.messages.len(), 3);
    assert!(story.desk.close_own(&part.ticket.reference).await.is_err());
    assert_eq!(file(&first.ticket.reference).await.ticket.status, Status::Open);

    // The thread follows, and the backtest reads what there is.
    story.receive(&Story::reply_to(&receipt, "lea@mairie.example", "Une précision : c'est urgent.")).await;
    let whole = file(&first.ticket.reference).await;
    assert_eq!(whole.messages.len(), 4);
    let replayed = story.desk.store().past(&(chrono::DateTime::UNIX_EPOCH, String::new()), 10).await.unwrap();
    assert!(replayed.into_iter().all(|row| row.read().is_ok()));
    story.balance().await;

    assert!(story.desk.reopen(&story.seen(&part)).await.is_err(), "whoever acts, acts on the whole");
    assert!(story.desk.unmerge(&story.seen(&whole)).await.is_err());
    story.desk.unmerge(&story.seen(&part)).await.unwrap();
    let (whole, part) = (file(&first.ticket.reference).await, file(&other.ticket.reference).await);
    assert_eq!((whole.messages.len(), part.messages.len(), part.ticket.status), (3, 1, Status::Open));
    assert_eq!(part.messages[0].message.subject, "Le SILL");
    assert_eq!((whole.outbox.len(), part.outbox.len()), (1, 1));
    assert!(whole.events.iter().any(|event| event.kind == EventKind::Absorbed));
    story.receive(&Story::reply_to(&receipt, "lea@mairie.example", "Encore une.")).await;
    assert_eq!(file(&other.ticket.reference).await.messages.len(), 2);
}

async fn a_second_topic_becomes_a_request_of_its_own(database: Database) {
    let story = Story::begin(database).await;
    let file = asked(&story, "").await;
    let message = file.messages[0].id.clone();
    assert!(story.desk.split_off(&story.seen(&file), &message, "inconnue").await.is_err());
    assert!(story.desk.split_off(&story.seen(&file), "inconnu", "strategy").await.is_err());
    let reference = story.desk.split_off(&story.seen(&file), &message, "strategy").await.unwrap();
    let new = story.desk.store().ticket_file(&reference).await.unwrap().unwrap();
    assert_eq!((new.ticket.category.as_str(), new.ticket.status), ("strategy", Status::Open));
    assert_eq!(
        (new.messages[0].id.as_str(), new.opening().unwrap().id.as_str()),
        (message.as_str(), message.as_str())
    );
    assert!(new.draft.as_ref().is_some_and(|draft| draft.reply == "strategy"));
    let page = story.page_of_team(&format!("/equipe/demandes/{reference}")).await;
    assert!(page.contains("Une personne en a décidé autrement"), "whoever split it chose its category");
    assert!(!page.contains("Ressemblent à celle-ci"), "it is no duplicate of what it was split from");
    let leads = |to: &str| format!("<a class=\"fr-link\" href=\"/equipe/demandes/{to}\">{to}</a>");
    assert!(page.contains(&leads(&file.ticket.reference)));
    let origin = story.page_of_team(&format!("/equipe/demandes/{}", file.ticket.reference)).await;
    assert!(origin.contains(&leads(&reference)));
    let origin = story.desk.store().ticket_file(&file.ticket.reference).await.unwrap().unwrap();
    assert_eq!(origin.messages.len(), 1, "it asks both");
    assert!(story.desk.text(&reference, &message).await.unwrap().is_some());

    // Each is answered in its own thread.
    story.desk.answer(&story.seen(&new), "Pour la stratégie, voici.", true).await.unwrap();
    story.settle().await;
    let answer = story.smtp.received().pop().unwrap();
    assert_eq!(answer.to, [WRITER]);
    assert_eq!(Story::header(&answer, "In-Reply-To"), "<q1@mairie.example>");
    story.receive(&Story::reply_to(&answer, WRITER, "Cela ne me suffit pas : quand ?")).await;
    let new = story.desk.store().ticket_file(&reference).await.unwrap().unwrap();
    assert_eq!((new.messages.len(), new.ticket.status), (2, Status::Open));
    let past = story.desk.store().past(&(chrono::DateTime::UNIX_EPOCH, String::new()), 10).await.unwrap();
    assert_eq!(past.len(), 2);
    assert!(past.into_iter().all(|row| row.read().is_ok()));
}

async fn what_is_forwarded_stays_unseen_by_the_requester(database: Database) {
    let story = Story::begin(database).await;
    let file = asked(&story, "").await;
    let to = |to: &str, note: &str| Forward {
        to: to.to_owned(),
        note: note.to_owned(),
        message_id: String::new(),
    };
    for wrong in
        [to(WRITER, "Votre avis ?"), to("pas une adresse", "Votre avis ?"), to("expert@inria.example", " ")]
    {
        assert!(story.desk.forward(&story.seen(&file), &wrong).await.is_err());
    }
    let elsewhere =
        Forward { message_id: "inconnu".to_owned(), ..to("expert@inria.example", "Votre avis ?") };
    assert!(story.desk.forward(&story.seen(&file), &elsewhere).await.is_err(), "never another message");
    assert!(story.ticket().await.inquiries.is_empty());
    story.desk.forward(&story.seen(&file), &to("expert@inria.example", "Votre avis ?")).await.unwrap();
    story.settle().await;
    let mail = story.smtp.received().pop().unwrap();
    assert_eq!(mail.to, ["expert@inria.example"]);
    assert!(
        mail.text().contains("message/rfc822") && mail.text().contains("Message-ID: <q1@mairie.example>")
    );
    assert!(Story::header(&mail, "References").is_empty(), "it is none of the requester's conversation");
    let before = story.ticket().await;
    assert_eq!((before.ticket.status, before.ticket.updated_at), (Status::Open, file.ticket.updated_at));

    story.desk.close(&story.seen(&before)).await.unwrap();
    story.receive(&Story::reply_to(&mail, "expert@inria.example", "OpenProject convient.")).await;
    let file = story.ticket().await;
    assert_eq!(file.ticket.status, Status::Open);
    let answer = file.messages.last().unwrap();
    assert_eq!(answer.direction, guichet::store::Direction::Aside);
    let offered = story.desk.recipients(&file.ticket, &file.messages);
    assert!(offered.iter().all(|one| one.address != "expert@inria.example"), "nor is an answer sent there");
}

async fn requests_that_resemble_each_other_lead_to_each_other(database: Database) {
    let story = Story::begin(database).await;
    let file = asked(&story, "").await;
    story.receive(&mail("lea@autre.example", "Équivalent libre", "q2", "", QUESTION)).await;
    story
        .receive(&mail(
            WRITER,
            "Une licence",
            "q3",
            "",
            "Bonjour, sous quelle licence publier le code source de notre application de congés ?",
        ))
        .await;
    let around = story.desk.around(&file, 5).await.unwrap();
    let told = |found: &[guichet::store::Neighbour]| {
        found.iter().map(|one| one.requester_email.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(&around.alike), ["lea@autre.example"]);
    assert_eq!(
        around.of_requester.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>(),
        ["Une licence"]
    );
    story.clock.advance(Duration::weeks(20));
    story.desk.forget_sketches().await.unwrap();
    assert!(story.desk.around(&file, 5).await.unwrap().alike.is_empty());
}

async fn a_meeting_is_noted(database: Database) {
    let story = Story::begin(database).await;
    let file = asked(&story, "").await;
    let meeting = Meeting { at: story.clock.now() + Duration::days(3), place: "Ségur".to_owned() };
    story.desk.note_meeting(&story.seen(&file), Some(meeting.clone())).await.unwrap();
    assert_eq!(story.desk.store().meeting(&file.ticket.id).await.unwrap(), Some(meeting));
    let file = story.ticket().await;
    story.desk.note_meeting(&story.seen(&file), None).await.unwrap();
    assert_eq!(story.desk.store().meeting(&file.ticket.id).await.unwrap(), None);
    let file = story.ticket().await;
    assert_eq!(file.events.iter().filter(|event| event.kind == EventKind::MeetingNoted).count(), 2);
}
