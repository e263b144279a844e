//! "Pourquoi cette décision": the explanation that `guichet explain` prints too, replies by what people call them, and whether the decision would be the same
//! today. The sentences are those of [`crate::triage::explain`]; here is only what the page shows at once and what it
//! folds.

use super::categories::Categories;
use super::words;
use crate::desk::{Correction, decide};
use crate::reply::Replies;
use crate::store::TicketFile;
use crate::triage::explain::{self, Comparison, Contender, Explanation, Outcome};
use crate::triage::{Decision, Directory, Triage};

/// Candidates that are not folded, the winner included: the tail says little.
const AT_ONCE: usize = 4;

/// The whole explanation.
pub(super) struct Why {
    /// What was decided, in words.
    pub(super) told: Explanation,
    /// That a person decided otherwise since.
    pub(super) corrected: Option<String>,
    /// How it compares with what would be decided today; nothing where the first message is not at hand.
    pub(super) today: Option<Comparison>,
}

impl Why {
    /// The candidates shown at once.
    pub(super) fn leading(&self) -> &[Contender] {
        &self.told.contenders[..self.told.contenders.len().min(AT_ONCE)]
    }

    /// The others, folded.
    pub(super) fn tail(&self) -> &[Contender] {
        self.told.contenders.get(AT_ONCE..).unwrap_or_default()
    }
}

/// The explanation of a ticket's decision; `None` when its decision does not read.
pub(super) fn why(
    file: &TicketFile,
    triage: &Triage,
    directory: &Directory,
    categories: &Categories,
    replies: &Replies,
) -> Option<Why> {
    let of = |decision: &Decision| {
        let reply = decision.reply.as_ref().map(|name| words::reply(replies, name));
        Outcome { reply, ..Outcome::from(decision) }
    };
    let decision = file.decision.as_ref()?;
    let first = file.opening();
    let chosen = first.and_then(|stored| stored.message.chosen.as_deref());
    let today = first.map(|stored| {
        let (message, nature) = (&stored.message, stored.nature.as_ref());
        let now = decide(triage, directory, message, nature, stored.received_at);
        Comparison::of(&of(decision), &of(&now), categories.taxonomy())
    });
    let corrected = Correction::of(file).map(|correction| correction.sentence(categories.taxonomy()));
    let told = explained(decision, categories, chosen, replies);
    Some(Why { told, corrected, today })
}

/// The explanation of a decision, its reply by what people call it.
pub(super) fn explained(
    decision: &Decision,
    categories: &Categories,
    chosen: Option<&str>,
    replies: &Replies,
) -> Explanation {
    let reply = decision.reply.as_ref().map(|name| words::reply(replies, name));
    let reply = explain::reply(reply.as_deref(), decision.reply_mode);
    Explanation { reply, ..Explanation::of(decision, categories.taxonomy(), chosen) }
}
