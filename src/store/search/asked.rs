//! What a search asks, read from what was typed: words, beginnings of words (`mot*`), phrases (`"…"`), a field
//! (`de:`, `objet:`, `organisme:`, `ref:`, `note:`), what must not be there (`-mot`). Everything is folded as the texts
//! are, so accents and case never matter. What cannot be understood is left out and told; it is never an error.

use crate::keys::read_reference;
use crate::triage::text::fold;

/// Parts of a search that are read; what goes on beyond is told.
const MOST: usize = 20;

/// What joins words in other search boxes, written in capitals.
const OPERATORS: [&str; 7] = ["OR", "OU", "AND", "ET", "NOT", "SAUF", "NON"];

/// A search, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub(super) terms: Vec<Term>,
    /// What was not understood, or otherwise than written.
    pub remarks: Vec<Remark>,
}

/// One thing to be found, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) field: Option<Field>,
    /// Folded words, one after the other; never none.
    pub(super) words: Vec<String>,
    /// The last word is the beginning of one.
    pub(super) prefix: bool,
    pub(super) excluded: bool,
}

/// Where a word is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    From,
    Subject,
    Organisation,
    Reference,
    Note,
}

impl Field {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "de" | "auteur" => Self::From,
            "objet" | "sujet" => Self::Subject,
            "organisme" | "organisation" => Self::Organisation,
            "ref" | "reference" => Self::Reference,
            "note" | "notes" => Self::Note,
            _ => return None,
        })
    }

    /// The letter under which its words are kept once more.
    pub(super) fn letter(self) -> char {
        match self {
            Self::From => 'f',
            Self::Subject => 's',
            Self::Organisation => 'o',
            Self::Reference => 'r',
            Self::Note => 'n',
        }
    }
}

/// Something about a search that its writer is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// There is no such field.
    UnknownField(String),
    /// A quotation mark has no end.
    OpenQuote,
    /// One letter is too short a beginning.
    ShortPrefix(String),
    /// A star stands elsewhere than at the end of a word.
    StrayStar,
    /// A star stands before the end of a phrase, where it counts for nothing.
    StarInPhrase,
    /// A word of other search boxes that joins words there: here it is a word.
    NoOperator(String),
    /// A part without letter or digit.
    NoWord(String),
    /// More was asked than is read.
    TooMuch,
}

impl Remark {
    /// What the reader is told (French).
    pub fn sentence(&self) -> String {
        match self {
            Self::UnknownField(name) => format!(
                "« {name}: » n’est pas un champ : il y a de:, objet:, organisme:, ref: et note:. Cherché comme un mot."
            ),
            Self::OpenQuote => "Un guillemet ouvert n’est pas fermé : cherché jusqu’au bout.".to_owned(),
            Self::ShortPrefix(word) => {
                format!("« {word}* » est trop court : écrivez au moins deux lettres avant l’étoile.")
            }
            Self::StrayStar => "L’étoile ne vaut qu’à la fin d’un mot.".to_owned(),
            Self::StarInPhrase => {
                "Dans une suite de mots, l’étoile s’écrit après le guillemet : \"marché publ\"*. Cherchée sans elle.".to_owned()
            }
            Self::NoOperator(word) => {
                format!("« {word} » est cherché comme un mot : chaque mot écrit est déjà cherché, et -mot écarte un mot.")
            }
            Self::NoWord(part) => format!("« {part} » ne contient ni lettre ni chiffre : ignoré."),
            Self::TooMuch => format!("Seuls les {MOST} premiers éléments sont cherchés."),
        }
    }
}

impl Asked {
    /// Reads what was typed.
    pub fn read(typed: &str) -> Self {
        let mut asked = Self::default();
        let mut rest = typed.trim_start();
        while !rest.is_empty() {
            if asked.terms.len() == MOST {
                asked.remarks.push(Remark::TooMuch);
                break;
            }
            rest = asked.part(rest).trim_start();
        }
        asked
    }

