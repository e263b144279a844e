//! Changed rule sets, and the commands that try them: the real binary on the database of a story.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use guichet::store;
use guichet::triage::{RuleFiles, Triage};

use super::plain_spaces;

/// The shipped rules with one text replaced.
pub(crate) fn changed(file: &str, from: &str, to: &str) -> RuleFiles {
    let mut files = RuleFiles::embedded();
    let text = files.texts.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} no longer holds {from}");
    *text = text.replace(from, to);
    files
}

/// The shipped rules, with a person to confirm every refusal of training.
pub(crate) fn careful() -> RuleFiles {
    let from = "refused = true\nalone = \"act\"\nreply = \"refusal-training\"";
    changed("categories.toml", from, &from.replace("act", "propose"))
}

/// The shipped rules under the offer that is shipped beside the one in force.
pub(crate) fn switched() -> RuleFiles {
    let mut files = changed("categories.toml", "active = true", "active = later");
    let text = files.texts.get_mut("categories.toml").unwrap();
    *text = text.replace("active = false", "active = true").replace("active = later", "active = false");
    files
}

/// A set, loaded as a service loads it.
pub(crate) fn loaded(files: &RuleFiles) -> Arc<Triage> {
    Arc::new(Triage::load(files).unwrap())
}

/// Settings for the binary on a database, and room for rule sets.
pub(crate) struct Trial {
    folder: tempfile::TempDir,
}

impl Trial {
    pub(crate) fn new(database: &store::Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("config.toml"),
            // With PostgreSQL keys must be given; these commands sign nothing.
            format!(
                "[database]\nurl = \"{}\"\n[keys]\nsecrets = [\"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\"]\n",
                database.url
            ),
        )
        .unwrap();
        Self { folder }
    }

    /// A file beside the settings; its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// A rule set in a folder; its path.
    pub(crate) fn rules(&self, name: &str, files: &RuleFiles) -> String {
        for (path, text) in &files.texts {
            self.write(&format!("{name}/{path}"), text);
        }
        self.folder.path().join(name).display().to_string()
    }

    /// From now on the set in that folder is in force.
    pub(crate) fn in_force(&self, rules: &str) {
        let path = self.folder.path().join("config.toml");
        let settings = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{settings}[rules]\ndir = \"{rules}\"\n")).unwrap();
    }

    /// Runs the binary; its exit code and its output, or what it complained of.
    pub(crate) fn guichet(&self, args: &[&str]) -> (Option<i32>, String) {
        let config = self.folder.path().join("config.toml");
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_guichet"))
            .arg("--config")
            .arg(Path::new(&config))
            .args(args)
            .output()
            .expect("the binary was built with the tests");
        let said = if stdout.is_empty() { stderr } else { stdout };
        (status.code(), plain_spaces(&String::from_utf8(said).expect("it writes UTF-8")))
    }

    /// The same, where it writes one object of JSON.
    pub(crate) fn json(&self, args: &[&str]) -> (Option<i32>, serde_json::Value) {
        let (code, said) = self.guichet(&[args, &["--json"]].concat());
        (code, serde_json::from_str(&said).unwrap_or_else(|_| panic!("{code:?} {said}")))
    }
}
