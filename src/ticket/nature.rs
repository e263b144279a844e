//! What mail reading found of a message beside its text: shown to the team, and the ground of what the desk did.

use serde::{Deserialize, Serialize};

use crate::mail::forward::Forwarded;
use crate::mail::{Kind, status};
use crate::message::Attachment;

/// What a mail is, beside what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub struct Nature {
    /// What it is.
    pub kind: Kind,
    /// `ok`, or the code of the rule that forbids an automatic answer (`docs/mail.md`, section 3).
    pub reason: String,
    /// Its text is encrypted: there is none to read.
    pub encrypted: bool,
    /// It carries a cryptographic signature, which nobody here has verified.
    pub signed: bool,
    /// It has an HTML page beside or in the place of its text.
    pub has_page: bool,
    /// The pictures that stand in its text, which are no attachments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Attachment>,
    /// Who wrote what is forwarded.
    pub forwarded_from: Option<Forwarded>,
    /// The recipients that a delivery report says were not reached.
    pub returned: Vec<Returned>,
    /// A delivery report says that a mail did not arrive, even where it names nobody.
    pub undelivered: bool,
    /// It is spam by the verdict of the own border's filter, not of whoever the mail passed through.
    pub own_filter: bool,
    /// A machine says that whoever was written to is away or gone.
    pub absence: bool,
    /// The own border says that the sender is not who the mail says: it proves nothing and moves nothing.
    pub unproven: bool,
}

/// A recipient that was not reached, and how final that is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Its address.
    pub recipient: String,
    /// Enhanced status code (RFC 3463).
    pub status: Option<String>,
    /// What the remote server said, on one line.
    pub diagnostic: Option<String>,
    /// There is no such address, as against: not now, or not this mail.
    pub hard: bool,
}

impl Returned {
    /// What a report says, judged. Hard is only what says by its code that the address does not exist or is closed (RFC
    /// 3463 and its practice): a full mailbox, a delay, a filter or a fault of our own mail is no reason to give an
    /// address up, and neither is a report without any code.
    pub fn new(recipient: &str, status: Option<&str>, diagnostic: Option<&str>) -> Self {
        let told = status.map(str::to_owned).or_else(|| diagnostic.and_then(status::enhanced));
        let hard = match told.as_deref().map(verdict) {
            Some(Verdict::Address) => true,
            Some(Verdict::Other) => false,
            Some(Verdict::Open) => diagnostic.is_some_and(names_no_mailbox),
            None => diagnostic.is_some_and(says_no_mailbox),
        };
        let (recipient, diagnostic) = (recipient.to_owned(), diagnostic.map(str::to_owned));
        Self { recipient, status: told, diagnostic, hard }
    }

    /// Status and diagnostic on one line, for people.
    pub fn words(&self) -> String {
        // Most diagnostics repeat the code.
        let repeated =
            |code: &&String| self.diagnostic.as_ref().is_some_and(|said| said.contains(code.as_str()));
        let said = self.status.iter().filter(|code| !repeated(code)).chain(&self.diagnostic);
        let said = said.map(String::as_str).collect::<Vec<_>>().join(" · ");
        if said.is_empty() { "retourné sans explication".to_owned() } else { said }
    }
}

/// What a code says of the address.
enum Verdict {
    /// There is none, or it is closed.
    Address,
    /// Something else is wrong.
    Other,
    /// By itself it leaves that open.
    Open,
}

/// RFC 3463 section 3. 5.1.7 and 5.1.8 are about the sender's address; 5.2.2 is a full mailbox. X.0.X is "other or undefined",
/// and 5.4.1 and 5.5.0 are how two large hosts say "unknown recipient" and others "protocol error": there the words decide.
fn verdict(code: &str) -> Verdict {
    let mut pieces = code.split('.');
    let (Some("5"), Some(subject), Some(detail)) = (pieces.next(), pieces.next(), pieces.next()) else {
        return Verdict::Other;
    };
    match (subject, detail) {
        ("1", "7" | "8") => Verdict::Other,
        ("1", _) | ("2", "1" | "4") | ("4", "4") => Verdict::Address,
        ("0", _) | ("2" | "5", "0") | ("4", "1") => Verdict::Open,
        _ => Verdict::Other,
    }
}

/// How servers say that there is no such mailbox.
const NO_MAILBOX: [&str; 12] = [
    "unknown",
    "no such",
    "not exist",
    "doesn't exist",
    "not found",
    "no mailbox",
    "invalid recipient",
    "invalid mailbox",
    "invalid address",
    "inconnu",
    "existe pas",
    "inexistant",
];

/// An SMTP reply code alone: 550 and 551 are "no such mailbox" (RFC 5321 section 4.2.3) and, with many, a filter's word
/// too; so the words must say it as well.
fn says_no_mailbox(words: &str) -> bool {
    let mut pieces = words.split(|c: char| !c.is_ascii_alphanumeric());
    pieces.any(|word| matches!(word, "550" | "551")) && names_no_mailbox(words)
}

fn names_no_mailbox(words: &str) -> bool {
    let words = words.to_lowercase();
    NO_MAILBOX.iter().any(|phrase| words.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_so_gives_an_address_up() {
        let hard =
            |status: Option<&str>, words: Option<&str>| Returned::new("a@b.example", status, words).hard;
        for code in ["5.1.1", "5.1.10", "5.2.1", "5.4.4"] {
            assert!(hard(Some(code), None), "{code}");
        }
        for code in ["5.0.0", "5.2.0", "5.4.1", "5.5.0"] {
            assert!(hard(Some(code), Some("550 unknown user")), "{code}");
            assert!(!hard(Some(code), Some("550 message looks like spam")), "{code}");
            assert!(!hard(Some(code), None), "{code}");
        }
        for code in ["4.2.2", "5.2.2", "4.4.7", "5.7.1", "5.3.4", "5.1.8", "2.1.5"] {
            assert!(!hard(Some(code), Some("550 no")), "{code}");
        }
        assert!(hard(None, Some("smtp; 550 unknown user")));
        assert!(hard(None, Some("550-5.1.1 unknown user")));
        assert!(!hard(None, Some("550 message refused: spam")));
        assert!(!hard(None, Some("552 mailbox full")));
        assert!(!hard(None, Some("550 5.7.1 refused by policy, from 5.1.1.5")));
        assert!(!hard(None, Some("no answer from 10.5.50.7")));
        assert!(!hard(None, None));
    }

    #[test]
    fn words_say_a_code_once() {
        let words = |status, diagnostic| Returned::new("a@b.example", status, diagnostic).words();
        assert_eq!(words(Some("5.1.1"), Some("550 5.1.1 unknown")), "550 5.1.1 unknown");
        assert_eq!(words(Some("5.1.1"), Some("unknown")), "5.1.1 · unknown");
        assert_eq!(words(None, None), "retourné sans explication");
    }
}
