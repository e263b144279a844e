//! The tree of MIME parts (RFC 2045, 2046), read by ourselves so that depth, number and cost are bounded and every
//! octet stays reachable: each multipart is scanned once for its own boundary, nested messages are not opened.

mod boundary;

use boundary::Pieces;

use super::charset;
use super::header::Headers;
use super::param;
use super::transfer::{self, Encoding};
use super::uuencode;
use super::words;
use crate::message::{is_unsafe_character, one_line};

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

impl<'a> Part<'a> {
    /// A parameter of Content-Type.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Whether the media type is `kind/…`.
    pub(super) fn is_kind(&self, kind: &str) -> bool {
        self.media.split('/').next() == Some(kind)
    }

    /// The parts in it, if it is a multipart or one in truth.
    fn pieces(&mut self) -> Pieces<'a> {
        if self.is_kind("multipart") {
            return boundary::pieces(self.body, self.param("boundary"));
        }
        let concealed = boundary::concealed(self.body).filter(|_| self.media == "text/plain");
        let Some(boundary) = concealed.and_then(|boundary| std::str::from_utf8(boundary).ok()) else {
            return Pieces::default();
        };
        let pieces = boundary::pieces(self.body, Some(boundary));
        if !pieces.parts.is_empty() {
            let media: Vec<String> = pieces.parts.iter().take(3).map(|part| media_of(part)).collect();
            let same_letter = media == ["text/plain", "text/html"];
            let kind = if same_letter { "multipart/alternative" } else { "multipart/mixed" };
            kind.clone_into(&mut self.media);
        }
        pieces
    }

    /// The media type of a first part that is an empty multipart with our own boundary: what follows is its content, cut
    /// at the boundary that two levels share.
    fn is_shared(&self, first: &[u8]) -> Option<String> {
        let (headers, body_at) = Headers::read(first);
        let inner = describe(headers, "text/plain");
        let same = inner.is_kind("multipart") && inner.param("boundary") == self.param("boundary");
        (same && first[body_at..].trim_ascii().is_empty()).then_some(inner.media)
    }

    /// The decoded octets.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self.encoding() {
            Encoding::Base64 if !transfer::is_prose(self.body) => transfer::base64(self.body),
            Encoding::QuotedPrintable => transfer::quoted_printable(self.body),
            Encoding::Uuencode => {
                let blocks = uuencode::blocks(&String::from_utf8_lossy(self.body));
                blocks.into_iter().next().map_or_else(|| self.body.to_vec(), |block| block.bytes)
            }
            Encoding::Base64 | Encoding::Identity => self.body.to_vec(),
        }
    }

    /// How the body is encoded.
    pub(super) fn encoding(&self) -> Encoding {
        Encoding::of(&self.headers.token("content-transfer-encoding").unwrap_or_default())
    }

    /// The decoded text.
    pub(super) fn text(&self) -> String {
        let bytes = self.bytes();
        let label = self.param("charset").filter(|label| !label.trim().is_empty()).map(str::to_owned);
        let label = label.or_else(|| inner_charset(&bytes).filter(|_| self.media == "text/html"));
        charset::decode(&bytes, label.as_deref())
    }
}

/// What a web page sent as mail says of its charset, where nothing else does.
fn inner_charset(page: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&page[..page.len().min(2048)]).to_ascii_lowercase();
    let xml = head.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let label = xml.and_then(|declaration| declaration.split_once("encoding="));
    let label = label.or_else(|| head.split_once("charset="))?.1.trim_start_matches(['"', '\'']);
    Some(label.split(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).next()?.to_owned())
}

/// All parts of a message, the root first, in the order they stand.
#[derive(Debug)]
pub(super) struct Tree<'a>(pub(super) Vec<Part<'a>>);

impl<'a> Tree<'a> {
    /// Reads a whole message. Never fails: without any header there is one text part.
    pub(super) fn read(raw: &'a [u8]) -> Self {
        let mut tree = Self(Vec::new());
        let (headers, body_at) = Headers::read(raw);
        // "Note : …" opens many a letter, and no header.
        let (headers, body_at) = if headers.is_mail() { (headers, body_at) } else { (Headers::default(), 0) };
        tree.add(describe(headers, "text/plain"), &raw[body_at..], 0);
        tree
    }

