//! What people write: real requests of the labelled set under made-up names, each from an address of its own, so that no
//! cap hides anything. The domain says what becomes of mail to that address (`people.rs`).

use std::io::{BufRead as _, BufReader};
use std::path::Path;

use guichet::clock::Clock;
use guichet::message::Door;

use super::chance::Chance;
use super::mailboxes::AWAY;
use crate::support::story::CONTACT;

/// Lines of the labelled set that serve here.
const LINES: usize = 160;

/// What a mailbox does with mail to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mailbox {
    /// Keeps it.
    Quiet,
    /// Does not exist: a report comes back.
    Bounces,
    /// Somebody reads it and answers once.
    Answers,
    /// A robot without headers answers every mail at once with a new one.
    Robot,
    /// Its owner is away: Dovecot answers for her.
    Away,
}

impl Mailbox {
    pub(super) const ALL: [Self; 5] = [Self::Quiet, Self::Bounces, Self::Answers, Self::Robot, Self::Away];

    fn domain(self) -> &'static str {
        match self {
            Self::Quiet => "poste.example",
            Self::Bounces => "rebond.example",
            Self::Answers => "bavard.example",
            Self::Robot => "robot.example",
            Self::Away => "absent.example",
        }
    }

    /// What the mailbox of this address does.
    pub(super) fn of(address: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mailbox| address.ends_with(mailbox.domain()))
    }
}

/// A request as somebody wrote it.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) subject: String,
    pub(super) body: String,
}

/// The texts of the labelled set.
pub(super) fn texts() -> Vec<Text> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/model/requests.jsonl");
    let lines = BufReader::new(std::fs::File::open(file).unwrap()).lines().take(LINES);
    let read = |line: std::io::Result<String>| {
        let line: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        Text { name: text("from_name"), subject: text("subject"), body: text("body") }
    };
    lines.map(read).collect()
}

/// A mail on its way to the service, or a form about to be filled in.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    /// What it is recognised by, in a header of its own.
    pub(super) number: usize,
    /// Envelope sender; empty for the null sender.
    pub(super) from: String,
    /// Envelope recipient.
    pub(super) to: String,
    pub(super) raw: Vec<u8>,
    pub(super) text: Text,
    /// The doors it takes, one after the other.
    pub(super) doors: Vec<Door>,
}

/// The header that holds a mail's number.
pub(super) const NUMBER: &str = "X-Soak";

impl Letter {
    /// A mail of these header lines and this text.
    pub(super) fn new(
        number: usize,
        from: &str,
        to: &str,
        head: &str,
        text: &Text,
        doors: Vec<Door>,
    ) -> Self {
        let date = Clock::system().now().to_rfc2822();
        let mail = format!(
            "{NUMBER}: {number}\n{head}\nTo: {to}\nSubject: {}\nDate: {date}\nMessage-ID: <soak-{number}@client.example>\n\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{}\n",
            text.subject, text.body
        );
        let raw = mail.replace('\n', "\r\n").into_bytes();
        Self { number, from: from.to_owned(), to: to.to_owned(), raw, text: text.clone(), doors }
    }
}

/// The mails of a soak, in order.
pub(super) fn letters(count: usize, doors: &[Door], chance: &mut Chance) -> Vec<Letter> {
    let texts = texts();
    let letter = |number| {
        let text = chance.pick(&texts).clone();
        let mailbox = match chance.below(10) {
            0 => Mailbox::Bounces,
            1 => Mailbox::Answers,
            2 if chance.once_in(2) => Mailbox::Robot,
            3 => Mailbox::Away,
            _ => Mailbox::Quiet,
        };
        let local = if mailbox == Mailbox::Away { format!("{AWAY}+") } else { "p".to_owned() };
        let from = format!("{local}{number}@n{number}.{}", mailbox.domain());
        // One in twelve is a machine's or a list's: kept, and never answered.
        let marks = ["\nAuto-Submitted: auto-generated", "\nList-Id: <liste.example>", "\nPrecedence: bulk"];
        let mark = if chance.once_in(12) { *chance.pick(&marks) } else { "" };
        let head = format!("From: {} <{from}>{mark}", text.name);
        let first = *chance.pick(doors);
        let by_mail: Vec<Door> = doors.iter().copied().filter(|door| *door != Door::Form).collect();
        // One in eight comes by two doors.
        let doors = if first != Door::Form && chance.once_in(8) {
            vec![first, *chance.pick(&by_mail)]
        } else {
            vec![first]
        };
        Letter::new(number, &from, CONTACT, &head, &text, doors)
    };
    (1..=count).map(letter).collect()
}
