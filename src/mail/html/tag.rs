//! One tag: its name, its attributes, and what clients say with them about quoted history.

use super::entity::entities;

/// What stands in class, id, style or data-marker where a client's markup starts the quoted history.
const HISTORY: [&str; 11] = [
    "divrplyfwdmsg",
    "appendonsend",
    "zwchr",
    "__quoted_text__",
    "yahoo_quoted",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
    "bluemind_quote",
    "border-top:solid#e1e1e1",
    "border-top:solid#b5c4df",
    "border-top:1.0ptsolid#e1e1e1",
];

/// Those of them whose element holds the whole history, so that what follows it was written now.
const CONTAINERS: [&str; 2] = ["yahoo_quoted", "bluemind_quote"];

/// Styles of what is not shown, without spaces. A font of no size is none: newsletters set it around text that has one.
const HIDDEN: [&str; 2] = ["display:none", "visibility:hidden"];

/// Styles that leave no room, where nothing may flow over.
const NO_HEIGHT: [&str; 4] = ["max-height:0", "max-height:0px", "height:0", "height:0px"];

/// Where the tag at the start of `text` ends: at a `>` outside quotes, else at any. Linear in sum: a search can only
/// fail once for each kind of quote, and once for `>`.
pub(super) fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut equals = false;
    for (at, c) in text.bytes().enumerate() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if equals => quote = Some(c),
            _ => {}
        }
        if !c.is_ascii_whitespace() {
            equals = c == b'=';
        }
    }
    text.find('>')
}

/// One tag.
pub(super) struct Tag {
    /// Lower case, without a name-space prefix.
    pub(super) name: String,
    /// `</…>`
    pub(super) closing: bool,
    /// `<…/>`
    pub(super) lone: bool,
    attributes: String,
}

impl Tag {
    pub(super) fn read(inside: &str) -> Self {
        let closing = inside.starts_with('/');
        let inside = inside.trim_start_matches('/');
        let end = inside.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inside.len());
        let name = inside[..end].to_ascii_lowercase();
        let name = name.rsplit(':').next().unwrap_or_default().to_owned();
        Self { name, closing, lone: inside.ends_with('/'), attributes: inside[end..].to_owned() }
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let lower = self.attributes.to_ascii_lowercase();
        let mut from = 0;
        loop {
            let at = from + lower[from..].find(name)?;
            let after = self.attributes[at + name.len()..].trim_start();
            let starts =
                self.attributes[..at].ends_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
            if let Some(value) = after.strip_prefix('=').filter(|_| starts) {
                let value = value.trim_start();
                let whole = match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
                    _ => value.split(char::is_whitespace).next(),
                };
                return whole.map(|value| entities(value, true));
            }
            from = at + name.len();
        }
    }

    /// Whether the attributes hold one of the marks that clients give to quoted history.
    pub(super) fn marks_history(&self) -> bool {
        self.is_marked(&HISTORY)
    }

    /// Whether the element holds the whole of the history.
    pub(super) fn contains_history(&self) -> bool {
        self.is_marked(&CONTAINERS)
    }

    fn is_marked(&self, marks: &[&str]) -> bool {
        let named = ["class", "id", "style", "data-marker"];
        // A block quote says it by itself.
        !self.closing
            && self.name != "blockquote"
            && named.iter().filter_map(|name| self.attribute(name)).any(|value| {
                let folded: String = value.to_ascii_lowercase().split_whitespace().collect();
                marks.iter().any(|mark| folded.contains(mark))
            })
    }

    /// Whether it opens an element that is not shown.
    pub(super) fn is_hidden(&self) -> bool {
        // These have no content, so nothing closes them.
        const EMPTY: [&str; 6] = ["img", "br", "hr", "input", "meta", "link"];
        if self.closing || self.lone || self.attributes.is_empty() || EMPTY.contains(&self.name.as_str()) {
            return false;
        }
        let style: String =
            self.attribute("style").unwrap_or_default().to_ascii_lowercase().split_whitespace().collect();
        let hides =
            |property: &str| style.split(';').any(|given| given.trim_end_matches("!important") == property);
        HIDDEN.iter().any(|mark| hides(mark))
            || (hides("overflow:hidden") && NO_HEIGHT.iter().any(|mark| hides(mark)))
            || self.names_hidden()
    }

    /// Whether `hidden` stands among the attributes; as a word of a class it hides nothing by itself.
    fn names_hidden(&self) -> bool {
        let mut quote = None;
        let outside: String = self
            .attributes
            .chars()
            .filter(|c| match (quote, c) {
                (None, '"' | '\'') => {
                    quote = Some(*c);
                    false
                }
                (Some(open), c) if open == *c => {
                    quote = None;
                    true
                }
                (open, _) => open.is_none(),
            })
            .collect();
        outside.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("hidden"))
    }

    /// Whether a block quote only indents.
    pub(super) fn indents(&self) -> bool {
        let style = self.attribute("style").unwrap_or_default().to_ascii_lowercase();
        style.split_whitespace().collect::<String>().contains("border:none")
            && self.attribute("type").is_none()
    }
}
