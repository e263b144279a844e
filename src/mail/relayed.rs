//! Relays that give our mail another Message-ID, and say so in their answer to DATA: what a reply names then is an id that
//! we have never written. Amazon SES answers `250 Ok 0102018…-000000` and sends `<0102018…-000000@eu-west-3.amazonses.com>`
//! (Amazon SES developer guide, "Message-ID"); Exchange Online and others name the new id in brackets.

use super::header;

/// The domain that stands for all of Amazon's: its region is not in the answer.
const AMAZON: &str = "amazonses.com";

/// The ids that a relay's answer gives to the mail it took, without brackets; most answers give none.
pub fn ids(words: &str) -> Vec<String> {
    let named =
        header::ids(words).into_iter().filter(|id| id.contains('@') && words.contains(&format!("<{id}>")));
    let amazon =
        words.split_whitespace().filter(|word| is_amazon(word)).map(|word| format!("{word}@{AMAZON}"));
    named.chain(amazon).collect()
}

/// The form under which an id is also looked up: Amazon's without its region. `None`: there is no other.
pub fn canonical(id: &str) -> Option<String> {
    let (local, domain) = id.rsplit_once('@')?;
    let regional = domain.to_ascii_lowercase().ends_with(&format!(".{AMAZON}"));
    regional.then(|| format!("{local}@{AMAZON}"))
}

/// `0102018f3c7a1b2c-8d9e0f12-3456-789a-bcde-f0123456789a-000000`.
fn is_amazon(word: &str) -> bool {
    let groups: Vec<&str> = word.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [16, 8, 4, 4, 4, 12, 6] && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_the_new_id_or_none() {
        let amazon = "0102018f3c7a1b2c-8d9e0f12-3456-789a-bcde-f0123456789a-000000";
        assert_eq!(ids(&format!("250 Ok {amazon}")), [format!("{amazon}@amazonses.com")]);
        let exchange = "250 2.0.0 OK <PAXPR01MB87.eurprd01.prod.exchangelabs.com@x.prod.outlook.com> \
                        [Hostname=PAXPR01MB87.eurprd01.prod.exchangelabs.com]";
        assert_eq!(ids(exchange), ["PAXPR01MB87.eurprd01.prod.exchangelabs.com@x.prod.outlook.com"]);
        let hosted =
            "250 2.6.0 <a.b@PAXP.prod.outlook.com> [InternalId=99, Hostname=PAXP.prod.outlook.com] 9 bytes";
        assert_eq!(ids(hosted), ["a.b@PAXP.prod.outlook.com"]);
        for none in
            ["250 2.0.0 Ok: queued as 4F1B2C3D", "250 OK id=1rABCD-0001-xy", "", "250 sent to <a b@c> d@e.fr"]
        {
            assert_eq!(ids(none), Vec::<String>::new(), "{none}");
        }
    }

    #[test]
    fn the_region_does_not_matter() {
        assert_eq!(canonical("01-0@eu-west-3.amazonses.com").as_deref(), Some("01-0@amazonses.com"));
        assert_eq!(canonical("01-0@email.amazonses.com").as_deref(), Some("01-0@amazonses.com"));
        assert_eq!(canonical("x@notamazonses.com"), None);
    }
}
