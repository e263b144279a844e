//! What of a body was written now: quoted history and signatures out, answers between and below the quotes kept.
//!
//! Works line by line in one pass with a window of a few lines, so the cost is linear. In doubt a line is new: a person
//! who reads too much loses a second, a rule that reads too little loses a request. A forwarded message is never
//! stripped, and when nothing would remain everything is new.

mod marker;
mod signature;

use std::ops::Range;
use std::sync::LazyLock;

use marker::History;
pub(super) use marker::{header_line, opens_forward};
use regex::Regex;

use super::subject::{self, Prefix};

/// One line of the body.
struct Line<'a> {
    range: Range<usize>,
    /// Without quote marks and surrounding white space.
    text: &'a str,
    /// Depth of `>` at its start.
    depth: usize,
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

/// Byte ranges of `body` that were newly written, in order, on line bounds; under a subject that says it is a forward
/// (`TR:`, `Fwd:`) all of it. For the form and `classify`, which have no markup to go by.
pub fn fresh(subject: &str, body: &str) -> Vec<Range<usize>> {
    let (prefix, _) = subject::split(subject);
    fresh_with(body, Hints { forward: prefix == Prefix::Forward, history: None })
}

/// What is known beside the text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hints {
    /// Where the markup of the mail says that history starts.
    pub(super) history: Option<usize>,
    /// The subject says that this is a forwarded message (`TR:`, `Fwd:`).
    pub(super) forward: bool,
}

/// The same with what else is known.
pub(super) fn fresh_with(body: &str, hints: Hints) -> Vec<Range<usize>> {
    let lines = lines(body);
    let mut keep: Vec<bool> = lines.iter().map(|line| line.depth == 0).collect();
    let end = mark_history(&lines, &mut keep, hints);
    signature::mark(body, &lines[..end], &mut keep[..end]);
    let ranges = ranges(&lines, &keep);
    let greets_only = ranges.len() <= 2
        && ranges.iter().all(|range| range.len() < 80 && GREETING.is_match(&body[range.clone()]));
    if ranges.is_empty() || greets_only { ranges_of_everything(body) } else { ranges }
}

/// A greeting or a closing and no other word: what was cut then holds the request ("Bonjour," over a pasted message).
static GREETING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*(?:(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|à tous|hello|hi|dear (?:sir|madam)|cordialement|bien à vous|regards)\W*)+$",
    )
    .expect("the expression is a constant that the tests compile")
});

fn lines(body: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut at = 0;
    for whole in body.split_inclusive('\n') {
        let range = at..at + whole.len();
        at = range.end;
        let mut depth = 0;
        let mut text = whole.trim();
        // The end of an attribution that a mailer wrapped inside the address.
        let tail = matches!(text, ">:" | "> :" | ">\u{a0}:");
        while let Some(inner) = text.strip_prefix('>').filter(|_| !tail) {
            text = inner.trim_start();
            depth += 1;
        }
        lines.push(Line { range, text, depth });
    }
    lines
}

/// Marks history; gives the line at which a forwarded message starts, which is kept whole (or the number of lines).
fn mark_history(lines: &[Line<'_>], keep: &mut [bool], hints: Hints) -> usize {
    let hinted = hints.history.filter(|_| !hints.forward);
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if hinted.is_some_and(|offset| line.range.start >= offset) {
            keep[at..].fill(false);
            break;
        }
        if line.is_blank() {
            at += 1;
            continue;
        }
        if line.depth > 0 {
            at = quoted_run(lines, at, keep);
            continue;
        }
        match marker::find(lines, at) {
            Some(History::Forward) => {
                keep[at..].fill(true);
                return at;
            }
            Some(History::Original { .. }) if hints.forward => {
                keep[at..].fill(true);
                return at;
            }
            Some(History::Original { end } | History::Attribution { end }) => {
                if marker::quoted_next(lines, end) {
                    keep[at..end].fill(false);
                    at = end;
                } else {
                    keep[at..].fill(false);
                    break;
                }
            }
            None => at += 1,
        }
    }
    lines.len()
}

/// Passes over a run of quoted lines; gives the line after it. Tails that a mailer wrapped without a mark belong to it.
fn quoted_run(lines: &[Line<'_>], from: usize, keep: &mut [bool]) -> usize {
    let mut at = from;
    while at < lines.len() {
        let wrapped = at > from
            && lines[at].depth == 0
            && lines[at - 1].text.chars().count() >= 60
            && lines[at].text.starts_with(char::is_lowercase)
            && lines[at].text.chars().count() <= 78
            && lines.get(at + 1).is_some_and(|next| next.depth > 0);
        if lines[at].depth == 0 && !wrapped {
            break;
        }
        keep[at] = false;
        at += 1;
    }
    // `>>>` without any lesser depth before or after is a prompt in a listing.
    let run = &lines[from..at];
    let quoted_before = keep[..from].iter().any(|kept| !kept);
    if !quoted_before && run.iter().all(|line| line.depth == 3 && !line.is_blank()) {
        keep[from..at].fill(true);
    }
    at
}

/// Kept lines as ranges, without blank lines at either end.
fn ranges(lines: &[Line<'_>], keep: &[bool]) -> Vec<Range<usize>> {
    let kept = |at: &usize| keep[*at] && !lines[*at].is_blank();
    let (Some(first), Some(last)) = ((0..lines.len()).find(kept), (0..lines.len()).rfind(kept)) else {
        return Vec::new();
    };
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for at in (first..=last).filter(|at| keep[*at]) {
        let line = &lines[at].range;
        match ranges.last_mut() {
            Some(open) if open.end == line.start => open.end = line.end,
            _ => ranges.push(line.clone()),
        }
    }
    ranges
}

fn ranges_of_everything(body: &str) -> Vec<Range<usize>> {
    if body.is_empty() { Vec::new() } else { vec![Range { start: 0, end: body.len() }] }
}
