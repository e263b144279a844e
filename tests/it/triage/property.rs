//! Properties of triage: whatever is written, there is a decision that keeps what triage promises ([`super::invariant`]). Each
//! case is drawn anew; a failing one is shrunk and printed.

use std::fmt::Write as _;

use guichet::triage::{Action, Reason};
use proptest::prelude::*;
use proptest::sample::select;

use super::invariant::{Written, decided};
use super::shipped;

/// What people write, in the words that rules know, and what nobody should paste.
const FRAGMENTS: [&str; 48] = [
    "Bonjour,",
    "Proposez-vous une formation à QGIS ?",
    "je ne demande pas de formation",
    "ce n’est pas une demande de",
    "il ne s’agit pas de",
    "rien à voir avec",
    "mais",
    "pourriez-vous",
    "Je souhaite publier notre code source",
    "sous quelle licence",
    "mise en demeure",
    "journaliste",
    "marché de support",
    "QGIS",
    "LibreOffice",
    "PostgreSQL",
    "Ministère de la Culture",
    "se désabonner",
    "cliquez ici",
    "réponse automatique",
    "You are receiving this newsletter",
    "unsubscribe",
    "Would you train our team?",
    "we are looking for",
    "nothing to do with",
    "Cordialement,",
    "Marie Dupont, cheffe de projet",
    "PS : et le SILL ?",
    "-- ",
    "> Le service vous répond",
    "Le 3 mars 2026 à 10:00, Mission <contact@code.gouv.fr> a écrit :",
    "-----Message d’origine-----",
    "De : Mission",
    "🙂🏳️‍🌈👩🏽‍💻",
    "שלום, מה שלומכם",
    "\u{202e}noitamrof\u{202c}",
    "مرحبا\u{200f}",
    "\u{0}\u{1}\u{7f}\u{85}",
    "fоrmаtiоn", // Cyrillic о and а.
    "ﬁche œuvre ŒUVRE ß",
    "e\u{301}te\u{301}\u{300}\u{300}",
    "\u{200b}\u{feff}\u{ad}",
    "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PC9UeXBlL0NhdGFsb2c+PgplbmRvYmo=",
    "https://code.gouv.fr/sill?x=1&y=2#z",
    "((((((((",
    "................",
    "1 234 567,89 €",
    "漢字かな交じり文",
];

fn text(most: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => select(&FRAGMENTS[..]).prop_map(str::to_owned),
        1 => "\\PC{0,30}",
        1 => any::<String>(),
    ];
    let joint = select(vec![" ", "\n", "\n\n", ". ", " ? ", ", ", "", "\r\n", "\t", " : ", "\u{a0}"]);
    prop::collection::vec((piece, joint), 0..most).prop_map(|pieces| {
        pieces.into_iter().fold(String::new(), |mut text, (piece, joint)| {
            text.push_str(&piece);
            text.push_str(joint);
            text
        })
    })
}

fn written() -> impl Strategy<Value = Written> {
    let chosen = prop::option::of(select(vec!["sill", "refused-training", "noise", "jardinage", ""]));
    let email = select(vec!["", "a@culture.gouv.fr", "@", "a@b@c.fr", "é@ñ.example", "a@"]);
    (text(6), text(40), text(3), text(3), chosen, email).prop_map(
        |(subject, body, role, organisation, chosen, email)| Written {
            subject,
            body,
            role,
            organisation,
            chosen: chosen.map(str::to_owned),
            from_email: email.to_owned(),
        },
    )
}

proptest! {
    #![proptest_config(crate::support::seeded::seeded())]

    #[test]
    fn whatever_is_written_is_decided_as_promised(written in written()) {
        decided(shipped(), &written);
    }
}

fn body(body: impl Into<String>) -> Written {
    Written { subject: "Question".to_owned(), body: body.into(), ..Written::default() }
}

#[test]
fn what_holds_no_request_reaches_a_person() {
    let base64 = "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PC9UeXBlL0NhdGFsb2c+PgplbmRvYmoKeHJlZgowIDcK\n".repeat(400);
    let quoted = "> Bonjour,\n> proposez-vous une formation à QGIS ?\n> Cordialement\n".repeat(3);
    let nothing = Written::default();
    for (what, written) in [
        ("nothing", nothing),
        ("emoji", Written { body: "🙂🏳️‍🌈👩🏽‍💻 🎉\n🎉".to_owned(), ..Written::default() }),
        ("quoted", Written { body: quoted, ..Written::default() }),
        ("base64", body(base64)),
        ("right to left", body("שלום, מה שלומכם?\u{202e} ?noitamrof enu suov-zesoporp\u{202c}")),
        ("controls", body("\u{0}\u{1}\u{8}\u{1b}[31m\u{7f}\u{85}".repeat(50))),
        ("invisible", body("\u{200b}\u{feff}\u{ad}\u{2060}".repeat(50))),
    ] {
        for decision in decided(shipped(), &written) {
            assert_eq!(decision.action, Action::Queue, "{what}");
        }
    }
}

#[test]
fn lookalike_letters_are_read_as_what_they_look_like() {
    let plain = decided(shipped(), &body("Proposez-vous une formation à QGIS ?"));
    let disguised = decided(shipped(), &body("Prороsez-vоus une fоrmаtiоn à QGIS ?"));
    for (plain, disguised) in plain.iter().zip(&disguised) {
        assert_eq!((plain.action, &plain.category), (disguised.action, &disguised.category));
        assert_eq!(plain.evidence.len(), disguised.evidence.len());
    }
}

/// Texts that no program should answer, with what a careless one would act on at both ends.
fn endless() -> [(&'static str, String); 5] {
    let ask = "Proposez-vous une formation à QGIS ?\n";
    let lines = (0..10_000).fold(String::new(), |mut text, line| {
        writeln!(text, "{line} : proposez-vous une formation à QGIS ?").expect("a String takes all");
        text
    });
    [
        ("one ask over and over", ask.repeat(1_000_000 / ask.len())),
        ("10,000 lines", lines),
        ("one word of 1 MB", format!("{ask}{}", "a".repeat(1_000_000))),
        (
            "one sentence of 1 MB",
            format!("{ask}{}", "je ne demande pas de formation, ni de licence ".repeat(22_000)),
        ),
        ("spam of 1 MB", "Se désabonner : cliquez ici. Unsubscribe. Réponse automatique.\n".repeat(16_000)),
    ]
}

#[test]
fn endless_texts_reach_a_person() {
    for (what, text) in endless() {
        for decision in decided(shipped(), &body(text.clone())) {
            assert_eq!(decision.action, Action::Queue, "{what}");
            assert_ne!(decision.reason, Reason::Empty, "{what}");
        }
    }
}

#[test]
fn ten_thousand_lines_that_say_nothing_reach_a_person() {
    for line in ["?\n", "\n", "a\n", "- \n", "> \n", "...\n"] {
        for decision in decided(shipped(), &body(line.repeat(10_000))) {
            assert_eq!(decision.action, Action::Queue, "{line:?}");
        }
    }
}
