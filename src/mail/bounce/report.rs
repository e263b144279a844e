//! The fields that a report gives to machines (RFC 3464 section 2): one group a recipient, in practice with groups torn
//! apart by blank lines or run together without, addresses of other kinds than the one the sender used, and comments
//! where none may stand.

use super::status;
use super::{Failed, RECIPIENT_LIMIT, add};
use crate::mail::address;
use crate::mail::header::{Field, Headers, first_token};
use crate::mail::words;
use crate::message::one_line;

/// Characters of a diagnostic that are kept.
const DIAGNOSTIC_LIMIT: usize = 500;

/// What the fields tell.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Those that failed.
    pub(super) failed: Vec<Failed>,
    /// What is said of a failed recipient without a usable address.
    pub(super) unnamed: Option<Failed>,
    /// They say of at least one recipient what became of it, and name all those that failed.
    pub(super) complete: bool,
}

impl Told {
    /// Adds what another part tells.
    pub(super) fn join(&mut self, other: Self) {
        add(&mut self.failed, other.failed);
        self.complete |= other.complete;
        if self.unnamed.is_none() {
            self.unnamed = other.unnamed;
        }
    }
}

/// The fields of one recipient.
#[derive(Debug, Default)]
struct Group {
    last: Option<String>,
    original: Option<String>,
    actual: Option<String>,
    action: Option<String>,
    status: Option<String>,
    diagnostic: Option<String>,
}

/// Whether fields for machines stand in a text for people, where a relay flattened the parts.
pub(super) fn stands_in(text: &str) -> bool {
    let field = |line: &str| line.get(..16).is_some_and(|l| l.eq_ignore_ascii_case("final-recipient:"));
    text.lines().any(field)
}

/// Reads the fields of a `message/delivery-status`, or of a text that holds them among other lines.
pub(super) fn read(bytes: &[u8]) -> Told {
    let (groups, host) = groups(bytes);
    let mut told = Told::default();
    let mut spoken = false;
    for group in groups {
        let Some(gone) = group.gone() else { continue };
        spoken = true;
        if !gone {
            continue;
        }
        let failed = Failed {
            recipient: group.recipient(host.as_deref()).unwrap_or_default(),
            status: status::best(refusal(group.status), group.diagnostic.as_deref()),
            diagnostic: group.diagnostic,
        };
        if failed.recipient.is_empty() {
            told.unnamed = told.unnamed.or(Some(failed));
        } else {
            add(&mut told.failed, [failed]);
        }
    }
    told.complete = spoken && !(told.failed.is_empty() && told.unnamed.is_some());
    told
}

/// A failed recipient as fields of this kind describe it.
pub(super) fn failed(recipient: &str, code: &str, diagnostic: &str) -> Failed {
    let said = Some(one_line(without_type(diagnostic), DIAGNOSTIC_LIMIT)).filter(|text| !text.is_empty());
    let code = Some(code.to_owned()).filter(|code| status::is_code(code));
    Failed {
        recipient: usable(recipient),
        status: status::best(refusal(code), said.as_deref()),
        diagnostic: said,
    }
}

/// The groups of recipients, and the reporting host if it has a full name.
fn groups(bytes: &[u8]) -> (Vec<Group>, Option<String>) {
    let mut groups: Vec<Group> = Vec::new();
    let mut host = None;
    let mut rest = bytes;
    while !rest.is_empty() && groups.len() < RECIPIENT_LIMIT {
        let (fields, mut length) = Headers::read(rest);
        if length == 0 {
            length = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |at| at + 1);
        }
        rest = &rest[length..];
        let mtas = ["reporting-mta", "x-reporting-mta"];
        host = host.or_else(|| mtas.iter().find_map(|name| fields.raw(name)).and_then(|v| full_host(&v)));
        let mut block = split(&fields);
        // A blank line tore one group in two.
        if let (Some(open), [lone]) = (groups.last_mut(), &mut block[..])
            && !lone.names_somebody()
            && open.action.is_none()
        {
            open.action = lone.action.take();
            open.status = open.status.take().or_else(|| lone.status.take());
            open.diagnostic = open.diagnostic.take().or_else(|| lone.diagnostic.take());
        }
        groups.extend(block.into_iter().filter(Group::names_somebody));
    }
    (groups, host)
}

