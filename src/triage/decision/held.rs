//! What kept the program from acting alone: a kind, stable, that is counted and compared, and the sentence that the team
//! reads, which may tell of this one request. The general sentence of a kind stands here once.

use serde::{Deserialize, Serialize};

/// One thing that kept the program from acting alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct HeldBack {
    /// Which.
    pub kind: Held,
    /// The sentence for the team (French), with the words and figures of this request.
    pub says: String,
}

/// Earlier versions stored the sentence alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Typed { kind: Held, says: String },
    Said(String),
}

impl From<Stored> for HeldBack {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Typed { kind, says } => Self { kind, says },
            Stored::Said(says) => Self { kind: Held::Unnamed, says },
        }
    }
}

/// The kinds of what may keep the program from acting alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// The category lets no refusal leave alone, or does not hold on the day.
    NotAllowed,
    /// No rule that is more than a hint knows the topic.
    NoRule,
    /// A topic of the offer is asked as well.
    OfferAsked,
    /// Something no program may refuse or set aside is in it.
    Sensitive,
    /// The confidence is too low.
    Unsure,
    /// The model does not rule out the offer.
    OfferPossible,
    /// One sentence by itself may ask something of the offer.
    SentenceOfOffer,
    /// Rules put a heading of the offer first.
    RulesElsewhere,
    /// A short message with a hint of the offer.
    ShortHint,
    /// Words that hide a quiet ask.
    OfferWords,
    /// The writer announces one more ask.
    MoreAnnounced,
    /// It carries words of another message beside its own.
    Cites,
    /// It carries words of another message alone.
    OnlyCites,
    /// It is too long to be read whole.
    TooLong,
    /// The topic is mentioned, not asked.
    NotAsked,
    /// A sentence that asks is not understood.
    NotUnderstood,
    /// Rules do not rule out the offer.
    OfferNear,
    /// Two refused topics are too close.
    TwoRefusals,
    /// The writer read the reason before sending, and asked that a person read.
    Insisted,
    /// Rules found too little.
    FewSigns,
    /// All of it was written by a program: a stack trace, a journal.
    BareLog,
    /// It is in a language that is neither French nor English.
    OtherLanguage,
    /// Another topic is too close.
    Close,
    /// A form is never set aside.
    Form,
    /// Only hints say that nothing is asked.
    OnlyHints,
    /// Something may be asked after all, rules say.
    MaybeAsks,
    /// Something may be asked in one sentence, the model says.
    SentenceMaybeAsks,
    /// Another topic is asked as well.
    OtherTopic,
    /// It is not known for sure for which body the writer writes.
    UnknownBody,
    /// The directory has nobody confirmed and present for it.
    NobodyToTell,
    /// The writer has, or says they have, a role of the directory.
    WriterHasRole,
    /// Whoever would be told is in the exchange already.
    AlreadyThere,
    /// It complains of whoever would be told, asked them already, or must not reach them.
    KeptAway,
    /// The address does not prove the body, or speaks against it.
    AddressProvesNothing,
    /// No contract in force is open to the body.
    ContractClosed,
    /// The request speaks of a contract that is over.
    ContractEnded,
    /// Only ministries have an AMDAC.
    NotAMinistry,
    /// A coordinator's address would leave the body.
    OutsideTheBody,
    /// More is asked than who coordinates.
    AsksMore,
    /// The request is another person's, passed on.
    Forwarded,
    /// An earlier version kept the sentence alone.
    Unnamed,
}

