//! Octets that no mailer would send: what [`invariant`] says holds for every one.

use guichet::mail::Kind;

use super::{invariant, shapes};

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

#[test]
fn random_octets_are_read() {
    let mut dice = Dice(1);
    for _ in 0..3000 {
        let length = dice.below(400);
        let raw: Vec<u8> = (0..length).map(|_| dice.roll().to_le_bytes()[0]).collect();
        invariant::parse(&raw);
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
        invariant::parse(&raw);
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
                invariant::parse(&raw[..cut]);
            }
        }
    }
}

#[test]
fn random_mail_keeps_its_bans_and_names_who_failed() {
    let mut dice = Dice(4);
    for _ in 0..1500 {
        let length = dice.below(30);
        let raw: String = (0..length).map(|_| PIECES[dice.below(PIECES.len())]).collect();
        invariant::automatic(raw.as_bytes());
        invariant::bounce(raw.as_bytes());
    }
}

#[test]
fn random_bodies_are_divided() {
    let mut dice = Dice(3);
    for _ in 0..6000 {
        let length = dice.below(30);
        let body: String = (0..length).map(|_| PIECES[dice.below(PIECES.len())]).collect();
        invariant::quote(&body);
    }
}

/// Here each takes a moment, so the suite would visibly stall if one did not; `cargo bench` measures them.
#[test]
fn shapes_that_explode_elsewhere_do_not_here() {
    for (name, shape) in shapes::all(100_000) {
        let malformed = invariant::read(&shape).kind == Kind::Malformed;
        assert_eq!(malformed, name == "octets alone", "{name}");
        invariant::parse(&shape);
    }
}
