//! Section `[mail]` of the settings: what reading mail needs to know of the mail server in front.

use serde::Deserialize;

use crate::fault::Finding;
use crate::setting::optional_text;

/// What is believed of mail that arrives, and what mail that leaves carries for its answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The name under which the own border server writes its Authentication-Results (the authserv-id of RFC 8601).
    /// `None`: none is believed, and no mail counts as proven.
    #[serde(deserialize_with = "optional_text")]
    pub authserv_id: Option<String>,
    /// What a sender is of whom no result that is believed says anything.
    pub unchecked: Unchecked,
    /// Who forwards an old address of the service to it: domains of envelope senders, names or addresses of hosts. What
    /// they break (SPF) says nothing against a sender.
    pub trusted_forwarders: Vec<String>,
    /// Whether subjects of ours carry a signed tag.
    pub subject_tag: SubjectTag,
}

/// What a sender is of whom nothing that is believed says anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unchecked {
    /// Neither proven nor forged: what needs no proof happens.
    #[default]
    Unknown,
    /// As one whose proof failed: nothing automatic answers, and what they write moves nothing.
    Unproven,
}

/// Whether subjects of ours carry a signed tag, by which an answer finds its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectTag {
    /// Where the address of reply cannot carry a key (`service.plus_addressing` is off).
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Settings {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let wrong = self
            .authserv_id
            .as_ref()
            .filter(|id| id.contains(|c: char| c.is_whitespace() || ";<>@".contains(c)));
        let says = |id: &String| format!("« {id} » n’est pas un nom de serveur");
        let mend =
            "recopiez ce qui suit « Authentication-Results: » dans un courriel reçu, jusqu’au point-virgule";
        found.extend(wrong.map(|id| Finding::new("authserv_id", says(id), mend)));
        let odd = |name: &&String| {
            name.is_empty() || name.contains(|c: char| c.is_whitespace() || "<>@;,/".contains(c))
        };
        if let Some(odd) = self.trusted_forwarders.iter().find(odd) {
            found.push(Finding::new(
                "trusted_forwarders",
                format!("« {odd} » n’est ni un domaine, ni un nom de serveur, ni une adresse IP"),
                "écrivez par exemple « ancien.example », « mx.ancien.example » ou « 192.0.2.7 »",
            ));
        } else if !self.trusted_forwarders.is_empty() && self.authserv_id.is_none() {
            found.push(Finding::new(
                "trusted_forwarders",
                "sans mail.authserv_id, rien ne dit par où un courriel est entré",
                "donnez mail.authserv_id, ou videz la liste",
            ));
        }
        found
    }
}
