//! The small words of the team's pages: ages, sizes, shares, names of things that carry no title of their own.

use chrono::{DateTime, Duration, SecondsFormat, Utc};

use crate::clock::{day_text, paris_day};
use crate::message::{Channel, Door, Lang};
use crate::reply::Replies;
use crate::store::Account;
use crate::ticket::Actor;
pub(super) use crate::triage::explain::words::{action, percent};
use crate::triage::{Contract, Standing};

/// How long ago, as short as a column allows: `à l’instant`, `12 min`, `3 h`, `2 j`, `5 sem.`, `14 mois`.
pub(super) fn age(now: DateTime<Utc>, then: DateTime<Utc>) -> String {
    let passed = now - then;
    if passed < Duration::minutes(1) {
        "à l’instant".to_owned()
    } else if passed < Duration::hours(1) {
        format!("{} min", passed.num_minutes())
    } else if passed < Duration::days(1) {
        format!("{} h", passed.num_hours())
    } else if passed < Duration::weeks(2) {
        format!("{} j", passed.num_days())
    } else if passed < Duration::days(120) {
        format!("{} sem.", passed.num_weeks())
    } else {
        format!("{} mois", passed.num_days() / 30)
    }
}

/// When a promised mail leaves: `part dans 12 min`, `part maintenant`. Minutes are rounded up, so that nobody believes
/// there is more time left than there is none.
pub(super) fn leaves(now: DateTime<Utc>, due: DateTime<Utc>) -> String {
    let left = due - now;
    if left <= Duration::zero() {
        return "part maintenant".to_owned();
    }
    let minutes = (left + Duration::seconds(59)).num_minutes();
    if minutes < 60 { format!("part dans {minutes} min") } else { format!("part dans {} h", minutes / 60) }
}

/// Until when a request is put off: `Reportée au 3 décembre 2026`, `Reportée jusqu’à une réponse`.
pub(super) fn put_off(until: Option<DateTime<Utc>>) -> String {
    until.map_or_else(
        || "Reportée jusqu’à une réponse".to_owned(),
        |until| format!("Reportée au {}", day_text(paris_day(until), Lang::Fr)),
    )
}

/// When something that failed is tried again: `prochain essai dans 12 min`, `prochain essai d’un instant à l’autre`.
pub(super) fn next_try(now: DateTime<Utc>, at: DateTime<Utc>) -> String {
    match leaves(now, at).strip_prefix("part dans ") {
        Some(left) => format!("prochain essai dans {left}"),
        None => "prochain essai d’un instant à l’autre".to_owned(),
    }
}

/// A moment for the `datetime` attribute of `<time>`: HTML takes no more than milliseconds, and seconds are enough.
pub(super) fn machine(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A size a person can judge: `12 ko`, `3,4 Mo`.
pub(super) fn size(octets: usize) -> String {
    if octets < 1000 {
        return format!("{octets} octets");
    }
    let kilo = octets.div_ceil(1000);
    if kilo < 1000 {
        return format!("{kilo} ko");
    }
    let tenths = octets.div_ceil(100_000);
    format!("{},{} Mo", tenths / 10, tenths % 10)
}

/// `Formulaire`, `Courriel`.
pub(super) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Form => "Formulaire",
        Channel::Mail => "Courriel",
        Channel::Hand => "Saisie à la main",
    }
}

/// The way something came in.
pub(super) fn door(door: Door) -> &'static str {
    match door {
        Door::Form => "Formulaire",
        Door::Hand => "Saisie à la main",
        Door::Pipe | Door::Lmtp | Door::Imap => "Courriel",
        Door::Sent => "Courriel envoyé",
        Door::Archive => "Archive",
        Door::SentArchive => "Archive des envois",
        Door::Import => "Import",
    }
}

/// `français`, `anglais`, `indéterminée`.
pub(super) fn lang(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "français",
        Lang::En => "anglais",
        Lang::Und => "indéterminée",
    }
}

/// The name of an interministerial contract, as replies tell it.
pub(super) fn contract(contract: Contract) -> &'static str {
    crate::reply::contract_name(contract, Lang::Fr)
}

/// How a body stands to a contract.
pub(super) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Eligible => "Bénéficiaire",
        Standing::NotListed => "Non nommé",
        Standing::ToVerify => "À vérifier",
    }
}

/// How the badge of a standing is coloured.
pub(super) fn standing_tone(standing: Standing) -> &'static str {
    match standing {
        Standing::Eligible => "success",
        Standing::NotListed => "new",
        Standing::ToVerify => "warning",
    }
}

/// What people call a reply: its subject; its name where it has none.
pub(super) fn reply(replies: &Replies, name: &str) -> String {
    replies.title(name).unwrap_or_else(|| name.to_owned())
}

/// Who did something, by name.
pub(super) fn actor(actor: &Actor, accounts: &[Account]) -> String {
    match actor {
        Actor::Program => "guichet".to_owned(),
        Actor::Requester => "L’auteur de la demande".to_owned(),
        Actor::Correspondent => "Un autre correspondant".to_owned(),
        Actor::Colleague => "Une personne de l’équipe".to_owned(),
        Actor::Person(id) => person(id, accounts),
    }
}

/// The name of an account.
pub(super) fn person(id: &str, accounts: &[Account]) -> String {
    accounts
        .iter()
        .find(|account| account.id == id)
        .map_or_else(|| "Une personne de l’équipe".to_owned(), |account| account.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn ages_are_short() {
        let ages: Vec<String> =
            [30, 720, 7200, 86_400 * 3, 86_400 * 30, 86_400 * 400].map(|s| age(at(s), at(0))).into();
        assert_eq!(ages, ["à l’instant", "12 min", "2 h", "3 j", "4 sem.", "13 mois"]);
    }

    #[test]
    fn the_time_left_is_rounded_up() {
        assert_eq!(leaves(at(0), at(61)), "part dans 2 min");
        assert_eq!(leaves(at(0), at(1)), "part dans 1 min");
        assert_eq!(leaves(at(0), at(0)), "part maintenant");
        assert_eq!(next_try(at(0), at(61)), "prochain essai dans 2 min");
        assert_eq!(next_try(at(0), at(0)), "prochain essai d’un instant à l’autre");
        assert_eq!(leaves(at(0), at(7200)), "part dans 2 h");
    }

    #[test]
    fn sizes_are_written_the_french_way() {
        assert_eq!(size(999), "999 octets");
        assert_eq!(size(12_001), "13 ko");
        assert_eq!(size(3_400_000), "3,4 Mo");
    }
}
