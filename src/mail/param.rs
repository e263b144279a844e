//! Values with parameters, as Content-Type and Content-Disposition have them (RFC 2045 section 5.1), and values in pieces
//! (RFC 2231): octets are gathered over all pieces and decoded once, because mailers cut inside a character. Lenient:
//! missing semicolons, unquoted spaces, quotes never closed.

use std::collections::BTreeMap;

use super::charset;
use super::transfer;

/// Parameters beyond this are ignored.
const LIMIT: usize = 200;

/// One piece of a parameter's value.
struct Piece {
    number: usize,
    /// Percent-encoded, with the charset in the first one.
    extended: bool,
    text: String,
}

/// The value in lower case, and its parameters: names in lower case, values as given or decoded (RFC 2231).
pub(super) fn read(raw: &str) -> (String, Vec<(String, String)>) {
    let mut segments = segments(raw).into_iter();
    let first = segments.next().unwrap_or_default().trim().to_owned();
    // "text/plain charset=x": the semicolon is missing.
    let (value, more) = match first.split_once(char::is_whitespace) {
        // "filename=x": the value itself is missing.
        _ if first.contains('=') && !first.split('=').next().unwrap_or_default().contains(['/', ' ']) => {
            ("", &*first)
        }
        Some(pair) => pair,
        None => (&*first, ""),
    };
    let mut pieces: BTreeMap<String, Vec<Piece>> = BTreeMap::new();
    for segment in [more.to_owned()].into_iter().chain(segments).take(LIMIT) {
        parameter(&segment, &mut pieces);
    }
    let params = pieces.into_iter().map(|(name, pieces)| (name, joined(pieces))).collect();
    let value = value.trim().chars().filter(|c| !c.is_control()).collect::<String>();
    (value.to_ascii_lowercase(), params)
}

/// What stands between the semicolons outside quotes; comments before the first parameter are dropped.
fn segments(raw: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let (mut quoted, mut escaped, mut depth) = (false, false, 0usize);
    for c in raw.chars() {
        let last = found.len() - 1;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if last == 0 && !quoted => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                continue;
            }
            ';' if !quoted && depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            found[last].push(c);
        }
    }
    found
}

/// Reads `name=value` into its pieces. What follows the value without a semicolon is a parameter too, except in file
/// names, which people write with spaces.
fn parameter(segment: &str, pieces: &mut BTreeMap<String, Vec<Piece>>) {
    let mut rest = segment;
    while let Some((name, value)) = rest.split_once('=') {
        let name = name.trim().to_ascii_lowercase();
        let (base, number, extended) = piece_of(&name);
        let value = value.trim();
        let text;
        (text, rest) = if let Some(inner) = value.strip_prefix('"') {
            unquoted(inner)
        } else if matches!(base, "name" | "filename") {
            (value.to_owned(), "")
        } else if base == "charset" && !value.contains(['=', '(']) {
            // "iso 8859-15"
            (value.to_owned(), "")
        } else {
            let (text, after) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
            (text.to_owned(), after)
        };
        let known = pieces.entry(base.to_owned()).or_default();
        // The first of two counts, and an encoded form before a plain one.
        let same = known.iter().position(|piece| piece.number == number);
        match same {
            Some(at) if extended && !known[at].extended => known[at] = Piece { number, extended, text },
            None if known.len() < LIMIT => known.push(Piece { number, extended, text }),
            _ => {}
        }
    }
}

/// `filename*1*` is piece 1 of `filename`, encoded.
fn piece_of(name: &str) -> (&str, usize, bool) {
    let (plain, extended) = name.strip_suffix('*').map_or((name, false), |plain| (plain, true));
    match plain.rsplit_once('*').and_then(|(base, number)| Some((base, number.parse().ok()?))) {
        Some((base, number)) => (base, number, extended),
        None => (plain, 0, extended),
    }
}

/// A quoted string after its first quote, and what follows it. A backslash before anything but a quote or a backslash
/// is one of a Windows path.
fn unquoted(inner: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, &inner[at + 1..]),
            '\\' => match chars.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, next)) => text.push(next),
                None => text.push('\\'),
            },
            _ => text.push(c),
        }
    }
    (text, "")
}

fn joined(mut pieces: Vec<Piece>) -> String {
    pieces.sort_by_key(|piece| piece.number);
    if !pieces.iter().any(|piece| piece.extended) {
        return pieces.into_iter().map(|piece| piece.text).collect();
    }
    let mut label = None;
    let mut octets = Vec::new();
    for piece in &pieces {
        let mut text = piece.text.as_str();
        if piece.extended {
            if label.is_none()
                && let Some((charset, after)) = text.split_once('\'')
                && let Some((_, after)) = after.split_once('\'')
            {
                label = Some(charset);
                text = after;
            }
            transfer::escapes(text.as_bytes(), b'%', &mut octets);
        } else {
            octets.extend(text.as_bytes());
        }
    }
    charset::decode(&octets, label.filter(|label| !label.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param(raw: &str, name: &str) -> Option<String> {
        read(raw).1.into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    #[test]
    fn parameters_are_read_as_they_were_meant() {
        assert_eq!(read("Text/Plain (x; y); charset=utf-8").0, "text/plain");
        assert_eq!(read("text/plain charset=\"utf-8\"").0, "text/plain");
        assert_eq!(param("text/plain charset=\"utf-8\"", "charset").as_deref(), Some("utf-8"));
        assert_eq!(param("text/plain; charset=iso 8859-15", "charset").as_deref(), Some("iso 8859-15"));
        assert_eq!(
            read("filename=x.pdf"),
            (String::new(), vec![("filename".to_owned(), "x.pdf".to_owned())])
        );
        assert_eq!(param("a/b; charset=us-ascii (plain)", "charset").as_deref(), Some("us-ascii"));
        assert_eq!(param("a/b; x=1 boundary=c", "boundary").as_deref(), Some("c"));
        assert_eq!(
            param("attachment; filename=Mon fichier.pdf", "filename").as_deref(),
            Some("Mon fichier.pdf")
        );
        assert_eq!(
            param(r#"attachment; filename="a;\"b\".txt""#, "filename").as_deref(),
            Some("a;\"b\".txt")
        );
        assert_eq!(param(r#"a; filename="C:\temp\x.doc"#, "filename").as_deref(), Some(r"C:\temp\x.doc"));
    }

    #[test]
    fn pieces_are_decoded_together() {
        let given = "a; filename*1*=%A9t; filename*0*=utf-8'fr'%C3; filename*2=\u{e9}; filename*3=.pdf";
        assert_eq!(param(given, "filename").as_deref(), Some("été.pdf"));
        assert_eq!(param("a; name*=iso-8859-1''%E9%zz", "name").as_deref(), Some("é%zz"));
        assert_eq!(param("a; filename=x; filename*=utf-8''%C3%A9", "filename").as_deref(), Some("é"));
    }
}
