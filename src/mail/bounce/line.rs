//! What one line of a report for people says of an address: that the report is about it, that it stands in
//! brackets, or that it merely stands there. Fields of the returned mail, senders and whoever should be
//! written to for help are told apart.

use std::sync::LazyLock;

use regex::{Match, Regex};

use crate::mail::fold::{expression, fold};

/// Octets before an address that may say whose it is.
const NEAR: usize = 150;

/// An address that opens a line: alone, before what is said of it, or as the name of another one.
static LINE_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"^[\s>|]*(?:(?:[*•·]|-{1,2}|\d{1,3}[.)])\s*)?(?:[45]\d\d[ -])?(?:[45]\.\d{1,3}\.\d{1,3}\s+)?(?:[ -?A-~]{0,120}dda:[A-Za-z0-9-]+=)?["'«<]*(?:mailto:|smtp:|rfc822;)?\s*([^\s<>@:,;()"'«»\[\]]+@[^\s<>@:,;()"'«»\[\]]+\.[^\s<>@:,;()"'«»\[\]]*[^\s<>@:,;().\]"'«»\[])["'»>]*\s*(?:$|:|\(|\[|,|;|\.{1,3}(?:\s|$)|[-–—]+\s|on\s|=>|<(?:mailto:)?([^\s<>@]+@[^\s<>@]+)>)"#,
    )
});
/// An address after a label.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"^[\s>|*-]*([^:@<>]{3,70}?)\s*:\s*(?:[A-Za-z0-9]{3,8};\s*)?["'<\[(]*(?:mailto:)?([^\s<>@:,;()"'\[\]]+@[^\s<>@:,;()"'\[\]]+\.[^\s<>@:,;()"'\[\]]*[^\s<>@:,;().\]"'\[])[>"'\])]*\s*(?:$|[,;(.\[-])"#,
    )
});
/// The next address of a list.
static NEXT: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r#"^[>"'\])]*\s*[,;]\s*["'<\[(]*([^\s<>@:,;()"'\[\]]+@[^\s<>@:,;()"'\[\]]+\.[^\s<>@:,;()"'\[\]]*[^\s<>@:,;().\]"'\[])"#,
    )
});
/// Labels of the report's failed recipients, on folded text.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"recipient|rcpt|destinat|message (?:to|a)$|sent to$|user|mailbox|address\b|adresse|empfanger|deliver|fail|unknown|invalid|undeliv|compte|account|boite|utilisateur|remis|distribu|error|erreur|usuario|correo|宛先|收件人|受信者|送信先",
    )
});
/// Labels that name somebody else.
static OTHER_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^(?:from|de|von|message|message[- ]id|subject|objet)\b|^(?:sender|reply|return|expedit|emett|contact|help|aide|support)|sender|expediteur|\bfrom\b",
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
        r"deliver|recipient|rcpt|fail|error|unknown|reach|reject|refus|denied|valid|no such|not found|n.t exist|not exist|full|quota|exceed|disabled|inactive|unable|bounce|destinataire|adresse|address|remis|distribu|envoye|achemin|inconnu|n'existe|plein|echec|zustell|zugestellt|block|empfanger|entreg|unzustell|недоставл|доставл|配信|宛先|投递|退信|\b[45]\d\d\b",
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

