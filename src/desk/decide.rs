//! The decision on a first message: what triage says of it, settled by what the mail is. Production, `guichet explain`,
//! the ticket page and `guichet backtest` all call [`decide`], with what the store keeps and nothing else: what was
//! decided once can be decided again.

use chrono::{DateTime, Utc};

use crate::clock::paris_day;
use crate::mail::Kind;
use crate::message::Message;
use crate::ticket::Nature;
use crate::triage::{Action, Decision, Directory, Held, HeldBack, Reason, ReplyMode, Taxonomy, Triage};

/// What a first message is and what is to be done, as of the day of receipt in Europe/Paris. `nature` is what mail
/// reading found beside the text; `None` for a form.
pub fn decide(
    triage: &Triage,
    directory: &Directory,
    message: &Message,
    nature: Option<&Nature>,
    received_at: DateTime<Utc>,
) -> Decision {
    let decision = triage.examine(message, paris_day(received_at), directory);
    match nature {
        Some(nature) => settle(decision, nature, triage.taxonomy()),
        None => decision,
    }
}

/// Why an address that the own border does not confirm is no ground for anything.
const UNPROVEN: &str =
    "Notre serveur ne confirme pas que le courriel vient de cette adresse : elle ne prouve pas l’organisme.";

/// What the kind of a mail adds to triage: a notice that belongs to no thread is no request, and neither is what the
/// operator's own filter calls spam; unless it touches a sensitive matter (a platform that sends its users' access
/// requests marks them as automatic). A list is only a way a request may take.
fn settle(mut decision: Decision, nature: &Nature, taxonomy: &Taxonomy) -> Decision {
    if nature.unproven {
        if let Some(body) = decision.organisation.as_mut() {
            body.own_domain = false;
        }
        decision = left_to_a_person(decision, taxonomy, Some(held(Held::AddressProvesNothing, UNPROVEN)));
    }
    let sensitive = !decision.sensitive.is_empty();
    let (rule, value) = nature.reason.split_once('=').unwrap_or((&nature.reason, ""));
    // Ours by the sender or by our own mark: never a request, but what a colleague forwards from a shared mailbox is one.
    let ours = matches!((rule, value), ("own-address" | "own-message-id", _) | ("loop", "x-loop"))
        && nature.forwarded_from.is_none();
    match nature.kind {
        Kind::AutoReply | Kind::Spam if sensitive => decision,
        // Whoever passes a mail on may write such a verdict; set aside is only what the own border's filter judged.
        Kind::Spam if !nature.own_filter => decision,
        // Whoever passes a mail on is not the one who asks.
        Kind::Request | Kind::Reply | Kind::List | Kind::Malformed
            if nature.forwarded_from.is_some() && leaves_alone(&decision) =>
        {
            left_to_a_person(decision, taxonomy, Some(held(Held::Forwarded, Held::Forwarded.sentence())))
        }
        Kind::Request | Kind::Reply | Kind::List | Kind::Malformed if sensitive || !ours => decision,
        _ => Decision {
            action: Action::SetAside,
            reason: Reason::NoRequest,
            reply: None,
            reply_mode: ReplyMode::None,
            ..decision
        },
    }
}

/// The decision where a person does what would have been told outside the team by itself: whom it is for stays proposed,
/// and the draft is that of the category.
pub(super) fn left_to_a_person(
    decision: Decision,
    taxonomy: &Taxonomy,
    because: Option<HeldBack>,
) -> Decision {
    if !leaves_alone(&decision) {
        return decision;
    }
    let mut held_back = decision.held_back.clone();
    held_back.extend(because);
    let reply = match decision.action {
        Action::HandOver => taxonomy.get(&decision.category).and_then(|category| category.reply.clone()),
        _ => decision.reply.clone(),
    };
    let reply_mode = if reply.is_some() { ReplyMode::Draft } else { ReplyMode::None };
    let reason = if decision.action == Action::Refuse { Reason::RefusalToConfirm } else { Reason::InOffer };
    Decision { action: Action::Queue, reason, held_back, reply, reply_mode, ..decision }
}

fn held(kind: Held, says: &str) -> HeldBack {
    HeldBack { kind, says: says.to_owned() }
}

/// Whether something would leave without a person, to the writer or to somebody else.
fn leaves_alone(decision: &Decision) -> bool {
    decision.action == Action::Refuse || decision.is_told_outside()
}
