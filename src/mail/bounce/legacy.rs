//! Recipients in a report for people (qmail, Exim, Postfix, Exchange, and whoever names an address beside a verdict).
//!
//! An address that opens a line or follows a label such as `Unknown user:` is one that the report is about. Only where
//! there is none, addresses in brackets, then those beside a word of failure are taken. The returned mail, the sender of
//! the report, the one it is returned to and whoever should be written to for help are not.

use std::sync::LazyLock;

use regex::Regex;

use super::phrase::{expression, fold};
use super::{Failed, RECIPIENT_LIMIT, status};
use crate::mail::address;
use crate::mail::automatic::is_robot;
use crate::message::{Message, one_line};

/// Lines of a report that are read.
pub(super) const LINE_LIMIT: usize = 600;
/// Octets of a line that are read.
const WIDTH_LIMIT: usize = 1000;
/// Characters of a diagnostic that are kept.
const REASON_LIMIT: usize = 500;

/// An address that opens a line: alone, or before what is said of it.
static LINE_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"^[\s>|]*(?:(?:[*•·]|-{1,2}|\d{1,3}[.)])\s*)?(?:[45]\d\d[ -])?(?:[45]\.\d{1,3}\.\d{1,3}\s+)?["'«<]*(?:mailto:|smtp:|rfc822;)?\s*([^\s<>@:,;()"'«»\[\]]+@[^\s<>@:,;()"'«»\[\]]+\.[^\s<>@:,;()"'«»\[\]]*[^\s<>@:,;().\]"'«»\[])["'»>]*\s*(?:$|:|\(|\[|,|;|\.{1,3}(?:\s|$)|[-–—]+\s|on\s|=>|<mailto:|<[^>]*>\s*[:(]?)"#,
    )
});
/// An address after a label.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"^[\s>|*-]*([^:@<>]{3,70}?)\s*:\s*(?:[A-Za-z0-9]{3,8};\s*)?["'<\[(]*(?:mailto:)?([^\s<>@:,;()"'\[\]]+@[^\s<>@:,;()"'\[\]]+\.[^\s<>@:,;()"'\[\]]*[^\s<>@:,;().\]"'\[])[>"'\])]*\s*(?:$|[,;(.\[-])"#,
    )
});
/// Labels of the report's failed recipients, on folded text.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"recipient|rcpt|destinat|user|mailbox|address\b|adresse|empfanger|deliver|fail|unknown|invalid|undeliv|compte|account|boite|utilisateur|remis|distribu|error|erreur|usuario|correo|宛先|收件人|受信者|送信先",
    )
});
/// Labels that name somebody else.
static OTHER_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^(?:from|de|von|sender|reply|return|expedit|emett|contact|help|aide|support|subject|objet|message)|sender|expediteur|\bfrom\b",
    )
});
/// A field of the returned mail's header.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^[\s>|*]*(?:from|to|cc|bcc|sent|date|subject|sender|reply-to|return-path|received|message-id|references|in-reply-to|x-[a-z0-9-]+|delivered-to|dkim-signature|content-[a-z-]+|mime-version|list-[a-z]+|errors-to|de|à|a|objet|sujet|envoyé|von|an|betreff|gesendet|para|asunto|arrival-date|reporting-mta)\*?[\s\u{a0}]*:",
    )
});
/// An address between brackets or quotes.
static INNER_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"[<"'«“‘(\[]\s?(?:mailto:)?([^\s<>@:,;()"'«»“”‘’\[\]]+@[^\s<>@:,;()"'«»“”‘’\[\]]+\.[A-Za-z0-9-]+)\s?[>"'»”’)\]]"#,
    )
});
/// An address anywhere.
static LOOSE_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"(?:^|[\s:;=,("'])([\p{L}0-9][^\s<>@:,;()"'\[\]]*@[\p{L}0-9.-]+\.[\p{L}]{2,})(?:$|[^\p{L}0-9@.-]|[.-](?:\s|$))"#,
    )
});
/// Words of failure, on folded text.
static VERDICT: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"deliver|recipient|rcpt|fail|error|unknown|reach|reject|refus|denied|valid|no such|not found|n.t exist|not exist|full|quota|exceed|disabled|inactive|unable|bounce|destinataire|adresse|address|remis|distribu|envoye|achemin|inconnu|n'existe|plein|echec|zustell|empfanger|entreg|unzustell|недоставл|доставл|配信|宛先|投递|退信|\b[45]\d\d\b",
    )
});
/// Who should be written to for help, and who wrote, on folded text before an address.
static NOT_THEM: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?:contact|assistance|assistence|\bhelp\b|\baide\b|support|administrat|questions?|write to|mail to postmaster|forward .{0,40}to|ecrire a|ecrivez a|adress(?:er|ez|ez-vous)|signaler|report (?:this|it|the)|originator|sender|expediteur|(?:^|\s)from|sent by|envoye par|de la part de|message[- ]id|not accepting mail from|accepts? mail from|behalf of|absender|remitente)[^@]{0,60}$",
    )
});
/// The line below an address tells where it comes from (Exim, Sendmail); needed where that is a program or kept secret.
static ORIGIN: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?:generated (?:from|by)|expanded from:?)\s+<?([^\s<>@()]+@[^\s<>()]+)"));
/// Where the returned mail begins.
static COPY: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^[\s>|*]*[-=_*]{2,}.*(?:copy|original|header|returned|undelivered|unsent|below|origine|entete|en-tete|message text|forwarded)|headers? (?:of the .{0,30})?follow|message follows|unsent message|(?:copy|part) of (?:the|your) (?:original )?message|^[\s>|]*-{3,}\s*$|^[\s>|]*(?:return-path|received)\s*:|^[\s>|*]*(?:the )?(?:original (?:message|mail)|message d'origine|message original|ursprungliche nachricht|en-?tetes?)|copie d[eu] (?:votre )?message|ci-dessous|wie folgt lautete",
    )
});
/// A user's name without domain below a line that ends in a colon, with or without a reason after a gap.
static LOCAL_USER: LazyLock<Regex> = LazyLock::new(|| expression(r"^\s*<?([A-Za-z0-9][\w.+-]{1,63})>?\s*$"));

