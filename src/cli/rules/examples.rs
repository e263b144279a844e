//! The kept examples as lines of the shape of `rules/model/hands.jsonl`.

use std::io::Write;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::PAGE;
use crate::keys::hex;
use crate::store::Store;
use crate::ticket::Example;
use crate::triage::Taxonomy;

/// Writes the examples; answers how many have no label that the offer in force knows, or no text, and were left out.
pub(super) async fn write(
    store: &Store,
    taxonomy: &Taxonomy,
    since: DateTime<Utc>,
    out: &mut impl Write,
) -> anyhow::Result<u64> {
    let mut left = 0;
    let mut last: Option<Example> = None;
    loop {
        let page = store.examples(since, last.as_ref(), PAGE).await?;
        for example in &page {
            match line(example, taxonomy) {
                Some(line) => writeln!(out, "{line}")?,
                None => left += 1,
            }
        }
        let Some(end) = page.into_iter().next_back() else { return Ok(left) };
        last = Some(end);
    }
}

/// Says what was left out (French), after their number.
pub(super) fn left_out(count: u64) -> &'static str {
    if count > 1 {
        "exemples ne sont pas écrits : sans texte, ou une personne a dit que la catégorie était fausse sans dire laquelle est juste"
    } else {
        "exemple n’est pas écrit : sans texte, ou une personne a dit que la catégorie était fausse sans dire laquelle est juste"
    }
}

/// The line of one example; `None`: nothing can be learned from it.
fn line(example: &Example, taxonomy: &Taxonomy) -> Option<Value> {
    let category = taxonomy.declared(example.category.as_deref()?)?;
    let content = &example.content;
    if content.subject.trim().is_empty() && content.body.trim().is_empty() {
        return None;
    }
    // The other topics were told together with the primary one: where that was wrong, nobody has looked at them.
    let topics = if example.agreed { content.topics.clone() } else { vec![category.id.clone()] };
    Some(json!({
        "id": id(&example.ticket_id),
        "channel": content.channel.code(),
        "lang": content.lang.code(),
        "date": content.day,
        "from_name": "",
        "from_email": "",
        "role": content.role,
        "organisation": "",
        "chosen": content.chosen,
        "subject": content.subject,
        "body": content.body,
        "category": category.id,
        "topics": topics,
        "must_not_refuse": category.in_offer || topics.iter().any(|id| taxonomy.get(id).is_some_and(|c| c.in_offer)),
        "told": example.told,
        "agreed": example.agreed,
        "act": content.act.code(),
    }))
}

/// The same example has the same id in every file; the ticket cannot be told from it without the database. The letters
/// before its number are the hand that wrote it to `guichet train`: here, that of all tickets.
pub(super) fn id(ticket_id: &str) -> String {
    format!("T-{}", &hex(&Sha256::digest(ticket_id.as_bytes()))[..12])
}
