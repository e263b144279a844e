//! Recipients in a report for people (qmail, Exim, Postfix, Exchange, and whoever names an address beside a verdict).
//!
//! An address that opens a line or follows a label such as `Unknown user:` is one that the report is about. Only where
//! there is none, addresses in brackets, then those beside a word of failure are taken. The returned mail, the sender of
//! the report, the one it is returned to and whoever should be written to for help are not.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::line::{self, Line};
use super::{Failed, RECIPIENT_LIMIT, status};
use crate::mail::address;
use crate::mail::automatic::is_robot;
use crate::mail::fold::{expression, fold};
use crate::message::{Message, one_line};

/// Lines of a report that are read.
pub(super) const LINE_LIMIT: usize = 600;
/// Octets of a line that are read.
const WIDTH_LIMIT: usize = 1000;
/// Characters of a diagnostic that are kept.
const REASON_LIMIT: usize = 500;

/// Where the returned mail begins.
static COPY: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^[\s>|*]*[-=_*]{2,}.*(?:copy|original|header|returned|undelivered|unsent|below|origine|entete|en-tete|message text|forwarded)|headers? (?:of the .{0,30})?follow|message follows|unsent message|(?:copy|part) of (?:the|your) (?:original )?message|^[\s>|]*(?:return-path|received)\s*:|^[\s>|*]*(?:the )?(?:original (?:message|mail)|message d'origine|message original|ursprungliche nachricht|en-?tetes?)|copie d[eu] (?:votre )?message|wie folgt lautete",
    )
});
/// A line that may begin the returned mail, or be an ornament.
static RULER: LazyLock<Regex> = LazyLock::new(|| expression(r"^[\s>|]*[-_=]{3,}\s*$"));
/// A user's name without domain below a line that ends in a colon, with or without a reason after a gap.
static LOCAL_USER: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^\s*<?([A-Za-z0-9][\w.+-]{1,63})>?\s*(?:\(.*\))?\s*$"));

/// Those a report names as not reached, with what is said of each. `returned_to` whom the returned mail was sent to.
pub(super) fn recipients(message: &Message, returned_to: &[String]) -> Vec<Failed> {
    let whole = unwrapped(&message.body);
    let lines: Vec<&str> = whole.iter().map(AsRef::as_ref).collect();
    let found = Found::read(&lines, message);
    let ours = |f: &Failed| message.to.iter().any(|to| to.eq_ignore_ascii_case(&f.recipient));
    let mut lists = [found.listed, found.inner, found.loose];
    if lists.iter().flatten().any(|f| !ours(f)) {
        for list in &mut lists {
            list.retain(|f| !ours(f));
        }
    }
    // What only stands somewhere in a line counts less than whom the returned mail was sent to.
    let sent = |f: &Failed| returned_to.iter().any(|to| to.eq_ignore_ascii_case(&f.recipient));
    for list in &mut lists[1..] {
        if list.iter().any(sent) {
            list.retain(sent);
        }
    }
    let [listed, inner, loose] = lists;
    let other = |to: &&String| !message.to.iter().any(|us| us.eq_ignore_ascii_case(to));
    let unsure = returned_to.iter().filter(other).count() == 1 && !loose.iter().any(sent);
    let mut chosen = if !listed.is_empty() {
        listed
    } else if !inner.is_empty() {
        inner
    } else if unsure {
        Vec::new()
    } else {
        loose
    };
    if chosen.iter().all(ours) && returned_to.is_empty() {
        let local = local_users(&lines, &message.from_email);
        if !local.is_empty() {
            chosen = local;
        }
    }
    improve(&mut chosen, &lines[..found.end]);
    chosen
}

/// Those that the subject names, where nothing else does.
pub(super) fn in_subject(message: &Message) -> Vec<Failed> {
    let mut found = Vec::new();
    let subject = [message.subject.as_str()];
    for address in line::anywhere(&message.subject) {
        keep(&mut found, address, &subject, 0, message);
    }
    found.retain(|f: &Failed| !message.to.iter().any(|to| to.eq_ignore_ascii_case(&f.recipient)));
    found
}

/// The lines of a report, an address in brackets that was cut at the end of one put together.
fn unwrapped(text: &str) -> Vec<Cow<'_, str>> {
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    let mut open = false;
    for line in text.lines().take(LINE_LIMIT) {
        let line = &line[..line.floor_char_boundary(WIDTH_LIMIT)];
        let tail = line.trim_start();
        let closes = tail
            .split(char::is_whitespace)
            .next()
            .is_some_and(|word| word.contains('>') && !word.starts_with('>'));
        match lines.last_mut() {
            Some(last) if open && closes && last.len() + tail.len() <= WIDTH_LIMIT => {
                last.to_mut().push_str(tail);
            }
            _ => lines.push(Cow::Borrowed(line)),
        }
        let last = lines.last().map_or("", AsRef::as_ref);
        let cut = last.rfind('<').map(|at| &last[at + 1..]);
        open = cut.is_some_and(|cut| cut.contains(['@', '.']) && !cut.contains(['>', ' ', '\t', '|']));
    }
    lines
}

