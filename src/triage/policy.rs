//! The numbers of `rules/policy.toml`: how scores become a confidence, and when the program may act alone.

use std::collections::BTreeMap;

use super::files::RuleFiles;
use super::rulefile::{Source, Table};
use crate::fault::Fault;

/// Every threshold, as documented in `rules/policy.toml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Policy {
    /// Octets of new text read; what lies beyond is never grounds to act alone.
    pub(super) read_octets: usize,
    /// Factor of a hit in a sentence that asks.
    pub(super) asking: f64,
    /// Factor of a hit in the subject.
    pub(super) subject: f64,
    /// What the category chosen in the form counts.
    pub(super) chosen: f64,
    /// Cap of each group; `default` for the rules of a category without a group.
    pub(super) caps: BTreeMap<String, f64>,
    /// Most that all weak hits of a category count together.
    pub(super) weak_cap: f64,
    /// Score of the silent candidate "something else".
    pub(super) unknown: f64,
    /// Temperature of the shares.
    pub(super) temperature: f64,
    /// Share → calibrated confidence, ascending, linear in between.
    pub(super) calibration: Vec<(f64, f64)>,
    /// Score from which a category is recognised at all.
    pub(super) recognised: f64,
    /// Score from which a second category counts as really asked.
    pub(super) topic: f64,
    /// The same as a share of the first one's score.
    pub(super) topic_share: f64,
    /// Distance in score under which two categories are ambiguous.
    pub(super) ambiguous: f64,
    /// Category shown when nothing is recognised.
    pub(super) fallback: String,
    /// When a refusal may leave alone.
    pub(super) refuse: Bar,
    /// Asking sentences that a refused topic explains, for each one that none does, before a refusal.
    pub(super) explained_each: usize,
    /// Distance in score that a refusal keeps to other refused topics.
    pub(super) rival: f64,
    /// Score of any heading of the offer that forbids a refusal.
    pub(super) offer_veto: f64,
    /// When a refusal may leave alone, the learned model judging.
    pub(super) refuse_learned: RefuseLearned,
    /// What the learned model may say.
    pub(super) learned: LearnedBar,
    /// When mail may be set aside.
    pub(super) set_aside: Bar,
    /// Replies of the offer that may leave without a person.
    pub(super) answers_alone: Vec<String>,
    /// When they may.
    pub(super) answer: Bar,
    /// When a request may be handed over, or an address told, without a person; never without the section.
    pub(super) hand_over: Option<HandOverBar>,
}

/// What must be reached to act alone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bar {
    /// Least score.
    pub(super) score: f64,
    /// Least confidence.
    pub(super) confidence: f64,
    /// Least distance in score to the next category (for a refusal: to the offer).
    pub(super) margin: f64,
}

/// What must be reached before somebody outside is told without a person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct HandOverBar {
    /// Least confidence in the category.
    pub(super) confidence: f64,
    /// Least score of the category by rules.
    pub(super) score: f64,
}

/// What a probability of the learned model means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LearnedBar {
    /// How many times the heading that the writer chose in the form counts.
    pub(super) chosen: f64,
    /// Probability from which the model alone recognises a heading.
    pub(super) recognised: f64,
    /// Probability from which one sentence by itself asks a topic.
    pub(super) topic: f64,
    /// The same where the writer announces one more ask.
    pub(super) topic_more: f64,
    /// Probability from which a topic that rules heard is asked too.
    pub(super) heard: f64,
}