    /// Whether there is anything to look for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Reads one part; answers what follows it.
    fn part<'a>(&mut self, typed: &'a str) -> &'a str {
        let (excluded, typed) = match typed.strip_prefix('-') {
            Some(rest) if !rest.is_empty() && !rest.starts_with(char::is_whitespace) => (true, rest),
            _ => (false, typed),
        };
        let (field, typed) = self.field(typed);
        if let Some(quoted) = typed.strip_prefix(['"', '«', '“']) {
            let closed = quoted.split_once(['"', '»', '”']);
            if closed.is_none() {
                self.remarks.push(Remark::OpenQuote);
            }
            let (phrase, rest) = closed.unwrap_or((quoted, ""));
            if phrase.contains('*') {
                self.remarks.push(Remark::StarInPhrase);
            }
            // A phrase may end with the beginning of a word.
            let (prefix, rest) = rest.strip_prefix('*').map_or((false, rest), |rest| (true, rest));
            self.term(field, phrase, prefix, excluded);
            return rest;
        }
        let end = typed.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(typed.len());
        let (word, rest) = typed.split_at(end);
        if field.is_none() && OPERATORS.contains(&word) {
            self.remarks.push(Remark::NoOperator(word.to_owned()));
        }
        let bare = word.trim_end_matches('*');
        if bare.contains('*') {
            self.remarks.push(Remark::StrayStar);
        }
        self.term(field, bare, bare.len() < word.len(), excluded);
        rest
    }

    /// The field before a colon. What only looks like one (`http://…`, `12:30`) is a word.
    fn field<'a>(&mut self, typed: &'a str) -> (Option<Field>, &'a str) {
        let Some((name, rest)) = typed.split_once(':') else { return (None, typed) };
        let is_name = !name.is_empty() && name.chars().all(char::is_alphabetic);
        if !is_name || rest.is_empty() || rest.starts_with(|c: char| c == '/' || c.is_whitespace()) {
            return (None, typed);
        }
        if let Some(field) = Field::named(&fold(name)) {
            return (Some(field), rest);
        }
        self.remarks.push(Remark::UnknownField(name.to_owned()));
        (None, typed)
    }

    fn term(&mut self, field: Option<Field>, written: &str, prefix: bool, excluded: bool) {
        let reference = read_reference(written).filter(|_| field == Some(Field::Reference));
        let words = words(reference.as_deref().unwrap_or(written));
        let Some(last) = words.last() else {
            self.remarks.push(Remark::NoWord(written.to_owned()));
            return;
        };
        let short = prefix && words.len() == 1 && last.len() < 2;
        if short {
            self.remarks.push(Remark::ShortPrefix(last.clone()));
        }
        self.terms.push(Term { field, words, prefix: prefix && !short, excluded });
    }
}

/// The words of a text, folded: what is kept and what is asked for are cut here alone.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(words: &[&str]) -> Term {
        Term {
            field: None,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            prefix: false,
            excluded: false,
        }
    }

    #[test]
    fn every_way_of_asking_is_read() {
        let asked =
            Asked::read("Élèves licen* \"code source\" de:Marie@x.fr -formation organisme:\"ville de\"*");
        assert_eq!(
            asked.terms,
            [
                term(&["eleves"]),
                Term { prefix: true, ..term(&["licen"]) },
                term(&["code", "source"]),
                Term { field: Some(Field::From), ..term(&["marie", "x", "fr"]) },
                Term { excluded: true, ..term(&["formation"]) },
                Term { field: Some(Field::Organisation), prefix: true, ..term(&["ville", "de"]) },
            ]
        );
        assert!(asked.remarks.is_empty());
        let reference = Asked::read("ref:7k3m-10xz");
        assert_eq!(reference.terms, [Term { field: Some(Field::Reference), ..term(&["7k3m10xz"]) }]);
    }

    #[test]
    fn what_is_not_understood_is_told_and_the_rest_is_looked_for() {
        let asked = Asked::read("couleur:bleu a* l*s ?! - \"sans fin");
        let told: Vec<String> = asked.remarks.iter().map(Remark::sentence).collect();
        assert_eq!(told.len(), 6, "{told:?}");
        assert_eq!(asked.terms[0], term(&["couleur", "bleu"]));
        assert_eq!(asked.terms.last(), Some(&term(&["sans", "fin"])));
        assert!(Asked::read("https://code.gouv.fr 12:30").remarks.is_empty());
        assert!(Asked::read("?!").is_empty());
        assert_eq!(Asked::read(&"mot ".repeat(30)).remarks, [Remark::TooMuch]);
        assert_eq!(Asked::read("\"marché publ*\"").remarks, [Remark::StarInPhrase]);
        assert!(Asked::read("\"marché publ\"*").remarks.is_empty());
        for joined in ["sill OR cnll", "sill OU cnll", "AND", "ET sill"] {
            assert!(matches!(&Asked::read(joined).remarks[..], [Remark::NoOperator(_)]), "{joined}");
        }
        assert!(Asked::read("où ou or et and \"A OU B\"").remarks.is_empty(), "words are words");
    }
}