    /// The outermost part.
    pub(super) fn root(&self) -> &Part<'a> {
        &self.0[0]
    }

    /// Adds a part whose header was read, and the parts in it.
    fn add(&mut self, mut part: Part<'a>, body: &'a [u8], depth: usize) {
        part.body = body;
        let mut pieces = if depth < DEPTH_LIMIT { part.pieces() } else { Pieces::default() };
        if part.is_kind("multipart") && pieces.parts.is_empty() {
            // Nothing to open: what is there is shown as it stands.
            "text/plain".clone_into(&mut part.media);
            if depth < DEPTH_LIMIT {
                part.body = pieces.outside;
            }
        }
        let inner = if part.media == "multipart/digest" { "message/rfc822" } else { "text/plain" };
        if let Some(kind) = pieces.parts.first().and_then(|first| part.is_shared(first)) {
            part.media = kind;
            pieces.parts.remove(0);
        }
        let id = self.0.len();
        self.0.push(part);
        for piece in pieces.parts {
            if self.0.len() >= PART_LIMIT {
                break;
            }
            let child = self.0.len();
            self.0[id].children.push(child);
            let (headers, body_at) = Headers::read(piece);
            let mut part = describe(headers, inner);
            part.parent = Some(id);
            self.add(part, &piece[body_at..], depth + 1);
        }
    }
}

/// The media type of a part that is not yet read.
fn media_of(part: &[u8]) -> String {
    describe(Headers::read(part).0, "text/plain").media
}

/// What the header block says of the part.
fn describe<'a>(headers: Headers<'a>, default_media: &str) -> Part<'a> {
    let structured = |name: &str| headers.raw(name).map(|raw| param::read(&raw)).unwrap_or_default();
    let (media, params) = structured("content-type");
    let (disposition, more) = structured("content-disposition");
    let named = |params: &[(String, String)], key: &str| {
        let value = params.iter().find(|(name, _)| name == key).map(|(_, value)| words::decode(value));
        value.map(|v| file_name(&v)).filter(|v| !v.is_empty())
    };
    let description = || headers.text("content-description").filter(|text| has_ending(text));
    let file_name = named(&more, "filename").or_else(|| named(&params, "name")).or_else(description);
    let media = media.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let secret = file_name.as_deref().is_some_and(|name| name.to_ascii_lowercase().ends_with(".p7m"));
    let media = match media {
        "" => default_media.to_owned(),
        "text" => "text/plain".to_owned(),
        "text/htm" | "html" => "text/html".to_owned(),
        "application/octet-stream" if secret => "application/pkcs7-mime".to_owned(),
        whole if whole.contains('/') => whole.to_owned(),
        // RFC 2045 section 5.2: what cannot be read is plain text.
        _ if file_name.is_none() && disposition != "attachment" => "text/plain".to_owned(),
        _ => "application/octet-stream".to_owned(),
    };
    Part { headers, media, params, disposition, file_name, body: &[], parent: None, children: Vec::new() }
}

/// A file name on one line, without the quotes that some programs write along, and without marks of direction.
fn file_name(given: &str) -> String {
    let kept: String = given.chars().filter(|c| c.is_control() || !is_unsafe_character(*c)).collect();
    let line = one_line(&kept, 400);
    let quoted = line.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\''));
    quoted.map_or(line.clone(), str::to_owned)
}

/// Whether a description is the name of a file.
fn has_ending(text: &str) -> bool {
    let ending = text.rsplit_once('.').map(|(stem, ending)| (stem.trim_end() == stem, ending));
    ending.is_some_and(|(close, ending)| {
        close && (2..=4).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
    })
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
        let shared = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; \
                      boundary=a\n\n--a\n\nx\n--a\nContent-Type: text/html\n\ny\n--a--\n";
        assert_eq!(media(shared), ["multipart/alternative", "text/plain", "text/html"]);
        let concealed = "Subject: s\n\n--a\nContent-Type: text/html\n\ny\n--a--\n";
        assert_eq!(media(concealed), ["multipart/mixed", "text/html"]);
        assert_eq!(media("Content-Type: multipart/mixed; boundary=A\n\n--b\n\nx\n--b--\n").len(), 2);
        assert_eq!(media("Content-Type: multipart/mixed\n\n-----\nx\n-------\n"), ["text/plain"]);
        let rest =
            "Content-Type: multipart/mixed; boundary=a\n\n--a x\n\nx\n--a-- y\n--ab\nz\n--a\n\nu\n--a--";
        assert_eq!(media(rest).len(), 3);
    }

    #[test]
    fn a_thousand_levels_are_not_opened() {
        let level = |n: i32| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
        let raw: String = (0..1000).map(level).collect::<Vec<_>>().concat();
        assert!(media(&raw).len() <= DEPTH_LIMIT + 2);
    }
}
