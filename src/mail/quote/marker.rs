//! The lines with which mail clients open quoted history or a forwarded message, in French, English and the other
//! languages that reach a French administration. Each test looks at a window of a few lines.

use std::sync::LazyLock;

use regex::Regex;

use super::Line;

/// An opening that was found.
pub(super) enum History {
    /// A message that somebody forwards: to be kept.
    Forward,
    /// "Message d'origine", or the block De/Envoyé/À/Objet; `end` is the line after it.
    Original { end: usize },
    /// "Le …, X a écrit :"; `end` is the line after it.
    Attribution { end: usize },
}

/// Longest attribution, in lines and in octets.
const WINDOW: usize = 4;
const ATTRIBUTION_LIMIT: usize = 600;
/// Lines looked at for a block of header lines, and those of a wrapped value inside it.
const BLOCK_WINDOW: usize = 14;
const BLOCK_GAP: usize = 3;

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("the expression is a constant that the tests compile")
}

static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?ix)^ (?: [-_=*\s]{3,} (?: forwarded\ message | (?:message|mail|courriel|e-?mail)\ (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])
        | fwd | weitergeleitete\ nachricht | mensaje\ reenviado | messaggio\ inoltrato | mensagem\ encaminhada
        | doorgestuurd\ bericht ) .{0,80}? [-_=*\s]{3,}
        | (?: d[ée]but\ du\ (?:message|courriel)\ (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée]) | begin\ forwarded\ message
        | anfang\ der\ weitergeleiteten\ nachricht ) \s* :? ) $",
    )
});

static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?ix)^ [-_=*\s]{2,} (?: (?:message|mail|courriel|e-?mail|rendez-vous)\ (?:d\s?['’]\s?origine|original|initial|pr[ée]c[ée]dent)
        | original\ (?:message|appointment|email) | message\ d['’]\s?origine | (?:ursprüngliche|originale?)[\ -]?nachricht | mensaje\ original
        | messaggio\ originale | oorspronkelijk\ bericht | mensagem\ original | (?:oprindelig|opprinnelig)\ (?:besked|melding) | ursprungligt\ meddelande | reply\ message | réponse\ au\ message ) .{0,60}? [-_=*\s]{2,} $",
    )
});

/// A header line of a quoted message; group 1 is the key.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?ix)^ [*_\s|]* (de|from|von|da|van|fra|från|от|exp[ée]diteur|message\ du|envoy[ée](?:\ le|\ par)?|date|sent|gesendet|datum|enviado(?:\ el)?|fecha|inviato|verzonden|sendt|skickat|dato|отправлено|дата|data
        |[àa]|pour|to|an|para|aan|til|till|кому|destinataires?|cc|copie(?:\ à)?|cci|bcc|kopie|objet|sujet|subject|betreff|asunto|oggetto|onderwerp|assunto|emne|ämne|тема
        |reply-to|r[ée]pondre\ à|importance|organisation) [*_\s\u{a0}\u{202f}]* : (.*)$",
    )
});

static VERB: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)\b(?:a\s+(?:é|e)crit|a\s+r(?:é|e)pondu|(?:é|e)crit|wrote|writes|schrieb|escribi(?:ó|o)|ha\s+scritto|schreef|escreveu|napisał(?:\(a\))?|skrev|написала?|пише|kirjoitti|scris|napsala?)\b|写道|のメール",
    )
});
static ENDS_WITH_VERB: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)(?:\b(?:a\s+(?:é|e)crit|wrote|schrieb|escribi(?:ó|o)|ha\s+scritto|schreef|escreveu|napisał\(a\)|skrev)|写道)\s*(?:[:：]|-{2,})\s*-*$",
    )
});
static WROTE: LazyLock<Regex> = LazyLock::new(|| expression(r"(?i)^(?:on|le)\s.*\b(?:a\s+écrit|wrote)$"));
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| expression(r"[<(\[]\s*(?:mailto:)?[^\s<>@]+@[^\s<>@]+\s*[>)\]]"));
static TIME: LazyLock<Regex> = LazyLock::new(|| expression(r"\b\d{1,2}\s?[:h.]\s?\d{2}\b"));
static DATE: LazyLock<Regex> =
    LazyLock::new(|| expression(r"\b(?:19|20)\d\d\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\d{4}年"));
static OPENER: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^[-*_\s]*(?:le|on|am|el|il|op|em|den|dne|w\s+dniu|пн|вт|ср|чт|пт|сб|вс|в|pe|ke|a|em|dana|于|在)[\s,.]",
    )
});

