//! Every reply of a session, with its enhanced status code (RFC 2034, RFC 3463). English: mail servers log them, and
//! operators search for them.

use super::rules::Rules;

pub(super) const WRONG_GREETING: &str = "500 5.5.1 This is LMTP: say LHLO";
pub(super) const GREET_FIRST: &str = "503 5.5.1 Say LHLO first";
pub(super) const MAIL_FIRST: &str = "503 5.5.1 Say MAIL first";
pub(super) const NESTED_MAIL: &str = "503 5.5.1 One message at a time: its sender is named already";
pub(super) const NO_RECIPIENT: &str = "503 5.5.1 No valid recipient";
pub(super) const UNKNOWN_COMMAND: &str = "500 5.5.1 Command unknown";
pub(super) const NOT_OFFERED: &str = "502 5.5.1 Command not offered";
pub(super) const SYNTAX: &str = "501 5.5.4 The arguments cannot be read";
pub(super) const ILL_OCTETS: &str = "500 5.5.2 A command line is UTF-8 without NUL or bare CR";
pub(super) const BAD_PARAMETER: &str = "501 5.5.4 A parameter cannot be read";
pub(super) const UNKNOWN_PARAMETER: &str = "555 5.5.4 A parameter is not offered";
pub(super) const BAD_SENDER: &str = "501 5.1.7 The sender is no address";
pub(super) const BAD_RECIPIENT: &str = "501 5.1.3 The recipient is no address";
pub(super) const LINE_TOO_LONG: &str = "500 5.5.2 The line is too long";
pub(super) const BARE_LF: &str = "421 4.5.2 Lines end with CRLF; closing";
pub(super) const TOO_MANY_FAULTS: &str = "421 4.7.0 Too many faults; closing";
pub(super) const SENDER_OK: &str = "250 2.1.0 Sender ok";
pub(super) const RECIPIENT_OK: &str = "250 2.1.5 Recipient ok";
pub(super) const NOT_OURS: &str = "550 5.1.1 No such address here";
pub(super) const TOO_MANY_RECIPIENTS: &str =
    "452 4.5.3 Too many recipients; send the others in another message";
pub(super) const TOO_LARGE: &str = "552 5.3.4 The message is too large";
pub(super) const NO_ROOM: &str = "452 4.3.1 Too much mail at once; try again";
pub(super) const STORE_AWAY: &str = "451 4.3.0 The message could not be kept; try again";
pub(super) const GO_ON: &str = "354 End with a dot on a line of its own";
pub(super) const RESET: &str = "250 2.0.0 Reset";
pub(super) const NOTHING_DONE: &str = "250 2.0.0 Ok";
pub(super) const HELP: &str = "214 2.0.0 LHLO MAIL RCPT DATA RSET NOOP VRFY QUIT";
pub(super) const CANNOT_VERIFY: &str = "252 2.0.0 Addresses are told at RCPT";
pub(super) const BYE: &str = "221 2.0.0 Bye";
pub(super) const STOPPING: &str = "421 4.3.2 The service is stopping; try again";
pub(super) const TIMED_OUT: &str = "421 4.4.2 Nothing was said for too long; closing";

/// The first words of a connection.
pub(super) fn greeting(rules: &Rules) -> String {
    format!("220 {} LMTP guichet", rules.name())
}

/// The answer to LHLO: what is offered.
pub(super) fn offer(rules: &Rules) -> String {
    let lines = [
        rules.name().to_owned(),
        "PIPELINING".to_owned(),
        format!("SIZE {}", rules.max_octets()),
        "8BITMIME".to_owned(),
        "SMTPUTF8".to_owned(),
    ];
    let lines = lines.map(|line| format!("250-{line}\r\n")).concat();
    format!("{lines}250 ENHANCEDSTATUSCODES")
}

/// Kept, under the reference by which the team can find it: it stands in the mail server's log.
pub(super) fn kept(reference: &str) -> String {
    format!("250 2.1.5 Kept as {reference}")
}
