//! Content-Transfer-Encoding (RFC 2045 section 6), decoded leniently: what is malformed is kept or skipped, never an
//! error. Linear.

use mail_parser::decoders::base64::base64_decode;

/// What a Content-Transfer-Encoding does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Nothing: 7bit, 8bit, binary, and what nobody knows.
    Identity,
    /// Base64.
    Base64,
    /// Quoted-printable.
    QuotedPrintable,
    /// uuencode, which is older than MIME.
    Uuencode,
}

impl Encoding {
    /// The encoding of that name, however it is spelt (`quoted/printable`, `base-64`).
    pub(super) fn of(name: &str) -> Self {
        let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        match bare.to_ascii_lowercase().as_str() {
            "base64" | "b64" => Self::Base64,
            "quotedprintable" | "quotedprint" | "qp" => Self::QuotedPrintable,
            "uuencode" | "xuuencode" | "xuue" | "uue" | "xuu" | "uu" => Self::Uuencode,
            _ => Self::Identity,
        }
    }
}

/// Whether a body that is said to be base64 plainly is not: most of its lines hold spaces.
pub(super) fn is_prose(body: &[u8]) -> bool {
    let lines = body.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).take(20);
    let (mut all, mut spaced) = (0usize, 0usize);
    for line in lines {
        all += 1;
        spaced += usize::from(line.contains(&b' '));
    }
    spaced * 2 > all
}

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

/// The value of a hexadecimal digit.
pub(super) fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_encodings_give_what_they_hold() {
        assert_eq!(quoted_printable(b"a=3D=\r\nb =\r\n=E9  \r\nc=ZZ="), b"a=b \xe9\nc=ZZ");
        assert_eq!(base64(b"aGVs\r\nbG8h!!\r\n"), b"hello!");
        assert!(is_prose(b"\nBonjour, une question.\nMerci\nMarie Dupont\n") && !is_prose(b"aGVs\nbG8h\n"));
        assert_eq!(Encoding::of("quoted/printable"), Encoding::QuotedPrintable);
        assert_eq!(Encoding::of("\"Base-64\""), Encoding::Base64);
        assert_eq!(Encoding::of("8bits"), Encoding::Identity);
        assert_eq!(base64(b"aGU=bGxv"), b"hello");
        assert_eq!(base64(b"aGU=\nbGxv\n"), b"hello");
        assert_eq!(base64(b"aGVs\nune liste\n"), b"hel");
        assert_eq!(base64(b"aGU= ignored\n____\nliste de diffusion\n"), b"he");
    }
}
