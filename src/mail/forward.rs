//! Who wrote what a colleague forwards: read from the block of header lines above the forwarded text, else from the one
//! message that is attached. It is a guess that a person confirms; a reply that quotes its history is no forward.

use std::sync::LazyLock;

use regex::Regex;

use super::fold::expression;
use serde::{Deserialize, Serialize};

use super::address::{self, Mailbox};
use super::header::Headers;
use super::mime::Tree;
use super::quote::{header_line, opens_forward};
use crate::message::one_line;

/// Lines of a text in which a forwarded block is looked for.
const LINE_LIMIT: usize = 4000;
/// Lines after the sender's among which a block must go on.
const BLOCK: usize = 8;
/// Octets of the words over an attached message that is merely passed on.
const COVER: usize = 300;
/// Characters of a name that are kept.
const NAME_LIMIT: usize = 120;

static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| expression(r"[^\s<>@:,;()\[\]«»]+@[^\s<>@:,;()\[\]«»]+\.[A-Za-z0-9-]+"));

/// The writer of a forwarded message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// Display name, on one line; may be empty.
    pub name: String,
    /// Address; never empty.
    pub address: String,
}

/// Who wrote what this mail forwards, if it forwards anything. `announced`: its subject says that it does. `known`: the
/// forwarder and the service, in whose place nobody is offered; what they wrote may itself forward somebody.
pub(super) fn inner_sender(
    tree: &Tree<'_>,
    body: &str,
    announced: bool,
    known: impl Fn(&str) -> bool,
) -> Option<Forwarded> {
    let written = in_text(body, announced).find(|found| !known(&found.address));
    // A question about an attached mail ("est-ce bien vous ?") is the asker's own.
    let passed_on = announced || (body.len() <= COVER && !body.contains('?'));
    written.or_else(|| attached(tree).filter(|found| passed_on && !known(&found.address)))
}

/// The senders in the blocks of header lines, nearest first: after a line that announces a forward, or anywhere where the subject
/// does.
fn in_text(body: &str, announced: bool) -> impl Iterator<Item = Forwarded> {
    let bare = |line| str::trim_start_matches(line, ['>', '|', ' ', '\t', '\u{a0}']).trim_end();
    let lines: Vec<&str> = body.lines().take(LINE_LIMIT).map(bare).collect();
    // What stands in quoted history was forwarded by somebody else, long ago.
    let quoted = |at: usize| body.lines().nth(at).is_some_and(|line| line.trim_start().starts_with('>'));
    let start = match lines.iter().position(|line| opens_forward(line)) {
        Some(at) if announced || !quoted(at) => at,
        None if announced => 0,
        _ => lines.len(),
    };
    (start..lines.len()).filter_map(move |at| block(&lines, at))
}

fn block(lines: &[&str], at: usize) -> Option<Forwarded> {
    let (_, value) = header_line(lines[at]).filter(|(sender, _)| *sender)?;
    let after = &lines[at + 1..lines.len().min(at + 1 + BLOCK)];
    // "De : Lyon" alone is a sentence.
    let goes_on = after.iter().any(|line| header_line(line).is_some_and(|(sender, _)| !sender));
    if !goes_on {
        return None;
    }
    // A long name is wrapped before its address.
    let wrapped = after.iter().find(|line| !line.is_empty()).filter(|line| header_line(line).is_none());
    mailbox(value).or_else(|| mailbox(&format!("{value} {}", wrapped?)))
}

/// The one message that is attached; of several, nobody can tell which one is meant.
fn attached(tree: &Tree<'_>) -> Option<Forwarded> {
    let mut parts =
        tree.0.iter().skip(1).filter(|part| part.media == "message/rfc822" || part.media == "message/global");
    let (Some(part), None) = (parts.next(), parts.next()) else { return None };
    let bytes = part.bytes();
    let (headers, _) = Headers::read(&bytes);
    headers.all("from").flat_map(|field| address::list(&field.text())).find_map(forwarded)
}

/// A mailbox as mail programs show it in a text: `Marie <m@x.fr>`, `Marie [mailto:m@x.fr]`, `m@x.fr <mailto:m@x.fr>`.
fn mailbox(value: &str) -> Option<Forwarded> {
    let value = value.replace("[mailto:", "<").replace(']', ">");
    let listed = address::list(&value).into_iter().find_map(forwarded);
    listed.filter(|found| ADDRESS.is_match(&found.address)).or_else(|| {
        let found = ADDRESS.find(&value)?;
        let name =
            value[..found.start()].trim_end_matches(|c: char| "<([\"'".contains(c) || c.is_whitespace());
        forwarded(Mailbox {
            name: name.trim_matches('"').to_owned(),
            address: address::clean(found.as_str()),
        })
    })
}

fn forwarded(mailbox: Mailbox) -> Option<Forwarded> {
    if mailbox.address.is_empty() {
        return None;
    }
    let name = one_line(mailbox.name.trim_matches(['*', '"', '\'', ' ']), NAME_LIMIT);
    Some(Forwarded { name, address: mailbox.address })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Marie <m@x.fr>`; empty: nobody.
    fn found(body: &str, announced: bool) -> String {
        in_text(body, announced)
            .next()
            .map(|found| format!("{} <{}>", found.name, found.address))
            .unwrap_or_default()
    }

    #[test]
    fn the_sender_stands_in_the_forwarded_block() {
        let gmail = "Pour vous.\n\n---------- Forwarded message ---------\nDe : Marie Le Goff <marie@ville.example>\n\
            Date: mar. 3 mars 2026 à 10:14\nSubject: Licence\nTo: <x@y.example>\n\nBonjour,\n";
        assert_eq!(found(gmail, false), "Marie Le Goff <marie@ville.example>");
        let outlook = "Vu avec toi.\n\n________________________________\n*De :* Marie Le Goff [mailto:marie@ville.example]\n\
            *Envoyé :* mardi 3 mars 2026 10:14\n*À :* Paul\n*Objet :* Licence\n";
        assert_eq!(found(outlook, true), "Marie Le Goff <marie@ville.example>");
        assert_eq!(found(outlook, false), "", "the history of a reply is no forward");
        let apple = "> Début du message transféré :\n> \n> De: \"Le Goff, Marie\" <marie@ville.example>\n> Objet: Licence\n";
        assert_eq!(found(apple, false), "", "it stands in the history");
        assert_eq!(found(apple, true), "Le Goff, Marie <marie@ville.example>");
        let wrapped = "-------- Message transféré --------\nDe : Direction des systèmes d'information\n\
            <dsi@ville.example>\nDate : 3 mars 2026\n";
        assert_eq!(found(wrapped, false), "Direction des systèmes d'information <dsi@ville.example>");
    }

    #[test]
    fn what_names_nobody_offers_nobody() {
        assert_eq!(found("De : Lyon\n\nNous arrivons demain, écrivez à x@y.example.\n", true), "");
        let unnamed = "---------- Forwarded message ---------\nDe : Marie Le Goff\nDate : mardi\nObjet : x\n";
        assert_eq!(found(unnamed, false), "");
        assert_eq!(found("", true), "");
    }
}
