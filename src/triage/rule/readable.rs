//! A pattern as somebody reads it who writes no regular expressions: `referenc… (puis) sill / socle`. It tells what the pattern
//! looks for, and is never matched.

/// A pattern of a rule in readable form (French): `/` between ways of saying, `…` for any ending, brackets around what may be
/// missing, ‹a list› by its name.
pub fn readable(pattern: &str) -> String {
    let sentences = pattern.split(" && ").map(|sequence| {
        let pieces =
            sequence.split(" .. ").map(|piece| tidy(&alternatives(&mut piece.trim().chars().peekable())));
        pieces.collect::<Vec<_>>().join(", puis ")
    });
    sentences.collect::<Vec<_>>().join(" — et, dans la même phrase, ")
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Everything up to the end or the closing bracket.
fn alternatives(chars: &mut Chars<'_>) -> String {
    let (mut out, mut atom) = (String::new(), String::new());
    while let Some(c) = chars.next() {
        let next = match c {
            ')' => break,
            '|' => " / ".to_owned(),
            '(' => group(chars),
            '[' => class(chars),
            '\\' => escaped(chars.next()),
            // Any one character: where words are joined, an apostrophe.
            '.' => "’".to_owned(),
            '{' => {
                let Some(name) = list(chars) else {
                    // A number of repetitions of what stands before.
                    atom = if bare(&atom).0 == "…" { "… ".to_owned() } else { format!("{atom}…") };
                    continue;
                };
                format!("‹{name}›")
            }
            '?' => {
                atom = optional(&atom);
                continue;
            }
            '*' | '+' => {
                "…".clone_into(&mut atom);
                continue;
            }
            '^' | '$' => String::new(),
            other => other.to_string(),
        };
        out.push_str(&std::mem::replace(&mut atom, next));
    }
    out.push_str(&atom);
    out
}

/// A group after its opening bracket.
fn group(chars: &mut Chars<'_>) -> String {
    if chars.peek() == Some(&'?') {
        // `(?:`, the only kind of group that patterns have.
        chars.next();
        chars.next();
    }
    let inside = alternatives(chars);
    if inside.contains(" / ") || inside.contains(' ') { format!("({inside})") } else { inside }
}

/// `[cs]`: one of these letters.
fn class(chars: &mut Chars<'_>) -> String {
    let mut letters = Vec::new();
    while let Some(c) = chars.next().filter(|c| *c != ']') {
        letters.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    match letters.as_slice() {
        ['^', ..] => "…".to_owned(),
        letters if letters.contains(&' ') => " ".to_owned(),
        letters if letters.contains(&'-') && letters.len() == 3 => "…".to_owned(),
        letters => letters.iter().map(char::to_string).collect::<Vec<_>>().join("/"),
    }
}

/// What stands after a backslash.
fn escaped(letter: Option<char>) -> String {
    match letter {
        Some('w' | 'S') => "…".to_owned(),
        Some('d') => "un chiffre".to_owned(),
        Some('s') => " ".to_owned(),
        Some('b' | 'B') | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// The name of a list after its opening brace; `None` for numbers.
fn list(chars: &mut Chars<'_>) -> Option<String> {
    let mut name = String::new();
    for c in chars.by_ref().take_while(|c| *c != '}') {
        name.push(c);
    }
    name.chars().any(char::is_alphabetic).then_some(name)
}

fn optional(atom: &str) -> String {
    match bare(atom) {
        ("", space) => space.to_owned(),
        ("…", "") => "…".to_owned(),
        // A French ending reads better in round brackets.
        (letter, "") if letter.chars().count() == 1 => format!("({letter})"),
        (words, space) => format!("[{words}]{space}"),
    }
}

/// What stands in the brackets of a group, and the space that ends it.
fn bare(atom: &str) -> (&str, &str) {
    let inside = atom.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(atom);
    let words = inside.trim_end();
    (words, if words.len() < inside.len() { " " } else { "" })
}

/// No run of dots, of spaces or of endings.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let last = out.chars().next_back();
        if (c == '…' && last == Some('…')) || (c == ' ' && last == Some(' ')) {
            continue;
        }
        out.push(c);
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn patterns_read_like_words() {
        for (pattern, reads) in [
            (r"sous quelle licen[cs]e", "sous quelle licenc/se"),
            (r"prestataires? (?:pour|{software}|autour)", "prestataire(s) (pour / ‹software› / autour)"),
            (r"(?:referenc|inscri)\w* .. (?:sill\b|socle)", "(referenc / inscri)…, puis (sill / socle)"),
            (
                r"equivalents?\b && (?:libre|open[- ]source)",
                "equivalent(s) — et, dans la même phrase, (libre / open source)",
            ),
            (r"(?:un |le )?sill\b", "[un / le] sill"),
            (r"quelles? (?:\w+ ){0,3}outil", "quelle(s) … outil"),
        ] {
            assert_eq!(readable(pattern), reads, "{pattern}");
        }
    }
}
