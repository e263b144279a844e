//! Reports that a sending service mails as JSON: Amazon SES through its notification service, whose mailer breaks long
//! lines with `!` and a space, inside words too.

use serde_json::{Deserializer, Value};

use super::{Failed, Report, add, report};
use crate::mail::header::ids;

/// Reads a notification; nothing where the text is none, or reports no delivery (a complaint).
pub(super) fn read(text: &str) -> Option<Report> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let whole = text.replace("!\n ", "").replace("\n ", "");
    let mut event = value(&whole)?;
    if let Some(inner) = event["Message"].as_str() {
        event = value(inner)?;
    }
    let kind = event["notificationType"].as_str().or_else(|| event["eventType"].as_str())?;
    let mut failed = Vec::new();
    match kind {
        "Bounce" => add(&mut failed, event["bounce"]["bouncedRecipients"].as_array()?.iter().map(recipient)),
        "Delivery" | "DeliveryDelay" => {}
        _ => return None,
    }
    let sent = &event["mail"];
    let named =
        |header: &&Value| header["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("message-id"));
    let header =
        sent["headers"].as_array().and_then(|all| all.iter().find(named)).and_then(|h| h["value"].as_str());
    let id = header.or_else(|| sent["commonHeaders"]["messageId"].as_str());
    Some(Report {
        failure: !failed.is_empty(),
        failed,
        original_message_id: id.and_then(|id| ids(id).into_iter().next()),
    })
}

/// The first JSON value of a text; what follows (how to unsubscribe) is for people.
fn value(text: &str) -> Option<Value> {
    Deserializer::from_str(text).into_iter().next()?.ok()
}

fn recipient(entry: &Value) -> Failed {
    let text = |key: &str| entry[key].as_str().unwrap_or_default();
    report::failed(text("emailAddress"), text("status"), text("diagnosticCode"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_inside_another_is_read() {
        let inner = r#"{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"paul@vi!
 lle.example\",\"status\":\"5.1.1\"}]},\"mail\":{\"headers\":[{\"name\":\"Message-ID\",\"value\":\"<a@b>\"}]}}"#;
        let report = read(&format!("{{ \"Message\" : \"{inner}\" }}\n\n--\nunsubscribe")).unwrap();
        assert_eq!(report.failed[0].recipient, "paul@ville.example");
        assert_eq!(report.original_message_id.as_deref(), Some("a@b"));
        assert_eq!(read("{\"notificationType\":\"Complaint\"}"), None);
        assert_eq!(read("{ pas du JSON"), None);
    }
}
