//! How many forms an address sent in the last hour. In memory: a restart forgets, which at worst spares somebody a
//! sum. The limit is high, and crossing it costs a sum, because a whole ministry may stand behind one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

use super::client::bucket;

/// More addresses than this at once are an attack on our memory: the oldest are forgotten.
const ADDRESSES_MAX: usize = 100_000;

/// A count per address (per /64 in IPv6) in a window of one hour that opens with the first.
#[derive(Debug)]
pub struct Hourly {
    limit: u32,
    counts: Mutex<HashMap<IpAddr, (DateTime<Utc>, u32)>>,
}

impl Hourly {
    /// A limit of `limit` an hour.
    pub fn new(limit: u32) -> Self {
        Self { limit, counts: Mutex::default() }
    }

    /// Counts one more for the address; `false` beyond the limit.
    pub fn take(&self, address: IpAddr, now: DateTime<Utc>) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |opened: DateTime<Utc>| now - opened >= Duration::hours(1);
        if counts.len() >= ADDRESSES_MAX {
            counts.retain(|_, (opened, _)| !over(*opened));
            if counts.len() >= ADDRESSES_MAX {
                counts.clear();
            }
        }
        let entry = counts.entry(bucket(address)).or_insert((now, 0));
        if over(entry.0) {
            *entry = (now, 0);
        }
        entry.1 = entry.1.saturating_add(1);
        entry.1 <= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_later_the_count_starts_again() {
        let hourly = Hourly::new(2);
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        assert!(hourly.take(one, now) && hourly.take(one, now) && !hourly.take(one, now));
        assert!(hourly.take("192.0.2.2".parse().unwrap(), now));
        assert!(hourly.take(one, now + Duration::hours(1)));
    }
}
