//! What was typed, and what is wrong with it. Two fields are mandatory: the address and the message.

use std::collections::BTreeMap;

use super::email;
use crate::message::{Capacity, Form, FormFile, Lang, PurchaseStage, one_line};
use crate::web::settings;

/// Longest one-line fields, in characters: what [`Form::to_message`] keeps of them.
const NAME_MAX: usize = 200;
const ORGANISATION_MAX: usize = 300;
const ROLE_MAX: usize = 200;
const SUBJECT_MAX: usize = 200;
const SOFTWARE_MAX: usize = 200;

/// The fields as they came, so that the page can show them again unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::web::public) struct Typed {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) organisation: String,
    pub(super) role: String,
    /// Category id; empty for "je ne sais pas".
    pub(super) category: String,
    pub(super) subject: String,
    pub(in crate::web::public) message: String,
    /// The optional questions of some headings; codes for all but the software.
    pub(super) software: String,
    pub(super) stage: String,
    pub(super) capacity: String,
    /// A person was asked for although the topic is refused.
    pub(super) insists: bool,
    /// The answer to the sum.
    pub(super) answer: String,
}

/// Errors by field id (`email`, `message`, `files`, …): one sentence each, which says what to do.
pub(in crate::web::public) type Errors = BTreeMap<&'static str, String>;

/// The fields in the order of the page: the summary follows it.
pub(super) const ORDER: [&str; 10] = [
    "name",
    "email",
    "organisation",
    "role",
    "category",
    "software",
    "subject",
    "message",
    "files",
    "answer",
];

impl Typed {
    /// The field with this `name` attribute, to be filled; `None` if it is none of ours.
    pub(super) fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "name" => &mut self.name,
            "email" => &mut self.email,
            "organisation" => &mut self.organisation,
            "role" => &mut self.role,
            "category" => &mut self.category,
            "subject" => &mut self.subject,
            "message" => &mut self.message,
            "software" => &mut self.software,
            "stage" => &mut self.stage,
            "capacity" => &mut self.capacity,
            "answer" => &mut self.answer,
            _ => return None,
        })
    }

    /// What is wrong with the fields; empty when the form can be kept.
    pub(super) fn check(&self, limits: &settings::Form, lang: Lang) -> Errors {
        let mut errors = Errors::new();
        if let Err(fault) = email::check(&self.email) {
            errors.insert("email", fault.says(lang));
        }
        for (id, text, most, (fr, en)) in [
            ("name", &self.name, NAME_MAX, ("votre nom", "your name")),
            (
                "organisation",
                &self.organisation,
                ORGANISATION_MAX,
                ("le nom de l’organisme", "the name of your organisation"),
            ),
            ("role", &self.role, ROLE_MAX, ("votre fonction", "your function")),
            ("software", &self.software, SOFTWARE_MAX, ("le nom du logiciel", "the name of the software")),
            ("subject", &self.subject, SUBJECT_MAX, ("l’objet du message", "the subject")),
        ] {
            let over = text.trim().chars().count().saturating_sub(most);
            if over > 0 {
                let fr =
                    format!("Raccourcissez {fr} de {}\u{a0}: {} au plus.", signs_fr(over), signs_fr(most));
                let en = format!("Shorten {en} by {}: {} at most.", signs_en(over), signs_en(most));
                errors.insert(id, lang.choose(fr, en));
            }
        }
        let over = self.message.trim().chars().count().saturating_sub(limits.max_message_chars);
        if self.message.trim().is_empty() {
            errors.insert(
                "message",
                lang.choose(
                    "Écrivez votre message. Par exemple : « Sous quelle licence publier notre logiciel ? »"
                        .into(),
                    "Write your message. For example: “Under which licence can we publish our software?”"
                        .into(),
                ),
            );
        } else if over > 0 {
            errors.insert(
                "message",
                lang.choose(
                    format!(
                        "Raccourcissez votre message de {}, ou joignez la suite dans un fichier.",
                        signs_fr(over)
                    ),
                    format!("Shorten your message by {}, or attach the rest as a file.", signs_en(over)),
                ),
            );
        }
        errors
    }

    /// The form to keep. An unknown category counts as "je ne sais pas".
    pub(in crate::web::public) fn into_form(
        self,
        lang: Lang,
        known: impl Fn(&str) -> bool,
        files: Vec<FormFile>,
    ) -> Form {
        Form {
            heard: None,
            name: one_line(&self.name, NAME_MAX),
            email: email::tidy(&self.email),
            organisation: one_line(&self.organisation, ORGANISATION_MAX),
            role: one_line(&self.role, ROLE_MAX),
            category: if known(&self.category) { self.category } else { String::new() },
            subject: one_line(&self.subject, SUBJECT_MAX),
            body: plain(&self.message),
            software: one_line(&self.software, SOFTWARE_MAX),
            stage: PurchaseStage::from_code(&self.stage),
            capacity: Capacity::from_code(&self.capacity),
            insists: self.insists,
            adds_to: None,
            lang,
            files,
        }
    }
}

/// LF line ends, no control character but tabs: databases refuse U+0000 in a text.
fn plain(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    unix.trim().chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn signs_fr(count: usize) -> String {
    format!("{}\u{a0}caractère{}", grouped(count, "\u{a0}"), if count > 1 { "s" } else { "" })
}

fn signs_en(count: usize) -> String {
    format!("{} character{}", grouped(count, ","), if count > 1 { "s" } else { "" })
}

/// A number in groups of three digits, which people can read.
fn grouped(count: usize, between: &str) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(between);
        }
        text.push(digit);
    }
    text
}
