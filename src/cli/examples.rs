//! Labelled requests as `train` and `evaluate` read them: one JSON object a line, the shape of `classify` and its labels.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use anyhow::Context as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::lines::{BadLine, Request, each_line, unread};
use crate::message::Message;
use crate::triage::directory::Role;
use crate::triage::model::train::{Example, hand};
use crate::triage::{RuleFiles, Triage};

/// The label of a request that must be handed over to nobody without a person.
pub(crate) const NOBODY: &str = "none";

/// The labels of one request.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Labels {
    /// The primary ask.
    pub(crate) category: String,
    /// Every category asked, the primary one first.
    #[serde(default)]
    pub(crate) topics: Vec<String>,
    /// An automatic refusal would be a fault.
    #[serde(default)]
    pub(crate) must_not_refuse: bool,
    /// It teaches what a sentence asks, and no category: a text made up to be refused wrongly.
    #[serde(default)]
    pub(crate) sentences_only: bool,
    /// `easy`, `medium`, `hard`.
    #[serde(default)]
    pub(crate) difficulty: String,
    /// The contracts open to the writer's body.
    pub(crate) beneficiary: Option<Vec<String>>,
    /// Whom it may be handed over to without a person: a role's code, or `none`; absent where nobody said.
    pub(crate) hand_over: Option<String>,
}

/// A labelled request.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    /// Its id; the number of its line where it has none.
    pub(crate) id: String,
    /// The number of its line, from 1.
    pub(crate) line: usize,
    /// The request.
    pub(crate) request: Request,
    /// Its labels.
    pub(crate) labels: Labels,
}

impl Labelled {
    /// Reads one line; what is wrong with it otherwise.
    fn read(number: usize, line: &str) -> Result<Self, String> {
        let request = Request::read(line)?;
        let labels: Labels = serde_json::from_str(line).map_err(|error| unread(&error))?;
        let told = |code: &str| code == NOBODY || Role::from_code(code).is_some_and(Role::is_handed_over);
        if let Some(code) = labels.hand_over.as_deref().filter(|code| !told(code)) {
            return Err(format!("hand_over : « {code} » n’est ni coordinator, ni amdac, ni {NOBODY}"));
        }
        let id = request.id.as_str().map_or_else(|| format!("ligne {number}"), str::to_owned);
        Ok(Self { id, line: number, request, labels })
    }

    /// What the learned model is taught by it; `None` where no heading, offered or asleep, is its category.
    fn example(&self, triage: &Triage) -> Option<Example> {
        let labels = &self.labels;
        triage.taxonomy().declared(&labels.category)?;
        let of_offer = |id: &String| triage.taxonomy().declared(id).is_some_and(|category| category.in_offer);
        let offer = labels.must_not_refuse || labels.topics.iter().chain([&labels.category]).any(of_offer);
        let example = triage.example(&self.request.clone().message(), &self.id, &labels.category, offer);
        Some(Example { sentences_only: labels.sentences_only, ..example })
    }
}

/// Calls `each` with every labelled request of the files (standard input without one). A line that cannot be read, or that
/// `each` does not take, is a [`BadLine`].
pub(crate) fn each_labelled(
    files: &[PathBuf],
    mut each: impl FnMut(Labelled) -> Result<(), String>,
) -> anyhow::Result<()> {
    let standard = [PathBuf::from("-")];
    for file in if files.is_empty() { &standard[..] } else { files } {
        each_line(std::slice::from_ref(file), |line, text| {
            let bad = |says: String| BadLine { file: file.display().to_string(), line, says };
            Ok(Labelled::read(line, text).and_then(&mut each).map_err(bad)?)
        })?;
    }
    Ok(())
}

/// What tells a text from others, whatever its id: by it a request is known that was taught.
pub(crate) fn text_digest(message: &Message) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(message.subject.as_bytes());
    digest.update([0]);
    digest.update(message.body.as_bytes());
    digest.finalize().into()
}

/// What the model of a rule set was taught with.
#[derive(Debug, Default)]
pub(crate) struct Taught {
    labelled: Vec<Labelled>,
    /// Who wrote each text: the letters at the beginning of its id.
    hands: HashMap<[u8; 32], String>,
}

impl Taught {
    /// Reads the labelled requests of a rule set.
    pub(crate) fn read(files: &RuleFiles) -> anyhow::Result<Self> {
        let mut taught = Self::default();
        for (path, text) in files.examples().context("lecture des exemples")? {
            for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                let bad = |says: String| BadLine { file: files.name(&path), line: at + 1, says };
                taught.add(Labelled::read(at + 1, line).map_err(bad)?);
            }
        }
        Ok(taught)
    }

    /// Adds a labelled request, unless its text is there already: what is told twice teaches nothing, and would carry the
    /// words of one writer over the number of examples below which they are dropped.
    pub(crate) fn add(&mut self, labelled: Labelled) {
        let digest = text_digest(&labelled.request.clone().message());
        if self.hands.insert(digest, hand(&labelled.id).to_owned()).is_none() {
            self.labelled.push(labelled);
        }
    }

    /// The hand that wrote a message which was taught.
    pub(crate) fn hand_of(&self, message: &Message) -> Option<&str> {
        self.hands.get(&text_digest(message)).map(String::as_str)
    }

    /// All of it, as the model is taught by it; requests of headings that are not declared are left out. Those of headings
    /// asleep are taught: who knows what they ask does not take it for something else.
    pub(crate) fn examples(&self, triage: &Triage) -> Vec<Example> {
        self.labelled.iter().filter_map(|labelled| labelled.example(triage)).collect()
    }

    /// Categories that no heading declares, and how many requests name each.
    pub(crate) fn of_no_heading(&self, triage: &Triage) -> BTreeMap<String, usize> {
        let mut left = BTreeMap::new();
        for category in self.labelled.iter().map(|labelled| &labelled.labels.category) {
            if triage.taxonomy().declared(category).is_none() {
                *left.entry(category.clone()).or_default() += 1;
            }
        }
        left
    }
}
