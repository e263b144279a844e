//! What the mails to a coordinator say: a request handed over or recalled, and several gathered in one mail.

use chrono::{DateTime, Utc};
use minijinja::Value;
use serde::Serialize;

use super::context::optional;
use crate::clock;
use crate::message::{Lang, one_line};

/// Characters of each request's text in a mail that gathers several: it is attached whole.
const GATHERED_TEXT: usize = 700;

/// Who sees what a coordinator answers to the mail that hands a request over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplySeenBy {
    /// The requester, with the service in copy.
    RequesterAndService,
    /// The service alone.
    Service,
}

/// A request as it is handed over. It goes to whoever a person or the directory chose, so the writer's words may be in it.
#[derive(Clone, Copy, Debug)]
pub struct HandedOver<'a> {
    /// Title of the category in the language of the reply; may be empty.
    pub category_title: &'a str,
    /// The requester's body, resolved or as written.
    pub organisation: Option<&'a str>,
    /// Display name; may be empty.
    pub requester_name: &'a str,
    /// Address; may be empty.
    pub requester_email: &'a str,
    /// The address was typed in a form: nothing proves it.
    pub typed: bool,
    /// Subject of the request.
    pub subject: &'a str,
    /// The request's text.
    pub message: &'a str,
    /// Who sees an answer.
    pub reply_seen_by: ReplySeenBy,
    /// The signed page where its reader says what becomes of the request.
    pub page_url: &'a str,
    /// When it was handed over, for a reminder.
    pub reminds_of: Option<DateTime<Utc>>,
}

/// One request of a mail that gathers several.
#[derive(Clone, Copy, Debug)]
pub struct Gathered<'a> {
    /// The public reference.
    pub reference: &'a str,
    /// When the request was received.
    pub received_at: DateTime<Utc>,
    /// What is handed over.
    pub handed: HandedOver<'a>,
}

/// The values of one hand-over, owned.
#[derive(Clone, Debug)]
pub(super) struct HandOverValues {
    organisation: Option<String>,
    requester_name: String,
    requester_email: String,
    typed: bool,
    subject: String,
    message: String,
    reply_seen_by: ReplySeenBy,
    page_url: String,
    reminds_of: Option<DateTime<Utc>>,
}

/// One line of a digest.
#[derive(Clone, Debug, Serialize)]
pub(super) struct GatheredValues {
    reference: String,
    #[serde(skip)]
    received: DateTime<Utc>,
    received_at: String,
    category_title: Option<String>,
    organisation: Option<String>,
    requester_name: Option<String>,
    requester_email: Option<String>,
    subject: Option<String>,
    message: String,
    page_url: String,
}

impl From<&HandedOver<'_>> for HandOverValues {
    fn from(handed: &HandedOver<'_>) -> Self {
        Self {
            organisation: handed.organisation.map(|name| one_line(name, 200)).filter(|name| !name.is_empty()),
            requester_name: one_line(handed.requester_name, 200),
            requester_email: one_line(handed.requester_email, 320),
            typed: handed.typed,
            subject: one_line(handed.subject, 200),
            message: handed.message.to_owned(),
            reply_seen_by: handed.reply_seen_by,
            page_url: handed.page_url.to_owned(),
            reminds_of: handed.reminds_of,
        }
    }
}

impl From<&Gathered<'_>> for GatheredValues {
    fn from(gathered: &Gathered<'_>) -> Self {
        let handed = &gathered.handed;
        let known = |text: &str, limit: usize| Some(one_line(text, limit)).filter(|text| !text.is_empty());
        Self {
            reference: gathered.reference.to_owned(),
            received: gathered.received_at,
            received_at: String::new(),
            category_title: known(handed.category_title, 200),
            organisation: handed.organisation.and_then(|name| known(name, 200)),
            requester_name: known(handed.requester_name, 200),
            requester_email: known(handed.requester_email, 320),
            subject: known(handed.subject, 200),
            message: beginning(handed.message),
            page_url: handed.page_url.to_owned(),
        }
    }
}

impl HandOverValues {
    /// The placeholders and their values.
    pub(super) fn values(&self, lang: Lang) -> [(&'static str, Value); 9] {
        let seen = self.reply_seen_by == ReplySeenBy::RequesterAndService;
        let reminds_of = self.reminds_of.map(|at| clock::day_text(clock::paris_day(at), lang));
        [
            ("organisation", optional(self.organisation.as_deref())),
            ("requester_name", optional(Some(self.requester_name.as_str()))),
            ("requester_email", optional(Some(self.requester_email.as_str()))),
            ("requester_typed", Value::from(self.typed)),
            ("subject", optional(Some(self.subject.as_str()))),
            ("message", Value::from(self.message.as_str())),
            ("requester_sees_reply", Value::from(seen)),
            ("page_url", Value::from(self.page_url.as_str())),
            ("reminds_of", optional(reminds_of.as_deref())),
        ]
    }
}

/// The requests of a digest, in the words of its language.
pub(super) fn gathered(requests: &[GatheredValues], lang: Lang) -> Value {
    let requests = requests
        .iter()
        .map(|one| GatheredValues { received_at: clock::paris_text(one.received, lang), ..one.clone() });
    minijinja::value::Serde(requests.collect::<Vec<_>>()).into()
}

/// The beginning of a text, cut where a word ends.
fn beginning(text: &str) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(GATHERED_TEXT) else { return text.to_owned() };
    let cut = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{} […]", text[..cut].trim_end())
}
