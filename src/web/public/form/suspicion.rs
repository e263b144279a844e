//! What makes a form look automatic. Each of these costs a person at most one simple sum.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::Duration;

use super::read::Sent;
use super::stamp::Stamp;
use crate::web::client::Client;
use crate::web::{WebState, security};

/// Why the sum is asked; it stands in the log, without anything of the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suspicion {
    /// The field that people do not see was filled in.
    Trap,
    /// No stamp of ours.
    NoStamp,
    /// Sent sooner than a person can fill it in.
    TooFast,
    /// Shown longer ago than a form is valid.
    Expired,
    /// The browser says that a foreign page sent it.
    Foreign,
    /// Many forms from this address within the hour.
    TooMany,
}

/// Who sends, as far as the request tells.
#[derive(Clone, Copy, Debug)]
pub(in crate::web) struct Visit {
    pub(super) address: IpAddr,
    own_page: bool,
}

impl FromRequestParts<WebState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        let Client(address) = Client::from_request_parts(parts, state).await?;
        let own_page = security::from_own_page(&parts.headers, &state.desk.service().public_url);
        Ok(Self { address, own_page })
    }
}

impl Visit {
    /// The first reason to ask the sum. Counts the form against its address.
    pub(super) fn suspicion(self, state: &WebState, sent: &Sent, stamp: Option<&Stamp>) -> Option<Suspicion> {
        let now = state.desk.clock().now();
        let form = &state.settings.form;
        let within = state.forms.take(self.address, now);
        if !sent.trap.trim().is_empty() {
            return Some(Suspicion::Trap);
        }
        let Some(stamp) = stamp else { return Some(Suspicion::NoStamp) };
        if stamp.age(now) < Duration::seconds(i64::from(form.min_seconds)) {
            Some(Suspicion::TooFast)
        } else if stamp.age(now) > Duration::hours(i64::from(form.token_hours)) {
            Some(Suspicion::Expired)
        } else if !self.own_page {
            Some(Suspicion::Foreign)
        } else if !within {
            Some(Suspicion::TooMany)
        } else {
            None
        }
    }
}
