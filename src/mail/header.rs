//! The header block: fields in order, whatever their octets. Lenient where RFC 5322 is obsolete or broken mailers are
//! common: raw 8-bit text, a space before the colon, an mbox `From ` line, a body that starts without an empty line.

use super::charset;
use super::words;
use crate::message::one_line;

/// No header value is read beyond this: a giant header is a trick, not a text.
const VALUE_LIMIT: usize = 64 * 1024;
/// Fields beyond this are ignored.
const FIELD_LIMIT: usize = 2000;

/// Fields that stand in mail and hardly in a sentence.
const SURE: [&[u8]; 12] = [
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"received",
    b"return-path",
    b"reply-to",
    b"references",
];

/// One header field as it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

impl Field<'_> {
    /// Whether this is the field of that name (ASCII case ignored).
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value on one line, undecoded words included; folds become spaces.
    pub(super) fn text(&self) -> String {
        let unfolded = charset::guess(self.value);
        unfolded.split(['\r', '\n']).map(str::trim).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// All fields of one header block.
#[derive(Clone, Debug, Default)]
pub(super) struct Headers<'a>(Vec<Field<'a>>);

impl<'a> Headers<'a> {
    /// Reads the block at the start of `raw`; gives it with the offset at which the body starts.
    pub(super) fn read(raw: &'a [u8]) -> (Self, usize) {
        let mut fields: Vec<Field<'a>> = Vec::new();
        // Where the value of the open field starts.
        let mut open = 0;
        let mut at = 0;
        // A line that is no field, among fields that only mail has, is passed over; found once, when first needed.
        let mut last_sure: Option<usize> = None;
        while at < raw.len() {
            let next = raw[at..].iter().position(|b| *b == b'\n').map_or(raw.len(), |n| at + n + 1);
            let line = &raw[at..next];
            if line.iter().all(|b| matches!(b, b'\r' | b'\n')) {
                return (Self(fields), next);
            }
            if matches!(line[0], b' ' | b'\t') && !fields.is_empty() {
                if let Some(field) = fields.last_mut() {
                    field.value = &raw[open..next.min(open + VALUE_LIMIT)];
                }
            } else if let Some((name, value)) = name_of(line) {
                open = at + value;
                let value = &raw[open..next.min(open + VALUE_LIMIT)];
                if fields.len() < FIELD_LIMIT {
                    fields.push(Field { name, value });
                }
            } else if !(at == 0 && (line.starts_with(b"From ") || line.starts_with(b">From "))) {
                // In the header of a part one field of a part tells; in a letter one proves nothing.
                let part = fields.iter().all(|field| is_content(field.name));
                let end = *last_sure
                    .get_or_insert_with(|| at + last_sure_field(&raw[at..], if part { 1 } else { 2 }));
                if fields.is_empty() || end <= at {
                    return (Self(fields), at);
                }
                // A parameter whose line lost its indent.
                if let Some(field) = fields.last_mut().filter(|f| f.value.trim_ascii_end().ends_with(b";")) {
                    field.value = &raw[open..next.min(open + VALUE_LIMIT)];
                }
            }
            at = next;
        }
        (Self(fields), raw.len())
    }

    /// Whether it can be the header of a mail: a sentence has no field of a name that mail knows, nor one with a hyphen.
    pub(super) fn is_mail(&self) -> bool {
        let mail = |name: &[u8]| {
            SURE.iter().chain(&[&b"cc"[..], b"bcc", b"sender"]).any(|sure| name.eq_ignore_ascii_case(sure))
                || name.contains(&b'-')
        };
        self.0.iter().any(|field| mail(field.name))
    }

    /// Every field, top first.
    pub(super) fn fields(&self) -> &[Field<'a>] {
        &self.0
    }

