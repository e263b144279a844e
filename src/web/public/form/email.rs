//! Whether an answer can be sent to what was typed as an address. Pragmatic: only what surely cannot work is refused,
//! international domains and local parts are welcome (RFC 6531), and the sentence names what to correct.

use crate::message::Lang;

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing was typed.
    Missing,
    /// Nothing before or after an `@`, or no `@`.
    Shape,
    /// Two addresses, or spaces within.
    Several,
    /// A comma where a dot is meant.
    Comma,
    /// The domain has no dot, or an empty or impossible part.
    Domain,
    /// The domain ends in `.gouv` or `.con`, which no domain does.
    Ending(&'static str),
}

impl Fault {
    /// What to do, with an example.
    pub(super) fn says(self, lang: Lang) -> String {
        let (fr, en) = match self {
            Self::Missing => (
                "Indiquez votre adresse électronique, pour recevoir la réponse. Par exemple : nom@ministere.gouv.fr",
                "Enter your e-mail address, to receive the answer. For example: name@example.org",
            ),
            Self::Shape => (
                "Écrivez l’adresse électronique en entier, avec un @. Par exemple : nom@ministere.gouv.fr",
                "Write the whole e-mail address, with an @. For example: name@example.org",
            ),
            Self::Several => (
                "Indiquez une seule adresse électronique, sans espace. Par exemple : nom@ministere.gouv.fr",
                "Enter one e-mail address only, without spaces. For example: name@example.org",
            ),
            Self::Comma => (
                "Remplacez la virgule de l’adresse par un point. Par exemple : nom@ministere.gouv.fr",
                "Replace the comma in the address by a dot. For example: name@example.org",
            ),
            Self::Domain => (
                "Vérifiez ce qui suit le @ : il y manque peut-être la fin. Par exemple : nom@ministere.gouv.fr",
                "Check what follows the @: the end may be missing. For example: name@example.org",
            ),
            Self::Ending(good) => {
                return if lang == Lang::En {
                    format!(
                        "Check the end of the address: did you mean {good}? For example: name@example.org"
                    )
                } else {
                    format!(
                        "Vérifiez la fin de l’adresse : est-ce {good} ? Par exemple : nom@ministere.gouv.fr"
                    )
                };
            }
        };
        lang.choose(fr, en).to_owned()
    }
}

/// Without the decoration that pasting brings (spaces around, `mailto:`, angle brackets), the domain in lower case.
pub(super) fn tidy(typed: &str) -> String {
    let bare = typed.trim();
    let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
    let bare = bare.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(bare).trim();
    match bare.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => bare.to_owned(),
    }
}

/// Whether mail can be sent there, as far as the text tells.
pub(super) fn check(typed: &str) -> Result<(), Fault> {
    let address = tidy(typed);
    if address.is_empty() {
        return Err(Fault::Missing);
    }
    let (local, domain) = address.rsplit_once('@').ok_or(Fault::Shape)?;
    if local.is_empty() || domain.is_empty() || local.len() > 64 {
        return Err(Fault::Shape);
    }
    if address.contains([';', ' ', '\t', '\u{a0}']) || local.contains(['@', ',']) {
        return Err(Fault::Several);
    }
    if domain.contains(',') {
        return Err(Fault::Comma);
    }
    let odd = |c: char| {
        c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '"' | '\\' | ':')
    };
    if address.chars().any(odd) || local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(Fault::Shape);
    }
    let part = |part: &str| {
        let ends = !part.starts_with('-') && !part.ends_with('-');
        !part.is_empty()
            && part.len() <= 63
            && ends
            && part.chars().all(|c| c.is_alphanumeric() || c == '-' || is_mark(c))
    };
    let parts: Vec<&str> = domain.split('.').collect();
    let last = parts.last().copied().unwrap_or_default();
    if parts.len() < 2 || domain.len() > 253 || !parts.iter().all(|p| part(p)) {
        return Err(Fault::Domain);
    }
    match last {
        "gouv" => Err(Fault::Ending(".gouv.fr")),
        "con" => Err(Fault::Ending(".com")),
        _ if last.chars().all(|c| c.is_ascii_digit()) || last.chars().count() < 2 => Err(Fault::Domain),
        _ => Ok(()),
    }
}

/// Combining marks, which domains in Indic scripts hold and `is_alphanumeric` leaves out.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_receive_mail_passes() {
        for good in [
            "nom@ministere.gouv.fr",
            " Prenom.Nom+sill@Education.GOUV.FR ",
            "mailto:a@b.fr",
            "<o'neil@example.org>",
            "élodie@mairie-évry.fr",
            "用户@例子.广告",
            "a@हिन्दी.भारत",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        assert_eq!(tidy(" <Nom@EXAMPLE.org> "), "Nom@example.org");
    }

    #[test]
    fn each_slip_has_its_own_advice() {
        for (bad, fault) in [
            ("  ", Fault::Missing),
            ("nom.ministere.gouv.fr", Fault::Shape),
            ("@example.org", Fault::Shape),
            ("a@b.fr\u{0}", Fault::Shape),
            ("a@b.fr, c@d.fr", Fault::Several),
            ("a b@c.fr", Fault::Several),
            ("nom@example,org", Fault::Comma),
            ("nom@ministere", Fault::Domain),
            ("nom@ministere..fr", Fault::Domain),
            ("nom@culture.gouv", Fault::Ending(".gouv.fr")),
            ("nom@gmail.con", Fault::Ending(".com")),
            ("nom@127.0.0.1", Fault::Domain),
        ] {
            assert_eq!(check(bad), Err(fault), "{bad}");
        }
    }
}
