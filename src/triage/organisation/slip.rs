//! Words one slip of the finger apart: a letter left out, added or changed, or two neighbours swapped. Such words share a
//! hash when each may lose one letter, so that candidates are looked up, not searched.

/// Hashes of the word itself and of the word with each letter left out.
pub(super) fn one_left_out(key: &str) -> impl Iterator<Item = u64> {
    let bytes = key.as_bytes();
    (0..=bytes.len()).map(move |skip| {
        let end = (skip + 1).min(bytes.len());
        // FNV-1a: the words are our own rows' and short, so that a stronger hash buys nothing.
        bytes[..skip.min(bytes.len())]
            .iter()
            .chain(&bytes[end..])
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            })
    })
}

/// Whether two words differ by one letter added, left out or changed, or by two neighbours swapped.
pub(super) fn one_slip_apart(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let same_start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same_start..], &b[same_start..]);
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - same_end], &b[..b.len() - same_end]);
    match (a.len(), b.len()) {
        (0..=1, 0..=1) => true,
        (2, 2) => a[0] == b[1] && a[1] == b[0],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_near_and_two_are_not() {
        for (a, b, near) in [
            ("ministere", "minstere", true),
            ("ministere", "miniistere", true),
            ("ministere", "minisrere", true),
            ("ministere", "minsitere", true),
            ("ministere", "mnsitere", false),
            ("regional", "national", false),
        ] {
            assert_eq!(one_slip_apart(a, b), near, "{a} {b}");
            let shared = one_left_out(a).any(|hash| one_left_out(b).any(|other| other == hash));
            assert!(shared || !near, "{a} {b}");
        }
    }
}
