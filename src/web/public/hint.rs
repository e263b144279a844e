//! What a form would become, in words for its writer: what it seems to be about, what will happen to it, what may settle it
//! at once. The decision is the one that production will make ([`crate::desk::Desk::preview`]); nothing of the directory is
//! told, since nobody has proved their address yet.

use crate::desk::Preview;
use crate::message::Lang;
use crate::triage::guide::Said;
use crate::triage::text::fold;
use crate::triage::{Action, Category, Held, Reason, ReplyMode};
use crate::web::WebState;
use crate::web::public::offer::{self, Answer};

/// Short answers shown at once.
const ANSWERS: usize = 2;
/// Letters of a word that count when a question is compared with the text: French endings say little.
const STEM: usize = 5;

/// What is told before sending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// The sentence that is spoken: what it is about, and what will happen.
    pub says: String,
    /// Why each topic asked is refused, and what else to do.
    pub refusals: Vec<Answer>,
    /// What was recognised, as the rule says it; empty where no rule tells.
    pub because: String,
    /// Sent as it is, it will be refused without a person: the writer may ask for one.
    pub may_insist: bool,
    /// Answers that may settle it at once.
    pub answers: Vec<Answer>,
}

impl Hint {
    /// What is said where there is no text yet.
    pub fn nothing_yet(lang: Lang) -> Self {
        let says = lang.choose(
            "Écrivez d’abord votre message : nous vous dirons ici ce qu’il deviendra.",
            "Write your message first: we will tell you here what will become of it.",
        );
        Self { says: says.to_owned(), ..Self::default() }
    }

    /// What is said where the text cannot be sent as it is.
    pub fn not_yet(says: String) -> Self {
        Self { says, ..Self::default() }
    }

    /// What is said where the form cannot be looked at now.
    pub fn away(lang: Lang) -> Self {
        let says = lang.choose(
            "L’aperçu n’est pas disponible pour le moment. Vous pouvez envoyer votre message.",
            "The preview is not available at the moment. You can send your message.",
        );
        Self { says: says.to_owned(), ..Self::default() }
    }

    /// What is told of a decision; `text` is what was typed, `insists`: a person was asked for already.
    pub fn of(state: &WebState, lang: Lang, preview: &Preview, text: &str, insists: bool) -> Self {
        let decision = &preview.decision;
        let category = state.desk.triage().taxonomy().get(&decision.category);
        let Some(category) = category.filter(|_| decision.reason.recognised()) else {
            return Self { says: unknown(lang).to_owned(), ..Self::default() };
        };
        if decision.reason == Reason::Sensitive || decision.reason == Reason::NoRequest {
            let says = lang.choose(
                "Une personne de l’équipe lira votre message.",
                "A member of the team will read your message.",
            );
            return Self { says: says.to_owned(), ..Self::default() };
        }
        let guide = state.desk.triage().guide();
        let topics = decision.topics.iter().filter_map(|id| state.desk.triage().taxonomy().get(id));
        let (outside, inside): (Vec<&Category>, Vec<&Category>) = topics.partition(|topic| topic.refused);
        let titles: Vec<String> = outside.iter().map(|topic| quoted(lang, topic.title(lang))).collect();
        let titles = titles.join(", ");
        let told = outside.iter().filter_map(|topic| guide.refusal(&topic.id));
        let refusals = told.map(|said| offer::answer(state, lang, said)).collect();
        // What we can do comes first, whichever of the topics was heard louder.
        let ours = if category.refused { inside.first().copied() } else { Some(category) };
        let Some(topic) = ours else {
            if decision.held_back.iter().any(|held| doubts(held.kind)) {
                return Self { says: doubtful(lang).to_owned(), ..Self::default() };
            }
            let may_insist = decision.action == Action::Refuse && preview.acts;
            let rule = decision.telling_rule.as_deref().and_then(|id| state.desk.triage().rule(id));
            return Self {
                says: refused(lang, &titles, may_insist, insists),
                refusals,
                because: rule.map(|rule| rule.says(lang.reply()).to_owned()).unwrap_or_default(),
                may_insist,
                answers: Vec::new(),
            };
        };
        // Whether somebody else answers hangs on the directory, which is not told of.
        let elsewhere = topic.hand_over.is_some() || decision.reply_mode == ReplyMode::Send;
        let likeliest = likeliest(guide.questions(&topic.id).collect(), text);
        let ambiguous = decision.reason == Reason::Ambiguous;
        let mut says = offered(lang, &quoted(lang, topic.title(lang)), elsewhere, ambiguous);
        if !outside.is_empty() {
            says = format!("{says} {}", beside(lang, &titles));
        }
        Self {
            says,
            refusals,
            answers: likeliest.into_iter().map(|said| offer::answer(state, lang, said)).collect(),
            ..Self::default()
        }
    }
}

