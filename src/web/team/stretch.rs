//! A body cut into what stands in the open and what is folded, and how much of it the page shows. A page of a megabyte helps
//! nobody: of what is new, and of what is folded, the first 64 KiB each are shown, so that a long history above the answer
//! does not hide it. Triage reads no further either, so what it marked is shown.

use std::ops::Range;

use crate::message::Message;

/// Octets shown of the new text of a message, and as many of its history and signature.
const SHOWN: usize = 64 * 1024;
/// A cut falls on the end of a line when one ends within so many octets before it.
const LINE: usize = 1024;

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Bytes of the body.
    pub(super) range: Range<usize>,
    /// Quoted history or signature.
    pub(super) folded: bool,
}

/// The stretches that are shown, in order, and whether any text is left out.
pub(super) fn stretches(message: &Message) -> (Vec<Stretch>, bool) {
    let (mut open, mut folded) = (SHOWN, SHOWN);
    let mut left_out = false;
    let mut shown = all(message);
    shown.retain_mut(|stretch| {
        let left = if stretch.folded { &mut folded } else { &mut open };
        let range = &mut stretch.range;
        if range.len() > *left {
            left_out = true;
            range.end = cut(&message.body, range.start, range.start + *left);
            *left = 0;
        } else {
            *left -= range.len();
        }
        range.start < range.end
    });
    (shown, left_out)
}

/// The beginning of a text that is not divided: as much as is shown of a body.
pub(super) fn beginning(text: &str) -> &str {
    if text.len() > SHOWN { &text[..cut(text, 0, SHOWN)] } else { text }
}

/// The place at or before `at` where the text is cut.
fn cut(body: &str, start: usize, at: usize) -> usize {
    let at = body.floor_char_boundary(at).max(start);
    let from = body.floor_char_boundary(at.saturating_sub(LINE)).max(start);
    body.get(from..at).and_then(|tail| tail.rfind('\n')).map_or(at, |line| from + line + 1)
}

/// The whole body in stretches; blank folded ones are dropped. A body in which nothing counts as fresh is shown whole:
/// folding everything would hide the message.
fn all(message: &Message) -> Vec<Stretch> {
    let body = &message.body;
    let is_blank = |range: &Range<usize>| body.get(range.clone()).is_none_or(|text| text.trim().is_empty());
    let fresh: Vec<Range<usize>> = message.fresh.iter().filter(|range| !is_blank(range)).cloned().collect();
    if fresh.is_empty() {
        let whole = Stretch { range: 0..body.len(), folded: false };
        return if is_blank(&whole.range) { Vec::new() } else { vec![whole] };
    }
    let mut out = Vec::new();
    let mut at = 0;
    for range in fresh.into_iter().chain(std::iter::once(body.len()..body.len())) {
        let between = at..range.start;
        if !is_blank(&between) {
            out.push(Stretch { range: between, folded: true });
        }
        at = range.end;
        if !range.is_empty() {
            out.push(Stretch { range, folded: false });
        }
    }
    out
}

/// The range without the blank lines around it.
pub(super) fn trimmed(body: &str, range: Range<usize>) -> Range<usize> {
    let Some(text) = body.get(range.clone()) else { return range };
    let start = range.start + (text.len() - text.trim_start_matches(['\n', '\r']).len());
    let end = range.end - (text.len() - text.trim_end().len());
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str, fresh: &[Range<usize>]) -> Message {
        Message { body: body.to_owned(), fresh: fresh.to_vec(), ..Message::default() }
    }

    #[test]
    fn history_is_folded_and_fresh_text_is_not() {
        let body = "Oui.\n> Voulez-vous ?\n\nMerci.\n-- \nMarie";
        let (found, left_out) = stretches(&message(body, &[0..5, 22..29]));
        let shown: Vec<(&str, bool)> =
            found.iter().map(|s| (&body[trimmed(body, s.range.clone())], s.folded)).collect();
        assert_eq!(
            shown,
            [("Oui.", false), ("> Voulez-vous ?", true), ("Merci.", false), ("-- \nMarie", true)]
        );
        assert!(!left_out);
    }

    #[test]
    fn a_body_without_fresh_text_is_shown_whole() {
        let whole = Stretch { range: 0..6, folded: false };
        assert_eq!(stretches(&message("> tout", &[])), (vec![whole], false));
        assert_eq!(stretches(&message(" \n", &[])), (Vec::new(), false));
    }

    #[test]
    fn a_fresh_range_that_does_not_fit_the_body_hides_nothing() {
        let whole = Stretch { range: 0..5, folded: false };
        assert_eq!(stretches(&message("été", &[1..99, 99..100])).0, [whole]);
    }

    #[test]
    fn an_answer_below_a_long_history_is_shown_and_both_are_cut_where_a_line_ends() {
        let history = "> une ligne citée\n".repeat(10_000);
        let answer = "une ligne écrite à l’instant\n".repeat(10_000);
        let body = format!("{history}{answer}");
        let fresh = history.len()..body.len();
        let (found, left_out) = stretches(&message(&body, std::slice::from_ref(&fresh)));
        assert!(left_out);
        assert_eq!(found.iter().map(|stretch| stretch.folded).collect::<Vec<_>>(), [true, false]);
        for stretch in &found {
            assert!(stretch.range.len() <= SHOWN && stretch.range.len() > SHOWN - LINE, "{stretch:?}");
            assert!(body[stretch.range.clone()].ends_with('\n'));
        }
        assert_eq!(found[1].range.start, fresh.start);
    }

    #[test]
    fn one_endless_line_is_cut_between_two_characters() {
        let body = "é".repeat(SHOWN);
        let whole = |body: &str| Message { body: body.to_owned(), ..Message::default() }.all_fresh();
        let (found, left_out) = stretches(&whole(&body));
        assert_eq!((found[0].range.clone(), left_out), (0..SHOWN, true));
        let odd = format!("a{body}");
        assert_eq!(stretches(&whole(&odd)).0[0].range, 0..SHOWN - 1);
    }
}
