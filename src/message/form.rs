//! A form as it is kept: one line of JSON, then the bytes of its files one after the other. So the files are stored
//! once, undecorated, and the arrival can be read with any text viewer.

mod answers;

use serde::{Deserialize, Serialize};

use super::{Attachment, Channel, Heard, Lang, Message, clean_file_name, one_line};
pub use answers::{Capacity, PurchaseStage};

/// What a person typed into the public form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Display name.
    pub name: String,
    /// Address the answer goes to.
    pub email: String,
    /// Organisation, free text, may be empty.
    pub organisation: String,
    /// Function, free text, may be empty.
    pub role: String,
    /// Category id, or empty for "je ne sais pas".
    pub category: String,
    /// One line.
    pub subject: String,
    /// The message, LF line ends.
    pub body: String,
    /// The software it is about, free text, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub software: String,
    /// How far the purchase is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<PurchaseStage>,
    /// In what capacity the person writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// They read before sending that the topic is refused, and asked that a person read all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub insists: bool,
    /// Reference of the ticket that it adds to: written by the status page after its code, never by the public form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adds_to: Option<String>,
    /// The language of the form page: a hint for the language of the reply.
    pub lang: Lang,
    /// A person of the team typed it in: who, and how they were told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Heard>,
    /// The files, in order.
    #[serde(skip)]
    pub files: Vec<FormFile>,
}

/// A file sent with a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormFile {
    /// Cleaned name.
    pub name: String,
    /// Media type as the browser states it.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    form: Form,
    files: Vec<FileHead>,
}

#[derive(Serialize, Deserialize)]
struct FileHead {
    name: String,
    content_type: String,
    size: usize,
}

/// Why stored bytes are not a form.
#[derive(Debug, thiserror::Error)]
pub enum FormRawError {
    /// The first line is not the JSON head.
    #[error("l’en-tête du formulaire gardé est illisible ({0})")]
    Head(#[from] serde_json::Error),
    /// The bytes end before the last file does.
    #[error("le formulaire gardé est coupé dans son fichier n° {0}")]
    Cut(usize),
}

impl Form {
    /// The bytes to keep.
    pub fn to_raw(&self) -> Vec<u8> {
        let files = self
            .files
            .iter()
            .map(|f| FileHead {
                name: f.name.clone(),
                content_type: f.content_type.clone(),
                size: f.bytes.len(),
            })
            .collect();
        let head = Head { form: Self { files: Vec::new(), ..self.clone() }, files };
        let mut raw = serde_json::to_vec(&head).expect("strings and numbers always have a JSON form");
        raw.push(b'\n');
        for file in &self.files {
            raw.extend_from_slice(&file.bytes);
        }
        raw
    }

    /// The form that [`Form::to_raw`] kept.
    pub fn from_raw(raw: &[u8]) -> Result<Self, FormRawError> {
        let end = raw.iter().position(|b| *b == b'\n').unwrap_or(raw.len());
        let head: Head = serde_json::from_slice(&raw[..end])?;
        let mut form = head.form;
        let mut at = end + 1;
        for (index, file) in head.files.into_iter().enumerate() {
            let bytes = raw.get(at..at + file.size).ok_or(FormRawError::Cut(index))?.to_vec();
            at += file.size;
            form.files.push(FormFile { name: file.name, content_type: file.content_type, bytes });
        }
        Ok(form)
    }

    /// The message it is, the answers to the optional questions above its text: whoever reads it, person or program, reads
    /// both at once. `fresh` is the whole body: the caller takes quoted history out where there is some.
    pub fn to_message(&self) -> Message {
        Message {
            channel: if self.heard.is_some() { Channel::Hand } else { Channel::Form },
            from_name: one_line(&self.name, 200),
            from_email: self.email.trim().to_owned(),
            role: answers::role(self),
            organisation: one_line(&self.organisation, 300),
            chosen: Some(self.category.clone()).filter(|c| !c.is_empty()),
            subject: one_line(&self.subject, 200),
            body: answers::body(self),
            insists: self.insists,
            attachments: self
                .files
                .iter()
                .enumerate()
                .map(|(part, f)| Attachment {
                    name: clean_file_name(&f.name),
                    content_type: f.content_type.clone(),
                    size: f.bytes.len(),
                    part,
                })
                .collect(),
            ..Message::default()
        }
        .all_fresh()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_survives_its_raw_bytes() {
        let form = Form {
            name: "Solenn K.".into(),
            body: "Une ligne\nune autre".into(),
            files: vec![
                FormFile {
                    name: "a.pdf".into(),
                    content_type: "application/pdf".into(),
                    bytes: vec![0, 10, 255],
                },
                FormFile { name: "b.txt".into(), content_type: "text/plain".into(), bytes: vec![] },
            ],
            ..Form::default()
        };
        assert_eq!(Form::from_raw(&form.to_raw()).unwrap(), form);
        let cut = form.to_raw();
        assert!(matches!(Form::from_raw(&cut[..cut.len() - 1]), Err(FormRawError::Cut(0))));
    }
}
