//! Chance that can be walked again: everything random of a soak comes from its seed, so that a red run is found again by
//! the seed it printed (what the machine does in between stays its own).

use std::time::Duration;

/// A stream of random numbers (splitmix64: one multiplication chain, good enough to choose with).
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream of its own, so that what one part draws does not move another.
    pub(super) fn fork(&self, label: u64) -> Self {
        let mut stem = Self(self.0 ^ label.wrapping_mul(0xA076_1D64_78BD_642F));
        Self(stem.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to one less than `end` (which is not 0).
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap();
        usize::try_from(self.next() % end).unwrap()
    }

    /// Whether the one case in `cases` has come.
    pub(super) fn once_in(&mut self, cases: usize) -> bool {
        self.below(cases) == 0
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }

    /// A time shorter than this.
    pub(super) fn within(&mut self, most: Duration) -> Duration {
        let millis = usize::try_from(most.as_millis()).unwrap();
        Duration::from_millis(u64::try_from(self.below(millis.max(1))).unwrap())
    }
}

/// Lets time pass: between two tries of a mail server, before a blow falls. Nothing is ever judged by it.
pub(super) async fn pause(time: Duration) {
    let _ = tokio::time::timeout(time, std::future::pending::<()>()).await;
}

#[test]
fn the_same_seed_walks_the_same_way() {
    let walk = |seed| {
        let mut chance = Chance::new(seed);
        (0..50).map(|_| chance.below(1_000)).collect::<Vec<_>>()
    };
    assert_eq!(walk(7), walk(7));
    assert_ne!(walk(7), walk(8));
    let fork = |label| Chance::new(7).fork(label).below(1_000_000);
    assert_ne!(fork(1), fork(2));
}
