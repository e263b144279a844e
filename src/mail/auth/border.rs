//! Which `Authentication-Results` the own border wrote. Its server adds them on top of what came, and takes out those that
//! bear its name already (RFC 8601 section 5); not every server does.

use super::super::header::Headers;
use super::results::pieces;
use super::{Results, is_inside, received_by_own, seen_from};

/// What filters leave beside their results.
const MARKS: [&str; 4] = ["dkim-filter", "dmarc-filter", "received-spf", "x-virus-scanned"];

/// The results that the own border wrote on top, without its name: those of its topmost field and, where a filter each wrote
/// one (`OpenDKIM`, `OpenDMARC`), of those right below it. Above the hop by which the mail came in nobody else writes, so all of
/// them count; below it a careless border may leave what the sender wrote, so of the further ones only failures do.
pub(super) fn results(headers: &Headers<'_>, border: &str) -> Option<Results> {
    let mut found: Option<Results> = None;
    let mut further = Results::new();
    let (mut entered, mut inside) = (false, false);
    for field in headers.fields() {
        if field.is("received") {
            let hop = field.text();
            if !received_by_own(&hop, border) {
                break;
            }
            if found.is_some() {
                inside = !entered;
                break;
            }
            entered |= !is_inside(&hop, &seen_from(&hop), border);
        } else if field.is("authentication-results") {
            let mut pieces = pieces(&field.text());
            let id = pieces.first().and_then(|words| words.first());
            if !id.is_some_and(|id| id.eq_ignore_ascii_case(border)) {
                if found.is_some() {
                    break;
                }
                continue;
            }
            pieces.remove(0);
            match found {
                None => found = Some(pieces),
                Some(_) => further.append(&mut pieces),
            }
        } else if found.is_some() && !MARKS.iter().any(|mark| field.is(mark)) {
            break;
        }
    }
    let mut found = found?;
    further
        .retain(|words| inside || words.first().is_some_and(|word| word.eq_ignore_ascii_case("dmarc=fail")));
    found.append(&mut further);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::super::{Auth, Own, read};
    use super::*;

    fn auth(block: &str) -> Auth {
        let own = Own { authserv_id: Some("mx.gouv.example".to_owned()), ..Own::default() };
        read(&Headers::read(block.as_bytes()).0, &own, "interieur.example", None)
    }

    #[test]
    fn each_filter_of_the_border_is_heard() {
        let dkim = "DKIM-Filter: OpenDKIM Filter v2.11.0 mx.gouv.example 5B2F\n\
                    Authentication-Results: mx.gouv.example; dkim=pass header.d=interieur.example\n";
        let dmarc = "DMARC-Filter: OpenDMARC Filter v1.4.1 mx.gouv.example 5B2F\n\
                     Authentication-Results: mx.gouv.example; dmarc=pass header.from=interieur.example\n";
        let spf = "Authentication-Results: mx.gouv.example; spf=none smtp.mailfrom=ailleurs.example\n";
        let entry = "Received: from x.example (x.example [203.0.113.9]) by mx.gouv.example; x\n";
        let within = "Received: from mx.gouv.example by localhost with LMTP; x\n";
        let failed = |results: &str| results.replace("dmarc=pass", "dmarc=fail");
        for top in ["", within] {
            // Above the hop by which it came in.
            assert_eq!(auth(&format!("{top}{spf}{dmarc}{dkim}{entry}")), Auth::Confirmed);
            assert_eq!(auth(&format!("{top}{spf}{dkim}{entry}")), Auth::Confirmed);
            assert_eq!(auth(&format!("{top}{dkim}{}{entry}", failed(dmarc))), Auth::Failed);
            // Below it, what stands further down may be the sender's.
            assert_eq!(auth(&format!("{top}{entry}{dmarc}{dkim}")), Auth::Confirmed);
            assert_eq!(auth(&format!("{top}{entry}{spf}{dkim}{dmarc}")), Auth::Unconfirmed);
            assert_eq!(auth(&format!("{top}{entry}{dkim}{}", failed(dmarc))), Auth::Failed);
        }
        // Not what stands apart from it, nor what others wrote.
        assert_eq!(auth(&format!("{spf}Subject: x\n{dkim}{entry}")), Auth::Unconfirmed);
        assert_eq!(auth(&format!("{dkim}Subject: x\n{}{entry}", failed(dmarc))), Auth::Confirmed);
        let others = failed(dmarc).replace("mx.gouv.example;", "mx.evil.example;");
        assert_eq!(auth(&format!("{dkim}{others}{entry}")), Auth::Confirmed);
        assert_eq!(auth(&format!("{spf}{entry}{dkim}")), Auth::Unconfirmed);
    }
}
