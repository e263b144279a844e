//! A decision in words: what was decided, every candidate with what spoke for it, the model's opinion with its terms, why
//! the winner won and what kept it from acting alone. The ticket page and `guichet explain` show these very sentences
//! (French), so that they never say one thing in two ways. All of it is read off the stored decision: nothing is decided
//! here. [`difference`] tells two decisions on one message apart.

pub mod difference;
mod spoken;
pub mod words;

use super::decision::{Candidate, Decision, Learned, Reason, ReplyMode};
use super::rule::SENSITIVE;
use super::taxonomy::Taxonomy;
use crate::message::one_line;
pub use difference::{Aspect, Comparison, Difference, Outcome};
use spoken::SHOWN;
pub use spoken::{Hit, Spoken, spoken};
use words::{number, percent};

/// What stands for a topic where triage recognised none.
pub const UNRECOGNISED: &str = "Sujet non reconnu";
/// Least probability of a heading of the model that is told: what is below rounds to nothing.
const TOLD: f64 = 0.005;

/// The title of a category, awake or not; its id when the taxonomy no longer knows it, « Sensible » for sensitive matters.
pub fn title<'a>(taxonomy: &'a Taxonomy, id: &'a str) -> &'a str {
    match taxonomy.declared(id) {
        Some(category) => &category.title_fr,
        None if id == SENSITIVE => "Sensible",
        None => id,
    }
}

/// What a decision says the request is about: nothing, where nothing was recognised.
pub fn topic<'a>(taxonomy: &'a Taxonomy, category: &'a str, reason: Reason) -> &'a str {
    if reason.recognised() { title(taxonomy, category) } else { UNRECOGNISED }
}

/// A category that was considered.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Contender {
    /// Category id.
    pub category: String,
    /// Its title.
    pub title: String,
    /// It is the category of the decision.
    pub won: bool,
    /// The score that rules gave it: `5,2`; `0` where none spoke for it.
    pub score: String,
    /// Its share of the rules' confidence: `87 %`.
    pub share: String,
    /// Why it did not win; empty for the winner.
    pub because: String,
}

/// A heading that the learned model thinks of.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Opinion {
    /// Category id.
    pub category: String,
    /// Its title.
    pub title: String,
    /// How probable it is: `87 %`.
    pub probability: String,
    /// The words that spoke for it, best first.
    pub terms: Vec<String>,
}

/// The whole explanation of a decision, in words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Explanation {
    /// Title of the category; [`UNRECOGNISED`] where there is none.
    pub category: String,
    /// `Refus automatique`, `Réponse automatique`, …
    pub action: &'static str,
    /// Why, in a sentence.
    pub sentence: &'static str,
    /// `87 %`; nothing where no topic was recognised.
    pub confidence: Option<String>,
    /// Why the winner won.
    pub won_because: String,
    /// Whom the directory names for it, and why; nothing where it names nobody.
    pub hand_over: Option<String>,
    /// What kept it from acting alone.
    pub held_back: Vec<String>,
    /// Titles of further topics really asked.
    pub also: Vec<String>,
    /// Sentences of the sensitive matters found.
    pub sensitive: Vec<String>,
    /// The reply, and what is done with it.
    pub reply: String,
    /// Every candidate, the winner first, then best first.
    pub contenders: Vec<Contender>,
    /// The model's opinion, best first; empty without a model.
    pub opinions: Vec<Opinion>,
    /// Hash of the rule set that decided.
    pub ruleset: String,
}

impl Explanation {
    /// The explanation of a decision on a message whose writer chose that category in the form.
    pub fn of(decision: &Decision, taxonomy: &Taxonomy, chosen: Option<&str>) -> Self {
        let named = |id: &str| title(taxonomy, id).to_owned();
        let opinion = |learned: &Learned| Opinion {
            category: learned.category.clone(),
            title: named(&learned.category),
            probability: percent(learned.probability),
            terms: learned.terms.iter().map(|term| one_line(&term.text, SHOWN)).collect(),
        };
        let others = decision.topics.iter().filter(|topic| **topic != decision.category);
        Self {
            category: topic(taxonomy, &decision.category, decision.reason).to_owned(),
            action: words::action(decision.action, decision.reason),
            sentence: decision.reason.sentence(),
            confidence: decision.reason.recognised().then(|| percent(decision.confidence)),
            won_because: won_because(decision, taxonomy, chosen),
            hand_over: decision.hand_over.as_ref().map(|to| to.why.clone()),
            held_back: decision.held_back.iter().map(|held| held.says.clone()).collect(),
            also: others.map(|topic| named(topic)).collect(),
            sensitive: decision.sensitive.iter().map(|id| sensitive(decision, id).to_owned()).collect(),
            reply: reply(decision.reply.as_deref(), decision.reply_mode),
            contenders: contenders(decision, taxonomy),
            opinions: decision.learned.iter().filter(|l| l.probability >= TOLD).map(opinion).collect(),
            ruleset: decision.ruleset.clone(),
        }
    }

