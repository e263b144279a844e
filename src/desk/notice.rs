//! What a gateway or a list puts around a text: a warning above it, a foot below it. Two mails under one Message-ID are one
//! only where the difference is surely that. So whole paragraphs, each of which says what only notices say, and nothing that
//! a person would: no question, no number, nobody who speaks of themselves. In doubt it is what somebody wrote.

use crate::triage::text::fold;

/// Characters of the longest notice around a text.
const LIMIT: usize = 3000;

/// What notices say of the mail that they stand in, or of the list that sent it; folded.
const SURE: [&str; 25] = [
    "ce message",
    "ce courriel",
    "cet e-mail",
    "ce courrier electronique",
    "this message",
    "this email",
    "this e-mail",
    "courriel externe",
    "message externe",
    "mail externe",
    "external email",
    "external e-mail",
    "external sender",
    "external message",
    "de l'exterieur",
    "outside of",
    "outside your",
    "intended recipient",
    "disclaimer",
    "before printing",
    "avant d'imprimer",
    "mailing list",
    "liste de diffusion",
    "unsubscribe",
    "desabonner",
];

/// What they say too, and people as well; one of these beside a sure word, or a rule above, makes a notice.
const USUAL: [&str; 24] = [
    "confidentiel",
    "confidential",
    "avertissement",
    "warning",
    "destinataire",
    "expediteur",
    "sender",
    "jointe",
    "attachment",
    "virus",
    "exterieur",
    "outside",
    "hameconnage",
    "phishing",
    "subscri",
    "abonne",
    "desinscri",
    "imprimer",
    "pruden",
    "vigilan",
    "caution",
    "liens",
    "links",
    "environ",
];

/// Who speaks of themselves, or to somebody they know; folded words.
const PERSONAL: [&str; 30] = [
    "je",
    "j",
    "me",
    "m",
    "moi",
    "mon",
    "ma",
    "mes",
    "nous",
    "notre",
    "nos",
    "on",
    "i",
    "we",
    "us",
    "our",
    "my",
    "ps",
    "pps",
    "bonjour",
    "hello",
    "cordialement",
    "urgent",
    "urgence",
    "demain",
    "hier",
    "tomorrow",
    "rappelez",
    "appelez",
    "relance",
];

/// Whether one text is the other with a notice above it, below it or both.
pub(super) fn is_the_difference(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let Some((above, below)) = around(short, long) else { return false };
    let added: usize = above.iter().chain(&below).map(|line| line.chars().count()).sum();
    added <= LIMIT && [above, below].iter().all(|lines| says_nothing(lines))
}

/// The lines above and below a text within another; `None` where it is not all of the lines it stands on.
fn around<'a>(short: &str, long: &'a str) -> Option<(Vec<&'a str>, Vec<&'a str>)> {
    let spaced = |text: &str| format!(" {} ", plain(text));
    let (inner, outer) = (spaced(short), spaced(long));
    if inner.trim().is_empty() {
        return None;
    }
    let before = outer[..outer.find(&inner)?].split_whitespace().count();
    let end = before + inner.split_whitespace().count();
    let (mut above, mut below, mut words) = (Vec::new(), Vec::new(), 0);
    for line in long.lines() {
        let (from, count) = (words, line.split_whitespace().count());
        words += count;
        if words <= before {
            above.push(line);
        } else if from >= end {
            below.push(line);
        } else if from < before || words > end {
            return None;
        }
    }
    Some((above, below))
}

/// Whether these lines are notices, or nothing.
fn says_nothing(lines: &[&str]) -> bool {
    let ruled = lines.iter().any(|line| is_rule(line));
    let mut paragraphs = lines.split(|line| line.trim().is_empty() || is_rule(line));
    paragraphs.all(|paragraph| is_notice(&paragraph.join(" "), ruled))
}

/// Whether a paragraph is a notice; `ruled`: a line of strokes sets it off from the text.
fn is_notice(paragraph: &str, ruled: bool) -> bool {
    // An address or a link tells nothing of who put it there.
    let words = paragraph.split_whitespace().filter(|word| !word.contains("://") && !word.contains('@'));
    let said = plain(&fold(&words.collect::<Vec<_>>().join(" ")));
    if said.is_empty() {
        return ruled || paragraph.is_empty();
    }
    let personal = |word: &str| PERSONAL.contains(&word) || word.bytes().any(|b| b.is_ascii_digit());
    if said.contains('?') || said.split(|c: char| !c.is_ascii_alphanumeric()).any(personal) {
        return false;
    }
    let sure = SURE.iter().filter(|words| said.contains(**words)).count();
    let usual = USUAL.iter().filter(|words| said.contains(**words)).count();
    sure > 0 && (ruled || sure + usual > 1)
}

/// A line of strokes: `-- `, `_____`, `* * *`.
fn is_rule(line: &str) -> bool {
    let strokes = line.chars().filter(|c| !c.is_whitespace());
    let (mut count, mut only) = (0, true);
    for c in strokes {
        (count, only) = (count + 1, only && "-_=*~#–—".contains(c));
    }
    only && count >= 2
}

/// A text whose white space does not count: no-break spaces and other wrapping come and go with encodings.
pub(super) fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Bonjour,\nComment publier notre code ?";

    #[test]
    fn what_paths_add_is_told() {
        for foot in [
            "Ce message est confidentiel et réservé à ses destinataires.",
            "_______________\nListe mailing list\nliste@reseau.example\nhttps://reseau.example/listinfo/liste1",
            "-- \nVous recevez ce message car vous êtes abonné au groupe « réseau ».\nPour vous désabonner, voyez \
             https://reseau.example/d/4",
            "--\nThis message has been scanned for viruses and dangerous content.",
            "L’absence de virus dans ce courrier électronique a été vérifiée par un logiciel antivirus.",
            "Pensez à l’environnement avant d’imprimer.\n\nCe courriel est réservé à son destinataire.",
        ] {
            assert!(is_the_difference(TEXT, &format!("{TEXT}\n\n{foot}")), "{foot}");
            assert!(
                is_the_difference(&format!("Courriel externe : prudence.\n{TEXT}\n{foot}"), TEXT),
                "{foot}"
            );
        }
        let banner = "Attention : message externe, n’ouvrez pas les pièces jointes.\n-----";
        assert!(is_the_difference(TEXT, &format!("{banner}\nBonjour, Comment\npublier notre code ?")));
    }

    #[test]
    fn what_somebody_wrote_is_none() {
        for more in [
            "PS : et la licence aussi.",
            "Ce message est confidentiel et réservé à ses destinataires. Est-ce clair ?",
            "Notre prestataire externe menace de nous couper demain, rappelez Paul au 06 11 22 33 44.",
            "Le virus est dans la pièce jointe.",
            "La pièce jointe est confidentielle, le destinataire attend.",
            "-----\nLe devis est dans la pièce jointe.",
            "Paul tient la liste de diffusion.",
            "Ce message est confidentiel et réservé à ses destinataires.\n\nPaul attend une réponse lundi.",
            "Courriel externe, avertissement : le délai passe à 3 jours.",
        ] {
            assert!(!is_the_difference(TEXT, &format!("{TEXT}\n{more}")), "{more}");
            assert!(!is_the_difference(TEXT, &format!("{more}\n\n{TEXT}")), "{more}");
        }
        let joined = format!("{TEXT} Ce message est confidentiel et réservé à ses destinataires.");
        assert!(!is_the_difference(TEXT, &joined), "on a line with what was asked");
        assert!(!is_the_difference("", "Ce message est confidentiel et réservé à ses destinataires."));
    }
}
