//! Which language a text is in: the share of very common words of French and of English that are not words of the other.

use crate::message::Lang;

const FRENCH: &[&str] = &[
    "le",
    "la",
    "les",
    "des",
    "du",
    "un",
    "une",
    "est",
    "et",
    "nous",
    "vous",
    "je",
    "que",
    "qui",
    "pour",
    "dans",
    "sur",
    "avec",
    "pas",
    "ce",
    "cette",
    "notre",
    "votre",
    "mon",
    "ma",
    "mes",
    "nos",
    "vos",
    "au",
    "aux",
    "par",
    "ou",
    "sont",
    "avons",
    "bonjour",
    "merci",
    "cordialement",
    "ne",
    "se",
    "il",
    "elle",
    "comment",
    "quel",
    "quelle",
    "sous",
    "chez",
    "svp",
    "bonsoir",
    "de",
    "en",
    "puis",
    "faut",
    "c'est",
    "j'ai",
    "demande",
    "pouvez",
];
const ENGLISH: &[&str] = &[
    "the", "of", "and", "is", "are", "we", "you", "for", "with", "our", "your", "this", "that", "it", "to",
    "in", "be", "have", "has", "how", "what", "which", "would", "could", "can", "my", "from", "or", "do",
    "does", "hello", "dear", "thanks", "thank", "regards", "please", "there", "an", "was", "i'm", "any",
    "by", "should", "who", "where", "if",
];

/// Whether a folded word is a common one of French or of English.
pub(super) fn is_ours(word: &[u8]) -> bool {
    FRENCH.iter().chain(ENGLISH).any(|known| known.as_bytes() == word)
}

/// The language of an already folded text, from at most its first 4,000 bytes; [`Lang::Und`] when too little speaks
/// for either.
pub(super) fn language(folded: &[u8]) -> Lang {
    let (mut french, mut english) = (0u32, 0u32);
    let head = &folded[..folded.len().min(4000)];
    for word in head.split(|b| !b.is_ascii_alphanumeric() && *b != b'\'').filter(|word| !word.is_empty()) {
        let is = |list: &[&str]| list.iter().any(|known| known.as_bytes() == word);
        let elided = word.len() > 2 && word[1] == b'\'' && b"ldjnmsctq".contains(&word[0]);
        french += u32::from(elided || is(FRENCH));
        english += u32::from(is(ENGLISH));
    }
    match (french, english) {
        (0, 0) => Lang::Und,
        (f, e) if f > e => Lang::Fr,
        (f, e) if e > f => Lang::En,
        _ => Lang::Und,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        assert_eq!(language(b"bonjour, ou publier notre code source ?"), Lang::Fr);
        assert_eq!(language(b"hello, where should we publish our source code?"), Lang::En);
        assert_eq!(language(b"glpi"), Lang::Und);
        assert_eq!(language(b"dsl pr le style, g pas trouve l'appli"), Lang::Fr);
    }
}
