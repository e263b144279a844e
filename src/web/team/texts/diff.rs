//! What changed between two texts, line by line: the longest common run of lines stays, the rest was taken away or added.
//! Long stretches that stayed are folded to a few lines around what changed.

/// Lines around a change that are shown.
const AROUND: usize = 2;

/// A line as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It stayed.
    Same(String),
    /// It is new.
    Added(String),
    /// It is gone.
    Removed(String),
    /// So many lines stayed, not shown.
    Folded(usize),
}

/// The difference, empty where there is none. Costs the product of the numbers of lines: texts are bounded where they are taken.
pub(super) fn lines(old: &str, new: &str) -> Vec<Line> {
    if old == new {
        return Vec::new();
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    // common[i][j]: how many lines `old[i..]` and `new[j..]` have in common, in order.
    let mut common = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut all) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            all.push(Line::Same(old[i].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            all.push(Line::Removed(old[i].to_owned()));
            i += 1;
        } else {
            all.push(Line::Added(new[j].to_owned()));
            j += 1;
        }
    }
    folded(&all)
}

fn folded(all: &[Line]) -> Vec<Line> {
    let changed = |line: &Line| !matches!(line, Line::Same(_));
    let near = |at: usize| {
        let (first, last) = (at.saturating_sub(AROUND), (at + AROUND).min(all.len().saturating_sub(1)));
        all[first..=last].iter().any(changed)
    };
    let (mut shown, mut left) = (Vec::new(), 0);
    for (at, line) in all.iter().enumerate() {
        if near(at) {
            if left > 0 {
                shown.push(Line::Folded(std::mem::take(&mut left)));
            }
            shown.push(line.clone());
        } else {
            left += 1;
        }
    }
    if left > 0 {
        shown.push(Line::Folded(left));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_shown_with_a_little_around_it() {
        let old = "a\nb\nc\nd\ne\nf\ng\n";
        let new = "a\nb\nc\nd\nE\nf\ng\nh\n";
        let same = |text: &str| Line::Same(text.to_owned());
        assert_eq!(
            lines(old, new),
            [
                Line::Folded(2),
                same("c"),
                same("d"),
                Line::Removed("e".to_owned()),
                Line::Added("E".to_owned()),
                same("f"),
                same("g"),
                Line::Added("h".to_owned()),
            ]
        );
        assert!(lines(old, old).is_empty());
        assert_eq!(lines("", "x\n"), [Line::Added("x".to_owned())]);
    }
}
