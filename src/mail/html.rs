//! HTML to the text a person would read: one pass, linear, no DOM, so nesting costs nothing. Links keep their address,
//! lists their marks, quoted history its `>`, so that [`super::quote`] works on the text alone. Entities are
//! nanohtml2text's.

mod entity;
mod tag;
mod writer;

use std::ops::Range;

use tag::{Tag, tag_end};
use writer::Writer;

/// HTML beyond this is not read: 2 MB of markup is no letter.
const HTML_LIMIT: usize = 2_000_000;
/// Elements whose content is no text.
const SILENT: [&str; 8] = ["script", "style", "head", "title", "template", "svg", "math", "xml"];
/// Stands in the output where history starts, and where it ends, until the offsets are known; never part of the text.
const MARK: char = '\u{f8f0}';

/// The text of an HTML part.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    /// What a person reads.
    pub(super) text: String,
    /// The bytes in it of which the markup says that they are quoted history.
    pub(super) history: Option<Range<usize>>,
}

/// The text of an HTML page or part. Links whose text is not their address are followed by it in brackets. What the
/// markup hides (the preview line of a newsletter) is no text, unless there is no other.
pub(super) fn to_text(html: &str) -> Text {
    match convert(html, true) {
        Some((page, hid)) if !(hid && page.text.is_empty()) => page,
        _ => convert(html, false).map(|(page, _)| page).unwrap_or_default(),
    }
}

/// The text, and whether anything was hidden; nothing where `hide` meets a hidden element that never ends.
fn convert(html: &str, hide: bool) -> Option<(Text, bool)> {
    let mut hid = false;
    let mut writer = Writer::default();
    let mut rest = &html[..html.floor_char_boundary(HTML_LIMIT)];
    // The element that hides what stands in it, and how many of its name are open in it.
    let mut hidden: Option<(String, usize)> = None;
    // Silent elements that are never closed: looking for their end once is enough.
    let mut unclosed: Vec<String> = Vec::new();
    // Whether there may be ends of comments ahead.
    let mut ended = true;
    while let Some(open) = rest.find('<') {
        if hidden.is_none() {
            writer.text(&rest[..open]);
        }
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let empty = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->"));
            let closed = if ended && empty.is_none() { comment.split_once("-->") } else { None };
            // One that never ends would take the whole letter with it.
            ended &= empty.is_some() || closed.is_some();
            rest = empty.or(closed.map(|(_, after)| after)).unwrap_or(comment);
            continue;
        }
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            if hidden.is_none() {
                writer.text("<");
            }
            rest = &rest[1..];
            continue;
        }
        let Some(end) = tag_end(rest) else { break };
        let tag = Tag::read(&rest[1..end]);
        rest = &rest[end + 1..];
        if SILENT.contains(&tag.name.as_str()) && !tag.closing && !tag.lone && !unclosed.contains(&tag.name) {
            match after_element(rest, &tag.name) {
                Some(after) => rest = after,
                None => unclosed.push(tag.name),
            }
            continue;
        }
        // A paragraph ends where the next begins.
        if hidden.as_ref().is_some_and(|(name, _)| name == "p") && tag.name == "p" && !tag.closing {
            hidden = None;
        }
        match &mut hidden {
            Some((name, open)) if *name == tag.name && !tag.lone => {
                *open = if tag.closing { *open - 1 } else { *open + 1 };
                if *open == 0 {
                    hidden = None;
                }
            }
            Some(_) => {}
            None if hide && tag.is_hidden() => {
                hidden = Some((tag.name, 1));
                hid = true;
            }
            None => writer.tag(&tag),
        }
    }
    if hidden.is_some() {
        return None;
    }
    writer.text(rest);
    let mut text = tidy(&writer.out);
    let history = text.find(MARK).map(|start| {
        let length = text[start..].split(MARK).nth(1).map_or(0, str::len);
        start..start + length
    });
    text.retain(|c| c != MARK);
    if text.is_empty() {
        text = tidy(&writer.pictures.join("\n"));
    }
    if text.is_empty() {
        text = tidy(&writer.links.join("\n"));
    }
    Some((Text { text, history }, hid))
}

/// What follows the end tag of an element whose content is skipped, if it has one.
fn after_element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(found) = text[from..].find("</") {
        let at = from + found + 2;
        if text[at..].get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return text[at..].split_once('>').map(|(_, after)| after);
        }
        from = at;
    }
    None
}

