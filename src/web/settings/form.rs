//! Section `[form]`: the limits and the quiet defences of the public form.

use serde::Deserialize;

use crate::fault::Finding;

/// The public form: its limits and its quiet defences. None of them loses a request: at worst a simple sum is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Attachments of one request; 0 to 20.
    pub max_files: usize,
    /// Size of one attachment, in millions of octets; 1 to 50.
    pub max_file_mb: usize,
    /// Size of all attachments together, in millions of octets; 1 to 100.
    pub max_total_mb: usize,
    /// Characters of the message; 1000 to 200000.
    pub max_message_chars: usize,
    /// Seconds under which nobody fills in a form: quicker is asked the sum; 0 to 60.
    pub min_seconds: u32,
    /// Requests from one client address in an hour before the sum is asked. High: a ministry is one address.
    pub per_address_per_hour: u32,
    /// Looks at a form before sending from one client address in an hour; beyond, none is given and sending goes on. A form is
    /// looked at a few times while it is written; 10 to 10000000.
    pub previews_per_address_per_hour: u32,
    /// Minutes for which the attachments of a form to correct are kept; 10 to 1440.
    pub keep_files_minutes: u32,
    /// Hours for which a form that was opened can be sent; 20 (WCAG 2.2.1) to 168.
    pub token_hours: u32,
    /// Markdown above the form, in French: what the service does, links that help. Empty: nothing.
    pub intro_fr: String,
    /// The same in English.
    pub intro_en: String,
    /// Markdown on the page after sending, in French: what happens next. Empty: nothing more than the built-in text.
    pub sent_fr: String,
    /// The same in English.
    pub sent_en: String,
}

impl Form {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let mut found: Vec<Finding> = [
            Finding::outside("max_files", self.max_files, 0, 20),
            Finding::outside("max_file_mb", self.max_file_mb, 1, 50),
            Finding::outside("max_total_mb", self.max_total_mb, 1, 100),
            Finding::outside("max_message_chars", self.max_message_chars, 1_000, 200_000),
            Finding::outside("min_seconds", self.min_seconds, 0, 60),
            Finding::outside("per_address_per_hour", self.per_address_per_hour, 1, 1_000_000),
            Finding::outside(
                "previews_per_address_per_hour",
                self.previews_per_address_per_hour,
                10,
                10_000_000,
            ),
            Finding::outside("keep_files_minutes", self.keep_files_minutes, 10, 1_440),
            Finding::outside("token_hours", self.token_hours, 20, 168),
        ]
        .into_iter()
        .flatten()
        .collect();
        if found.is_empty() && self.max_total_mb < self.max_file_mb {
            found.push(Finding::new(
                "max_total_mb",
                format!("{} est moins que la taille permise à un seul fichier", self.max_total_mb),
                format!("choisissez au moins {}, ou baissez form.max_file_mb", self.max_file_mb),
            ));
        }
        found
    }
}
