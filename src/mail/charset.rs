//! Octets to text, whatever the sender claims. The declared charset counts when it can be right; otherwise UTF-8 where
//! the octets are valid, else what a browser would detect in a text that is plainly not in Latin letters, else
//! windows-1252 (WHATWG: `iso-8859-1` means windows-1252). Never fails, linear.

mod dos;
mod label;
mod rare;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, WINDOWS_1252};
use label::Charset;
use mail_parser::decoders::charsets::map::charset_decoder;

/// Octets that are enough to tell an encoding.
const DETECTION_LIMIT: usize = 16 * 1024;

/// Decodes `bytes` as `label` says, or as they look.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    let label = label.map(bare).unwrap_or_default();
    match label::known(&label) {
        _ if matches!(
            label.as_str(),
            "" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "binary" | "x-user-defined" | "user-defined"
        ) =>
        {
            guess(bytes)
        }
        Some(Charset::Web(encoding)) => declared(bytes, encoding),
        // No text in these is UTF-8 without a zero in it.
        Some(Charset::Wide) if bytes.contains(&0) || !is_utf8(bytes) => rare::utf16(bytes),
        Some(Charset::Wider) if bytes.contains(&0) => rare::utf32(bytes),
        Some(Charset::Utf7(shift)) if bytes.is_ascii() => rare::utf7(bytes, shift),
        Some(Charset::Hz) if bytes.is_ascii() => rare::hz(bytes),
        Some(Charset::Korean) if bytes.is_ascii() => rare::korean(bytes),
        Some(Charset::Dos(upper, euro)) if bytes.is_ascii() || !is_utf8(bytes) => {
            dos::decode(bytes, upper, euro)
        }
        Some(_) => guess(bytes),
        None => {
            // What WHATWG forbids to decode (ISO-2022-CN) comes as one replacement character: the octets say more.
            let text = charset_decoder(label.as_bytes()).map(|decode| decode(bytes));
            text.filter(|text| text != "\u{fffd}").unwrap_or_else(|| guess(bytes))
        }
    }
}

/// Whether there is such a charset.
pub(super) fn is_known(label: &str) -> bool {
    let label = bare(label);
    label::known(&label).is_some() || charset_decoder(label.as_bytes()).is_some()
}

/// A name without what stands around it by mistake, in lower case.
fn bare(label: &str) -> String {
    let around = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | ',' | '_' | '<' | '>' | '=');
    label.trim_matches(around).to_ascii_lowercase()
}

/// Decodes octets about which nothing is said: UTF-8 where valid, else what they plainly are, else windows-1252.
pub(super) fn guess(bytes: &[u8]) -> String {
    if let Some(text) = shifted(bytes) {
        return text;
    }
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if marked || bytes.contains(&0) {
        if rare::is_utf32(bytes) {
            return rare::utf32(bytes);
        }
        if rare::is_utf16(bytes) {
            return rare::utf16(bytes);
        }
    }
    match bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) {
        plain if is_utf8(plain) => String::from_utf8_lossy(plain).into_owned(),
        other if mostly_utf8(other) => mixed(other),
        other if is_dense(other) => single(detected(other), other),
        other => single(WINDOWS_1252, other),
    }
}

/// ISO-2022 text (RFC 1468, RFC 1557), which is all ASCII and tells itself by its escapes.
fn shifted(bytes: &[u8]) -> Option<String> {
    let at = bytes.iter().position(|b| *b == 0x1b)?;
    let opens = [&b"$B"[..], b"$@", b"(J", b"(B"].iter().any(|escape| bytes[at + 1..].starts_with(escape));
    let (text, _, broken) = ISO_2022_JP.decode(bytes);
    (opens && !broken && bytes.is_ascii()).then(|| text.into_owned())
}

/// Whether the letters beyond ASCII stand side by side, as in no language that is written with Latin letters: there they
/// stand alone between others.
fn is_dense(bytes: &[u8]) -> bool {
    let high = |b: &u8| *b >= 0x80;
    let total = bytes.iter().filter(|b| high(b)).count();
    let beside = bytes.windows(2).filter(|pair| high(&pair[0]) && high(&pair[1])).count();
    total >= 8 && beside * 10 >= total * 6
}

/// The encoding that a browser would choose.
fn detected(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(DETECTION_LIMIT)], true);
    detector.guess(None, Utf8Detection::Deny)
}

