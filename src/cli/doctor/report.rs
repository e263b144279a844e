//! What the doctor found, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// As it should be.
    Good,
    /// It works, or may work; somebody should look.
    Warning,
    /// It does not work.
    Fault,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Good => "✓ bon",
            Self::Warning => "⚠ à voir",
            Self::Fault => "✗ faute",
        }
    }
}

/// One thing looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    /// `settings`, `machine`, `database`, `relay`, `doors`, `probe`.
    pub(super) area: &'static str,
    /// What was looked at (French).
    pub(super) name: String,
    /// How it stands.
    pub(super) verdict: Verdict,
    /// What was found (French).
    pub(super) says: String,
    /// What to do about it (French); `None`: nothing.
    pub(super) mend: Option<String>,
}

impl Check {
    fn new(
        area: &'static str,
        name: &str,
        verdict: Verdict,
        says: impl Into<String>,
        mend: Option<&str>,
    ) -> Self {
        Self { area, name: name.to_owned(), verdict, says: says.into(), mend: mend.map(str::to_owned) }
    }

    pub(super) fn good(area: &'static str, name: &str, says: impl Into<String>) -> Self {
        Self::new(area, name, Verdict::Good, says, None)
    }

    pub(super) fn warning(area: &'static str, name: &str, says: impl Into<String>, mend: &str) -> Self {
        Self::new(area, name, Verdict::Warning, says, Some(mend))
    }

    pub(super) fn fault(area: &'static str, name: &str, says: impl Into<String>, mend: &str) -> Self {
        Self::new(area, name, Verdict::Fault, says, Some(mend))
    }
}

/// The areas in the order they are looked at, with what people read above them.
const AREAS: [(&str, &str); 6] = [
    ("settings", "Réglages"),
    ("machine", "Machine"),
    ("database", "Base de données"),
    ("relay", "Courriel qui part"),
    ("doors", "Courriel qui arrive"),
    ("probe", "Courriel d’essai"),
];

/// Whether nothing is at fault.
pub(super) fn is_well(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.verdict != Verdict::Fault)
}

/// As people read it.
pub(super) fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for (area, title) in AREAS {
        let of_area: Vec<&Check> = checks.iter().filter(|check| check.area == area).collect();
        if of_area.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{title}");
        for check in of_area {
            let _ = writeln!(text, "  {:<9} {} : {}", check.verdict.word(), check.name, check.says);
            if let Some(mend) = &check.mend {
                let _ = writeln!(text, "            → {mend}");
            }
        }
        text.push('\n');
    }
    let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    let (faults, warnings) = (count(Verdict::Fault), count(Verdict::Warning));
    let plural = |n: usize, word: &str| format!("{n} {word}{}", if n > 1 { "s" } else { "" });
    let _ = match (faults, warnings) {
        (0, 0) => writeln!(text, "Tout va bien."),
        (0, seen) => writeln!(text, "Rien n’est en faute ; {} à voir.", plural(seen, "point")),
        (wrong, 0) => writeln!(text, "{}.", plural(wrong, "faute")),
        (wrong, seen) => writeln!(text, "{}, {} à voir.", plural(wrong, "faute"), plural(seen, "point")),
    };
    text
}

/// As programs read it: one object.
pub(super) fn json(checks: &[Check]) -> serde_json::Value {
    serde_json::json!({ "ok": is_well(checks), "checks": checks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_beside_signs_and_a_fault_decides() {
        let good = Check::good("machine", "horloge", "à l’heure");
        let warning = Check::warning("relay", "SMTPUTF8", "absent", "voyez");
        let fault = Check::fault("relay", "connexion", "refusée", "vérifiez smtp.host");
        assert!(is_well(&[good.clone(), warning.clone()]) && !is_well(std::slice::from_ref(&fault)));
        let text = text(&[fault, good, warning]);
        assert!(text.starts_with(
            "Machine\n  ✓ bon     horloge : à l’heure\n\nCourriel qui part\n  ✗ faute   connexion"
        ));
        assert!(
            text.contains("            → vérifiez smtp.host\n")
                && text.ends_with("1 faute, 1 point à voir.\n")
        );
    }
}
