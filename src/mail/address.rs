//! Address lists (RFC 5322 section 3.4, with the obsolete and the merely common): groups, comments, routes, unquoted
//! commas in names, missing brackets.

use std::borrow::Cow;

use super::words;
use crate::message::one_line;

/// Mailboxes beyond this are ignored.
const MAILBOX_LIMIT: usize = 200;

/// One mailbox: display name (may be empty) and address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mailbox {
    /// Decoded, on one line; may be empty.
    pub(super) name: String,
    /// `local@domain`, the domain in ASCII lower case; empty when there is none that could be used.
    pub(super) address: String,
}

/// What is gathered for one mailbox.
#[derive(Default)]
struct Draft {
    phrase: String,
    angle: Option<String>,
    comment: String,
}

/// Every mailbox of an address list. Entries without a usable address are left out, unless nothing else is there.
pub(super) fn list(value: &str) -> Vec<Mailbox> {
    let mut found = Vec::new();
    let mut draft = Draft::default();
    // "Dupont, Marie <m@x>" without quotes: the first piece is part of the name.
    let mut carried = String::new();
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted(&mut chars, &mut draft.phrase),
            '(' => comment(&mut chars, &mut draft.comment),
            '<' => angle(&mut chars, &mut draft),
            ',' | ';' => finish(&std::mem::take(&mut draft), &mut carried, &mut found),
            ':' if draft.angle.is_none() && !draft.phrase.contains('@') => draft = Draft::default(),
            _ => draft.phrase.push(c),
        }
    }
    finish(&draft, &mut carried, &mut found);
    if found.is_empty() && !carried.is_empty() {
        found.push(Mailbox { name: carried, address: String::new() });
    }
    found
}

/// Reads a quoted string to its end, quotes dropped, escapes undone.
fn quoted(chars: &mut impl Iterator<Item = char>, into: &mut String) {
    while let Some(c) = chars.next() {
        match c {
            '"' => return,
            '\\' => into.extend(chars.next()),
            _ => into.push(c),
        }
    }
}

/// Reads a comment to its end, inner comments included.
fn comment(chars: &mut impl Iterator<Item = char>, into: &mut String) {
    let mut depth = 1;
    while let Some(c) = chars.next() {
        match c {
            '\\' => into.extend(chars.next()),
            '(' => depth += 1,
            ')' if depth == 1 => return,
            ')' => depth -= 1,
            _ => into.push(c),
        }
    }
}

/// Reads what stands between brackets. Of several bracketed texts the last with an `@` is the address.
fn angle(chars: &mut impl Iterator<Item = char>, draft: &mut Draft) {
    let inside: String = chars.take_while(|c| *c != '>').collect();
    let inside = inside.trim_start_matches('<').to_owned();
    if inside.contains('@') || draft.angle.is_none() {
        if let Some(before) = draft.angle.replace(inside).filter(|before| !before.contains('@')) {
            draft.phrase.push_str(&before);
        }
    } else {
        draft.phrase.push_str(&inside);
    }
}

fn finish(draft: &Draft, carried: &mut String, found: &mut Vec<Mailbox>) {
    if found.len() >= MAILBOX_LIMIT {
        return;
    }
    let phrase = words::decode(&draft.phrase);
    let (address, mut name) = match draft.angle.as_deref().map(clean) {
        Some(address) if !address.is_empty() => (address, phrase),
        _ => bare(&phrase),
    };
    if name.trim().is_empty() {
        name = words::decode(&draft.comment);
    }
    let mut name = one_line(unquoted(&name), 200);
    if !carried.is_empty() {
        name = if name.is_empty() { std::mem::take(carried) } else { format!("{carried}, {name}") };
        carried.clear();
    }
    if address.is_empty() {
        *carried = name;
    } else {
        if name == address {
            name.clear();
        }
        found.push(Mailbox { name, address });
    }
}

/// A name without the pair of quotes around it that some mailers encode along.
fn unquoted(name: &str) -> &str {
    let name = name.trim();
    let pair = |quote: char| name.strip_prefix(quote).and_then(|inner| inner.strip_suffix(quote));
    pair('"').or_else(|| pair('\'')).unwrap_or(name)
}