/// What a line says of an address.
pub(super) enum Line<'a> {
    /// They open the line or follow a label: the report is about them.
    Listed(Vec<&'a str>),
    /// It stands in brackets or quotes.
    Inner(&'a str),
    /// They merely stand there: a word of failure near them makes them recipients.
    Loose(Vec<&'a str>),
    /// Nothing.
    Nothing,
}

/// Reads a line; `above` are the few before it.
pub(super) fn read<'a>(line: &'a str, above: &[&str]) -> Line<'a> {
    if let Some(found) = opening(line) {
        return Line::Listed(with_more(line, found));
    }
    if let Some(origin) = ORIGIN.captures(line).and_then(|found| found.get(1)) {
        let mut paragraph = above.iter().rev().take_while(|line| !line.trim().is_empty());
        let told = paragraph.any(|line| opening(line).is_some());
        return if told { Line::Nothing } else { Line::Listed(vec![origin.as_str()]) };
    }
    if is_field(line) {
        return Line::Nothing;
    }
    // What was said to the other server is an echo.
    let dialogue = line.trim_start().starts_with(">>>");
    if let Some(found) = LABELLED.captures(line).filter(|_| !dialogue) {
        let label = fold(&found[1]);
        if LABEL.is_match(&label) && !OTHER_LABEL.is_match(&label) {
            return found.get(2).map_or(Line::Nothing, |first| Line::Listed(with_more(line, first)));
        }
    }
    let near = |start: usize| &line[line.floor_char_boundary(start.saturating_sub(NEAR))..start];
    let stranger = |start: usize| !NOT_THEM.is_match(&fold(near(start)));
    let mut inner = INNER_ADDRESS.captures_iter(line).filter_map(|found| found.get(1));
    if let Some(address) = inner.find(|address| stranger(address.start())) {
        return Line::Inner(address.as_str());
    }
    let loose = LOOSE_ADDRESS.captures_iter(line).filter_map(|found| found.get(1));
    Line::Loose(loose.filter(|found| stranger(found.start())).map(|found| found.as_str()).collect())
}

/// The address that opens a line; of one that is only the name of another, the other.
fn opening(line: &str) -> Option<Match<'_>> {
    let found = LINE_ADDRESS.captures(line)?;
    found.get(2).or_else(|| found.get(1))
}

/// An address, with those that follow it after commas.
fn with_more<'a>(line: &'a str, first: Match<'a>) -> Vec<&'a str> {
    let mut list = vec![first.as_str()];
    let mut rest = &line[first.end()..];
    while let Some(found) = NEXT.captures(rest).and_then(|found| found.get(1)) {
        list.push(found.as_str());
        rest = &rest[found.end()..];
    }
    list
}

/// Whether a line is a field of the returned mail's header.
pub(super) fn is_field(line: &str) -> bool {
    FIELD.is_match(line)
}

/// Whether a line speaks of a failure.
pub(super) fn has_verdict(line: &str) -> bool {
    VERDICT.is_match(&fold(line))
}

/// The addresses that stand anywhere in a text.
pub(super) fn anywhere(text: &str) -> impl Iterator<Item = &str> {
    LOOSE_ADDRESS.captures_iter(text).filter_map(|found| found.get(1)).map(|found| found.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(line: &str) -> Vec<&str> {
        if let Line::Listed(list) = read(line, &[]) { list } else { Vec::new() }
    }

    #[test]
    fn an_address_that_the_line_is_about_is_told_from_one_that_merely_stands_there() {
        for line in [
            "  a@b.fr",
            "<a@b.fr>: host mx said no",
            "* a@b.fr - inconnu",
            "1) a@b.fr (unknown)",
            "a@b.fr on 02/03/2026 10:14",
            "550 5.1.1 <a@b.fr>... User unknown",
            "Failed Recipient: a@b.fr",
            "Destinataire : <a@b.fr>",
            "a@b.fr <mailto:a@b.fr>",
        ] {
            assert_eq!(listed(line), ["a@b.fr"], "{line}");
        }
        assert_eq!(listed("Recipients: a@b.fr, <c@d.fr>; e@f.fr"), ["a@b.fr", "c@d.fr", "e@f.fr"]);
        assert_eq!(listed("x@y.fr <a@b.fr>: malformed"), ["a@b.fr"]);
        for line in
            ["From: a@b.fr", "Expéditeur : a@b.fr", "Your message from a@b.fr", ">>> RCPT TO:<a@b.fr>"]
        {
            assert!(listed(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn whoever_helps_or_wrote_is_not_a_recipient() {
        for line in [
            "For assistance, contact <help@b.fr> about this error",
            "En cas d'erreur, écrivez à aide@b.fr",
            "they do not accept mail from a@b.fr: delivery refused",
        ] {
            let none = match read(line, &[]) {
                Line::Loose(list) => list.is_empty(),
                other => matches!(other, Line::Nothing),
            };
            assert!(none, "{line}");
        }
    }
}
