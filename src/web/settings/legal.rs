//! Section `[legal]`: what the pages at the foot of the site say.

use std::path::PathBuf;

use serde::Deserialize;

use crate::fault::Finding;
use crate::setting::{optional_path, optional_text};

/// What the law wants to be read at the foot of every page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Legal {
    /// Who publishes the site, with its postal address (loi 2004-575, article 1-1).
    pub publisher: String,
    /// Who directs the publication: a name or a function.
    pub director: String,
    /// Who hosts it: name, address, telephone. `None`: the page says that the operator has not said.
    #[serde(deserialize_with = "optional_text")]
    pub host: Option<String>,
    /// Who decides why and how personal data are processed (GDPR, article 4-7).
    pub controller: String,
    /// The data protection officer's address for mail.
    pub dpo_email: String,
    /// The data protection officer's postal address.
    pub dpo_address: String,
    /// The legal basis of the processing, in French (GDPR, article 6).
    pub legal_basis_fr: String,
    /// The same in English.
    pub legal_basis_en: String,
    /// How long requests are kept, in French.
    pub retention_fr: String,
    /// The same in English.
    pub retention_en: String,
    /// What the accessibility statement says (décret 2019-768): "non conforme" until an audit says otherwise.
    pub accessibility: Conformity,
    /// Who answers for accessibility. `None`: the service's contact address.
    #[serde(deserialize_with = "optional_text")]
    pub accessibility_contact: Option<String>,
    /// Markdown files that replace the built-in pages as a whole.
    #[serde(deserialize_with = "optional_path")]
    pub notice_file: Option<PathBuf>,
    /// Replaces the page on personal data.
    #[serde(deserialize_with = "optional_path")]
    pub personal_data_file: Option<PathBuf>,
    /// Replaces the accessibility statement.
    #[serde(deserialize_with = "optional_path")]
    pub accessibility_file: Option<PathBuf>,
    /// Replaces the page on cookies.
    #[serde(deserialize_with = "optional_path")]
    pub cookies_file: Option<PathBuf>,
}

/// The three states of conformity of an accessibility statement (décret 2019-768, article 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Conformity {
    /// No valid audit, or less than half of the criteria.
    #[serde(rename = "non conforme")]
    Non,
    /// At least half of the criteria.
    #[serde(rename = "partiellement conforme")]
    Partial,
    /// All criteria.
    #[serde(rename = "totalement conforme")]
    Full,
}

impl Conformity {
    /// As the foot of a French page says it.
    pub fn fr(self) -> &'static str {
        match self {
            Self::Non => "non conforme",
            Self::Partial => "partiellement conforme",
            Self::Full => "totalement conforme",
        }
    }

    /// As the foot of an English page says it.
    pub fn en(self) -> &'static str {
        match self {
            Self::Non => "not compliant",
            Self::Partial => "partially compliant",
            Self::Full => "fully compliant",
        }
    }
}

impl Legal {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let texts = [
            ("publisher", &self.publisher),
            ("director", &self.director),
            ("controller", &self.controller),
            ("dpo_email", &self.dpo_email),
            ("dpo_address", &self.dpo_address),
            ("legal_basis_fr", &self.legal_basis_fr),
            ("legal_basis_en", &self.legal_basis_en),
            ("retention_fr", &self.retention_fr),
            ("retention_en", &self.retention_en),
        ];
        let empty = texts.into_iter().filter(|(_, text)| text.trim().is_empty()).map(|(key, _)| {
            Finding::new(
                key,
                "ce texte est vide, or la loi le demande",
                "écrivez ce qui doit se lire sur la page",
            )
        });
        let files = [
            ("notice_file", &self.notice_file),
            ("personal_data_file", &self.personal_data_file),
            ("accessibility_file", &self.accessibility_file),
            ("cookies_file", &self.cookies_file),
        ];
        let missing = files.into_iter().filter_map(|(key, file)| {
            let file = file.as_ref().filter(|file| !file.is_file())?;
            let says = format!("« {} » n’est pas un fichier lisible", file.display());
            Some(Finding::new(key, says, "donnez un fichier Markdown, ou \"\" pour le texte livré"))
        });
        empty.chain(missing).collect()
    }
}
