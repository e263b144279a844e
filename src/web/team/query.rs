//! The list's address: view, filters, search and place all stand in the URL, so that a list can be kept, shared and
//! gone back to.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::store::{Filter, View};
use crate::ticket::Status;

/// Rows a page.
pub(super) const PAGE: i64 = 50;

/// The query of `/equipe`, as typed: unknown values mean "no filter", never an error page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    vue: String,
    etat: String,
    categorie: String,
    canal: String,
    q: String,
    apres: String,
    /// What was just done, for the message on top ([`super::flash`]).
    pub(super) fait: String,
    /// The ticket it was done to.
    pub(super) demande: String,
}

impl ListQuery {
    /// The list asked for, as the store understands it.
    pub(super) fn filter(&self, reader: &str) -> Filter {
        Filter {
            view: View::from_code(&self.vue).unwrap_or_default(),
            status: Status::from_code(&self.etat),
            category: some(&self.categorie),
            channel: some(&self.canal).filter(|code| code == "form" || code == "mail"),
            reader: reader.to_owned(),
            search: crate::message::one_line(&self.q, 200),
            after: read_place(&self.apres),
            limit: PAGE,
        }
    }
}

/// The address of a list; `after` is left out, so that a changed filter starts on the first page.
pub(super) fn list_url(filter: &Filter) -> String {
    let mut pairs = vec![("vue", filter.view.code().to_owned())];
    let status = filter.status.map(|status| status.code().to_owned());
    let search = Some(filter.search.clone()).filter(|search| !search.is_empty());
    for (key, value) in [
        ("etat", status),
        ("categorie", filter.category.clone()),
        ("canal", filter.channel.clone()),
        ("q", search),
    ] {
        if let Some(value) = value {
            pairs.push((key, value));
        }
    }
    let query: Vec<String> =
        pairs.into_iter().map(|(key, value)| format!("{key}={}", percent_encode(&value))).collect();
    format!("/equipe?{}", query.join("&"))
}

/// The address of the page after the row with this key.
pub(super) fn next_url(filter: &Filter, key: DateTime<Utc>, id: &str) -> String {
    format!("{}&apres={}_{}", list_url(filter), key.timestamp_micros(), percent_encode(id))
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
            q: " licence & co ".to_owned(),
            ..ListQuery::default()
        };
        let filter = query.filter("me");
        assert_eq!(
            list_url(&filter),
            "/equipe?vue=part-bientot&etat=refused&canal=form&q=licence%20%26%20co"
        );
        let key = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        let next = next_url(&filter, key, "0190-a");
        assert!(next.ends_with("&apres=1700000000123456_0190-a"));
        assert_eq!(read_place("1700000000123456_0190-a"), Some((key, "0190-a".to_owned())));
    }

    #[test]
    fn nonsense_in_the_address_means_no_filter() {
        let query = ListQuery {
            vue: "x".to_owned(),
            etat: "x".to_owned(),
            canal: "x".to_owned(),
            apres: "x".to_owned(),
            ..ListQuery::default()
        };
        let filter = query.filter("me");
        assert_eq!(filter, Filter { reader: "me".to_owned(), limit: PAGE, ..Filter::default() });
    }
}
