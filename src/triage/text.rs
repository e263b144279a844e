//! Folding: every text becomes lower-case ASCII, so that one plain pattern meets all the ways people write, and a map
//! leads each folded byte back to the byte as written, so that a person is shown the words as they stand.
//!
//! White space is joined to one space, unless the writer broke the line on purpose (a blank line, a short line, the
//! start of a list item): such a break stays as `\n` and bounds sentences. What is neither a Latin letter nor a digit
//! nor ASCII becomes a space; invisible characters vanish; a few lookalike letters become what they look like, and letters that
//! are another form of a Latin one or of a digit (full-width, bold, circled, raised) become that one.

use std::ops::Range;

use super::decision::Field;

/// A wrapped line is longer than this; a shorter one was ended on purpose.
const SHORT_LINE: usize = 50;

/// Some text of one field, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    field: Field,
    folded: Range<usize>,
}

/// Several texts folded one after the other, each with its field; parts are separated by `\n`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Folded {
    bytes: Vec<u8>,
    /// For each folded byte, where the character it comes from begins and ends in its field.
    origin: Vec<(u32, u32)>,
    parts: Vec<Part>,
}

impl Folded {
    /// Adds `text[range]` of a field; evidence offsets count in the whole `text`. Bytes past `u32::MAX` are ignored.
    pub fn push(&mut self, field: Field, text: &str, range: Range<usize>) {
        let Some(given) = text.get(range.clone()) else { return };
        let start = self.bytes.len();
        self.bytes.reserve(given.len() + 1);
        self.origin.reserve(given.len() + 1);
        let mut line = 0;
        let mut chars = given.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let from = range.start + at;
            if c.is_ascii_graphic() {
                self.byte(c.to_ascii_lowercase() as u8, from, from + 1);
                line += 1;
            } else if c.is_whitespace() || c.is_control() {
                let mut breaks = usize::from(c == '\n');
                while let Some((_, next)) =
                    chars.next_if(|(_, next)| next.is_whitespace() || next.is_control())
                {
                    breaks += usize::from(next == '\n');
                }
                let item = chars.peek().is_some_and(|(next, _)| starts_item(&given[*next..]));
                let hard = breaks > 1 || (breaks == 1 && (line < SHORT_LINE || item));
                self.byte(if hard { b'\n' } else { b' ' }, from, from + c.len_utf8());
                line = if breaks > 0 { 0 } else { line + 1 };
            } else {
                for byte in folded_char(c).bytes() {
                    self.byte(byte, from, from + c.len_utf8());
                }
                line += 1;
            }
        }
        self.parts.push(Part { field, folded: start..self.bytes.len() });
        self.byte(b'\n', range.end, range.end);
    }

    fn byte(&mut self, byte: u8, from: usize, to: usize) {
        let (Ok(from), Ok(to)) = (u32::try_from(from), u32::try_from(to)) else { return };
        self.bytes.push(byte);
        self.origin.push((from, to));
    }

    /// The folded text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where each text stands that was added, in order; what lies between is only a separator.
    pub fn parts(&self) -> impl Iterator<Item = Range<usize>> {
        self.parts.iter().map(|part| part.folded.clone())
    }

    /// The field in which a folded byte stands.
    pub fn field_at(&self, at: usize) -> Option<Field> {
        let next = self.parts.partition_point(|part| part.folded.end <= at);
        self.parts.get(next).filter(|part| part.folded.contains(&at)).map(|part| part.field)
    }

    /// Where the last part of any of these fields ends.
    pub fn end_of(&self, fields: &[Field]) -> usize {
        self.parts
            .iter()
            .filter(|part| fields.contains(&part.field))
            .map(|part| part.folded.end)
            .max()
            .unwrap_or(0)
    }

    /// The byte range, in its field as given, of a non-empty folded range.
    pub fn as_written(&self, folded: Range<usize>) -> Option<Range<usize>> {
        let (first, last) = (self.origin.get(folded.start)?, self.origin.get(folded.end.checked_sub(1)?)?);
        Some(first.0 as usize..(last.1 as usize).max(first.0 as usize))
    }

    /// Whether a letter or a digit of these fields is left to read.
    pub fn has_words(&self) -> bool {
        self.bytes.iter().any(u8::is_ascii_alphanumeric)
    }
}