    /// Every field of this name, top first.
    pub(super) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b Field<'a>> {
        self.0.iter().filter(move |field| field.is(name))
    }

    /// All fields as octets, one a line, but for those whose name starts so.
    pub(super) fn without(&self, prefix: &str) -> Vec<u8> {
        self.octets(prefix, false)
    }

    /// All fields whose name starts so as octets, one a line.
    pub(super) fn only(&self, prefix: &str) -> Vec<u8> {
        self.octets(prefix, true)
    }

    fn octets(&self, prefix: &str, wanted: bool) -> Vec<u8> {
        let prefix = prefix.as_bytes();
        let starts = |name: &[u8]| name.get(..prefix.len()).is_some_and(|n| n.eq_ignore_ascii_case(prefix));
        let mut octets = Vec::new();
        for field in self.0.iter().filter(|field| starts(field.name) == wanted) {
            octets.extend_from_slice(field.name);
            octets.push(b':');
            octets.extend_from_slice(field.value.trim_ascii_end());
            octets.push(b'\n');
        }
        octets
    }

    /// Whether a field of this name is there, be it empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// The first value of this name on one line, undecoded.
    pub(super) fn raw(&self, name: &str) -> Option<String> {
        self.all(name).next().map(Field::text)
    }

    /// The first value of this name that is not empty, encoded words decoded, on one line.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let given = self.all(name).map(Field::text).find(|text| !text.is_empty());
        given.or_else(|| self.raw(name)).map(|raw| one_line(&words::decode(&raw), 2000))
    }

    /// The first word of a value in lower case, without comment and parameters: what `Auto-Submitted` or `Precedence`
    /// say.
    pub(super) fn token(&self, name: &str) -> Option<String> {
        self.raw(name).map(|raw| first_token(&raw))
    }
}

/// A message without the fields of these names; everything else as it came.
pub(super) fn without_fields(raw: &[u8], names: &[&str]) -> Vec<u8> {
    let (_, body) = Headers::read(raw);
    let mut kept = Vec::with_capacity(raw.len());
    let mut dropped = false;
    for line in raw[..body].split_inclusive(|b| *b == b'\n') {
        if !matches!(line[0], b' ' | b'\t') {
            let name = name_of(line).map(|(name, _)| name);
            dropped =
                name.is_some_and(|name| names.iter().any(|one| name.eq_ignore_ascii_case(one.as_bytes())));
        }
        if !dropped {
            kept.extend_from_slice(line);
        }
    }
    kept.extend_from_slice(&raw[body..]);
    kept
}

/// The first word of a structured value: `Auto-Replied (vacation); owner=x` gives `auto-replied`.
pub(super) fn first_token(value: &str) -> String {
    let mut rest = value.trim_start();
    while rest.starts_with('(') {
        rest = rest.split_once(')').map_or("", |(_, after)| after).trim_start();
    }
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | ',')).unwrap_or(rest.len());
    rest[..end].to_ascii_lowercase()
}

