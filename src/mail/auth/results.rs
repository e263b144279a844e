//! The grammar of `Authentication-Results` (RFC 8601 section 2.2): pieces between semicolons, words between blanks. A quoted
//! string or a comment may hold either, and whoever sends a mail chooses the local part that stands in one: cut there, a
//! sender writes verdicts of their own.

/// The pieces of a value, each as its words: the first holds the authserv-id, each other one a result. Comments are left
/// out, quoted strings stay whole with their quotes; a piece whose quotes or comment never end is dropped.
pub(in crate::mail) fn pieces(value: &str) -> Vec<Vec<String>> {
    let mut pieces = Vec::new();
    let (mut words, mut word) = (Vec::new(), String::new());
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for c in value.chars() {
        let was_escaped = std::mem::take(&mut escaped);
        if depth > 0 {
            match c {
                _ if was_escaped => {}
                '\\' => escaped = true,
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            continue;
        }
        match c {
            _ if was_escaped => word.push(c),
            '\\' if quoted => {
                escaped = true;
                word.push(c);
            }
            '"' => {
                quoted = !quoted;
                word.push(c);
            }
            _ if quoted => word.push(c),
            '(' => depth = 1,
            ';' => {
                words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
                pieces.push(std::mem::take(&mut words));
            }
            _ if c.is_whitespace() => {
                words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
            }
            _ => word.push(c),
        }
    }
    if depth == 0 && !quoted {
        words.extend(Some(word).filter(|word| !word.is_empty()));
        pieces.push(words);
    }
    pieces
}

/// The domain of a value: what follows the last `@`, or all of it.
pub(in crate::mail) fn domain(value: &str) -> &str {
    // Behind a quoted local part, only what follows its last quote is the sender's domain.
    let outside = value.rsplit_once('"').map_or(value, |(_, rest)| rest);
    let named = if outside.is_empty() { value.trim_matches('"') } else { outside };
    named.rsplit('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_quotes_nor_comments_are_cut() {
        let read = |value| pieces(value).iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("|");
        assert_eq!(read("mx (a; b) 1; spf=pass (x \\) y; (z)) a=b;"), "mx 1|spf=pass a=b|");
        assert_eq!(
            read(r#"mx; spf=pass m="x; (y\" z"@e; dmarc=fail"#),
            r#"mx|spf=pass m="x; (y\" z"@e|dmarc=fail"#
        );
        assert_eq!(read(r#"mx; spf=pass m="x; dmarc=pass"#), "mx", "quotes that never end");
        assert_eq!(read("mx; dmarc=pass (x; spf=pass"), "mx", "a comment that never ends");
    }

    #[test]
    fn the_domain_stands_outside_the_quotes() {
        for (value, expected) in [
            ("x@evil.example", "evil.example"),
            ("evil.example", "evil.example"),
            (r#""x@good.example"@evil.example"#, "evil.example"),
            (r#""x@good.example""#, "good.example"),
        ] {
            assert_eq!(domain(value), expected, "{value}");
        }
    }
}
