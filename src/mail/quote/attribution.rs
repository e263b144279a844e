//! "Le …, X a écrit :" in many languages, wrapped over up to four lines. Told by what it is made of (an address, a date,
//! a time, a verb at its end), so that an unknown client or language is mostly understood; a sentence of a person that
//! has only some of it counts only with a quotation below.

use std::sync::LazyLock;

use regex::Regex;

use super::Line;
use super::words::{FRONT_VERBS, NAMED, OPENERS, VERBS};
use crate::mail::fold::{expression, fold_line};

/// Longest attribution, in lines and in octets.
pub(super) const WINDOW: usize = 4;
const LIMIT: usize = 600;
/// Words before the verb of an attribution that names nothing but a person.
const NAME_WORDS: usize = 5;
/// Words of an attribution that holds date, time, name, address and verb.
const WHOLE_WORDS: usize = 18;
/// Blank lines that may stand inside of one.
const GAPS: usize = 3;

static ENDS_WITH_VERB: LazyLock<Regex> =
    LazyLock::new(|| expression(&format!(r"(?:^|[^\p{{L}}\p{{N}}_])(?:{VERBS})$")));
static HAS_VERB: LazyLock<Regex> = LazyLock::new(|| {
    expression(&format!(
        r"(?:^|[^\p{{L}}\p{{N}}_])(?:{VERBS})(?:$|[^\p{{L}}\p{{N}}_])|写道|寫道|のメール|작성"
    ))
});
static HAS_FRONT_VERB: LazyLock<Regex> = LazyLock::new(|| {
    expression(&format!(r"(?:^|[^\p{{L}}\p{{N}}_])(?:{FRONT_VERBS})(?:$|[^\p{{L}}\p{{N}}_])"))
});
static IS_NAMED: LazyLock<Regex> = LazyLock::new(|| expression(&format!(r"^(?:{NAMED})\s")));
static OPENER: LazyLock<Regex> = LazyLock::new(|| expression(&format!(r"^[-_\s]*(?:{OPENERS})[\s,.]")));
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| expression(r"[<(\[]\s*(?:<|mailto:)?[^\s<>@]+@[^\s<>@]+\s*[>)\]]|mailto:[^\s<>@]+@"));
static ENDS_WITH_ADDRESS: LazyLock<Regex> = LazyLock::new(|| expression(r"@[^\s<>@]+\s*[>)\]]*$"));
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?-u:\b)[0-9]{1,2} ?[:h] ?[0-9]{2}(?-u:\b)|(?-u:\b)kl(?:o|\.)? ?[0-9]{1,2}\.[0-9]{2}(?-u:\b)|, [0-9]{1,2}\.[0-9]{2}(?-u:\b)|(?-u:\b)[0-9]{1,2}\.[0-9]{2} uhr|kello [0-9]{1,2}\.[0-9]{2}|[0-9]{1,2}:[0-9]{2}",
    )
});
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?-u:\b)(?:19|20)[0-9][0-9](?-u:\b)|(?-u:\b)[0-9]{1,2}[/.-] ?[0-9]{1,2}[/.-] ?[0-9]{2,4}(?-u:\b)|[0-9]{4} ?[年년]|(?-u:\b)[0-9]{4}[./-][0-9]{1,2}",
    )
});
static TO_YOU: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^(?:on|at|le) .{4,60}(?-u:\b)(?:you wrote|vous avez ecrit)$"));
/// A person quoting somebody inside a sentence.
static TOLD: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"^(?:comme|dans|voici|car|mais|et|puis|nous|je|as|in|like|and|but|for|i|we)\s")
});

/// The end of the attribution that starts at `at`.
pub(super) fn end(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let end = accepted(lines, at)?;
    // "Le secrétariat a écrit le 2 mars à Paul :" and the sentence goes on.
    let goes_on = || {
        let last = fold_line(lines[end - 1].text);
        let last = last.trim_end_matches([' ', ':', '：']);
        lines.get(end).is_some_and(|next| next.depth == 0 && next.text.starts_with(char::is_lowercase))
            && !ENDS_WITH_VERB.is_match(last)
            && HAS_FRONT_VERB.is_match(last)
    };
    if goes_on() {
        return None;
    }
    // A line of text right before the attribution must not be taken along.
    let later = (at + 1..end).any(|start| {
        let text = fold_line(lines[start].text);
        let before = lines[start - 1].text;
        // The verb or an open bracket goes on in this line.
        let goes_on = before.ends_with('<')
            || before.matches('(').count() > before.matches(')').count()
            || HAS_FRONT_VERB.is_match(&fold_line(before));
        let sentence = before.ends_with(['.', '!', '?', '…']);
        let opens = DATE.is_match(&text)
            && (OPENER.is_match(&text) || text.starts_with(|c: char| c.is_ascii_digit()));
        !goes_on
            && (opens || (sentence && may_open(&text, lines.get(start + 1))))
            && accepted(lines, start) == Some(end)
    });
    (!later).then_some(end)
}

