//! Octets that no mailer would send: the reader gives an answer to every one, and its ranges always fit its text.

use guichet::mail::parse::{self, Own, Parsed};
use guichet::mail::{Kind, quote};
use guichet::message::Envelope;

/// A small deterministic generator (splitmix64), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % limit as u64).unwrap()
    }
}

/// Pieces that make the parsers turn.
const PIECES: [&str; 48] = [
    "From: a@b.fr\n",
    "To: contact@code.gouv.fr\n",
    "Subject: ",
    "=?utf-8?Q?=C3?=",
    "=?x?B?w6k=?=",
    "=?utf-8?q?",
    "?=",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "\t",
    "Content-Type: multipart/mixed; boundary=b\n",
    "Content-Type: multipart/alternative; boundary=\"b b\"\n",
    "--b\n",
    "--b--\n",
    "--b b\n",
    "Content-Type: text/html; charset=utf-16\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "=\n",
    "=E",
    "<",
    ">",
    "<a href=\"",
    "<blockquote>",
    "</blockquote>",
    "&nbsp;",
    "&#x110000;",
    "<!--",
    "\u{a0}",
    "\u{202f}",
    "é",
    "\u{1f600}",
    "> ",
    ">>> ",
    "-- \n",
    "Le 2 mars 2026 à 10:14, X <x@y.fr> a écrit :\n",
    "De : x@y.fr\nEnvoyé : 2026\nÀ : z\nObjet : o\n",
    "-----Message d'origine-----\n",
    "---------- Forwarded message ---------\n",
    "Content-Type: message/delivery-status\n",
    "Final-Recipient: rfc822; a@b.fr\nAction: failed\n",
    "Return-Path: <>\n",
    "(",
    "\"",
    ":;,",
    "Content-Disposition: attachment; filename*0*=utf-8''%C3%A9; filename*9=\"x\n",
];

fn read(raw: &[u8]) -> Parsed {
    let own = Own { addresses: vec!["contact@code.gouv.fr".to_owned()], ..Own::default() };
    let parsed = parse::read(raw, &Envelope::default(), &own);
    let message = &parsed.message;
    let mut end = 0;
    for range in &message.fresh {
        assert!(range.start >= end && range.end <= message.body.len() && !range.is_empty(), "{range:?}");
        assert!(message.body.get(range.clone()).is_some(), "{range:?} cuts a character");
        end = range.end;
    }
    assert_eq!(message.fresh.is_empty(), message.body.is_empty());
    assert!(!message.subject.contains(['\r', '\n', '\0']));
    assert!(!parsed.automatic.reason.is_empty());
    for attachment in &message.attachments {
        let bytes = parse::attachment(raw, attachment.part).expect("an attachment that was listed");
        assert_eq!(bytes.len(), attachment.size);
    }
    parsed
}

#[test]
fn random_octets_are_read() {
    let mut dice = Dice(1);
    for _ in 0..3000 {
        let length = dice.below(400);
        let raw: Vec<u8> = (0..length).map(|_| dice.roll().to_le_bytes()[0]).collect();
        read(&raw);
    }
}

#[test]
fn random_mail_is_read() {
    let mut dice = Dice(2);
    for _ in 0..6000 {
        let length = dice.below(40);
        let mut raw: Vec<u8> = (0..length).flat_map(|_| PIECES[dice.below(PIECES.len())].bytes()).collect();
        // A few octets changed, and the end cut anywhere.
        for _ in 0..dice.below(4) {
            if !raw.is_empty() {
                let place = dice.below(raw.len());
                raw[place] = dice.roll().to_le_bytes()[0];
            }
        }
        raw.truncate(dice.below(raw.len() + 1) + raw.len() / 2);
        read(&raw);
    }
}

#[test]
fn golden_mail_cut_anywhere_is_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail");
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|e| e == "eml") {
            let raw = std::fs::read(&file).unwrap();
            for cut in (0..raw.len()).step_by(41) {
                read(&raw[..cut]);
            }
        }
    }
}

#[test]
fn random_bodies_are_divided() {
    let mut dice = Dice(3);
    for _ in 0..6000 {
        let length = dice.below(30);
        let body: String = (0..length).map(|_| PIECES[dice.below(PIECES.len())]).collect();
        let fresh = quote::fresh("", &body);
        assert_eq!(fresh.is_empty(), body.is_empty());
        assert!(fresh.iter().all(|range| body.get(range.clone()).is_some()));
    }
}

/// Shapes that made parsers run for minutes: here each takes a moment, so the suite would visibly stall if one did not.
#[test]
fn shapes_that_explode_elsewhere_do_not_here() {
    let header = "From: a@b.fr\nTo: contact@code.gouv.fr\nSubject: x\n";
    let many = |piece: &str, times: usize| piece.repeat(times);
    let level = |n: i32| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    let nested = (0..5000).map(level).collect::<Vec<_>>().concat();
    let messages = many("Content-Type: message/rfc822\n\n", 20_000);
    let shapes = [
        format!("{header}{nested}"),
        format!("{header}{messages}"),
        format!("{header}X: {}\n\nx", many("=?a?q?", 100_000)),
        format!("{header}Cc: {}\n\nx", many("<(\"", 100_000)),
        format!("{header}References: {}\n\nx", many("<a@b> ", 50_000)),
        format!("{header}\n{}", many("Le 2 mars 2026 à 10:14, X <x@y.fr>\n", 20_000)),
        format!("{header}\n{}", many("De : x\n", 50_000)),
        format!("{header}\n{}", many("> ", 200_000)),
        format!("{header}\n{}", many(">\n", 200_000)),
        format!("{header}\n{}", many("-- \n", 100_000)),
        format!("{header}\n{}", "a".repeat(2_000_000)),
        format!("{header}Content-Type: text/html\n\n{}", many("<blockquote>", 100_000)),
        format!("{header}Content-Type: text/html\n\n{}", many("<img src=cid:x>", 50_000)),
        format!("{header}Content-Type: multipart/mixed; boundary=b\n\n{}", many("--b\n\nx\n", 50_000)),
    ];
    for shape in shapes {
        assert_ne!(read(shape.as_bytes()).kind, Kind::Malformed);
    }
}
