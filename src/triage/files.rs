//! The rule set as texts, embedded or from `rules.dir`: one place reads files, so that everything else stays pure.

use std::collections::BTreeMap;
use std::path::Path;

use rust_embed::RustEmbed;

/// The shipped rule set.
#[derive(RustEmbed)]
#[folder = "rules/"]
// What the model was taught with is needed to teach it again, not to use it.
#[exclude = "model/h*.jsonl"]
struct Shipped;

/// Every file of a rule set, by path relative to its root with `/` (`sill.toml`, `reference/links.toml`).
#[derive(Clone, Debug, Default)]
pub struct RuleFiles {
    /// How the root is named in faults (`rules` or the configured folder).
    pub root: String,
    /// Path → text.
    pub texts: BTreeMap<String, String>,
}

impl RuleFiles {
    /// The set compiled into the binary.
    pub fn embedded() -> Self {
        let texts = Shipped::iter()
            .filter_map(|path| {
                let file = Shipped::get(&path)?;
                Some((path.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
            })
            .collect();
        Self { root: "rules".to_owned(), texts }
    }

    /// The set in a folder: replaces the embedded one as a whole.
    pub fn from_dir(dir: &Path) -> std::io::Result<Self> {
        let mut texts = BTreeMap::new();
        let mut todo = vec![dir.to_path_buf()];
        while let Some(folder) = todo.pop() {
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    todo.push(path);
                } else if let Ok(relative) = path.strip_prefix(dir) {
                    let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
                    texts.insert(relative.to_string_lossy().replace('\\', "/"), text);
                }
            }
        }
        Ok(Self { root: dir.display().to_string(), texts })
    }

    /// The name of a file in faults (`rules/sill.toml`).
    pub fn name(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }
}
