//! Section `[log]` of the settings.

use serde::Deserialize;
use tracing_subscriber::EnvFilter;

use crate::fault::Finding;

/// The journal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For people or for a collector.
    pub format: Format,
    /// A level, or directives by module (`info,guichet::delivery=debug`).
    pub level: String,
}

/// How a line of the journal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// To be read.
    Text,
    /// One JSON object a line.
    Json,
}

impl Log {
    /// The filter that the level says; `None` when it is no level. One dependency traces whole conversations, passwords
    /// and mails included: it is never heard below `info`.
    pub fn filter(&self) -> Option<EnvFilter> {
        let quiet = "async_imap=info".parse().expect("a directive");
        Some(EnvFilter::try_new(&self.level).ok()?.add_directive(quiet))
    }

    pub(super) fn check(&self) -> Vec<Finding> {
        if self.filter().is_some() && !self.level.trim().is_empty() {
            return Vec::new();
        }
        let says = format!("« {} » n’est pas un niveau", self.level);
        let mend = "écrivez error, warn, info, debug ou trace, ou par module « info,guichet::web=debug »";
        vec![Finding::new("level", says, mend)]
    }
}
