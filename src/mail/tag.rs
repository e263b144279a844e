//! The tag that a subject of ours may carry: reference and signature, `[7K3M-10XZ-9F2C-4KQ8]`. It finds the request
//! where a mail program drops In-Reply-To and References, or a relay renamed our mail. The signature has 40 bits and is
//! never the only proof: whoever sends it must be in the conversation already.

use std::ops::Range;

use crate::keys::{Keys, Purpose};
use crate::message::one_line;

/// Octets of a tag with its brackets.
const TAG: usize = 21;
/// Characters of a subject that carries a tag.
const SUBJECT_LIMIT: usize = 200;

/// The subject with the tag of this reference at its end, once, within the 200 characters of a subject.
pub fn tagged(subject: &str, reference: &str, keys: &Keys) -> String {
    let signature = keys.sign_short(Purpose::MailToken, &data(reference));
    let all = format!("{reference}{signature}").to_ascii_uppercase();
    let groups: Vec<String> =
        all.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    let plain = one_line(&without(subject, |_, _| true), SUBJECT_LIMIT - TAG - 1);
    format!("{plain} [{}]", groups.join("-")).trim_start().to_owned()
}

/// A subject without the tags that we signed, and the reference of the first of them, in capitals. What only looks like
/// one is left: people write codes in brackets.
pub fn split(subject: &str, keys: &Keys) -> (String, Option<String>) {
    let mut found = None;
    let plain = without(subject, |reference, signature| {
        let ours = keys.verify_short(Purpose::MailToken, &data(reference), signature);
        if ours && found.is_none() {
            found = Some(reference.to_ascii_uppercase());
        }
        ours
    });
    (plain, found)
}

/// The subject without the tags that `drop` names by reference and signature; the space before one goes with it.
fn without(subject: &str, mut drop: impl FnMut(&str, &str) -> bool) -> String {
    let mut kept = String::with_capacity(subject.len());
    let mut rest = subject;
    while let Some((range, reference, signature)) = next(rest) {
        let ours = drop(&reference, &signature);
        let before = &rest[..range.start];
        kept.push_str(if ours { before.trim_end() } else { &rest[..range.end] });
        rest = &rest[range.end..];
    }
    kept.push_str(rest);
    kept.trim_end().to_owned()
}

/// The next text of the shape of a tag: where it stands, reference and signature.
fn next(subject: &str) -> Option<(Range<usize>, String, String)> {
    subject.match_indices('[').find_map(|(start, _)| {
        let inner = subject.get(start + 1..start + TAG - 1)?;
        if subject.as_bytes().get(start + TAG - 1) != Some(&b']') {
            return None;
        }
        let groups: Vec<&str> = inner.split('-').collect();
        let plain = |group: &&str| group.len() == 4 && group.bytes().all(|b| b.is_ascii_alphanumeric());
        if groups.len() != 4 || !groups.iter().all(plain) {
            return None;
        }
        Some((start..start + TAG, groups[..2].concat(), groups[2..].concat()))
    })
}

// Other words than those of addresses and Message-IDs, so that none can be used as another.
fn data(reference: &str) -> String {
    format!("subject {}", reference.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(n: u8) -> Keys {
        Keys::new(vec![vec![n; 32]]).unwrap()
    }

    #[test]
    fn a_tag_is_read_back_and_never_piles_up() {
        let keys = keys(7);
        let written = tagged("Licence libre", "7K3M10XZ", &keys);
        assert!(written.starts_with("Licence libre [7K3M-10XZ-"), "{written}");
        let answered = format!("[EXT] Re: {} (urgent)", written.to_lowercase());
        assert_eq!(
            split(&answered, &keys),
            ("[EXT] Re: licence libre (urgent)".to_owned(), Some("7K3M10XZ".to_owned()))
        );
        assert_eq!(tagged(&written, "7K3M10XZ", &keys), written);
        assert_eq!(tagged(&written, "ABCD2345", &keys).matches('[').count(), 1);
        assert_eq!(split(&tagged("", "7K3M10XZ", &keys), &keys).0, "");
        assert_eq!(tagged(&"é".repeat(500), "7K3M10XZ", &keys).chars().count(), 200);
    }

    #[test]
    fn what_we_did_not_sign_is_left() {
        let foreign = tagged("x", "7K3M10XZ", &keys(8));
        assert_eq!(split(&foreign, &keys(7)), (foreign.clone(), None));
        for other in ["[7K3M-10XZ]", "[AAAA-BBBB-CCCC-DDDD]", "x [", "[é", "[7K3M-10XZ-AAAA-BBBB", ""] {
            assert_eq!(split(other, &keys(7)), (other.to_owned(), None));
        }
    }
}