/// The opening of history at line `at`, if there is one.
pub(super) fn find(lines: &[Line<'_>], at: usize) -> Option<History> {
    let text = lines[at].text;
    if text.len() <= 200 {
        if FORWARD.is_match(text) {
            return Some(History::Forward);
        }
        if ORIGINAL.is_match(text) {
            let after = (at + 1..lines.len().min(at + 3)).find(|next| !lines[*next].is_blank());
            let end = after.and_then(|next| block(lines, next)).unwrap_or(at + 1);
            return Some(History::Original { end });
        }
        if is_ruler(text) {
            let after = (at + 1..lines.len().min(at + WINDOW)).find(|next| !lines[*next].is_blank());
            return after.and_then(|next| block(lines, next)).map(|end| History::Original { end });
        }
    }
    if let Some(end) = block(lines, at) {
        return Some(History::Original { end });
    }
    attribution(lines, at).map(|end| History::Attribution { end })
}

/// Whether the next line with text, from `at`, is quoted.
pub(super) fn quoted_next(lines: &[Line<'_>], at: usize) -> bool {
    let mut next = lines[at.min(lines.len())..].iter().take(WINDOW);
    next.find(|line| !line.is_blank() || line.depth > 0).is_some_and(|line| line.depth > 0)
}

/// Whether a line, without quote marks, announces a forwarded message.
pub(in crate::mail) fn opens_forward(text: &str) -> bool {
    text.len() <= 200 && FORWARD.is_match(text)
}

/// A header line of a quoted message (`De : Marie <m@x.fr>`), without quote marks: its key in lower case, and its value.
pub(in crate::mail) fn header_line(text: &str) -> Option<(String, &str)> {
    let found = KEY.captures(text.get(..text.floor_char_boundary(1000))?)?;
    let value = found.get(2)?.as_str();
    Some((found[1].to_lowercase(), value.trim_matches(['*', '_', ' ', '\u{a0}', '\u{202f}'])))
}

fn is_ruler(text: &str) -> bool {
    text.len() >= 3 && (text.chars().all(|c| matches!(c, '_' | '-' | '=' | '*')))
}

/// The end of the block of header lines that starts at `at`: at least three of them, a sender first, and either an
/// address or a subject, so that "De : Lyon" stays a sentence.
fn block(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let (mut keys, mut senders, mut subject, mut date, mut addressed) = (0, 0, false, false, false);
    let (mut end, mut gap) = (at, 0);
    for (number, line) in lines.iter().enumerate().skip(at).take(BLOCK_WINDOW) {
        if line.depth > 0 {
            break;
        }
        if line.is_blank() {
            // Some clients put an empty line between two header lines.
            gap += 1;
            if gap > 1 {
                break;
            }
            continue;
        }
        let short = &line.text[..line.text.floor_char_boundary(400)];
        let Some(found) = KEY.captures(short) else {
            gap += 1;
            if number == at || gap > BLOCK_GAP || (number > 0 && lines[number - 1].is_blank()) {
                break;
            }
            continue;
        };
        let key = found[1].to_lowercase();
        let first = keys == 0;
        match key.as_str() {
            "de" | "from" | "von" | "da" | "van" | "fra" | "från" | "от" | "expediteur" | "expéditeur" => {
                senders += 1;
            }
            "objet" | "sujet" | "subject" | "betreff" | "asunto" | "oggetto" | "onderwerp" | "assunto"
            | "emne" | "ämne" | "тема" => {
                subject = true;
            }
            "date"
            | "sent"
            | "gesendet"
            | "datum"
            | "fecha"
            | "inviato"
            | "verzonden"
            | "data"
            | "dato"
            | "sendt"
            | "skickat"
            | "message du"
            | "отправлено"
            | "дата" => {
                date = true;
            }
            other if other.starts_with("envoy") || other.starts_with("enviado") => date = true,
            _ if first => break,
            _ => {}
        }
        addressed |= found[2].contains('@');
        keys += 1;
        gap = 0;
        end = number + 1;
    }
    let told = senders > 0 && keys >= 3 && (subject || (addressed && date));
    (told && (addressed || date)).then_some(end)
}

/// The end of the attribution that starts at `at`, wrapped over up to four lines.
fn attribution(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let end = accepted(lines, at)?;
    // A line of text right before the attribution must not be taken along.
    let later = (at + 1..end)
        .any(|start| OPENER.is_match(&plain(lines[start].text)) && accepted(lines, start) == Some(end));
    (!later).then_some(end)
}

fn accepted(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let mut joined = String::new();
    for end in at..lines.len().min(at + WINDOW) {
        let line = &lines[end];
        if line.is_blank() || line.depth > 0 || joined.len() + line.text.len() > ATTRIBUTION_LIMIT {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&plain(line.text));
        if end == at && !may_open(&joined) {
            return None;
        }
        let closed = joined.ends_with([':', '：']) || joined.ends_with("--");
        // Zoho leaves the colon out.
        let bare = WROTE.is_match(&joined) && ADDRESS.is_match(&joined) && TIME.is_match(&joined);
        if closed || bare {
            if is_attribution(&joined, quoted_next(lines, end + 1)) {
                return Some(end + 1);
            }
            if end > at {
                return None;
            }
        }
    }
    None
}

/// Whether a line may be the first of an attribution: keeps windows off ordinary lines.
fn may_open(line: &str) -> bool {
    OPENER.is_match(line) || line.contains('@') || DATE.is_match(line) || ENDS_WITH_VERB.is_match(line)
}

fn is_attribution(joined: &str, quoted_next: bool) -> bool {
    let (verb, address) = (VERB.is_match(joined), ADDRESS.is_match(joined) || joined.contains("mailto:"));
    let (time, date) = (TIME.is_match(joined), DATE.is_match(joined));
    let ends = ENDS_WITH_VERB.is_match(joined);
    (verb && address && (ends || time || date))
        || (address && time && date)
        || (ends && time && (date || OPENER.is_match(joined)))
        || (verb && time && date && quoted_next)
        || (verb && date && quoted_next)
        || (time && date && quoted_next)
        || (ends && quoted_next)
}

/// The line with the spaces that French typography wants, and the marks of bold text, taken out.
fn plain(text: &str) -> String {
    let spaced = text.replace(['\u{a0}', '\u{202f}', '\t'], " ");
    spaced.replace('*', "").split_whitespace().collect::<Vec<_>>().join(" ")
}
