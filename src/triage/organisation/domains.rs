//! Mail domains, compared label by label from the right, never as a piece of text: `interieur.gouv.fr.example` is no
//! ministry. A row is a domain, a mask for what stands under one (`*.interieur.gouv.fr`), or a shape of its first label
//! (`univ-*.fr`; `#` is digits only: `sdis#.fr`). A subdomain inherits only where a row says so.

use std::collections::HashMap;

use crate::triage::reference::Confidence;

/// What a domain says of its user.
#[derive(Clone, Debug)]
pub(in crate::triage) struct Holder {
    /// The body it belongs to; `None` when no single body stands above its users.
    pub(in crate::triage) body: Option<usize>,
    /// Other bodies that use it.
    pub(in crate::triage) also: Vec<usize>,
    /// How much it says.
    pub(in crate::triage) confidence: Confidence,
}

/// A shape of the first label, for one right-hand side.
#[derive(Debug)]
struct Shape {
    before: String,
    after: String,
    digits: bool,
    /// Whether names under the shape count too.
    under: bool,
    holder: Holder,
}

/// All domain rows.
#[derive(Debug, Default)]
pub(in crate::triage) struct Domains {
    exact: HashMap<String, Holder>,
    masks: HashMap<String, Holder>,
    shapes: HashMap<String, Vec<Shape>>,
}

impl Domains {
    /// Adds a row; `false` when the same domain is already there or the pattern is none.
    pub(in crate::triage) fn add(&mut self, pattern: &str, holder: Holder) -> bool {
        let (under, rest) = match pattern.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        if let Some(place) = rest.find(['*', '#']) {
            let Some((label, right)) = rest.split_once('.') else { return false };
            if place >= label.len() || right.contains(['*', '#']) {
                return false;
            }
            let (before, after) = (label[..place].to_owned(), label[place + 1..].to_owned());
            let shape = Shape { before, after, digits: rest.as_bytes()[place] == b'#', under, holder };
            self.shapes.entry(right.to_owned()).or_default().push(shape);
            return true;
        }
        let table = if under { &mut self.masks } else { &mut self.exact };
        !rest.is_empty() && table.insert(rest.to_owned(), holder).is_none()
    }

    /// The row that a domain falls under: itself, else the longest right-hand side that a mask or a shape covers.
    pub(in crate::triage) fn of(&self, domain: &str) -> Option<&Holder> {
        if let Some(holder) = self.exact.get(domain) {
            return Some(holder);
        }
        let mut right = domain;
        let mut depth = 0;
        while let Some((label, rest)) = right.split_once('.') {
            if let Some(holder) = self.shapes.get(rest).and_then(|all| shape_of(all, label, depth > 0)) {
                return Some(holder);
            }
            if let Some(holder) = self.masks.get(rest) {
                return Some(holder);
            }
            right = rest;
            depth += 1;
        }
        None
    }
}

fn shape_of<'a>(shapes: &'a [Shape], label: &str, under: bool) -> Option<&'a Holder> {
    let fits = |shape: &&Shape| {
        let middle =
            label.strip_prefix(shape.before.as_str()).and_then(|l| l.strip_suffix(shape.after.as_str()));
        middle.is_some_and(|m| !m.is_empty() && (!shape.digits || m.bytes().all(|b| b.is_ascii_digit())))
    };
    shapes.iter().filter(|shape| shape.under == under).find(fits).map(|shape| &shape.holder)
}

/// Whether a row is a shape under which anybody may register a name (`ac-*.fr`): only the State gives names under `gouv.fr`.
pub(in crate::triage) fn is_open_shape(pattern: &str) -> bool {
    let rest = pattern.strip_prefix("*.").unwrap_or(pattern);
    rest.contains(['*', '#']) && !rest.ends_with(".gouv.fr")
}

/// Whether a label says that its users study there: they have an address of the body and are none of its staff.
pub(in crate::triage) fn is_of_students(domain: &str) -> bool {
    const LABELS: [&str; 9] =
        ["etu", "etud", "etudiant", "etudiants", "eleve", "eleves", "student", "students", "alumni"];
    domain.split(['.', '-']).any(|label| LABELS.contains(&label))
}

/// Whether an address says that its user works for the body and is none of its staff (`ext.ministere.fr`, `j.dupont.ext@`).
pub(in crate::triage) fn is_of_outsiders(email: &str) -> bool {
    const LABELS: [&str; 8] =
        ["ext", "externe", "externes", "external", "prestataire", "prestataires", "presta", "partenaires"];
    let (local, domain) = email.rsplit_once('@').unwrap_or(("", email));
    let local = local.to_lowercase();
    let last = local.rsplit(['.', '-', '_']).next().filter(|last| last.len() < local.len());
    clean(domain).split(['.', '-']).chain(last).any(|label| LABELS.contains(&label))
}

/// A domain as rows write it: what follows the last `@`, small letters, no final dot, no spaces.
pub(in crate::triage) fn clean(domain: &str) -> String {
    let domain = domain.rsplit('@').next().unwrap_or_default();
    domain.trim().trim_end_matches(['>', '.', ' ']).to_lowercase()
}

/// Whether the right-hand label is another country's: French bodies do not write from there.
pub(in crate::triage) fn is_foreign(domain: &str) -> bool {
    // Two letters that are French, European, overseas, or sold to everybody.
    const AT_HOME: [&str; 22] = [
        "fr", "eu", "re", "gp", "mq", "gf", "pf", "nc", "pm", "wf", "yt", "tf", "bl", "mf", "io", "co", "me",
        "tv", "ai", "cc", "ws", "to",
    ];
    domain.rsplit_once('.').is_some_and(|(_, tld)| tld.len() == 2 && !AT_HOME.contains(&tld))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domains() -> Domains {
        let mut domains = Domains::default();
        let rows =
            ["insee.fr", "*.interieur.gouv.fr", "interieur.gouv.fr", "univ-*.fr", "*.ac-*.fr", "sdis#.fr"];
        for (body, row) in rows.into_iter().enumerate() {
            let holder = Holder { body: Some(body), also: vec![], confidence: Confidence::Sure };
            assert!(
                domains.add(row, holder.clone()) && (row.contains(['*', '#']) || !domains.add(row, holder))
            );
        }
        domains
    }

    #[test]
    fn right_hand_labels_decide() {
        let domains = domains();
        let body = |domain: &str| domains.of(&clean(domain)).and_then(|h| h.body);
        assert_eq!(body("Agent@INSEE.FR. "), Some(0));
        assert_eq!(body("mail.insee.fr"), None);
        assert_eq!(body("dgpn.sub.interieur.gouv.fr"), Some(1));
        assert_eq!(body("interieur.gouv.fr"), Some(2));
        assert_eq!(body("interieur.gouv.fr.example"), None);
        assert_eq!(body("evil-interieur.gouv.fr"), None);
        assert_eq!(body("univ-lille.fr"), Some(3));
        assert_eq!(body("etu.univ-lille.fr"), None);
        assert_eq!(body("lycee.ac-lyon.fr"), Some(4));
        assert_eq!(body("sdis34.fr"), Some(5));
        assert_eq!(body("sdisney.fr"), None);
        assert_eq!(body(""), None);
    }
}
