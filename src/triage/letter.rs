//! The parts of a letter: where the message ends and the signature begins. A job title or a department in a signature
//! says who writes, never what is asked.

use std::ops::Range;

use super::text::fold;

/// A closing line is at most this long once folded.
const CLOSING_LINE: usize = 70;
/// A line of a signature is at most this long.
const SIGNATURE_LINE: usize = 90;
/// The line that announces a quotation may be wrapped into so many.
const ANNOUNCING_LINES: usize = 3;
/// A signature has at most this many lines, the closing one included.
const SIGNATURE_LINES: usize = 14;

const CLOSINGS: &[&str] = &[
    "cordialement",
    "bien cordialement",
    "tres cordialement",
    "bien a vous",
    "bien a toi",
    "respectueusement",
    "sinceres salutations",
    "salutations",
    "avec mes salutations",
    "avec mes remerciements",
    "avec nos remerciements",
    "bonne journee",
    "cdt",
    "cdlt",
    "bien fraternellement",
    "amicalement",
    "a bientot",
    "best regards",
    "kind regards",
    "warm regards",
    "with kind regards",
    "regards",
    "best",
    "best wishes",
    "sincerely",
    "yours sincerely",
    "yours faithfully",
    "cheers",
    "many thanks",
    "with thanks",
    "thanks",
    "thank you",
    "merci",
    "merci beaucoup",
    "merci d'avance",
    "saluti",
    "je vous remercie",
    "en vous remerciant",
    "-- ",
    "--",
];

/// Who speaks. Invitations of a footer ("suivez-nous") are one word here.
const SPEAKERS: &[&str] = &[
    "je",
    "j",
    "nous",
    "mon",
    "ma",
    "mes",
    "nos",
    "i",
    "we",
    "my",
    "pourriez",
    "pouvez",
    "pourrait-on",
    "peut-on",
    "pourriez-vous",
    "pouvez-vous",
    "please",
];

/// How an afterthought begins.
const ADDITIONS: &[&str] = &[
    "nb",
    "n.b",
    "pps",
    "p-s",
    "post-scriptum",
    "post scriptum",
    "au fait",
    "au passage",
    "par ailleurs",
    "sinon",
    "d'ailleurs",
    "et aussi",
    "aussi,",
    "egalement",
    "autre chose",
    "une derniere",
    "btw",
    "by the way",
    "one more",
    "also",
    "oh,",
    "ah,",
];

/// Splits the ranges of new text of `body` into what is read as the message and the signature (empty when none is
/// found). What follows a postscript mark is message again.
pub(super) fn split(body: &str, fresh: &[Range<usize>]) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let lines: Vec<Range<usize>> = fresh.iter().flat_map(|range| lines_of(body, range.clone())).collect();
    let tail = lines.len().saturating_sub(SIGNATURE_LINES);
    let line = |at: usize| &body[lines[at].clone()];
    let post_after = |from| (from..lines.len()).find(|at| is_postscript(line(*at))).unwrap_or(lines.len());
    let closing = (tail..lines.len())
        .find(|at| is_closing(line(*at)) && (at + 1..post_after(*at)).all(|below| !is_prose(line(below))));
    let Some(closing) = closing else { return (fresh.to_vec(), Vec::new()) };
    let post = post_after(closing);
    let mut message = lines[..=closing].to_vec();
    message.extend_from_slice(&lines[post..]);
    (joined(message), joined(lines[closing + 1..post.max(closing + 1)].to_vec()))
}

/// The short lines at the end of a message that closes without a formula: a name, a title, a department. None of them ends a
/// sentence, and the first line of the message is none of them.
pub(super) fn last_lines(text: &str) -> String {
    const LINES: usize = 5;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let ends_a_sentence = |line: &str| line.ends_with(['.', '?', '!', ':', ';', ',', '…']);
    let short = |line: &&&str| line.len() <= SIGNATURE_LINE && !ends_a_sentence(line);
    let count = lines.iter().skip(1).rev().take(LINES).take_while(short).count();
    lines[lines.len() - count..].join("\n")
}

/// Whether the new text only repeats what somebody wrote before: every line is marked as quoted, but for up to
/// [`ANNOUNCING_LINES`] above them of which the last announces the quotation ("… a écrit :").
pub(super) fn is_only_quoted(body: &str, fresh: &[Range<usize>]) -> bool {
    let lines = fresh.iter().flat_map(|range| lines_of(body, range.clone())).map(|line| body[line].trim());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let quoted = |line: &&str| line.starts_with('>');
    let Some(first) = lines.iter().position(quoted) else { return false };
    let announced = first == 0 || (first <= ANNOUNCING_LINES && lines[first - 1].ends_with(':'));
    announced && lines[first..].iter().all(quoted)
}

