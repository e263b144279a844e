//! What no refusal may answer by itself, whatever its topic: a program's words without a person's, two questions of which one
//! would stay without an answer, a language that nobody here reads. And words in another form of the same letters are words.

use guichet::triage::{Action, Held, Reason, ReplyMode};

use super::{examine, form};

const TRACE: &str = "java.lang.NullPointerException: LibreOffice: Cannot invoke \"String.length()\"\n\
                     \tat org.libreoffice.Main.run(Main.java:42)\n\tat org.libreoffice.Main.main(Main.java:7)\n\
                     Caused by: java.io.IOException: Broken pipe";

#[test]
fn a_bare_log_waits_for_a_person() {
    let python = "Traceback (most recent call last):\n  File \"/usr/lib/libreoffice/program/x.py\", line 3, in <module>\n    \
                  raise RuntimeError\nRuntimeError: LibreOffice ne démarre pas";
    for (subject, body) in [
        ("", TRACE.to_owned()),
        ("LibreOffice plante", format!("Bonjour,\n\n{TRACE}\n\nCordialement,\nJeanne Durand")),
        ("LibreOffice", python.to_owned()),
    ] {
        let decision = examine(&form(subject, &body));
        assert_eq!(decision.action, Action::Queue, "{body}");
        assert!(decision.held_back.iter().any(|held| held.kind == Held::BareLog), "{:?}", decision.held_back);
    }
    let asked =
        "Bonjour, LibreOffice plante au démarrage avec ce message, pouvez-vous nous aider à le réparer ?";
    let decision = examine(&form("LibreOffice plante", &format!("{asked}\n\n{TRACE}")));
    assert_eq!(decision.action, Action::Refuse, "a person asks: {:?}", decision.held_back);
}

#[test]
fn of_two_refused_questions_none_stays_without_an_answer() {
    let repair = "LibreOffice plante au démarrage depuis la mise à jour. Pouvez-vous nous aider à réparer ?";
    let train = "Pouvez-vous organiser une formation à LibreOffice pour nos agents ?";
    for body in [format!("Bonjour, {repair} Et {train}"), format!("Bonjour, {train} {repair}")] {
        let decision = examine(&form("Demandes", &body));
        assert_eq!(decision.action, Action::Refuse, "{body}: {:?}", decision.held_back);
        let mut topics = decision.topics;
        topics.sort();
        assert_eq!(topics, ["refused-software-support", "refused-training"], "{body}: the reply says both");
    }
    for body in [repair, train] {
        assert_eq!(examine(&form("Demande", &format!("Bonjour, {body}"))).action, Action::Refuse, "{body}");
    }
}

#[test]
fn a_third_language_is_a_plain_queue_that_says_it() {
    for (body, language) in [
        (
            "Guten Tag, wir brauchen eine Formation LibreOffice. Können Sie uns bitte helfen? Das ist nicht einfach.",
            "allemand",
        ),
        (
            "Hola, necesitamos una formación sobre LibreOffice para nuestro equipo. Muchas gracias, saludos",
            "espagnol",
        ),
        ("您好，我们需要关于 LibreOffice 办公软件的培训，谢谢您的帮助", "chinois"),
        ("Здравствуйте, нам нужна помощь с LibreOffice, программа не запускается.", "cyrilliques"),
        ("مرحبا، نحتاج إلى تدريب على البرامج المكتبية", "arabes"),
    ] {
        let decision = examine(&form("LibreOffice", body));
        assert_eq!((decision.action, decision.reason), (Action::Queue, Reason::Unknown), "{body}");
        assert_eq!((decision.reply, decision.reply_mode), (None, ReplyMode::None), "{body}");
        let said = decision.held_back.iter().find(|held| held.kind == Held::OtherLanguage);
        assert!(said.is_some_and(|held| held.says.contains(language)), "{body}: {:?}", decision.held_back);
    }
}

#[test]
fn other_forms_of_the_same_letters_are_read_and_shown_as_written() {
    let plain = examine(&form("Formation", "Proposez-vous une formation à LibreOffice pour nos agents ?"));
    let wide = "Ｐｒｏｐｏｓｅｚ-ｖｏｕｓ ｕｎｅ ｆｏｒｍａｔｉｏｎ à ＬｉｂｒｅＯｆｆｉｃｅ ｐｏｕｒ ｎｏｓ ａｇｅｎｔｓ ?";
    let bold = "𝐏𝐫𝐨𝐩𝐨𝐬𝐞𝐳-𝐯𝐨𝐮𝐬 𝐮𝐧𝐞 𝐟𝐨𝐫𝐦𝐚𝐭𝐢𝐨𝐧 à 𝐋𝐢𝐛𝐫𝐞𝐎𝐟𝐟𝐢𝐜𝐞 𝐩𝐨𝐮𝐫 𝐧𝐨𝐬 𝐚𝐠𝐞𝐧𝐭𝐬 ?";
    for body in [wide, bold] {
        let decision = examine(&form("Formation", body));
        assert_eq!((decision.action, &decision.category), (plain.action, &plain.category), "{body}");
        let shown = decision.evidence.iter().all(|hit| match hit.field {
            guichet::triage::Field::Body => body.get(hit.start..hit.end) == Some(hit.text.as_str()),
            _ => true,
        });
        assert!(shown && decision.evidence.len() == plain.evidence.len(), "{:?}", decision.evidence);
    }
}