/// What a refusal that leaves alone needs of the learned model.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct RefuseLearned {
    /// Least probability of the refused topic.
    pub(super) sure: f64,
    /// Largest probability of all headings of the offer together.
    pub(super) offer: f64,
    /// Largest probability of the offer in one sentence that asks.
    pub(super) sentence: f64,
    /// Largest probability of the offer in one sentence that does not ask.
    pub(super) sentence_said: f64,
    /// A sentence is judged so only where it stands further than this on the side of those that ask something of the offer.
    pub(super) sentence_asks: f64,
    /// The probability that is too much already where the writer announces one more ask.
    pub(super) sentence_more: f64,
    /// A message of fewer words is short: it leaves little to judge by.
    pub(super) short_words: usize,
    /// Score of rules for any heading of the offer that forbids it in a short message.
    pub(super) short_offer: f64,
    /// The probability that is too much already where a rule for the offer hit in that sentence.
    pub(super) sentence_heard: f64,
}

impl Policy {
    /// Reads and checks `policy.toml`.
    pub(super) fn load(files: &RuleFiles, faults: &mut Vec<Fault>) -> Self {
        let Some((mut source, root)) = Source::open(files, "policy.toml", faults) else {
            return Self::default();
        };
        let policy = read(&mut source, &root);
        source.close(faults);
        policy
    }

