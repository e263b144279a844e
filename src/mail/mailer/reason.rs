//! What a fault of a conversation means, and in which words a person reads it.

use lettre::transport::smtp::Error;

use super::{SendError, Step, WORDS_LIMIT};
use crate::fault::io_words;
use crate::mail::status;
use crate::message::one_line;

/// What a fault begins with where the mail server refuses the null sender, which receipts and alerts have: it is refused to all
/// of them, whoever gets them.
pub const NULL_SENDER_REFUSED: &str = "le relais refuse notre expéditeur vide";

/// A fault before the server takes mail at all: away, wrong certificate, wrong password. It is the server's, or our
/// settings', and no mail's end.
pub(super) fn of_server(error: &Error) -> SendError {
    SendError { permanent: false, relay: true, ..of_mail(error, Step::Server) }
}

/// A fault at MAIL. Whoever our sender is, the mail is not at fault and its recipient less so: somebody mends the server's
/// settings or ours, and the mail then leaves. Only a mail that is too large (552, RFC 1870) remains so. `null`: the sender is
/// the null one.
pub(super) fn of_sender(error: &Error, null: bool) -> SendError {
    let fault = of_mail(error, Step::Sender);
    if fault.code == Some(552) { fault } else { sender_refused(fault, null) }
}

fn sender_refused(fault: SendError, null: bool) -> SendError {
    let what = if null { NULL_SENDER_REFUSED } else { "l’expéditeur est refusé" };
    let words = match fault.code {
        Some(_) => one_line(&format!("{what} : {}", fault.words), WORDS_LIMIT),
        None => fault.words,
    };
    SendError { permanent: false, relay: true, step: Step::Sender, words, ..fault }
}

/// A fault at RCPT or DATA, before the mail's first octet. 421 is the server's farewell to everybody; and a server that
/// waits with its word on the sender (as Postfix does, `smtpd_delay_reject`) says it here.
pub(super) fn of_recipient(error: &Error, null: bool) -> SendError {
    let fault = of_mail(error, Step::Recipient);
    if speaks_of_sender(&fault.words, null) {
        return sender_refused(fault, null);
    }
    SendError { relay: fault.relay || fault.code == Some(421), ..fault }
}

/// Whether a reply refuses the sender: by its code (RFC 3463, X.1.7 and X.1.8) or in the words of the usual servers.
fn speaks_of_sender(words: &str, null: bool) -> bool {
    let by_code =
        status::enhanced(words).is_some_and(|code| code.ends_with(".1.7") || code.ends_with(".1.8"));
    let words = words.to_lowercase();
    let of_null = ["null sender", "empty sender", "empty envelope sender"];
    by_code
        || words.contains("sender address rejected")
        || (null && of_null.iter().any(|sign| words.contains(sign)))
}

fn of_mail(error: &Error, step: Step) -> SendError {
    let code = error.status().map(u16::from);
    // A refused sign-in is a fault of our settings, which somebody mends: not the mail's end.
    let sign_in = matches!(code, Some(530 | 534 | 535 | 538));
    SendError {
        permanent: error.is_permanent() && !sign_in,
        uncertain: false,
        relay: sign_in,
        step,
        code,
        words: one_line(&words(error), WORDS_LIMIT),
    }
}

/// A fault after the mail's first octet: without a reply, the mail may have been taken.
pub(super) fn of_content(error: &Error) -> SendError {
    SendError { uncertain: error.status().is_none(), ..of_mail(error, Step::Content) }
}

/// The server did not answer in time.
pub(super) fn too_slow(step: Step) -> SendError {
    let fault = SendError::passing("le serveur de messagerie n’a pas répondu à temps");
    SendError {
        relay: matches!(step, Step::Server | Step::Sender),
        uncertain: step == Step::Content,
        step,
        ..fault
    }
}

/// The server's reply as it came, code first; else what went wrong.
fn words(error: &Error) -> String {
    let source = std::error::Error::source(error);
    if let Some(code) = error.status() {
        return source.map_or_else(|| code.to_string(), |said| format!("{code} {said}"));
    }
    let mut cause = source;
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return format!("le serveur de messagerie ne peut être joint : {}", io_words(io));
        }
        cause = inner.source();
    }
    let says = source.map_or_else(|| error.to_string(), ToString::to_string);
    let what = if error.is_tls() {
        "le chiffrement a échoué"
    } else if error.is_client() {
        "le serveur de messagerie n’offre pas ce que demandent les réglages"
    } else {
        "la conversation avec le serveur de messagerie a été coupée"
    };
    format!("{what} ({says})")
}
