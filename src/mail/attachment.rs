//! What a person would call an attachment. Logos of a signature, cryptographic signatures, reports and calendar parts are
//! none; the files inside Outlook's `winmail.dat` and those written into the text (uuencode) are.

use std::collections::HashSet;

use super::body::Body;
use super::header::Headers;
use super::mime::{PART_LIMIT, Part, Tree};
use super::{tnef, uuencode};
use crate::message::{Attachment, clean_file_name};

/// Words of a page that are looked at for pictures.
const WORD_LIMIT: usize = 100_000;

/// Pictures within the text of one mail that are told of.
const PICTURES: usize = 20;

/// A file inside a part: its name as given, and its octets.
type Inner = (String, Vec<u8>);

/// The pictures that stand in the text of a mail, in order: no attachments, but a pasted screen may be all that is asked.
pub(super) fn pictures(tree: &Tree<'_>) -> Vec<Attachment> {
    let shown = Shown::read(tree);
    let parts = tree.0.iter().enumerate();
    let within = parts.filter(|(id, part)| {
        part.is_kind("image") && part.children.is_empty() && !is_attachment(tree, *id, &shown)
    });
    within.take(PICTURES).map(|(id, _)| describe(tree, id)).collect()
}

/// What a person would call attachments, in order.
pub(super) fn list(tree: &Tree<'_>, body: &Body) -> Vec<Attachment> {
    let shown = Shown::read(tree);
    let report = tree.root().media == "multipart/report";
    let mut found = Vec::new();
    for (id, part) in tree.0.iter().enumerate() {
        let inner = inside(part);
        for (number, (name, bytes)) in inner.iter().enumerate() {
            let name = if name.is_empty() { "fichier.bin" } else { name };
            found.push(Attachment {
                name: clean_file_name(name),
                content_type: "application/octet-stream".to_owned(),
                size: bytes.len(),
                part: (number + 1) * PART_LIMIT + id,
            });
        }
        let opened = part.media != "text/plain" && !inner.is_empty();
        let taken = opened || body.used.contains(&id) || (report && id > 0);
        if !taken && is_attachment(tree, id, &shown) {
            found.push(describe(tree, id));
        }
    }
    found
}

/// The octets of the attachment with this number: the index of its part, or for the files inside a part `n` (from 1)
/// times [`PART_LIMIT`] more.
pub(super) fn octets(tree: &Tree<'_>, number: usize) -> Option<Vec<u8>> {
    let part = tree.0.get(number % PART_LIMIT).filter(|part| part.children.is_empty())?;
    match number / PART_LIMIT {
        0 => Some(part.bytes()),
        inner => inside(part).into_iter().nth(inner - 1).map(|(_, bytes)| bytes),
    }
}

/// The files inside a part.
fn inside(part: &Part<'_>) -> Vec<Inner> {
    if is_tnef(part) {
        return tnef::read(&part.bytes()).map(|found| found.files).unwrap_or_default();
    }
    if part.media == "text/plain" && part.children.is_empty() && part.file_name.is_none() {
        let blocks = uuencode::blocks(&part.text());
        return blocks.into_iter().map(|block| (block.name, block.bytes)).collect();
    }
    Vec::new()
}

/// Whether a part is Outlook's own container.
pub(super) fn is_tnef(part: &Part<'_>) -> bool {
    let named = part.file_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"));
    part.media == "application/ms-tnef" || part.media == "application/vnd.ms-tnef" || named
}

fn is_attachment(tree: &Tree<'_>, id: usize, shown: &Shown) -> bool {
    let part = &tree.0[id];
    if !part.children.is_empty() {
        return false;
    }
    let named = part.file_name.is_some() || part.disposition == "attachment";
    let parent = part.parent.map(|parent| tree.0[parent].media.as_str()).unwrap_or_default();
    match part.media.as_str() {
        "application/pgp-signature"
        | "application/pkcs7-signature"
        | "application/x-pkcs7-signature"
        | "application/pgp-encrypted"
        | "message/delivery-status"
        | "message/disposition-notification"
        | "message/global-delivery-status"
        | "text/rfc822-headers" => false,
        "text/calendar" => part.disposition == "attachment" && part.param("method").is_none(),
        "text/plain" | "text/html" | "text/enriched" | "text/richtext" => named && !part.body.is_empty(),
        // Another form of the same letter (AMP, a watch's).
        media if media.starts_with("text/") && parent == "multipart/alternative" => named,
        media if media.starts_with("image/") => {
            let attached = part.disposition == "attachment";
            let belongs = parent == "multipart/related"
                && (part.file_name.is_none()
                    || part.headers.has("content-id")
                    || part.headers.has("content-location"));
            !(shown.holds(part) || (belongs && !attached))
        }
        // Signatures under a media type that says nothing.
        "application/octet-stream" if is_signature(part) => false,
        // The resource fork of a file of the old Macintosh (RFC 1740).
        "application/applefile" => parent != "multipart/appledouble",
        _ => id > 0 || named || !part.body.trim_ascii().is_empty(),
    }
}

