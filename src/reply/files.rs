//! The reply texts as files, embedded or from `templates.dir`: a folder replaces the whole set, so that a town never
//! sends a text of the State by accident.

use std::collections::BTreeMap;
use std::path::Path;

use rust_embed::RustEmbed;

use crate::message::Lang;
use crate::triage::RuleFiles;

/// The shipped texts.
#[derive(RustEmbed)]
#[folder = "templates/replies/"]
struct Shipped;

/// Every reply text, by file name (`sill.fr.md`; `_receipt.fr.md` for a part that several replies include).
#[derive(Clone, Debug, Default)]
pub struct ReplyFiles {
    /// How the folder is named in faults (`templates/replies` or the configured folder).
    pub root: String,
    /// File name → text.
    pub texts: BTreeMap<String, String>,
}

impl ReplyFiles {
    /// The set compiled into the binary.
    pub fn embedded() -> Self {
        let texts = Shipped::iter()
            .filter_map(|path| {
                let file = Shipped::get(&path)?;
                Some((path.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
            })
            .collect();
        Self { root: "templates/replies".to_owned(), texts }
    }

    /// The set in the folder `replies` of a templates folder (`templates.dir`): replaces the embedded one as a whole.
    pub fn from_dir(templates: &Path) -> std::io::Result<Self> {
        let RuleFiles { root, texts, .. } = RuleFiles::from_dir(&templates.join("replies"))?;
        Ok(Self { root, texts })
    }

    /// The name of a file in faults (`templates/replies/sill.fr.md`).
    pub fn name(&self, file: &str) -> String {
        format!("{}/{file}", self.root)
    }
}

/// The two languages a reply is written in.
pub const LANGS: [Lang; 2] = [Lang::Fr, Lang::En];

/// What a file name says: the reply and its language; `None` for a file that is no reply.
pub(super) fn parse_name(file: &str) -> Option<(&str, Lang)> {
    let (name, code) = file.strip_suffix(".md")?.rsplit_once('.')?;
    let lang = LANGS.into_iter().find(|lang| lang.code() == code)?;
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let bare = name.strip_prefix('_').unwrap_or(name);
    (!bare.is_empty() && bare.chars().all(good)).then_some((name, lang))
}

/// The file of a reply in a language.
pub(super) fn file_name(name: &str, lang: Lang) -> String {
    format!("{name}.{}.md", lang.reply().code())
}
