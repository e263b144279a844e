//! Decisions as stories: what acts alone, and all that must not.

use guichet::message::{Lang, Message};
use guichet::triage::{Action, Directory, Held, HeldBack, Reason, ReplyMode, RuleFiles, Triage};

use super::{day, examine, form, mail, shipped};

#[test]
fn a_plain_request_for_training_is_refused_with_the_sentence_that_tells_why() {
    let decision = examine(&form(
        "Formation LibreOffice",
        "Bonjour, la mission propose-t-elle une formation à LibreOffice pour une quinzaine de gestionnaires ? Merci.",
    ));
    assert_eq!((decision.action, decision.reason), (Action::Refuse, Reason::RefusedTopic));
    assert_eq!(decision.reply.as_deref(), Some("refusal-training"));
    assert_eq!(decision.reply_mode, ReplyMode::Send);
    assert!(decision.held_back.is_empty());
    let telling = decision.telling_rule.expect("a refusal quotes a rule");
    assert_eq!(shipped().rule(&telling).expect("the rule is in the set").category, "refused-training");
}

#[test]
fn an_english_request_is_refused_in_english() {
    let decision =
        examine(&mail("Learning Git", "Hello, do you offer training on Git for our developers? Thanks."));
    assert_eq!((decision.action, decision.lang), (Action::Refuse, Lang::En));
}

#[test]
fn one_ask_of_the_offer_forbids_the_refusal() {
    let decision = examine(&form(
        "Deux sujets",
        "Pourriez-vous former nos agents à LibreOffice ? Et quel équivalent libre à OneNote y a-t-il dans le SILL ?",
    ));
    assert_eq!(decision.action, Action::Queue);
    assert!(
        decision.topics.iter().any(|t| t == "sill")
            && decision.topics.iter().any(|t| t == "refused-training")
    );
}

#[test]
fn what_is_taken_back_is_not_asked() {
    for taken_back in [
        "Je ne demande pas de formation.",
        "Il ne s’agit pas d’une demande de formation.",
        "Je ne cherche ni assistance, ni formation, ni promotion.",
        "Nous n’avons pas besoin d’une formation, on se débrouille.",
        "This is not a request for training.",
        "Je ne vous demande pas quelle formation suivre et comment organiser cette formation.",
    ] {
        let decision = examine(&form("Question", taken_back));
        assert_ne!(decision.action, Action::Refuse, "{taken_back}");
        assert!(decision.evidence.iter().all(|e| e.category != "refused-training"), "{taken_back}");
    }
}

#[test]
fn a_turn_ends_what_is_taken_back() {
    let decision =
        examine(&form("", "Je ne demande pas d’assistance mais une formation à QGIS : en proposez-vous ?"));
    assert_eq!(decision.category, "refused-training");
}

#[test]
fn what_else_may_be_asked_keeps_a_person() {
    let training = "Bonjour, nos douze agents découvrent QGIS depuis la rentrée et peinent à s’y mettre seuls. \
                    Proposez-vous une formation à QGIS, sur une journée, dans nos locaux ?";
    assert_eq!(examine(&form("Formation", training)).action, Action::Refuse);
    for (more, why) in [
        (
            "Par ailleurs, comment fait-on pour les grenouilles de l’étang ?",
            "annonce peut-être une autre demande",
        ),
        ("Sous quelle licence publier notre code source ?", "est demandé aussi"),
    ] {
        let decision = examine(&form("Formation", &format!("{training} {more}")));
        assert_eq!(decision.action, Action::Queue, "{more}");
        assert!(
            decision.held_back.iter().any(|held| held.says.contains(why)),
            "{more} {:?}",
            decision.held_back
        );
        assert!(decision.reply_mode != ReplyMode::Send);
    }
}

#[test]
fn a_short_message_with_a_hint_of_the_offer_keeps_a_person() {
    let decision =
        examine(&form("Formation", "Quel logiciel libre pour gérer le plan de formation des agents ?"));
    assert_eq!(decision.action, Action::Queue, "{:?}", decision.held_back);
}

