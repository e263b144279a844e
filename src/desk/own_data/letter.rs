//! The data of a request as a text that anybody reads: the same facts as in the JSON beside it.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::clock::paris_text;
use crate::message::Lang;

/// What each fact is called, in the order of reading: a fact that has facts of its own comes after those that have none.
const NAMES: [(&str, &str); 29] = [
    ("service", "Service"),
    ("reference", "Référence"),
    ("recue_le", "Reçue le"),
    ("etat", "État"),
    ("etat_depuis", "Depuis le"),
    ("rubrique", "Rubrique"),
    ("organisme_compris", "Organisme compris"),
    ("voie", "Voie"),
    ("langue", "Langue"),
    ("recu_le", "Reçu le"),
    ("envoye_le", "Envoyé le"),
    ("nature", "Nature"),
    ("nom", "Nom"),
    ("adresse", "Adresse"),
    ("organisme", "Organisme"),
    ("fonction", "Fonction"),
    ("objet", "Objet"),
    ("texte", "Texte"),
    ("fichiers", "Fichier"),
    ("sujet_reconnu", "Sujet reconnu"),
    ("raison", "Raison"),
    ("confiance", "Confiance"),
    ("regles", "Version des règles"),
    ("regle", "Règle"),
    ("mots", "Mots"),
    ("indices", "Indice"),
    ("messages", "Message que vous avez écrit"),
    ("courriels_envoyes", "Courriel qui vous a été envoyé"),
    ("tri", "Comment votre demande a été triée"),
];

/// The text of what the JSON tells.
pub(super) fn of(told: &Value) -> String {
    let mut text = String::new();
    facts(told, &mut text);
    text
}

/// Each fact on its line, each group under its title.
fn facts(of: &Value, text: &mut String) {
    for (key, name) in NAMES {
        match &of[key] {
            Value::Null => {}
            value @ Value::Object(_) => group(name, value, text),
            Value::Array(all) => {
                for (at, one) in all.iter().enumerate() {
                    let title = format!("{name} {}", at + 1);
                    if one.is_object() {
                        group(&title, one, text);
                    } else {
                        line(&title, one, text);
                    }
                }
            }
            value => line(name, value, text),
        }
    }
}

fn group(title: &str, of: &Value, text: &mut String) {
    let _ = writeln!(text, "\n{title}\n{}", "-".repeat(title.chars().count()));
    facts(of, text);
}

fn line(name: &str, value: &Value, text: &mut String) {
    let said = match value.as_str() {
        Some(said) => {
            said.parse::<DateTime<Utc>>().map_or_else(|_| said.to_owned(), |at| paris_text(at, Lang::Fr))
        }
        None => value.to_string(),
    };
    if said.trim().is_empty() {
        return;
    }
    if said.contains('\n') {
        let _ = write!(text, "{name}\u{a0}:\n\n{said}\n\n");
    } else {
        let _ = writeln!(text, "{name}\u{a0}: {said}");
    }
}
