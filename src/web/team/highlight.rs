//! Matched words in a text, as pieces a template can escape one by one: the text is cut at every bound of a hit, so no
//! markup is ever put into a string. Overlapping hits share a piece.

use std::ops::Range;

/// A hit to show: where it stands, and the number of its explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Bytes of the text.
    pub(super) range: Range<usize>,
    /// Number of the explanation it belongs to, from 1.
    pub(super) number: usize,
}

/// A stretch of text, marked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    /// The words, unescaped.
    pub(super) text: &'a str,
    /// The explanations of this mark, ascending; empty for plain text.
    pub(super) numbers: Vec<usize>,
}

/// The stretch `window` of `text` in pieces. Adjoining or overlapping hits become one piece with all their numbers;
/// bounds that fall inside a character or outside the window are pulled in; hits that become empty are left out.
pub(super) fn pieces<'a>(text: &'a str, window: Range<usize>, hits: &[Hit]) -> Vec<Piece<'a>> {
    let end = text.floor_char_boundary(window.end);
    let start = text.floor_char_boundary(window.start).min(end);
    let mut merged: Vec<(Range<usize>, Vec<usize>)> = Vec::new();
    let mut hits: Vec<(Range<usize>, usize)> = hits
        .iter()
        .map(|hit| {
            let from = text.floor_char_boundary(hit.range.start).clamp(start, end);
            (from..text.floor_char_boundary(hit.range.end).clamp(from, end), hit.number)
        })
        .filter(|(range, _)| !range.is_empty())
        .collect();
    hits.sort_by_key(|(range, number)| (range.start, range.end, *number));
    for (range, number) in hits {
        match merged.last_mut() {
            Some((last, numbers)) if range.start < last.end => {
                last.end = last.end.max(range.end);
                numbers.push(number);
            }
            _ => merged.push((range, vec![number])),
        }
    }
    let mut out = Vec::new();
    let mut at = start;
    for (range, mut numbers) in merged {
        numbers.sort_unstable();
        numbers.dedup();
        if at < range.start {
            out.push(Piece { text: &text[at..range.start], numbers: Vec::new() });
        }
        at = range.end;
        out.push(Piece { text: &text[range], numbers });
    }
    if at < end {
        out.push(Piece { text: &text[at..end], numbers: Vec::new() });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(range: Range<usize>, number: usize) -> Hit {
        Hit { range, number }
    }

    fn shown(text: &str, window: Range<usize>, hits: &[Hit]) -> String {
        pieces(text, window, hits)
            .iter()
            .map(|p| {
                if p.numbers.is_empty() { p.text.to_owned() } else { format!("[{}{:?}]", p.text, p.numbers) }
            })
            .collect()
    }

    #[test]
    fn hits_cut_the_text_and_lose_nothing_of_it() {
        let text = "quelle licence choisir ?";
        assert_eq!(shown(text, 0..text.len(), &[hit(7..14, 1)]), "quelle [licence[1]] choisir ?");
        assert_eq!(shown(text, 0..text.len(), &[]), text);
        assert_eq!(shown("", 0..0, &[hit(0..3, 1)]), "");
    }

    #[test]
    fn overlapping_hits_become_one_mark_with_both_explanations() {
        let text = "quelle licence choisir ?";
        assert_eq!(
            shown(text, 0..text.len(), &[hit(7..22, 2), hit(0..14, 1), hit(7..14, 1)]),
            "[quelle licence choisir[1, 2]] ?"
        );
    }

    #[test]
    fn bounds_inside_a_character_or_outside_the_text_are_pulled_in() {
        let text = "été";
        assert_eq!(shown(text, 0..text.len(), &[hit(1..4, 1)]), "[ét[1]]é");
        assert_eq!(shown(text, 0..99, &[hit(3..99, 1)]), "ét[é[1]]");
        assert_eq!(shown("abcdef", 2..4, &[hit(0..3, 1)]), "[c[1]]d");
    }
}
