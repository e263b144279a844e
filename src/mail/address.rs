//! Address lists (RFC 5322 section 3.4, with the obsolete and the merely common): groups, comments, routes, unquoted
//! commas in names, missing brackets.

use std::borrow::Cow;

use super::words;
use crate::message::{is_unsafe_character, one_line};

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
            '"' => {
                let start = draft.phrase.len();
                quoted(&mut chars, &mut draft.phrase);
                if chars.peek() == Some(&'@') {
                    // Not a name but the local part of an address.
                    draft.phrase.insert(start, '"');
                    draft.phrase.push('"');
                }
            }
            '>' if draft.angle.is_some() => {}
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
    // "<m@x.fr<mailto:m@x.fr>>": what a web page made of an address.
    let inside = inside.trim_start_matches('<').split('<').next().unwrap_or_default().to_owned();
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
    if phrase.trim_start().starts_with('"') && phrase.contains("\"@") && !clean(phrase).is_empty() {
        return (clean(phrase), String::new());
    }
    if quoted_local(phrase.trim()).is_some() {
        return (String::new(), String::new());
    }
    let Some(word) = phrase.split_whitespace().find(|word| !clean(word).is_empty()) else {
        return (String::new(), phrase.to_owned());
    };
    (clean(word), phrase.replacen(word, "", 1))
}

/// The address of a text that names one mailbox and nothing else, with a domain.
pub fn single(given: &str) -> Option<String> {
    match &list(given)[..] {
        [one] if one.address.contains('@') => Some(one.address.clone()),
        _ => None,
    }
}

/// A usable address out of what stood in its place, or an empty text.
pub(super) fn clean(given: &str) -> String {
    let decoded = words::decode(given);
    let decoded = without_comments(&decoded);
    let text = decoded.trim_matches(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';'));
    if let Some(address) = quoted_local(text) {
        // With a space in it, it is no address that this service can write to.
        return if address.contains(char::is_whitespace) { String::new() } else { address };
    }
    let stray =
        |c: char| c.is_whitespace() || is_unsafe_character(c) || ('\u{200b}'..='\u{200d}').contains(&c);
    let whole: String = text.chars().filter(|c| !stray(*c)).collect();
    let mut address = whole.as_str();
    if let Some((route, rest)) = address.split_once(':')
        && (route.starts_with('@')
            || route.eq_ignore_ascii_case("mailto")
            || route.eq_ignore_ascii_case("smtp"))
    {
        address = rest;
    }
    let address = address.trim_matches(['<', '>', '"', '\'', ',', ';']).trim_end_matches('.');
    // A domain may be in square brackets (RFC 5321 section 4.1.3); a whole address never is.
    let address = match address.strip_prefix('[') {
        None if address.contains('[') => address,
        None => address.trim_end_matches(']'),
        Some(inside) => inside.trim_end_matches(']'),
    };
    match address.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() && address.len() <= 320 => {
            format!("{local}@{}", domain.to_ascii_lowercase())
        }
        _ => String::new(),
    }
}

/// An address whose local part is a quoted string (RFC 5321 section 4.1.2). The quotes stay where they are needed.
fn quoted_local(text: &str) -> Option<String> {
    let (local, domain) = text.strip_prefix('"')?.rsplit_once("\"@")?;
    let domain: String = domain.chars().filter(|c| !c.is_whitespace() && !is_unsafe_character(*c)).collect();
    let usable = !local.is_empty() && !domain.is_empty() && !domain.contains(['"', '@', '<']);
    if !usable || text.len() > 320 || local.chars().any(is_unsafe_character) {
        return None;
    }
    let dots = local.split('.').all(|atom| !atom.is_empty());
    let plain = dots && !local.contains(|c: char| c.is_whitespace() || "()<>[]:;@\\,\"".contains(c));
    let domain = domain.to_ascii_lowercase();
    Some(if plain { format!("{local}@{domain}") } else { format!("\"{local}\"@{domain}") })
}

/// RFC 5322 allows comments inside an address: `marie(dsi)@ville.example(mairie)`.
pub(super) fn without_comments(text: &str) -> Cow<'_, str> {
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

/// What stands in the place of an address that nobody can write to: `MAILER-DAEMON`, as servers sign locally, or a local
/// part in quotes with a space in it.
pub(super) fn local_alone(value: &str) -> Option<String> {
    let shown = value.split_once('<').map_or(value, |(_, angle)| angle.split('>').next().unwrap_or_default());
    let shown = without_comments(shown);
    if let Some(address) = quoted_local(shown.trim()) {
        return Some(address);
    }
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
        assert_eq!(pairs("<\"marie d\"@x.fr>"), []);
        assert_eq!(local_alone("M <\"marie d\"@x.fr>").as_deref(), Some("\"marie d\"@x.fr"));
        assert_eq!(pairs("Marie <m@x.fr<mailto:m@x.fr>>"), [pair("Marie", "m@x.fr")]);
        assert_eq!(
            pairs("<\"marie:d\"@x.fr>, \"m@y\"@x.fr"),
            [pair("", "\"marie:d\"@x.fr"), pair("", "\"m@y\"@x.fr")]
        );
        assert_eq!(pairs("Marie <\"m.d\"@x.fr>"), [pair("Marie", "m.d@x.fr")]);
        assert_eq!(pairs("<m@[192.0.2.1]>, [n@x.fr]"), [pair("", "m@[192.0.2.1]"), pair("", "n@x.fr")]);
        assert_eq!(pairs("<m@x.fr\u{200b}>"), [pair("", "m@x.fr")]);
        assert_eq!(pairs("\"a@spoof.fr\" <m@x.fr>"), [pair("a@spoof.fr", "m@x.fr")]);
    }
}
