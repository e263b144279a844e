//! Enhanced status codes (RFC 3463) in what servers say, and those that their words make plain where there is none.

use std::sync::LazyLock;

use regex::Regex;

use crate::mail::fold::{expression, fold};

static ENHANCED: LazyLock<Regex> = LazyLock::new(|| expression(r"\b[245]\.\d{1,3}\.\d{1,3}\b"));
/// An SMTP reply code (RFC 5321 section 4.2) of a refusal.
static REPLY: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?:^|[\s:;(\[#=])([45])\d\d(?:[\s:;,.)\]#-]|$)"));

/// What words of a refusal mean without doubt, after the class (RFC 3463 section 3).
static MEANINGS: LazyLock<[(Regex, &'static str); 5]> = LazyLock::new(|| {
    [
        (
            expression(
                r"(?:mail ?)?box (?:is )?full|quota (?:is )?exceeded|exceed(?:s|ed)? .{0,30}(?:quota|allowed size)|over ?quota|disk quota|boite .{0,20}pleine|quota .{0,12}(?:depasse|atteint)",
            ),
            "2.2",
        ),
        (expression(r"(?:account|mailbox|user) (?:is |has been )?(?:disabled|inactive|suspended)"), "2.1"),
        (
            expression(
                r"host (?:unknown|not found)|unknown host|domain (?:name )?(?:not found|does not exist|n'existe pas)|no such domain|domaine .{0,20}(?:inconnu|n'existe pas)",
            ),
            "1.2",
        ),
        (
            expression(
                r"(?:user|recipient|mailbox|address|account)(?: is)? unknown|unknown (?:user|recipient|mailbox|address|local)|no such (?:user|mailbox|recipient)|no mailbox (?:here )?by that name|(?:user|mailbox|recipient|address|account) (?:does ?n[o']t exist|does not exist|not found)|(?:utilisateur|destinataire|adresse) .{0,12}(?:inconnue?|inexistante?)|n'existe pas",
            ),
            "1.1",
        ),
        (expression(r"message (?:is )?too (?:big|large)|message size exceeds|taille .{0,20}depasse"), "3.4"),
    ]
});

/// Whether a text is an enhanced code and nothing else.
pub(super) fn is_code(text: &str) -> bool {
    ENHANCED.find(text).is_some_and(|found| found.len() == text.len())
}

/// The code of what a server said: the one it states, else the one that its words make plain.
pub(super) fn of(said: &str) -> Option<String> {
    stated(said).or_else(|| {
        let folded = fold(said);
        let class = REPLY.captures(&folded).map_or("5", |found| if &found[1] == "4" { "4" } else { "5" });
        let (_, rest) = MEANINGS.iter().find(|(words, _)| words.is_match(&folded))?;
        Some(format!("{class}.{rest}"))
    })
}

/// The first enhanced code of a refusal; an IP address is none.
pub(super) fn stated(said: &str) -> Option<String> {
    let mut found = ENHANCED.find_iter(said).filter(|code| {
        let bytes = said.as_bytes();
        let part_before = code.start() > 0 && matches!(bytes[code.start() - 1], b'.' | b'/' | b'@');
        let part_after =
            bytes.get(code.end()) == Some(&b'.') && bytes.get(code.end() + 1).is_some_and(u8::is_ascii_digit);
        !code.as_str().starts_with('2') && !part_before && !part_after
    });
    found.next().map(|code| code.as_str().to_owned())
}

/// Whether a text holds a refusal's code of either kind.
pub(super) fn has_code(text: &str) -> bool {
    REPLY.is_match(text) || stated(text).is_some()
}

/// The more telling of a status field and of the code in the diagnostic: `5.0.0` says nothing.
pub(super) fn best(field: Option<String>, diagnostic: Option<&str>) -> Option<String> {
    match field {
        Some(code) if code.ends_with(".0.0") => {
            let other = diagnostic.and_then(stated).filter(|other| other.as_bytes()[0] == code.as_bytes()[0]);
            Some(other.unwrap_or(code))
        }
        Some(code) => Some(code),
        None => diagnostic.and_then(of),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_addresses_of_hosts() {
        assert_eq!(stated("550 5.1.1 <a@b.fr>: no").as_deref(), Some("5.1.1"));
        assert_eq!(stated("host mx.b.fr[5.10.20.30] said: 550 no"), None);
        assert_eq!(stated("550-5.7.26 no").as_deref(), Some("5.7.26"));
        assert_eq!(stated("(#5.7.1)").as_deref(), Some("5.7.1"));
        assert_eq!(stated("2.1.5 ok"), None);
    }

    #[test]
    fn words_give_a_code_where_they_are_plain() {
        assert_eq!(of("550 User unknown").as_deref(), Some("5.1.1"));
        assert_eq!(of("452 Mailbox full").as_deref(), Some("4.2.2"));
        assert_eq!(of("Boîte aux lettres pleine").as_deref(), Some("5.2.2"));
        assert_eq!(of("550 Administrative prohibition"), None);
    }

    #[test]
    fn a_telling_code_beats_a_general_one() {
        assert_eq!(best(Some("5.0.0".into()), Some("550 5.1.1 no")).as_deref(), Some("5.1.1"));
        assert_eq!(best(Some("5.0.0".into()), Some("450 4.2.2 no")).as_deref(), Some("5.0.0"));
        assert_eq!(best(Some("5.2.1".into()), Some("550 5.1.1 no")).as_deref(), Some("5.2.1"));
    }
}
