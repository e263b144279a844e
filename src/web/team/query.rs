//! The list's address: view, filters, search and place all stand in the URL, so that a list can be kept, shared and
//! gone back to.

use std::fmt::Write as _;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use serde::Deserialize;

use crate::clock::paris_day_start;
use crate::message::Channel;
use crate::store::{Became, Filter, View};
use crate::ticket::Status;
use crate::triage::BodyKind;

/// Rows a page.
pub(super) const PAGE: i64 = 50;
/// What an address says of tickets that nobody has.
pub(super) const NOBODY: &str = "personne";
/// What an address says, in the place of a state, of tickets that their author withdrew.
pub(super) const WITHDRAWN: &str = "retiree";
/// What an address says to leave imported archives out.
pub(super) const WITHOUT: &str = "sans";

/// How old a request is, as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Day,
    Week,
    Month,
    Older,
}

impl Age {
    pub(super) const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Older];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Day => "jour",
            Self::Week => "semaine",
            Self::Month => "mois",
            Self::Older => "plus",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Day => "moins d’un jour",
            Self::Week => "d’un jour à une semaine",
            Self::Month => "d’une semaine à un mois",
            Self::Older => "plus d’un mois",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|age| age.code() == code)
    }

    /// Opened at or after the first, before the second.
    fn bounds(self, now: DateTime<Utc>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let ago = |days| Some(now - Duration::days(days));
        match self {
            Self::Day => (ago(1), None),
            Self::Week => (ago(7), ago(1)),
            Self::Month => (ago(30), ago(7)),
            Self::Older => (None, ago(30)),
        }
    }
}

/// What kind of body writes, as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfKind {
    Known(BodyKind),
    /// None was recognised.
    Unknown,
}

impl OfKind {
    pub(super) const UNKNOWN: &str = "non-reconnu";

    pub(super) fn all() -> impl Iterator<Item = Self> {
        BodyKind::ALL.into_iter().map(Self::Known).chain([Self::Unknown])
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Known(kind) => kind.code(),
            Self::Unknown => Self::UNKNOWN,
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Known(kind) => kind.title(),
            Self::Unknown => "Non reconnu",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|kind| kind.code() == code)
    }

    /// As the store keeps it: empty where none was recognised.
    fn stored(self) -> String {
        if let Self::Known(kind) = self { kind.code().to_owned() } else { String::new() }
    }
}

/// The query of `/equipe`, as typed: unknown values mean "no filter", never an error page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    vue: String,
    etat: String,
    categorie: String,
    canal: String,
    nature: String,
    a: String,
    age: String,
    du: String,
    au: String,
    suite: String,
    archives: String,
    q: String,
    apres: String,
    /// `oui`: the view is a section of the first page ([`super::place`]).
    pub(super) accueil: String,
    /// What was just done, for the message on top ([`super::flash`]).
    pub(super) fait: String,
    /// The ticket it was done to.
    pub(super) demande: String,
    /// The act on many tickets that was just done.
    pub(super) lot: String,
}

/// A list as its address says it: the age is kept as such, since its bounds move with the day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    pub(super) view: View,
    pub(super) status: Option<Status>,
    /// Closed, because their author took them back.
    pub(super) withdrawn: bool,
    pub(super) category: Option<String>,
    pub(super) channel: Option<Channel>,
    pub(super) kind: Option<OfKind>,
    /// An account id, or [`NOBODY`].
    pub(super) assignee: Option<String>,
    pub(super) age: Option<Age>,
    /// Received on this day in Paris or after: dashboards lead here with it.
    pub(super) from: Option<NaiveDate>,
    /// Received on this day or before.
    pub(super) until: Option<NaiveDate>,
    /// What became of it: dashboards lead here with it.
    pub(super) became: Option<Became>,
    /// Imported history left out, as dashboards do.
    pub(super) but_history: bool,
    pub(super) search: String,
    pub(super) after: Option<(DateTime<Utc>, String)>,
}

