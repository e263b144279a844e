//! Labelled requests as `train` and `evaluate` read them: one JSON object a line, the shape of `classify` and its labels.

use std::collections::HashMap;

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

    /// What the learned model is taught by it. A category that the offer does not know is an error.
    pub(crate) fn example(&self, triage: &Triage) -> anyhow::Result<Example> {
        anyhow::ensure!(
            triage.taxonomy().get(&self.labels.category).is_some(),
            "{} : la catégorie « {} » n’existe pas ; corrigez l’étiquette",
            self.id,
            self.labels.category
        );
        Ok(triage.example(&self.request.clone().message(), &self.id, &self.labels.category))
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
        for text in files.examples().context("lecture des exemples")? {
            for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                let labelled = Labelled::read(at + 1, line)?;
                let digest = text_digest(&labelled.request.clone().message());
                taught.hands.insert(digest, hand(&labelled.id).to_owned());
                taught.labelled.push(labelled);
            }
        }
        Ok(taught)
    }

    /// The hand that wrote a message which was taught.
    pub(crate) fn hand_of(&self, message: &Message) -> Option<&str> {
        self.hands.get(&text_digest(message)).map(String::as_str)
    }

    /// All of it, as the model is taught by it.
    pub(crate) fn examples(&self, triage: &Triage) -> anyhow::Result<Vec<Example>> {
        self.labelled.iter().map(|labelled| labelled.example(triage)).collect()
    }
}