    /// The calibrated confidence of a share.
    pub(super) fn calibrated(&self, share: f64) -> f64 {
        let next = self.calibration.partition_point(|(from, _)| *from < share);
        match (next.checked_sub(1).and_then(|at| self.calibration.get(at)), self.calibration.get(next)) {
            (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (share - x0) / (x1 - x0),
            (None, Some((_, y))) | (Some((_, y)), None) => *y,
            (None, None) => share,
        }
    }

    /// The cap of a group.
    pub(super) fn cap(&self, group: &str) -> f64 {
        self.caps.get(group).or_else(|| self.caps.get("default")).copied().unwrap_or(f64::INFINITY)
    }
}

fn read(source: &mut Source<'_>, root: &toml::de::DeTable<'_>) -> Policy {
    const SCORE: (f64, f64) = (0.0, 100.0);
    let mut root = Table::new("", 0, root);
    let mut policy = Policy::default();
    let mut section = |source: &mut Source<'_>,
                       name: &'static str,
                       read: &mut dyn FnMut(&mut Source<'_>, &mut Table<'_, '_>)| {
        match root.inner(source, name) {
            Some(mut table) => {
                read(source, &mut table);
                table.close(source);
            }
            None => source.fault(0, name, "la section manque", format!("ajoutez [{name}]")),
        }
    };
    section(source, "text", &mut |source, table| {
        policy.read_octets = whole(table.within(source, "read_octets", (1024.0, 1e9)));
    });
    section(source, "score", &mut |source, table| {
        policy.asking = table.within(source, "asking", (1.0, 5.0)).unwrap_or_default();
        policy.subject = table.within(source, "subject", (1.0, 5.0)).unwrap_or_default();
        policy.chosen = table.within(source, "chosen", SCORE).unwrap_or_default();
        policy.weak_cap = table.within(source, "weak_cap", SCORE).unwrap_or_default();
    });
    section(source, "confidence", &mut |source, table| {
        policy.unknown = table.within(source, "unknown", (-100.0, 100.0)).unwrap_or_default();
        policy.temperature = table.within(source, "temperature", (0.05, 100.0)).unwrap_or_default();
        policy.calibration = table.pairs(source, "calibration");
        let ascending = policy.calibration.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1);
        let inside =
            policy.calibration.iter().all(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y));
        if !ascending || !inside || policy.calibration.len() < 2 {
            let mend = "donnez au moins deux couples entre 0 et 1, croissants des deux côtés";
            source.fault(table.at, "confidence, calibration", "ce n’est pas une courbe de calibration", mend);
        }
    });
    section(source, "topics", &mut |source, table| {
        policy.recognised = table.within(source, "recognised", SCORE).unwrap_or_default();
        policy.topic = table.within(source, "topic", SCORE).unwrap_or_default();
        policy.topic_share = table.within(source, "topic_share", (0.0, 1.0)).unwrap_or_default();
        policy.ambiguous = table.within(source, "ambiguous", SCORE).unwrap_or_default();
        policy.fallback = table.needed(source, "fallback").map(|(id, _)| id).unwrap_or_default();
    });
    section(source, "refuse", &mut |source, table| {
        policy.refuse = bar(source, table);
        policy.explained_each = whole(table.within(source, "explained_each", (1.0, 1e3)));
        policy.rival = table.within(source, "rival", SCORE).unwrap_or(f64::INFINITY);
        policy.offer_veto = table.within(source, "offer_veto", SCORE).unwrap_or_default();
        if policy.refuse.confidence < 0.5 {
            let mend = "choisissez au moins 0.5 : un refus à tort est la pire des fautes";
            source.fault(
                table.at,
                "refuse, confidence",
                "un refus partirait avec moins d’une chance sur deux d’être juste",
                mend,
            );
        }
    });
    section(source, "learned", &mut |source, table| {
        let mut chance =
            |source: &mut Source<'_>, key| table.within(source, key, (0.0, 1.0)).unwrap_or(f64::INFINITY);
        policy.learned = LearnedBar {
            recognised: chance(source, "recognised"),
            topic: chance(source, "topic"),
            topic_more: chance(source, "topic_more"),
            heard: chance(source, "heard"),
            chosen: table.within(source, "chosen", (1.0, 100.0)).unwrap_or(1.0),
        };
    });
    section(source, "refuse_learned", &mut |source, table| {
        policy.refuse_learned = RefuseLearned {
            sure: table.within(source, "sure", (0.5, 1.0)).unwrap_or(f64::INFINITY),
            offer: table.within(source, "offer", (0.0, 0.5)).unwrap_or_default(),
            sentence: table.within(source, "sentence", (0.0, 1.0)).unwrap_or_default(),
            sentence_said: table.within(source, "sentence_said", (0.0, 1.0)).unwrap_or_default(),
            sentence_asks: table.within(source, "sentence_asks", (-2.0, 2.0)).unwrap_or(f64::NEG_INFINITY),
            sentence_more: table.within(source, "sentence_more", (0.0, 1.0)).unwrap_or_default(),
            short_words: whole(table.within(source, "short_words", (0.0, 1e6))),
            short_offer: table.within(source, "short_offer", SCORE).unwrap_or_default(),
            sentence_heard: table.within(source, "sentence_heard", (0.0, 1.0)).unwrap_or_default(),
        };
    });
    section(source, "set_aside", &mut |source, table| policy.set_aside = bar(source, table));
    section(source, "answer", &mut |source, table| {
        policy.answers_alone = table.texts(source, "alone").into_iter().map(|(reply, _)| reply).collect();
        policy.answer = bar(source, table);
    });
    if let Some(mut table) = root.inner(source, "hand_over") {
        policy.hand_over = Some(HandOverBar {
            confidence: table.within(source, "confidence", (0.5, 1.0)).unwrap_or(f64::INFINITY),
            score: table.within(source, "score", SCORE).unwrap_or(f64::INFINITY),
        });
        table.close(source);
    }
    match root.inner(source, "caps") {
        Some(mut caps) => policy.caps = caps.named_numbers(source).into_iter().collect(),
        None => source.fault(0, "caps", "la section manque", "ajoutez [caps] avec au moins default"),
    }
    root.close(source);
    policy
}

/// A count that [`Table::within`] has bounded.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded between 0 and 1e9 by the caller"
)]
fn whole(number: Option<f64>) -> usize {
    number.unwrap_or_default() as usize
}

fn bar(source: &mut Source<'_>, table: &mut Table<'_, '_>) -> Bar {
    Bar {
        score: table.within(source, "score", (0.0, 100.0)).unwrap_or(f64::INFINITY),
        confidence: table.within(source, "confidence", (0.0, 1.0)).unwrap_or(f64::INFINITY),
        margin: table.within(source, "margin", (0.0, 100.0)).unwrap_or(f64::INFINITY),
    }
}
