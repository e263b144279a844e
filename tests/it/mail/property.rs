//! Properties of reading mail: whatever is written, in whatever way it is wrapped, comes out as it was meant. Each case
//! is drawn anew; a failing one is shrunk and printed.

use std::fmt::Write as _;

use chrono::DateTime;
use encoding_rs::Encoding;
use guichet::mail::compose::{Address, Enclosure, HeaderText, Letter, compose};
use guichet::mail::quote;
use guichet::message::Lang;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::invariant;

/// What people write, with what could be taken for a mark.
const SENTENCES: [&str; 16] = [
    "Bonjour,",
    "Merci pour votre réponse, elle nous aide beaucoup.",
    "Le 3 mars 2026 : livraison de la première version.",
    "De : Lyon, à : Paris, c’est le trajet que nous faisons.",
    "On the other hand, the licence is not settled.",
    "Objet : je reviens sur la question des marques",
    "- reprendre le dépôt",
    "-- préparer la publication",
    "1. choisir la licence",
    "Le prestataire nous a écrit : tout est prêt ?",
    "Envoyé hier par la poste, le dossier n’est pas arrivé.",
    "Date limite : 12 avril, à 14:00.",
    "Notre service est à la DDT 35, bâtiment B.",
    "À votre disposition pour en parler,",
    "Cordialement,",
    "Marie Dupont, cheffe de projet",
];

/// What was said before; each line holds a word that stands nowhere else.
const HISTORY: [&str; 6] = [
    "zebre Bonjour,",
    "zebre vous pouvez publier sous la licence de votre choix.",
    "zebre Nous restons à votre écoute.",
    "",
    "zebre Bien à vous,",
    "zebre L’équipe",
];

/// The clients of `tests/mail/clients.txt`.
fn clients() -> Vec<(&'static str, &'static str)> {
    let text = include_str!("../../mail/clients.txt");
    text.split("\n=== ").skip(1).map(|section| section.split_once('\n').unwrap()).collect()
}

/// Some of the sentences in their order: what somebody could have written now.
fn written() -> impl Strategy<Value = String> {
    subsequence(SENTENCES.to_vec(), 1..8)
        .prop_filter("a greeting alone is no answer", |lines| lines.iter().any(|line| line.len() > 30))
        .prop_map(|lines| lines.join("\n"))
}

