//! Triage: from a [`Message`], a day and a directory to a [`Decision`]. Pure: no database, no network, no clock.
//! `classify`, the form's hint, the queue's "why?", replays and production all call [`Triage::examine`], so a test never
//! passes by another path than a request.
//!
//! The way of a message: its letter is taken apart ([`letter`]), folded ([`text`]), read once by all patterns
//! ([`pattern`]), cut into sentences of which some ask and some take back ([`sentence`]); rules hit ([`rule`]), scores
//! become a classification ([`classify`]), and that a decision ([`decide`]), against which the opinion of the learned model
//! ([`model`]) is weighed ([`weigh`]).

mod bare_log;
mod beside;
mod classify;
pub mod contract;
mod corrected;
pub mod coverage;
mod decide;
pub mod decision;
pub mod directory;
pub mod explain;
pub mod files;
pub mod guide;
pub mod hand_over;
mod lang;
mod letter;
pub mod mask;
pub mod model;
pub mod organisation;
mod other_language;
mod pattern;
mod policy;
pub mod reference;
pub mod rule;
mod rulefile;
mod ruleset;
mod sentence;
pub mod taxonomy;
pub mod text;
mod weigh;

use std::sync::Arc;

use chrono::NaiveDate;

pub use coverage::Coverage;
pub use decision::{
    Action, Alone, BeneficiaryAnswer, Candidate, Contract, Decision, Evidence, Field, Held, HeldBack,
    Learned, Organisation, Reason, ReplyMode, Standing, Term,
};
pub use directory::Directory;
pub use files::RuleFiles;
pub use guide::Guide;
pub use hand_over::HandOver;
pub use reference::{BodyKind, Correction, Period, Reference, Sheet, SheetRow};
pub use rule::Rule;
pub use taxonomy::{Category, Taxonomy};

use crate::fault::Fault;
use crate::message::Message;
use beside::Beside;
use classify::Classification;
use decide::{Carries, Circumstances, Matter};
use explain::words::percent;
use hand_over::against::is_answered_elsewhere;
use model::Model;
use rule::Reading;
use ruleset::Ruleset;
use text::Folded;
use weigh::{Opinion, Subject};

/// The rule set, loaded and ready: shared by everything that decides.
#[derive(Debug)]
pub struct Triage {
    set: Arc<Ruleset>,
    reference: Reference,
    /// What the reference was read from.
    texts: RuleFiles,
    name: String,
}

impl Triage {
    /// Reads, checks and compiles a rule set, its examples included; otherwise every fault, by file and line.
    pub fn load(files: &RuleFiles) -> Result<Self, Vec<Fault>> {
        Self::read(files, true)
    }

    /// The set compiled into the binary. Its examples are run by the tests, not at each start.
    pub fn embedded() -> Result<Self, Vec<Fault>> {
        Self::read(&RuleFiles::embedded(), false)
    }

    fn read(files: &RuleFiles, try_examples: bool) -> Result<Self, Vec<Fault>> {
        // An example may be met by words that the reference rows make.
        let reference = Reference::load(files);
        match (Ruleset::load(files, try_examples && reference.is_ok()), reference) {
            (Ok(set), Ok(reference)) => {
                let name = set.hash.clone();
                Ok(Self { set: Arc::new(set), reference, texts: files.reference(), name })
            }
            (set, reference) => {
                let mut faults = set.err().unwrap_or_default();
                faults.extend(reference.err().unwrap_or_default());
                Err(faults)
            }
        }
    }

    /// What a message is and what is to be done, as of a day (the day of receipt in Europe/Paris).
    pub fn examine(&self, message: &Message, day: NaiveDate, directory: &Directory) -> Decision {
        self.examine_by(self.model(), message, day, directory)
    }

