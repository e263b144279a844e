//! The tree of MIME parts (RFC 2045, 2046), read by ourselves so that depth, number and cost are bounded and every
//! octet stays reachable: each multipart is scanned once for its own boundary, nested messages are not opened.

use super::charset;
use super::header::Headers;
use super::param;
use super::transfer;
use super::words;
use crate::message::one_line;

/// Multiparts inside multiparts beyond this depth are not opened.
const DEPTH_LIMIT: usize = 16;
/// Parts beyond this number are not read.
pub(super) const PART_LIMIT: usize = 1000;

/// One part: a leaf or a multipart.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Its header block.
    pub(super) headers: Headers<'a>,
    /// Media type in lower case (`text/plain` where nothing usable is said).
    pub(super) media: String,
    /// Parameters of Content-Type, names in lower case.
    params: Vec<(String, String)>,
    /// `attachment`, `inline`, or empty.
    pub(super) disposition: String,
    /// The file name given by Content-Disposition, else by Content-Type, decoded.
    pub(super) file_name: Option<String>,
    /// The body as it came, still encoded.
    pub(super) body: &'a [u8],
    /// The multipart it is in.
    pub(super) parent: Option<usize>,
    /// Its parts, for a multipart that could be opened.
    pub(super) children: Vec<usize>,
}

impl Part<'_> {
    /// A parameter of Content-Type.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Whether the media type is `kind/…`.
    pub(super) fn is_kind(&self, kind: &str) -> bool {
        self.media.split('/').next() == Some(kind)
    }

    /// The decoded octets.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self.headers.token("content-transfer-encoding").as_deref() {
            Some("base64") => transfer::base64(self.body),
            Some("quoted-printable") => transfer::quoted_printable(self.body),
            _ => self.body.to_vec(),
        }
    }

    /// The decoded text.
    pub(super) fn text(&self) -> String {
        let bytes = self.bytes();
        let label = self.param("charset").map(str::to_owned).or_else(|| {
            // Web pages sent as mail often say their charset only inside.
            let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
            let label = head.split_once("charset=").filter(|_| self.media == "text/html")?.1;
            let label = label.trim_start_matches(['"', '\'']);
            Some(label.split(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).next()?.to_owned())
        });
        charset::decode(&bytes, label.as_deref())
    }
}

/// All parts of a message, the root first, in the order they stand.
#[derive(Debug)]
pub(super) struct Tree<'a>(pub(super) Vec<Part<'a>>);

impl<'a> Tree<'a> {
    /// Reads a whole message. Never fails: without any header there is one text part.
    pub(super) fn read(raw: &'a [u8]) -> Self {
        let mut tree = Self(Vec::new());
        tree.add(raw, None, 0, "text/plain");
        tree
    }

    /// The outermost part.
    pub(super) fn root(&self) -> &Part<'a> {
        &self.0[0]
    }

    fn add(&mut self, raw: &'a [u8], parent: Option<usize>, depth: usize, default_media: &str) {
        let (headers, body_at) = Headers::read(raw);
        let mut part = describe(headers, default_media);
        part.body = &raw[body_at..];
        part.parent = parent;
        let pieces = if part.is_kind("multipart") && depth < DEPTH_LIMIT {
            pieces(part.body, part.param("boundary"))
        } else {
            Vec::new()
        };
        let inner = if part.media == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        if part.is_kind("multipart") && pieces.is_empty() {
            // Nothing to open: what is there is shown as it stands.
            "text/plain".clone_into(&mut part.media);
        }
        let id = self.0.len();
        self.0.push(part);
        for piece in pieces {
            if self.0.len() >= PART_LIMIT {
                break;
            }
            let child = self.0.len();
            self.0[id].children.push(child);
            self.add(piece, Some(id), depth + 1, inner);
        }
    }
}

/// What the header block says of the part.
fn describe<'a>(headers: Headers<'a>, default_media: &str) -> Part<'a> {
    let structured = |name: &str| headers.raw(name).map(|raw| param::read(&raw)).unwrap_or_default();
    let (media, params) = structured("content-type");
    let (disposition, more) = structured("content-disposition");
    let media = match media.as_str() {
        "" => default_media.to_owned(),
        "text" => "text/plain".to_owned(),
        "text/htm" | "html" => "text/html".to_owned(),
        whole if whole.contains('/') => whole.to_owned(),
        _ => "application/octet-stream".to_owned(),
    };
    let named = |params: &[(String, String)], key: &str| {
        let value = params.iter().find(|(name, _)| name == key).map(|(_, value)| words::decode(value));
        value.map(|v| one_line(&v, 400)).filter(|v| !v.is_empty())
    };
    let file_name = named(&more, "filename").or_else(|| named(&params, "name"));
    Part { headers, media, params, disposition, file_name, body: &[], parent: None, children: Vec::new() }
}

/// What stands between the boundaries. Where the stated boundary never occurs, the one in use is looked for.
fn pieces<'a>(body: &'a [u8], stated: Option<&str>) -> Vec<&'a [u8]> {
    if let Some(stated) = stated.map(str::trim_ascii_end).filter(|b| !b.is_empty()) {
        let found = split(body, stated.as_bytes());
        if !found.is_empty() {
            return found;
        }
    }
    used_boundary(body).map(|boundary| split(body, boundary)).unwrap_or_default()
}

fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let delimiter = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary));
        let closing = match delimiter.map(<[u8]>::trim_ascii) {
            Some(b"") => Some(false),
            Some(b"--") => Some(true),
            _ => None,
        };
        if let Some(last) = closing {
            if let Some(start) = open {
                found.push(without_line_end(&body[start..at]));
            }
            open = (!last).then_some(at + line.len());
            if last {
                return found;
            }
        }
        at += line.len();
    }
    // A lost end: what is there counts.
    if let Some(start) = open
        && start < body.len()
    {
        found.push(&body[start..]);
    }
    found
}

/// The line break before a boundary belongs to the boundary (RFC 2046 section 5.1.1).
fn without_line_end(piece: &[u8]) -> &[u8] {
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}

/// The first `--…` line that is followed by a Content- field.
fn used_boundary(body: &[u8]) -> Option<&[u8]> {
    let mut candidate: Option<&[u8]> = None;
    for line in body.split(|b| *b == b'\n') {
        if candidate.is_some() && line.get(..8).is_some_and(|l| l.eq_ignore_ascii_case(b"content-")) {
            return candidate;
        }
        let line = line.trim_ascii_end();
        candidate = line.strip_prefix(b"--").filter(|name| (1..=200).contains(&name.len()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(raw: &str) -> Vec<String> {
        Tree::read(raw.as_bytes()).0.into_iter().map(|part| part.media).collect()
    }

    #[test]
    fn boundaries_are_told_apart() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; \
                   boundary=ab\n\n--ab\n\nx\n--ab\nContent-Type: text/html\n\ny\n--ab--\n--a\n\nz\n--a--\nend";
        assert_eq!(
            media(raw),
            ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/plain"]
        );
    }

    #[test]
    fn a_wrong_or_missing_boundary_is_found() {
        let raw = "Content-Type: multipart/mixed\n\n--q\nContent-Type: text/html\n\ny\n--q--\n";
        assert_eq!(media(raw), ["multipart/mixed", "text/html"]);
        assert_eq!(media("Content-Type: multipart/mixed; boundary=x\n\nhello"), ["text/plain"]);
    }

    #[test]
    fn a_thousand_levels_are_not_opened() {
        let level = |n: i32| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
        let raw: String = (0..1000).map(level).collect::<Vec<_>>().concat();
        assert!(media(&raw).len() <= DEPTH_LIMIT + 2);
    }
}
