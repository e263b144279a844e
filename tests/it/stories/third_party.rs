//! A body that the lists do not settle: a third party is asked, the requester sees nothing of it, and what it answers is
//! kept, so that the body is judged so from then on.

use chrono::{DateTime, Duration};

use guichet::config::Config;
use guichet::desk::{AnswerToKeep, DeskError, Question};
use guichet::reply::Links;
use guichet::store::{Direction, TicketFile, View};
use guichet::ticket::{EventKind, MailKind, Status};
use guichet::triage::{Contract, Correction, Reference, RuleFiles, Sheet, Standing};

use crate::support::database::{Database, on_both};
use crate::support::smtp::Received;
use crate::support::story::{CONTACT, Story, desk, triage};

on_both!(
    what_a_third_party_answers_is_kept_and_counts,
    the_requester_sees_nothing_of_it,
    who_asks_is_told_only_where_a_person_says_so,
    a_colleague_answers_and_a_stranger_does_not,
    what_the_border_calls_forged_is_no_answer,
    an_answer_brings_a_closed_request_back,
    an_answer_to_a_form_hangs_on_what_its_writer_got,
    every_instance_sees_a_correction_and_its_end,
    a_bad_row_is_refused_with_its_fault,
    what_is_exported_is_what_is_judged_by,
);

const PILOT: &str = "pilote@finances.example";
const WRITER: &str = "camille.le-goff@sorbonne-universite.fr";

fn mail(id: usize) -> String {
    format!(
        "From: Camille Le Goff <{WRITER}>\nTo: {CONTACT}\nSubject: Marchés de support et d’expertise\nMessage-ID: \
         <t{id}@sorbonne-universite.fr>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\nBonjour,\n\nNotre établissement est-il bénéficiaire des marchés \
         interministériels de support et d’expertise logiciels libres ?\n\nCordialement,\nCamille Le Goff\nSorbonne \
         Université\n"
    )
}

/// A story of the day on which the lists no longer settle the writer's body, with its request.
async fn asked_by_a_body(database: Database) -> Story {
    let story = at_that_day(Story::begin(database).await);
    story.receive(&mail(1)).await;
    story
}

fn at_that_day(story: Story) -> Story {
    let day: DateTime<chrono::Utc> = "2026-11-25T08:00:00Z".parse().unwrap();
    let now = story.clock.now();
    story.clock.advance(Duration::seconds((day - now).num_seconds()));
    story
}

/// Camille asks the pilot what the page proposes; answers the mail that reached them.
async fn ask(story: &Story) -> Received {
    let file = story.ticket().await;
    let question = Question { to: PILOT.to_owned(), ..story.desk.question_for(&file) };
    story.desk.ask_third_party(&story.seen(&file), &question).await.unwrap();
    story.settle().await;
    last_to(story, PILOT)
}

fn last_to(story: &Story, address: &str) -> Received {
    story.smtp.received().into_iter().rev().find(|mail| mail.to == [address]).expect("a mail left for it")
}

fn yes() -> AnswerToKeep {
    AnswerToKeep {
        organisation: "Sorbonne Université".to_owned(),
        contract: Contract::Support,
        standing: Standing::Eligible,
        source: "réponse de la DGFiP du 25 novembre 2026".to_owned(),
        valid_from: "2026-11-01".to_owned(),
        valid_until: String::new(),
        note: String::new(),
    }
}

async fn kept(story: &Story, answer: &AnswerToKeep) -> Result<(), DeskError> {
    let file = story.ticket().await;
    story.desk.keep_answer(&story.seen(&file), answer).await
}

/// How the support contract stands to the body that wrote last.
async fn support(story: &Story) -> (Standing, String) {
    let mut rows = story.view(View::All).await;
    rows.sort_by(|a, b| a.ticket.id.cmp(&b.ticket.id));
    let file = story.desk.store().ticket_file(&rows.pop().unwrap().ticket.reference).await.unwrap().unwrap();
    let body = file.decision.unwrap().organisation.unwrap();
    let answer = body.of(Contract::Support).unwrap();
    (answer.standing, answer.why.clone())
}

async fn status_page(story: &Story, file: &TicketFile) -> String {
    let url = story.desk.status_url(&file.ticket.reference, file.ticket.lang);
    let page = story.page(url.strip_prefix(&story.base).unwrap()).await;
    // Where its forms are sent to is another address each time it is shown.
    let mut parts = page.split("?envoi=").map(str::to_owned);
    let first = parts.next().unwrap();
    parts.fold(first, |page, part| {
        page + part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c))
    })
}

