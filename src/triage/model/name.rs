//! The name of a feature, in its parts: it can be looked for without being written out.

use std::fmt;

/// FNV-1a of 64 bits: the hash of nothing, and what multiplies it at each byte
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>).
const FNV: (u64, u64) = (0xcbf2_9ce4_8422_2325, 0x0000_0100_0000_01b3);

/// `w:code`, `b:code_source`: what kind of feature, and one or two words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    kind: &'static str,
    first: &'a [u8],
    /// Empty where there is one word only.
    second: &'a [u8],
}

impl<'a> Name<'a> {
    /// A name of one word.
    pub(super) fn of(kind: &'static str, word: &'a [u8]) -> Self {
        Self { kind, first: word, second: b"" }
    }

    /// A name of two words, neither empty.
    pub(super) fn pair(kind: &'static str, first: &'a [u8], second: &'a [u8]) -> Self {
        Self { kind, first, second }
    }

    /// A name as written.
    pub(super) fn written(name: &'a str) -> Self {
        Self::of("", name.as_bytes())
    }

    /// Its hash, which is that of the name as written.
    pub(super) fn hash(self) -> u64 {
        let one = hashed(hashed(FNV.0, self.kind.as_bytes()), self.first);
        if self.second.is_empty() { one } else { hashed(hashed(one, b"_"), self.second) }
    }

    /// Whether it is this one as written.
    pub(super) fn is(self, written: &str) -> bool {
        let words = written.as_bytes().strip_prefix(self.kind.as_bytes());
        let rest = words.and_then(|words| words.strip_prefix(self.first));
        rest.is_some_and(|rest| match rest.split_first() {
            None => self.second.is_empty(),
            Some((sign, second)) => *sign == b'_' && !self.second.is_empty() && second == self.second,
        })
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kind, String::from_utf8_lossy(self.first))?;
        if self.second.is_empty() { Ok(()) } else { write!(f, "_{}", String::from_utf8_lossy(self.second)) }
    }
}

fn hashed(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_parts_is_the_name_as_written_and_no_other() {
        let names = [Name::of("w:", b"code"), Name::pair("b:", b"code", b"source"), Name::of("b:", b"code_")];
        for name in names {
            let written = name.to_string();
            assert_eq!(name.hash(), Name::written(&written).hash());
            assert_eq!(names.iter().filter(|other| other.is(&written)).count(), 1, "{written}");
            assert!(Name::written(&written).is(&written));
        }
        assert_eq!(Name::written("foobar").hash(), 0x8594_4171_f739_67e8, "as published");
    }
}
