//! The head of a reply file: TOML between two `+++` lines, then the Markdown. The head says what the reply is for, so
//! that a text filed under the wrong name is found when the service starts and not when it leaves.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::fault::{Fault, line_of, refusal};

/// What a reply is for. It decides which placeholders exist and whether it may leave without a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// The receipt of a request that waits for a person.
    Receipt,
    /// The reasoned refusal of a topic outside the offer.
    Refusal,
    /// An answer of the offer: a draft for a person, or sent alone where policy allows it.
    Draft,
    /// Takes back a refusal that left wrongly.
    Correction,
    /// To the coordinator who takes a request over.
    HandOver,
    /// To a coordinator who takes several over.
    HandOverDigest,
    /// Tells the requester who has the request.
    HandOverNotice,
}

impl Use {
    /// Every use.
    pub const ALL: [Self; 7] = [
        Self::Receipt,
        Self::Refusal,
        Self::Draft,
        Self::Correction,
        Self::HandOver,
        Self::HandOverDigest,
        Self::HandOverNotice,
    ];

    /// Its code in a head (`hand-over-notice`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Refusal => "refusal",
            Self::Draft => "draft",
            Self::Correction => "correction",
            Self::HandOver => "hand-over",
            Self::HandOverDigest => "hand-over-digest",
            Self::HandOverNotice => "hand-over-notice",
        }
    }

    /// Whether replies of this use belong to a category of the taxonomy.
    pub fn has_category(self) -> bool {
        matches!(self, Self::Refusal | Self::Draft)
    }
}

/// A reply file, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// What it is for.
    pub(super) used_for: Use,
    /// The category it answers, for a refusal or a draft.
    pub(super) category: Option<String>,
    /// Template of the subject: plain text, one line.
    pub(super) subject: String,
    /// Line of the subject in the file.
    pub(super) subject_line: usize,
    /// Template of the body. Empty lines stand for the head, so that its line numbers are those of the file.
    pub(super) body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    r#use: Use,
    category: Option<String>,
    subject: String,
}

/// Takes a reply file apart. `categories` is the taxonomy; empty means that it is not known yet.
pub(super) fn read(file: &str, text: &str, categories: &BTreeSet<&str>) -> Result<Source, Fault> {
    let text = text.replace("\r\n", "\n");
    let form = "commencez par +++, puis use, category et subject en TOML, puis +++";
    let Some((head, body)) = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n")) else {
        return Err(Fault::at(file, 1, "", "le fichier n’a pas d’en-tête", form));
    };
    let read: Head = toml::from_str(head).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(head, span.start) + 1);
        Fault::at(file, line, "", format!("l’en-tête est illisible ({})", refusal(error.message())), form)
    })?;
    let line = |key: &str| head.lines().position(|l| l.trim_start().starts_with(key)).map_or(1, |at| at + 2);
    let says = match (&read.category, read.r#use.has_category()) {
        (None, true) => Some("une réponse « refusal » ou « draft » sans catégorie".to_owned()),
        (Some(_), false) => {
            Some(format!("une catégorie, alors que use = \"{}\" n’en a pas", read.r#use.code()))
        }
        (Some(id), true) if !categories.is_empty() && !categories.contains(id.as_str()) => {
            Some(format!("la catégorie « {id} » n’existe pas"))
        }
        _ => None,
    };
    if let Some(says) = says {
        let mend =
            "nommez une catégorie de categories.toml si use vaut « refusal » ou « draft », aucune sinon";
        return Err(Fault::at(file, line("category"), "category", says, mend));
    }
    if read.subject.trim().is_empty() || read.subject.contains('\n') {
        let mend = "écrivez une ligne";
        return Err(Fault::at(
            file,
            line("subject"),
            "subject",
            "l’objet n’est pas une ligne de texte",
            mend,
        ));
    }
    if body.trim().is_empty() {
        return Err(Fault::at(file, None, "", "il n’y a aucun texte sous l’en-tête", "écrivez la réponse"));
    }
    let head_lines = head.lines().count() + 2;
    Ok(Source {
        used_for: read.r#use,
        category: read.category,
        subject: read.subject,
        subject_line: line("subject"),
        body: "\n".repeat(head_lines) + body,
    })
}