/// Whether the message carries words of another one: quoted history beside what is new, or lines quoted in it.
pub(super) fn cites(body: &str, fresh: &[Range<usize>]) -> bool {
    const WORDS: usize = 6;
    let words = |text: &str| text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count();
    let quoted = |line: &str| if line.trim_start().starts_with('>') { words(line) } else { 0 };
    let inside: usize =
        fresh.iter().filter_map(|range| body.get(range.clone())).flat_map(str::lines).map(quoted).sum();
    let mut outside = 0;
    let mut at = 0;
    for range in fresh {
        outside += body.get(at..range.start).map_or(0, words);
        at = at.max(range.end);
    }
    inside + outside + body.get(at..).map_or(0, words) >= WORDS
}

fn lines_of(body: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = range.start;
    body.get(range).unwrap_or_default().split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        start..at
    })
}

/// Whether a line is a closing formula.
pub(super) fn is_closing(line: &str) -> bool {
    if line.len() > CLOSING_LINE * 2 {
        return false;
    }
    let folded = fold(line);
    let plain = folded.trim().trim_end_matches(['.', '!', ',', ' ']);
    plain.len() <= CLOSING_LINE && CLOSINGS.contains(&plain)
}

/// A question, a full sentence or somebody who speaks below a closing line: the letter went on, so the line closed nothing.
fn is_prose(line: &str) -> bool {
    line.contains('?') || line.trim().len() > SIGNATURE_LINE || speaks(line)
}

/// Whether somebody says "I" or "we" in a line, or adds something ("NB", "au fait").
fn speaks(line: &str) -> bool {
    let folded = fold(line);
    let plain = folded.trim();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|word| !word.is_empty());
    ADDITIONS.iter().any(|start| plain.starts_with(start))
        || words.into_iter().any(|word| SPEAKERS.contains(&word))
}

fn is_postscript(line: &str) -> bool {
    let folded = fold(line.get(..line.len().min(12)).unwrap_or(line));
    let plain = folded.trim_start();
    plain.starts_with("ps ")
        || plain.starts_with("ps:")
        || plain.starts_with("p.s")
        || plain.starts_with("p.-s")
}

fn joined(lines: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for line in lines {
        match out.last_mut() {
            Some(last) if last.end == line.start => last.end = line.end,
            _ => out.push(line),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(body: &str) -> Vec<Range<usize>> {
        std::iter::once(0..body.len()).collect()
    }

    #[test]
    fn a_signature_is_set_apart_and_a_postscript_is_not() {
        let body = "Une question ?\nCordialement,\nA. Dupont\nBureau de la formation\nPS : c'est urgent\n";
        let (message, signature) = split(body, &whole(body));
        let text = |ranges: Vec<Range<usize>>| ranges.into_iter().map(|r| &body[r]).collect::<String>();
        assert_eq!(text(message), "Une question ?\nCordialement,\nPS : c'est urgent\n");
        assert_eq!(text(signature), "A. Dupont\nBureau de la formation\n");
    }

    #[test]
    fn thanks_in_the_middle_close_nothing() {
        let body = "Un premier point.\nMerci.\nEt qui est notre coordinateur ?\n";
        assert!(split(body, &whole(body)).1.is_empty());
    }

    #[test]
    fn a_quotation_alone_is_told_from_an_answer() {
        let announced =
            "Le 3 mars 2026, Mission <contact@code.gouv.fr>\na écrit :\n\n> Bonjour,\n>\n> une formation ?\n";
        for (body, alone) in [
            (announced, true),
            ("> Bonjour,\n> une formation ?\n", true),
            ("Et donc :\n> une formation ?\nMerci", false),
            ("Une formation ?\n> Bonjour\n", false),
            ("Bonjour", false),
            ("", false),
        ] {
            assert_eq!(is_only_quoted(body, &whole(body)), alone, "{body}");
        }
    }

    #[test]
    fn without_a_closing_line_everything_is_message() {
        let body = "merci de votre aide pour ce sujet\nune seconde ligne";
        assert_eq!(split(body, &whole(body)), (whole(body), vec![]));
    }
}
