//! Signatures: what follows `-- `, the line a telephone adds, the foot of a mailing list. Never at "Cordialement": what
//! follows is the name that people need.

use std::sync::LazyLock;

use regex::Regex;

use crate::mail::fold::expression;

use super::{Line, device};

/// A signature is no longer than this many lines with text.
const LINE_LIMIT: usize = 25;

/// Lines below a long dash that can be a signature.
const DASH_LIMIT: usize = 8;

/// Marks signatures in each run of kept lines.
pub(super) fn mark(body: &str, lines: &[Line<'_>], keep: &mut [bool]) {
    let mut at = 0;
    while at < lines.len() {
        if !keep[at] {
            at += 1;
            continue;
        }
        let end = (at..lines.len()).find(|n| !keep[*n]).unwrap_or(lines.len());
        if let Some(start) = start(body, &lines[at..end]).map(|start| at + start) {
            let resumed = (start + 1..end).find(|n| resumes(lines, *n)).unwrap_or(end);
            keep[start..resumed].fill(false);
        }
        at = end;
    }
    for at in 0..lines.len() {
        keep[at] = keep[at] && !device::is_line(lines, keep, at);
    }
}

/// The line at which the signature of a run starts.
fn start(body: &str, run: &[Line<'_>]) -> Option<usize> {
    let mut below = 0;
    let mut asked = false;
    let mut found = None;
    for (at, line) in run.iter().enumerate().rev() {
        if below > LINE_LIMIT {
            break;
        }
        let raw = body[line.range.clone()].trim_end_matches(['\r', '\n']);
        let next = run.get(at + 1).map_or("", |next| next.text);
        let dash = !raw.is_empty() && raw.trim().chars().all(|c| matches!(c, '—' | '–')) && !line.is_blank();
        let dash = dash && (1..=DASH_LIMIT).contains(&below) && is_quiet(&run[at + 1..]);
        // Without its space two hyphens also part two paragraphs.
        let bare = raw.trim_end() == "--" && raw != "-- " && !asked && is_quiet(&run[at + 1..]);
        let ruler = is_ruler(line.text) && !asked && is_card(&run[at + 1..]);
        if dash || bare || ruler || raw == "-- " || is_list_foot(line.text, next) {
            found = Some(at);
        }
        below += usize::from(!line.is_blank());
        asked |= line.text.ends_with('?') && !PRINT.is_match(line.text);
    }
    found
}

/// A postscript, or a question in the first person; a signature itself asks whether to print.
static RESUMES: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^(?:p\.? ?-?s\.?|post-?scriptum|nb|n\.b\.) ?[:：]|^(?:.{0,80}[\s,])?(?:je|j['’]\w+|nous|pouvez|pourriez|puis-je|avez|could you|can you|i|we|do you)\b.{2,}\?$",
    )
});
static PRINT: LazyLock<Regex> = LazyLock::new(|| expression(r"(?i)imprim|print|papier|paper|environnement"));
/// A telephone number, an address or a site.
static CONTACT: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?:\+|\(?\b0)\d(?:[ .()-]{0,2}\d){7,}|\S@\S|\bwww\.|https?://"));

/// Words that answer somebody: no visiting card has them.
static SAYS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)\b(?:merci|cordialement|bonjour|oui|non|accord|ok|parfait|entendu|je|nous|vous|thanks?|regards|yes|no|please|hello|you|we)\b",
    )
});

/// What a disclaimer or a motto says, and no afterthought.
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)confidenti|destin(?:é|ataire)|pièces? jointes?|intended|recipient|attachment|disclaimer|par erreur|in error|virus|responsab|liab|unsubscribe|désabonn|désinscri|linkedin|twitter|facebook|mastodon|suivez|follow us|retrouvez|visit(?:ez)?\b",
    )
});
/// The least words of an afterthought.
const SENTENCE_WORDS: usize = 5;

/// Whether the writer goes on at line `at`, below a signature and a blank line.
fn resumes(lines: &[Line<'_>], at: usize) -> bool {
    let text = lines[at].text;
    let speaks = || {
        text.split_whitespace().count() >= SENTENCE_WORDS
            && (AFTERTHOUGHT.is_match(text) || (text.ends_with(['.', '!', '?']) && SPEAKS.is_match(text)))
            && !NOTICE.is_match(text)
    };
    lines[at - 1].is_blank()
        && text.len() <= 400
        && !PRINT.is_match(text)
        && (RESUMES.is_match(text) || speaks())
}

/// How an afterthought opens.
static AFTERTHOUGHT: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^(?:au fait|j['’]oubliais|j['’]ai oublié|une dernière (?:chose|question)|dernière chose|encore une|par ailleurs|à propos|by the way|one more thing|i forgot)",
    )
});
/// How somebody speaks of the matter.
static SPEAKS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)(?:^|[\s,;:])(?:je|j['’](?:ai|y|en)|nous|merci de|pouvez|pourriez|i|we|please)(?:[\s,]|$)",
    )
});

/// Whether lines say nothing that answers somebody: short, no sentence.
fn is_quiet(lines: &[Line<'_>]) -> bool {
    let mut texts = lines.iter().map(|line| line.text).filter(|text| !text.is_empty());
    texts.all(|text| {
        let printed = PRINT.is_match(text) || NOTICE.is_match(text);
        let short = text.split_whitespace().count() <= 10 && !text.ends_with(['.', '?', '!', ':', ';']);
        printed || (short && !SAYS.is_match(text) && !text.starts_with(['-', '•', '*']))
    })
}

/// Strokes other than those of RFC 3676 that people draw over their signature.
fn is_ruler(text: &str) -> bool {
    ["---", "__", "===", "***"].iter().any(|start| text.starts_with(start))
        && text.chars().all(|c| text.starts_with(c))
}

/// Whether lines are a visiting card: few, short, no sentence, and a way to reach somebody.
fn is_card(lines: &[Line<'_>]) -> bool {
    let mut texts = lines.iter().map(|line| line.text).filter(|text| !text.is_empty());
    let count = texts.clone().count();
    (2..=DASH_LIMIT).contains(&count)
        && texts.clone().any(|text| CONTACT.is_match(text))
        && texts.all(|text| {
            let short = text.len() <= 90 && text.split(' ').count() <= 10;
            short
                && !text.ends_with(['.', '?', '!', ':', ';'])
                && !text.contains(". ")
                && !SAYS.is_match(text)
        })
}

/// The ruler that Mailman and Sympa put over their foot.
fn is_list_foot(line: &str, next: &str) -> bool {
    line.len() >= 2 && line.chars().all(|c| c == '_' || c == '-') && {
        let next = next.to_lowercase();
        next.contains("mailing list") || next.contains("liste de diffusion") || next.contains("list-info")
    }
}
