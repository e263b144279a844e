//! The prefixes that mail programs put before a subject, in the languages that reach us.

/// What the prefixes of a subject say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// None.
    None,
    /// An answer (`Re:`, `RE :`, `Rép.:`).
    Reply,
    /// A forwarded message (`TR:`, `Fwd:`, `I:`).
    Forward,
}

const REPLY: [&str; 20] = [
    "re",
    "ré",
    "rép",
    "rep",
    "réf",
    "aw",
    "antw",
    "sv",
    "rif",
    "r",
    "res",
    "odp",
    "ynt",
    "vá",
    "atb",
    "απ",
    "ответ",
    "回复",
    "回覆",
    "答复",
];
const FORWARD: [&str; 12] = ["tr", "fwd", "fw", "i", "wg", "rv", "enc", "vb", "vl", "pd", "转发", "轉寄"];

/// What mail gateways put before a subject, between brackets or stars.
const TAGS: [&str; 14] = [
    "ext",
    "externe",
    "external",
    "extern",
    "externo",
    "esterno",
    "spam",
    "spam?",
    "caution",
    "external email",
    "external mail",
    "mail externe",
    "courriel externe",
    "suspicious",
];

/// The subject without the tags of mail gateways at its start: `[EXT]`, `***SPAM***`.
pub fn untagged(subject: &str) -> &str {
    let mut rest = subject.trim();
    loop {
        let close: &[char] = match rest.chars().next() {
            Some('[') => &[']'],
            Some('(') => &[')'],
            Some('{') => &['}'],
            Some('*') => &['*'],
            _ => return rest,
        };
        let inside = rest.trim_start_matches(['[', '(', '{', '*']);
        let Some((tag, after)) = inside.split_once(close) else { return rest };
        if !TAGS.contains(&tag.trim().to_lowercase().as_str()) {
            return rest;
        }
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || close.contains(&c) || c == '-');
    }
}

/// What the outermost prefix says, and the subject without any prefix.
pub fn split(subject: &str) -> (Prefix, &str) {
    let mut outer = Prefix::None;
    let mut rest = untagged(subject);
    while let Some((prefix, after)) = one(rest) {
        if outer == Prefix::None {
            outer = prefix;
        }
        rest = untagged(after);
    }
    (outer, rest)
}

fn one(subject: &str) -> Option<(Prefix, &str)> {
    let (head, after) = subject.split_once(':').filter(|(head, _)| head.len() <= 12)?;
    // "Re[2]", "Re (3)", "RÉP." and the space that French typography puts before a colon.
    let word =
        head.trim_end_matches(|c: char| c.is_whitespace() || c.is_ascii_digit() || "[]().*".contains(c));
    let word = word.trim().to_lowercase();
    let prefix = if REPLY.contains(&word.as_str()) {
        Prefix::Reply
    } else if FORWARD.contains(&word.as_str()) {
        Prefix::Forward
    } else {
        return None;
    };
    Some((prefix, after.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_told_from_words() {
        assert_eq!(split("RE : Re[2]: TR: Licence"), (Prefix::Reply, "Licence"));
        assert_eq!(split("Fwd: a : b"), (Prefix::Forward, "a : b"));
        assert_eq!(split("[EXT] Re: [Externe] Licence"), (Prefix::Reply, "Licence"));
        assert_eq!(split("***SPAM*** TR: x"), (Prefix::Forward, "x"));
        assert_eq!(split("[SILL] Re: x"), (Prefix::None, "[SILL] Re: x"));
        assert_eq!(split("SILL : question"), (Prefix::None, "SILL : question"));
        assert_eq!(split("Re\u{a0}:\u{a0}x"), (Prefix::Reply, "x"));
    }
}
