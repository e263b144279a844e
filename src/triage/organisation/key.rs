//! Words as names are compared: no accents, lower case, no punctuation, no articles, no plural, `DDT35` as `ddt 35`, `C.N.R.S.`
//! as `cnrs`, usual abbreviations in full. What case tells (an acronym, a proper name) and where the word stands is kept beside it.

/// One word of a text.
#[expect(
    clippy::struct_excessive_bools,
    reason = "seven independent things that case and place tell of a word"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::triage) struct Token {
    /// The word as compared.
    pub(in crate::triage) key: String,
    /// First byte in the text.
    pub(in crate::triage) start: usize,
    /// Byte after it.
    pub(in crate::triage) end: usize,
    /// Two letters or more, all capitals.
    pub(in crate::triage) capitals: bool,
    /// A capital stands inside it (`BnF`).
    pub(in crate::triage) mixed: bool,
    /// Begins with a capital or is a number.
    pub(in crate::triage) capital: bool,
    /// A plural ending was left out of the key (`Élysées`).
    pub(in crate::triage) plural: bool,
    /// A point follows at once: it may be cut short (`dir.`, `nat.`).
    pub(in crate::triage) abbreviated: bool,
    /// It stands in a postal address: `rue`, `place` … up to the next comma or line end.
    pub(in crate::triage) in_street: bool,
    /// A hyphen joins it to what stands before (`TA` in `DGA-TA`).
    pub(in crate::triage) joined: bool,
}

// `charge` is no article, but "le ministère chargé de la Santé" is the same ministry.
const ARTICLES: [&str; 19] = [
    "charge", "chargee", "de", "du", "des", "d", "l", "le", "la", "les", "et", "a", "au", "aux", "en", "the",
    "of", "for", "and",
];
const STREETS: [&str; 16] = [
    "rue",
    "avenue",
    "av",
    "boulevard",
    "bd",
    "bvd",
    "place",
    "quai",
    "impasse",
    "allee",
    "chemin",
    "route",
    "square",
    "esplanade",
    "faubourg",
    "street",
];

/// The words of a text in order, articles left out.
pub(in crate::triage) fn tokens(text: &str) -> Vec<Token> {
    let mut all: Vec<Token> = Vec::new();
    let mut street = false;
    let mut seen = 0;
    for (start, end) in words(text) {
        let between = &text[seen..start];
        if between.contains([',', '\n', '\r', ';', '|', '–', '—']) || between.contains(" - ") {
            street = false;
        }
        seen = end;
        let raw = &text[start..end];
        let mut key = fold(raw);
        if key.is_empty() {
            continue;
        }
        let spelled = raw.contains('.');
        let capitals =
            raw.chars().filter(|c| c.is_alphabetic()).count() >= 2 && !raw.chars().any(char::is_lowercase);
        let mixed = raw.chars().skip(1).any(char::is_uppercase);
        let capital = raw.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
        if !spelled && ARTICLES.contains(&key.as_str()) {
            continue;
        }
        let before = all.last().map(|token| token.key.as_str());
        // A minister delegate, a secretary of state: the ministry by another title.
        if before == Some("ministere") && matches!(key.as_str(), "delegue" | "deleguee") {
            continue;
        }
        if before == Some("secretariat") && key == "etat" {
            if let Some(title) = all.last_mut() {
                "ministere".clone_into(&mut title.key);
                title.end = end;
            }
            continue;
        }
        let abbreviated = !spelled && text[end..].starts_with('.');
        // `DIR` without its point is another thing: the directorates of roads.
        if abbreviated && key == "dir" {
            "direction".clone_into(&mut key);
        }
        street |= STREETS.contains(&key.as_str());
        let joined = text[..start].ends_with('-');
        let plural = raw.ends_with(['s', 'x', 'S', 'X']) && !key.ends_with(['s', 'x']);
        all.push(Token {
            key,
            start,
            end,
            capitals,
            mixed,
            capital,
            plural,
            abbreviated,
            in_street: street,
            joined,
        });
    }
    all
}

/// The words of a name, joined: two names with the same key are the same name.
pub(in crate::triage) fn key(name: &str) -> String {
    let words: Vec<String> = tokens(name).into_iter().map(|t| t.key).collect();
    words.join(" ")
}

/// Byte ranges of the words: letters and digits, cut where digits follow letters; letters spelled with points are one.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if !first.is_alphanumeric() {
            continue;
        }
        let mut end = start + first.len_utf8();
        let mut last = first;
        while let Some(&(at, c)) = chars.peek() {
            let spelled = c == '.' && {
                let letters_so_far = text[start..at].split('.').all(|part| part.chars().count() == 1);
                let mut after = text[at + 1..].chars();
                letters_so_far
                    && after.next().is_some_and(char::is_alphabetic)
                    && after.next().is_none_or(|c| !c.is_alphanumeric())
            };
            if !(c.is_alphanumeric() || is_mark(c) || spelled) || (c.is_ascii_digit() && last.is_alphabetic())
            {
                break;
            }
            end = at + c.len_utf8();
            last = c;
            chars.next();
        }
        all.push((start, end));
    }
    all
}

fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn fold(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    for c in word.chars().filter(|c| *c != '.' && !is_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => key.push('a'),
            'ç' => key.push('c'),
            'è' | 'é' | 'ê' | 'ë' => key.push('e'),
            'ì' | 'í' | 'î' | 'ï' => key.push('i'),
            'ñ' => key.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => key.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => key.push('u'),
            'ÿ' => key.push('y'),
            'œ' => key.push_str("oe"),
            'æ' => key.push_str("ae"),
            '²' => key.push('2'),
            c => key.push(c),
        }
    }
    if key.len() > 4 && key.ends_with(['s', 'x']) {
        key.pop();
    }
    match key.as_str() {
        "ministre" | "minist" | "min" => "ministere".to_owned(),
        "univ" => "universite".to_owned(),
        "acad" => "academie".to_owned(),
        "dept" | "dpt" => "departement".to_owned(),
        _ => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_ways_of_writing_are_one_key() {
        assert_eq!(key("Ministère de l’Économie, des Finances"), "ministere economie finance");
        assert_eq!(key("MINISTERE DE L'ECONOMIE ET DES FINANCES"), "ministere economie finance");
        assert_eq!(key("DDT35"), key("ddt 35"));
        assert_eq!(key("C.N.R.S."), "cnrs");
        assert_eq!(key("Min. de la Justice"), key("ministre de la justice"));
        assert_eq!(key("Cœur"), "coeur");
        assert_eq!(key("e\u{301}tat"), key("état"));
    }

    #[test]
    fn a_street_is_no_body() {
        let street: Vec<bool> =
            tokens("Lyon, 3 rue de l'Université, Rectorat").iter().map(|t| t.in_street).collect();
        assert_eq!(street, [false, false, true, true, false]);
    }
}
