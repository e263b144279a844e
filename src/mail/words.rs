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
            // Each word of a stateful charset begins and ends in ASCII.
            Some(pending) if pending.charset == charset && !charset.starts_with("iso-2022") => {
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

/// The encoded word at the start of `text`: charset (RFC 2231 language cut off), octets, length in `text`.
fn word(text: &str) -> Option<(String, Vec<u8>, usize)> {
    let inner = text.strip_prefix("=?")?;
    let (charset, after) = inner.split_at(inner.bytes().take(80).position(|b| b == b'?')?);
    if charset.len() < 2 || charset.contains(char::is_whitespace) {
        return None;
    }
    let mut letters = after.strip_prefix('?')?.chars();
    let encoding = letters.next()?.to_ascii_lowercase();
    let data = letters.as_str().strip_prefix('?')?;
    let end = data.as_bytes().windows(2).take(WORD_LIMIT).position(|pair| pair == b"?=")?;
    let bytes = match encoding {
        'q' => transfer::quoted_printable_word(&data.as_bytes()[..end]),
        'b' => transfer::base64(&data.as_bytes()[..end]),
        _ => return None,
    };
    let charset = charset.split('*').next().unwrap_or_default().to_ascii_lowercase();
    let length = text.len() - data.len() + end + 2;
    Some((charset, bytes, length))
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
        assert_eq!(decode("a =?utf-8?Q?b? c"), "a =?utf-8?Q?b? c");
        assert_eq!(decode("=?x?y"), "=?x?y");
    }
}
