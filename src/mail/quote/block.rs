//! The block De/Envoyé/À/Objet that clients put over the message they answer, and how it differs from one that a person
//! writes or pastes.

use std::sync::LazyLock;

use regex::Regex;

use super::Line;
use super::words::{Role, role};
use crate::mail::fold::{expression, fold_line};

/// Lines looked at for a block, and those of a wrapped value inside it.
const WINDOW: usize = 14;
const GAP: usize = 3;
/// Octets of a line that are looked at.
const LINE_LIMIT: usize = 400;
/// Octets of the longest key, with its colon.
const KEY_LIMIT: usize = 60;

/// A year, a date in figures, or a time.
static DATED: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?:19|20)\d\d|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}|\d{1,2}[:h]\d{2}"));

/// A field with its value: a word or two, a colon.
static FIELD: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^\*{0,2}\p{L}[\p{L}'’-]*(?: \p{L}[\p{L}'’-]*){0,2}\*{0,2}\s?:\*{0,2}\s\S"));

/// The role of a header line and where its value starts, if the line is one.
pub(super) fn header(text: &str) -> Option<(Role, usize)> {
    let short = &text[..text.floor_char_boundary(KEY_LIMIT)];
    let (key, _) = short.split_once([':', '：'])?;
    let folded = fold_line(key);
    role(folded.trim_matches([' ', '_', '|', '>'])).map(|role| (role, key.len()))
}

/// The end of the block that starts at `at`: at least three header lines, a sender among them, a subject or an address,
/// and a date or an address, so that "De : Lyon" stays a sentence.
pub(super) fn end(lines: &[Line<'_>], at: usize) -> Option<usize> {
    if lines[at].depth == 0 && lines[at].header.is_some() && is_run_together(lines[at].text) {
        return Some(at + 1);
    }
    let end = plausible(lines, at)?;
    // A line of the new text that looks like a header line must not be taken along.
    let apart = at == 0 || lines[at - 1].is_blank();
    let spaced = |n: usize| apart && lines.get(n + 1).is_some_and(Line::is_blank);
    let later = (at + 2..end).any(|start| {
        lines[start - 1].is_blank() && !(spaced(at) && spaced(start)) && plausible(lines, start) == Some(end)
    });
    (!later).then_some(end)
}

/// Whether the opening `at..end` holds header lines.
pub(super) fn is_block(lines: &[Line<'_>], at: usize, end: usize) -> bool {
    lines[at..end].iter().any(|line| matches!(line.header, Some((Role::Sender, _))))
}

/// A key inside a line: one word and its colon.
static KEY_INSIDE: LazyLock<Regex> = LazyLock::new(|| expression(r"(?:^|\s)(\p{L}{1,12})\s?[:：]\s"));

/// Whether one line holds a whole block ("Gesendet: … Von: … An: … Betreff: …"), as web mail leaves it without markup.
fn is_run_together(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(LINE_LIMIT)];
    let roles: Vec<Role> =
        KEY_INSIDE.captures_iter(text).filter_map(|found| role(&fold_line(found.get(1)?.as_str()))).collect();
    [Role::Sender, Role::Date, Role::Recipient].iter().all(|role| roles.contains(role))
        && text.contains('@')
        && DATED.is_match(text)
}

/// Whether quoted lines hold nothing but such a block that opens with "Message du …": Orange and La Poste mark it, and
/// not always the message below.
pub(super) fn is_all(lines: &[Line<'_>]) -> bool {
    let mut roles = lines.iter().filter(|line| !line.is_blank()).map(|line| header(line.text));
    let first = lines
        .iter()
        .find(|line| !line.is_blank())
        .is_some_and(|line| fold_line(line.text).starts_with("message du ") && DATED.is_match(line.text));
    let mut keys = Vec::new();
    if !first {
        return false;
    }
    roles.next();
    for found in roles {
        match found {
            Some((role, _)) => keys.push(role),
            None => return false,
        }
    }
    keys.contains(&Role::Sender) && keys.contains(&Role::Subject)
}

fn plausible(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let (mut sender, mut subject, mut date, mut addressed, mut recipient) =
        (false, false, false, false, false);
    let (mut keys, mut end, mut gap) = (0, at, 0);
    for (number, line) in lines.iter().enumerate().skip(at).take(WINDOW) {
        if line.depth > 0 {
            break;
        }
        if line.is_blank() {
            // Some clients put an empty line between two header lines.
            gap += 1;
            if gap > 1 {
                break;
            }
            continue;
        }
        let Some((role, from)) = line.header else {
            gap += 1;
            let stroke = line.text.starts_with("--") || line.text.starts_with("__");
            if number == at || gap > GAP || stroke || lines[number - 1].is_blank() {
                break;
            }
            continue;
        };
        // A whole block of its own: what stands above it is somebody's text.
        if number > at && is_run_together(line.text) {
            break;
        }
        let value = &line.text[from..line.text.floor_char_boundary(LINE_LIMIT)];
        match role {
            Role::Technical => return None,
            Role::Other if keys == 0 => return None,
            Role::Sender => sender = true,
            Role::Subject => subject = true,
            Role::Date => date |= DATED.is_match(value),
            Role::Recipient => recipient = true,
            Role::Other => {}
        }
        addressed |= value.contains('@');
        keys += 1;
        gap = 0;
        end = number + 1;
    }
    // Above a pasted header stand fields that no client shows.
    let pasted = at > 0 && matches!(lines[at - 1].header, Some((Role::Technical, _)));
    // Fields of a form, of which some are named like those of a mail.
    let filled = || {
        (0..at)
            .rev()
            .take(WINDOW)
            .take_while(|n| lines[*n].depth == 0 && FIELD.is_match(lines[*n].text))
            .any(|n| lines[n].header.is_none())
    };
    let told = sender && keys >= 3 && (subject || (addressed && date)) && (recipient || date);
    (told && !pasted && (addressed || date) && !filled()).then_some(end)
}
