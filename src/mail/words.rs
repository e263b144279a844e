//! Encoded words (RFC 2047), read leniently: adjacent words of one charset are joined before decoding, because many
//! mailers cut a character in two; words in quotes and with spaces inside are decoded too, as every client does.

use super::charset;
use super::transfer;

/// No honest encoded word is longer (the RFC says 75).
const WORD_LIMIT: usize = 8192;

/// An encoded word not yet turned into text.
struct Pending {
    charset: String,
    bytes: Vec<u8>,
}

/// Decodes every encoded word of `text`; what is not one stays as it is.
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut held: Option<Pending> = None;
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let (before, from) = rest.split_at(start);
        let Some((charset, bytes, length)) = word(from) else {
            flush(&mut held, &mut out);
            out.push_str(before);
            out.push_str("=?");
            rest = &from[2..];
            continue;
        };
        // White space between two encoded words is not part of the text.
        let adjacent = held.is_some() && before.trim().is_empty();
        if !adjacent {
            flush(&mut held, &mut out);
            out.push_str(before);
        }
        match &mut held {
            // A word of a stateful charset begins and ends in ASCII, unless it was cut.
            Some(pending)
                if pending.charset == charset
                    && (!charset.starts_with("iso-2022") || is_shifted(&pending.bytes)) =>
            {
                pending.bytes.extend(bytes);
            }
            _ => {
                flush(&mut held, &mut out);
                held = Some(Pending { charset, bytes });
            }
        }
        rest = &from[length..];
    }
    flush(&mut held, &mut out);
    out.push_str(rest);
    out
}

fn flush(held: &mut Option<Pending>, out: &mut String) {
    if let Some(Pending { charset, bytes }) = held.take() {
        out.push_str(&charset::decode(&bytes, Some(&charset)));
    }
}

/// Whether ISO-2022 text ends in another set than ASCII.
fn is_shifted(bytes: &[u8]) -> bool {
    let escape = bytes.iter().rposition(|b| *b == 0x1b);
    escape.is_some_and(|at| !bytes[at + 1..].starts_with(b"(B") && !bytes[at + 1..].starts_with(b"(J"))
}

/// The encoded word at the start of `text`: charset (RFC 2231 language cut off), octets, length in `text`.
fn word(text: &str) -> Option<(String, Vec<u8>, usize)> {
    let inner = text.strip_prefix("=?")?;
    let (charset, after) = inner.split_at(inner.bytes().take(80).position(|b| b == b'?')?);
    let charset = charset.trim();
    if charset.len() == 1 || charset.contains(char::is_whitespace) {
        return None;
    }
    let mut letters = after.strip_prefix('?')?.chars();
    let encoding = letters.next()?.to_ascii_lowercase();
    let data = letters.as_str().strip_prefix('?')?;
    let (end, marks) = match end_of(data, encoding) {
        Some(end) => (end, 2),
        None => (lost_end(data, charset)?, 0),
    };
    let given =
        data.as_bytes()[..end].strip_suffix(b"?").filter(|_| marks == 0).unwrap_or(&data.as_bytes()[..end]);
    let bytes = match encoding {
        'q' => transfer::quoted_printable_word(given),
        'b' => transfer::base64(given),
        _ => return None,
    };
    let charset = charset.split('*').next().unwrap_or_default().to_ascii_lowercase();
    let length = text.len() - data.len() + end + marks;
    Some((charset, bytes, length))
}

/// Where the `?=` stands that ends a word, if it does before another word begins. In the Q encoding one before two digits
/// is a question mark that nobody encoded, if the word goes on to another end.
fn end_of(data: &str, encoding: char) -> Option<usize> {
    let octets = data.as_bytes();
    let first = mark_from(octets, 0)?;
    let octet =
        octets.get(first + 2..first + 4).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    if encoding != 'q' || !octet {
        return Some(first);
    }
    let goes_on = |at: &usize| {
        let between = &octets[first + 2..*at];
        !between.iter().any(|b| b.is_ascii_whitespace() || *b == b'?')
    };
    mark_from(octets, first + 2).filter(goes_on).or(Some(first))
}

/// The next `?=`, unless `=?` comes first: every octet is looked at for one word only.
fn mark_from(octets: &[u8], from: usize) -> Option<usize> {
    let end = octets.len().min(WORD_LIMIT);
    for at in from..end.saturating_sub(1) {
        match &octets[at..] {
            [b'?', b'=', ..] => return Some(at),
            [b'=', b'?', next, ..] if *next != b'=' => return None,
            _ => {}
        }
    }
    None
}

/// Where a word ends of which the end was cut off: with the first space or where another begins, if it is plainly one.
fn lost_end(data: &str, charset: &str) -> Option<usize> {
    let window = &data[..data.floor_char_boundary(WORD_LIMIT)];
    let window = window.find("=?").map_or(window, |next| &window[..next]);
    let end = window.find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | ',' | ';'));
    let end = end.unwrap_or(window.len());
    (end > 0 && end < WORD_LIMIT && charset::is_known(charset)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_as_clients_do() {
        assert_eq!(decode("=?iso-8859-1?Q?Caf=E9_cr=E8me?= ok"), "Café crème ok");
        assert_eq!(decode("=?utf-8?B?w6k=?=  =?utf-8?q?=C3=A8?="), "éè");
        assert_eq!(decode("=?utf-8?Q?a=C3?= =?utf-8?Q?=A9b?="), "aéb");
        assert_eq!(decode("=?UTF-8*fr?Q?=C3=A9?="), "é");
        assert_eq!(decode("=?ISO-2022-JP?B?GyRCJUYbKEI=?= =?ISO-2022-JP?B?GyRCJUYbKEI=?="), "テテ");
        assert_eq!(decode("=?ISO-2022-JP?B?GyRCJUY=?= =?ISO-2022-JP?B?JUYbKEI=?="), "テテ");
        assert_eq!(decode("a =?utf-8?Q?b? c"), "a b c");
        assert_eq!(decode("=?utf-8?Q?D=C3=A9mat"), "Démat");
        assert_eq!(decode("=?nothing?Q?D=C3=A9mat"), "=?nothing?Q?D=C3=A9mat");
        assert_eq!(decode("=??Q?=E9?= =?utf-8 ?Q?=C3=A9?="), "éé");
        assert_eq!(decode("=?utf-8?Q?Quoi?=20d=C3=A9j=C3=A0?="), "Quoi? déjà");
        assert_eq!(decode("=?x?y"), "=?x?y");
    }
}