/// The first line of a report that says why, for a recipient that it does not name.
pub(super) fn reason(text: &str) -> Option<String> {
    let report = text.lines().take(LINE_LIMIT).take_while(|line| !COPY.is_match(&fold(line)));
    let mut lines = report.filter(|line| !line::is_field(line));
    lines.find(|line| status::has_code(line)).map(|line| one_line(line, REASON_LIMIT))
}

/// Addresses by how sure it is that the report is about them.
#[derive(Default)]
struct Found {
    listed: Vec<Failed>,
    inner: Vec<Failed>,
    loose: Vec<Failed>,
    /// Lines of the report itself, before the returned mail.
    end: usize,
}

impl Found {
    /// Reads the lines up to the returned mail.
    fn read(lines: &[&str], message: &Message) -> Self {
        let mut found = Self { end: lines.len(), ..Self::default() };
        for (at, line) in lines.iter().enumerate() {
            let listed = !found.listed.is_empty();
            let begins = |line: &str| COPY.is_match(&fold(line)) || (listed && RULER.is_match(line));
            if at > 1 && (listed || !found.inner.is_empty()) && begins(line) {
                found.end = at;
                break;
            }
            let above = &lines[at.saturating_sub(4)..at];
            let (list, addresses) = match line::read(line, above) {
                Line::Listed(addresses) => (&mut found.listed, addresses),
                Line::Inner(address) => (&mut found.inner, vec![address]),
                Line::Loose(addresses) => {
                    // A sentence may be cut before its verdict.
                    let near = &lines[at.saturating_sub(1)..lines.len().min(at + 2)];
                    let told = !addresses.is_empty() && near.iter().any(|line| line::has_verdict(line));
                    (&mut found.loose, if told { addresses } else { Vec::new() })
                }
                Line::Nothing => continue,
            };
            for address in addresses {
                keep(list, address, lines, at, message);
            }
        }
        found
    }
}

/// Adds an address with the lines it stands in, unless it is a machine's or the sender's own.
fn keep(list: &mut Vec<Failed>, given: &str, lines: &[&str], at: usize, message: &Message) {
    let recipient = address::clean(given);
    let signs = recipient.eq_ignore_ascii_case(&message.from_email);
    // Machines sign with their own address.
    if recipient.is_empty()
        || signs
        || is_robot(&recipient)
        || recipient.to_lowercase().starts_with("postmaster@")
    {
        return;
    }
    let said = lines[at..].iter().take(4).take_while(|l| !l.trim().is_empty());
    let said = one_line(&said.copied().collect::<Vec<_>>().join(" "), REASON_LIMIT);
    let known = list.iter().any(|f| f.recipient.eq_ignore_ascii_case(&recipient));
    if !known && list.len() < RECIPIENT_LIMIT {
        list.push(Failed { recipient, status: None, diagnostic: Some(said) });
    }
}

/// Users without domain, as a provider names its own, completed with the domain of the server that signs.
fn local_users(lines: &[&str], from: &str) -> Vec<Failed> {
    let Some((local, domain)) = from.rsplit_once('@') else { return Vec::new() };
    if !["mailer-daemon", "postmaster"].contains(&local.to_lowercase().as_str()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for pair in 0..lines.len().saturating_sub(1) {
        if !(lines[pair].trim_end().ends_with(':') && line::has_verdict(lines[pair])) {
            continue;
        }
        let below = lines[pair + 1..].iter().skip_while(|line| line.trim().is_empty());
        for name in below.map_while(|line| LOCAL_USER.captures(line)) {
            super::add(&mut found, [Failed::named(format!("{}@{domain}", &name[1]))]);
        }
    }
    found
}

/// Gives each recipient the line that holds a code, where its own lines have none.
fn improve(list: &mut [Failed], lines: &[&str]) {
    let coded: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| !line::is_field(line) && status::has_code(line))
        .take(50)
        .collect();
    let lone = list.len() == 1;
    for failed in list {
        let said = failed.diagnostic.clone().unwrap_or_default();
        if !status::has_code(&said) {
            let recipient = failed.recipient.to_lowercase();
            let other = coded.iter().find(|line| lone || line.to_lowercase().contains(&recipient));
            if let Some(line) = other {
                failed.diagnostic = Some(one_line(line, REASON_LIMIT));
            }
        }
        failed.status = failed.diagnostic.as_deref().and_then(status::of);
    }
}