async fn what_a_third_party_answers_is_kept_and_counts(database: Database) {
    let story = asked_by_a_body(database).await;
    assert_eq!(support(&story).await.0, Standing::ToVerify);
    let question = ask(&story).await;
    let read = Story::read_mail(&question);
    assert!(read.contains("« Sorbonne Université » en est-il bénéficiaire"), "{read}");
    assert!(!question.text().contains("Auto-Submitted"), "it asks a person");
    let file = story.ticket().await;
    assert_eq!((file.ticket.status, file.inquiries.len()), (Status::Open, 1), "nobody forgets it meanwhile");

    story.receive(&Story::reply_to(&question, PILOT, "Oui, depuis le 1er novembre 2026.")).await;
    let file = story.ticket().await;
    assert_eq!(file.messages.last().unwrap().direction, Direction::Aside);
    assert_eq!(file.inquiries[0].message_id.as_ref(), Some(&file.messages.last().unwrap().id));
    assert!(file.events.iter().any(|event| event.kind == EventKind::InquiryAnswered));
    assert!(
        story
            .desk
            .answer_source(&file.ticket, file.messages.last().unwrap())
            .starts_with("réponse du domaine finances.example")
    );

    kept(&story, &yes()).await.unwrap();
    story.receive(&mail(2)).await;
    let (standing, why) = support(&story).await;
    assert_eq!(standing, Standing::Eligible);
    assert!(why.contains("depuis le 1er novembre 2026"), "{why}");
    let (_, corrections) = story.desk.store().corrections().await.unwrap();
    assert_eq!(corrections[0].says.source, yes().source);
    assert_eq!(corrections[0].ticket_id.as_ref(), Some(&file.ticket.id));
}

async fn the_requester_sees_nothing_of_it(database: Database) {
    let story = asked_by_a_body(database).await;
    let file = story.ticket().await;
    let (page, mails) = (status_page(&story, &file).await, story.smtp.received().len());
    let question = ask(&story).await;
    for told in ["Le Goff", WRITER, "<t1@sorbonne-universite.fr>", "Cordialement"] {
        assert!(!question.text().contains(told), "{told}");
    }
    assert!(Story::header(&question, "References").is_empty() && Story::header(&question, "Cc").is_empty());
    story.receive(&Story::reply_to(&question, PILOT, "Oui : secret du pilote.")).await;
    kept(&story, &yes()).await.unwrap();
    assert_eq!(status_page(&story, &story.ticket().await).await, page);
    assert_eq!(story.smtp.received().len(), mails + 1, "one mail, to the pilot");

    let file = story.ticket().await;
    story.desk.answer(&story.seen(&file), "Votre établissement est bénéficiaire.", true).await.unwrap();
    story.settle().await;
    let answer = last_to(&story, WRITER);
    assert_eq!(Story::header(&answer, "In-Reply-To"), "<t1@sorbonne-universite.fr>");
    for told in ["secret", PILOT, Story::header(&question, "Message-ID").as_str()] {
        assert!(!answer.text().contains(told) && !Story::read_mail(&answer).contains(told), "{told}");
    }
    // Handed over afterwards, what was asked aside does not go with it.
    story.desk.reopen(&story.seen(&story.ticket().await)).await.unwrap();
    story.desk.hand_over(&story.seen(&story.ticket().await), "autre@ministere.example", "").await.unwrap();
    story.settle().await;
    assert!(!last_to(&story, "autre@ministere.example").text().contains("secret"));
    story.balance().await;
}

async fn who_asks_is_told_only_where_a_person_says_so(database: Database) {
    let story = asked_by_a_body(database).await;
    let file = story.ticket().await;
    let named = Question {
        to: PILOT.to_owned(),
        text: "Camille Le Goff nous demande si son établissement est bénéficiaire.".to_owned(),
        ..story.desk.question_for(&file)
    };
    let refused = story.desk.ask_third_party(&story.seen(&file), &named).await;
    assert!(matches!(refused, Err(DeskError::Refused(_))), "{refused:?}");
    let to_herself = Question { to: WRITER.to_owned(), ..story.desk.question_for(&file) };
    let refused = story.desk.ask_third_party(&story.seen(&file), &to_herself).await;
    assert!(matches!(refused, Err(DeskError::Refused(_))), "{refused:?}");
    assert!(story.ticket().await.inquiries.is_empty());

    let told = Question { names_requester: true, ..named };
    story.desk.ask_third_party(&story.seen(&file), &told).await.unwrap();
    story.settle().await;
    let read = Story::read_mail(&last_to(&story, PILOT));
    assert!(read.contains("La demande vient de : Camille Le Goff") && read.contains(WRITER), "{read}");
}

