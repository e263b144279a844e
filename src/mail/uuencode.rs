//! Files that old programs put into the text itself (POSIX uuencode): `begin 644 name`, lines of letters, `end`. They are
//! attachments to a person, not text. A block counts only if every line of it is well formed.

use std::ops::Range;

use crate::message::one_line;

/// Blocks beyond this are left in the text.
const LIMIT: usize = 200;

/// One file.
pub(super) struct Block {
    /// Where it stands in the text, line ends included.
    pub(super) range: Range<usize>,
    /// Its name as given, on one line.
    pub(super) name: String,
    /// Its octets.
    pub(super) bytes: Vec<u8>,
}

/// The files in a text, in order.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut at = 0;
    if !text.contains("begin ") {
        return found;
    }
    while at < text.len() && found.len() < LIMIT {
        let next = line_end(text, at);
        // A line of data is no opening, so a failed block is never read twice.
        at = match block(text, at) {
            Some(block) => {
                let end = block.range.end;
                found.push(block);
                end
            }
            None => next,
        };
    }
    found
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |n| at + n + 1)
}

fn block(text: &str, start: usize) -> Option<Block> {
    let mut at = line_end(text, start);
    let opening = text[start..at].trim_end().strip_prefix("begin ")?;
    let (mode, name) = opening.split_once(' ')?;
    let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    if !octal || name.trim().is_empty() {
        return None;
    }
    let mut bytes = Vec::new();
    loop {
        let next = line_end(text, at);
        let line = text.get(at..next).filter(|line| !line.is_empty())?.trim_end_matches(['\r', '\n']);
        at = next;
        if line == "end" {
            break;
        }
        decode(line.as_bytes(), &mut bytes)?;
    }
    (!bytes.is_empty()).then(|| Block { range: start..at, name: one_line(name, 400), bytes })
}

/// One line: the number of octets, then four letters for three of them. Spaces at its end may have been lost.
fn decode(line: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let Some((length, letters)) = line.split_first() else { return Some(()) };
    if !line.iter().all(|b| (b' '..=b'`').contains(b)) {
        return None;
    }
    let value = |b: u8| u32::from(b.wrapping_sub(b' ') & 0x3f);
    let length = usize::try_from(value(*length)).ok()?;
    let expected = length.div_ceil(3) * 4;
    if letters.len() > expected + 2 {
        return None;
    }
    let start = out.len();
    for group in 0..length.div_ceil(3) {
        let letter = |n: usize| value(letters.get(group * 4 + n).copied().unwrap_or(b' '));
        let whole = letter(0) << 18 | letter(1) << 12 | letter(2) << 6 | letter(3);
        out.extend_from_slice(&whole.to_be_bytes()[1..]);
    }
    out.truncate(start + length);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_blocks_are_files() {
        let text = "Bonjour\nbegin 644 note.txt\n#0V%T\n`\nend\nMarie\n";
        let found = blocks(text);
        assert_eq!((found.len(), found[0].name.as_str(), &found[0].bytes[..]), (1, "note.txt", &b"Cat"[..]));
        assert_eq!(&text[found[0].range.clone()], "begin 644 note.txt\n#0V%T\n`\nend\n");
        assert!(blocks("begin 644 tomorrow\nnous publions le code\nend\n").is_empty());
        assert!(blocks("begin 644 x\n#0V%T\n").is_empty());
    }
}