/// The word with an `@` in a text without brackets, and what is left as the name.
fn bare(phrase: &str) -> (String, String) {
    let Some(word) = phrase.split_whitespace().find(|word| !clean(word).is_empty()) else {
        return (String::new(), phrase.to_owned());
    };
    (clean(word), phrase.replacen(word, "", 1))
}

/// A usable address out of what stood in its place, or an empty text.
pub(super) fn clean(given: &str) -> String {
    let decoded = words::decode(given);
    let decoded = without_comments(&decoded);
    let whole: String = decoded.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let mut address = whole.as_str();
    if let Some((route, rest)) = address.split_once(':')
        && (route.starts_with('@')
            || route.eq_ignore_ascii_case("mailto")
            || route.eq_ignore_ascii_case("smtp"))
    {
        address = rest;
    }
    let address = address.trim_matches(['<', '>', '"', '\'', ',', ';', '[', ']']).trim_end_matches('.');
    match address.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() && address.len() <= 320 => {
            format!("{local}@{}", domain.to_ascii_lowercase())
        }
        _ => String::new(),
    }
}

/// RFC 5322 allows comments inside an address: `marie(dsi)@ville.example(mairie)`.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains('(') {
        return Cow::Borrowed(text);
    }
    let mut depth = 0usize;
    let outside = |c: &char| match c {
        '(' => {
            depth += 1;
            false
        }
        ')' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    };
    Cow::Owned(text.chars().filter(outside).collect())
}

/// What stands in the place of an address but has no domain: `MAILER-DAEMON`, as servers sign locally.
pub(super) fn local_alone(value: &str) -> Option<String> {
    let shown = value.split_once('<').map_or(value, |(_, angle)| angle.split('>').next().unwrap_or_default());
    let shown = without_comments(shown);
    let shown = shown.trim().trim_matches('"');
    let word = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    (!shown.is_empty() && shown.chars().all(word)).then(|| shown.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(value: &str) -> Vec<(String, String)> {
        list(value).into_iter().map(|m| (m.name, m.address)).collect()
    }

    fn pair(name: &str, address: &str) -> (String, String) {
        (name.to_owned(), address.to_owned())
    }

    #[test]
    fn lists_are_read_as_people_meant_them() {
        assert_eq!(pairs("Marie <marie@EXAMPLE.org>"), [pair("Marie", "marie@example.org")]);
        assert_eq!(
            pairs("Dupont, Marie <m@x.fr>, b@y.fr"),
            [pair("Dupont, Marie", "m@x.fr"), pair("", "b@y.fr")]
        );
        assert_eq!(pairs("\"Dupont, \\\"M\\\"\" <m@x.fr>"), [pair("Dupont, \"M\"", "m@x.fr")]);
        assert_eq!(pairs("m@x.fr (Marie (la) D.)"), [pair("Marie la D.", "m@x.fr")]);
        assert_eq!(pairs("<@a.b,@c.d:m@x.fr>"), [pair("", "m@x.fr")]);
        assert_eq!(pairs("équipe: a@x.fr, b@x.fr;"), [pair("", "a@x.fr"), pair("", "b@x.fr")]);
        assert_eq!(pairs("undisclosed-recipients:;"), []);
        assert_eq!(pairs("=?utf-8?Q?L=C3=A9a=2C_x?= <l@x.fr>"), [pair("Léa, x", "l@x.fr")]);
        assert_eq!(pairs("Marie <marie"), [pair("Marie", "")]);
        assert_eq!(pairs("a@b.fr <a@b.fr>"), [pair("", "a@b.fr")]);
        assert_eq!(pairs("Marie <m(dsi)@x.fr(mairie)>"), [pair("Marie", "m@x.fr")]);
        assert_eq!(local_alone("Mail Delivery <MAILER-DAEMON>").as_deref(), Some("MAILER-DAEMON"));
        assert_eq!(local_alone("MAILER-DAEMON (Mail)").as_deref(), Some("MAILER-DAEMON"));
        assert_eq!(local_alone("Marie Dupont"), None);
        assert_eq!(pairs("\"a@spoof.fr\" <m@x.fr>"), [pair("a@spoof.fr", "m@x.fr")]);
    }
}
