//! The features that a model knows, numbered in the order of their names: sums of floating point numbers depend on their
//! order, and this one is the same whoever read or taught the model. A table of hashes (open addressing) leads from a name to
//! its number; the name itself is compared, so that two names never share a number.

use super::name::Name;

/// Weights of a feature: the number of the category and what it counts there, in the order of categories.
pub(super) type Weights = Vec<(usize, f64)>;

/// Features with their idf and weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Terms {
    all: Vec<Row>,
    /// The weights of the first feature, then those of the second, and so on.
    weights: Weights,
    /// A power of two of them, a third free at least.
    slots: Vec<Slot>,
}

#[derive(Clone, Debug, PartialEq)]
struct Row {
    name: String,
    idf: f64,
    /// Its mean weight over all categories.
    mean: f64,
    /// Where its weights end in [`Terms::weights`]; they begin where those of the one before end.
    end: usize,
}

/// A feature by its hash.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Slot {
    /// The upper half of the hash: almost always enough to tell two names apart.
    tag: u32,
    /// Its number; [`FREE`] where there is none.
    number: u32,
}

const FREE: u32 = u32::MAX;

impl Terms {
    /// Features by name, idf and weights, in any order; of a name given twice the first counts. `width` is the number of
    /// categories.
    pub(super) fn new(mut rows: Vec<(String, f64, Weights)>, width: usize) -> Self {
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows.dedup_by(|later, first| later.0 == first.0);
        let mut terms =
            Self { slots: vec![Slot { tag: 0, number: FREE }; slots(rows.len())], ..Self::default() };
        for (number, (name, idf, weights)) in rows.into_iter().enumerate() {
            let hash = Name::written(&name).hash();
            let free = terms.probe(hash).find(|at| terms.slots[*at].number == FREE);
            let number = u32::try_from(number).unwrap_or(FREE);
            if let Some(at) = free {
                terms.slots[at] = Slot { tag: tag(hash), number };
            }
            let mean = weights.iter().map(|(_, weight)| weight).sum::<f64>() / super::count(width);
            terms.weights.extend(weights);
            terms.all.push(Row { name, idf, mean, end: terms.weights.len() });
        }
        terms
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The number of a feature, if it is known.
    pub(super) fn find(&self, name: Name<'_>) -> Option<usize> {
        let hash = name.hash();
        for at in self.probe(hash) {
            let slot = self.slots[at];
            if slot.number == FREE {
                break;
            }
            if slot.tag == tag(hash) && name.is(&self.all[slot.number as usize].name) {
                return Some(slot.number as usize);
            }
        }
        None
    }

    /// Name, idf and weights of each, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, f64, &[(usize, f64)])> {
        self.all.iter().enumerate().map(|(at, row)| (row.name.as_str(), row.idf, self.weights(at)))
    }

    /// The idf of a feature.
    pub(super) fn idf(&self, number: usize) -> f64 {
        self.all[number].idf
    }

    /// Its mean weight over all categories.
    pub(super) fn mean(&self, number: usize) -> f64 {
        self.all[number].mean
    }

    /// Its weights.
    pub(super) fn weights(&self, number: usize) -> &[(usize, f64)] {
        let begin = number.checked_sub(1).map_or(0, |before| self.all[before].end);
        &self.weights[begin..self.all[number].end]
    }

    /// The slots in which a hash may stand, nearest first.
    fn probe(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let last = self.slots.len().wrapping_sub(1);
        let first = usize::try_from(hash & u64::from(u32::MAX)).unwrap_or_default();
        (0..self.slots.len()).map(move |step| (first + step) & last)
    }
}

fn slots(terms: usize) -> usize {
    if terms == 0 { 0 } else { (terms + terms / 2 + 1).next_power_of_two() }
}

fn tag(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(FREE)
}
