//! A sender that no grammar allows (`a..b@docomo.example`, `root`, `x@[192.0.2.1]`): the mail server in front took the message
//! long ago, so a refusal here would return a mail that somebody wrote. The path is taken as it stands; what follows it is
//! read as ever.

use smtp_proto::{Error, Request};

/// The path of a MAIL command whose sender is no address, as given, and the command with the null path in its place;
/// `None`: the command can be read, or is another one. `line` holds its CRLF and is UTF-8.
pub(super) fn set_aside(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let text = std::str::from_utf8(line).ok()?;
    let (verb, path) = text.split_once('<')?;
    let verb: String = verb.split_whitespace().collect();
    if !verb.eq_ignore_ascii_case("MAILFROM:") {
        return None;
    }
    match Request::parse(&mut line.iter()) {
        Err(Error::InvalidSenderAddress | Error::SyntaxError { .. } | Error::NeedsMoreData { .. }) => {}
        _ => return None,
    }
    let end = end(path, true).or_else(|| end(path, false))?;
    let (path, parameters) = path.split_at(end);
    Some((path.to_owned(), format!("MAIL FROM:<{parameters}").into_bytes()))
}

/// Who reads what is written to a mail server's keeper; the one recipient that needs no domain (RFC 5321 section 4.5.1).
pub(super) const POSTMASTER: &str = "postmaster";

/// Whether a RCPT command, whose recipient reads as the null path, names the postmaster.
pub(super) fn names_postmaster(line: &[u8]) -> bool {
    let path =
        line.split(|octet| *octet == b'<').nth(1).and_then(|rest| rest.split(|octet| *octet == b'>').next());
    path.is_some_and(|path| path.eq_ignore_ascii_case(POSTMASTER.as_bytes()))
}

/// A recipient without the dot by which some programs end a domain (DNS's root): the same address.
pub(super) fn unrooted(address: &str) -> &str {
    address.strip_suffix('.').filter(|address| address.contains('@')).unwrap_or(address)
}

/// Where the bracket stands that ends the path: before a blank or the end of the line, outside quotes where they are heeded.
fn end(path: &str, heeds_quotes: bool) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in path.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if heeds_quotes => quoted = !quoted,
            '>' if !quoted && path[at + 1..].starts_with([' ', '\r']) => return Some(at),
            _ => {}
        }
    }
    None
}
