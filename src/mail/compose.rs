//! Writes a mail so that it arrives and is understood: MIME, UTF-8, the threading headers, the marks of an automatic
//! message (RFC 3834) on automatic messages and on no other. What goes into a header is a [`HeaderText`] or an
//! [`Address`], types that cannot hold a line break: header injection is no question of care.

mod field;

use chrono::{DateTime, Utc};
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};

pub use field::{Address, AddressError, HeaderText, reply_subject};

use crate::message::{Lang, clean_file_name};

/// References kept: the first and the last ones.
const REFERENCE_LIMIT: usize = 21;

/// The kinds of automatic message (RFC 3834 section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoSubmitted {
    /// Answers a message and only says that it came: marked as bulk too, so that the oldest responders keep quiet.
    Acknowledged,
    /// Answers a message with something its reader needs: a refusal. Not bulk, which some filters file away unread.
    Replied,
    /// Answers none: a notice.
    Generated,
}

/// A mail before it is written.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The recipient.
    pub to: Address,
    /// Their display name; may be empty.
    pub to_name: HeaderText,
    /// People in copy.
    pub cc: Vec<Address>,
    /// Where answers should go, each with a display name that may be empty; nowhere: to `from`.
    pub reply_to: Vec<(HeaderText, Address)>,
    /// The service's address.
    pub from: Address,
    /// The service's name.
    pub from_name: HeaderText,
    /// The subject.
    pub subject: HeaderText,
    /// The text part.
    pub text: String,
    /// The same in HTML, if there is one.
    pub html: Option<String>,
    /// Fixed Message-ID, without brackets.
    pub message_id: String,
    /// Message-ID of the mail that is answered, without brackets.
    pub in_reply_to: Option<String>,
    /// References of that mail, oldest first, without brackets; its own id is added if missing.
    pub references: Vec<String>,
    /// Set when no person wrote or sent it.
    pub automatic: Option<AutoSubmitted>,
    /// Language of the text.
    pub lang: Lang,
    /// When it was written.
    pub date: DateTime<Utc>,
    /// What goes with it.
    pub enclosures: Vec<Enclosure>,
}

