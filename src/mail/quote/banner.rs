//! Lines that stand between what is new and what is not: "Message d'origine", "Message transféré", "Répondre au-dessus
//! de cette ligne". They are told by their words and the strokes around them.

use std::sync::LazyLock;

use regex::Regex;

use crate::mail::fold::{expression, fold_line};

/// No banner is longer, in octets.
const LIMIT: usize = 200;

/// What a banner announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Banner {
    /// A forwarded message.
    Forward,
    /// The message answered.
    Original,
    /// Strokes alone: only what follows tells.
    Ruler,
}

static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?x)^ (?: [-_=\s]{3,} (?: forwarded\ (?:message|e-?mail) | (?:message|mail|courriel|e-?mail)\ (?:transfere|reexpedie|transmis|fait\ suivre)
        | fwd | weitergeleitete\ nachricht | mensaje\ reenviado | messaggio\ inoltrato | mensagem\ (?:encaminhada|reencaminhada)
        | doorgestuurd\ bericht | vidarebefordrat\ meddelande | videresendt\ (?:melding|meddelelse|besked) | przekazana\ wiadomosc
        | (?:пересланное|пересылаемое)\ сообщение | преслано\ писмо | 转发的消息 | 转发邮件信息 ) .{0,80}? [-_=\s]{3,}
        | (?: debut\ du\ (?:message|courriel)\ (?:transfere|reexpedie) | begin\ forwarded\ message
        | anfang\ der\ weitergeleiteten\ (?:nachricht|e-mail) | inizio\ messaggio\ inoltrato | inicio\ del\ mensaje\ reenviado ) \s* :? ) $",
    )
});

static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?x)^ [-_=\s]{2,} (?: (?:message|mail|courriel|e-?mail|rendez-vous)\ (?:d\s?'\s?origine|original|initial|precedent)
        | original\ (?:message|appointment|e-?mail) | (?:ursprungliche|originale?)[\ -]?(?:nachricht|termin) | mensaje\ original
        | messaggio\ (?:originale|originario) | oorspronkelijk\ bericht | mensagem\ original | (?:oprindelig|opprinnelig)\ (?:besked|melding|meddelelse)
        | ursprungligt\ meddelande | alkuperainen\ viesti | puvodni\ (?:zprava|e-mail) | wiadomosc\ oryginalna | oryginalna\ wiadomosc | eredeti\ uzenet
        | mesaj\ original | orijinal\ (?:mesaj|ileti) | исходное\ сообщение | оригінальне\ повідомлення | 原始邮件 | 原始郵件 | 元のメッセージ | 원본\ 메시지
        | αρχικο\ μηνυμα | reply\ message | reponse\ au\ message ) .{0,60}? [-_=\s]{2,} $",
    )
});

static ABOVE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^(?:.{0,50}\b(?:repon\w+|reply|replies|respon\w+|answer|ecri\w+|saisi\w+|write|type|antwort\w*|respuesta|responda|rispo\w+|antwoord\w*|resposta)\b.{0,30}|)\b(?:above this line|above the line|au[- ]dessus de cette (?:ligne|limite)|oberhalb dieser (?:zeile|linie)|uber dieser (?:zeile|linie)|encima de esta linea|sopra questa (?:riga|linea)|boven deze (?:lijn|regel)|acima desta linha)\b.{0,20}$",
    )
});
static ASKS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^(?:please |veuillez |merci de |bitte |pour )?(?:reply|type your|repondre|repondez|saisir|ecrire|to answer|antworten)\b",
    )
});
/// `GroupWise`: the name and the date between `>>>`.
static GROUPWISE: LazyLock<Regex> = LazyLock::new(|| expression(r"^\*?>>> ?[^>].{3,160}\d.{0,30}>>>\*?$"));

/// What tells at a glance that a line without strokes is worth a closer look.
const HINTS: [&str; 14] = [
    "above th",
    "dessus de cette",
    "oberhalb",
    "über dieser",
    "encima de esta",
    "sopra quest",
    "boven deze",
    "acima desta",
    "début du",
    "debut du",
    "begin forwarded",
    "anfang der",
    "inizio messaggio",
    "inicio del",
];

/// The banner that a line is. `raw` is the line with its quote marks, `text` without.
pub(super) fn read(raw: &str, text: &str) -> Option<Banner> {
    if text.len() > LIMIT || text.is_empty() {
        return None;
    }
    if is_group_wise(raw) {
        return Some(Banner::Original);
    }
    if text.len() >= 3 && text.chars().all(|c| matches!(c, '_' | '-' | '=' | '*')) {
        return Some(Banner::Ruler);
    }
    let lower = text.to_lowercase();
    let stroke = text.starts_with(['-', '=', '_', '*', '‐', '‑', '–', '—']);
    if !(stroke || HINTS.iter().any(|words| lower.contains(words))) {
        return None;
    }
    let folded = fold_line(text);
    if FORWARD.is_match(&folded) {
        return Some(Banner::Forward);
    }
    if ORIGINAL.is_match(&folded) {
        return Some(Banner::Original);
    }
    let strokes: &[char] = &['-', '=', '#', '_', '~', ' ', '+', '.', ':'];
    let inner = folded.trim_matches(strokes);
    let ruled = folded.len() >= inner.len() + 2;
    let asks = (ruled || ASKS.is_match(inner)) && !folded.ends_with('?');
    (asks && ABOVE.is_match(inner)).then_some(Banner::Original)
}

/// Whether a line is `GroupWise`'s attribution, which looks like a quotation of depth three.
pub(super) fn is_group_wise(raw: &str) -> bool {
    raw.trim_start_matches('*').starts_with(">>>") && raw.len() <= LIMIT && GROUPWISE.is_match(raw.trim())
}
