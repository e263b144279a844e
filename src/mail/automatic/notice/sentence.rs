//! A text as notices are compared: lower case, without accents, cut into sentences. Lines wrapped by a mail program are one
//! sentence, short lines are their own, and what follows a "but" is judged for itself.

use std::sync::LazyLock;

use regex::Regex;

use crate::mail::fold::expression;

/// A line at least this long was wrapped, so the next one continues it.
const WRAP: usize = 50;

/// Where a new clause takes back what the first one said.
static CONTRAST: LazyLock<Regex> =
    LazyLock::new(|| expression(r",?\s(?:mais|donc|so i|cependant|toutefois|but|however|aber|pero|maar)\s"));
/// The end of a sentence, its mark kept with it. "L. 112", "M. Roux" and "20. April" go on.
static END: LazyLock<Regex> =
    LazyLock::new(|| expression(r#"(?:(?:[^\W\d]{2}|\d{3}|[)»"'\]])[.…]+|[!?]+)[)»]?(?:\s+|$)"#));
/// A greeting at the start of a sentence.
static GREETING: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|chers?|cheres?|hello|hi|greetings|dear|good (?:morning|afternoon|day)|hallo|guten (?:tag|morgen)|sehr geehrte\w*|buen[oa]s (?:dias|tardes)|estimad\w+|hola|buongiorno|gentile|spett\S+|salve|beste|geachte|ola|boa tarde|bom dia|caro|prezad\w+)\b(?:[^\w,]+(?:a tous|a toutes|et|madame|monsieur|mesdames|messieurs|sender|utente|colleague|collegue|sir|or|all|everyone|herr\w*|damen|und|heer|mevrouw|\w+)){0,4}\s*(?:[,:!.;]+|$)\s*",
    )
});

/// The sentences of a folded text, greetings and bare decoration left out; with each, whether it follows a "but".
pub(super) fn sentences(plain: &str) -> Vec<(String, bool)> {
    let mut paragraphs = vec![String::new()];
    let mut wrapped = false;
    for line in plain.lines() {
        let trimmed = line.trim().trim_matches(['*', '=', '_', '#', '-', '~', '|', '>']).trim();
        if !wrapped || trimmed.is_empty() {
            paragraphs.push(String::new());
        }
        if let Some(open) = paragraphs.last_mut() {
            if !open.is_empty() {
                open.push(' ');
            }
            open.push_str(&trimmed.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        wrapped = trimmed.chars().count() >= WRAP;
    }
    let clauses = paragraphs.iter().flat_map(|p| ended(p));
    clauses.filter(|(clause, _)| clause.chars().any(char::is_alphabetic)).collect()
}

/// The clauses of a sentence: what is left of a notice where the second half is a person's.
pub(super) fn clauses(sentence: &str) -> impl Iterator<Item = &str> {
    let pieces = sentence.split([',', ';']).flat_map(|piece| piece.split(": "));
    pieces.map(str::trim).filter(|clause| clause.chars().any(char::is_alphanumeric))
}

fn ended(paragraph: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut from = 0;
    for end in END.find_iter(paragraph).map(|m| m.end()).chain([paragraph.len()]) {
        if end > from {
            let mut sentence = paragraph[from..end].trim();
            // "Bonjour Madame, bonjour," happens; twice is enough.
            for _ in 0..2 {
                if let Some(greeting) = GREETING.find(sentence) {
                    sentence = &sentence[greeting.end()..];
                }
            }
            let clauses = CONTRAST.split(sentence).enumerate();
            found.extend(clauses.map(|(at, clause)| (clause.trim().to_owned(), at > 0)));
            from = end;
        }
    }
    found
}
