//! Rows that do not hold together are refused, all at once, each with its file and line.

use guichet::triage::{Reference, RuleFiles};

/// A file and what becomes of its text.
type Change<'a> = (&'a str, &'a dyn Fn(&str) -> String);

/// The shipped set with some files changed.
fn faults(changes: &[Change<'_>]) -> Vec<String> {
    let mut files = RuleFiles::embedded();
    for (path, change) in changes {
        let text = files.texts.get_mut(*path).unwrap();
        *text = change(text);
    }
    Reference::load(&files).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn one(path: &str, change: &dyn Fn(&str) -> String) -> String {
    let faults = faults(&[(path, change)]);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.into_iter().next().unwrap()
}

fn line_of(text: &str, needle: &str) -> usize {
    text.lines().position(|line| line.contains(needle)).unwrap() + 1
}

const ORGANISATIONS: &str = "reference/organisations.toml";
const CONTRACTS: &str = "reference/contracts.toml";
const DOMAINS: &str = "reference/domains.csv";

#[test]
fn a_row_without_source_is_refused_at_its_line() {
    let with_row =
        |text: &str| format!("{text}\n[[organisation]]\nid = \"x\"\nname = \"Xylo\"\nkind = \"service\"\n");
    let fault = one(ORGANISATIONS, &with_row);
    let shipped = RuleFiles::embedded();
    let line = line_of(&with_row(&shipped.texts[ORGANISATIONS]), "id = \"x\"") - 1;
    assert_eq!(
        fault,
        format!(
            "rules/{ORGANISATIONS}:{line}: x: la ligne n’a pas de source; nommez un code de reference/sources.toml"
        )
    );
    let fault = one(DOMAINS, &|text| text.replace("insee.fr,insee,,sure,NDD,", "insee.fr,insee,,sure,,"));
    assert!(
        fault.starts_with(&format!("rules/{DOMAINS}:")) && fault.contains("n’a pas de source"),
        "{fault}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    let row = |rest: &'static str| {
        move |text: &str| {
            format!("{text}\n[[organisation]]\nid = \"x\"\nname = \"Xylo\"\nkind = \"service\"\n{rest}\n")
        }
    };
    for (rest, says) in [
        ("source = \"ZZ\"", "la source « ZZ » est inconnue"),
        ("source = \"CG\"\nvalid_from = \"2024-13\"", "« 2024-13 » n’est ni AAAA-MM ni AAAA-MM-JJ"),
        (
            "source = \"CG\"\nvalid_from = \"2024-03\"\nvalid_until = \"2024-02\"",
            "finit (2024-02-29) avant de commencer",
        ),
        ("source = \"CG\"\nparent = \"nobody\"", "l’organisme « nobody » est inconnu"),
        ("source = \"CG\"\nparent = \"x\"", "l’organisme est au-dessus de lui-même"),
        ("source = \"CG\"\nnames = [\"ANS\"]", "« ANS » est déclaré ambigu"),
        ("source = \"CG\"\nnames = [\"dinum\"]", "« dinum » nomme déjà « dinum »"),
        ("source = \"CG\"\nnom = \"x\"", "le champ « nom » n’existe pas"),
    ] {
        let fault = one(ORGANISATIONS, &row(rest));
        assert!(fault.contains(says), "{fault}");
    }
    let fault = one(CONTRACTS, &|text| text.replacen("\"cese\",", "\"cese\", \"cesa\",", 1));
    assert!(fault.contains("expertise-2020: l’organisme « cesa » est inconnu"), "{fault}");
    let fault = one(CONTRACTS, &|text| text.replacen("\"cese\",", "\"cese\", \"cnaf\",", 1));
    assert!(fault.contains("« cnaf » y figure deux fois"), "{fault}");
    let fault = one(DOMAINS, &|text| format!("{text}insee.fr,insee,,sure,CG,,,\n"));
    assert!(fault.contains("insee.fr: le domaine figure deux fois"), "{fault}");
    let fault = one(DOMAINS, &|text| format!("{text}x.fr,,,sure,CG,,,\n"));
    assert!(fault.contains("x.fr: la ligne ne nomme aucun organisme"), "{fault}");
    let fault = one(DOMAINS, &|text| format!("{text}x.fr,insee,sure\n"));
    assert!(fault.contains("3 champs, alors que l’en-tête en a 8"), "{fault}");
    let fault = one(DOMAINS, &|text| format!("{text}x.fr,insee,,certain,CG,,,\n"));
    assert!(fault.contains("cette valeur n’est pas parmi « sure »"), "{fault}");
    let fault =
        one("reference/software.csv", &|text| text.replacen("support-list-2025-04", "support-list-2035", 1));
    assert!(fault.contains("la liste « support-list-2035 » est inconnue"), "{fault}");
}

#[test]
fn all_faults_come_at_once() {
    let all = faults(&[
        (ORGANISATIONS, &|text| text.replacen("source = \"S0;W25\"", "source = \"S9\"", 1)),
        (DOMAINS, &|text| text.replacen(",NDD,", ",,", 1)),
        (CONTRACTS, &|text| text.replacen("valid_from = \"2020-10\"", "valid_from = \"2020\"", 1)),
    ]);
    assert_eq!(all.len(), 3, "{all:#?}");
}
