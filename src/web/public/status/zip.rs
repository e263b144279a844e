//! The simplest archive that every computer opens: a ZIP whose files are stored as they are (PKWARE APPNOTE 6.3, sections 4.3
//! and 4.4). What people attach is compressed already, and nothing here is worth a library.

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version needed: 2.0, folders.
const VERSION: u16 = 20;
/// Names are UTF-8 (bit 11).
const UTF8: u16 = 0x0800;
/// 1980-01-01, the earliest day there is: when a file was changed is not known.
const DAY: u16 = 0x0021;

/// An archive of files, each a path with `/` and its bytes, in order. `None` beyond what the format's plain form can hold
/// (65,535 files, 4 GiB).
pub(super) fn archive(files: &[(String, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in files {
        let at = u32::try_from(out.len()).ok()?;
        let about = about(name, bytes)?;
        out.extend(LOCAL.to_le_bytes());
        out.extend(&about);
        out.extend(name.as_bytes());
        out.extend(bytes);
        directory.extend(CENTRAL.to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&about);
        // No comment, first disk, no attributes.
        directory.extend([0; 2 + 2 + 2 + 4]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len()).ok()?;
    let (start, size) = (u32::try_from(out.len()).ok()?, u32::try_from(directory.len()).ok()?);
    out.extend(directory);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    Some(out)
}

/// What both headers of a file say of it, from the version needed to the length of its extra field.
fn about(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let size = u32::try_from(bytes.len()).ok()?.to_le_bytes();
    let mut about = Vec::with_capacity(26);
    about.extend(VERSION.to_le_bytes());
    about.extend(UTF8.to_le_bytes());
    // Stored, at midnight.
    about.extend([0; 2 + 2]);
    about.extend(DAY.to_le_bytes());
    about.extend(crc32(bytes).to_le_bytes());
    about.extend(size);
    about.extend(size);
    about.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
    about.extend([0; 2]);
    Some(about)
}

/// The CRC-32 of ISO 3309, as ZIP has it.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    !bytes.iter().fold(!0, |crc, byte| TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ (crc >> 8))
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let mut crc = at as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
            bit += 1;
        }
        table[at] = crc;
        at += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_zip() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn an_archive_ends_with_its_directory() {
        let files = [("demande.json".to_owned(), b"{}".to_vec()), ("é/a.pdf".to_owned(), vec![0; 10])];
        let zip = archive(&files).unwrap();
        let end = zip.len() - 22;
        assert_eq!(zip[end..end + 4], END.to_le_bytes());
        assert_eq!(zip[end + 10..end + 12], [2, 0]);
        let start = u32::from_le_bytes(zip[end + 16..end + 20].try_into().unwrap()) as usize;
        assert_eq!(zip[start..start + 4], CENTRAL.to_le_bytes());
        assert_eq!(zip[..4], LOCAL.to_le_bytes());
        let held = |bytes: &[u8]| zip.windows(bytes.len()).filter(|part| *part == bytes).count();
        assert_eq!(held("é/a.pdf".as_bytes()), 2, "once with its bytes, once in the directory");
    }
}
