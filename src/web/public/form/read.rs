//! Reads the body of the form piece by piece, within bounds, without losing what is within them: a file that is too
//! large is read to its end and forgotten, so that the browser gets an answer and every other field its text. Only a
//! body beyond all reason is cut.

use axum::extract::Multipart;
use axum::extract::multipart::Field;

use super::typed::Typed;
use crate::message::{FormFile, clean_file_name};
use crate::web::settings;

/// Text that one field may hold in memory: twenty times the longest message anybody would correct by hand.
const TEXT_MAX: usize = 4_000_000;
/// How many times the total allowed for files is read before the body is cut.
const PATIENCE: usize = 10;
/// File fields read and forgotten beyond the number allowed.
const FIELDS_MAX: usize = 200;

/// What a file field had that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::web::public) enum Refused {
    /// Larger than one file may be: its name.
    Large(String),
    /// More than all files together may hold.
    Total,
    /// More than the number allowed.
    Number,
}

/// The body, read.
#[derive(Debug, Default)]
pub(in crate::web::public) struct Sent {
    /// What was typed.
    pub(in crate::web::public) typed: Typed,
    /// The hidden stamp.
    pub(in crate::web::public) stamp: String,
    /// The hidden token of the sum, if it was asked.
    pub(super) sum: String,
    /// What the trap field holds; a person leaves it empty.
    pub(super) trap: String,
    /// How many kept files the page listed.
    pub(in crate::web::public) kept: usize,
    /// The kept file to take away, by its place in the list.
    pub(in crate::web::public) remove: Option<usize>,
    /// The new files that can be taken, in order.
    pub(in crate::web::public) files: Vec<FormFile>,
    /// Those that cannot.
    pub(in crate::web::public) refused: Vec<Refused>,
    /// The body broke off or was beyond reason: what is here is only its beginning.
    pub(super) cut: bool,
}

/// Reads the body. Never fails: what cannot be read is told in the result.
pub(in crate::web::public) async fn read(mut body: Multipart, limits: &settings::Form) -> Sent {
    let mut sent = Sent::default();
    let mut reader =
        Reader { left: limits.max_total_mb * 1_000_000 * PATIENCE + TEXT_MAX, fields: FIELDS_MAX };
    loop {
        match body.next_field().await {
            Ok(Some(field)) if reader.fields > 0 => {
                reader.fields -= 1;
                if reader.field(field, &mut sent, limits).await.is_err() {
                    sent.cut = true;
                    return sent;
                }
            }
            Ok(None) => return sent,
            Ok(Some(_)) | Err(_) => {
                sent.cut = true;
                return sent;
            }
        }
    }
}

struct Reader {
    /// Octets still read before the body is cut.
    left: usize,
    /// Fields still read.
    fields: usize,
}

/// The body broke off, or its patience is used up.
struct Cut;

impl Reader {
    async fn field(&mut self, field: Field<'_>, sent: &mut Sent, limits: &settings::Form) -> Result<(), Cut> {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "files" {
            return self.file(field, sent, limits).await;
        }
        let (bytes, _) = self.bytes(field, TEXT_MAX).await?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            "stamp" => sent.stamp = text,
            "sum" => sent.sum = text,
            "precision" => sent.trap = text,
            "kept" => sent.kept = text.trim().parse().unwrap_or(0),
            "remove" => sent.remove = text.trim().parse().ok(),
            "insiste" => sent.typed.insists = !text.is_empty(),
            _ => {
                if let Some(slot) = sent.typed.field(&name) {
                    *slot = text;
                }
            }
        }
        Ok(())
    }

    async fn file(&mut self, field: Field<'_>, sent: &mut Sent, limits: &settings::Form) -> Result<(), Cut> {
        let given = field.file_name().unwrap_or_default().to_owned();
        let content_type = media_type(field.content_type());
        let held: usize = sent.files.iter().map(|file| file.bytes.len()).sum();
        let total = (limits.max_total_mb * 1_000_000).saturating_sub(held);
        let one = limits.max_file_mb * 1_000_000;
        let (bytes, whole) = self.bytes(field, one.min(total)).await?;
        if given.is_empty() && whole && bytes.is_empty() {
            // An empty file field: what a browser sends when none was chosen.
            return Ok(());
        }
        let name = clean_file_name(&given);
        if sent.files.len() >= limits.max_files {
            sent.refused.push(Refused::Number);
        } else if !whole && total < one {
            sent.refused.push(Refused::Total);
        } else if !whole {
            sent.refused.push(Refused::Large(name));
        } else {
            sent.files.push(FormFile { name, content_type, bytes });
        }
        Ok(())
    }

    /// The field's bytes up to `most`, and whether that was all; the rest is read and forgotten.
    async fn bytes(&mut self, mut field: Field<'_>, most: usize) -> Result<(Vec<u8>, bool), Cut> {
        let mut bytes = Vec::new();
        let mut whole = true;
        while let Some(chunk) = field.chunk().await.map_err(|_| Cut)? {
            self.left = self.left.checked_sub(chunk.len()).ok_or(Cut)?;
            if !whole {
                continue;
            }
            if bytes.len() + chunk.len() > most {
                whole = false;
                bytes.extend_from_slice(&chunk[..most - bytes.len()]);
            } else {
                bytes.extend_from_slice(&chunk);
            }
        }
        Ok((bytes, whole))
    }
}

/// A media type as browsers state it, or the one that says nothing.
fn media_type(stated: Option<&str>) -> String {
    let essence =
        stated.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let good = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    let sound = essence.len() <= 100 && essence.split_once('/').is_some_and(|(a, b)| good(a) && good(b));
    if sound { essence } else { "application/octet-stream".to_owned() }
}
