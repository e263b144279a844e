//! The two text formats with marks that mail has beside HTML: text/enriched (RFC 1896) and RTF. What a person reads of
//! them, without any layout. One pass each, lenient.

use super::charset;
use super::transfer::hex;

/// Groups inside groups beyond this depth count as one.
const DEPTH_LIMIT: usize = 200;
/// Groups of RTF that hold no text of the letter.
const SILENT: [&str; 14] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "footer",
    "generator",
    "listtable",
    "listoverridetable",
    "themedata",
    "datastore",
    "xmlnstbl",
];

/// The text of text/enriched, or of its forerunner text/richtext.
pub(super) fn enriched(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("<<") {
            out.push('<');
            rest = &rest[2..];
            continue;
        }
        let end = rest.bytes().take(62).position(|b| b == b'>');
        let Some(end) =
            end.filter(|end| rest[1..*end].bytes().all(|b| b.is_ascii_alphanumeric() || b"/-".contains(&b)))
        else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        let command = rest[1..end].to_ascii_lowercase();
        rest = &rest[end + 1..];
        match command.as_str() {
            "nl" => out.push('\n'),
            "lt" => out.push('<'),
            "param" => rest = rest.split_once("</param>").map_or(rest, |(_, after)| after),
            _ => {}
        }
    }
    out.push_str(rest);
    lines(&out)
}

/// A lone line break is a space, of several one is lost (RFC 1896 section 3).
fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut breaks = 0;
    for c in text.chars().filter(|c| *c != '\r') {
        if c == '\n' {
            breaks += 1;
            continue;
        }
        match breaks {
            0 => {}
            1 => out.push(' '),
            _ => out.extend(std::iter::repeat_n('\n', breaks - 1)),
        }
        breaks = 0;
        out.push(c);
    }
    out
}

/// The text of RTF, if it is that.
pub(super) fn rtf(bytes: &[u8]) -> Option<String> {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace())?;
    let mut reader = Reader { rest: bytes[start..].strip_prefix(b"{\\rtf")?, ..Reader::default() };
    reader.read();
    Some(reader.out)
}

#[derive(Default)]
struct Reader<'a> {
    rest: &'a [u8],
    out: String,
    /// Octets of the code page that are not yet text.
    held: Vec<u8>,
    /// Of each open group, whether it is silent, and how many letters stand for one Unicode character.
    groups: Vec<(bool, usize)>,
    silent: bool,
    fallback: Option<usize>,
    /// Letters to be passed over: they stand for a character that was already written.
    skip: usize,
    code_page: Option<String>,
}

impl Reader<'_> {
    fn read(&mut self) {
        // The number after "rtf" belongs to it.
        let digits = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        self.rest = &self.rest[digits..];
        while let Some((first, after)) = self.rest.split_first() {
            self.rest = after;
            match first {
                b'{' if self.groups.len() < DEPTH_LIMIT => {
                    self.groups.push((self.silent, self.fallback.unwrap_or(1)));
                    self.skip = 0;
                }
                b'}' => {
                    if let Some((silent, fallback)) = self.groups.pop() {
                        (self.silent, self.fallback) = (silent, Some(fallback));
                    }
                    self.skip = 0;
                }
                b'\\' => self.control(),
                b'{' | b'\r' | b'\n' => {}
                octet => self.octet(*octet),
            }
        }
        self.flush();
    }

    fn octet(&mut self, octet: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.silent {
            self.held.push(octet);
        }
    }

    fn write(&mut self, text: &str) {
        if !self.silent {
            self.flush();
            self.out.push_str(text);
        }
    }

    fn flush(&mut self) {
        if !self.held.is_empty() {
            let label = self.code_page.as_deref().unwrap_or("windows-1252");
            self.out.push_str(&charset::decode(&self.held, Some(label)));
            self.held.clear();
        }
    }

    /// What follows a backslash.
    fn control(&mut self) {
        let length = self.rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        if length == 0 {
            let Some((first, after)) = self.rest.split_first() else { return };
            self.rest = after;
            match first {
                b'\'' => {
                    let digits =
                        self.rest.first_chunk::<2>().and_then(|d| Some(hex(d[0])? << 4 | hex(d[1])?));
                    if let Some(octet) = digits {
                        self.rest = &self.rest[2..];
                        self.octet(octet);
                    }
                }
                b'~' => self.write("\u{a0}"),
                b'_' => self.write("-"),
                b'*' => self.silent = true,
                b'\n' | b'\r' => self.write("\n"),
                b'{' | b'}' | b'\\' => self.octet(*first),
                _ => {}
            }
            return;
        }
        let word = String::from_utf8_lossy(&self.rest[..length]).into_owned();
        self.rest = &self.rest[length..];
        let digits = self.rest.iter().take(7).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
        let number: Option<i32> = std::str::from_utf8(&self.rest[..digits]).ok().and_then(|n| n.parse().ok());
        self.rest = &self.rest[digits..];
        self.rest = self.rest.strip_prefix(b" ").unwrap_or(self.rest);
        match (word.as_str(), number) {
            ("par" | "line" | "row" | "sect" | "page", _) => self.write("\n"),
            ("tab" | "cell", _) => self.write("\t"),
            ("emdash", _) => self.write("—"),
            ("endash", _) => self.write("–"),
            ("lquote", _) => self.write("‘"),
            ("rquote", _) => self.write("’"),
            ("ldblquote", _) => self.write("“"),
            ("rdblquote", _) => self.write("”"),
            ("bullet", _) => self.write("•"),
            ("ansicpg", Some(page)) => self.code_page = Some(format!("cp{page}")),
            ("mac", _) => self.code_page = Some("macintosh".to_owned()),
            ("uc", Some(count)) => self.fallback = usize::try_from(count).ok(),
            ("u", Some(unit)) => {
                // Negative numbers stand for those beyond 32 767.
                let scalar = u32::try_from(if unit < 0 { unit + 0x1_0000 } else { unit }).ok();
                let letter = scalar.and_then(char::from_u32).unwrap_or('\u{fffd}');
                self.write(&letter.to_string());
                self.skip = self.fallback.unwrap_or(1);
            }
            ("bin", Some(count)) => {
                let count = usize::try_from(count).unwrap_or_default().min(self.rest.len());
                self.rest = &self.rest[count..];
            }
            (word, _) if SILENT.contains(&word) => self.silent = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enriched_text_is_read_without_its_marks() {
        let text = "<bold>Bonjour</bold> à\ntous,\n\nsi a << b : <color><param>red</param>oui</color>";
        assert_eq!(enriched(text), "Bonjour à tous,\nsi a < b : oui");
        assert_eq!(enriched("5 < 6 et <m@x.fr>"), "5 < 6 et <m@x.fr>");
    }

    #[test]
    fn rtf_is_read_without_its_marks() {
        let text =
            br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator x;}\f0 Bonjour \b \'e0 tous\b0,\par
L\u233?a \{1\}}";
        assert_eq!(rtf(text).as_deref(), Some("Bonjour à tous,\nLéa {1}"));
        assert_eq!(rtf(b"Bonjour"), None);
        assert!(
            rtf(&br"{\rtf1".iter().copied().chain(std::iter::repeat_n(b'{', 100_000)).collect::<Vec<_>>())
                .is_some()
        );
    }
}
