//! From Markdown to the two parts of a mail. What is not plain `CommonMark` never passes: raw HTML is shown as it was
//! typed, images leave only their description, and only `http`, `https` and `mailto` links are links.

use pulldown_cmark::{Event, Parser, Tag, TagEnd, html};

use super::plain;
use crate::message::{Lang, is_unsafe_character};

/// The text part and the HTML part of a mail from the Markdown of a reply. `subject` titles the HTML document.
pub(super) fn parts(markdown: &str, subject: &str, lang: Lang) -> (String, String) {
    made(safe_events(markdown), subject, lang)
}

/// The same from what a person typed: a line break is meant ("Cordialement,", then the name), whatever Markdown says.
pub(super) fn typed_parts(markdown: &str, subject: &str, lang: Lang) -> (String, String) {
    let mut events = safe_events(markdown);
    for event in &mut events {
        if *event == Event::SoftBreak {
            *event = Event::HardBreak;
        }
    }
    made(events, subject, lang)
}

fn made(events: Vec<Event<'_>>, subject: &str, lang: Lang) -> (String, String) {
    let text = plain::text(&events, lang);
    let mut body = String::with_capacity(text.len() * 2);
    html::push_html(&mut body, events.into_iter());
    (text, document(&body, subject, lang))
}

/// The events of a Markdown text without anything that could load, run or mislead.
fn safe_events(markdown: &str) -> Vec<Event<'_>> {
    let mut kept_links = Vec::new();
    Parser::new(markdown)
        .filter_map(|event| match event {
            Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
            Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
            Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
                let keep = is_safe_link(&dest_url) || link_type == pulldown_cmark::LinkType::Email;
                kept_links.push(keep);
                let title = "".into();
                keep.then_some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
            }
            Event::End(TagEnd::Link) => kept_links.pop().unwrap_or(false).then_some(event),
            other => Some(other),
        })
        .collect()
}

/// The first mark of a template (`{{ … }}` or `{% … %}`) that stands in what a person typed: nothing fills it, and it would be
/// mailed as it is. Code is meant as typed.
pub(super) fn unfilled_mark(markdown: &str) -> Option<String> {
    let mut prose = String::new();
    let mut code = false;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) if !code => prose.push_str(&text),
            Event::Start(Tag::Link { dest_url, .. }) => prose.push_str(&dest_url),
            Event::SoftBreak => prose.push(' '),
            _ => prose.push('\n'),
        }
    }
    let marks = [("{{", "}}"), ("{%", "%}")].into_iter().filter_map(|(opens, closes)| {
        let from = prose.find(opens)?;
        let line = prose[from..].lines().next()?;
        let to = line.find(closes)? + closes.len();
        Some((from, line[..to].to_owned()))
    });
    marks.min().map(|(_, mark)| mark)
}

/// Whether an address may be a link: an explicit scheme of the three that a mail needs.
fn is_safe_link(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty() && ["http", "https", "mailto"].iter().any(|safe| scheme.eq_ignore_ascii_case(safe))
    })
}

/// How a mail looks, on its `<body>`: mail programs drop what stands in `<head>`.
pub const MAIL_STYLE: &str = "font-family: sans-serif; font-size: 1rem; line-height: 1.5; max-width: 40em";

/// A small document that says its language (RGAA 8.3), has a title (8.5) and loads nothing.
fn document(body: &str, subject: &str, lang: Lang) -> String {
    let title = escape_html(subject);
    let lang = lang.reply().code();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n</head>\n\
         <body style=\"{MAIL_STYLE}\">\n\
         {body}</body>\n</html>\n"
    )
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A value as Markdown text: whatever is in it, it reads as itself and makes no link, list or emphasis. Only what could
/// be taken for markup is escaped, because a person reads and edits the Markdown.
pub(super) fn escape(value: &str) -> String {
    let unsafe_here = |c: char| is_unsafe_character(c) || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    let chars: Vec<char> = value.chars().map(|c| if unsafe_here(c) { ' ' } else { c }).collect();
    let mut out = String::with_capacity(value.len() + 8);
    for (at, c) in chars.iter().copied().enumerate() {
        let before = at.checked_sub(1).map(|i| chars[i]);
        let after = chars.get(at + 1).copied();
        let in_word = before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' => true,
            '_' => !in_word,
            '&' => after.is_some_and(|next| next == '#' || next.is_ascii_alphanumeric()),
            '#' | '+' | '-' | '=' | '~' => chars[..at].iter().all(|c| c.is_whitespace()),
            '.' | ')' => at > 0 && chars[..at].iter().all(char::is_ascii_digit),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A text of several lines as a Markdown quotation that keeps its lines.
pub(super) fn quote(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 64);
    let mut lines = value.trim().lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        out.push('>');
        if !line.is_empty() {
            out.push(' ');
            out.push_str(&escape(line));
            // A hard break: without it the lines of an address or a list would run together.
            if lines.peek().is_some_and(|next| !next.is_empty()) {
                out.push('\\');
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> String {
        parts(markdown, "", Lang::Fr).0.trim_end().to_owned()
    }

    #[test]
    fn an_escaped_value_reads_as_itself() {
        for value in [
            "a_b@c_d.example",
            "_souligné_ et *étoile*",
            "[x](javascript:alert)",
            "<b>gras</b> &lt; &#60; AT&T",
            "# titre",
            "- tiret",
            "1. un",
            "2024) deux",
            "`code` \\ ~~rayé~~",
            "=====",
            "https://guichet.example/suivi/AB_-c",
        ] {
            assert_eq!(shown(&escape(value)), value);
        }
        assert_eq!(escape("a\u{202e}b\u{fdd0}c\td"), "a b c d", "nothing that hides, turns or drops text");
        assert_eq!(escape("contact@code.gouv.fr"), "contact@code.gouv.fr");
    }

    #[test]
    fn a_quotation_keeps_its_lines_and_no_markup() {
        let quoted = quote("Bonjour,\n\n    # pas un titre\n> déjà cité\nFin");
        assert_eq!(shown(&quoted), "> Bonjour,\n>\n> # pas un titre\n> > déjà cité\n> Fin");
    }
}
