//! Who the sender is, as far as the border's own filter checked it (RFC 8601). Only an `Authentication-Results` with the
//! configured authserv-id counts, and only where no foreign relay stands above it; everything else could be forged.

use super::header::{Field, Headers, first_token};
use super::parse::Own;

/// What is known of the sender's domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// No trusted result.
    #[default]
    Unknown,
    /// DMARC passed, or SPF or DKIM passed for the domain of From.
    Confirmed,
    /// DMARC failed.
    Failed,
    /// Neither SPF nor DKIM passed for the domain of From.
    Unconfirmed,
}

/// Reads the topmost trusted result for a From domain. `envelope_from`: the envelope sender, if it is known.
///
/// What a trusted forwarder passes on has lost its SPF, and often its DKIM: without a proof it is unknown, no more; the
/// ARC seal of that forwarder, if the own border found the chain whole, may still confirm what the forwarder itself saw
/// (RFC 8617).
pub(super) fn read(headers: &Headers<'_>, own: &Own, from_domain: &str, envelope_from: Option<&str>) -> Auth {
    let Some(border) = own.authserv_id.as_deref().filter(|id| !id.is_empty()) else { return Auth::Unknown };
    let Some(results) = results(headers, border) else { return Auth::Unknown };
    let judged = judge(&results, from_domain);
    if judged == Auth::Confirmed || !is_forwarded(headers, own, border, &results, envelope_from) {
        return judged;
    }
    // A DMARC failure says nothing of one aligned signature that survived.
    let signed =
        passes(&results, "dkim", &["header.d", "header.i"]).any(|domain| aligned(&domain, from_domain));
    if signed
        || sealed(headers, own, &results).is_some_and(|seen| judge(&seen, from_domain) == Auth::Confirmed)
    {
        Auth::Confirmed
    } else {
        Auth::Unknown
    }
}

/// The results that the own border wrote on top, without its name.
fn results(headers: &Headers<'_>, border: &str) -> Option<String> {
    for field in headers.fields() {
        if field.is("received") && !received_by_own(&field.text(), border) {
            return None;
        }
        if field.is("authentication-results") {
            let value = field.text();
            let (id, results) = value.split_once(';').unwrap_or((&value, ""));
            if first_token(id).eq_ignore_ascii_case(border) {
                return Some(results.to_owned());
            }
        }
    }
    None
}

/// Whether it came through a trusted forwarder: by an envelope sender of its domain whose SPF passed, or from a host of
/// that name or address, as the own border saw it (not as the host called itself).
fn is_forwarded(
    headers: &Headers<'_>,
    own: &Own,
    border: &str,
    results: &str,
    envelope_from: Option<&str>,
) -> bool {
    let trusted = |name: &str| {
        own.trusted_forwarders.iter().any(|entry| {
            let (entry, name) = (entry.to_ascii_lowercase(), name.trim_end_matches('.').to_ascii_lowercase());
            name == entry || (!is_ip(&entry) && name.ends_with(&format!(".{entry}")))
        })
    };
    let domain = envelope_from.and_then(|from| from.rsplit_once('@')).map(|(_, domain)| domain);
    if domain.is_some_and(|domain| {
        trusted(domain)
            && passes(results, "spf", &["smtp.mailfrom"]).any(|seen| seen.eq_ignore_ascii_case(domain))
    }) {
        return true;
    }
    let mut hops = headers.fields().iter().filter(|field| field.is("received")).map(Field::text);
    // The last hop of ours before a foreign one is where it came in.
    let entered = hops.by_ref().take_while(|hop| received_by_own(hop, border)).last();
    entered.is_some_and(|hop| seen_from(&hop).iter().any(|name| trusted(name)))
}

/// Name and address of the host that a hop came from, as far as the receiver found them out itself: what stands in
/// brackets, and the name beside them (`from HELO (name [address])`; Exim: `from name ([address] helo=HELO)`).
fn seen_from(received: &str) -> Vec<String> {
    let from = received.split(" by ").next().unwrap_or_default();
    let mut words = from.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("from")).skip(1);
    let stated = words.next().unwrap_or_default();
    let inside = from.split_once('(').map_or("", |(_, rest)| rest.split(')').next().unwrap_or_default());
    let mut seen = Vec::new();
    if let Some((_, rest)) = inside.split_once('[') {
        let address = rest.split(']').next().unwrap_or_default();
        seen.push(address.trim_start_matches("IPv6:").to_owned());
    }
    if inside.contains("helo=") {
        seen.push(stated.to_owned());
    } else {
        seen.extend(
            inside.split_whitespace().next().filter(|name| !name.starts_with('[')).map(str::to_owned),
        );
    }
    seen
}

