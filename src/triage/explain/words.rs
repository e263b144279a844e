//! Codes and numbers as the team reads them (French).

use crate::triage::decision::{Action, Contract, Field, Reason};

/// A share: `87 %`. Nothing is certain, and nothing out of the question: `plus de 99 %`, `moins de 1 %`.
pub fn percent(share: f64) -> String {
    match share {
        most if most > 0.99 => "plus de 99 %".to_owned(),
        least if least < 0.01 => "moins de 1 %".to_owned(),
        share => format!("{:.0} %", share * 100.0),
    }
}

/// What a rule counted: `+4`, `−2,5`.
pub fn score(score: f64) -> String {
    let sign = if score < 0.0 { "−" } else { "+" };
    format!("{sign}{}", number(score.abs()))
}

/// A number that is not negative, to one decimal at most: `4`, `5,2`.
pub fn number(value: f64) -> String {
    let text = format!("{value:.1}").replace('.', ",");
    text.strip_suffix(",0").map_or_else(|| text.clone(), str::to_owned)
}

/// What guichet decided to do, and why: what waits for nobody is not told to be for a person.
pub fn action(action: Action, reason: Reason) -> &'static str {
    match action {
        Action::Queue if reason.is_told_outside() => "Réponse automatique",
        Action::Refuse => "Refus automatique",
        Action::HandOver => "Transmission",
        Action::Queue => "À une personne",
        Action::SetAside => "Écartée",
    }
}

/// A contract in a sentence.
pub fn contract(contract: Contract) -> &'static str {
    match contract {
        Contract::Support => "marché de support",
        Contract::Expertise => "marché d’expertise",
        Contract::Mentoring => "marché de mentorat",
    }
}

/// Where a rule hit.
pub fn field(field: Field) -> &'static str {
    match field {
        Field::Subject => "objet",
        Field::Body => "message",
        Field::Role => "fonction",
        Field::Organisation => "organisation",
        Field::Chosen => "catégorie choisie",
        Field::FromEmail => "adresse",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_the_french_way() {
        assert_eq!(percent(0.874), "87 %");
        assert_eq!((percent(1.0), percent(0.0)), ("plus de 99 %".to_owned(), "moins de 1 %".to_owned()));
        assert_eq!(score(-2.5), "−2,5");
        assert_eq!(score(4.0), "+4");
        assert_eq!(number(5.249), "5,2");
        assert_eq!(number(0.0), "0");
        assert_eq!(number(9.96), "10");
    }
}