#[test]
fn without_a_model_rules_must_be_sure_by_themselves() {
    let mut files = RuleFiles::embedded();
    files.texts.remove("model/weights.txt");
    let rules = Triage::load(&files).unwrap();
    let examine = |body: &str| rules.examine(&form("Formation", body), day(), &Directory::default());
    let decision = examine("Proposez-vous une formation à QGIS ?");
    assert_eq!((decision.action, decision.learned.len()), (Action::Refuse, 0));
    let decision =
        examine("Proposez-vous une formation à QGIS ? Et comment fait-on pour les grenouilles de l’étang ?");
    assert_eq!((decision.action, decision.reason), (Action::Queue, Reason::RefusalToConfirm));
    assert_eq!(
        (decision.reply.as_deref(), decision.reply_mode),
        (Some("refusal-training"), ReplyMode::Draft)
    );
    let why = |held: &HeldBack| held.kind == Held::NotUnderstood;
    assert!(decision.held_back.iter().any(why), "{:?}", decision.held_back);
}

#[test]
fn a_sensitive_matter_always_reaches_a_person() {
    let decision = examine(&form(
        "Formation",
        "Proposez-vous une formation à QGIS ? Sans réponse sous huit jours, la présente vaut mise en demeure.",
    ));
    assert_eq!((decision.action, decision.reason), (Action::Queue, Reason::Sensitive));
    assert_eq!(decision.sensitive, ["complaint"]);
}

#[test]
fn the_offer_is_queued_with_the_draft_of_the_question() {
    let decision =
        examine(&form("Alternative à Trello", "Existe-t-il dans le SILL un équivalent libre de Trello ?"));
    assert_eq!((decision.action, decision.reason), (Action::Queue, Reason::InOffer));
    assert_eq!((decision.reply.as_deref(), decision.reply_mode), (Some("sill-equivalent"), ReplyMode::Draft));
}

#[test]
fn nothing_to_read_is_empty_and_nothing_recognised_unknown() {
    for (body, reason) in [
        ("", Reason::Empty),
        ("  \n\n ", Reason::Empty),
        ("🙂🙂🙂", Reason::Empty),
        ("\u{202e}\u{200b}\0", Reason::Empty),
        ("Les grenouilles chantent dans la mare.", Reason::Unknown),
    ] {
        let decision = examine(&form("", body));
        assert_eq!(
            (decision.action, decision.reason, decision.reply),
            (Action::Queue, reason, None),
            "{body:?}"
        );
    }
}

#[test]
fn only_mail_is_set_aside() {
    let (subject, body) = (
        "Increase traffic (1st page GUARANTEED)",
        "We offer 500 backlinks and guest posts, first page of Google, money back. To stop hearing from us unsubscribe.",
    );
    assert_eq!(examine(&mail(subject, body)).action, Action::SetAside);
    let by_form = examine(&form(subject, body));
    assert_eq!((by_form.action, by_form.reason), (Action::Queue, Reason::NoRequest));
}

#[test]
fn quoted_history_is_not_read() {
    let body = "Merci de votre réponse.\n> Proposez-vous une formation à QGIS ?\n";
    let message =
        Message { body: body.to_owned(), fresh: std::iter::once(0..25).collect(), ..Message::default() };
    let decision = examine(&message);
    assert!(decision.evidence.iter().all(|e| e.category != "refused-training"));
}

#[test]
fn the_choice_in_the_form_is_a_hint_and_no_proof() {
    let mut message = form("Bonjour", "Les grenouilles chantent dans la mare.");
    message.chosen = Some("refused-training".to_owned());
    let decision = examine(&message);
    assert_eq!((decision.action, decision.category.as_str()), (Action::Queue, "refused-training"));
}

#[test]
fn evidence_counts_bytes_of_the_field_as_given() {
    let message = form(
        "Où ça ?",
        "À la demande de mon chef : d’où vient l’idée ? Sous quelle licence publier notre logiciel ?",
    );
    let decision = examine(&message);
    assert!(!decision.evidence.is_empty());
    for evidence in &decision.evidence {
        let field =
            if evidence.field == guichet::triage::Field::Subject { &message.subject } else { &message.body };
        assert_eq!(&field[evidence.start..evidence.end], evidence.text);
    }
}

#[test]
fn a_very_long_text_is_read_in_part_and_never_answered_alone() {
    let body = "Proposez-vous une formation à QGIS ? ".repeat(30_000);
    let decision = examine(&form("Formation", &body));
    assert_eq!((decision.action, decision.reason), (Action::Queue, Reason::RefusalToConfirm));
    assert!(decision.held_back.iter().any(|held| held.kind == Held::TooLong));
    assert!(decision.evidence.len() < 200);
}