fn declared(bytes: &[u8], encoding: &'static Encoding) -> String {
    let western = ["windows-1252", "ISO-8859-15"].contains(&encoding.name());
    if encoding == UTF_8 || (western && !bytes.is_ascii() && is_utf8(bytes)) {
        // A Western text that happens to be valid UTF-8 with accents does not exist: the label is wrong.
        return guess(bytes);
    }
    match encoding.decode(bytes) {
        (text, _, false) => text.into_owned(),
        (text, _, true) => {
            let losses = text.chars().filter(|c| *c == '\u{fffd}').count();
            let unshifted = encoding == ISO_2022_JP && !bytes.contains(&0x1b);
            if unshifted || is_utf8(bytes) || losses * 10 > text.chars().count() {
                guess(bytes)
            } else {
                text.into_owned()
            }
        }
    }
}

/// UTF-8 with pieces of a Western charset in it, as programs make that put two texts together. A character
/// that was cut in two stays unreadable.
fn mixed(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut left = bytes.len();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        left -= chunk.valid().len() + chunk.invalid().len();
        match chunk.invalid() {
            b"" => {}
            // A character cut in two, among others of many octets or at the end.
            _ if left == 0 || !chunk.valid().bytes().next_back().is_none_or(|b| b.is_ascii()) => {
                out.push('\u{fffd}');
            }
            odd => out.push_str(&WINDOWS_1252.decode_without_bom_handling(odd).0),
        }
    }
    out
}

fn single(encoding: &'static Encoding, bytes: &[u8]) -> String {
    match encoding.decode_without_bom_handling(bytes).0 {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// Whether broken UTF-8 (a cut character, one stray octet) is still more UTF-8 than anything else.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // A character that a field of limited length cut in two speaks for UTF-8, not against it.
        let cut = std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        bad += usize::from(!chunk.invalid().is_empty() && !cut);
    }
    good > bad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_declares_is_detected_only_where_it_is_plain() {
        for (label, text) in [
            ("koi8-r", "Съешь ещё этих мягких французских булок, да выпей чаю"),
            ("windows-1251", "Съешь ещё этих мягких французских булок, да выпей чаю"),
            ("shift_jis", "私たちのソフトウェアを公開したいのですが、どのライセンスがいいですか。"),
            ("euc-jp", "私たちのソフトウェアを公開したいのですが、どのライセンスがいいですか。"),
            ("gbk", "我们想公布我们的软件，应该选择哪个许可证？"),
            ("euc-kr", "키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은"),
            ("windows-1252", "Où êtes-vous ? Ça a été déjà réglé à Évry, près de l’hôtel : 3 € – œuvre"),
            ("windows-1252", "Größe, Übung, señor, coração, naïveté, ŒUVRES ÉTÉ ÎLE"),
        ] {
            let bytes = Encoding::for_label(label.as_bytes()).unwrap().encode(text).0;
            assert_eq!(decode(&bytes, None), text, "{label}");
        }
    }

    #[test]
    fn the_label_counts_when_it_can_be_right() {
        assert_eq!(decode(b"caf\xe9 \x80", Some("iso-8859-1")), "café €");
        assert_eq!(decode(b"\xa4", Some("ISO-8859-15")), "€");
        assert_eq!(decode("éà".as_bytes(), Some("iso-8859-1")), "éà");
        assert_eq!(decode(b"caf\xe9", Some("utf-8")), "café");
        assert_eq!(decode(b"caf\xe9", Some("us-ascii")), "café");
        assert_eq!(decode(b"caf\xe9", Some("no-such-charset")), "café");
        assert_eq!(decode(b"\x1b$B$3\x1b(B", Some("iso-2022-jp")), "こ");
        assert_eq!(decode(b"Hi Mom +Jjo-!", Some("utf-7")), "Hi Mom ☺!");
        assert_eq!(decode(b"D\x82j\x85", Some("cp-850")), "Déjà");
        assert_eq!(decode("Déjà".as_bytes(), Some("cp850")), "Déjà");
        assert_eq!(decode("Déjà".as_bytes(), Some("utf-16")), "Déjà");
        assert_eq!(decode("Déjà, été, caf\u{e9}".as_bytes(), Some("utf-8;")), "Déjà, été, café");
        assert_eq!(
            decode(&["Déjà, été, caf".as_bytes(), b"\xe9 \xe0 l"].concat(), None),
            "Déjà, été, café à l"
        );
        assert_eq!(decode(b"Dij\x8aat", Some("iso-2022-jp")), "DijŠat");
        assert_eq!(decode(b"h\0\xe9\0", Some("utf-16")), "hé");
        assert_eq!(decode(b"Bonjour, une question.", Some("hz-gb-2312")), "Bonjour, une question.");
        assert_eq!(decode(b"Bonjour, une question.", Some("iso-2022-kr")), "Bonjour, une question.");
        assert_eq!(decode(b"\x1b$B$3\x1b(B", None), "こ");
        assert_eq!(
            decode("Détaillé, été, où \u{e9}".as_bytes().split_last().unwrap().1, Some("utf-8")),
            "Détaillé, été, où \u{fffd}"
        );
    }
}
