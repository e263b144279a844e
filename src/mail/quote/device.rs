//! The line that a telephone or a mail program adds ("Envoyé de mon iPhone").

use std::sync::LazyLock;

use regex::Regex;

use super::Line;
use crate::mail::fold::{expression, fold_line};

/// Octets of the longest such line.
const LIMIT: usize = 200;

static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?x)^ [-_<\[(\s]* (?: (?:message|mail|courriel)\ envoye\ (?:de|depuis|avec)\ (?:mon|ma|un|une)\ \S+(?:\ \S+){0,3}
        | (?:mon|my)\ (?:iphone|ipad|smartphone|telephone|phone)\ .{2,60} | expediee?\ (?:de|depuis|avec)\ .{2,80} | (?:enviat|enviado)\ des\ de.{2,80} | σταλθηκε\ απο\ .{2,60} | أرسلت\ من\ .{2,60}
        | envoyee?\ (?:de|d'|du|depuis|a\ l'aide\ d|a\ partir\ d(?:e|')|avec|par|via|grace\ a)\s?.{2,120}
        | (?:telecharge[rz]|obtene[zr]|obtenir)\ (?:bluemail|outlook|yahoo|l'application)\b.{0,120}
        | (?:sent|delivered)\ (?:securely\ )?(?:from|with|via|using|by)\ .{2,120} | get\ \[?(?:outlook|bluemail|yahoo)\b.{2,120}
        | provenance\ ?:\ ?courrier\ .{2,60} | von\ mein\w*\ .{2,60}\ (?:gesendet|geschickt|gesandt) | (?:gesendet|gesendet\ mit)\ (?:von|mit|aus|uber)\ .{2,100}
        | diese\ nachricht\ wurde\ von\ .{2,80}\ gesendet\.? | holen\ sie\ sich\ outlook.{2,80}
        | (?:enviado|obtener|obten)\ (?:desde|do|con|outlook|a\ partir|pelo|de)\ .{2,80} | inviato\ (?:da|con|dal|dall')\s?.{2,80} | (?:verstuurd|verzonden)\ (?:vanaf|met|vanuit)\ .{2,80}
        | (?:sendt|skickat)\ (?:fra|fran|med)\ .{2,60} | lahetetty\ .{2,60} | wyslan[eo]\ (?:z|za)\ .{2,60} | (?:odeslano|odoslane)\ z\ .{2,60}
        | (?:отправлено|надіслано)\ (?:с|со|из|з)\ .{2,60} | .{2,40}から送信 | 发自我的.{2,40} | 從我的.{2,40}傳送 | 나의\ .{2,40}\ 보냄 | iphone.{0,3}'?d[ae]n\ gonderildi | trimis\ (?:de\ pe|din|cu|prin)\ .{2,60}
        | outlook\ (?:pour|for|fur)\ (?:ios|android) .{0,80} ) [.!]? $",
    )
});

/// Words of which a device line holds at least one: a person also writes "Envoyé par courrier le 3 mars".
static DEVICE_WORD: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^[-_<\[\s]*(?:envoyee? (?:de|depuis) (?:mon|ma)\b|sent from my\b)|i-?phone|ipad|android|galaxy|samsung|huawei|xiaomi|redmi|oppo|honor|pixel|mobile|phone|telefon|mobil|movil|handy\b|celular|cellulare|mailbox|outlook|proton|(?:app|mail|courrier|messagerie|client)\b.{0,12}\b(?:app|ios|windows|orange|sfr|free|la poste|yahoo|pour)|\bmail\b|gmail|hotmail|courriel k|yahoo|messagerie|application|appareil|blackberry|windows|tablette|la ?poste|laposte|\bsfr\b|orange|bouygues|thunderbird|tuta(?:nota)?\b|workspace|nextcloud|bluemail|mailo\b|i(?:phon|pad)|infomaniak|fastmail|smartphone|telephone|airmail|spark$|spark\b.{0,30}$|canary|superhuman|zimbra|k-9|typeapp|fairemail|mail\.ru|gmx|web\.de",
    )
});
/// What clients and their owners ask pardon for behind a comma.
static EXCUSE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r", (?:merci d'|veuillez |please |bitte |mes )?(?:m')?(?:excus|pardon|desole|sorry|entschuldig)",
    )
});

/// What a person sends by post or by hand.
static POST: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"recommande|postal|\bfax\b|accuse|la poste le\b|\bmail (?:du|le|a)\b|\b(?:hier|ce jour|ce matin|yesterday|today)\b|messagerie (?:le|du|de la|de l')\b",
    )
});

/// Whether line `at` is one, with a blank line, what is not kept or an end on one side of it.
pub(super) fn is_line(lines: &[Line<'_>], keep: &[bool], at: usize) -> bool {
    let line = &lines[at];
    if line.text.len() > LIMIT || line.depth > 0 || line.is_blank() {
        return false;
    }
    let alone = |n: Option<usize>| {
        n.and_then(|n| Some((lines.get(n)?, keep[n]))).is_none_or(|(line, kept)| line.is_blank() || !kept)
    };
    let edge = alone(at.checked_sub(1)) || alone(Some(at + 1));
    let text = fold_line(line.text);
    // "Sent from my desk, is much easier." is a sentence.
    let sentence =
        text.ends_with(['?', ':']) || (text.ends_with('.') && text.contains(", ") && !EXCUSE.is_match(&text));
    edge && !sentence
        && DEVICE.is_match(&text)
        && (DEVICE_WORD.is_match(&text) || text.contains("http"))
        && !POST.is_match(&text)
}