#[test]
fn the_same_message_always_gets_the_same_decision() {
    let triage = shipped();
    let message = mail("Licence", "Which licence should we use for our tool?");
    let first = triage.examine(&message, day(), &Directory::default());
    assert_eq!(first, triage.examine(&message, day(), &Directory::default()));
    assert_eq!(first.ruleset, triage.ruleset());
    assert!(first.candidates.iter().map(|c| c.confidence).sum::<f64>() <= 1.0 + 1e-9);
}

#[test]
fn an_answer_of_the_offer_leaves_alone_only_where_policy_says_so() {
    let message = form("Référencement", "Bonjour, comment référencer notre solution dans le SILL ?");
    let decision = examine(&message);
    assert_eq!(
        (decision.reply.as_deref(), decision.reply_mode),
        (Some("sill-list-solution"), ReplyMode::Draft)
    );

    let mut files = RuleFiles::embedded();
    let policy = files.texts.get_mut("policy.toml").unwrap();
    *policy = policy.replace("alone = []", "alone = [\"sill-list-solution\"]");
    let triage = Triage::load(&files).unwrap();
    let alone = |message: &Message| triage.examine(message, day(), &Directory::default()).reply_mode;
    assert_eq!(alone(&message), ReplyMode::Send);
    let two = form(
        "SILL et licence",
        "Comment référencer notre solution dans le SILL ? Et sous quelle licence publier notre code source ?",
    );
    assert_eq!(alone(&two), ReplyMode::Draft, "two questions are a person's");
}

#[test]
fn what_was_learned_names_what_no_rule_knows() {
    // None of these words is in a rule; the examples have their like.
    let message = form(
        "Une question",
        "Notre mairie paie chaque année un abonnement pour dessiner les plans. Existe-t-il quelque chose de gratuit \
         et libre qui ferait le même travail sur nos postes ?",
    );
    let decision = examine(&message);
    assert_eq!((decision.action, decision.category.as_str()), (Action::Queue, "sill"));
    assert!(decision.learned[0].category == "sill" && decision.confidence > 0.5, "{:?}", decision.learned);
}

#[test]
fn the_model_alone_refuses_nothing_and_sets_nothing_aside() {
    // The held-out examples were written by somebody else and taught to nothing.
    let held_out = include_str!("../../../rules/model/held-out.jsonl");
    for line in held_out.lines() {
        let given: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| given[key].as_str().unwrap_or_default();
        let decision = examine(&form(text("subject"), text("body")));
        if matches!(decision.action, Action::Refuse | Action::SetAside) {
            assert!(decision.telling_rule.is_some(), "{}", given["id"]);
            assert_eq!(decision.learned[0].category, decision.category, "{}", given["id"]);
            assert_eq!(given["must_not_refuse"], false, "{}", given["id"]);
        }
    }
}

#[test]
fn a_field_is_read_from_its_beginning_to_its_end() {
    let said = |role: &str| {
        let message = Message { role: role.to_owned(), ..form("Forge", "Où publier notre code ?") };
        examine(&message).sensitive
    };
    assert_eq!(said("Maire"), ["elected-role"]);
    assert!(said("Secrétaire de mairie").is_empty());
}

#[test]
fn what_stands_below_the_closing_line_is_read_too() {
    let ask = "Proposez-vous une formation à QGIS pour nos agents ?";
    let decided = |below: &str| {
        examine(&form("Formation QGIS", &format!("Bonjour,\n\n{ask}\n\nMerci beaucoup,\n{below}\n")))
    };
    assert_eq!(decided("Marie Dupont\nChargée de mission").action, Action::Refuse);
    for below in [
        "Et je voudrais le nom du coordinateur du marché de support.",
        "Marie\nNB : sous quelle licence publier le code",
        "Marie\nSans réponse, je saisirai la CADA",
        "Marie\nEffacez ensuite mes données",
        "Marie Dupont\nDéputée du Finistère",
        "Marie Dupont\nMaire de Kerlouan",
        "Marie Dupont\nJournaliste",
    ] {
        assert_eq!(decided(below).action, Action::Queue, "{below}");
    }
}
