//! The fields that the forms of a ticket's page send.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::value::MapDeserializer;

use crate::desk::Outgoing;
use crate::message::Lang;
use crate::store::Written;
use crate::web::error::{Kind, WebError};
use crate::web::team::third_party::ThirdForm;

/// The fields of every act's form; an act reads those it needs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web::team) struct ActForm {
    pub(in crate::web::team) version: String,
    pub(in crate::web::team) texte: String,
    pub(in crate::web::team) suite: String,
    pub(in crate::web::team) adresse: String,
    pub(in crate::web::team) nom: String,
    /// `oui`: whoever was handed the request already gets it once more.
    pub(in crate::web::team) encore: String,
    pub(in crate::web::team) categorie: String,
    pub(in crate::web::team) envoi: String,
    pub(in crate::web::team) personne: String,
    pub(in crate::web::team) vue: String,
    pub(in crate::web::team) retour: String,
    /// Until when a request is put off.
    pub(in crate::web::team) quand: String,
    pub(in crate::web::team) tiers: String,
    pub(in crate::web::team) objet: String,
    pub(in crate::web::team) question: String,
    pub(in crate::web::team) dire_qui: String,
    pub(in crate::web::team) organisme: String,
    pub(in crate::web::team) marche: String,
    pub(in crate::web::team) reponse: String,
    pub(in crate::web::team) source: String,
    pub(in crate::web::team) depuis: String,
    pub(in crate::web::team) jusque: String,
    pub(in crate::web::team) pourquoi: String,
    /// Id of the last event on the page: what came after it has not been seen.
    pub(in crate::web::team) vu: String,
    /// A reply to start from.
    pub(in crate::web::team) modele: String,
    /// Code of a language.
    pub(in crate::web::team) langue: String,
    /// `oui`: the page offered recipients, and those ticked are chosen.
    pub(in crate::web::team) offerts: String,
    /// The addresses ticked.
    #[serde(skip)]
    pub(in crate::web::team) destinataires: Vec<String>,
    /// The reference of another request.
    pub(in crate::web::team) autre: String,
    /// Id of a message.
    pub(in crate::web::team) message: String,
    pub(in crate::web::team) jour: String,
    pub(in crate::web::team) heure: String,
    pub(in crate::web::team) lieu: String,
}

impl ActForm {
    /// The fields as a browser sends them: of a name that comes twice the last one counts, but for ticked addresses.
    pub(in crate::web::team) fn of(fields: Vec<(String, String)>) -> Result<Self, WebError> {
        let ticked = |(name, value): &(String, String)| (name == "destinataire").then(|| value.clone());
        let destinataires = fields.iter().filter_map(ticked).collect();
        let last: BTreeMap<String, String> = fields.into_iter().collect();
        let fields = MapDeserializer::<_, serde::de::value::Error>::new(last.into_iter());
        let form = Self::deserialize(fields).map_err(|_| WebError::new(Kind::Malformed))?;
        Ok(Self { destinataires, ..form })
    }

    /// The version of the ticket that the page showed; 0, which no ticket has, where it is none.
    pub(in crate::web::team) fn version(&self) -> i64 {
        self.version.parse().unwrap_or(0)
    }

    /// What a person is writing.
    pub(in crate::web::team) fn written(&self) -> Written {
        Written {
            text: normal(&self.texte),
            reply: self.modele.clone(),
            lang: self.lang(),
            recipients: self.recipients(),
            ..Written::default()
        }
    }

    /// The same as a mail.
    pub(in crate::web::team) fn outgoing(&self) -> Outgoing {
        Outgoing {
            markdown: normal(&self.texte),
            lang: self.lang(),
            recipients: self.recipients(),
            reply: self.modele.clone(),
        }
    }

    fn lang(&self) -> Option<Lang> {
        Some(self.langue.as_str()).filter(|code| !code.is_empty()).map(Lang::from_code)
    }

    fn recipients(&self) -> Option<Vec<String>> {
        (self.offerts == "oui").then(|| self.destinataires.clone())
    }
}

/// Browsers send CR LF; texts are kept with LF.
pub(in crate::web::team) fn normal(text: &str) -> String {
    text.replace("\r\n", "\n")
}

impl ActForm {
    /// What concerns a third party.
    pub(in crate::web::team) fn third(&self) -> ThirdForm {
        ThirdForm {
            tiers: self.tiers.clone(),
            objet: self.objet.clone(),
            question: self.question.clone(),
            dire_qui: self.dire_qui.clone(),
            organisme: self.organisme.clone(),
            marche: self.marche.clone(),
            reponse: self.reponse.clone(),
            source: self.source.clone(),
            depuis: self.depuis.clone(),
            jusque: self.jusque.clone(),
            pourquoi: self.pourquoi.clone(),
        }
    }
}