/// Spaces at line ends and more than two empty lines in a row go.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        // Two hyphens and a space are the mark of a signature.
        let line = if line == "-- " { line } else { line.trim_end() };
        empty = if line.trim_matches(['>', ' ']).is_empty() { empty + 1 } else { 0 };
        if empty <= 1 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        to_text(html).text
    }

    #[test]
    fn what_is_hidden_is_no_text_unless_it_is_all_there_is() {
        assert_eq!(text("<div style='display: none'>aperçu <div>x</div></div><p>Bonjour</p>"), "Bonjour");
        assert_eq!(text("<p style='display:none'>jamais fermé<div>Bonjour</div>"), "jamais fermé\nBonjour");
        assert_eq!(text("<div style='display:none'>seul</div>"), "seul");
        assert_eq!(text("<p><img src=x alt='Journée du libre'></p>"), "Journée du libre");
        assert_eq!(text("a<img style='display:none' src=x> b"), "a b");
        assert_eq!(text("<p style='display:none'>a<p>Bonjour"), "Bonjour");
        assert_eq!(text("<p class='col hidden x'>Bonjour</p><p>à tous"), "Bonjour\n\nà tous");
        assert_eq!(text("<i style='height:0;overflow:hidden'>a</i><i hidden>b</i>Bonjour"), "Bonjour");
        assert_eq!(
            text("<td style='font-size:0px'><div style='font-size:13px'>Bonjour</div></td>"),
            "Bonjour"
        );
        assert_eq!(text("<a href='https://x.fr/'><img src=x></a><p>Bonjour"), "Bonjour");
        assert_eq!(text("<a href='https://x.fr/'><img src=x></a>"), "https://x.fr/");
        assert_eq!(text("<!-- jamais fermé <p>Bonjour</p>"), "jamais fermé\n\nBonjour");
        assert_eq!(text("<!--><p>Bonjour"), "Bonjour");
        assert_eq!(text("<!--[if mso]><p>Outlook</p><![endif]--><![if !vml]>Bonjour<![endif]>"), "Bonjour");
    }

    #[test]
    fn the_text_reads_as_the_page_looks() {
        assert_eq!(
            text("<p>Bonjour,</p><p>Je&nbsp;vous <b>&eacute;cris</b>&hellip; &#233; &lt;b&gt;</p>"),
            "Bonjour,\n\nJe\u{a0}vous écris… é <b>"
        );
        assert_eq!(text("<ul><li>un</li><li>deux</li></ul><ol><li>a<li>b</ol>"), "- un\n- deux\n1. a\n2. b");
        assert_eq!(
            text("<a href='https://code.gouv.fr/sill'>le SILL</a> <a href=\"https://x.fr/\">x.fr</a>"),
            "le SILL (https://code.gouv.fr/sill) x.fr"
        );
        assert_eq!(text("a<br>b<br><br>c"), "a\nb\n\nc");
        assert_eq!(text("<table><tr><td>a<td>b<tr><td>c</td><td>d</table>"), "a b\nc d");
        assert_eq!(text("<noscript>a</noscript><object data=x>b</object>"), "ab");
        assert_eq!(
            text("a&nbspb&eacutec &amp;nbsp; R&D &#128;&#8217 &notit;"),
            "a\u{a0}béc &nbsp; R&D €’ &notit;"
        );
        assert_eq!(text("<a href='https://x.fr/?a=1&copy=2'>x</a>"), "x (https://x.fr/?a=1&copy=2)");
        assert_eq!(text("<style>p{}</style><script>x()</script><div>5 < 6 & 7</div>"), "5 < 6 & 7");
        assert_eq!(text("<title>t<p>lost?"), "t\n\nlost?");
    }

    #[test]
    fn quotations_are_marked_and_indents_are_not() {
        assert_eq!(
            text("oui<blockquote type=cite><p>vrai ?</p><p>x</p></blockquote>fin"),
            "oui\n>\n> vrai ?\n>\n> x\n>\nfin"
        );
        assert_eq!(text("<blockquote style='margin:0;border:none'>x</blockquote>"), "x");
    }

    #[test]
    fn the_markup_says_where_history_starts() {
        let page =
            to_text("<div>oui é</div><div id=\"appendonsend\"></div><hr><div id=divRplyFwdMsg>De : x</div>");
        assert_eq!(&page.text[page.history.unwrap()], "---\nDe : x");
        let page = to_text("oui<div class=yahoo_quoted><div>A écrit :</div>x</div><div>En bas</div>");
        assert_eq!(&page.text[page.history.unwrap()], "A écrit :\nx\n");
    }

    #[test]
    fn hostile_markup_costs_no_more() {
        for piece in
            ["<div>", "<a ", "<a b=\"", "<title>", "<!--", "&", "<a href=x>", "<blockquote>", "<li>", "<"]
        {
            let page = to_text(&piece.repeat(200_000));
            assert!(page.text.len() <= 8_000_000, "{piece}");
        }
    }
}
