//! Signatures: what follows `-- `, the line a telephone adds, the foot of a mailing list. Never at "Cordialement": what
//! follows is the name that people need.

use super::{Line, device};

/// A signature is no longer than this many lines with text.
const LINE_LIMIT: usize = 25;

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
        *kept = *kept && !device::is_line(lines, at);
    }
}

/// The line at which the signature of a run starts.
fn start(body: &str, run: &[Line<'_>]) -> Option<usize> {
    let mut below = 0;
    let mut asked = false;
    let mut found = None;
    for (at, line) in run.iter().enumerate().rev() {
        if below > LINE_LIMIT {
            break;
        }
        let raw = body[line.range.clone()].trim_end_matches(['\r', '\n']);
        let next = run.get(at + 1).map_or("", |next| next.text);
        let dash = !raw.is_empty() && raw.trim().chars().all(|c| matches!(c, '—' | '–')) && !line.is_blank();
        let dash = dash && (1..=DASH_LIMIT).contains(&below);
        // Without its space two hyphens also part two paragraphs.
        let bare = raw.trim_end() == "--" && raw != "-- " && !asked;
        if dash || bare || raw == "-- " || is_list_foot(line.text, next) {
            found = Some(at);
        }
        below += usize::from(!line.is_blank());
        asked |= line.text.ends_with('?');
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