impl Held {
    /// What it says of any request (French).
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotAllowed => "Cette catégorie n’autorise pas de refus sans une personne.",
            Self::NoRule => "Aucune règle ne reconnaît ce sujet, ou seuls des indices faibles en parlent.",
            Self::OfferAsked => "Un sujet de l’offre est demandé aussi.",
            Self::Sensitive => "Le message touche un sujet sensible.",
            Self::Unsure => "La confiance est trop faible.",
            Self::OfferPossible => "Un sujet de l’offre reste possible.",
            Self::SentenceOfOffer => "Une phrase demande peut-être un sujet de l’offre.",
            Self::RulesElsewhere => "Les règles désignent plutôt un sujet de l’offre.",
            Self::ShortHint => "Le message est court, et un indice parle pour un sujet de l’offre.",
            Self::OfferWords => "Le message emploie des mots de l’offre.",
            Self::MoreAnnounced => "Le message annonce peut-être une autre demande.",
            Self::Cites => "Le message cite ou transfère un autre message.",
            Self::OnlyCites => "Le message ne fait que citer un autre message.",
            Self::TooLong => "Le message est trop long pour être lu en entier par le programme.",
            Self::NotAsked => {
                "Le sujet est évoqué, sans être demandé dans une phrase reconnue comme une demande."
            }
            Self::NotUnderstood => "Une question du message n’est pas comprise.",
            Self::OfferNear => "Un sujet de l’offre est peut-être demandé aussi.",
            Self::TwoRefusals => "Deux motifs de refus sont trop proches pour choisir lequel dire.",
            Self::Insisted => {
                "La personne a lu avant l’envoi que ce sujet est hors offre, et demande qu’une personne lise."
            }
            Self::BareLog => {
                "Le message n’est qu’un journal ou une trace d’erreur : rien n’y est demandé avec des mots."
            }
            Self::OtherLanguage => "Le message n’est ni en français ni en anglais.",
            Self::FewSigns => "Les indices ne sont pas assez nombreux.",
            Self::Close => "Un autre sujet est trop proche.",
            Self::Form => "Un formulaire n’est jamais écarté sans une personne.",
            Self::OnlyHints => "Seuls des indices faibles parlent pour un message sans demande.",
            Self::MaybeAsks => "Une demande est peut-être dans le message.",
            Self::SentenceMaybeAsks => "Une phrase du message demande peut-être quelque chose.",
            Self::OtherTopic => "Un autre sujet est demandé aussi.",
            Self::UnknownBody => "On ne sait pas avec certitude pour quel organisme cette personne écrit.",
            Self::NobodyToTell => "L’annuaire ne connaît personne pour cet organisme.",
            Self::WriterHasRole => "La personne qui écrit est elle-même dans l’annuaire, ou dit l’être.",
            Self::AlreadyThere => "La personne à qui transmettre est déjà dans l’échange.",
            Self::KeptAway => "La demande ne doit peut-être pas parvenir à la personne que nomme l’annuaire.",
            Self::AddressProvesNothing => "L’adresse ne prouve pas l’organisme.",
            Self::ContractClosed => "Aucune liste en vigueur n’ouvre un marché à cet organisme.",
            Self::ContractEnded => {
                "La demande parle d’un marché qui a pris fin : une personne le dit d’abord à son auteur."
            }
            Self::NotAMinistry => "Cet organisme n’est pas un ministère : seuls les ministères ont un AMDAC.",
            Self::OutsideTheBody => {
                "L’adresse n’est pas du domaine propre de l’organisme : celle du coordinateur n’est pas donnée sans une personne."
            }
            Self::AsksMore => "La personne demande autre chose que le nom du coordinateur.",
            Self::Forwarded => "La demande est celle d’une autre personne, dont le courriel est transféré.",
            Self::Unnamed => "Raison d’une version précédente.",
        }
    }

    /// Said of a request in its general sentence.
    pub(in crate::triage) fn plain(self) -> HeldBack {
        self.says(self.sentence())
    }

    /// Said of a request with the language it seems to be in (`en allemand`).
    pub(in crate::triage) fn written(self, language: &str) -> HeldBack {
        self.says(format!("Le message semble écrit {language} : ni règles ni modèle ne le lisent."))
    }

    /// Said of a request in its general sentence, which a title or words of the request end.
    pub(in crate::triage) fn quoting(self, words: &str) -> HeldBack {
        self.says(format!("{} : « {words} ».", self.sentence().trim_end_matches('.')))
    }

    /// Said of a request in words of its own.
    pub(in crate::triage) fn says(self, sentence: impl Into<String>) -> HeldBack {
        HeldBack { kind: self, says: sentence.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_earlier_versions_stored_still_reads() {
        let read: Vec<HeldBack> =
            serde_json::from_str(r#"["La confiance est de 80 %.",{"kind":"no-rule","says":"Rien."}]"#)
                .unwrap();
        assert_eq!(read, [Held::Unnamed.says("La confiance est de 80 %."), Held::NoRule.says("Rien.")]);
        let written = serde_json::to_value(&read[1]).unwrap();
        assert_eq!(written, serde_json::json!({ "kind": "no-rule", "says": "Rien." }));
    }
}