fn is_ip(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// What the last sealer saw, where it is a trusted forwarder and the own border found the chain whole.
fn sealed(headers: &Headers<'_>, own: &Own, results: &str) -> Option<String> {
    let whole = clauses(results).any(|(method, verdict, _)| method == "arc" && verdict == "pass");
    let tagged = |value: &str, name: &str| {
        let mut tags = value.split(';').filter_map(|tag| tag.trim().split_once('='));
        tags.find(|(tag, _)| tag.trim() == name).map(|(_, value)| value.trim().to_ascii_lowercase())
    };
    let seals = headers.all("arc-seal").map(Field::text);
    let number = |value: &str| tagged(value, "i").and_then(|i| i.parse::<u32>().ok()).unwrap_or_default();
    let last = seals.max_by_key(|seal| number(seal)).filter(|_| whole)?;
    let sealer = tagged(&last, "d")?;
    if !own.trusted_forwarders.iter().any(|entry| aligned(entry, &sealer)) {
        return None;
    }
    let instance = number(&last);
    let seen = headers.all("arc-authentication-results").map(Field::text);
    let seen = seen.into_iter().find(|value| number(value) == instance)?;
    // Instance, authserv-id, then the results.
    seen.splitn(3, ';').nth(2).map(str::to_owned)
}

/// Whether the first field of this name was written by the own border: no foreign relay's `Received` stands above it.
/// Without a configured authserv-id nothing tells the border from the others.
pub(super) fn is_own(headers: &Headers<'_>, authserv_id: Option<&str>, name: &str) -> bool {
    let Some(own) = authserv_id.filter(|id| !id.is_empty()) else { return false };
    let inside = headers.fields().iter().take_while(|f| !f.is("received") || received_by_own(&f.text(), own));
    inside.into_iter().any(|field| field.is(name))
}

/// Whether a hop is inside: the host that received is the authserv-id's, in its domain, or a bare local name.
fn received_by_own(received: &str, own: &str) -> bool {
    let mut words = received.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("by"));
    let Some(host) = words.nth(1) else { return false };
    let host = host.trim_end_matches(';');
    !host.contains('.') || aligned(host, own) || parent(host) == parent(own)
}

fn parent(host: &str) -> &str {
    host.split_once('.').map_or(host, |(_, rest)| rest)
}

fn judge(results: &str, from_domain: &str) -> Auth {
    for (_, verdict, _) in clauses(results).filter(|(method, ..)| method == "dmarc") {
        match verdict.as_str() {
            "pass" => return Auth::Confirmed,
            "fail" => return Auth::Failed,
            _ => {}
        }
    }
    let own = |domain: String| aligned(&domain, from_domain);
    let confirmed = passes(results, "spf", &["smtp.mailfrom", "smtp.helo"]).any(own)
        || passes(results, "dkim", &["header.d", "header.i"]).any(own);
    if confirmed { Auth::Confirmed } else { Auth::Unconfirmed }
}

/// Method, verdict and the rest of each result, the first two in lower case.
fn clauses(results: &str) -> impl Iterator<Item = (String, String, String)> {
    let plain = without_comments(results);
    let all: Vec<_> = plain
        .split(';')
        .filter_map(|result| {
            let (method, verdict) = result.split_whitespace().next()?.split_once('=')?;
            Some((method.to_ascii_lowercase(), verdict.to_ascii_lowercase(), result.to_owned()))
        })
        .collect();
    all.into_iter()
}

/// The domains for which a method passed: the first of these properties of each result.
fn passes(results: &str, method: &str, names: &[&str]) -> impl Iterator<Item = String> {
    let found: Vec<String> = clauses(results)
        .filter(|(named, verdict, _)| named == method && verdict == "pass")
        .filter_map(|(.., result)| {
            let mut properties = result.split_whitespace().filter_map(|word| word.split_once('='));
            let property = properties.find(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()));
            property
                .map(|(_, value)| value.trim_matches('"').rsplit('@').next().unwrap_or_default().to_owned())
        })
        .collect();
    found.into_iter()
}