/// Text as it can stand in a mail: no control characters, no line that only white space makes.
fn letters() -> impl Strategy<Value = String> {
    "[ -~éèàçùœ’–€ñßø日本語Жд]{1,60}".prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

proptest! {
    #![proptest_config(crate::support::seeded::seeded())]

    #[test]
    fn an_answer_written_in_any_client_is_told_from_what_it_answers(
        (name, template) in select(clients()),
        fresh in written(),
        lines in subsequence(HISTORY.to_vec(), 1..=HISTORY.len()),
        narrow in any::<bool>(),
    ) {
        let history = lines.join("\n");
        let quoted = lines.iter().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
        let mut frame = template.to_owned();
        if narrow {
            // French typography puts a no-break space before a colon.
            frame = frame.replace(" :", "\u{a0}:");
        }
        let body = frame.replace("{fresh}", &fresh).replace("{history}", &history).replace("{quoted}", &quoted);
        let ranges = quote::fresh("Re: Licence", &body);
        let text: String = ranges.iter().map(|range| &body[range.clone()]).collect();
        for line in fresh.lines() {
            prop_assert!(text.contains(line), "{name}: {line:?} is lost in\n{body}");
        }
        prop_assert!(!text.contains("zebre"), "{name}: history stays in\n{text}\nof\n{body}");
        prop_assert!(!text.contains("Galaxy") && !text.contains("iPhone"), "{name}: {text}");
    }

    #[test]
    fn a_letter_of_ours_is_read_back(
        subject in letters(), name in "[A-Zé][a-zéèç .-]{1,40}", file in "[a-zA-Zéà0-9][a-zA-Zéà0-9_-]{0,40}( [a-z]{1,9})?",
        lines in prop::collection::vec(letters(), 1..8), bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let text = lines.join("\n");
        prop_assume!(!text.trim().is_empty());
        let letter = Letter {
            to: Address::new("marie.dupont@ville.example").unwrap(),
            to_name: HeaderText::new("Marie Dupont"),
            cc: Vec::new(),
            reply_to: Vec::new(),
            from: Address::new("agent@ville.example").unwrap(),
            from_name: HeaderText::new(&name),
            subject: HeaderText::new(&subject),
            text: text.clone(),
            html: None,
            message_id: "a.b@ville.example".to_owned(),
            in_reply_to: None,
            references: Vec::new(),
            automatic: None,
            lang: Lang::Fr,
            date: DateTime::from_timestamp(1_772_442_840, 0).unwrap(),
            enclosures: vec![Enclosure::File {
                name: format!("{}.pdf", file.trim()),
                content_type: "application/pdf".to_owned(),
                bytes: bytes.clone(),
            }],
        };
        let raw = compose(&letter).unwrap();
        let message = invariant::read(&raw).message;
        prop_assert_eq!(message.subject.trim(), letter.subject.as_str().trim());
        prop_assert_eq!(&message.from_name, letter.from_name.as_str().trim());
        prop_assert_eq!(message.body.trim(), text.trim());
        prop_assert_eq!(&message.attachments[0].name, &letter_file(&letter));
        prop_assert_eq!(guichet::mail::parse::attachment(&raw, message.attachments[0].part), Some(bytes));
    }

    #[test]
    fn text_in_any_charset_and_encoding_is_read(
        (label, text) in select(vec![
            ("iso-8859-1", "Où êtes-vous ? Ça dépend du marché."),
            ("windows-1252", "L’été, 3 € l’unité – « déjà vu »"),
            ("iso-8859-15", "Un œuf à 2 €, été comme hiver"),
            ("macintosh", "Où êtes-vous ? Ça dépend."),
            ("iso-8859-2", "Příliš žluťoučký kůň úpěl"),
            ("windows-1250", "Zażółć gęślą jaźń"),
            ("koi8-r", "Съешь ещё этих мягких булок"),
            ("windows-1251", "Съешь ещё этих мягких булок"),
            ("iso-8859-7", "Ξεσκεπάζω την ψυχοφθόρα"),
            ("windows-1254", "Pijamalı hasta yağız şoföre"),
            ("shift_jis", "いろはにほへとちりぬるを"),
            ("euc-jp", "いろはにほへとちりぬるを"),
            ("iso-2022-jp", "いろはにほへとちりぬるを"),
            ("gb18030", "天地玄黄宇宙洪荒"),
            ("big5", "天地玄黃宇宙洪荒"),
            ("euc-kr", "키스의 고유조건은"),
            ("utf-8", "Où, 天地, ещё, €"),
        ]),
        transfer in select(vec!["8bit", "quoted-printable", "base64"]),
        upper in any::<bool>(),
    ) {
        let bytes = Encoding::for_label(label.as_bytes()).unwrap().encode(text).0;
        let body = match transfer {
            "base64" => base64_lines(&bytes),
            "quoted-printable" => hexadecimal('=', &bytes).into_bytes(),
            _ => bytes.to_vec(),
        };
        let label = if upper { label.to_uppercase() } else { label.to_owned() };
        let head = format!(
            "From: a@b.fr\nContent-Type: text/plain; charset=\"{label}\"\nContent-Transfer-Encoding: {transfer}\n\n"
        );
        let message = invariant::read(&[head.as_bytes(), &body].concat()).message;
        prop_assert_eq!(message.body.trim(), text);
    }

    #[test]
    fn encoded_words_cut_anywhere_are_joined(subject in letters(), cuts in prop::collection::vec(any::<Index>(), 0..4)) {
        prop_assume!(!subject.is_empty());
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(subject.len())).chain([0, subject.len()]).collect();
        places.sort_unstable();
        places.dedup();
        let words = places.windows(2).enumerate().map(|(number, pair)| {
            let piece = &subject.as_bytes()[pair[0]..pair[1]];
            if number % 2 == 0 {
                format!("=?utf-8?Q?{}?=", hexadecimal('=', piece))
            } else {
                let text = String::from_utf8(base64_lines(piece)).unwrap();
                format!("=?UTF-8?B?{}?=", text.replace("\r\n", ""))
            }
        });
        let raw = format!("From: a@b.fr\nSubject: {}\n\nx", words.collect::<Vec<_>>().join("\n "));
        prop_assert_eq!(invariant::read(raw.as_bytes()).message.subject, subject);
    }

    #[test]
    fn a_file_name_in_pieces_is_joined(name in "[a-zéèœ€日本_-]{1,40}", cuts in prop::collection::vec(any::<Index>(), 0..4)) {
        // RFC 2231 section 4.1: pieces may come in any order.
        let name = format!("{name}.odt");
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(name.len())).chain([0, name.len()]).collect();
        places.sort_unstable();
        places.dedup();
        let mut pieces: Vec<String> = places.windows(2).enumerate().map(|(number, pair)| {
            let octets = hexadecimal('%', &name.as_bytes()[pair[0]..pair[1]]);
            let start = if number == 0 { "utf-8''" } else { "" };
            format!(";\n filename*{number}*={start}{octets}")
        }).collect();
        pieces.reverse();
        let raw = format!(
            "From: a@b.fr\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nBonjour\n--b\n\
             Content-Type: application/vnd.oasis.opendocument.text\nContent-Disposition: attachment{}\n\nx\n--b--\n",
            pieces.concat()
        );
        prop_assert_eq!(&invariant::read(raw.as_bytes()).message.attachments[0].name, &name);
    }

    #[test]
    fn a_report_names_exactly_those_that_failed(
        groups in prop::collection::vec((0u32..40, select(vec!["failed", "delayed", "delivered", "relayed", "expanded"])), 1..12),
    ) {
        let mut text = "Reporting-MTA: dns; mx.ville.example\n".to_owned();
        let mut expected: Vec<String> = Vec::new();
        for (number, action) in &groups {
            let address = format!("agent{number}@ville.example");
            writeln!(text, "\nFinal-Recipient: rfc822;{address}\nAction: {action}\nStatus: 5.1.1").unwrap();
            if *action == "failed" && !expected.contains(&address) {
                expected.push(address);
            }
        }
        let raw = format!(
            "From: Mail <MAILER-DAEMON@ville.example>\nSubject: report\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
             --b\n\nA report.\n--b\nContent-Type: message/delivery-status\n\n{text}\n--b--\n"
        );
        let parsed = invariant::read(raw.as_bytes());
        let failed: Vec<String> = parsed.bounced.into_iter().map(|failed| failed.recipient).collect();
        prop_assert_eq!(failed, expected);
    }

    #[test]
    fn any_text_is_divided_and_what_stands_above_it_is_new(body in "[ -~éà\u{a0}\n>]{0,300}") {
        invariant::quote(&body);
    }

    #[test]
    fn no_text_undoes_a_ban(body in "[ -~éà\n:;]{0,300}") {
        invariant::automatic(body.as_bytes());
        invariant::bounce(body.as_bytes());
        invariant::parse(body.as_bytes());
    }
}

/// The name of the first file of a letter.
fn letter_file(letter: &Letter) -> String {
    match &letter.enclosures[0] {
        Enclosure::File { name, .. } => name.clone(),
        Enclosure::Mail(_) => String::new(),
    }
}

/// Octets in hexadecimal, a mark before each.
fn hexadecimal(mark: char, bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{mark}{byte:02X}").unwrap();
        text
    })
}

/// Base64 in lines of 76.
fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    text.as_bytes().chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..])
}