/// The groups of one block of fields: a second recipient of the same kind opens another group.
fn split(fields: &Headers<'_>) -> Vec<Group> {
    let mut groups = vec![Group::default()];
    for field in fields.fields() {
        let Some(group) = groups.last_mut() else { continue };
        let recipient = ["final-recipient", "original-recipient", "x-actual-recipient"];
        if let Some(kind) = recipient.iter().position(|name| field.is(name)) {
            let opened = [&group.last, &group.original, &group.actual][kind].is_some();
            let text = Some(field.text());
            if opened {
                groups.push(Group::default());
            }
            let group = groups.last_mut().expect("the list starts with one group and only grows");
            *[&mut group.last, &mut group.original, &mut group.actual][kind] = text;
        } else if field.is("action") {
            group.action.get_or_insert_with(|| first_token(&field.text()));
        } else if field.is("status") {
            let code = first_token(&field.text());
            group.status = group.status.take().or_else(|| Some(code).filter(|code| status::is_code(code)));
        } else if field.is("diagnostic-code") {
            group.diagnostic = group.diagnostic.take().or_else(|| diagnostic(field));
        }
    }
    groups
}

/// A code of success beside a recipient that was given up says nothing.
fn refusal(status: Option<String>) -> Option<String> {
    status.filter(|code| !code.starts_with('2'))
}

fn diagnostic(field: &Field<'_>) -> Option<String> {
    let text = words::decode(&field.text());
    Some(one_line(without_type(&text), DIAGNOSTIC_LIMIT)).filter(|text| !text.is_empty())
}

impl Group {
    fn names_somebody(&self) -> bool {
        self.last.is_some() || self.original.is_some() || self.actual.is_some()
    }

    /// Whether the recipient was given up; nothing where the fields do not say.
    fn gone(&self) -> Option<bool> {
        match self.action.as_deref() {
            Some("failed" | "failure" | "fail" | "expired" | "undeliverable" | "bounced" | "rejected") => {
                Some(true)
            }
            Some("delayed" | "delivered" | "relayed" | "expanded" | "success" | "cancelled") => Some(false),
            _ => match self.status.as_deref().map(|code| code.as_bytes()[0]) {
                Some(b'5') => Some(true),
                Some(_) => Some(false),
                None => self.diagnostic.as_deref().map(|text| !text.trim_start().starts_with(['2', '4'])),
            },
        }
    }

    /// Where it ended, if that is an address of the Internet, else the one that the sender used.
    fn recipient(&self, host: Option<&str>) -> Option<String> {
        let mut given: Vec<&String> =
            [&self.last, &self.original, &self.actual].into_iter().flatten().collect();
        // A name of X.400 is the gateway's, whatever address can be read from it.
        given.sort_by_key(|value| {
            value.trim_start().get(..4).is_some_and(|kind| kind.eq_ignore_ascii_case("x400"))
                || without_type(value).starts_with('/')
        });
        let given: Vec<&str> = given.into_iter().map(|value| without_type(value)).collect();
        let usable: Vec<String> = given.iter().map(|value| usable(value)).filter(|a| !a.is_empty()).collect();
        let public = usable.iter().find(|address| is_public(address));
        public.or(usable.first()).cloned().or_else(|| {
            let local = |value: &&&str| !value.is_empty() && value.bytes().all(is_local_byte);
            Some(format!("{}@{}", given.iter().find(local)?, host?))
        })
    }
}

/// A mailbox name that a domain can be put to.
fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._+-=".contains(&byte)
}

/// The address in a value, or an empty text: programs, files and X.400 names are none.
fn usable(value: &str) -> String {
    let value = words::decode(value.trim());
    let value = value.trim();
    if let Some(rest) = value.to_ascii_uppercase().find("/RFC-822=").map(|at| &value[at + 9..]) {
        // MIXER (RFC 2156) writes the address of the Internet so.
        let written = rest.split('/').next().unwrap_or_default();
        return address::clean(&written.replace("(a)", "@").replace("(u)", "_"));
    }
    if value.trim_start_matches(['"', '<', '\'']).starts_with(['|', '/']) {
        return String::new();
    }
    let decoded = xtext(value);
    let quoted = decoded.trim_matches(['<', '>']);
    if quoted.starts_with('"') && quoted.contains("\"@") && !quoted.contains(char::is_whitespace) {
        // The quotes belong to the local part.
        return quoted.to_owned();
    }
    let address = address::clean(&decoded);
    let several = decoded.contains(char::is_whitespace);
    if several || decoded.contains('<') {
        let found = address::list(&decoded).into_iter().map(|mailbox| mailbox.address);
        return found.into_iter().find(|a| !a.is_empty()).unwrap_or_default();
    }
    address
}

