//! Gathers a command line out of whatever pieces it comes in.

/// Octets of the longest command line, CRLF included (RFC 5321 section 4.5.3.1.4 wants 512 at least; long addresses with
/// parameters need more).
const LIMIT: usize = 4_096;

/// A line being gathered.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    octets: Vec<u8>,
    too_long: bool,
}

/// What a line feed ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line, its CRLF included.
    Whole(Vec<u8>),
    /// More octets than a line may have; they are gone.
    TooLong,
    /// A line feed without its carriage return.
    BareLf,
}

impl Gathered {
    /// Takes octets up to the end of the line: how many, and the line if it ended there.
    pub(super) fn read(&mut self, octets: &[u8]) -> (usize, Option<Line>) {
        let end = octets.iter().position(|octet| *octet == b'\n').map(|at| at + 1);
        let used = end.unwrap_or(octets.len());
        let room = LIMIT.saturating_sub(self.octets.len());
        if used > room {
            self.too_long = true;
        }
        if self.too_long {
            // Two octets are always kept: they tell whether the line feed has its carriage return.
            let last_two = octets[..used].len().saturating_sub(2);
            self.octets.extend_from_slice(&octets[last_two..used]);
            let spare = self.octets.len().saturating_sub(2);
            self.octets.drain(..spare);
        } else {
            self.octets.extend_from_slice(&octets[..used]);
        }
        if end.is_none() {
            return (used, None);
        }
        let line = std::mem::take(&mut self.octets);
        let too_long = std::mem::take(&mut self.too_long);
        let line = match (line.ends_with(b"\r\n"), too_long) {
            (false, _) => Line::BareLf,
            (true, true) => Line::TooLong,
            (true, false) => Line::Whole(line),
        };
        (used, Some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_the_same_in_whatever_pieces_it_comes() {
        let long = [vec![b'a'; LIMIT - 2], b"\r\n".to_vec()].concat();
        let longer = [vec![b'a'; LIMIT - 1], b"\r\n".to_vec()].concat();
        let much_longer = [vec![b'a'; 3 * LIMIT], b"\n".to_vec()].concat();
        for (line, is) in [
            (b"NOOP\r\n".to_vec(), Line::Whole(b"NOOP\r\n".to_vec())),
            (b"\r\n".to_vec(), Line::Whole(b"\r\n".to_vec())),
            (b"NOOP\n".to_vec(), Line::BareLf),
            (b"\n".to_vec(), Line::BareLf),
            (long.clone(), Line::Whole(long)),
            (longer, Line::TooLong),
            (much_longer, Line::BareLf),
        ] {
            for size in [1, 2, 3, 1_000, 100_000] {
                let mut gathered = Gathered::default();
                let mut ends: Vec<Line> = Vec::new();
                for piece in line.chunks(size) {
                    let (used, end) = gathered.read(piece);
                    assert_eq!(used, piece.len());
                    ends.extend(end);
                }
                assert_eq!(ends.len(), 1);
                assert_eq!(ends[0], is, "in pieces of {size}");
            }
        }
    }
}