/// Something that goes with a mail.
#[derive(Clone, Debug)]
pub enum Enclosure {
    /// A mail that is handed over, as it came: `message/rfc822` (RFC 2046 section 5.2.1).
    Mail(Vec<u8>),
    /// A file.
    File {
        /// Its cleaned name.
        name: String,
        /// Its media type; an unusable one becomes `application/octet-stream`.
        content_type: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

/// Why a letter could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The Message-ID is not `local@domain` in visible ASCII.
    #[error("le Message-ID est inutilisable")]
    MessageId,
    /// The builder refused it.
    #[error("le courriel ne peut être écrit ({0})")]
    Build(#[from] lettre::error::Error),
}

/// Writes a letter: RFC 5322 octets with CRLF, ready for [`super::mailer::Mailer::send`].
pub fn compose(letter: &Letter) -> Result<Vec<u8>, ComposeError> {
    if !is_own_id(&letter.message_id) {
        return Err(ComposeError::MessageId);
    }
    let mailbox = |name: &HeaderText, address: &Address| {
        let name = Some(name.as_str().to_owned()).filter(|name| !name.is_empty());
        Mailbox::new(name, address.inner().clone())
    };
    let mut builder = lettre::Message::builder()
        .from(mailbox(&letter.from_name, &letter.from))
        .to(mailbox(&letter.to_name, &letter.to))
        .subject(letter.subject.as_str())
        .date(letter.date.into())
        .message_id(Some(format!("<{}>", letter.message_id)));
    for copy in &letter.cc {
        builder = builder.cc(mailbox(&HeaderText::default(), copy));
    }
    for (name, reply_to) in &letter.reply_to {
        builder = builder.reply_to(mailbox(name, reply_to));
    }
    let answered = letter.in_reply_to.as_deref().filter(|id| may_stand(id));
    if let Some(id) = answered {
        builder = builder.in_reply_to(format!("<{id}>"));
    }
    let references = references(&letter.references, answered);
    if !references.is_empty() {
        builder = builder.references(references);
    }
    for (name, value) in marks(letter) {
        builder = builder.raw_header(HeaderValue::new(name, value));
    }
    let content = content(letter);
    let message = if letter.enclosures.is_empty() {
        match content {
            Content::Plain(part) => builder.singlepart(part),
            Content::Both(part) => builder.multipart(part),
        }
    } else {
        let mixed = match content {
            Content::Plain(part) => MultiPart::mixed().singlepart(part),
            Content::Both(part) => MultiPart::mixed().multipart(part),
        };
        let enclosed = letter.enclosures.iter().map(|enclosure| match enclosure {
            Enclosure::Mail(raw) => attached(raw),
            Enclosure::File { name, content_type, bytes } => file(name, content_type, bytes.clone()),
        });
        builder.multipart(enclosed.fold(mixed, MultiPart::singlepart))
    };
    Ok(message?.formatted())
}

enum Content {
    Plain(SinglePart),
    Both(MultiPart),
}

fn content(letter: &Letter) -> Content {
    match &letter.html {
        Some(html) => Content::Both(MultiPart::alternative_plain_html(letter.text.clone(), html.clone())),
        None => Content::Plain(SinglePart::plain(letter.text.clone())),
    }
}

/// Language, and the marks of an automatic message. A person's mail has none of these: it must trigger an absence
/// notice, and must not be filed as bulk.
fn marks(letter: &Letter) -> Vec<(HeaderName, String)> {
    let lang = letter.lang.reply().code().to_owned();
    let mut marks = vec![(HeaderName::new_from_ascii_str("Content-Language"), lang)];
    if let Some(automatic) = letter.automatic {
        let (word, bulk) = match automatic {
            AutoSubmitted::Acknowledged => ("auto-replied", true),
            AutoSubmitted::Replied => ("auto-replied", false),
            AutoSubmitted::Generated => ("auto-generated", false),
        };
        marks.push((HeaderName::new_from_ascii_str("Auto-Submitted"), word.to_owned()));
        marks.push((HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All".to_owned()));
        marks.push((HeaderName::new_from_ascii_str("X-Loop"), letter.from.as_str().to_owned()));
        if bulk {
            marks.push((HeaderName::new_from_ascii_str("Precedence"), "bulk".to_owned()));
        }
    }
    marks
}

/// A Message-ID as we make them: visible ASCII, one `@`, no brackets.
fn is_own_id(id: &str) -> bool {
    may_stand(id)
        && !id.contains('"')
        && id.len() <= 250
        && id.split('@').filter(|half| !half.is_empty()).count() == 2
}

/// An id of others that can stand in a header, whatever its shape: web forms and appliances make some without `@`, and
/// their programs thread by them all the same. Below the 998 octets of a line.
fn may_stand(id: &str) -> bool {
    let visible = id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'));
    visible && (1..=900).contains(&id.len())
}

/// The References value: usable ids once each, the first and the last ones, the answered mail's at the end.
fn references(given: &[String], answered: Option<&str>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for id in given.iter().map(String::as_str).chain(answered) {
        if may_stand(id) {
            kept.retain(|other| *other != id);
            kept.push(id);
        }
    }
    if kept.len() > REFERENCE_LIMIT {
        kept.drain(1..=kept.len() - REFERENCE_LIMIT);
    }
    kept.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" ")
}

/// A file, downloaded under its name.
fn file(name: &str, content_type: &str, bytes: Vec<u8>) -> SinglePart {
    let octets = || ContentType::parse("application/octet-stream").expect("a constant media type");
    // A type of several parts or a whole mail has rules of its own; a file from a form is only ever a file.
    let leaf = !content_type.starts_with("multipart/") && !content_type.starts_with("message/");
    let media = ContentType::parse(content_type).ok().filter(|_| leaf).unwrap_or_else(octets);
    Attachment::new(clean_file_name(name)).body(bytes, media)
}

/// The mail that is handed over, as `message/rfc822` where it can stand unencoded, as the RFC wants; else as a file.
fn attached(raw: &[u8]) -> SinglePart {
    let lines = raw.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut crlf = Vec::with_capacity(raw.len() + 64);
    let mut longest = 0;
    for line in lines {
        longest = longest.max(line.len());
        crlf.extend_from_slice(line);
        crlf.extend_from_slice(b"\r\n");
    }
    let clean = longest <= 998
        && !raw.contains(&0)
        && !crlf.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n');
    let builder = SinglePart::builder().header(ContentDisposition::attachment("message.eml"));
    if clean {
        let encoding = if raw.is_ascii() {
            ContentTransferEncoding::SevenBit
        } else {
            ContentTransferEncoding::EightBit
        };
        let media = ContentType::parse("message/rfc822").expect("a constant media type");
        return builder.header(media).body(Body::dangerous_pre_encoded(crlf, encoding));
    }
    let media = ContentType::parse("application/octet-stream").expect("a constant media type");
    let body = Body::new_with_encoding(raw.to_vec(), ContentTransferEncoding::Base64);
    builder.header(media).body(body.expect("base64 takes any octet"))
}
