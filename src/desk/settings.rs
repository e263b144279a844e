//! Sections `[automatic]`, `[refuse]`, `[answer]`, `[hand_over]` and `[follow]`: how far the program may act without a person. `[examples]`: how
//! long it keeps what people's acts teach it.

mod hand_over;

use serde::Deserialize;

use crate::fault::Finding;
use crate::mail;
use crate::mail::compose::Address;
use crate::setting::{HumanDuration, optional_text};

pub use hand_over::HandOverSettings;

/// The sections.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `[automatic]`.
    pub automatic: Automatic,
    /// `[refuse]`.
    pub refuse: Refuse,
    /// `[answer]`.
    pub answer: Answer,
    /// `[hand_over]`.
    pub hand_over: HandOverSettings,
    /// `[follow]`.
    pub follow: Follow,
    /// `[examples]`.
    pub examples: Examples,
    /// `[mail]`: how far a sender is believed, what subjects carry.
    pub mail: mail::settings::Settings,
}

/// The masked examples that people's acts leave.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Months after a person's last word on a request for which its example is kept, 1 to 120. The page on personal data
    /// tells it.
    pub keep_months: u32,
}

/// What leaves without a person, and how much.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Automatic {
    /// Whether decisions are carried out, or only shown.
    pub mode: Mode,
    /// The kill switch: nothing automatic leaves but the receipt. The team's page has one too.
    pub stopped: bool,
    /// Automatic mails to one recipient within 24 hours, all tickets together.
    pub per_recipient_per_day: u32,
    /// Automatic mails on one ticket, ever.
    pub per_ticket: u32,
    /// Automatic mails to one domain within an hour.
    pub per_domain_per_hour: u32,
    /// Automatic mails promised for one minute, all recipients together; those beyond wait for their turn. What a relay
    /// made wait leaves when it takes mail again.
    pub per_minute: u32,
    /// Mails within an hour that no person decided on; beyond, everything automatic waits until a person has looked.
    pub breaker_per_hour: u32,
    /// Codes of status pages that are mailed within an hour, all requests together, 1 to 100,000: whoever asks for codes on
    /// many links makes the service send no more than that.
    pub codes_per_hour: u32,
    /// Who is told by mail that this has happened; never an address whose mail comes in here. `None`: the team's page alone
    /// tells it.
    #[serde(deserialize_with = "optional_text")]
    pub alert_to: Option<String>,
    /// The envelope sender of automatic mail.
    pub sender: AutomaticSender,
}

/// The envelope sender of automatic mail (RFC 3834 section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AutomaticSender {
    /// Always the null sender: what does not arrive is known only where the mail server refuses it at once.
    Null,
    /// The null sender on receipts and notices. A refusal or an answer has a keyed address, where there are such: nothing
    /// ever answers there automatically, and that it did not arrive is known.
    KeyedAnswers,
}

/// Whether automatic decisions are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// They are.
    Act,
    /// Only the receipt leaves; each ticket shows what would have left.
    Observe,
}

/// Automatic refusals.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// How long a refusal waits, visible to the team and stopped by one key, before it leaves.
    pub hold: HumanDuration,
}

/// What a person sends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// How long a mail that a person sent waits, so that they can take it back, before it leaves.
    pub hold: HumanDuration,
}

impl Answer {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        if self.hold <= HumanDuration::from_secs(600) {
            return Vec::new();
        }
        vec![Finding::new(
            "hold",
            format!("{} ferait attendre chaque réponse", self.hold),
            "choisissez au plus « 10m », ou « 0s » pour que rien n’attende",
        )]
    }
}

/// Requests that were put to somebody else, the service in copy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follow {
    /// How long an answer is waited for before the request is back in the queue.
    pub give_up: HumanDuration,
}

impl Follow {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let days = |days: u64| HumanDuration::from_secs(days * 86_400);
        Finding::outside("give_up", self.give_up, days(1), days(90)).into_iter().collect()
    }
}

impl Examples {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        if (1..=120).contains(&self.keep_months) {
            return Vec::new();
        }
        vec![Finding::new(
            "keep_months",
            format!("{} n’est pas une durée de conservation", self.keep_months),
            "choisissez de 1 à 120 mois",
        )]
    }
}

impl Automatic {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let least = [
            ("per_recipient_per_day", self.per_recipient_per_day),
            ("per_ticket", self.per_ticket),
            ("per_domain_per_hour", self.per_domain_per_hour),
            ("per_minute", self.per_minute),
            ("breaker_per_hour", self.breaker_per_hour),
        ];
        let zeros = least.into_iter().filter(|(_, number)| *number == 0).map(|(key, _)| {
            let mend = "choisissez au moins 1 ; pour tout arrêter, mettez automatic.stopped = true";
            Finding::new(key, "0 empêcherait même l’accusé de réception", mend)
        });
        let alert_to = self.alert_to.iter().filter(|to| Address::new(to).is_err()).map(|to| {
            let says = format!("« {to} » n’est pas une adresse électronique");
            Finding::new("alert_to", says, "écrivez une adresse, sans nom ni chevrons, ou \"\"")
        });
        let codes = Finding::outside("codes_per_hour", self.codes_per_hour, 1, 100_000);
        zeros.chain(alert_to).chain(codes).collect()
    }
}

impl Refuse {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        if self.hold <= HumanDuration::from_secs(7 * 86_400) {
            return Vec::new();
        }
        vec![Finding::new(
            "hold",
            format!("{} laisserait les gens sans réponse", self.hold),
            "choisissez au plus « 7d »",
        )]
    }
}