async fn a_colleague_answers_and_a_stranger_does_not(database: Database) {
    let story = asked_by_a_body(database).await;
    let question = ask(&story).await;
    story.receive(&Story::reply_to(&question, "eve@ailleurs.example", "Non.")).await;
    let rows = story.view(View::All).await;
    assert_eq!(rows.len(), 2, "a stranger has a request of their own");
    story.receive(&Story::reply_to(&question, "collegue@finances.example", "Oui.")).await;
    let mut told = Vec::new();
    for row in story.view(View::All).await {
        let file = story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap();
        told.extend(file.inquiries.into_iter().map(|one| one.message_id.is_some()));
    }
    assert_eq!(told, [true]);
    // What the requester writes is theirs, even in the thread of the question.
    story.receive(&Story::reply_to(&question, WRITER, "Je précise ma demande.")).await;
    let first =
        story.view(View::All).await.into_iter().find(|row| row.ticket.requester_email == WRITER).unwrap();
    let file = story.desk.store().ticket_file(&first.ticket.reference).await.unwrap().unwrap();
    let ways: Vec<Direction> = file.messages.iter().map(|stored| stored.direction).collect();
    assert_eq!(ways, [Direction::In, Direction::Aside, Direction::In]);
}

async fn what_the_border_calls_forged_is_no_answer(database: Database) {
    let change = |config: &mut Config| config.mail.authserv_id = Some("mx.gouv.example".to_owned());
    let story = at_that_day(Story::begin_with(database, change).await);
    story.receive(&mail(1)).await;
    let question = ask(&story).await;
    let forged = Story::reply_to(&question, PILOT, "Oui.").replacen(
        "Subject:",
        "Authentication-Results: mx.gouv.example; dmarc=fail header.from=finances.example\nSubject:",
        1,
    );
    story.receive(&forged).await;
    assert!(story.ticket().await.inquiries[0].message_id.is_none());
}

async fn an_answer_brings_a_closed_request_back(database: Database) {
    let story = asked_by_a_body(database).await;
    let question = ask(&story).await;
    story.desk.close(&story.seen(&story.ticket().await)).await.unwrap();
    assert!(story.view(View::Todo).await.is_empty());
    let page = status_page(&story, &story.ticket().await).await;
    story.clock.advance(Duration::days(2));
    story.receive(&Story::reply_to(&question, PILOT, "Oui.")).await;
    assert_eq!(story.view(View::Todo).await.len(), 1);
    assert_eq!(status_page(&story, &story.ticket().await).await, page, "the requester sees nothing of it");
    story.desk.reopen(&story.seen(&story.ticket().await)).await.unwrap_err();
    story.desk.answer(&story.seen(&story.ticket().await), "Oui.", true).await.unwrap();
    assert_ne!(status_page(&story, &story.ticket().await).await, page);
}

async fn an_answer_to_a_form_hangs_on_what_its_writer_got(database: Database) {
    let story = at_that_day(Story::begin(database).await);
    let text = "Notre établissement, Sorbonne Université, est-il bénéficiaire du marché de support logiciels libres ?";
    story.fill_in("/", WRITER, "Marché de support", text).await;
    story.settle().await;
    let receipt = Story::header(&last_to(&story, WRITER), "Message-ID");
    let file = story.ticket().await;
    let text = "Cet organisme est-il bénéficiaire ?".to_owned();
    let contract = Some(Contract::Support);
    let question = Question { to: PILOT.to_owned(), text, contract, ..Question::default() };
    story.desk.ask_third_party(&story.seen(&file), &question).await.unwrap();
    story.settle().await;
    story.desk.answer(&story.seen(&story.ticket().await), "Oui.", true).await.unwrap();
    story.settle().await;
    assert_eq!(Story::header(&last_to(&story, WRITER), "In-Reply-To"), receipt);
    let kinds: Vec<MailKind> = story.ticket().await.outbox.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [MailKind::Receipt, MailKind::Inquiry, MailKind::Answer]);
}

async fn every_instance_sees_a_correction_and_its_end(database: Database) {
    let story = asked_by_a_body(database).await;
    let other = desk(story.desk.store().clone(), story.clock.clone(), &Config::defaults(), triage());
    let before = other.triage_now().await.unwrap();
    kept(&story, &yes()).await.unwrap();
    let after = other.triage_now().await.unwrap();
    let day = story.desk.clock().today();
    let standing =
        |triage: &guichet::triage::Triage| triage.reference().answers("sorbonne-universite", day)[0].standing;
    assert_eq!((standing(&before), standing(&after)), (Standing::ToVerify, Standing::Eligible));
    assert_ne!(before.ruleset(), after.ruleset(), "a decision names what it was made by");

    let (_, corrections) = story.desk.store().corrections().await.unwrap();
    let key = corrections[0].says.key.clone();
    story.desk.retire_correction(Sheet::Answers, &key, &story.camille.id).await.unwrap();
    let back = other.triage_now().await.unwrap();
    assert_eq!((standing(&back), back.ruleset()), (Standing::ToVerify, before.ruleset()));
    let past = story.desk.store().corrections_of(Sheet::Answers, &key).await.unwrap();
    assert!(past[0].retired.is_some(), "retired, never deleted");
}

