//! A mail that the service sends to itself to see how it arrives. It carries a signed token in a header of its own, by
//! which it is known again, and is read back for what happened to it on the way: who signed it, what the border said
//! of it, how many hops it took.

use chrono::{DateTime, Utc};

use super::address;
use super::auth::{aligned, domain, pieces};
use super::date;
use super::header::Headers;

/// The header that carries the token.
pub const HEADER: &str = "X-Guichet-Probe";

/// What happened to a mail on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journey {
    /// `Received` fields: the servers it went through.
    pub hops: usize,
    /// When the last server took it, by that server's clock.
    pub taken_at: Option<DateTime<Utc>>,
    /// The envelope sender as the last server wrote it down; empty for the null sender. `None`: it wrote none.
    pub return_path: Option<String>,
    /// The domains whose DKIM signature it carries.
    pub signed_by: Vec<String>,
    /// What the border says of it; `None`: nothing.
    pub verdicts: Option<Verdicts>,
}

/// What the topmost `Authentication-Results` says (RFC 8601).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// The authserv-id under which it speaks.
    pub authserv_id: String,
    /// SPF: the verdict (`pass`) and the domain it is about.
    pub spf: Option<(String, String)>,
    /// DKIM, one for each signature.
    pub dkim: Vec<(String, String)>,
    /// DMARC.
    pub dmarc: Option<String>,
}

/// What a mail says of itself that carries a token; nothing of it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The token.
    pub token: String,
    /// Its Message-ID without angle brackets; empty: it has none.
    pub message_id: String,
    /// The addresses of From.
    pub from: Vec<String>,
}

/// The token that a mail carries, signature unchecked.
pub fn token(raw: &[u8]) -> Option<String> {
    stamp(raw).map(|stamp| stamp.token)
}

/// The same with what the token is bound to.
pub fn stamp(raw: &[u8]) -> Option<Stamp> {
    // A mail that is no probe has no such field; looking for the name is cheaper than reading the block.
    let head = &raw[..raw.len().min(16 * 1024)];
    let name = HEADER.as_bytes();
    if !head.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name)) {
        return None;
    }
    let (headers, _) = Headers::read(raw);
    let first = |name: &str| headers.all(name).next().map(|field| field.text().trim().to_owned());
    let from = headers.all("from").flat_map(|field| address::list(&field.text()));
    Some(Stamp {
        token: first(HEADER)?,
        message_id: first("message-id").unwrap_or_default().trim_matches(['<', '>', ' ']).to_owned(),
        from: from.map(|one| one.address).collect(),
    })
}

/// What happened to a mail on its way.
pub fn journey(raw: &[u8]) -> Journey {
    let (headers, _) = Headers::read(raw);
    let taken = headers.all("received").next().map(super::header::Field::text);
    let path =
        headers.all("return-path").next().map(|field| field.text().trim_matches(['<', '>', ' ']).to_owned());
    Journey {
        hops: headers.all("received").count(),
        taken_at: taken.and_then(|text| date::read(text.rsplit(';').next()?.trim())),
        return_path: path,
        signed_by: headers.all("dkim-signature").filter_map(|field| tag(&field.text(), "d")).collect(),
        verdicts: headers.all("authentication-results").next().map(|field| verdicts(&field.text())),
    }
}

/// Whether two domains are aligned, as DMARC asks in its relaxed form.
pub fn are_aligned(one: &str, other: &str) -> bool {
    aligned(one, other)
}

/// The value of a tag in a list of them (RFC 6376 section 3.2).
fn tag(list: &str, name: &str) -> Option<String> {
    let tags = list.split(';').filter_map(|tag| tag.split_once('='));
    let mut named = tags.filter(|(key, _)| key.trim() == name);
    named.next().map(|(_, value)| value.trim().to_ascii_lowercase())
}

fn verdicts(value: &str) -> Verdicts {
    let mut pieces = pieces(value).into_iter();
    let id = pieces.next().and_then(|words| words.into_iter().next()).unwrap_or_default();
    let mut read = Verdicts { authserv_id: id.to_ascii_lowercase(), ..Verdicts::default() };
    for result in pieces {
        let mut words = result.iter().filter_map(|word| word.split_once('='));
        let Some((method, verdict)) = words.next() else { continue };
        let properties: Vec<(&str, &str)> = words.collect();
        let of = |names: &[&str]| {
            let wanted = |(name, _): &&(&str, &str)| names.contains(&name.to_ascii_lowercase().as_str());
            let value = properties.iter().find(wanted).map_or("", |(_, value)| *value);
            domain(value).to_ascii_lowercase()
        };
        let verdict = verdict.to_ascii_lowercase();
        match method.to_ascii_lowercase().as_str() {
            "spf" => read.spf = Some((verdict, of(&["smtp.mailfrom", "smtp.helo"]))),
            "dkim" => read.dkim.push((verdict, of(&["header.d", "header.i"]))),
            "dmarc" => read.dmarc = Some(verdict),
            _ => {}
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] = b"Return-Path: <>\r\nReceived: from relais.service.example by mx.service.example with ESMTPS;\r\n \
        Thu, 26 Nov 2026 09:00:05 +0000\r\nAuthentication-Results: mx.service.example;\r\n dkim=pass (2048-bit) \
        header.d=service.example header.s=2026;\r\n spf=none smtp.helo=relais.service.example; dmarc=pass \
        header.from=service.example\r\nDKIM-Signature: v=1; a=rsa-sha256; d=service.example; s=2026; bh=x; b=y\r\n\
        Received: from guichet by relais.service.example; Thu, 26 Nov 2026 09:00:01 +0000\r\n\
        X-Guichet-Probe: abc.def\r\nFrom: contact@service.example\r\n\r\nBonjour\r\n";

    #[test]
    fn a_journey_is_read_off_the_header() {
        assert_eq!(token(MAIL).as_deref(), Some("abc.def"));
        let journey = journey(MAIL);
        assert_eq!((journey.hops, journey.return_path.as_deref()), (2, Some("")));
        assert_eq!(journey.signed_by, ["service.example"]);
        assert_eq!(journey.taken_at.unwrap().to_rfc3339(), "2026-11-26T09:00:05+00:00");
        let verdicts = journey.verdicts.unwrap();
        assert_eq!(verdicts.authserv_id, "mx.service.example");
        assert_eq!(verdicts.spf, Some(("none".to_owned(), "relais.service.example".to_owned())));
        assert_eq!(verdicts.dkim, [("pass".to_owned(), "service.example".to_owned())]);
        assert_eq!(verdicts.dmarc.as_deref(), Some("pass"));
    }

    #[test]
    fn what_only_speaks_of_a_probe_is_none() {
        assert_eq!(token(b"Subject: X-Guichet-Probe: abc\r\n\r\n"), None);
        assert_eq!(token(b"Subject: x\r\n\r\nX-Guichet-Probe: abc\r\n"), None);
        assert_eq!(super::journey(b"Subject: x\r\n\r\n"), Journey::default());
    }
}
