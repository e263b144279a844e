//! What arrives and what it says: the words every part shares. A form and a mail become the same [`Message`].

mod form;
mod heard;

use std::ops::Range;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::keys::hex;

pub use form::{Capacity, Form, FormFile, FormRawError, PurchaseStage};
pub use heard::{Heard, Means};

/// The way something came in. Its code stands in the database, in the ledger and in source keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    /// The public form.
    Form,
    /// Typed in by a person of the team: a telephone call, a chat, a meeting.
    Hand,
    /// `guichet receive`: one mail on standard input.
    Pipe,
    /// LMTP (RFC 2033): a mail server delivers straight to the service.
    Lmtp,
    /// A folder of a mailbox, read over IMAP.
    Imap,
    /// A Sent folder: what colleagues answered from their own mail clients.
    Sent,
    /// A folder of a mailbox read as closed history.
    Archive,
    /// The Sent folder that goes with it, read as closed history.
    SentArchive,
    /// `guichet import`: closed history, never answered.
    Import,
}

impl Door {
    /// Every door, in the order of the ledger.
    pub const ALL: [Self; 9] = [
        Self::Form,
        Self::Hand,
        Self::Pipe,
        Self::Lmtp,
        Self::Imap,
        Self::Sent,
        Self::Archive,
        Self::SentArchive,
        Self::Import,
    ];

    /// Its code (`form`, `hand`, `pipe`, `lmtp`, `imap`, `sent`, `archive`, `sent-archive`, `import`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Hand => "hand",
            Self::Pipe => "pipe",
            Self::Lmtp => "lmtp",
            Self::Imap => "imap",
            Self::Sent => "sent",
            Self::Archive => "archive",
            Self::SentArchive => "sent-archive",
            Self::Import => "import",
        }
    }

    /// The door with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.code() == code)
    }

    /// Whether a person filled in a form, wrote a mail or told it.
    pub fn channel(self) -> Channel {
        match self {
            Self::Form => Channel::Form,
            Self::Hand => Channel::Hand,
            _ => Channel::Mail,
        }
    }

    /// Closed history: outside every clock, never answered.
    pub fn is_history(self) -> bool {
        matches!(self, Self::Archive | Self::SentArchive | Self::Import)
    }

    /// The source key of a mail that has no other: its octets and whom they are for. A mail server that tries again hands the
    /// same ones over: the same arrival.
    pub fn content_key(self, envelope: &Envelope, raw: &[u8]) -> String {
        let mut hash = Sha256::new();
        hash.update(serde_json::to_vec(envelope).expect("strings always have a JSON form"));
        hash.update(raw);
        format!("{}:{}", self.code(), hex(&hash.finalize()))
    }

    /// What comes through it was written by the service's own people, from their mail clients.
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Sent | Self::SentArchive)
    }
}

/// Form, mail or a person's ear: what the writer used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// The public form.
    Form,
    /// A mail, whatever door it took.
    #[default]
    Mail,
    /// Told to a person of the team, who typed it in.
    Hand,
}

impl Channel {
    /// Every channel, in the order of the filters.
    pub const ALL: [Self; 3] = [Self::Form, Self::Mail, Self::Hand];

    /// Its code (`form`, `mail`, `hand`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Mail => "mail",
            Self::Hand => "hand",
        }
    }

    /// The channel with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// The language of a text, as far as it can be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
    /// Undetermined (ISO 639-2 `und`): treated as French where a text must be chosen.
    Und,
}

impl Lang {
    /// Its code (`fr`, `en`, `und`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
            Self::Und => "und",
        }
    }

    /// The language with this code; anything unknown is [`Lang::Und`].
    pub fn from_code(code: &str) -> Self {
        match code {
            "fr" => Self::Fr,
            "en" => Self::En,
            _ => Self::Und,
        }
    }

    /// The language to write in: English to those who write English, French to everybody else.
    pub fn reply(self) -> Self {
        self.choose(Self::Fr, Self::En)
    }

    /// The one of two texts, or of what goes with them, that is in the language to write in.
    pub fn choose<T>(self, french: T, english: T) -> T {
        if self == Self::En { english } else { french }
    }
}

/// The SMTP envelope of a mail, as far as the door knows it (RFC 5321).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// `MAIL FROM` without brackets; `Some("")` is the null sender, `None` is unknown.
    #[serde(default)]
    pub from: Option<String>,
    /// `RCPT TO` addresses; empty when unknown.
    #[serde(default)]
    pub to: Vec<String>,
    /// When the mail reached the mailbox it was read from (INTERNALDATE, RFC 3501 section 2.3.3): a mail server's word,
    /// unlike the Date header. `None` where the door itself is the mailbox.
    // Left out of what source keys are made of, where it is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox_at: Option<DateTime<Utc>>,
}

/// What came in, byte for byte, before anyone understood it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// UUIDv7, made by us.
    pub id: String,
    /// The door it took.
    pub door: Door,
    /// The door's own key: a second delivery with the same key is the same arrival (form nonce, content digest, …).
    pub source_key: String,
    /// When the door took it.
    pub received_at: DateTime<Utc>,
    /// The envelope, for mail.
    pub envelope: Envelope,
    /// The public reference its ticket will have, should it open one: known before it is understood, because the
    /// page after sending shows it.
    pub reference: String,
    /// RFC 5322 octets, or a form as [`Form::to_raw`] writes it.
    pub raw: Vec<u8>,
}

