//! A body as lines with their depth of quoting, and the two things that only look like quotation: the wrapped end of an
//! attribution (`> a écrit :`), and the prompt or comparison of a person (`>>> import x`, `> 50 %`).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::mail::fold::expression;

use super::words::Role;
use super::{attribution, banner, block};

/// Longest wrapped end of an attribution, in octets.
const TAIL_LIMIT: usize = 60;

/// One line of the body.
pub(super) struct Line<'a> {
    /// Its bytes, line end included.
    pub(super) range: Range<usize>,
    /// Without surrounding white space.
    pub(super) raw: &'a str,
    /// Without quote marks either.
    pub(super) text: &'a str,
    /// Depth of `>` at its start.
    pub(super) depth: usize,
    /// What it says as a header line, and where its value starts in `text`.
    pub(super) header: Option<(Role, usize)>,
}

impl Line<'_> {
    /// Whether nothing is written on it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

static CODE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^(?:import|from|def|class|print|for|while|with|if|return|del|raise|help)\b|^[\w.]+\s*(?:=|\(|\[)|^\d+\s*[-+*/]",
    )
});

/// A number with its unit: "> 50 %", "> 40 000 €".
static SHARE: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^\d[\d\s.,]*(?:%|€|k€|euros?\b|agents?\b|Go\b|Mo\b|ans\b)"));

/// The lines of a body.
pub(super) fn read(body: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut at = 0;
    for whole in body.split_inclusive('\n') {
        let range = at..at + whole.len();
        at = range.end;
        let raw = whole.trim();
        let (mut depth, mut text) = (0, raw);
        let tail = lines.last().is_some_and(|before| before.depth == 0 && ends_attribution(before.text, raw));
        if !tail && !banner::is_group_wise(raw) {
            while let Some(inner) = text.strip_prefix('>') {
                text = inner.trim_start();
                depth += 1;
            }
        }
        let header = if depth == 0 { block::header(text) } else { None };
        lines.push(Line { range, raw, text, depth, header });
    }
    unquote(&mut lines);
    quote_bars(&mut lines);
    lines
}

/// Takes lines behind `|` under an attribution as quoted; a table has more bars in a line.
fn quote_bars(lines: &mut [Line<'_>]) {
    let mut from = 1;
    while from < lines.len() {
        let bar = |line: &Line<'_>| {
            line.depth == 0 && line.raw.strip_prefix('|').is_some_and(|rest| !rest.contains('|'))
        };
        if !bar(&lines[from]) {
            from += 1;
            continue;
        }
        let end = (from..lines.len()).find(|n| !bar(&lines[*n])).unwrap_or(lines.len());
        let above = lines[..from].iter().rev().take(2).find(|line| !line.is_blank());
        if end - from >= 2
            && above.is_some_and(|line| {
                attribution::is_dated_name(line.text.trim_end_matches([' ', ':', '\u{a0}']))
            })
        {
            for line in &mut lines[from..end] {
                (line.depth, line.text, line.header) = (1, line.raw[1..].trim_start(), None);
            }
        }
        from = end;
    }
}

/// Whether `raw` closes the address that the line before left open.
fn ends_attribution(before: &str, raw: &str) -> bool {
    let open = before.rfind('<').is_some_and(|open| before.rfind('>').is_none_or(|close| close < open));
    let closes = raw.starts_with('>') && raw.ends_with([':', '：']) && raw.len() <= TAIL_LIMIT;
    (closes && open) || matches!(raw, ">:" | "> :" | ">\u{a0}:" | ">\u{202f}:")
}

/// Gives lines back to the writer that are no quotation: prompts, and a single comparison.
fn unquote(lines: &mut [Line<'_>]) {
    let second = lines.iter().any(|line| line.depth == 2);
    let mut from = 0;
    while from < lines.len() {
        if lines[from].depth == 0 {
            from += 1;
            continue;
        }
        let end = (from..lines.len()).find(|n| lines[*n].depth == 0).unwrap_or(lines.len());
        let run = &lines[from..end];
        let prompt = run.iter().all(|line| line.depth == 3 && line.raw.starts_with(">>>"))
            && (!second || run.iter().all(|line| CODE.is_match(line.text)));
        let before = from.checked_sub(1).map_or("", |n| lines[n].text);
        let after = lines.get(end).map_or("", |line| line.text);
        let compares = run.len() == 1
            && run[0].depth == 1
            && run[0].text.starts_with(|c: char| c.is_ascii_digit())
            && !before.ends_with([':', '：'])
            && (!(before.is_empty() && after.is_empty()) || SHARE.is_match(run[0].text));
        if prompt || compares {
            for line in &mut lines[from..end] {
                (line.depth, line.text) = (0, line.raw);
            }
        }
        from = end;
    }
}
