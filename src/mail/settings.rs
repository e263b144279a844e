//! Section `[mail]` of the settings: what reading mail needs to know of the mail server in front.

use serde::Deserialize;

use crate::fault::Finding;
use crate::setting::optional_text;

/// What is believed of mail that arrives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The name under which the own border server writes its Authentication-Results (the authserv-id of RFC 8601).
    /// `None`: none is believed, and no mail counts as proven.
    #[serde(deserialize_with = "optional_text")]
    pub authserv_id: Option<String>,
}

impl Settings {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let wrong = self
            .authserv_id
            .as_ref()
            .filter(|id| id.contains(|c: char| c.is_whitespace() || ";<>@".contains(c)));
        let says = |id: &String| format!("« {id} » n’est pas un nom de serveur");
        let mend =
            "recopiez ce qui suit « Authentication-Results: » dans un courriel reçu, jusqu’au point-virgule";
        wrong.map(|id| Finding::new("authserv_id", says(id), mend)).into_iter().collect()
    }
}