    /// The same by another learned model than that of the set, or by rules alone: for measures.
    pub fn examine_by(
        &self,
        model: Option<&Model>,
        message: &Message,
        day: NaiveDate,
        directory: &Directory,
    ) -> Decision {
        let (read, signature, has_words, cut) = self.read_letter(message);
        let lang = lang::language(read.folded.bytes());
        let mut found = classify::classify(&self.set, &read, message);
        let beside = Beside::read(&self.set, message, &signature);
        for number in classify::sensitive(&self.set, &beside.read) {
            if !found.sensitive.contains(&number) {
                found.sensitive.push(number);
            }
        }
        let subject = weigh::weigh(&self.set, model.filter(|_| has_words), &read, &found, message);
        let carries = match letter::is_only_quoted(&message.body, &message.fresh) {
            true => Carries::OnlyOthers,
            false if letter::cites(&message.body, &message.fresh) => Carries::Others,
            false => Carries::Own,
        };
        let other_language = other_language::told(&message.text(), read.folded.bytes(), lang::is_ours);
        let about = Circumstances { day, has_words, cut, carries, foreign: other_language.is_some() };
        let (set, read) = (&self.set, &read);
        let matter = Matter { set, read, found: &found, subject: &subject, message, about };
        let mut verdict = decide::decide(&matter);
        verdict.held_back.extend(other_language.map(|language| Held::OtherLanguage.written(&language)));
        let mut written = written_organisation(message, &beside.signed);
        // A signature that names nobody leaves it to the text ("je travaille au …").
        if message.organisation.trim().is_empty() && self.reference.resolve(&written, "", day).is_none() {
            written = message.text();
        }
        let domain = message.from_email.rsplit_once('@').map_or("", |(_, domain)| domain);
        let mut organisation = self.reference.resolve(&written, domain, day);
        if let Some(body) = organisation.as_mut().filter(|_| is_answered_elsewhere(message)) {
            body.own_domain = false;
        }
        let ended_contracts = self.ended_contracts(message, &subject.topics, day);
        let (body, reference, ended) = (organisation.as_ref(), &self.reference, !ended_contracts.is_empty());
        let who = hand_over::Who { organisation: body, directory, reference, beside: &beside.read };
        let case = hand_over::Case::new(&matter, who, ended);
        hand_over::weigh(&mut verdict, &case);
        if ended {
            decide::tell_ended(&mut verdict, &matter);
        }
        let covered_by = set.taxonomy.get(&subject.category).and_then(|category| category.covered_by);
        let coverage = covered_by.filter(|_| verdict.reason.recognised()).zip(body);
        let coverage = coverage
            .and_then(|(contract, body)| Coverage::of(contract, message, body, reference, day))
            .filter(|_| !case.writer_has_role());
        let winner = found.scored.iter().find(|s| s.category == subject.category);
        Decision {
            action: verdict.action,
            reason: verdict.reason,
            held_back: verdict.held_back,
            confidence: subject.confidence,
            telling_rule: winner.and_then(|s| s.telling.clone()),
            candidates: candidates(&found, &subject),
            category: subject.category,
            ended_contracts,
            topics: subject.topics,
            reply: verdict.reply,
            reply_mode: verdict.reply_mode,
            organisation,
            hand_over: verdict.hand_over,
            coverage,
            sensitive: found.sensitive.iter().map(|rule| set.rules[*rule].id.clone()).collect(),
            evidence: found.evidence(set, read, message),
            learned: subject.opinion.as_ref().map(Opinion::kept).unwrap_or_default(),
            lang,
            ruleset: self.name.clone(),
            directory: directory.version().to_owned(),
        }
    }

    /// Contracts that are over and that a request speaks of, under a heading that tells so.
    fn ended_contracts(&self, message: &Message, topics: &[String], day: NaiveDate) -> Vec<String> {
        let tells = |topic: &String| self.taxonomy().get(topic).is_some_and(|category| category.tells_ended);
        if !topics.iter().any(tells) {
            return Vec::new();
        }
        let text = message.text();
        let read = &text[..floor_char(&text, self.set.policy.read_octets)];
        self.reference.ended_named_in(&format!("{}\n{read}", message.subject), day)
    }

    /// The learned model of the set, if it has one.
    pub fn model(&self) -> Option<&Model> {
        self.set.model.as_ref()
    }