/// Where the header block of a message starts: a byte order mark, empty lines and the rest of a field whose beginning was
/// lost are passed over, if what follows plainly is one.
pub(super) fn start(raw: &[u8]) -> usize {
    let mark = if raw.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let blank = raw[mark..].iter().take_while(|b| matches!(b, b'\r' | b'\n' | b' ' | b'\t')).count();
    let mut at = mark + blank;
    if last_sure_field(&raw[at..], 2) == 0 {
        return mark;
    }
    let goes_on = |at: usize| at > mark && matches!(raw[at - 1], b' ' | b'\t');
    while goes_on(at) && name_of(&raw[at..]).is_none() {
        let next = raw[at..].iter().position(|b| *b == b'\n').map_or(raw.len(), |n| at + n + 1);
        at = next + raw[next..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    }
    at
}

/// The offset of the last line before an empty one that opens a field which stands in mail and hardly in a sentence; 0 if
/// there are fewer than `least`.
fn last_sure_field(block: &[u8], least: usize) -> usize {
    let (mut at, mut end, mut found) = (0, 0, 0);
    for line in block.split_inclusive(|b| *b == b'\n').take(FIELD_LIMIT) {
        if line.trim_ascii().is_empty() {
            break;
        }
        let sure = |name| is_content(name) || SURE.iter().any(|sure| name.eq_ignore_ascii_case(sure));
        if name_of(line).is_some_and(|(name, _)| sure(name)) {
            (end, found) = (at, found + 1);
        }
        at += line.len();
    }
    if found >= least { end } else { 0 }
}

/// Whether a field describes a body.
fn is_content(name: &[u8]) -> bool {
    name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
}

/// The field name of a line and where its value starts, if the line opens a field.
fn name_of(line: &[u8]) -> Option<(&[u8], usize)> {
    let colon = line.iter().take(200).position(|b| *b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let valid = !name.is_empty() && name.iter().all(|b| (33..=126).contains(b));
    valid.then_some((name, colon + 1))
}

/// Message ids of a value, without brackets, in order. Comments, commas and missing brackets are tolerated.
pub(super) fn ids(value: &str) -> Vec<String> {
    let mut ids: Vec<String> = value
        .split('<')
        .skip(1)
        .filter_map(|piece| piece.split_once('>'))
        .map(|(id, _)| id.split_whitespace().collect::<String>())
        .collect();
    if ids.is_empty() {
        let bare = value.split(|c: char| c.is_whitespace() || matches!(c, ',' | '<' | '>' | '"'));
        let bare: Vec<&str> = bare.filter(|word| !word.is_empty()).collect();
        let lone = bare.len() == 1;
        ids = bare
            .into_iter()
            .filter(|word| lone || (word.contains('@') && !word.starts_with('(')))
            .map(str::to_owned)
            .collect();
    }
    for id in &mut ids {
        id.retain(|c| !c.is_control());
    }
    ids.retain(|id| !id.is_empty() && id.len() <= 998);
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_blocks_are_read_as_far_as_they_go() {
        let (headers, body) =
            Headers::read(b"From x@y Mon\nSubject : a\r\n b\r\nX: 1\r\nno header here\r\nmore");
        assert_eq!(headers.raw("subject").as_deref(), Some("a b"));
        assert_eq!(headers.fields().len(), 2);
        assert_eq!(body, 13 + 14 + 4 + 6 - 1);
        assert!(Headers::read(b"Bonjour,\nje voudrais : x\n").0.fields().is_empty());
        let (headers, _) = Headers::read(b"X: 1\n!!! filtered\nFrom: a@b.fr\nSubject: s\n\nbody");
        assert_eq!(headers.fields().len(), 3);
        let lost = b"Content-Type: a/b;\ncreation-date=\"Wed, 1 Jan 2012 14:35\"\nContent-ID: <c>\n\nz";
        let (headers, body) = Headers::read(lost);
        assert_eq!((headers.fields().len(), body), (2, lost.len() - 1));
        assert!(headers.raw("content-type").unwrap().ends_with("14:35\""));
        let (headers, body) = Headers::read(b"Subject: s\nBonjour,\nDate: demain\n\nbody");
        assert_eq!((headers.fields().len(), body), (1, 11));
    }

    #[test]
    fn a_field_is_taken_out_with_its_folds_and_nothing_else_is() {
        let raw = b"To: a@b\r\nBcc: c@d,\r\n e@f\r\nSubject: Bcc: x\r\nbcc : g@h\r\n\r\nBcc: body\r\n";
        let kept = b"To: a@b\r\nSubject: Bcc: x\r\n\r\nBcc: body\r\n";
        assert_eq!(without_fields(raw, &["bcc", "resent-bcc"]), kept);
        assert_eq!(without_fields(kept, &["bcc"]), kept);
    }

    #[test]
    fn ids_are_found_among_words() {
        assert_eq!(ids("Your message of <a@b> (x) <c\r\n d@e>"), ["a@b", "cd@e"]);
        assert_eq!(ids("a@b, c@d"), ["a@b", "c@d"]);
        assert_eq!(ids("<>"), Vec::<String>::new());
        assert_eq!(ids("\"a<b@c"), ["b@c"]);
    }

    #[test]
    fn a_token_is_not_the_whole_value() {
        assert_eq!(first_token("(x) Auto-Replied (vacation); a=b"), "auto-replied");
        assert_eq!(first_token("no; x=y"), "no");
    }
}
