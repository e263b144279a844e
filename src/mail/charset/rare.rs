//! Charsets that no browser decodes any more and mail still has: those of seven bits that shift, and the wide ones.
//! Lenient, linear.

use encoding_rs::{EUC_KR, GBK, UTF_16BE, UTF_16LE};
use mail_parser::decoders::base64::base64_decode;

/// UTF-7 (RFC 2152); `shift` is `+`, or `&` in the form that IMAP made of it. What is no shifted text stays: a telephone
/// number begins with `+` too.
pub(super) fn utf7(bytes: &[u8], shift: u8) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| *b == shift) {
        out.push_str(&String::from_utf8_lossy(&rest[..at]));
        rest = &rest[at..];
        let inside = |b: &&u8| {
            b.is_ascii_alphanumeric() || matches!(**b, b'+' | b'/') || (**b == b',' && shift == b'&')
        };
        let length = rest[1..].iter().take_while(inside).count();
        let closed = rest.get(1 + length) == Some(&b'-');
        let whole = &rest[..1 + length + usize::from(closed)];
        if length == 0 && closed {
            out.push(char::from(shift));
        } else if let Some(text) = units(&whole[1..=length]) {
            out.push_str(&text);
        } else {
            out.push_str(&String::from_utf8_lossy(whole));
        }
        rest = &rest[whole.len()..];
    }
    out.push_str(&String::from_utf8_lossy(rest));
    out
}

/// Base64 without padding of UTF-16 units, if it is that.
fn units(encoded: &[u8]) -> Option<String> {
    let mut encoded: Vec<u8> = encoded.iter().map(|b| if *b == b',' { b'/' } else { *b }).collect();
    // The bits that fill up the last letter are no octet.
    let octets = encoded.len() * 6 / 16 * 2;
    encoded.resize(encoded.len().next_multiple_of(4), b'A');
    let bytes = base64_decode(&encoded)?;
    let units = bytes.get(..octets).filter(|units| !units.is_empty())?;
    let units = units.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

/// HZ (RFC 1843): Chinese in seven bits between `~{` and `~}`.
pub(super) fn hz(bytes: &[u8]) -> String {
    let mut octets = Vec::with_capacity(bytes.len());
    let mut high = false;
    let mut at = 0;
    while at < bytes.len() {
        let (skip, keep): (usize, &[u8]) = match (&bytes[at..], high) {
            ([b'~', b'{', ..], _) => {
                high = true;
                (2, b"")
            }
            ([b'~', b'}', ..], _) => {
                high = false;
                (2, b"")
            }
            ([b'~', b'~', ..], false) => (2, b"~"),
            ([b'~', b'\n', ..], false) => (2, b""),
            _ => (1, &bytes[at..=at]),
        };
        // Shifted text ends with its line, whatever was forgotten.
        high &= bytes[at] != b'\n';
        octets.extend(keep.iter().map(|b| if high && *b > b' ' { b | 0x80 } else { *b }));
        at += skip;
    }
    GBK.decode_without_bom_handling(&octets).0.into_owned()
}

/// ISO-2022-KR (RFC 1557): Korean in seven bits between SO and SI.
pub(super) fn korean(bytes: &[u8]) -> String {
    let mut octets = Vec::with_capacity(bytes.len());
    let mut high = false;
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            0x0e => high = true,
            0x0f => high = false,
            0x1b if rest.starts_with(b"$)C") => rest = &rest[3..],
            b if high && *b > b' ' => octets.push(b | 0x80),
            b => octets.push(*b),
        }
    }
    EUC_KR.decode_without_bom_handling(&octets).0.into_owned()
}

/// UTF-16 of unknown byte order: the mark decides, else the side on which the zeros stand (RFC 2781).
pub(super) fn utf16(bytes: &[u8]) -> String {
    // A lone octet at the end is a line break that something added.
    let bytes = &bytes[..bytes.len() / 2 * 2];
    let zeros = |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let encoding = if zeros(1) > zeros(0) { UTF_16LE } else { UTF_16BE };
    encoding.decode(bytes).0.into_owned()
}

/// UTF-32 of unknown byte order: no character has a first octet but zero.
pub(super) fn utf32(bytes: &[u8]) -> String {
    let first = bytes.iter().step_by(4).filter(|b| **b == 0).count();
    let last = bytes.iter().skip(3).step_by(4).filter(|b| **b == 0).count();
    let letters = bytes.chunks_exact(4).map(|quad| {
        let quad = [quad[0], quad[1], quad[2], quad[3]];
        let number = if last > first { u32::from_le_bytes(quad) } else { u32::from_be_bytes(quad) };
        char::from_u32(number).unwrap_or('\u{fffd}')
    });
    letters.filter(|c| *c != '\u{feff}').collect()
}

/// Whether octets about which something else is said are UTF-16: they begin with its mark, or every other one is mostly
/// zero and the ones between never are.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return true;
    }
    let head = &bytes[..bytes.len().min(512)];
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    head.len() >= 8 && even.min(odd) == 0 && even.max(odd) * 5 > head.len()
}

/// Whether octets about which something else is said are UTF-32: of four the highest is zero, and the next nearly so.
pub(super) fn is_utf32(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(512)];
    let little = head.chunks_exact(4).all(|quad| quad[3] == 0 && quad[2] <= 0x10);
    let big = head.chunks_exact(4).all(|quad| quad[0] == 0 && quad[1] <= 0x10);
    head.len() >= 8 && (little || big)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifted_text_is_read() {
        assert_eq!(utf7(b"O+APk +AOo-tes-vous +- +33 1 23", b'+'), "Où êtes-vous + +33 1 23");
        assert_eq!(utf7(b"&AMk-l&AOk-ments &-", b'&'), "Éléments &");
        assert_eq!(hz(b"a ~{<:Ky2;S{~} ~~ b"), "a 己所不欲 ~ b");
        assert_eq!(korean(b"\x1b$)C\x0eGQ1[\x0f a"), "한글 a");
    }

    #[test]
    fn wide_text_is_told_and_read() {
        let wide: Vec<u8> = "Déjà là".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wider: Vec<u8> = "Déjà là".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!((utf16(&wide), utf32(&wider)), ("Déjà là".to_owned(), "Déjà là".to_owned()));
        assert!(is_utf16(&wide) && is_utf32(&wider) && !is_utf32(&wide));
        assert!(!is_utf16(b"du texte \0 ici"));
        let even: Vec<u8> = "publié ici".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_utf16(&even) && !is_utf32(&even) && !is_utf32(b"texte \0 ici"));
    }
}