    /// The headings of the active offer that the model was not taught: rules alone judge them. All of them without a model.
    pub fn untaught(&self) -> Vec<&str> {
        let ids = self.set.taxonomy.categories().iter().map(|category| category.id.as_str());
        ids.filter(|id| self.model().is_none_or(|model| !model.categories().iter().any(|known| known == id)))
            .collect()
    }

    /// A message as the learned model sees it, with its id, the category a person gave it, and whether it asks anything of
    /// the offer.
    pub fn example(&self, message: &Message, id: &str, category: &str, offer: bool) -> model::train::Example {
        let read = self.read_letter(message).0;
        let spoken = classify::classify(&self.set, &read, message).spoken(&self.set, &read);
        let sentences = read.sentences.of_letter(read.letter_end).len().min(weigh::SENTENCES);
        let (features, each) = model::Model::features(&read, &spoken, message, sentences);
        let asks = |at| read.sentences.asks_at(at);
        let sentence = |(at, features)| model::train::Sentence { features, asks: asks(at) };
        model::train::Example {
            id: id.to_owned(),
            features,
            category: category.to_owned(),
            sentences: each.into_iter().enumerate().map(sentence).collect(),
            in_offer: self.set.taxonomy.declared(category).is_some_and(|category| category.in_offer),
            offer,
            sentences_only: false,
        }
    }

    /// Reads what is new in a message once; with it the signature, whether there are words, and whether it was cut.
    fn read_letter(&self, message: &Message) -> (Reading, Vec<std::ops::Range<usize>>, bool, bool) {
        let (letter, signature) = letter::split(&message.body, &message.fresh);
        let (folded, has_words, cut) = fold_message(message, &letter, self.set.policy.read_octets);
        (Reading::of(folded, &self.set.pieces, &self.set.cues), signature, has_words, cut)
    }

    /// How many rules hit in a message, without model, organisation and decision: for measures.
    pub fn hits(&self, message: &Message) -> usize {
        let read = self.read_letter(message).0;
        classify::classify(&self.set, &read, message).hits()
    }

    /// Every piece of every pattern as it is compiled, in order: for measures.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.set.pieces.sources()
    }

    /// The headings, offered and asleep.
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.set.taxonomy
    }

    /// Every rule, those of headings asleep after those of the offer, sensitive ones last.
    pub fn rules(&self) -> &[Rule] {
        &self.set.rules
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.set.rules.iter().find(|rule| rule.id == id)
    }

    /// The replies that categories, rules and hand-overs ask for: (category, reply). A heading asleep asks for none, by an empty
    /// name: its replies may be there or not.
    pub fn replies_asked(&self) -> Vec<(&str, &str)> {
        let categories = self.taxonomy().categories().iter().map(|c| (c.id.as_str(), c.reply.as_deref()));
        let rules = self.rules().iter().filter(|rule| !rule.asleep);
        let rules = rules.map(|rule| (rule.category.as_str(), rule.reply.as_deref()));
        let asleep = self.taxonomy().asleep.iter().map(|c| (c.id.as_str(), Some("")));
        let all = categories.chain(rules).chain(asleep);
        let named = all.filter_map(|(category, reply)| Some((category, reply?)));
        named.chain(self.hand_over_replies()).collect()
    }

    /// The replies that hand-overs ask for: (category, reply).
    fn hand_over_replies(&self) -> impl Iterator<Item = (&str, &str)> {
        let of_category = |c: &'_ Category| c.hand_over == Some(directory::Role::Coordinator);
        let asked =
            self.taxonomy().categories().iter().filter(move |c| of_category(c)).flat_map(|category| {
                let replies = self.set.routing.rules().filter_map(|rule| rule.reply.as_deref());
                replies.map(|reply| (category.id.as_str(), reply))
            });
        let notices = self.taxonomy().categories().iter();
        asked.chain(notices.filter_map(|c| Some((c.id.as_str(), c.hand_over_reply.as_deref()?))))
    }

    /// What the public pages say before somebody writes.
    pub fn guide(&self) -> &Guide {
        &self.set.guide
    }

    /// Short hash of the whole set: decisions with the same one can be recomputed.
    pub fn ruleset(&self) -> &str {
        &self.name
    }

    /// What is known of organisations and contracts.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }
}

