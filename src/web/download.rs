//! What only ever downloads: nothing a stranger sent is opened by the browser under our address, and what is given in one
//! piece is an archive that every computer opens.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::web::error::{Kind, WebError};
use crate::web::team::percent_encode;

/// Headers that make any browser save the bytes: no stated type is repeated, none is guessed, and should one be opened
/// all the same, it may do nothing.
pub(in crate::web) fn headers(name: &str) -> HeaderMap {
    typed(name, "application/octet-stream")
}

/// The same for bytes that we made, whose type is known.
pub(in crate::web) fn typed(name: &str, media_type: &'static str) -> HeaderMap {
    let fixed = |name, value| (name, HeaderValue::from_static(value));
    let mut headers = HeaderMap::from_iter([
        fixed(header::CONTENT_TYPE, media_type),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        fixed(header::CACHE_CONTROL, "private, no-store"),
        fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ]);
    let disposition = HeaderValue::from_str(&disposition(name));
    let disposition = disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers
}

/// RFC 6266: an ASCII name for old clients, the true one in UTF-8.
fn disposition(name: &str) -> String {
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-".contains(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", percent_encode(name))
}

/// An archive of files, each a path with `/`, told once, and its bytes, in order. They are stored as they are: what people
/// attach is compressed already, and texts are small.
pub(in crate::web) fn archive<P: AsRef<str>, B: AsRef<[u8]>>(
    files: impl IntoIterator<Item = (P, B)>,
) -> Result<Vec<u8>, WebError> {
    let write = || -> ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (path, bytes) in files {
            zip.start_file(path.as_ref(), stored)?;
            zip.write_all(bytes.as_ref())?;
        }
        Ok(zip.finish()?.into_inner())
    };
    write().map_err(|cause| WebError::new(Kind::Internal).because(Arc::new(cause)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_not_break_out_of_its_header() {
        assert_eq!(
            disposition("dé\"; filename=\"x.html\r\n.pdf"),
            "attachment; filename=\"d___ filename__x.html__.pdf\"; \
             filename*=UTF-8''d%C3%A9%22%3B%20filename%3D%22x.html%0D%0A.pdf"
        );
    }
}