/// What a person wrote. Form and mail alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Form or mail.
    pub channel: Channel,
    /// Display name, as given; may be empty.
    pub from_name: String,
    /// Address, as given (ASCII lower-cased domain); may be empty.
    pub from_email: String,
    /// The function the sender states (form field); empty for mail.
    pub role: String,
    /// The organisation the sender states (form field); empty for mail.
    pub organisation: String,
    /// The category chosen in the form; `None` for "je ne sais pas" and for mail.
    pub chosen: Option<String>,
    /// Decoded, on one line.
    pub subject: String,
    /// The whole text, quoted history and signature included, as it is shown and as evidence counts its bytes.
    pub body: String,
    /// The parts of `body` that the sender wrote now: byte ranges on character bounds, in order, not overlapping.
    pub fresh: Vec<Range<usize>>,
    /// To addresses (mail), without display names.
    pub to: Vec<String>,
    /// Cc addresses (mail), without display names.
    pub cc: Vec<String>,
    /// Reply-To, when it differs from the sender.
    pub reply_to: Option<String>,
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// In-Reply-To, first id, without angle brackets.
    pub in_reply_to: Option<String>,
    /// References, oldest first, without angle brackets, at most 100.
    pub references: Vec<String>,
    /// The Date header; `None` when missing or unreadable.
    pub date: Option<DateTime<Utc>>,
    /// What a person would call an attachment.
    pub attachments: Vec<Attachment>,
    /// The writer knows that the topic is refused and asked that a person read all the same (form).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub insists: bool,
}

impl Message {
    /// A message whose whole body is new text.
    pub fn all_fresh(mut self) -> Self {
        self.fresh = std::iter::once(0..self.body.len()).filter(|all| !all.is_empty()).collect();
        self
    }

    /// The newly written text alone.
    pub fn text(&self) -> String {
        self.fresh.iter().filter_map(|range| self.body.get(range.clone())).collect()
    }
}

/// A file that came with a message. The bytes stay in the arrival; `part` finds them there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Cleaned file name: no path, no control or bidirectional character, at most 240 characters.
    pub name: String,
    /// Media type as stated by the sender, lower case (`application/pdf`).
    pub content_type: String,
    /// Decoded size in octets.
    pub size: usize,
    /// Index of the MIME part (mail) or of the file (form) in the raw arrival.
    pub part: usize,
}

/// Characters of the longest file name: what a person writes is seldom longer, and no file system takes more.
const NAME_LIMIT: usize = 240;

/// A file name safe to store, to show and to download as: no path, no control or bidirectional character, no leading
/// dot, at most 240 characters. An unusable name becomes `fichier`.
pub fn clean_file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_unsafe_character(*c)).collect();
    let kept = kept.trim().trim_start_matches('.').trim();
    let stem: String = if kept.chars().count() > NAME_LIMIT {
        // The ending tells the reader what the file is, so it is kept when the name is cut.
        let ending: String = kept.rsplit_once('.').map(|(_, e)| format!(".{e}")).unwrap_or_default();
        let ending = if ending.chars().count() <= 12 { ending } else { String::new() };
        kept.chars().take(NAME_LIMIT - ending.chars().count()).collect::<String>() + &ending
    } else {
        kept.to_owned()
    };
    if stem.is_empty() { "fichier".to_owned() } else { stem }
}

/// Characters that have no place in a one-line text shown to a person: controls and bidirectional overrides
/// (Unicode UAX #9), which can make a name read as another.
pub fn is_unsafe_character(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// One line, safe to show and to put in a header: unsafe characters become spaces, runs of spaces one, the ends trimmed,
/// at most `limit` characters. The no-break spaces of French typography stay.
pub fn one_line(given: &str, limit: usize) -> String {
    let breaks =
        |c: char| is_unsafe_character(c) || (c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}'));
    let words = given.trim().split(breaks).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(limit).collect()
}

/// French spaces before high punctuation and a sign of percent, and inside quotation marks, become no-break spaces, so that
/// texts can be written on any keyboard.
pub fn no_break_spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    no_break_spaces_after('\n', text, &mut out);
    out
}

/// The same for a text that goes on after a character, at the end of `out`; answers the last character.
pub fn no_break_spaces_after(mut before: char, text: &str, out: &mut String) -> char {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut here = c;
        if c == ' ' && !before.is_whitespace() {
            let mut ahead = chars.clone();
            let next = ahead.next();
            let closes = match next {
                Some(':' | ';' | '?' | '!' | '»') => ahead.next() != Some('='),
                Some('%') => before.is_ascii_digit() && ahead.next() != Some('}'),
                _ => false,
            };
            if closes || before == '«' {
                here = '\u{a0}';
            }
        }
        out.push(here);
        before = c;
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_spaces_do_not_break() {
        assert_eq!(no_break_spaces("Objet : « a » ?"), "Objet\u{a0}: «\u{a0}a\u{a0}»\u{a0}?");
        assert_eq!(no_break_spaces("99 % de a % 5"), "99\u{a0}% de a % 5");
        assert_eq!(
            no_break_spaces("{% if a != b %}\n : x {% if n > 1 %}"),
            "{% if a != b %}\n : x {% if n > 1 %}"
        );
    }

    #[test]
    fn file_names_are_cleaned() {
        assert_eq!(clean_file_name("C:\\Users\\x\\Dossier d'appel.pdf"), "Dossier d'appel.pdf");
        assert_eq!(clean_file_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_file_name("facture\u{202e}fdp.exe"), "facturefdp.exe");
        assert_eq!(clean_file_name("..."), "fichier");
        let long = clean_file_name(&format!("{}.pdf", "a".repeat(300)));
        assert_eq!((long.chars().count(), &long[236..]), (240, ".pdf"));
    }

    #[test]
    fn one_line_has_no_line_break() {
        assert_eq!(one_line(" Objet\r\nBcc: x@y \u{202e}z ", 100), "Objet Bcc: x@y z");
        assert_eq!(one_line("\u{a0}Objet\u{a0}:  x\u{a0}", 100), "Objet\u{a0}: x");
    }
}
