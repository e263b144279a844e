//! Content-Transfer-Encoding (RFC 2045 section 6), decoded leniently: what is malformed is kept or skipped, never an
//! error. Linear.

use mail_parser::decoders::base64::base64_decode;

/// Decodes base64, skipping whatever does not belong to its alphabet. Several padded blocks in a row are joined, but
/// plain text below a padded end (the foot that a list appends) is no part of it.
pub(super) fn base64(bytes: &[u8]) -> Vec<u8> {
    let known = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    let mut clean: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut padded = false;
    for line in bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii) {
        let strange = line.iter().filter(|b| !known(b)).count();
        let prose = line.contains(&b' ') || strange * 2 > line.len();
        if (padded && (strange > 0 || !line.len().is_multiple_of(4))) || (prose && !clean.is_empty()) {
            break;
        }
        let padding = line.iter().position(|b| *b == b'=').map(|at| {
            let marks = line[at..].iter().take_while(|b| **b == b'=').count();
            (at + marks, line[at + marks..].iter().all(known))
        });
        let end = padding.filter(|(_, joined)| !joined).map_or(line.len(), |(end, _)| end);
        padded |= padding.is_some();
        clean.extend(line[..end].iter().copied().filter(known));
    }
    base64_decode(&clean).unwrap_or_default()
}

/// Decodes quoted-printable: soft line breaks joined, white space at line ends dropped, a stray `=` kept.
pub(super) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii_end();
        let broken = line.len() > text.len() && line.ends_with(b"\n");
        let soft = text.strip_suffix(b"=");
        escapes(soft.unwrap_or(text), b'=', &mut out);
        if broken && soft.is_none() {
            out.push(b'\n');
        }
    }
    out
}

/// The Q encoding of RFC 2047: quoted-printable in which `_` is a space.
pub(super) fn quoted_printable_word(bytes: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = bytes.iter().map(|b| if *b == b'_' { b' ' } else { *b }).collect();
    let mut out = Vec::with_capacity(spaced.len());
    escapes(&spaced, b'=', &mut out);
    out
}

/// Octets written as a mark and two hexadecimal digits; what only looks so stays.
pub(super) fn escapes(text: &[u8], mark: u8, out: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        let digits = text.get(at + 1..at + 3).filter(|_| text[at] == mark);
        if let Some(octet) = digits.and_then(|d| Some(hex(d[0])? << 4 | hex(d[1])?)) {
            out.push(octet);
            at += 3;
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_encodings_give_what_they_hold() {
        assert_eq!(quoted_printable(b"a=3D=\r\nb =\r\n=E9  \r\nc=ZZ="), b"a=b \xe9\nc=ZZ");
        assert_eq!(base64(b"aGVs\r\nbG8h!!\r\n"), b"hello!");
        assert_eq!(base64(b"aGU=bGxv"), b"hello");
        assert_eq!(base64(b"aGU=\nbGxv\n"), b"hello");
        assert_eq!(base64(b"aGVs\nune liste\n"), b"hel");
        assert_eq!(base64(b"aGU= ignored\n____\nliste de diffusion\n"), b"he");
    }
}
