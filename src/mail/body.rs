//! What of a message is its text: all inline text leaves in order (Apple Mail sends text, picture, text); of alternatives
//! the plain one unless it is empty or says only that the reader should look at the other. Without any, what else says
//! something: an invitation, the text inside Outlook's `winmail.dat`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::fold::expression;

use super::attachment::is_tnef;
use super::mime::{Part, Tree};
use super::{calendar, html, rich, signed, tnef, uuencode};

/// Text beyond this is not shown nor judged; the raw message keeps it.
pub const TEXT_LIMIT: usize = 400_000;
/// Messages inside messages beyond this depth are not read for text.
const DEPTH_LIMIT: usize = 3;

/// The text of a message.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// LF line ends, no control characters.
    pub(super) text: String,
    /// What of `text` the markup says to be history.
    pub(super) history: Option<Range<usize>>,
    /// The text came with the armour of an OpenPGP signature.
    pub(super) signed: bool,
    /// The text is an encrypted message.
    pub(super) encrypted: bool,
    /// The parts it is made of.
    pub(super) used: Vec<usize>,
}

/// One text leaf.
struct Piece {
    part: usize,
    html: bool,
    text: String,
    history: Option<Range<usize>>,
    signed: bool,
}

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)ne (?:prend pas en charge|supporte pas|permet pas d['’]afficher|peut pas afficher)|(?:not|n['’]t) (?:support|display|view|read)\w*.{0,30}html|format html|html (?:version|format|mail|e-?mail|message)|version html|view (?:this|the) (?:e-?mail|message) in|multi-?part message in mime",
    )
});

/// The text of a message.
pub(super) fn read(tree: &Tree<'_>) -> Body {
    read_within(tree, 0)
}

/// The same for a message that stands in so many others.
fn read_within(tree: &Tree<'_>, depth: usize) -> Body {
    let pieces = collect(tree, 0);
    let mut body = Body::default();
    for piece in pieces {
        body.used.push(piece.part);
        body.signed |= piece.signed;
        let trimmed = piece.text.trim_matches('\n');
        if trimmed.trim().is_empty() {
            continue;
        }
        if !body.text.is_empty() {
            body.text.push_str("\n\n");
        }
        if body.history.is_none() {
            let dropped = piece.text.len() - piece.text.trim_start_matches('\n').len();
            let place = |at: usize| body.text.len() + at.saturating_sub(dropped).min(trimmed.len());
            body.history = piece.history.map(|history| place(history.start)..place(history.end));
        }
        body.text.push_str(trimmed);
    }
    if body.text.is_empty() {
        otherwise(tree, depth).trim_matches('\n').clone_into(&mut body.text);
    }
    body.encrypted = signed::is_encrypted(&body.text);
    body.text.truncate(body.text.floor_char_boundary(TEXT_LIMIT));
    let end = body.text.len();
    body.history = body.history.filter(|at| at.start < end).map(|at| at.start..at.end.min(end));
    body
}

/// What says something in a message without text.
fn otherwise(tree: &Tree<'_>, depth: usize) -> String {
    let report = tree.root().media == "multipart/report";
    let texts = tree.0.iter().map(|part| match part.media.as_str() {
        "text/calendar" if part.disposition != "attachment" => clean(&calendar::told(&part.text())),
        "message/rfc822" | "message/global" | "message/news" if depth < DEPTH_LIMIT && !report => {
            read_within(&Tree::read(&part.bytes()), depth + 1).text
        }
        _ if is_tnef(part) => {
            clean(&tnef::read(&part.bytes()).and_then(|found| found.body).unwrap_or_default())
        }
        _ => String::new(),
    });
    texts.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default()
}

fn collect(tree: &Tree<'_>, id: usize) -> Vec<Piece> {
    let part = &tree.0[id];
    match part.media.as_str() {
        "multipart/alternative" => alternative(tree, part),
        "multipart/related" => {
            let mut children = part.children.iter().map(|child| collect(tree, *child));
            children.find(|pieces| !pieces.is_empty()).unwrap_or_default()
        }
        _ if !part.children.is_empty() => {
            let mut pieces: Vec<Piece> = Vec::new();
            for child in &part.children {
                // A named text file is the letter only when there is no other.
                let file = tree.0[*child].file_name.is_some();
                if !(file && pieces.iter().any(|piece| !piece.text.trim().is_empty())) {
                    pieces.extend(collect(tree, *child));
                }
            }
            pieces
        }
        _ => {
            let parent = part.parent.map(|parent| tree.0[parent].media.as_str());
            leaf(part, id, parent == Some("multipart/alternative")).into_iter().collect()
        }
    }
}

