//! Signatures: what follows `-- `, the line a telephone adds, the foot of a mailing list. Never at "Cordialement": what
//! follows is the name that people need.

use std::sync::LazyLock;

use regex::Regex;

use super::Line;

/// A signature is no longer than this many lines with text.
const LINE_LIMIT: usize = 25;

static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^ [*_<]* (?: envoy[ée]\ (?:de|depuis|à\ partir\ de|a\ partir\ de|avec|par|via)\ .{2,80}
        | (?:t[ée]l[ée]charge[rz]|obtene[zr]|obtenir)\ (?:bluemail|outlook|l['’]application)\b.{0,80}
        | sent\ (?:from|with|via|using)\ .{2,80} | get\ (?:outlook|bluemail)\ for\ .{2,40}
        | provenance\ ?:\ ?courrier\ .{2,60} | von\ meinem\ .{2,40}\ gesendet | gesendet\ (?:von|mit)\ .{2,60}
        | enviado\ (?:desde|do)\ .{2,60} | inviato\ da\ .{2,60} | verstuurd\ vanaf\ .{2,60}
        | outlook\ (?:pour|for)\ (?:ios|android) .{0,60} ) $",
    )
    .expect("the expression is a constant that the tests compile")
});

/// Words of which a device line holds at least one: a person also writes "Envoyé par courrier le 3 mars".
static DEVICE_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^[*_<]*(?:envoyé (?:de|depuis) mon|sent from my)\b|iphone|ipad|android|galaxy|samsung|huawei|xiaomi|pixel|mobile|smartphone|téléphone|telephone|phone|outlook|proton|mail|courrier|yahoo|messagerie|application|appareil|blackberry|windows|tablette|laposte|\bsfr\b|orange|bouygues|thunderbird|tutanota|workspace|nextcloud",
    )
    .expect("the expression is a constant that the tests compile")
});

/// Lines below a long dash that can be a signature.
const DASH_LIMIT: usize = 8;

/// Marks signatures in each run of kept lines.
pub(super) fn mark(body: &str, lines: &[Line<'_>], keep: &mut [bool]) {
    let mut at = 0;
    while at < lines.len() {
        if !keep[at] {
            at += 1;
            continue;
        }
        let end = (at..lines.len()).find(|n| !keep[*n]).unwrap_or(lines.len());
        if let Some(start) = start(body, &lines[at..end]) {
            keep[at + start..end].fill(false);
        }
        at = end;
    }
    for (at, kept) in keep.iter_mut().enumerate() {
        *kept = *kept && !is_device_line(lines, at);
    }
}

/// The line at which the signature of a run starts.
fn start(body: &str, run: &[Line<'_>]) -> Option<usize> {
    let mut below = 0;
    let mut found = None;
    for (at, line) in run.iter().enumerate().rev() {
        if below > LINE_LIMIT {
            break;
        }
        let raw = body[line.range.clone()].trim_end_matches(['\r', '\n']);
        let next = run.get(at + 1).map_or("", |next| next.text);
        let dash = !raw.is_empty() && raw.trim().chars().all(|c| matches!(c, '—' | '–')) && !line.is_blank();
        let dash = dash && (1..=DASH_LIMIT).contains(&below);
        if dash || ["-- ", "--", "--\u{a0}"].contains(&raw) || is_list_foot(line.text, next) {
            found = Some(at);
        }
        below += usize::from(!line.is_blank());
    }
    found
}

/// The ruler that Mailman and Sympa put over their foot.
fn is_list_foot(line: &str, next: &str) -> bool {
    line.len() >= 2 && line.chars().all(|c| c == '_' || c == '-') && {
        let next = next.to_lowercase();
        next.contains("mailing list") || next.contains("liste de diffusion") || next.contains("list-info")
    }
}

/// A line of a telephone or a mail program, alone between blank lines or at an end.
fn is_device_line(lines: &[Line<'_>], at: usize) -> bool {
    let text = lines[at].text;
    if text.len() > 160 || lines[at].depth > 0 {
        return false;
    }
    let text = text.replace(['\u{a0}', '\u{202f}'], " ");
    let alone =
        |n: Option<usize>| n.and_then(|n| lines.get(n)).is_none_or(|line| line.is_blank() || line.depth > 0);
    let edge = alone(at.checked_sub(1)) || alone(Some(at + 1));
    // "Sent from my desk, is much easier." is a sentence.
    let sentence = text.ends_with('?') || (text.ends_with('.') && text.contains(", "));
    edge && !sentence && DEVICE.is_match(&text) && (DEVICE_WORD.is_match(&text) || text.contains("http"))
}