fn accepted(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let mut joined = String::new();
    let (mut gaps, mut last) = (0, at + WINDOW);
    let mut end = at;
    while end < lines.len().min(last) {
        let line = &lines[end];
        if line.is_blank() && line.depth == 0 && gaps < GAPS && may_gape(&joined) {
            (gaps, last, end) = (gaps + 1, last + 1, end + 1);
            continue;
        }
        if line.is_blank() || line.depth > 0 || joined.len() + line.text.len() > LIMIT {
            return None;
        }
        let text = fold_line(line.text);
        if end == at && !may_open(&text, lines.get(at + 1)) {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&text);
        let told = if gaps > 0 {
            is_whole(&joined)
        } else {
            is_attribution(&joined, super::marker::quoted_next(lines, end + 1))
        };
        if told {
            // A colon wrapped alone belongs to it.
            let colon =
                lines.get(end + 1).is_some_and(|next| matches!(fold_line(next.text).as_str(), ":" | "："));
            return Some(end + 1 + usize::from(colon));
        }
        if text.ends_with([':', '：']) && !text.contains('(') {
            return None;
        }
        end += 1;
    }
    None
}

/// Whether a line may be the first of an attribution: keeps windows off ordinary lines.
fn may_open(line: &str, next: Option<&Line<'_>>) -> bool {
    OPENER.is_match(line)
        || line.contains(['@', '<'])
        || DATE.is_match(line)
        || IS_NAMED.is_match(line)
        || ENDS_WITH_VERB.is_match(line.trim_end_matches([' ', ':', '：', '-']))
        || next.is_some_and(|next| next.depth == 0 && next.text.starts_with('<') && next.text.contains('@'))
}

/// Whether a blank line may follow inside: mailers that make text of blocks part date, name and verb.
fn may_gape(joined: &str) -> bool {
    !joined.ends_with(['.', '!', '?', '…', ':'])
        && OPENER.is_match(joined)
        && DATE.is_match(joined)
        && TIME.is_match(joined)
}

/// Whether everything an attribution can have is there, and little else.
fn is_whole(joined: &str) -> bool {
    let inner = joined.trim_end_matches([' ', ':', '：']);
    inner.len() < joined.len()
        && ENDS_WITH_VERB.is_match(inner)
        && ADDRESS.is_match(inner)
        && inner.split(' ').count() <= WHOLE_WORDS
}

/// Whether a line without a colon names date and writer, so that it may stand over a quotation.
pub(super) fn is_dated_name(line: &str) -> bool {
    let inner = fold_line(line);
    let words = inner.split(' ').count();
    let ends = ENDS_WITH_VERB.is_match(&inner);
    let (time, date) = (TIME.is_match(&inner), DATE.is_match(&inner));
    let starts = OPENER.is_match(&inner) || inner.starts_with(|c: char| c.is_ascii_digit());
    (starts && date && (ENDS_WITH_ADDRESS.is_match(&inner) || (time && ends)) && words <= WHOLE_WORDS)
        || (ends && words <= NAME_WORDS && !TOLD.is_match(&inner))
}

fn is_attribution(joined: &str, quoted_next: bool) -> bool {
    let inner = joined.trim_end_matches([' ', ':', '：']);
    let closed = inner.len() < joined.trim_end().len();
    // Zoho and Notes put strokes around it.
    let stroked = joined.starts_with("---") && joined.ends_with("--");
    let inner = inner.trim_matches(['-', '_', ' ', ':', ',']);
    let ends = ENDS_WITH_VERB.is_match(inner);
    if !closed && quoted_next && is_dated_name(joined) {
        return true;
    }
    if !closed && !ends {
        return false;
    }
    let address = ADDRESS.is_match(inner);
    let (time, date) = (TIME.is_match(inner), DATE.is_match(inner));
    if stroked {
        return ends && (address || date || inner.contains('@'));
    }
    if !closed {
        // Zoho and others leave the colon out.
        return ends && address && time && date;
    }
    let words = inner.split(' ').count();
    let front = HAS_FRONT_VERB.is_match(inner);
    let ends_with_fact =
        ENDS_WITH_ADDRESS.is_match(inner) || inner.ends_with(|c: char| c.is_ascii_digit() || c == ')');
    let told = TOLD.is_match(inner) && !OPENER.is_match(inner);
    let sure = (address && date && time && (ends || front || ends_with_fact))
        || (ends && address && (date || time || words <= 10) && !told)
        || (front && address && (date || time))
        || (ends && time && date && !told)
        || (front && time && date && words <= 16)
        || (date && time && inner.contains('@') && ENDS_WITH_ADDRESS.is_match(inner) && words <= 10)
        || (date && TO_YOU.is_match(inner));
    let likely = || {
        let verb = HAS_VERB.is_match(inner) || front;
        (address && (date || time || verb || IS_NAMED.is_match(inner)))
            || (date && time)
            || (date && verb)
            || (ends && words <= NAME_WORDS + 3 && !told)
            || (ends && OPENER.is_match(inner) && (date || time))
    };
    sure || (quoted_next && likely())
}
