//! What of a body was written now: quoted history and signatures out, answers between and below the quotes kept.
//!
//! Works line by line in one pass with a window of a few lines, so the cost is linear. In doubt a line is new: a person
//! who reads too much loses a second, a rule that reads too little loses a request. A forwarded message is never
//! stripped, and when nothing would remain everything is new.

mod attribution;
mod banner;
mod block;
mod device;
mod line;
mod marker;
mod signature;
mod words;

use std::ops::Range;
use std::sync::LazyLock;

use banner::Banner;
use line::Line;
use marker::History;
use regex::Regex;

use super::fold::{expression, fold};
use super::parse::Own;
use words::Role;

use super::subject::{self, Prefix};

/// Byte ranges of `body` that were newly written, in order, on line bounds; under a subject that says it is a forward
/// (`TR:`, `Fwd:`) all of it. For the form and `classify`, which have no markup to go by.
pub fn fresh(subject: &str, body: &str) -> Vec<Range<usize>> {
    let (prefix, _) = subject::split(subject);
    let (forward, answers) = (prefix == Prefix::Forward, prefix == Prefix::Reply);
    fresh_with(body, Hints { forward, answers, history: None, own: None })
}

/// Whether a line, without quote marks, announces a forwarded message.
pub(super) fn opens_forward(text: &str) -> bool {
    banner::read(text, text) == Some(Banner::Forward)
}

/// A header line of a quoted message (`De : Marie <m@x.fr>`), without quote marks: whether it names the sender, and its
/// value.
pub(super) fn header_line(text: &str) -> Option<(bool, &str)> {
    let (role, from) = block::header(text.trim_start_matches(['*', '_', ' ']))?;
    let value = text.trim_start_matches(['*', '_', ' ']).get(from..)?;
    Some((role == Role::Sender, value.trim_matches([':', '：', '*', '_', ' ', '\u{a0}', '\u{202f}'])))
}

/// What is known beside the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints<'a> {
    /// What the markup of the mail says to be history.
    pub(super) history: Option<Range<usize>>,
    /// The subject says that this is a forwarded message (`TR:`, `Fwd:`).
    pub(super) forward: bool,
    /// It answers something, by its headers or its subject.
    pub(super) answers: bool,
    /// The addresses of the service, where they are known.
    pub(super) own: Option<&'a Own>,
}

/// The same with what else is known.
pub(super) fn fresh_with(body: &str, hints: Hints<'_>) -> Vec<Range<usize>> {
    if hints.forward {
        return ranges_of_everything(body);
    }
    let lines = line::read(body);
    // Where nothing is answered and nobody is named, `>` stands before what the writer cites: a law, a log, a prompt.
    let cites = !hints.answers
        && hints.history.is_none()
        && lines.iter().any(|line| line.depth > 0)
        && !(0..lines.len()).any(|at| !lines[at].is_blank() && marker::find(&lines, at).is_some())
        && !lines.chunk_by(|a, b| (a.depth > 0) == (b.depth > 0)).any(block::is_all);
    let mut keep: Vec<bool> = lines.iter().map(|line| cites || line.depth == 0).collect();
    let Cut { forward, sure } = if cites {
        Cut { forward: lines.len(), sure: false }
    } else {
        mark_history(&lines, &mut keep, hints)
    };
    signature::mark(body, &lines[..forward], &mut keep[..forward]);
    let ranges = ranges(&lines, &keep);
    let greets_only = !sure
        && ranges.len() <= 2
        && ranges.iter().all(|range| range.len() < 80 && GREETING.is_match(&body[range.clone()]));
    // With `>` before the history, answers between its lines are told already.
    let unmarked = || {
        lines.iter().all(|line| line.depth == 0)
            && keep.iter().zip(&lines).filter(|(kept, line)| !**kept && !line.is_blank()).count()
                >= ANSWERED_LINES
    };
    let announced = || ranges.iter().any(|range| announces(&body[range.clone()])) && unmarked();
    if ranges.is_empty() || greets_only || announced() { ranges_of_everything(body) } else { ranges }
}

/// Unmarked history of fewer lines holds no answers between its own.
const ANSWERED_LINES: usize = 4;

/// Whether the writer says that the answers stand in the text below, where only a colour tells them from it.
fn announces(text: &str) -> bool {
    static ANSWERS: LazyLock<Regex> = LazyLock::new(|| {
        expression(
            r"\b(?:mes|nos|my|our|les|quelques|some|voir|see|voici|cf)\.? (?:premi\w+ |bre\w+ |few |short )?(?:reponses?|commentaires?|remarques?|annotations?|answers?|comments?|replies|remarks)\b.{0,40}\b(?:ci-dessous|ci-apres|en (?:rouge|bleu|vert|gras|couleur|surbrillance)|dans (?:le|la|ton|votre) (?:texte|corps|mail|message|fil)|au fil du (?:texte|mail|message)|plus bas|in-?line|below|in (?:red|blue|green|bold|the text|your (?:mail|text)))\b",
        )
    });
    ANSWERS.is_match(&fold(text))
}