/// Folds what rules read; tells whether there are words in subject and body, and whether the body is longer than what
/// is read.
fn fold_message(message: &Message, letter: &[std::ops::Range<usize>], limit: usize) -> (Folded, bool, bool) {
    let mut folded = Folded::default();
    folded.push(Field::Subject, &message.subject, 0..floor_char(&message.subject, limit));
    let mut left = limit;
    let mut cut = false;
    for range in letter {
        let end = floor_char(&message.body, range.end.min(range.start.saturating_add(left)));
        cut |= end < range.end;
        left = left.saturating_sub(range.len());
        folded.push(Field::Body, &message.body, range.start..end.max(range.start));
    }
    let has_words = folded.has_words();
    let chosen = message.chosen.as_deref().unwrap_or_default();
    for (field, text) in [
        (Field::Role, message.role.as_str()),
        (Field::Organisation, message.organisation.as_str()),
        (Field::Chosen, chosen),
        (Field::FromEmail, message.from_email.as_str()),
    ] {
        folded.push(field, text, 0..floor_char(text, 1000));
    }
    (folded, has_words, cut)
}

/// The last character bound of `text` at or before `at`.
fn floor_char(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

/// What the writer says of their body: the field, else the signature, else the last lines of the new text.
fn written_organisation(message: &Message, signed: &str) -> String {
    const LINES: usize = 8;
    if !message.organisation.trim().is_empty() {
        return message.organisation.clone();
    }
    if signed.trim().is_empty() {
        let text = message.text();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        return lines[lines.len().saturating_sub(LINES)..].join("\n");
    }
    signed.to_owned()
}

/// Every category with a score or a chance, best first, and why each lost.
fn candidates(found: &Classification, subject: &Subject) -> Vec<Candidate> {
    const LEAST: f64 = 0.01;
    let score = |id: &str| found.scored.iter().find(|s| s.category == id).map_or(0.0, |s| s.score);
    let scored = |s: &classify::Scored| (s.category.clone(), s.confidence, s.strong);
    let mut all: Vec<(String, f64, bool)> = found.scored.iter().map(scored).collect();
    if let Some(opinion) = &subject.opinion {
        for (category, confidence, _) in &mut all {
            *confidence = opinion.of(category);
        }
        let silent = opinion.learned.iter().filter(|l| l.probability >= LEAST);
        let silent: Vec<_> = silent.filter(|l| all.iter().all(|(id, ..)| *id != l.category)).collect();
        all.extend(silent.iter().map(|l| (l.category.clone(), l.probability, false)));
    }
    all.sort_by(|a, b| {
        b.1.total_cmp(&a.1).then_with(|| score(&b.0).total_cmp(&score(&a.0))).then_with(|| a.0.cmp(&b.0))
    });
    let winner = score(&subject.category);
    all.into_iter()
        .map(|(category, confidence, strong)| {
            let score = score(&category);
            let lost_because = (category != subject.category).then(|| match &subject.opinion {
                Some(_) => less_probable(confidence, subject.confidence),
                None => lost_because(score, winner, strong),
            });
            Candidate { category, score, confidence, lost_because }
        })
        .collect()
}

fn less_probable(chance: f64, winner: f64) -> String {
    if chance > winner {
        return "Plus probable, mais la personne a choisi l’autre rubrique.".to_owned();
    }
    format!("Moins probable : {} contre {}.", percent(chance), percent(winner))
}

fn lost_because(score: f64, winner: f64, strong: bool) -> String {
    let numbers = format!("{score:.1} contre {winner:.1}").replace('.', ",");
    if strong {
        format!("Score plus faible : {numbers}.")
    } else {
        format!("Seulement des indices faibles : {numbers}.")
    }
}