fn alternative(tree: &Tree<'_>, part: &Part<'_>) -> Vec<Piece> {
    let mut choices: Vec<Vec<Piece>> = part.children.iter().map(|child| collect(tree, *child)).collect();
    let html = choices.iter().rposition(|pieces| pieces.iter().any(|p| p.html && !p.text.trim().is_empty()));
    let plain = choices.iter().position(|pieces| {
        !pieces.is_empty() && pieces.iter().all(|p| !p.html) && {
            let text: String = pieces.iter().map(|p| p.text.trim()).collect();
            let refers = html.is_some() && text.len() < 400 && PLACEHOLDER.is_match(&text);
            !text.is_empty() && !refers
        }
    });
    plain.or(html).map(|chosen| choices.swap_remove(chosen)).unwrap_or_default()
}

fn leaf(part: &Part<'_>, id: usize, alternative: bool) -> Option<Piece> {
    if part.disposition == "attachment" && part.parent.is_some() {
        return None;
    }
    match part.media.as_str() {
        "text/html" => Some(page(&part.text(), id)),
        "text/enriched" | "text/richtext" => {
            let text = clean(&rich::enriched(&part.text()));
            Some(Piece { part: id, html: false, text, history: None, signed: false })
        }
        "text/rtf" | "application/rtf" if part.file_name.is_none() => {
            let text = clean(&rich::rtf(&part.bytes())?);
            Some(Piece { part: id, html: false, text, history: None, signed: false })
        }
        "text/plain" if is_page(&part.bytes()) => Some(page(&part.text(), id)),
        media if is_letter(media, part, alternative) => {
            let mut text = clean(&without_files(part, part.text()));
            let bare = signed::without_armour(&text);
            let signed = bare.is_some();
            text = bare.unwrap_or(text);
            if part.param("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")) {
                text = unflow(&text, part.param("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes")));
            }
            Some(Piece { part: id, html: false, text, history: None, signed })
        }
        _ => None,
    }
}

fn page(markup: &str, id: usize) -> Piece {
    let page = html::to_text(markup);
    match signed::without_armour(&page.text) {
        Some(text) => Piece { part: id, html: true, text, history: None, signed: true },
        None => Piece { part: id, html: true, text: page.text, history: page.history, signed: false },
    }
}

/// Whether what is said to be plain is a whole web page.
fn is_page(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    let opens = |mark: &[u8]| start.get(..mark.len()).is_some_and(|s| s.eq_ignore_ascii_case(mark));
    opens(b"<!doctype html") || (opens(b"<html") && start.get(5).is_some_and(|b| b" >\r\n".contains(b)))
}

/// Whether a part is text that a person reads as it stands. Text of a kind that nobody knows is, unless it is a file or
/// another form of the same letter.
fn is_letter(media: &str, part: &Part<'_>, alternative: bool) -> bool {
    const FILES: [&str; 9] =
        ["calendar", "vcard", "x-vcard", "directory", "css", "csv", "rtf", "rfc822", "rfc822-headers"];
    match media.strip_prefix("text/") {
        Some("plain" | "markdown" | "x-markdown") => true,
        Some(kind) => !alternative && part.file_name.is_none() && !FILES.contains(&kind),
        None => false,
    }
}

/// A text without the files that are written into it.
fn without_files(part: &Part<'_>, mut text: String) -> String {
    if part.media == "text/plain" && part.file_name.is_none() {
        for block in uuencode::blocks(&text).into_iter().rev() {
            text.replace_range(block.range, "");
        }
    }
    text
}

/// LF line ends; control characters, marks of byte order and zero-width joins of no meaning out.
fn clean(text: &str) -> String {
    let text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || *c == '\u{feff}')).collect()
}

/// Joins flowed lines (RFC 3676): one that ends in a space goes on in the next of the same depth.
fn unflow(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // Depth of the line that is still open.
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let content = &line[depth..];
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if open.is_some_and(|before| before != depth || signature) {
            out.push('\n');
            open = None;
        }
        if open.is_none() {
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 && !content.is_empty() {
                out.push(' ');
            }
        }
        let flows = content.ends_with(' ') && !signature;
        out.push_str(if flows && delete_space { &content[..content.len() - 1] } else { content });
        open = flows.then_some(depth);
        if !flows {
            out.push('\n');
        }
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined_within_a_depth() {
        assert_eq!(unflow("un \ndeux\n> a \n> b\n-- \nMarie", false), "un deux\n> a b\n-- \nMarie");
        assert_eq!(unflow(" >pas une citation\nab \ncd", true), ">pas une citation\nabcd");
    }
}
