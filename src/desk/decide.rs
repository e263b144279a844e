//! The decision on a first message: what triage says of it, settled by what the mail is. Production, `guichet explain`,
//! the ticket page and `guichet backtest` all call [`decide`], with what the store keeps and nothing else: what was
//! decided once can be decided again.

use chrono::{DateTime, Utc};

use crate::clock::paris_day;
use crate::mail::Kind;
use crate::message::Message;
use crate::ticket::Nature;
use crate::triage::{Action, Decision, Directory, Reason, ReplyMode, Triage};

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
        Some(nature) => settle(decision, nature),
        None => decision,
    }
}

/// What the kind of a mail adds to triage: a notice that belongs to no thread is no request, and neither is what the
/// operator's own filter calls spam; unless it touches a sensitive matter (a platform that sends its users' access
/// requests marks them as automatic). A list is only a way a request may take.
fn settle(decision: Decision, nature: &Nature) -> Decision {
    let sensitive = !decision.sensitive.is_empty();
    let (rule, value) = nature.reason.split_once('=').unwrap_or((&nature.reason, ""));
    // Ours by the sender or by our own mark: never a request, but what a colleague forwards from a shared mailbox is one.
    let ours = matches!((rule, value), ("own-address" | "own-message-id", _) | ("loop", "x-loop"))
        && nature.forwarded_from.is_none();
    match nature.kind {
        Kind::AutoReply | Kind::Spam if sensitive => decision,
        // Whoever passes a mail on may write such a verdict; set aside is only what the own border's filter judged.
        Kind::Spam if !nature.own_filter => decision,
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
