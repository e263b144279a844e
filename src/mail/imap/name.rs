//! How folders and sets of UIDs are written on the wire.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet::Alphabet;
use base64::engine::general_purpose::NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose};

/// A folder's name in modified UTF-7 (RFC 3501, 5.1.3), which every server understands: `Envoyés` becomes `Envoy&AOk-s`.
pub fn encoded(name: &str) -> String {
    let alphabet = Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,")
        .expect("sixty-four different characters");
    let config = NO_PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let base64 = GeneralPurpose::new(&alphabet, config);
    let mut written = String::new();
    let mut shifted: Vec<u8> = Vec::new();
    let unshift = |written: &mut String, shifted: &mut Vec<u8>| {
        if !shifted.is_empty() {
            let _ = write!(written, "&{}-", base64.encode(std::mem::take(shifted)));
        }
    };
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            unshift(&mut written, &mut shifted);
            written.push(c);
            if c == '&' {
                written.push('-');
            }
        } else {
            shifted.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    unshift(&mut written, &mut shifted);
    written
}

/// A text as a quoted string, which holds no line break.
pub(super) fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A set of UIDs in the shortest form: `1:3,7`. Empty for none.
pub fn uid_set(uids: &[u32]) -> String {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut set = String::new();
    let mut rest = sorted.as_slice();
    while let Some(first) = rest.first() {
        let run = rest.iter().zip(*first..=u32::MAX).take_while(|(uid, wanted)| **uid == *wanted).count();
        if !set.is_empty() {
            set.push(',');
        }
        let _ = write!(set, "{first}");
        if run > 1 {
            let _ = write!(set, ":{}", rest[run - 1]);
        }
        rest = &rest[run..];
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_written_in_modified_utf7() {
        for (name, wire) in [
            ("INBOX", "INBOX"),
            ("Éléments envoyés", "&AMk-l&AOk-ments envoy&AOk-s"),
            ("R&D", "R&-D"),
            ("台北", "&U,BTFw-"),
            ("😀x", "&2D3eAA-x"),
        ] {
            assert_eq!(encoded(name), wire);
        }
        assert_eq!(quoted("a\"b\\c\r\nd"), "\"a\\\"b\\\\cd\"");
    }

    #[test]
    fn sets_are_short() {
        assert_eq!(uid_set(&[7, 1, 2, 3, 3, 9, 10]), "1:3,7,9:10");
        assert_eq!(uid_set(&[u32::MAX]), "4294967295");
        assert_eq!(uid_set(&[]), "");
    }
}
