//! What the service says of itself: its names, its contact address, its public addresses. Everything a town would
//! change to use guichet under its own name.

use serde::Deserialize;

use crate::fault::Finding;
use crate::message::Lang;

/// Octets of a contact's local part beside which the longest key fits into the 64 of RFC 5321 section 4.5.3.1.1.
const KEYED_LIMIT: usize = 12;

/// Section `[service]` of the settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name in French, as it signs its mail (`Mission logiciels libres`).
    pub name_fr: String,
    /// Name in English.
    pub name_en: String,
    /// The body that runs it, in French (`Direction interministérielle du numérique (DINUM)`).
    pub operator_fr: String,
    /// The same in English.
    pub operator_en: String,
    /// The address people write to and that sends the service's mail.
    pub contact: String,
    /// All public addresses of the service, `contact` among them: mail from one of them is never answered.
    pub addresses: Vec<String>,
    /// The mail server delivers `contact+anything` to the contact address (RFC 5233): then envelope senders and Reply-To of
    /// our mail carry a signed key, by which bounces and answers find their request whatever they lack.
    pub plus_addressing: bool,
    /// Where the web pages are reached from outside, without a final slash (`https://guichet.example`).
    pub public_url: String,
}

/// A page that is not listed anywhere: whoever has its link, which holds a signed token, may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedPage {
    /// Where a request stands, for its requester.
    Status,
    /// A request handed over, for whoever has it.
    HandOver,
    /// The passing on of a refused question, for its requester.
    PassOn,
}

impl SignedPage {
    /// Its path in a language.
    pub fn path(self, lang: Lang, token: &str) -> String {
        let name = match self {
            Self::Status => "suivi",
            Self::HandOver => "transmission",
            Self::PassOn => "transmettre",
        };
        format!("{}/{name}/{token}", lang.choose("", "/en"))
    }
}

impl Settings {
    /// The full address of a signed page, in the language of its reader.
    pub fn link(&self, page: SignedPage, lang: Lang, token: &str) -> String {
        format!("{}{}", self.public_url, page.path(lang, token))
    }

    /// The service's name in the language of the reply.
    pub fn name(&self, lang: Lang) -> &str {
        lang.choose(&self.name_fr, &self.name_en)
    }

    /// The operator's name in the language of the reply.
    pub fn operator(&self, lang: Lang) -> &str {
        lang.choose(&self.operator_fr, &self.operator_en)
    }

    /// The domain of the contact address: Message-IDs are made in it.
    pub fn domain(&self) -> &str {
        self.contact.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let names = [
            ("name_fr", &self.name_fr),
            ("name_en", &self.name_en),
            ("operator_fr", &self.operator_fr),
            ("operator_en", &self.operator_en),
        ];
        let mut found: Vec<Finding> = names
            .into_iter()
            .filter(|(_, name)| name.trim().is_empty())
            .map(|(key, _)| Finding::new(key, "ce nom est vide", "écrivez le nom que les gens doivent lire"))
            .collect();
        if !is_address(&self.contact) {
            let says = format!("« {} » n’est pas une adresse électronique", self.contact);
            found.push(Finding::new("contact", says, "écrivez l’adresse du service, sans nom ni chevrons"));
        }
        if let Some(wrong) = self.addresses.iter().find(|address| !is_address(address)) {
            let says = format!("« {wrong} » n’est pas une adresse électronique");
            found.push(Finding::new("addresses", says, "écrivez des adresses, sans nom ni chevrons"));
        } else if is_address(&self.contact)
            && !self.addresses.iter().any(|address| address.eq_ignore_ascii_case(&self.contact))
        {
            let says = format!("l’adresse de contact « {} » n’y est pas", self.contact);
            found.push(Finding::new(
                "addresses",
                says,
                "ajoutez-la : le service ne doit pas se répondre à lui-même",
            ));
        }
        let local = self.contact.rsplit_once('@').map_or("", |(local, _)| local);
        if self.plus_addressing && (local.len() > KEYED_LIMIT || local.contains('+')) {
            let says = format!("« {local} » ne laisse pas la place d’une clé");
            let mend =
                format!("prenez un nom d’au plus {KEYED_LIMIT} caractères, sans « + », ou mettez false");
            found.push(Finding::new("plus_addressing", says, mend));
        }
        let host = ["https://", "http://"].iter().find_map(|scheme| self.public_url.strip_prefix(scheme));
        if host
            .is_none_or(|host| host.is_empty() || host.ends_with('/') || host.contains(char::is_whitespace))
        {
            let says = format!("« {} » n’est pas une adresse de site", self.public_url);
            found.push(Finding::new(
                "public_url",
                says,
                "écrivez « https://HÔTE », sans barre oblique à la fin",
            ));
        }
        found
    }
}

/// Whether a text can be one of the service's own addresses: `local@domain`, nothing around it.
fn is_address(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>,;\"@".contains(c));
    text.rsplit_once('@').is_some_and(|(local, domain)| plain(local) && plain(domain) && domain.contains('.'))
}
