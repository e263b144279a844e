//! Finds where quoted history or a forwarded message opens. Each test looks at a window of a few lines.

use std::sync::LazyLock;

use regex::Regex;

use super::banner::{self, Banner};
use super::{Line, attribution, block};
use crate::mail::fold::{expression, fold_line};

/// An opening that was found.
pub(super) enum History {
    /// A message that somebody forwards: to be kept.
    Forward,
    /// "Message d'origine", the block De/Envoyé/À/Objet or "Le …, X a écrit :"; `end` is the line after it; `bare` if
    /// neither a banner nor a quotation below confirms it.
    Quoted { end: usize, bare: bool },
}

/// A line with which a person introduces a message that is pasted below.
static INTRODUCES: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?:\b(?:message|mail|courriel|e-?mail|en-tetes?|entetes?|header|headers|log|logs|journal|recu|voici|ci-dessous|ci-apres|suivante?|below|following|received|copie|texte|reponse)\b).{0,60}:$",
    )
});

/// The opening of history at line `at`, if there is one.
pub(super) fn find(lines: &[Line<'_>], at: usize) -> Option<History> {
    let line = &lines[at];
    match banner::read(line.raw, line.text) {
        Some(Banner::Forward) => return Some(History::Forward),
        Some(Banner::Original) => {
            let end = next_text(lines, at + 1).and_then(|next| block::end(lines, next)).unwrap_or(at + 1);
            return Some(History::Quoted { end, bare: false });
        }
        Some(Banner::Ruler) => {
            let next = next_text(lines, at + 1)?;
            let end = block::end(lines, next).or_else(|| {
                // The ruler belongs to an attribution that is sure without a quotation below.
                attribution::end(lines, next).filter(|end| !quoted_next(lines, *end))
            })?;
            return Some(History::Quoted { end, bare: false });
        }
        None => {}
    }
    let end = block::end(lines, at).or_else(|| attribution::end(lines, at))?;
    let bare = !quoted_next(lines, end);
    (!bare || !is_introduced(lines, at)).then_some(History::Quoted { end, bare })
}

/// Whether the next line with text, from `at`, is quoted.
pub(super) fn quoted_next(lines: &[Line<'_>], at: usize) -> bool {
    let mut next = lines[at.min(lines.len())..].iter().take(attribution::WINDOW);
    next.find(|line| !line.is_blank() || line.depth > 0).is_some_and(|line| line.depth > 0)
}

fn next_text(lines: &[Line<'_>], from: usize) -> Option<usize> {
    (from..lines.len().min(from + attribution::WINDOW)).find(|next| !lines[*next].is_blank())
}

/// Whether the writer says right above that a message is shown below: it is what the request is about.
fn is_introduced(lines: &[Line<'_>], at: usize) -> bool {
    let above = lines[..at].iter().rev().take(3).find(|line| !line.is_blank());
    above.is_some_and(|line| {
        line.depth == 0 && line.text.len() <= 300 && INTRODUCES.is_match(&fold_line(line.text))
    })
}