/// A greeting or a closing and no other word: what was cut then holds the request ("Bonjour," over a pasted message).
static GREETING: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^\W*(?:(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|à tous|hello|hi|dear (?:sir|madam)|cordialement|bien à vous|regards)\W*)+$",
    )
});

/// What was found of history.
struct Cut {
    /// The line at which a forwarded message starts, which is kept whole; else the number of lines.
    forward: usize,
    /// A client's own mark told, not only header lines that a person may have pasted.
    sure: bool,
}

/// Takes the rulers right above line `at` along.
fn with_rulers(lines: &[Line<'_>], at: usize, keep: &mut [bool]) {
    for n in (0..at).rev() {
        match banner::read(lines[n].raw, lines[n].text) {
            Some(Banner::Ruler) => keep[n] = false,
            _ if lines[n].is_blank() => {}
            _ => break,
        }
    }
}

fn mark_history(lines: &[Line<'_>], keep: &mut [bool], hints: Hints<'_>) -> Cut {
    let at_or_after =
        |offset| lines.iter().position(|line| line.range.start >= offset).unwrap_or(lines.len());
    let hinted = hints.history.map(|range| at_or_after(range.start)..at_or_after(range.end));
    let mut sure = hinted.as_ref().is_some_and(|range| !range.is_empty());
    let stop = hinted.as_ref().map_or(lines.len(), |range| range.start);
    let is_ruler = |at: usize| banner::read(lines[at].raw, lines[at].text) == Some(Banner::Ruler);
    let opening = (stop..lines.len()).find(|at| !lines[*at].is_blank() && !is_ruler(*at));
    let passed_on = |at: usize| {
        !hints.answers && block::end(lines, at).is_some_and(|end| !is_ours(&lines[at..end], hints.own))
    };
    if opening.is_some_and(passed_on) {
        return Cut { forward: stop, sure };
    }
    with_rulers(lines, if stop < lines.len() { stop } else { 0 }, keep);
    keep[hinted.unwrap_or(stop..stop)].fill(false);
    let mut at = 0;
    while at < stop {
        let line = &lines[at];
        if line.is_blank() {
            at += 1;
            continue;
        }
        if line.depth > 0 {
            let end = quoted_run(lines, at, keep);
            if keep[..at].contains(&true) && block::is_all(&lines[at..end]) {
                keep[end..].fill(false);
                return Cut { forward: lines.len(), sure: true };
            }
            at = end;
            continue;
        }
        match marker::find(&lines[..stop], at) {
            Some(History::Forward) => {
                keep[at..].fill(true);
                return Cut { forward: at, sure };
            }
            Some(History::Quoted { end, bare }) => {
                // A first mail that shows somebody else's passes it on, whatever its subject says.
                if !hints.answers && block::is_block(lines, at, end) && !is_ours(&lines[at..end], hints.own) {
                    keep[at..].fill(true);
                    return Cut { forward: at, sure };
                }
                with_rulers(lines, at, keep);
                sure |= !bare;
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
    Cut { forward: lines.len(), sure }
}

/// Passes over a run of quoted lines; gives the line after it. Tails that a mailer wrapped without a mark belong to it.
fn quoted_run(lines: &[Line<'_>], from: usize, keep: &mut [bool]) -> usize {
    let mut at = from;
    while at < lines.len() {
        let wrapped = at > from
            && lines[at].depth == 0
            && lines[at - 1].text.chars().count() >= 60
            && !lines[at - 1].text.ends_with(['.', '?', '!', ':', ';', '…', '»', ')'])
            && lines[at].text.starts_with(char::is_lowercase)
            && lines[at].text.chars().count() <= 78
            && lines.get(at + 1).is_some_and(|next| next.depth > 0);
        if lines[at].depth == 0 && !wrapped {
            break;
        }
        keep[at] = false;
        at += 1;
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

/// Whether a header line of a block names one of the service's addresses as the sender.
fn is_ours(block: &[Line<'_>], own: Option<&Own>) -> bool {
    own.is_some_and(|own| {
        let senders = block.iter().filter(|line| matches!(line.header, Some((Role::Sender, _))));
        let between = |c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c);
        senders.flat_map(|line| line.text.split(between)).any(|word| own.is_own(word))
    })
}

fn ranges_of_everything(body: &str) -> Vec<Range<usize>> {
    if body.is_empty() { Vec::new() } else { vec![Range { start: 0, end: body.len() }] }
}
