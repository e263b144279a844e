//! The plane of sentences: does this sentence ask for something of the offer? Labels say it of whole messages only, so it is
//! learned from bags of sentences (Andrews et al., "Support Vector Machines for Multiple-Instance Learning", 2003): in a message
//! that asks nothing of the offer no sentence does; in one that does at least one does, and which ones is found by turns with
//! the plane. It tells the facts around an ask ("le code est publié, merci") from a quiet ask ("reste à choisir la licence").

use super::super::count;
use super::{Example, Indexed, Vector, plane};

/// Turns after which which sentences ask is settled, or settled enough.
const TURNS: usize = 4;
/// A sentence this far on the side of asking is taken to ask, besides the furthest of its message.
const ASKS: f64 = 0.3;

/// The plane, its bias last; `None` where there are not both kinds of messages. `planes` are those of the categories, of which
/// some are of the `offer`: by them it is guessed at first which sentences ask.
pub(super) fn learn(
    examples: &[&Example],
    indexed: &Indexed<'_>,
    planes: &[Vec<f64>],
    offer: &[bool],
) -> Option<Vec<f64>> {
    let side = |plane: &[f64], vector: &Vector| vector.iter().map(|(term, x)| plane[*term] * x).sum::<f64>();
    // How far the best heading of the offer is before the best other one.
    let before = |vector: &Vector| {
        let best = |of: bool| {
            let planes = planes.iter().zip(offer).filter(|(_, offer)| **offer == of);
            planes.map(|(plane, _)| side(plane, vector)).fold(f64::MIN, f64::max)
        };
        best(true) - best(false)
    };
    let mut vectors: Vec<Vector> = Vec::new();
    let mut quiet = Vec::new();
    // Sentences of each message that asks something of the offer, and those of them that are taken to ask it.
    let mut bags: Vec<std::ops::Range<usize>> = Vec::new();
    let mut asking: Vec<usize> = Vec::new();
    for example in examples {
        let first = vectors.len();
        vectors.extend(example.sentences.iter().map(|sentence| indexed.vector(&sentence.features)));
        let bag = first..vectors.len();
        if !example.offer {
            quiet.extend(bag);
            continue;
        }
        let sides: Vec<f64> = bag.clone().map(|at| before(&vectors[at])).collect();
        let asks = |at: usize| sides[at] > 0.0 && example.sentences[at].asks;
        let guessed: Vec<usize> = (0..sides.len()).filter(|at| asks(*at)).collect();
        let guessed = if guessed.is_empty() { furthest(&sides).into_iter().collect() } else { guessed };
        asking.extend(guessed.into_iter().map(|at| first + at));
        bags.push(bag);
    }
    if quiet.is_empty() || asking.is_empty() {
        return None;
    }
    let mut learned = Vec::new();
    for _ in 0..TURNS {
        let (no, yes) = (count(quiet.len()), count(asking.len()));
        // Both kinds count as much, however many there are.
        let cost = [(no + yes) / (2.0 * no), (no + yes) / (2.0 * yes)];
        let taught: Vec<&Vector> = quiet.iter().chain(&asking).map(|at| &vectors[*at]).collect();
        let of: Vec<bool> = (0..taught.len()).map(|at| at >= quiet.len()).collect();
        learned = plane(&taught, &of, cost, indexed.len());
        let mut next = Vec::with_capacity(asking.len());
        for bag in &bags {
            let sides: Vec<f64> = bag.clone().map(|at| side(&learned, &vectors[at])).collect();
            let furthest = furthest(&sides);
            let asks = |at: &usize| sides[*at] > ASKS || furthest == Some(*at);
            next.extend((0..sides.len()).filter(asks).map(|at| bag.start + at));
        }
        if next == asking {
            break;
        }
        asking = next;
    }
    Some(learned)
}

/// Which of several stands furthest, the first of equals.
fn furthest(sides: &[f64]) -> Option<usize> {
    (0..sides.len()).max_by(|a, b| sides[*a].total_cmp(&sides[*b]).then(b.cmp(a)))
}
