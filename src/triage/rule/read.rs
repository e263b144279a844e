//! Reading one `[[rule]]`: every key is looked at, and each fault stands at its line.

use super::{HAND_OVER, Negated, Rule, SENSITIVE, Written};
use crate::triage::decision::Field;
use crate::triage::pattern::{Gatherer, Owner, Pattern};
use crate::triage::policy::Policy;
use crate::triage::rulefile::{Placed, Source, Table};

/// Reads a rule of a category; `None` when it has no id to be named by. `policy` is missing where it has faults of its own: what
/// it says of groups is then not known.
pub(in crate::triage) fn read_rule(
    source: &mut Source<'_>,
    mut table: Table<'_, '_>,
    category: &str,
    policy: Option<&Policy>,
    gatherer: &mut Gatherer,
) -> Option<Rule> {
    let at = table.at;
    let id = table.needed(source, "id").map(|(id, _)| id);
    table.label = format!("règle {}", id.as_deref().unwrap_or("?"));
    let label = table.label.clone();
    let (says_fr, says_en) = says(source, &mut table);
    let fields = match table.text(source, "field") {
        None => vec![Field::Subject, Field::Body],
        Some((name, at)) => {
            let known = field(&name);
            if known.is_none() {
                let mend = "choisissez subject, body, role, organisation, chosen ou from_email";
                source.fault(at, label.clone(), format!("le champ « {name} » n’existe pas"), mend);
            }
            known.into_iter().collect()
        }
    };
    let negated = match table.text(source, "negated") {
        None => Negated::default(),
        Some((word, at)) => negated(&word).unwrap_or_else(|| {
            let says = format!("« {word} » n’est pas une valeur de negated");
            source.fault(at, label.clone(), says, "choisissez even ou only, ou retirez cette clé");
            Negated::default()
        }),
    };
    let score = if [SENSITIVE, HAND_OVER].contains(&category) {
        0.0
    } else {
        table.within(source, "score", (-20.0, 20.0)).unwrap_or_default()
    };
    let group = table.text(source, "group").map(|(name, at)| {
        if policy.is_some_and(|policy| !policy.caps.contains_key(&name)) {
            let mend = "ajoutez-le à [caps] de policy.toml, ou choisissez l’un de ceux qui y sont";
            source.fault(at, label.clone(), format!("le groupe « {name} » n’a pas de plafond"), mend);
        }
        name
    });
    let mut read = |source: &mut Source<'_>, table: &mut Table<'_, '_>, key: &'static str| {
        let given = table.texts(source, key);
        let written = given.iter().map(|(text, _)| text.clone()).collect();
        (patterns(source, given, &label, gatherer), written)
    };
    let (any, any_written) = read(source, &mut table, "any");
    let (all, all_written) = read(source, &mut table, "all");
    let (none, none_written) = read(source, &mut table, "none");
    if !table.has("any") && !table.has("all") {
        source.fault(at, label.clone(), "elle n’a aucun motif", "ajoutez any ou all");
    }
    let texts = |placed: Vec<Placed>| placed.into_iter().map(|(text, _)| text).collect::<Vec<_>>();
    let matches = texts(table.texts(source, "matches"));
    let misses = texts(table.texts(source, "misses"));
    for (key, texts) in [("matches", &matches), ("misses", &misses)] {
        if texts.is_empty() {
            source.fault(at, label.clone(), format!("« {key} » manque"), "ajoutez au moins un exemple");
        }
    }
    let rule = Rule {
        id: id.unwrap_or_default(),
        category: category.to_owned(),
        says_fr,
        says_en,
        score,
        group,
        fields,
        written: Written { any: any_written, all: all_written, none: none_written },
        any,
        all,
        none,
        asked: table.flag(source, "asked"),
        weak: table.flag(source, "weak"),
        negated,
        reply: table.text(source, "reply").map(|(name, _)| name),
        matches,
        misses,
        file: source.name.clone(),
        line: source.line(at),
        asleep: false,
    };
    table.close(source);
    (!rule.id.is_empty()).then_some(rule)
}

/// Reads patterns, which belong to `key` of the file.
pub(in crate::triage) fn patterns(
    source: &mut Source<'_>,
    given: Vec<Placed>,
    key: &str,
    gatherer: &mut Gatherer,
) -> Vec<Pattern> {
    let mut out = Vec::with_capacity(given.len());
    for (text, at) in given {
        let owner = Owner { file: source.name.clone(), line: source.line(at), key: key.to_owned() };
        match gatherer.pattern(&text, &owner) {
            Ok(pattern) => out.push(pattern),
            Err((says, mend)) => {
                source.fault(at, key, format!("le motif « {text} » est fautif : {says}"), mend);
            }
        }
    }
    out
}

fn says(source: &mut Source<'_>, table: &mut Table<'_, '_>) -> (String, String) {
    let Some(mut says) = table.inner(source, "says") else {
        if !table.has("says") {
            let mend = "ajoutez says = { fr = \"…\", en = \"…\" } : une phrase simple sur la demande";
            source.fault(table.at, table.label.clone(), "« says » manque", mend);
        }
        return Default::default();
    };
    let mut sentence =
        |source: &mut Source<'_>, lang| says.needed(source, lang).map(|(s, _)| s).unwrap_or_default();
    let both = (sentence(source, "fr"), sentence(source, "en"));
    says.close(source);
    both
}

fn negated(word: &str) -> Option<Negated> {
    match word {
        "even" => Some(Negated::Even),
        "only" => Some(Negated::Only),
        _ => None,
    }
}

fn field(name: &str) -> Option<Field> {
    Some(match name {
        "subject" => Field::Subject,
        "body" => Field::Body,
        "role" => Field::Role,
        "organisation" => Field::Organisation,
        "chosen" => Field::Chosen,
        "from_email" => Field::FromEmail,
        _ => return None,
    })
}
