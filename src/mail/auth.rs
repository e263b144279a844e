//! Who the sender is, as far as the border's own filter checked it (RFC 8601). Only an `Authentication-Results` with the
//! configured authserv-id counts, and only where no foreign relay stands above it; everything else could be forged.

use super::header::{Headers, first_token};

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

/// Reads the topmost trusted result for a From domain.
pub(super) fn read(headers: &Headers<'_>, authserv_id: Option<&str>, from_domain: &str) -> Auth {
    let Some(own) = authserv_id.filter(|id| !id.is_empty()) else { return Auth::Unknown };
    for field in headers.fields() {
        if field.is("received") && !received_by_own(&field.text(), own) {
            return Auth::Unknown;
        }
        if field.is("authentication-results") {
            let value = field.text();
            let (id, results) = value.split_once(';').unwrap_or((&value, ""));
            if first_token(id).eq_ignore_ascii_case(own) {
                return judge(results, from_domain);
            }
        }
    }
    Auth::Unknown
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
    let mut confirmed = false;
    for result in without_comments(results).split(';') {
        let mut words = result.split_whitespace();
        let Some((method, verdict)) = words.next().and_then(|word| word.split_once('=')) else { continue };
        let property = |names: &[&str]| {
            let properties = result.split_whitespace().filter_map(|word| word.split_once('='));
            let mut named =
                properties.filter(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()));
            named
                .next()
                .map(|(_, value)| value.trim_matches('"').rsplit('@').next().unwrap_or_default().to_owned())
        };
        let names: &[&str] = match method.to_ascii_lowercase().as_str() {
            "dmarc" => match verdict.to_ascii_lowercase().as_str() {
                "pass" => return Auth::Confirmed,
                "fail" => return Auth::Failed,
                _ => continue,
            },
            "spf" => &["smtp.mailfrom", "smtp.helo"],
            "dkim" => &["header.d", "header.i"],
            _ => continue,
        };
        let passes = verdict.eq_ignore_ascii_case("pass");
        confirmed |= passes && property(names).is_some_and(|domain| aligned(&domain, from_domain));
    }
    if confirmed { Auth::Confirmed } else { Auth::Unconfirmed }
}

fn without_comments(text: &str) -> String {
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

    fn auth(block: &str) -> Auth {
        read(&Headers::read(block.as_bytes()).0, Some("mx.gouv.example"), "interieur.example")
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
}
