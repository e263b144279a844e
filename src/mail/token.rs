//! Signed references in addresses and Message-IDs: how a reply finds its request. A number alone proves nothing; the
//! signature does, and it survives relays that fold the case of an address.

use crate::keys::{Keys, Purpose};

/// Longest local part of an address (RFC 5321 section 4.5.3.1.1).
const LOCAL_LIMIT: usize = 64;
/// Letters of a folded signature.
const SIGNATURE: usize = 16;

/// The address a reply to this request should go to: `contact+r-<reference>-<signature>@domain`, or `None` where the
/// local part would be too long or `contact` is no address.
pub fn reply_address(contact: &str, reference: &str, keys: &Keys) -> Option<String> {
    let (local, domain) = contact.rsplit_once('@')?;
    let reference = reference.to_ascii_lowercase();
    let signature = keys.sign_folded(Purpose::MailToken, &address_data(&reference));
    let local = format!("{local}+r-{reference}-{signature}");
    (local.len() <= LOCAL_LIMIT).then(|| format!("{local}@{domain}"))
}

/// The reference that a reply address holds, in capitals, if its signature is right.
pub fn reference_from_address(address: &str, keys: &Keys) -> Option<String> {
    let (local, _) = address.rsplit_once('@')?;
    let detail = local.split_once('+')?.1.to_ascii_lowercase();
    let (reference, signature) = detail.strip_prefix("r-")?.rsplit_once('-')?;
    let good = keys.verify_folded(Purpose::MailToken, &address_data(reference), signature);
    good.then(|| reference.to_ascii_uppercase())
}

/// The envelope sender of a mail of ours: `contact+b-<entry>-<signature>@domain`, so that a bounce finds the outbox entry
/// it is about even where it names nothing (VERP); `None` as with [`reply_address`].
pub fn bounce_address(contact: &str, entry_id: &str, keys: &Keys) -> Option<String> {
    let (local, domain) = contact.rsplit_once('@')?;
    let entry = entry_id.replace('-', "").to_ascii_lowercase();
    let signature = keys.sign_folded(Purpose::MailToken, &bounce_data(&entry));
    let local = format!("{local}+b-{entry}-{signature}");
    (local.len() <= LOCAL_LIMIT).then(|| format!("{local}@{domain}"))
}

/// The outbox entry (a UUID with its hyphens) that a bounce address holds, if its signature is right.
pub fn entry_from_address(address: &str, keys: &Keys) -> Option<String> {
    let (local, _) = address.rsplit_once('@')?;
    let detail = local.split_once('+')?.1.to_ascii_lowercase();
    let (entry, signature) = detail.strip_prefix("b-")?.rsplit_once('-')?;
    let good = keys.verify_folded(Purpose::MailToken, &bounce_data(entry), signature);
    let pieces =
        [entry.get(..8)?, entry.get(8..12)?, entry.get(12..16)?, entry.get(16..20)?, entry.get(20..)?];
    good.then(|| pieces.join("-"))
}

/// The Message-ID of a mail of ours, without brackets: `<reference>.<entry>.<signature>@domain`. The same outbox entry
/// always gives the same one, so a mail sent twice is seen once.
pub fn message_id(reference: &str, entry_id: &str, domain: &str, keys: &Keys) -> String {
    let (reference, entry) = (reference.to_ascii_lowercase(), entry_id.to_ascii_lowercase());
    let signature = keys.sign_folded(Purpose::MailToken, &id_data(&reference, &entry));
    format!("{reference}.{entry}.{signature}@{domain}")
}

/// The reference in a Message-ID (without brackets) that we made in this domain, in capitals, if its signature is right.
pub fn reference_from_message_id(id: &str, domain: &str, keys: &Keys) -> Option<String> {
    let (reference, entry, signature) = pieces(id, domain)?;
    let good = keys.verify_folded(Purpose::MailToken, &id_data(&reference, &entry), &signature);
    good.then(|| reference.to_ascii_uppercase())
}

/// Whether a Message-ID looks like one of ours; the signature is not checked.
pub(super) fn is_shaped(id: &str, domain: &str) -> bool {
    pieces(id, domain).is_some_and(|(reference, _, signature)| {
        reference.len() == 8
            && signature.len() == SIGNATURE
            && signature.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn pieces(id: &str, domain: &str) -> Option<(String, String, String)> {
    let (local, given) = id.trim_matches(['<', '>']).rsplit_once('@')?;
    if domain.is_empty() || !given.eq_ignore_ascii_case(domain) {
        return None;
    }
    let lower = local.to_ascii_lowercase();
    let (rest, signature) = lower.rsplit_once('.')?;
    let (reference, entry) = rest.split_once('.')?;
    Some((reference.to_owned(), entry.to_owned(), signature.to_owned()))
}

// The kinds of token are signed with different words, so that none can be used as another.
fn address_data(reference: &str) -> String {
    format!("address {reference}")
}

fn bounce_data(entry: &str) -> String {
    format!("bounce {entry}")
}

fn id_data(reference: &str, entry: &str) -> String {
    format!("id {reference} {entry}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new(vec![vec![7; 32]]).unwrap()
    }

    #[test]
    fn a_reply_finds_its_request_even_folded() {
        let address = reply_address("contact@code.gouv.fr", "ABCD2345", &keys()).unwrap();
        assert!(address.starts_with("contact+r-abcd2345-"), "{address}");
        assert_eq!(reference_from_address(&address, &keys()).as_deref(), Some("ABCD2345"));
        assert_eq!(reference_from_address(&address.to_uppercase(), &keys()).as_deref(), Some("ABCD2345"));
        assert_eq!(reference_from_address(&address.replace("abcd", "abce"), &keys()), None);
        assert_eq!(reference_from_address("contact+r-abcd2345@code.gouv.fr", &keys()), None);
        assert_eq!(reply_address(&format!("{}@x.fr", "a".repeat(40)), "ABCD2345", &keys()), None);
    }

    #[test]
    fn a_bounce_finds_its_entry() {
        let entry = "0198c0de-0000-7000-8000-000000000001";
        let address = bounce_address("contact@code.gouv.fr", entry, &keys()).unwrap();
        assert_eq!(entry_from_address(&address.to_uppercase(), &keys()).as_deref(), Some(entry));
        assert_eq!(entry_from_address(&address.replace("0198", "0199"), &keys()), None);
        assert_eq!(entry_from_address("contact+b-x@code.gouv.fr", &keys()), None);
        assert_eq!(reference_from_address(&address, &keys()), None, "no key opens another door");
        // What `service.plus_addressing` allows is what fits.
        assert!(bounce_address("douze-octets@code.gouv.fr", entry, &keys()).is_some());
        assert!(bounce_address("treize-octets@code.gouv.fr", entry, &keys()).is_none());
    }

    #[test]
    fn a_message_id_is_ours_or_not() {
        let id = message_id("ABCD2345", "0198c0de-0000-7000-8000-000000000001", "code.gouv.fr", &keys());
        assert_eq!(reference_from_message_id(&id, "code.gouv.fr", &keys()).as_deref(), Some("ABCD2345"));
        assert!(is_shaped(&id, "code.gouv.fr"));
        assert_eq!(reference_from_message_id(&id, "other.example", &keys()), None);
        assert_eq!(reference_from_message_id(&id.replace("0198", "0199"), "code.gouv.fr", &keys()), None);
        assert!(!is_shaped("CAF=x.y.z@code.gouv.fr", "code.gouv.fr"));
    }
}
