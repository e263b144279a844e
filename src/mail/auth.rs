//! Who the sender is, as far as the border's own filter checked it (RFC 8601). Only an `Authentication-Results` with the
//! configured authserv-id counts, and only where no foreign relay stands above it; everything else could be forged.

mod border;
mod results;

use std::net::IpAddr;

use super::header::{Field, Headers};
use super::parse::Own;
use border::results;
pub(super) use results::{domain, pieces};

/// The results of a header, each as its words.
type Results = Vec<Vec<String>>;

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

/// Reads the topmost trusted results for a From domain. `envelope_from`: the envelope sender, if it is known.
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

/// Whether it came through a trusted forwarder: by an envelope sender of its domain whose SPF passed, or from a host of
/// that name or address, as the own border saw it (not as the host called itself).
fn is_forwarded(
    headers: &Headers<'_>,
    own: &Own,
    border: &str,
    results: &Results,
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
    for hop in headers.all("received").map(Field::text) {
        if !received_by_own(&hop, border) {
            return false;
        }
        let seen = seen_from(&hop);
        if seen.iter().any(|name| trusted(name)) {
            // Any host may call itself by a bare local name.
            return receiver(&hop)
                .is_some_and(|host| host.contains('.') || host.eq_ignore_ascii_case(border));
        }
        // Here it came in: what stands below was written outside, whatever host it names.
        if !is_inside(&hop, &seen, border) {
            return false;
        }
    }
    false
}

/// Whether a hop only went on from one host of ours to the next: by the address the receiver saw, or a name of the own
/// domain that it did not doubt. A hop between programs of one host shows neither.
fn is_inside(received: &str, seen: &[String], border: &str) -> bool {
    let local = |name: &String| match name.parse() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => false,
    };
    if seen.is_empty() {
        let mut words = received.split_whitespace();
        let stated = words.next().filter(|word| word.eq_ignore_ascii_case("from")).and_then(|_| words.next());
        return stated.is_none_or(|host| !host.contains('.') || neighbours(host, border));
    }
    let doubted = received.contains("may be forged");
    seen.iter().any(local) || (!doubted && seen.iter().any(|name| !is_ip(name) && neighbours(name, border)))
}

/// Name and address of the host that a hop came from, as far as the receiver found them out itself: what stands in
/// brackets, and the name beside them (`from HELO (name [address])`; Exim: `from name ([address] helo=HELO)`).
fn seen_from(received: &str) -> Vec<String> {
    let from = received.split(" by ").next().unwrap_or_default();
    let mut words = from.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("from")).skip(1);
    let stated = words.next().unwrap_or_default();
    // A client may call itself by brackets too; what the receiver saw stands last.
    let bracket = from.rfind('[').unwrap_or(from.len());
    let opened = from[..bracket].rfind('(').map(|at| &from[at + 1..]);
    let inside = opened.map_or("", |rest| rest.split(')').next().unwrap_or_default());
    let mut seen = Vec::new();
    if let Some(rest) = from.get(bracket + 1..) {
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
    text.parse::<IpAddr>().is_ok()
}

/// What the last sealer saw, where it is a trusted forwarder and the own border found the chain whole.
fn sealed(headers: &Headers<'_>, own: &Own, results: &Results) -> Option<Results> {
    let whole = clauses(results).iter().any(|(method, verdict, _)| method == "arc" && verdict == "pass");
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
    Some(pieces(&seen).into_iter().skip(2).collect())
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
    let Some(host) = receiver(received) else { return false };
    !host.contains('.') || neighbours(host, own)
}

/// The host that wrote a hop, by its own name.
fn receiver(received: &str) -> Option<&str> {
    let mut words = received.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("by"));
    words.nth(1).map(|host| host.trim_end_matches(';'))
}

/// Whether two hosts are of one domain; that of a name in two labels is its own, not what every other shares.
fn neighbours(one: &str, other: &str) -> bool {
    aligned(one, other) || (parent(one).contains('.') && parent(one).eq_ignore_ascii_case(parent(other)))
}

fn parent(host: &str) -> &str {
    host.split_once('.').map_or(host, |(_, rest)| rest)
}