/// Whether a part is a cryptographic signature by its name and its content.
fn is_signature(part: &Part<'_>) -> bool {
    match part.file_name.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("signature.asc" | "openpgp_digital_signature.asc") => {
            part.bytes().trim_ascii_start().starts_with(b"-----BEGIN PGP SIGNATURE-----")
        }
        Some("smime.p7s") => true,
        _ => false,
    }
}

/// The ids of the pictures that the pages of a message show.
#[derive(Default)]
struct Shown(HashSet<String>);

impl Shown {
    /// Reads the pages, if there is any picture to be shown in them.
    fn read(tree: &Tree<'_>) -> Self {
        let mut words = HashSet::new();
        if !tree.0.iter().any(|part| part.is_kind("image")) {
            return Self(words);
        }
        let between =
            |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '(' | ')' | '<' | '>' | '=' | '[' | ']');
        for part in tree.0.iter().filter(|part| matches!(part.media.as_str(), "text/html" | "text/plain")) {
            if part.children.is_empty() && part.disposition != "attachment" {
                let page = part.text();
                let told = page.split(between).filter(|word| {
                    word.len() <= 1000
                        && word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("cid:"))
                });
                words.extend(told.take(WORD_LIMIT).map(|word| word.replace("%40", "@").to_lowercase()));
            }
        }
        Self(words)
    }

    /// Whether a picture is shown in the text by its id (RFC 2392).
    fn holds(&self, part: &Part<'_>) -> bool {
        let id = part.headers.raw("content-id").unwrap_or_default().to_lowercase();
        let id = id.trim_matches(['<', '>', ' ']).replace("%40", "@");
        !id.is_empty() && self.0.contains(&format!("cid:{id}"))
    }
}

fn describe(tree: &Tree<'_>, id: usize) -> Attachment {
    let part = &tree.0[id];
    let bytes = part.bytes();
    let name = part.file_name.clone().unwrap_or_else(|| {
        if matches!(part.media.as_str(), "message/rfc822" | "message/global" | "message/news") {
            let subject = Headers::read(&bytes).0.text("subject").unwrap_or_default();
            return if subject.is_empty() { "message.eml".to_owned() } else { format!("{subject}.eml") };
        }
        if part.parent.is_some_and(|parent| tree.0[parent].media == "multipart/encrypted") {
            return "encrypted.asc".to_owned();
        }
        format!("fichier.{}", ending(&part.media))
    });
    Attachment { name: clean_file_name(&name), content_type: part.media.clone(), size: bytes.len(), part: id }
}

/// The usual ending of a media type, for a part without a name.
fn ending(media: &str) -> &str {
    match media {
        "text/plain" => "txt",
        "text/calendar" => "ics",
        "text/vcard" | "text/x-vcard" => "vcf",
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        "image/tiff" => "tif",
        "audio/mpeg" => "mp3",
        "audio/basic" => "au",
        "audio/x-wav" => "wav",
        "video/quicktime" => "mov",
        "application/postscript" => "ps",
        "application/gzip" | "application/x-gzip" => "gz",
        "application/pgp-keys" => "asc",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        "application/vnd.oasis.opendocument.text" => "odt",
        "application/vnd.oasis.opendocument.spreadsheet" => "ods",
        "application/vnd.oasis.opendocument.presentation" => "odp",
        "application/x-zip-compressed" => "zip",
        "application/ms-tnef" => "dat",
        "message/rfc822" => "eml",
        other => {
            let sub = other.split('/').nth(1).unwrap_or_default();
            let short = (2..=5).contains(&sub.len()) && sub.bytes().all(|b| b.is_ascii_alphanumeric());
            if short { sub } else { "bin" }
        }
    }
}