/// Those a report names as not reached, with what is said of each. `returned_to` whom the returned mail was sent to.
pub(super) fn recipients(message: &Message, returned_to: &[String]) -> Vec<Failed> {
    let lines: Vec<&str> =
        message.body.lines().take(LINE_LIMIT).map(|l| &l[..l.floor_char_boundary(WIDTH_LIMIT)]).collect();
    let mut found = Found::default();
    for (at, line) in lines.iter().enumerate() {
        let folded = fold(line);
        if at > 1 && found.any() && COPY.is_match(&folded) {
            break;
        }
        found.line(&lines, at, &folded, message);
    }
    let ours = |f: &Failed| message.to.iter().any(|to| to.eq_ignore_ascii_case(&f.recipient));
    let mut lists = [found.listed, found.inner, found.loose];
    if lists.iter().flatten().any(|f| !ours(f)) {
        lists.iter_mut().for_each(|list| list.retain(|f| !ours(f)));
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
    if chosen.is_empty() && returned_to.is_empty() {
        chosen = local_users(&lines, &message.from_email);
    }
    improve(&mut chosen, &lines);
    chosen
}

/// The first line of a report that says why, for a recipient that it does not name.
pub(super) fn reason(text: &str) -> Option<String> {
    let mut lines = text.lines().take(LINE_LIMIT).filter(|line| !FIELD.is_match(line));
    lines.find(|line| status::has_code(line)).map(|line| one_line(line, REASON_LIMIT))
}

/// Addresses by how sure it is that the report is about them.
#[derive(Default)]
struct Found {
    listed: Vec<Failed>,
    inner: Vec<Failed>,
    loose: Vec<Failed>,
}

impl Found {
    fn any(&self) -> bool {
        !(self.listed.is_empty() && self.inner.is_empty())
    }

    /// Reads one line.
    fn line(&mut self, lines: &[&str], at: usize, folded: &str, message: &Message) {
        let line = lines[at];
        if let Some(found) = ORIGIN.captures(line) {
            // A program or a secret address stands above.
            if !at
                .checked_sub(1)
                .is_some_and(|above| LINE_ADDRESS.is_match(lines[above]) || self.has_any_of(lines[above]))
                && LINE_ADDRESS.captures(line).is_none()
            {
                keep(&mut self.listed, &found[1], lines, at, message);
                return;
            }
        }
        if let Some(found) = LINE_ADDRESS.captures(line) {
            keep(&mut self.listed, &found[1], lines, at, message);
            return;
        }
        if FIELD.is_match(line) {
            return;
        }
        let dialogue = line.trim_start().starts_with(">>>");
        if let Some(found) = LABELLED.captures(line).filter(|_| !dialogue) {
            let label = fold(&found[1]);
            if LABEL.is_match(&label) && !OTHER_LABEL.is_match(&label) {
                keep(&mut self.listed, &found[2], lines, at, message);
                return;
            }
        }
        let stranger = |start: usize| !NOT_THEM.is_match(&fold(&line[..start]));
        let mut inner = INNER_ADDRESS.captures_iter(line).filter_map(|found| found.get(1));
        if let Some(address) = inner.find(|address| stranger(address.start())) {
            keep(&mut self.inner, address.as_str(), lines, at, message);
        } else if VERDICT.is_match(folded) {
            for found in LOOSE_ADDRESS.captures_iter(line).filter_map(|found| found.get(1)) {
                if stranger(found.start()) {
                    keep(&mut self.loose, found.as_str(), lines, at, message);
                }
            }
        }
    }

    fn has_any_of(&self, line: &str) -> bool {
        self.listed.iter().any(|failed| line.contains(&failed.recipient)) && !line.contains('|')
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
        let head = fold(lines[pair]);
        if !(head.trim_end().ends_with(':') && VERDICT.is_match(&head)) {
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
        .filter(|line| !FIELD.is_match(line) && status::has_code(line))
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