fn judge(results: &Results, from_domain: &str) -> Auth {
    let clauses = clauses(results);
    let dmarc =
        |wanted: &str| clauses.iter().any(|(method, verdict, _)| method == "dmarc" && verdict == wanted);
    // A failure is never the sender's doing; a pass beside it may be, by a local part that a careless filter wrote down bare.
    if dmarc("fail") {
        return Auth::Failed;
    }
    let own = |domain: String| aligned(&domain, from_domain);
    let confirmed = dmarc("pass")
        || passes(results, "spf", &["smtp.mailfrom", "smtp.helo"]).any(own)
        || passes(results, "dkim", &["header.d", "header.i"]).any(own);
    if confirmed { Auth::Confirmed } else { Auth::Unconfirmed }
}

/// Method, verdict and the properties of each result, the first two in lower case.
fn clauses(results: &Results) -> Vec<(String, String, &[String])> {
    let clause = |words: &'_ Vec<String>| -> Option<(String, String)> {
        let (method, verdict) = words.first()?.split_once('=')?;
        Some((method.to_ascii_lowercase(), verdict.to_ascii_lowercase()))
    };
    let all = results.iter().filter_map(|words| clause(words).map(|(m, v)| (m, v, &words[1..])));
    all.collect()
}

/// The domains for which a method passed: the first of these properties of each result.
fn passes(results: &Results, method: &str, names: &[&str]) -> impl Iterator<Item = String> {
    let passed =
        clauses(results).into_iter().filter(|(named, verdict, _)| named == method && verdict == "pass");
    let found: Vec<String> = passed
        .filter_map(|(.., properties)| {
            let mut properties = properties.iter().filter_map(|word| word.split_once('='));
            let property = properties.find(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()));
            property.map(|(_, value)| domain(value).to_owned())
        })
        .collect();
    found.into_iter()
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
    fn a_sender_writes_no_verdict() {
        let block =
            "Authentication-Results: mx.gouv.example; spf=pass smtp.mailfrom=X@evil.example; dmarc=fail\n";
        for local in
            ["\"x; dmarc=pass y\"", "\"x (; dmarc=pass\"", "\"\\\"; dmarc=pass \\\"\"", "x; dmarc=pass"]
        {
            assert_eq!(auth(&block.replace('X', local)), Auth::Failed, "{local}");
            let unjudged = block.replace('X', local).replace("; dmarc=fail", "");
            assert!(!local.starts_with('"') || auth(&unjudged) == Auth::Unconfirmed, "{local}");
        }
        let quoted = block.replace("X@", "\"x@interieur.example\"@").replace("; dmarc=fail", "");
        assert_eq!(auth(&quoted), Auth::Unconfirmed);
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
        assert_eq!(
            forwarded(&hop("x(mx.ancien.example) (evil.example [203.0.113.9])"), sender),
            Auth::Failed
        );
        assert_eq!(forwarded(&hop("[192.0.2.7] (evil.example [203.0.113.9])"), sender), Auth::Failed);
        let out = format!(
            "{}Received: from x (a [192.0.2.7]) by relay.evil.example; x\n",
            hop("y (b [203.0.113.9])")
        );
        assert_eq!(forwarded(&out, sender), Auth::Failed);

        // What stands below the hop by which it came in was written outside, whoever it names.
        for by in ["localhost", "mx.gouv.example", "lmtp.gouv.example"] {
            let forged = format!("Received: from x (mx.ancien.example [192.0.2.7]) by {by} with ESMTP; x\n");
            let entered = hop("evil.example (evil.example [203.0.113.9])");
            assert_eq!(forwarded(&format!("{entered}{forged}"), sender), Auth::Failed, "{by}");
        }
        // From host to host of ours it still came in where it did.
        for inside in [
            "from localhost (localhost [127.0.0.1]) by mx.gouv.example; x",
            "from mx2.gouv.example (mx2.gouv.example [198.51.100.4]) by mx.gouv.example; x",
            "from mx.gouv.example by localhost with LMTP; x",
        ] {
            let forwards = hop("mx.ancien.example (mx.ancien.example [203.0.113.1])");
            assert_eq!(forwarded(&format!("Received: {inside}\n{forwards}"), sender), Auth::Unknown);
        }

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