/// Lower case, without accents, typographic signs made plain: what rules and the search index meet.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_graphic() {
            folded.push(c.to_ascii_lowercase());
        } else {
            folded.push_str(folded_char(c));
        }
    }
    folded
}

fn starts_item(rest: &str) -> bool {
    let mut chars = rest.chars();
    match chars.next() {
        Some('-' | '•' | '*' | '–' | '—' | '>' | '·') => true,
        Some(c) if c.is_ascii_alphanumeric() => matches!(chars.next(), Some(')')),
        _ => false,
    }
}

/// The folded form of one character: nothing, one or two ASCII characters.
fn folded_char(c: char) -> &'static str {
    const ASCII: &str = "abcdefghijklmnopqrstuvwxyz";
    match c {
        'A'..='Z' | 'a'..='z' => {
            let at = usize::from(c.to_ascii_lowercase() as u8 - b'a');
            &ASCII[at..=at]
        }
        ' '..='~' => {
            const REST: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@";
            const MIDDLE: &str = "[\\]^_`";
            const LAST: &str = "{|}~";
            let code = c as usize;
            match code {
                0x20..=0x40 => &REST[code - 0x20..=code - 0x20],
                0x5b..=0x60 => &MIDDLE[code - 0x5b..=code - 0x5b],
                _ => &LAST[code - 0x7b..=code - 0x7b],
            }
        }
        'à'..='å' | 'À'..='Å' | 'ā' | 'ă' | 'ą' | 'Ā' | 'Ă' | 'Ą' | 'а' | 'А' | 'ª' => "a",
        'ç' | 'Ç' | 'ć' | 'č' | 'Ć' | 'Č' | 'с' | 'С' => "c",
        'ð' | 'đ' | 'ď' | 'Đ' => "d",
        'è'..='ë' | 'È'..='Ë' | 'ē' | 'ę' | 'ě' | 'ė' | 'Ē' | 'Ę' | 'Ě' | 'е' | 'Е' => "e",
        'ğ' | 'Ğ' => "g",
        'ì'..='ï' | 'Ì'..='Ï' | 'ī' | 'ı' | 'İ' | 'і' | 'І' => "i",
        'ł' | 'Ł' | 'ľ' => "l",
        'ñ' | 'Ñ' | 'ń' | 'ň' | 'Ń' | 'Ň' => "n",
        'ò'..='ö' | 'ø' | 'Ò'..='Ö' | 'Ø' | 'ō' | 'ő' | 'Ō' | 'Ő' | 'о' | 'О' | 'º' => "o",
        'р' | 'Р' => "p",
        'ř' | 'Ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' | 'Ś' | 'Š' | 'Ş' | 'Ș' => "s",
        'ţ' | 'ț' | 'ť' | 'Ţ' | 'Ț' => "t",
        'ù'..='ü' | 'Ù'..='Ü' | 'ū' | 'ů' | 'ű' | 'Ū' | 'Ů' | 'Ű' => "u",
        'х' | 'Х' => "x",
        'ý' | 'ÿ' | 'Ý' | 'Ÿ' | 'у' | 'У' => "y",
        'ź' | 'ż' | 'ž' | 'Ź' | 'Ż' | 'Ž' => "z",
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        'ß' => "ss",
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        '№' => "no",
        '’' | '‘' | 'ʼ' | '´' | '′' => "'",
        '“' | '”' | '„' | '«' | '»' => "\"",
        '–' | '—' | '‑' | '‐' | '−' => "-",
        '…' => ".",
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{300}'..='\u{36f}'
        | '\u{fe00}'..='\u{fe0f}' => "",
        other => compatible(other),
    }
}

