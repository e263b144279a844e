//! Labelled requests as `train` and `evaluate` read them: one JSON object a line, the shape of `classify` and its labels.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::lines::Request;
use crate::message::Message;
use crate::triage::model::train::{Example, hand};
use crate::triage::{RuleFiles, Triage};

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
    /// `easy`, `medium`, `hard`.
    #[serde(default)]
    pub(crate) difficulty: String,
    /// The contracts open to the writer's body.
    pub(crate) beneficiary: Option<Vec<String>>,
}

/// A labelled request.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    /// Its id; the number of its line where it has none.
    pub(crate) id: String,
    /// The request.
    pub(crate) request: Request,
    /// Its labels.
    pub(crate) labels: Labels,
}

impl Labelled {
    /// Reads one line.
    pub(crate) fn read(number: usize, line: &str) -> anyhow::Result<Self> {
        let request =
            Request::read(line).map_err(anyhow::Error::msg).with_context(|| format!("ligne {number}"))?;
        let labels =
            serde_json::from_str(line).with_context(|| format!("étiquettes de la ligne {number}"))?;
        let id = request.id.as_str().map_or_else(|| format!("ligne {number}"), str::to_owned);
        Ok(Self { id, request, labels })
    }

    /// What the learned model is taught by it; `None` where the active offer does not have its category.
    fn example(&self, triage: &Triage) -> Option<Example> {
        triage.taxonomy().get(&self.labels.category)?;
        Some(triage.example(&self.request.clone().message(), &self.id, &self.labels.category))
    }
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
                taught.add(Labelled::read(at + 1, line).with_context(|| files.name(&path))?);
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

    /// All of it, as the model is taught by it; requests of headings that the active offer does not have are left out.
    pub(crate) fn examples(&self, triage: &Triage) -> Vec<Example> {
        self.labelled.iter().filter_map(|labelled| labelled.example(triage)).collect()
    }

    /// Categories that the active offer does not have, and how many requests name each.
    pub(crate) fn of_no_heading(&self, triage: &Triage) -> BTreeMap<String, usize> {
        let mut left = BTreeMap::new();
        for category in self.labelled.iter().map(|labelled| &labelled.labels.category) {
            if triage.taxonomy().get(category).is_none() {
                *left.entry(category.clone()).or_default() += 1;
            }
        }
        left
    }
}