fn correction(sheet: Sheet, key: &str, cells: &[(&str, &str)]) -> Correction {
    Correction {
        sheet,
        key: key.to_owned(),
        cells: cells.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        source: "courriel du secrétariat général".to_owned(),
        valid_from: "2026-11-01".to_owned(),
        valid_until: String::new(),
        made_on: "2026-11-25".parse().unwrap(),
    }
}

async fn a_bad_row_is_refused_with_its_fault(database: Database) {
    let story = asked_by_a_body(database).await;
    let (desk, camille) = (&story.desk, story.camille.id.as_str());
    let faulty = [
        (
            correction(
                Sheet::Domains,
                "neuf.example",
                &[("organisation", "nulle-part"), ("confidence", "sure")],
            ),
            "inconnu",
        ),
        (correction(Sheet::Organisations, "culture", &[("parent", "culture")]), "au-dessus de lui-même"),
        (correction(Sheet::Links, "offer", &[("url", "http://ailleurs.example")]), "adresse https"),
        (Correction { source: String::new(), ..correction(Sheet::Organisations, "culture", &[]) }, "source"),
        (
            Correction { valid_from: String::new(), ..correction(Sheet::Organisations, "culture", &[]) },
            "premier jour",
        ),
        (
            Correction {
                valid_from: "demain".to_owned(),
                ..correction(Sheet::Organisations, "culture", &[])
            },
            "AAAA-MM",
        ),
    ];
    for (row, fault) in faulty {
        match desk.correct_reference(row.clone(), "", "", camille).await {
            Err(DeskError::Refused(says)) => assert!(says.contains(fault), "{says}"),
            other => panic!("{row:?}: {other:?}"),
        }
    }
    assert!(desk.store().corrections().await.unwrap().1.is_empty());
    let nobody = AnswerToKeep { organisation: "Personne".to_owned(), ..yes() };
    assert!(matches!(kept(&story, &nobody).await, Err(DeskError::Refused(_))));

    // Two people at once: the second one sees what the first did.
    let row =
        correction(Sheet::Domains, "neuf.example", &[("organisation", "culture"), ("confidence", "sure")]);
    desk.correct_reference(row.clone(), "", "", camille).await.unwrap();
    assert!(matches!(desk.correct_reference(row.clone(), "", "", camille).await, Err(DeskError::Refused(_))));
    let seen = desk.store().corrections().await.unwrap().1[0].id.clone();
    desk.correct_reference(row, "", &seen, camille).await.unwrap();
}

async fn what_is_exported_is_what_is_judged_by(database: Database) {
    let story = asked_by_a_body(database).await;
    let (desk, camille) = (&story.desk, story.camille.id.as_str());
    kept(&story, &yes()).await.unwrap();
    for row in [
        correction(Sheet::Domains, "neuf.example", &[("organisation", "culture"), ("confidence", "sure")]),
        correction(
            Sheet::Domains,
            "biomedecine.fr",
            &[("organisation", "culture"), ("note", "dit \"neuf\", à suivre")],
        ),
        correction(
            Sheet::Organisations,
            "culture",
            &[("names", "ministère neuf\nMNEUF"), ("note", "rebaptisé \"neuf\"")],
        ),
        correction(Sheet::Organisations, "office-neuf", &[("name", "Office neuf"), ("kind", "public_body")]),
        correction(Sheet::Links, "offer", &[("url", "https://ailleurs.example/offre")]),
    ] {
        desk.correct_reference(row, "parce que", "", camille).await.unwrap();
    }
    let triage = desk.triage_now().await.unwrap();
    let mut files = RuleFiles::embedded();
    let before = files.texts.clone();
    files.texts.extend(triage.reference_files().texts.clone());
    let exported = Reference::load(&files).unwrap();
    let day = desk.clock().today();
    assert_eq!(exported.answers("sorbonne-universite", day)[0].standing, Standing::Eligible);
    assert_eq!(exported.name_of("office-neuf"), "Office neuf");
    let body = exported.resolve("", "neuf.example", day).unwrap();
    assert_eq!(body.name, "Ministère de la Culture");
    assert_eq!(Links::load(&files).unwrap().get("offer").unwrap().url, "https://ailleurs.example/offre");
    assert_eq!(desk.replies().links().get("offer").unwrap().url, "https://ailleurs.example/offre");
    // Comments and every other row stay as they were written.
    let text =
        |texts: &std::collections::BTreeMap<String, String>| texts["reference/organisations.toml"].clone();
    let (was, is) = (text(&before), text(&files.texts));
    let same = was.lines().filter(|line| is.contains(line)).count();
    assert!(was.lines().count() - same < 12, "only the row of the ministry changed");
    assert_eq!(is.matches("[[organisation]]").count(), was.matches("[[organisation]]").count() + 1);
}
