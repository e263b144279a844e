//! Where the parts of a multipart start and end (RFC 2046 section 5.1.1), and which boundary is in use where the header
//! does not say so or says it wrongly. Each body is scanned a fixed number of times.

use std::collections::HashSet;

/// No honest boundary is longer (the RFC says 70).
const BOUNDARY_LIMIT: usize = 200;
/// Lines that may be boundaries, looked at for one that occurs twice.
const CANDIDATE_LIMIT: usize = 1000;

/// What a multipart holds.
#[derive(Debug, Default)]
pub(super) struct Pieces<'a> {
    /// What stands between the boundaries.
    pub(super) parts: Vec<&'a [u8]>,
    /// What there is to show where nothing stands between them: the text before, else the text behind.
    pub(super) outside: &'a [u8],
}

/// What stands between the boundaries. Where the stated boundary never occurs, the one in use is looked for.
pub(super) fn pieces<'a>(body: &'a [u8], stated: Option<&str>) -> Pieces<'a> {
    let mut outside = body;
    if let Some(stated) = stated.map(str::trim_ascii_end).filter(|b| !b.is_empty()) {
        let given = split(body, stated.as_bytes());
        if !given.parts.is_empty() {
            return given;
        }
        let quoted = stated.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\''));
        let bare = quoted.filter(|bare| !bare.is_empty()).map(|bare| split(body, bare.as_bytes()));
        if let Some(found) = bare.filter(|found| !found.parts.is_empty()) {
            return found;
        }
        outside = given.outside;
    }
    let used = used(body).map(|boundary| split(body, boundary)).filter(|found| !found.parts.is_empty());
    used.unwrap_or(Pieces { parts: Vec::new(), outside })
}

/// The boundary with which a text begins that is a multipart in truth: a delimiter line, then a Content- field.
pub(super) fn concealed(body: &[u8]) -> Option<&[u8]> {
    let mut lines = body.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let boundary = candidate(lines.next()?)?;
    lines.next().filter(|line| is_content_field(line))?;
    Some(boundary)
}

/// Cuts a body at its delimiter lines. One may be followed by white space and anything (RFC 2046: a comparison with the
/// beginning of the line suffices); a boundary that only begins like ours is another. Parts behind the closing delimiter
/// count too: some programs add theirs there.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Pieces<'a> {
    let mut found = Pieces { parts: Vec::new(), outside: body };
    let mut open: Option<usize> = None;
    let mut delimited: Option<(usize, usize)> = None;
    let mut at = 0;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let after = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary));
        if let Some(last) = after.and_then(is_closing) {
            if let Some(start) = open {
                found.parts.push(without_line_end(&body[start..at]));
            }
            open = (!last).then_some(at + line.len());
            delimited.get_or_insert((at, at + line.len()));
        }
        at += line.len();
    }
    // A lost end: what is there counts.
    if let Some(start) = open
        && start < body.len()
    {
        found.parts.push(&body[start..]);
    }
    if let Some((start, end)) = delimited {
        let before = &body[..start];
        found.outside = if before.trim_ascii().is_empty() { &body[end..] } else { before };
    }
    found
}

/// What follows a boundary on its line: whether it closes, if it is a delimiter at all.
fn is_closing(rest: &[u8]) -> Option<bool> {
    let end = |rest: &[u8]| rest.first().is_none_or(u8::is_ascii_whitespace);
    match rest.strip_prefix(b"--") {
        Some(rest) if end(rest) => Some(true),
        None if end(rest) => Some(false),
        _ => None,
    }
}

/// The line break before a boundary belongs to the boundary (RFC 2046 section 5.1.1).
fn without_line_end(piece: &[u8]) -> &[u8] {
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}

/// The first `--…` line that is followed by a Content- field, else the first that is closed by `--…--`.
fn used(body: &[u8]) -> Option<&[u8]> {
    let mut before: Option<&[u8]> = None;
    for line in body.split(|b| *b == b'\n') {
        if before.is_some() && is_content_field(line) {
            return before;
        }
        before = candidate(line);
    }
    let mut seen: HashSet<&[u8]> = HashSet::new();
    for boundary in body.split(|b| *b == b'\n').filter_map(candidate).take(CANDIDATE_LIMIT) {
        if let Some(closed) = boundary.strip_suffix(b"--").filter(|closed| seen.contains(closed)) {
            return Some(closed);
        }
        seen.insert(boundary);
    }
    None
}

fn is_content_field(line: &[u8]) -> bool {
    line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
}

/// What a line would be a delimiter of: no ruler, no mark of a signature.
fn candidate(line: &[u8]) -> Option<&[u8]> {
    let name = line.strip_prefix(b"--")?.trim_ascii_end();
    let told = name.iter().any(u8::is_ascii_alphanumeric) && !name.contains(&b' ');
    (told && name.len() <= BOUNDARY_LIMIT).then_some(name)
}