impl ListQuery {
    /// The list asked for; `None`: none, but the first page.
    pub(super) fn list(&self) -> Option<List> {
        let list = List {
            view: View::from_code(&self.vue).unwrap_or_default(),
            status: Status::from_code(&self.etat),
            withdrawn: self.etat == WITHDRAWN,
            category: some(&self.categorie),
            channel: Channel::from_code(&self.canal),
            kind: OfKind::from_code(&self.nature),
            assignee: some(&self.a),
            age: Age::from_code(&self.age),
            from: self.du.parse().ok(),
            until: self.au.parse().ok(),
            became: Became::from_code(&self.suite),
            but_history: self.archives == WITHOUT,
            search: crate::message::one_line(&self.q, 200),
            after: read_place(&self.apres),
        };
        let asked = View::from_code(&self.vue).is_some() || list != List::default();
        asked.then_some(list)
    }
}

impl List {
    /// A whole view.
    pub(super) fn of(view: View) -> Self {
        Self { view, ..Self::default() }
    }

    /// As the store understands it.
    pub(super) fn filter(&self, reader: &str, now: DateTime<Utc>) -> Filter {
        let (young, old) = self.age.map(|age| age.bounds(now)).unwrap_or_default();
        let from = self.from.map(paris_day_start).into_iter().chain(young).max();
        let day_after = self.until.and_then(|day| day.checked_add_days(Days::new(1)));
        let until = day_after.map(paris_day_start).into_iter().chain(old).min();
        let assignee = self.assignee.clone().map(|id| if id == NOBODY { String::new() } else { id });
        Filter {
            view: self.view,
            status: self.status,
            withdrawn: self.withdrawn,
            category: self.category.clone(),
            channel: self.channel.map(|channel| channel.code().to_owned()),
            kind: self.kind.map(OfKind::stored),
            assignee,
            from,
            until,
            became: self.became,
            but_history: self.but_history,
            reader: reader.to_owned(),
            search: self.search.clone(),
            after: self.after.clone(),
            limit: PAGE,
            ..Filter::default()
        }
    }

    /// Its address, its place left out, so that a changed filter starts on the first page.
    pub(super) fn url(&self) -> String {
        format!("/equipe?{}", Self { after: None, ..self.clone() }.query())
    }

    /// The query of its address, its place in it.
    pub(super) fn query(&self) -> String {
        let place = self.after.as_ref().map(|(key, id)| format!("{}_{id}", key.timestamp_micros()));
        let search = Some(self.search.as_str()).filter(|search| !search.is_empty());
        let [from, until] = self.days();
        let pairs = [
            ("vue", Some(self.view.code())),
            ("etat", self.status.map(Status::code).or(self.withdrawn.then_some(WITHDRAWN))),
            ("categorie", self.category.as_deref()),
            ("canal", self.channel.map(Channel::code)),
            ("nature", self.kind.map(OfKind::code)),
            ("a", self.assignee.as_deref()),
            ("age", self.age.map(Age::code)),
            ("du", from.as_deref()),
            ("au", until.as_deref()),
            ("suite", self.became.map(Became::code)),
            ("archives", self.but_history.then_some(WITHOUT)),
            ("q", search),
            ("apres", place.as_deref()),
        ];
        let given = pairs.into_iter().filter_map(|(key, value)| value.map(|value| (key, value)));
        let query: Vec<String> =
            given.map(|(key, value)| format!("{key}={}", percent_encode(value))).collect();
        query.join("&")
    }

    /// First and last day of receipt, as the address has them.
    pub(super) fn days(&self) -> [Option<String>; 2] {
        [self.from, self.until].map(|day| day.map(|day| day.to_string()))
    }

    /// The address of the page after the row with this key.
    pub(super) fn next_url(&self, key: DateTime<Utc>, id: &str) -> String {
        format!("/equipe?{}", Self { after: Some((key, id.to_owned())), ..self.clone() }.query())
    }

    /// Whether less is shown than the view.
    pub(super) fn is_filtered(&self) -> bool {
        Self { after: None, ..self.clone() } != Self::of(self.view)
    }