fn quoted(lang: Lang, title: &str) -> String {
    if lang == Lang::En { format!("“{title}”") } else { format!("« {title} »") }
}

fn unknown(lang: Lang) -> &'static str {
    lang.choose(
        "Nous n’avons pas reconnu le sujet, et ce n’est pas grave : une personne de l’équipe lira votre message.",
        "We did not recognise the topic, and that is fine: a member of the team will read your message.",
    )
}

/// Whether the topic itself is in doubt, not only whether a person must look: a reason that is not theirs sends people away.
fn doubts(held: Held) -> bool {
    matches!(held, Held::Unsure | Held::NoRule | Held::OfferPossible | Held::RulesElsewhere | Held::Close)
}

fn doubtful(lang: Lang) -> &'static str {
    lang.choose(
        "Nous ne sommes pas certains que votre demande relève de notre offre : une personne de l’équipe la lira avant de répondre.",
        "We are not certain that your request is within what we offer: a member of the team will read it before answering.",
    )
}

fn refused(lang: Lang, titles: &str, alone: bool, insists: bool) -> String {
    let en = lang == Lang::En;
    let about = if en {
        format!("This seems to be outside what we offer: {titles}.")
    } else {
        format!("Ce sujet semble hors de notre offre : {titles}.")
    };
    let then = match (alone, en) {
        _ if insists => lang.choose(
            "Une personne lira votre message, comme vous l’avez demandé.",
            "A person will read your message, as you asked.",
        ),
        (true, true) => "Sent as it is, it will get an automatic answer that says so.",
        (true, false) => "Envoyé tel quel, votre message recevra une réponse automatique qui le dit.",
        (false, true) => "A person will read your message before answering.",
        (false, false) => "Une personne lira votre message avant de répondre.",
    };
    format!("{about} {then}")
}

fn offered(lang: Lang, title: &str, elsewhere: bool, ambiguous: bool) -> String {
    let en = lang == Lang::En;
    let about = match (ambiguous, en) {
        (false, true) => format!("Your request seems to be about: {title}."),
        (false, false) => format!("Votre demande semble concerner : {title}."),
        (true, true) => format!("Your request may be about several topics, {title} among them."),
        (true, false) => format!("Votre demande peut toucher plusieurs sujets, dont {title}."),
    };
    let then = match (elsewhere, en) {
        (false, true) => "A member of the team will answer you.",
        (false, false) => "Une personne de l’équipe vous répondra.",
        (true, true) => {
            "You will be answered by e-mail, by our team or by whoever is in charge where you work."
        }
        (true, false) => {
            "Une réponse vous parviendra par courriel, de notre équipe ou de la personne qui s’en charge chez vous."
        }
    };
    format!("{about} {then}")
}

/// What is said of refused topics beside one that is offered.
fn beside(lang: Lang, titles: &str) -> String {
    if lang == Lang::En {
        format!("This, however, seems to be outside what we offer: {titles}.")
    } else {
        format!("En revanche, ceci semble hors de notre offre\u{a0}: {titles}.")
    }
}

/// The questions that share most words with the text, in the order of the guide where they share as many.
fn likeliest<'a>(mut questions: Vec<&'a Said>, text: &str) -> Vec<&'a Said> {
    let typed = stems(text);
    let shared = |said: &Said| {
        stems(said.asks.of(Lang::Fr))
            .iter()
            .chain(&stems(said.asks.of(Lang::En)))
            .filter(|stem| typed.contains(stem))
            .count()
    };
    questions.sort_by_key(|said| std::cmp::Reverse(shared(said)));
    questions.truncate(ANSWERS);
    questions
}

/// The beginnings of the longer words of a text.
fn stems(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= STEM);
    words.map(|word| word[..STEM].to_owned()).collect()
}
