//! The rule set as texts, embedded or from `rules.dir`: one place reads files, so that everything else stays pure.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;

/// The shipped rule set.
#[derive(RustEmbed)]
#[folder = "rules/"]
// What measures the model teaches nothing.
#[exclude = "model/held-out.jsonl"]
struct Shipped;

/// The folder of the examples that the learned model was taught with, a file a source: `<name>.jsonl`.
const EXAMPLES: &str = "model/";
/// The one file there that is never taught.
const HELD_OUT: &str = "model/held-out.jsonl";

/// Whether a file holds examples, which decide nothing: they are read only to teach and to judge.
fn is_example(path: &str) -> bool {
    path.starts_with(EXAMPLES) && Path::new(path).extension() == Some("jsonl".as_ref())
}

/// Every file of a rule set, by path relative to its root with `/` (`sill.toml`, `reference/links.toml`).
#[derive(Clone, Debug, Default)]
pub struct RuleFiles {
    /// How the root is named in faults (`rules` or the configured folder).
    pub root: String,
    /// Path → text.
    pub texts: BTreeMap<String, String>,
    /// The folder it was read from; `None` for the embedded set.
    pub dir: Option<PathBuf>,
}

impl RuleFiles {
    /// The set compiled into the binary.
    pub fn embedded() -> Self {
        let text = |path: &str| {
            let file = Shipped::get(path)?;
            Some((path.to_owned(), String::from_utf8_lossy(&file.data).into_owned()))
        };
        let texts = Shipped::iter().filter(|path| !is_example(path)).filter_map(|path| text(&path)).collect();
        Self { root: "rules".to_owned(), texts, dir: None }
    }

    /// The examples that the learned model was taught with, a text a file, by path.
    pub fn examples(&self) -> std::io::Result<BTreeMap<String, String>> {
        let mut texts = BTreeMap::new();
        match &self.dir {
            None => {
                for path in Shipped::iter().filter(|path| is_example(path)) {
                    let data = Shipped::get(&path).map(|file| file.data).unwrap_or_default();
                    texts.insert(path.to_string(), String::from_utf8_lossy(&data).into_owned());
                }
            }
            Some(dir) => read_folder(dir, &mut texts, &|path| is_example(path) && path != HELD_OUT)?,
        }
        Ok(texts)
    }

    /// The set in a folder: replaces the embedded one as a whole.
    pub fn from_dir(dir: &Path) -> std::io::Result<Self> {
        let mut texts = BTreeMap::new();
        read_folder(dir, &mut texts, &|path| !is_example(path))?;
        Ok(Self { root: dir.display().to_string(), texts, dir: Some(dir.to_path_buf()) })
    }

    /// Its files of `reference/` alone.
    pub(in crate::triage) fn reference(&self) -> Self {
        let own = self.texts.iter().filter(|(path, _)| path.starts_with("reference/"));
        let texts = own.map(|(path, text)| (path.clone(), text.clone())).collect();
        Self { root: self.root.clone(), texts, dir: self.dir.clone() }
    }

    /// The name of a file in faults (`rules/sill.toml`).
    pub fn name(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }
}

/// Reads the wanted files of a folder and of those in it.
fn read_folder(
    dir: &Path,
    texts: &mut BTreeMap<String, String>,
    wanted: &dyn Fn(&str) -> bool,
) -> std::io::Result<()> {
    let mut todo = vec![dir.to_path_buf()];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                todo.push(path);
            } else if let Ok(relative) = path.strip_prefix(dir) {
                let name = relative.to_string_lossy().replace('\\', "/");
                if wanted(&name) {
                    texts.insert(name, String::from_utf8_lossy(&std::fs::read(&path)?).into_owned());
                }
            }
        }
    }
    Ok(())
}