/// Undoes the form that RFC 3461 section 4 gives to the address of the sender: `+40` for `@`.
fn xtext(value: &str) -> String {
    if value.contains('@') { value.to_owned() } else { value.replace("+40", "@").replace("+2B", "+") }
}

/// Whether the domain of an address is one that others can write to.
fn is_public(address: &str) -> bool {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    let inner = [".local", ".localdomain", ".internal", ".lan", ".localhost", ".intra"];
    domain.contains('.') && !inner.iter().any(|end| domain.ends_with(end))
}

fn full_host(value: &str) -> Option<String> {
    let host = without_type(value).split_whitespace().next()?.trim_matches(['<', '>', '(', ')', '"', '.']);
    let named = host.contains('.') && !host.contains('@') && host.chars().any(char::is_alphabetic);
    named.then(|| host.to_ascii_lowercase())
}

/// A value without the types before it (`rfc822; x@y`, `smtp; 550 no`, `rfc822; rfc822; x@y`).
fn without_type(value: &str) -> &str {
    let mut value = value.trim();
    while let Some((kind, rest)) = value.split_once(';') {
        if kind.len() > 30 || kind.contains('@') || kind.trim().contains(char::is_whitespace) {
            break;
        }
        value = rest.trim();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipients(fields: &str) -> Vec<String> {
        read(fields.as_bytes()).failed.into_iter().map(|failed| failed.recipient).collect()
    }

    #[test]
    fn the_last_address_counts_unless_nobody_can_write_to_it() {
        let group =
            "Original-Recipient: rfc822;a@b.fr\nFinal-Recipient: rfc822; {}\nAction: failed\nStatus: 5.1.1\n";
        for (last, expected) in [
            ("c@d.fr", "c@d.fr"),
            ("@mx.b.fr:a@store", "a@b.fr"),
            ("a@store.local", "a@b.fr"),
            ("|/usr/bin/tri a@b.fr", "a@b.fr"),
            ("", "a@b.fr"),
        ] {
            assert_eq!(recipients(&group.replace("{}", last)), [expected], "{last}");
        }
    }

    #[test]
    fn broken_groups_are_put_together() {
        let torn = "Reporting-MTA: dns; mx.b.fr\n\nFinal-Recipient: rfc822; a@b.fr\n\nAction: failed\nStatus: 5.1.1\n";
        assert_eq!(recipients(torn), ["a@b.fr"]);
        let glued = "Final-Recipient: rfc822;a@b.fr\nAction: failed\nFinal-Recipient: rfc822;c@d.fr\nAction: delayed\n";
        assert_eq!(recipients(glued), ["a@b.fr"]);
    }

    #[test]
    fn names_of_other_kinds_are_understood() {
        let local =
            "Reporting-MTA: dns; mx.b.fr\n\nFinal-Recipient: LOCAL;marie\nAction: failed\nStatus: 5.1.1\n";
        assert_eq!(recipients(local), ["marie@mx.b.fr"]);
        let x400 = "Final-Recipient: x400; /RFC-822=a(a)b.fr/ADMD= /C=FR/\nAction: failed\n";
        assert_eq!(recipients(x400), ["a@b.fr"]);
        let coded = "Final-Recipient: rfc822; a+40b.fr\nAction: failed\n";
        assert_eq!(recipients(coded), ["a@b.fr"]);
    }

    #[test]
    fn those_that_wait_or_arrived_are_not_lost() {
        for action in ["delayed", "delivered", "relayed (to non-DSN-aware mailer)", "expanded", "Delivered"] {
            let told = read(format!("Final-Recipient: rfc822; a@b.fr\nAction: {action}\n").as_bytes());
            assert!(told.failed.is_empty() && told.complete, "{action}");
        }
        assert!(!read(b"Reporting-MTA: dns; mx.b.fr\n").complete);
    }
}
