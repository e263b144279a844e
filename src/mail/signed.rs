//! Signed mail: OpenPGP armour in the text (RFC 9580 section 7) and the message inside an opaque S/MIME signature (RFC
//! 8551 section 3.5.2, CMS of RFC 5652). Nothing is verified here: that it is signed is told, its text is read.

/// Values inside values beyond this depth are not opened.
const DEPTH_LIMIT: usize = 16;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// `[0]`, constructed.
const CONTEXT: u8 = 0xa0;
/// The bit of a tag that says that values are inside.
const CONSTRUCTED: u8 = 0x20;

/// The text of a clear-signed message without its armour, if it is one.
pub(super) fn without_armour(text: &str) -> Option<String> {
    let (before, signed) = split_line(text, "-----BEGIN PGP SIGNED MESSAGE-----")?;
    // Armour headers (`Hash: SHA256`) end with an empty line.
    let mut at = 0;
    let head = signed.split_inclusive('\n').find(|line| {
        at += line.len();
        line.trim().is_empty()
    });
    let content = head.map(|_| &signed[at..])?;
    let (content, signature) = split_line(content, "-----BEGIN PGP SIGNATURE-----")?;
    let after = split_line(signature, "-----END PGP SIGNATURE-----").map_or("", |(_, after)| after);
    let mut out = before.to_owned();
    for line in content.split_inclusive('\n') {
        out.push_str(line.strip_prefix("- ").unwrap_or(line));
    }
    out.push_str(after);
    Some(out)
}

/// Whether the text is an encrypted message.
pub(super) fn is_encrypted(text: &str) -> bool {
    split_line(text, "-----BEGIN PGP MESSAGE-----").is_some_and(|(before, _)| before.trim().is_empty())
}

/// What stands before and after the first line that is `mark`.
fn split_line<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let starts = |at: &usize| *at == 0 || text.as_bytes()[at - 1] == b'\n';
    let (at, _) = text.match_indices(mark).find(|(at, _)| starts(at))?;
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n + 1);
    Some((&text[..at], &text[end..]))
}

/// The message that a CMS `SignedData` holds, if it holds one.
pub(super) fn content(cms: &[u8]) -> Option<Vec<u8>> {
    let (tag, info, _) = value(cms, 0)?;
    let (_, _, wrapped) = value(info, 0).filter(|_| tag == SEQUENCE)?;
    let (tag, wrapped, _) = value(wrapped, 0)?;
    let (_, signed, _) = value(wrapped, 0).filter(|_| tag == CONTEXT)?;
    let (_, _, rest) = value(signed, 0)?;
    let (tag, _, rest) = value(rest, 0)?;
    let (_, encapsulated, _) = value(rest, 0).filter(|_| tag == SET)?;
    let (_, _, rest) = value(encapsulated, 0)?;
    let (tag, wrapped, _) = value(rest, 0)?;
    let mut octets = Vec::new();
    gather(wrapped, 0, &mut octets).filter(|()| tag == CONTEXT && !octets.is_empty())?;
    Some(octets)
}

/// The octets of octet strings, which streaming writers cut into pieces.
fn gather(mut rest: &[u8], depth: usize, out: &mut Vec<u8>) -> Option<()> {
    while !rest.is_empty() && depth < DEPTH_LIMIT {
        let (tag, inside, after) = value(rest, depth)?;
        if tag == OCTET_STRING {
            out.extend_from_slice(inside);
        } else if tag == OCTET_STRING | CONSTRUCTED {
            gather(inside, depth + 1, out)?;
        }
        rest = after;
    }
    Some(())
}

/// One value of BER (X.690): tag, content, and what follows it.
fn value(bytes: &[u8], depth: usize) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    if *first == 0x80 {
        // Indefinite: it ends where a tag and a length of zero stand instead of a value.
        let mut after = rest;
        while depth < DEPTH_LIMIT && !after.starts_with(&[0, 0]) {
            after = value(after, depth + 1)?.2;
        }
        let inside = &rest[..rest.len() - after.len()];
        return Some((*tag, inside, after.get(2..)?));
    }
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (digits, rest) =
            rest.split_at_checked(usize::from(first & 0x7f)).filter(|(d, _)| d.len() <= 4)?;
        (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
    };
    let (inside, after) = rest.split_at_checked(length)?;
    Some((*tag, inside, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armour_is_no_text() {
        let text = "Bonjour\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nune question ?\n- - un point\n\
                    -----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\nFin\n";
        assert_eq!(without_armour(text).as_deref(), Some("Bonjour\nune question ?\n- un point\nFin\n"));
        assert_eq!(without_armour("que veut dire -----BEGIN PGP SIGNED MESSAGE----- ?"), None);
        assert!(is_encrypted("\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n"));
        assert!(!is_encrypted("Voici :\n-----BEGIN PGP MESSAGE-----\n"));
    }

    fn tlv(tag: u8, inside: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(inside.len()).unwrap()], inside].concat()
    }

    #[test]
    fn the_message_inside_is_found() {
        let id = tlv(0x06, &[1, 2, 3]);
        let whole = tlv(OCTET_STRING, b"Bonjour");
        let pieces =
            [&[0x24, 0x80][..], &tlv(OCTET_STRING, b"Bon"), &tlv(OCTET_STRING, b"jour"), &[0, 0]].concat();
        for octets in [whole, pieces] {
            let encapsulated = tlv(SEQUENCE, &[&id[..], &tlv(CONTEXT, &octets)].concat());
            let signed = tlv(SEQUENCE, &[&tlv(2, &[1])[..], &tlv(SET, &[]), &encapsulated].concat());
            let cms = tlv(SEQUENCE, &[&id[..], &tlv(CONTEXT, &signed)].concat());
            assert_eq!(content(&cms).as_deref(), Some(&b"Bonjour"[..]));
            assert_eq!(content(&cms[..cms.len() - 1]), None);
        }
        assert_eq!(content(&[0x30, 0x80].repeat(1000)), None);
    }
}
