//! Enhanced status codes (RFC 3463 and the registry that grew from it): found in a server's words, and told in plain
//! French. A code says what is wrong better than the words around it, which every server writes in its own way; so both
//! are shown, the words as they came.

/// The first enhanced status code of a failure (`4.x.x`, `5.x.x`) in a server's words.
pub fn enhanced(words: &str) -> Option<String> {
    let tokens = words.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let code = tokens.map(|token| token.trim_matches('.')).find(|token| {
        let pieces: Vec<&str> = token.split('.').collect();
        pieces.len() == 3
            && matches!(pieces[0], "4" | "5")
            && pieces[1..].iter().all(|piece| (1..=3).contains(&piece.len()))
    });
    code.map(str::to_owned)
}

/// What a server's words mean (French): by their enhanced code, else by the reply code they begin with. `None`: they
/// have neither.
pub fn meaning(words: &str) -> Option<&'static str> {
    enhanced(words).and_then(|code| of_enhanced(&code)).or_else(|| of_reply(words))
}

/// What an enhanced code says.
pub fn of_enhanced(code: &str) -> Option<&'static str> {
    let mut pieces = code.split('.').skip(1);
    let (subject, detail) = (pieces.next()?, pieces.next()?);
    Some(match (subject, detail) {
        ("1", "1") => "aucune boîte n’existe à cette adresse",
        ("1", "2") => "le domaine de cette adresse n’existe pas ou ne reçoit pas de courriel",
        ("1", "3") => "l’adresse est mal écrite",
        ("1", "4") => "l’adresse désigne plusieurs boîtes à la fois",
        ("1", "6") => "la boîte a déménagé sans laisser d’adresse",
        ("1", "7" | "8") => "l’adresse d’expéditeur du service est refusée",
        ("1", "10") => "ce domaine dit ne recevoir aucun courriel",
        ("1", _) => "l’adresse est refusée",
        ("2", "1") => "la boîte est fermée",
        ("2", "2") => "la boîte est pleine",
        ("2", "3") => "le courriel est trop volumineux pour cette boîte",
        ("2", "4") => "la liste de diffusion n’a pas pu être servie",
        ("2", _) => "la boîte ne peut pas recevoir",
        ("3", "1") => "le serveur n’a plus de place",
        ("3", "2") => "le serveur ne prend pas de courriel pour le moment",
        ("3", "4") => "le courriel est trop volumineux pour ce serveur",
        ("3", _) => "le serveur a une panne",
        ("4", "1") => "le serveur du destinataire ne répond pas",
        ("4", "2") => "la connexion avec le serveur du destinataire a été coupée",
        ("4", "3") => "l’annuaire des domaines (DNS) n’a pas répondu",
        ("4", "4") => "aucun serveur n’est connu pour ce domaine",
        ("4", "5") => "le réseau est saturé",
        ("4", "6") => "le courriel tournait en boucle",
        ("4", "7") => "le délai de remise est passé",
        ("4", _) => "le courriel n’a pas pu être acheminé",
        ("5", "3") => "il y a trop de destinataires",
        ("5", _) => "les deux serveurs ne se sont pas compris",
        ("6", "7") => "le serveur ne sait pas écrire à une adresse internationale (accents)",
        ("6", _) => "le contenu n’est pas accepté sous cette forme",
        ("7", "8") => "l’identifiant ou le mot de passe du service est refusé",
        ("7", "20" | "21" | "22") => "refusé : la signature DKIM manque ou ne convient pas",
        ("7", "23" | "24") => "refusé : SPF n’autorise pas notre serveur",
        ("7", "25") => "refusé : le nom de notre serveur ne correspond pas à son adresse",
        ("7", "26") => "refusé : le courriel n’est pas authentifié (SPF, DKIM, DMARC)",
        ("7", "28") => "refusé : trop de courriels en peu de temps",
        ("7", "0" | "1") => "refusé par une règle du serveur (filtre, liste, expéditeur non autorisé)",
        ("7", _) => "refusé par la sécurité du serveur",
        _ => return None,
    })
}

/// What a reply code (RFC 5321 section 4.2.3) at the beginning says.
fn of_reply(words: &str) -> Option<&'static str> {
    let code = words.get(..3).filter(|_| !words[3..].starts_with(|c: char| c.is_ascii_alphanumeric()))?;
    Some(match code {
        "421" => "le serveur n’est pas disponible pour le moment",
        "450" => "la boîte n’est pas disponible pour le moment",
        "451" => "le serveur a une panne passagère",
        "452" => "le serveur n’a plus de place",
        "530" | "535" => "l’identifiant ou le mot de passe du service est refusé",
        "550" => "la boîte n’existe pas, ou le serveur refuse d’y remettre ce courriel",
        "551" => "la boîte est ailleurs",
        "552" => "la boîte est pleine ou le courriel trop volumineux",
        "553" => "l’adresse est refusée",
        "554" => "le serveur refuse ce courriel",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_told_in_plain_words() {
        for (words, says) in [
            ("550 5.1.1 no such user", "aucune boîte"),
            ("550-5.1.1 The account does not exist 550 5.1.1 try again", "aucune boîte"),
            ("554 5.7.1 refused by policy", "règle du serveur"),
            ("452 4.2.2 over quota", "pleine"),
            ("550 5.7.26 unauthenticated", "SPF, DKIM, DMARC"),
            ("4.4.7 · delivery time expired", "délai"),
            ("550 no", "refuse"),
            ("550", "refuse"),
        ] {
            assert!(meaning(words).is_some_and(|told| told.contains(says)), "{words}: {:?}", meaning(words));
        }
        for words in ["la connexion est refusée", "", "5", "from 10.5.50.7", "5500 x", "250 2.0.0 ok", "é"]
        {
            assert_eq!(meaning(words), None, "{words}");
        }
    }
}
