//! What a person would call an attachment. Logos of a signature, cryptographic signatures, reports and calendar parts are
//! none; the files inside Outlook's `winmail.dat` and those written into the text (uuencode) are.

use super::body::Body;
use super::header::Headers;
use super::mime::{PART_LIMIT, Part, Tree};
use super::{tnef, uuencode};
use crate::message::{Attachment, clean_file_name};

/// A file inside a part: its name as given, and its octets.
type Inner = (String, Vec<u8>);

/// What a person would call attachments, in order.
pub(super) fn list(tree: &Tree<'_>, body: &Body) -> Vec<Attachment> {
    let mut pages = String::new();
    for part in tree.0.iter().filter(|part| part.media == "text/html") {
        pages.push_str(&part.text());
    }
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
        if !taken && is_attachment(tree, id, &pages) {
            found.push(describe(part, id));
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

fn is_attachment(tree: &Tree<'_>, id: usize, pages: &str) -> bool {
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
            let id = part.headers.raw("content-id").unwrap_or_default();
            let id = id.trim_matches(['<', '>', ' ']);
            let shown = !id.is_empty() && pages.contains(&format!("cid:{id}"));
            !(shown || (parent == "multipart/related" && part.disposition != "attachment"))
        }
        _ => id > 0 || named || !part.body.trim_ascii().is_empty(),
    }
}

fn describe(part: &Part<'_>, id: usize) -> Attachment {
    let bytes = part.bytes();
    let name = part.file_name.clone().unwrap_or_else(|| {
        if part.media == "message/rfc822" {
            let subject = Headers::read(&bytes).0.text("subject").unwrap_or_default();
            return if subject.is_empty() { "message.eml".to_owned() } else { format!("{subject}.eml") };
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
