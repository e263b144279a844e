//! The spaces of French on the pages: before high punctuation and inside quotation marks they do not break, whichever template
//! or sentence the words come from. What people wrote, and what is code, stays as it is.

use crate::message::no_break_spaces_after;

/// Elements whose text is not ours, or not for people.
const LITERAL: [&str; 7] = ["bdi", "code", "kbd", "pre", "script", "style", "textarea"];
/// How an element is marked that holds what people wrote: in whatever direction they write.
const WRITTEN: &str = " dir=\"auto\"";

/// A page in French with its spaces; any other page as it is.
pub(super) fn page(html: String) -> String {
    if html.get(..200).unwrap_or(&html).contains("<html lang=\"fr\"") { french(&html) } else { html }
}

/// French HTML with its spaces. Tags and attributes stay as they are.
pub(super) fn french(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 64);
    let (mut rest, mut before) = (html, '\n');
    while let Some(at) = rest.find('<') {
        before = no_break_spaces_after(before, &rest[..at], &mut out);
        let end = end_of_tag(&rest[at..]).map_or(rest.len(), |end| at + end);
        out.push_str(&rest[at..end]);
        rest = &rest[end..];
    }
    no_break_spaces_after(before, rest, &mut out);
    out
}

/// Where a tag at the beginning of `html` ends; of an element that stays as it is, where the whole of it does.
fn end_of_tag(html: &str) -> Option<usize> {
    let end = html.find('>')? + 1;
    let tag = &html[1..end - 1];
    let name: &str = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if name.is_empty() || !(LITERAL.contains(&name) || tag.contains(WRITTEN)) {
        return Some(end);
    }
    // Elements of the same name may stand inside.
    let (mut open, mut at) = (1, end);
    while open > 0 {
        at += html[at..].find('<')? + 1;
        let (closes, inside) =
            html[at..].strip_prefix('/').map_or((false, &html[at..]), |inside| (true, inside));
        let same = inside
            .strip_prefix(name)
            .is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric()));
        if same {
            open = if closes { open - 1 } else { open + 1 };
        }
    }
    Some(at + html[at..].find('>')? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_spaces_do_not_break_in_what_is_ours() {
        assert_eq!(
            french("<p title=\"a : b\">Objet <b>: « a »</b> ?</p>"),
            "<p title=\"a : b\">Objet <b>: «\u{a0}a\u{a0}»</b>\u{a0}?</p>"
        );
        let written = "<div class=\"x\" dir=\"auto\">a : <div>b ?</div> c !</div>";
        let code = "<textarea>a : b</textarea><code>ref : x</code>";
        assert_eq!(french(&format!("{written}{code} d ;")), format!("{written}{code} d\u{a0};"));
        assert_eq!(french("a <div dir=\"auto\">b ?"), "a <div dir=\"auto\">b ?", "what is never closed");
    }

    #[test]
    fn a_page_in_english_stays_as_it_is() {
        let page_in = |lang: &str| format!("<!doctype html>\n<html lang=\"{lang}\"><p>Oui ?</p></html>");
        assert_eq!(page(page_in("en")), page_in("en"));
        assert_eq!(page(page_in("fr")), page_in("fr").replace(" ?", "\u{a0}?"));
    }
}
