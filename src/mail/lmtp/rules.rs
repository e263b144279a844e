//! What the sessions of one server share: whom they take mail for, how much of it, and how many octets all of them
//! together may hold in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::path::POSTMASTER;
use crate::mail::parse::Own;

/// What a session goes by. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rules(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: String,
    own: Option<Own>,
    max_octets: usize,
    max_recipients: usize,
    most_held: usize,
    held: AtomicUsize,
}

/// Messages of the largest size that all sessions together may hold before the next one is asked to wait.
const LARGEST_AT_ONCE: usize = 4;

impl Rules {
    /// Rules of a server that calls itself `name`, takes messages of at most `max_octets` octets for at most
    /// `max_recipients` recipients each, of the service alone (`own`) or of anybody (`None`).
    pub fn new(name: &str, own: Option<Own>, max_octets: usize, max_recipients: usize) -> Self {
        Self(Arc::new(Inner {
            name: name.to_owned(),
            own,
            max_octets,
            max_recipients,
            most_held: max_octets.saturating_mul(LARGEST_AT_ONCE),
            held: AtomicUsize::new(0),
        }))
    }

    /// The name it greets with.
    pub(super) fn name(&self) -> &str {
        &self.0.name
    }

    /// The largest message, in octets, dots unstuffed.
    pub(super) fn max_octets(&self) -> usize {
        self.0.max_octets
    }

    /// The most recipients of one message.
    pub(super) fn max_recipients(&self) -> usize {
        self.0.max_recipients
    }

    /// Whether mail for this address is taken: `+detail` and case do not matter. `postmaster` without a domain is always
    /// somebody here (RFC 5321 section 4.5.1).
    pub(super) fn takes_for(&self, address: &str) -> bool {
        address == POSTMASTER || self.0.own.as_ref().is_none_or(|own| own.is_own(address))
    }

    /// Nothing held yet.
    pub(super) fn hold_nothing(&self) -> Held {
        Held { rules: self.clone(), octets: 0 }
    }
}

/// The part of the shared memory that one message has. Given back when it is dropped.
#[derive(Debug)]
pub struct Held {
    rules: Rules,
    octets: usize,
}

impl Held {
    /// Takes room for so many octets more; `false` when all sessions together hold too much already.
    pub(super) fn grow(&mut self, octets: usize) -> bool {
        let Inner { held, most_held, .. } = &*self.rules.0;
        let before = held.fetch_add(octets, Ordering::Relaxed);
        self.octets += octets;
        before.saturating_add(octets) <= *most_held
    }

    /// Gives everything back.
    pub(super) fn release(&mut self) {
        self.rules.0.held.fetch_sub(std::mem::take(&mut self.octets), Ordering::Relaxed);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.release();
    }
}
