//! The form in which texts are compared with the wording of mail programs and machines: lower case, without accents, one
//! kind of apostrophe and of space. And the compiling of the expressions written for it.

use regex::Regex;

/// An expression that stands as a constant in the source. Where it can, it has no `\b`: a Unicode word boundary sends the
/// search in a text with any letter beyond ASCII to the slowest engine.
pub(super) fn expression(text: &str) -> Regex {
    Regex::new(text).expect("the expression is a constant that the tests compile")
}

/// The text, character by character: lines and runs of spaces stay.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        letter(c, &mut out);
    }
    out
}

/// The same as one line: runs of white space are one space, the ends are trimmed, the stars of bold text are out.
pub(super) fn fold_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| *c != '*') {
        if !c.is_whitespace() {
            letter(c, &mut out);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn letter(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    for c in c.to_lowercase() {
        let plain = match c {
            'à'..='å'
            | 'ā'
            | 'ă'
            | 'ą'
            | 'ạ'
            | 'ả'
            | 'ấ'
            | 'ầ'
            | 'ẩ'
            | 'ẫ'
            | 'ậ'
            | 'ắ'
            | 'ằ'
            | 'ẳ'
            | 'ẵ'
            | 'ặ' => 'a',
            'ç' | 'ć' | 'č' => 'c',
            'ď' | 'đ' => 'd',
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => {
                'e'
            }
            'ğ' => 'g',
            'ì'..='ï' | 'ī' | 'į' | 'ı' | 'ị' | 'ỉ' | 'ĩ' => 'i',
            'ł' => 'l',
            'ñ' | 'ń' | 'ň' => 'n',
            'ò'..='ö' | 'ø' | 'ő' | 'ọ' | 'ỏ' | 'ố' | 'ồ' | 'ổ' | 'ỗ' | 'ộ' | 'ớ' | 'ờ' | 'ở' | 'ỡ' | 'ợ' => {
                'o'
            }
            'ř' => 'r',
            'ś' | 'š' | 'ş' | 'ș' => 's',
            'ţ' | 'ț' | 'ť' => 't',
            'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ụ' | 'ủ' | 'ứ' | 'ừ' | 'ử' | 'ữ' | 'ự' => 'u',
            'ý' | 'ÿ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => 'y',
            'ź' | 'ž' | 'ż' => 'z',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            'ά' => 'α',
            'έ' => 'ε',
            'ή' => 'η',
            'ί' | 'ϊ' => 'ι',
            'ό' => 'ο',
            'ύ' | 'ϋ' => 'υ',
            'ώ' => 'ω',
            '’' | '‘' | 'ʼ' | '`' | '´' => '\'',
            'æ' => {
                out.push('a');
                'e'
            }
            'œ' => {
                out.push('o');
                'e'
            }
            'ß' => {
                out.push('s');
                's'
            }
            // Combining marks of a decomposed letter, characters without a width, directions.
            '\u{300}'..='\u{36f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => continue,
            space if space.is_whitespace() => ' ',
            other => other,
        };
        out.push(plain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_typography_do_not_matter() {
        assert_eq!(fold_line("*À\u{a0}:* L’Été  à\u{202f}10 h, œuvre"), "a : l'ete a 10 h, oeuvre");
        assert_eq!(fold_line("Ämne Předmět Wysłano Gönderildi"), "amne predmet wyslano gonderildi");
        assert_eq!(fold_line("Από σταλθηκε đã viết ý ÿ ź ỹ ‘"), "απο σταλθηκε da viet y y z y '");
        assert_eq!(fold("N’a\u{a0}pas  été\nremis, e\u{301}té"), "n'a pas  ete\nremis, ete");
    }
}