pub(super) fn without_comments(text: &str) -> String {
    let mut depth = 0usize;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// Relaxed alignment (RFC 7489 section 3.1) without a list of public suffixes: the same domain, or one inside the other.
pub(super) fn aligned(one: &str, other: &str) -> bool {
    let (one, other) =
        (one.trim_end_matches('.').to_ascii_lowercase(), other.trim_end_matches('.').to_ascii_lowercase());
    let within = |inner: &str, outer: &str| {
        outer.contains('.')
            && inner.strip_suffix(outer).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !one.is_empty() && (within(&one, &other) || within(&other, &one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(forwarders: &[&str]) -> Own {
        Own {
            authserv_id: Some("mx.gouv.example".to_owned()),
            trusted_forwarders: forwarders.iter().map(|name| (*name).to_owned()).collect(),
            ..Own::default()
        }
    }

    fn auth(block: &str) -> Auth {
        read(&Headers::read(block.as_bytes()).0, &own(&[]), "interieur.example", None)
    }

    fn forwarded(block: &str, envelope_from: &str) -> Auth {
        let own = own(&["ancien.example", "192.0.2.7"]);
        read(&Headers::read(block.as_bytes()).0, &own, "interieur.example", Some(envelope_from))
    }

    #[test]
    fn only_the_own_filter_is_believed() {
        let pass = "Authentication-Results: mx.gouv.example (x); dmarc=pass header.from=interieur.example\n";
        assert_eq!(auth(pass), Auth::Confirmed);
        assert_eq!(auth(&pass.replace("pass", "fail")), Auth::Failed);
        assert_eq!(auth(&pass.replace("mx.gouv", "mx.evil")), Auth::Unknown);
        assert_eq!(auth(&format!("Received: from a by relay.evil.example; x\n{pass}")), Auth::Unknown);
        assert_eq!(auth(&format!("Received: from a by lmtp.gouv.example; x\n{pass}")), Auth::Confirmed);
    }

    #[test]
    fn alignment_counts() {
        let block = "Authentication-Results: mx.gouv.example; spf=pass smtp.mailfrom=x@evil.example; dkim=pass \
                     header.d=interieur.example\n";
        assert_eq!(auth(block), Auth::Confirmed);
        assert_eq!(auth(&block.replace("header.d=interieur", "header.d=other")), Auth::Unconfirmed);
    }

    #[test]
    fn a_forwarder_that_is_trusted_breaks_nothing_and_proves_nothing() {
        let failed =
            "Authentication-Results: mx.gouv.example; spf=fail smtp.mailfrom=interieur.example; dmarc=fail\n";
        let hop = |from: &str| format!("Received: from {from} by mx.gouv.example; x\n{failed}");
        let sender = "paul@interieur.example";
        assert_eq!(
            forwarded(&hop("mx.ancien.example (mx.ancien.example [203.0.113.1])"), sender),
            Auth::Unknown
        );
        assert_eq!(forwarded(&hop("x (unknown [192.0.2.7])"), sender), Auth::Unknown);
        assert_eq!(forwarded(&hop("mx.ancien.example ([203.0.113.1] helo=x)"), sender), Auth::Unknown);
        // What a host calls itself proves nothing, nor does a hop further out, or a name that only ends alike.
        assert_eq!(forwarded(&hop("mx.ancien.example (evil.example [203.0.113.9])"), sender), Auth::Failed);
        assert_eq!(forwarded(&hop("x.example (pasancien.example [203.0.113.9])"), sender), Auth::Failed);
        let out = format!(
            "{}Received: from x (a [192.0.2.7]) by relay.evil.example; x\n",
            hop("y (b [203.0.113.9])")
        );
        assert_eq!(forwarded(&out, sender), Auth::Failed);

        let rewritten = failed
            .replace("spf=fail smtp.mailfrom=interieur.example", "spf=pass smtp.mailfrom=ancien.example");
        assert_eq!(forwarded(&rewritten, "srs0=a=b=interieur.example=paul@ancien.example"), Auth::Unknown);
        assert_eq!(
            forwarded(failed, "srs0=a=b=interieur.example=paul@ancien.example"),
            Auth::Failed,
            "forged"
        );
        let signed = rewritten.replace("dmarc=fail", "dkim=pass header.d=interieur.example; dmarc=fail");
        assert_eq!(forwarded(&signed, "x@ancien.example"), Auth::Confirmed);
    }

    #[test]
    fn a_seal_confirms_what_a_trusted_forwarder_saw() {
        let block = "Authentication-Results: mx.gouv.example; arc=pass; spf=pass smtp.mailfrom=ancien.example; dmarc=fail\n\
                     ARC-Seal: i=1; a=rsa-sha256; d=ancien.example; cv=none; b=x\n\
                     ARC-Authentication-Results: i=1; mx.ancien.example; dmarc=pass header.from=interieur.example\n";
        let sender = "x@ancien.example";
        assert_eq!(forwarded(block, sender), Auth::Confirmed);
        assert_eq!(forwarded(&block.replace("arc=pass", "arc=fail"), sender), Auth::Unknown);
        assert_eq!(forwarded(&block.replace("d=ancien", "d=evil"), sender), Auth::Unknown);
        assert_eq!(forwarded(&block.replace("dmarc=pass", "dmarc=none"), sender), Auth::Unknown);
        // An outer seal of somebody else stands over the trusted one.
        let outer = "ARC-Seal: i=2; d=evil.example; cv=pass; b=x\nARC-Authentication-Results: i=2; evil; dmarc=pass\n";
        assert_eq!(forwarded(&format!("{block}{outer}"), sender), Auth::Unknown);
        assert_eq!(auth(block), Auth::Failed, "nobody is trusted unless the settings name them");
    }
}
