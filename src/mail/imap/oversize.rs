//! A mail above the limit: its head is kept with a note, never skipped.

use super::super::header::Headers;

/// Octets of a mail above the limit that are asked for: its header and the beginning of its text.
pub const HEAD: u32 = 256 * 1024;

/// The head of a mail as a mail of its own: its header, a first part that says what happened, then the beginning of what it
/// said. `size` and `limit` in octets; `mailbox` is where the whole stays.
pub fn head_with_note(head: &[u8], size: u64, limit: u64, mailbox: &str) -> Vec<u8> {
    let (fields, body) = Headers::read(head);
    let boundary = boundary(head);
    let megabytes = |octets: u64| octets.div_ceil(1024 * 1024);
    let note = format!(
        "[Ce courriel de {} Mo dépasse la limite de {} Mo : seul son début a été gardé. Il est entier dans la boîte « {mailbox} ».]",
        megabytes(size),
        megabytes(limit)
    );
    let mut whole = fields.without("content-");
    if !fields.has("mime-version") {
        whole.extend(b"MIME-Version: 1.0\n");
    }
    let opening = format!(
        "X-Guichet-Cut: {size}\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\n\n\
         --{boundary}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{note}\n\n\
         --{boundary}\n"
    );
    whole.extend(opening.as_bytes());
    whole.extend(fields.only("content-"));
    whole.push(b'\n');
    whole.extend(&head[body..]);
    whole.extend(format!("\n--{boundary}--\n").as_bytes());
    whole
}

/// A boundary that the head does not hold.
fn boundary(head: &[u8]) -> String {
    let taken = |boundary: &str| head.windows(boundary.len()).any(|window| window == boundary.as_bytes());
    (0..u32::MAX)
        .map(|n| format!("guichet-cut-{n}"))
        .find(|boundary| !taken(boundary))
        .expect("a head holds fewer boundaries than there are numbers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse::{self, Own};
    use crate::message::Envelope;

    #[test]
    fn the_head_of_a_large_mail_is_read_with_its_note() {
        let head = "From: a@example.org\r\nSubject: =?utf-8?q?Gros?=\r\n fichier\r\nMessage-ID: <1@example.org>\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\n--b\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour, voici le fichier.\r\n--b\r\n\
             Content-Type: application/zip; name=\"gros.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBAoAAAAA";
        let whole = head_with_note(head.as_bytes(), 70 << 20, 50 << 20, "contact");
        let parsed = parse::read(&whole, &Envelope::default(), &Own::default());
        assert_eq!(
            (parsed.message.subject.as_str(), parsed.message.from_email.as_str()),
            ("Gros fichier", "a@example.org")
        );
        assert_eq!(parsed.message.message_id.as_deref(), Some("1@example.org"));
        assert!(
            parsed.message.body.starts_with("[Ce courriel de 70 Mo dépasse la limite de 50 Mo"),
            "{}",
            parsed.message.body
        );
        assert!(parsed.message.body.contains("Bonjour, voici le fichier."));
        assert_eq!(parsed.message.attachments[0].name, "gros.zip");
    }

    #[test]
    fn a_head_that_is_all_header_is_kept_too() {
        let parsed = |raw: &[u8]| parse::read(raw, &Envelope::default(), &Own::default());
        let whole = head_with_note(
            b"From: a@example.org\r\nSubject: x\r\nX-Long: yyy",
            60 << 20,
            50 << 20,
            "contact",
        );
        assert!(parsed(&whole).message.body.contains("60 Mo"));
        assert!(parsed(&head_with_note(b"", 60 << 20, 50 << 20, "contact")).message.body.contains("60 Mo"));
    }
}