    /// The candidates that lost.
    pub fn losers(&self) -> impl Iterator<Item = &Contender> {
        self.contenders.iter().filter(|contender| !contender.won)
    }
}

/// A reply, by name or by what people call it, and what is done with it: `« sill », part sans attendre une personne`.
pub fn reply(name: Option<&str>, mode: ReplyMode) -> String {
    match (name, mode) {
        (Some(name), ReplyMode::Send) => format!("« {name} », part sans attendre une personne"),
        (Some(name), ReplyMode::Draft) => format!("« {name} », en projet pour une personne"),
        _ => "aucune".to_owned(),
    }
}

/// The sentence of a sensitive matter; its id when the decision kept no evidence of it.
fn sensitive<'a>(decision: &'a Decision, id: &'a str) -> &'a str {
    decision.evidence.iter().find(|evidence| evidence.rule == id).map_or(id, |evidence| &evidence.says)
}

/// Every candidate, the winner first: the model may have named one that no rule knew.
fn contenders(decision: &Decision, taxonomy: &Taxonomy) -> Vec<Contender> {
    let contender = |candidate: &Candidate| Contender {
        category: candidate.category.clone(),
        title: title(taxonomy, &candidate.category).to_owned(),
        won: decision.reason.recognised() && candidate.category == decision.category,
        score: number(candidate.score),
        share: percent(candidate.confidence),
        because: candidate.lost_because.clone().unwrap_or_default(),
    };
    let mut all: Vec<Contender> = decision.candidates.iter().map(contender).collect();
    if decision.reason.recognised() && !all.iter().any(|contender| contender.won) {
        let (category, score, confidence) = (decision.category.clone(), 0.0, 0.0);
        all.push(contender(&Candidate { category, score, confidence, lost_because: None }));
    }
    all.sort_by_key(|contender| !contender.won);
    all
}

/// Why the winner won: what rules said of it, what the model said, what the writer chose.
fn won_because(decision: &Decision, taxonomy: &Taxonomy, chosen: Option<&str>) -> String {
    let named = |id: &str| format!("« {} »", title(taxonomy, id));
    if !decision.reason.recognised() {
        return match (decision.reason, decision.learned.first()) {
            (Reason::Empty, _) => "Il n’y a pas de texte à lire.".to_owned(),
            (_, Some(best)) => format!(
                "Aucune règle n’en a assez dit, et le modèle n’est sûr de rien (au mieux {}, {}).",
                named(&best.category),
                percent(best.probability)
            ),
            (_, None) => "Aucune règle n’en a assez dit.".to_owned(),
        };
    }
    let mut sentences = Vec::new();
    let winner = decision.category.as_str();
    let mine = decision.candidates.iter().find(|candidate| candidate.category == winner);
    let mine = mine.filter(|candidate| candidate.score > 0.0);
    let others = decision.candidates.iter().filter(|c| c.category != winner && c.score > 0.0);
    let rival = others.max_by(|a, b| a.score.total_cmp(&b.score));
    sentences.push(match (mine, rival) {
        (Some(mine), Some(rival)) if mine.score >= rival.score => format!(
            "Les règles le placent en tête : {} contre {} pour {}.",
            number(mine.score),
            number(rival.score),
            named(&rival.category)
        ),
        (Some(mine), Some(rival)) => format!(
            "Les règles donnaient {} en tête : {} contre {}.",
            named(&rival.category),
            number(rival.score),
            number(mine.score)
        ),
        (Some(mine), None) => format!("Seul sujet que les règles aient reconnu ({}).", number(mine.score)),
        (None, Some(rival)) => format!(
            "Aucune règle ne le désigne ; elles désignaient {} ({}).",
            named(&rival.category),
            number(rival.score)
        ),
        (None, None) => "Aucune règle n’a parlé pour un sujet.".to_owned(),
    });
    let also = if mine.is_some_and(|mine| rival.is_none_or(|rival| mine.score >= rival.score)) {
        " aussi"
    } else {
        ""
    };
    match (decision.learned.first(), decision.learned.iter().find(|learned| learned.category != winner)) {
        (Some(best), other) if best.category == winner => sentences.push(format!(
            "Le modèle le désigne{also} ({}{}).",
            percent(best.probability),
            other
                .map(|other| format!(
                    " contre {} pour {}",
                    percent(other.probability),
                    named(&other.category)
                ))
                .unwrap_or_default()
        )),
        (Some(best), _) => sentences.push(format!(
            "Le modèle pensait plutôt à {} ({}), sans l’emporter.",
            named(&best.category),
            percent(best.probability)
        )),
        (None, _) => {}
    }
    if chosen == Some(winner) {
        sentences.push("C’est la catégorie choisie dans le formulaire.".to_owned());
    }
    sentences.join(" ")
}
