//! Character references (HTML 5 section 13.5), as browsers read them: closed or not, by name or by number. The names are
//! nanohtml2text's.

use encoding_rs::WINDOWS_1252;

use super::MARK;
use crate::message::is_unsafe_character;

/// Characters that newsletters fill their preview line with, and hyphens that are not shown.
const INVISIBLE: [char; 4] = ['\u{ad}', '\u{200b}', '\u{2060}', '\u{34f}'];
/// References that browsers know without a semicolon (WHATWG, those of ISO 8859-1).
const LATIN: [&str; 100] = [
    "nbsp", "amp", "lt", "gt", "quot", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml",
    "copy", "ordf", "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro",
    "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave",
    "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml",
    "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml",
    "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute",
    "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave",
    "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide",
    "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];
/// Character references decoded; unsafe and invisible characters dropped. In the value of an attribute a reference needs
/// its semicolon: addresses are full of `&copy=`.
pub(super) fn entities(text: &str, attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length =
            1 + rest[1..].bytes().take(32).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        let closed = rest[length..].starts_with(';');
        let name = &rest[1..length];
        let (taken, written) = if closed {
            (length + 1, reference(name))
        } else if attribute {
            (length, None)
        } else {
            unclosed_reference(name)
        };
        match written {
            Some(written) => out.push_str(&written),
            None => out.push_str(&rest[..taken]),
        }
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out.retain(|c| {
        matches!(c, '\n' | '\t' | '\r') || !(c == MARK || is_unsafe_character(c) || INVISIBLE.contains(&c))
    });
    out
}

/// What a reference means, if it means anything.
fn reference(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let number =
            hexadecimal.map_or_else(|| number.parse(), |digits| u32::from_str_radix(digits, 16)).ok()?;
        // Numbers of windows-1252 are what their writers meant (WHATWG).
        return match u8::try_from(number) {
            Ok(octet @ 0x80..=0x9f) => {
                Some(WINDOWS_1252.decode_without_bom_handling(&[octet]).0.into_owned())
            }
            _ => char::from_u32(number).filter(|c| *c != '\0').map(String::from),
        };
    }
    match name {
        "nbsp" => Some("\u{a0}".to_owned()),
        "" => None,
        _ => {
            let given = format!("&{name};");
            let written = nanohtml2text::html2text(&given);
            (written != given && !written.is_empty()).then_some(written)
        }
    }
}

/// A reference without semicolon: how much of the text it takes, and what it means. Old names count even where letters
/// follow (`&nbspMarie`).
fn unclosed_reference(name: &str) -> (usize, Option<String>) {
    if let Some(digits) = name.strip_prefix('#') {
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        return match reference(&name[..=length]) {
            Some(written) if length > 0 => (length + 2, Some(written)),
            _ => (name.len() + 1, None),
        };
    }
    let known = (2..=name.len().min(6)).rev().find(|length| LATIN.contains(&&name[..*length]));
    match known {
        Some(length) => (length + 1, reference(&name[..length])),
        None => (name.len() + 1, None),
    }
}