    /// How many filters are set beside the search.
    pub(super) fn filters(&self) -> usize {
        [
            self.status.is_some() || self.withdrawn,
            self.category.is_some(),
            self.channel.is_some(),
            self.kind.is_some(),
            self.assignee.is_some(),
            self.age.is_some(),
            self.from.is_some() || self.until.is_some(),
            self.became.is_some(),
            self.but_history,
        ]
        .into_iter()
        .filter(|set| *set)
        .count()
    }
}

/// The address of a whole view.
pub(super) fn view_url(view: View) -> String {
    List::of(view).url()
}

/// Where to go after an act done in a list: the list itself, when the form names one of ours, told what was done.
pub(super) fn back_to(list: &str, done: &str, reference: &str) -> Option<String> {
    let ours = list == "/equipe"
        || list.strip_prefix("/equipe?").is_some_and(|query| !query.contains(['\n', '\r', '\\']));
    let joint = if list.contains('?') { '&' } else { '?' };
    ours.then(|| format!("{list}{joint}fait={done}&demande={}", percent_encode(reference)))
}

fn read_place(text: &str) -> Option<(DateTime<Utc>, String)> {
    let (micros, id) = text.split_once('_')?;
    let key = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    Some((key, id.to_owned()))
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty() && text.len() <= 100)
}

/// Percent-encoding of everything but RFC 3986 unreserved characters.
pub(in crate::web) fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_back_from_its_own_address() {
        let query = ListQuery {
            vue: "part-bientot".to_owned(),
            etat: "refused".to_owned(),
            canal: "form".to_owned(),
            nature: "local".to_owned(),
            a: NOBODY.to_owned(),
            age: "semaine".to_owned(),
            q: " licence & co ".to_owned(),
            ..ListQuery::default()
        };
        let list = query.list().unwrap();
        assert_eq!(
            list.url(),
            "/equipe?vue=part-bientot&etat=refused&canal=form&nature=local&a=personne&age=semaine&q=licence%20%26%20co"
        );
        assert!(list.is_filtered() && list.filters() == 5);
        let key = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        assert!(list.next_url(key, "0190-a").ends_with("&apres=1700000000123456_0190-a"));
        assert_eq!(read_place("1700000000123456_0190-a"), Some((key, "0190-a".to_owned())));
        let filter = list.filter("me", key);
        assert_eq!((filter.assignee.as_deref(), filter.until), (Some(""), Some(key - Duration::days(1))));
        let query = ListQuery { du: "2023-11-02".to_owned(), au: "2023-11-08".to_owned(), ..query };
        let list = query.list().unwrap();
        assert!(list.url().contains("&du=2023-11-02&au=2023-11-08&q=") && list.filters() == 6);
        let filter = list.filter("me", key);
        let day = |text: &str| Some(paris_day_start(text.parse().unwrap()));
        assert_eq!((filter.from, filter.until), (Some(key - Duration::days(7)), day("2023-11-09")));
    }

    #[test]
    fn nonsense_in_the_address_means_no_filter_and_nothing_the_first_page() {
        let query = ListQuery {
            vue: "x".to_owned(),
            etat: "x".to_owned(),
            canal: "x".to_owned(),
            apres: "x".to_owned(),
            ..ListQuery::default()
        };
        assert_eq!(query.list(), None);
        let asked = ListQuery { vue: "a-traiter".to_owned(), ..query };
        assert_eq!(asked.list(), Some(List::default()));
    }

    #[test]
    fn an_act_leads_back_to_a_list_of_ours_alone() {
        assert_eq!(back_to("/equipe", "clos", "ABCD2345").unwrap(), "/equipe?fait=clos&demande=ABCD2345");
        assert!(
            back_to("/equipe?vue=toutes", "clos", "A").unwrap().starts_with("/equipe?vue=toutes&fait=clos")
        );
        assert!(
            back_to("https://x.example", "clos", "A").is_none()
                && back_to("/equipe/sante", "c", "A").is_none()
        );
    }
}
