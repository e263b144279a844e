//! The operator's Markdown as HTML. Raw HTML in it is shown as text, never obeyed: the texts are trusted to say what
//! they like, not to bring scripts or styles, which the CSP would refuse anyway.

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html};

/// `CommonMark` with tables, as HTML that a template may include `|safe`. Links keep `http`, `https`, `mailto`, `tel`, and
/// addresses of this site; any other scheme is dropped.
pub fn to_html(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) if !is_safe(&dest_url) => {
            let dest_url = CowStr::Borrowed("");
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

fn is_safe(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https" | "mailto" | "tel") | None => true,
        // A colon further down the address is no scheme.
        Some(other) => other.contains(['/', '?', '#']),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_text_and_only_harmless_links_lead_somewhere() {
        let html =
            to_html("a <script>x</script> [b](javascript:x) [c](https://code.gouv.fr) [d](/cookies?a:b)");
        assert!(html.contains("&lt;script&gt;") && !html.contains("javascript:"), "{html}");
        assert!(
            html.contains("href=\"https://code.gouv.fr\"") && html.contains("href=\"/cookies?a:b\""),
            "{html}"
        );
    }
}
