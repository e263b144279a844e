//! Outlook's `winmail.dat` (MS-OXTNEF): the files that a person sent are inside, and so may be the text. Read without any
//! trust: every length is checked, nothing is read twice.

use super::charset;
use crate::message::one_line;

/// Files beyond this are ignored.
const FILE_LIMIT: usize = 200;
/// Properties of one attachment beyond this are ignored.
const PROPERTY_LIMIT: u32 = 500;

const SIGNATURE: u32 = 0x223e_9f78;
const BODY: u32 = 0x0002_800c;
const RENDERING: u32 = 0x0006_9002;
const TITLE: u32 = 0x0001_8010;
const DATA: u32 = 0x0006_800f;
const PROPERTIES: u32 = 0x0006_9005;
/// `PidTagAttachLongFilename` and `PidTagAttachDataBinary` (MS-OXPROPS).
const LONG_NAME: u16 = 0x3707;
const BINARY: u16 = 0x3701;

/// What is inside.
#[derive(Debug, Default)]
pub(super) struct Tnef {
    /// Each file: name and octets.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// The plain text, if there is one.
    pub(super) body: Option<String>,
}

/// Reads a TNEF stream as far as it goes; nothing where it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Tnef> {
    let mut rest = Reader(bytes);
    if rest.number()? != SIGNATURE {
        return None;
    }
    rest.take(2)?;
    let mut found = Tnef::default();
    let mut open: Option<File> = None;
    while let Some((id, value)) = attribute(&mut rest) {
        match id {
            BODY => found.body = Some(text(value)).filter(|body| !body.trim().is_empty()),
            RENDERING => {
                close(&mut open, &mut found.files);
                open = Some(File::default());
            }
            TITLE => open.get_or_insert_default().title = text(value),
            DATA => open.get_or_insert_default().data = Some(value.to_vec()),
            PROPERTIES => {
                let _ = properties(value, open.get_or_insert_default());
            }
            _ => {}
        }
    }
    close(&mut open, &mut found.files);
    Some(found)
}

#[derive(Default)]
struct File {
    title: String,
    long_name: String,
    data: Option<Vec<u8>>,
}

fn close(open: &mut Option<File>, files: &mut Vec<(String, Vec<u8>)>) {
    let Some(file) = open.take() else { return };
    if let Some(data) = file.data.filter(|_| files.len() < FILE_LIMIT) {
        let name = if file.long_name.is_empty() { file.title } else { file.long_name };
        files.push((one_line(&name, 400), data));
    }
}

/// One attribute: level, id, length, value, checksum.
fn attribute<'a>(rest: &mut Reader<'a>) -> Option<(u32, &'a [u8])> {
    rest.take(1)?;
    let id = rest.number()?;
    let length = usize::try_from(rest.number()?).ok()?;
    let value = rest.take(length)?;
    rest.take(2)?;
    Some((id, value))
}

/// The MAPI properties of an attachment; `None` where they break off.
fn properties(value: &[u8], file: &mut File) -> Option<()> {
    let mut rest = Reader(value);
    for _ in 0..rest.number()?.min(PROPERTY_LIMIT) {
        let tag = rest.number()?;
        let [kind, _, id @ ..] = tag.to_le_bytes();
        let id = u16::from_le_bytes(id);
        if id >= 0x8000 {
            rest.take(16)?;
            if rest.number()? == 0 {
                rest.take(4)?;
            } else {
                rest.padded()?;
            }
        }
        let several = tag & 0x1000 != 0;
        let long = matches!(kind, 0x0d | 0x1e | 0x1f | 0x02) && (kind != 0x02 || tag & 0x0100 != 0);
        let count = if several || long { rest.number()?.min(PROPERTY_LIMIT) } else { 1 };
        for _ in 0..count {
            if long {
                let data = rest.padded()?;
                match (id, kind) {
                    (LONG_NAME, 0x1f) => file.long_name = wide(data),
                    (LONG_NAME, 0x1e) => file.long_name = text(data),
                    (BINARY, 0x02) => file.data = file.data.take().or_else(|| Some(data.to_vec())),
                    _ => {}
                }
            } else {
                rest.take(match kind {
                    0x05..=0x07 | 0x14 | 0x40 => 8,
                    0x48 => 16,
                    _ => 4,
                })?;
            }
        }
    }
    Some(())
}

/// A text in the code page of its sender, ended by a zero.
fn text(value: &[u8]) -> String {
    charset::guess(value.split(|b| *b == 0).next().unwrap_or_default())
}

fn wide(value: &[u8]) -> String {
    let units = value.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units.take_while(|unit| *unit != 0)).map(|c| c.unwrap_or('\u{fffd}')).collect()
}

/// What is still unread.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// A length and so many octets, filled up to four.
    fn padded(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let value = self.take(length)?;
        self.take(length.next_multiple_of(4) - length)?;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(level: u8, id: u32, value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).unwrap();
        [&[level], &id.to_le_bytes()[..], &length.to_le_bytes(), value, &[0, 0]].concat()
    }

    #[test]
    fn the_files_inside_are_found() {
        let mut stream = [&SIGNATURE.to_le_bytes()[..], &[1, 0]].concat();
        stream.extend(attribute(1, BODY, b"Bonjour\0"));
        stream.extend(attribute(2, RENDERING, &[0; 14]));
        stream.extend(attribute(2, TITLE, b"RAPPOR~1.DOC\0"));
        stream.extend(attribute(2, DATA, b"octets"));
        let name: Vec<u8> = "Rapport été.doc\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut list =
            [1u32.to_le_bytes(), (u32::from(LONG_NAME) << 16 | 0x1f).to_le_bytes(), 1u32.to_le_bytes()]
                .concat();
        list.extend(u32::try_from(name.len()).unwrap().to_le_bytes());
        list.extend(&name);
        stream.extend(attribute(2, PROPERTIES, &list));
        let found = read(&stream).unwrap();
        assert_eq!(found.files, [("Rapport été.doc".to_owned(), b"octets".to_vec())]);
        assert_eq!(found.body.as_deref(), Some("Bonjour"));
        for cut in 0..stream.len() {
            let _ = read(&stream[..cut]);
        }
    }
}