/// What Unicode calls compatible with a plain ASCII character, one for one; a space for anything else.
fn compatible(c: char) -> &'static str {
    const DIGITS: &str = "0123456789";
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
    let code = c as u32;
    let of = |all: &'static str, first: u32, size: u32| {
        let at = usize::try_from((code - first) % size).unwrap_or_default();
        all.get(at..=at).unwrap_or(" ")
    };
    match code {
        // Full-width forms of ASCII: all signs, at the same distance.
        0xff01..=0xff5e => char::from_u32(code - 0xfee0).map_or(" ", folded_char),
        // Mathematical letters: alphabets of 52, capitals first; then digits.
        0x1d400..=0x1d6a3 => of(LETTERS, 0x1d400, 26),
        0x1d7ce..=0x1d7ff => of(DIGITS, 0x1d7ce, 10),
        // Circled, parenthesised, squared letters.
        0x24b6..=0x24e9 => of(LETTERS, 0x24b6, 26),
        0x249c..=0x24b5 => of(LETTERS, 0x249c, 26),
        0x1f130..=0x1f149 => of(LETTERS, 0x1f130, 26),
        0x1f150..=0x1f169 => of(LETTERS, 0x1f150, 26),
        0x1f170..=0x1f189 => of(LETTERS, 0x1f170, 26),
        0x00b9 => "1",
        0x00b2 => "2",
        0x00b3 => "3",
        0x2070 | 0x2074..=0x2079 => of(DIGITS, 0x2070, 10),
        0x2080..=0x2089 => of(DIGITS, 0x2080, 10),
        0x2460..=0x2468 => of("123456789", 0x2460, 9),
        // Letters that stood in Unicode before those alphabets, and are missing in them.
        0x2102 | 0x212d => "c",
        0x210a => "g",
        0x210b..=0x210e => "h",
        0x2110 | 0x2111 => "i",
        0x2112 | 0x2113 => "l",
        0x2115 => "n",
        0x2119 => "p",
        0x211a => "q",
        0x211b..=0x211d => "r",
        0x2124 | 0x2128 => "z",
        0x212a => "k",
        0x212c => "b",
        0x212f | 0x2130 => "e",
        0x2131 => "f",
        0x2133 => "m",
        0x2134 => "o",
        _ => " ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_apostrophes_and_ligatures_fold() {
        assert_eq!(fold("L’ŒUVRE À «\u{a0}déjà\u{a0}» – cœur"), "l'oeuvre a \" deja \" - coeur");
        assert_eq!(fold("e\u{301}te\u{301} \u{200b}pаypаl"), "ete paypal");
    }

    #[test]
    fn other_forms_of_a_letter_are_that_letter() {
        for (written, plain) in [
            ("Ｆｏｒｍａｔｉｏｎ　ＬｉｂｒｅＯｆｆｉｃｅ　２０２６？", "formation libreoffice 2026?"),
            ("𝐋𝐢𝐛𝐫𝐞𝐎𝐟𝐟𝐢𝐜𝐞 𝑒𝑛 𝗽𝗮𝗻𝗻𝗲 𝟚𝟘", "libreoffice en panne 20"),
            ("Ⓐⓑ ⒜ 🄰🅑 ① ℂ ℕ ℝ ℓ", "ab a ab 1 c n r l"),
            ("oﬃce aﬄux ﬁche, n² x₁ 1º 2ª №", "office afflux fiche, n2 x1 1o 2a no"),
        ] {
            assert_eq!(fold(written).replace(char::is_whitespace, " "), plain, "{written}");
        }
        let written = "une Ｆｏｒｍａｔｉｏｎ ?";
        let mut folded = Folded::default();
        folded.push(Field::Body, written, 0..written.len());
        let text = String::from_utf8(folded.bytes().to_vec()).unwrap();
        let at = text.find("formation").unwrap();
        assert_eq!(&written[folded.as_written(at..at + 9).unwrap()], "Ｆｏｒｍａｔｉｏｎ");
    }

    #[test]
    fn the_map_leads_back_to_the_bytes_as_written() {
        let written = "Où  publier\u{a0}le cœur ?";
        let mut folded = Folded::default();
        folded.push(Field::Body, written, 0..written.len());
        let text = String::from_utf8(folded.bytes().to_vec()).unwrap();
        assert_eq!(text, "ou publier le coeur ?\n");
        let at = text.find("coeur").unwrap();
        assert_eq!(&written[folded.as_written(at..at + 5).unwrap()], "cœur");
        assert_eq!(folded.field_at(at), Some(Field::Body));
    }

    #[test]
    fn only_deliberate_breaks_remain() {
        let written = "Bonjour,\nnous avons une ligne assez longue pour avoir été coupée par\nle logiciel de courrier.\n\nFin\n- un";
        let mut folded = Folded::default();
        folded.push(Field::Body, written, 0..written.len());
        let text = String::from_utf8(folded.bytes().to_vec()).unwrap();
        assert_eq!(
            text,
            "bonjour,\nnous avons une ligne assez longue pour avoir ete coupee par le logiciel de courrier.\nfin\n- un\n"
        );
    }
}
