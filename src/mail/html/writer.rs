//! Turns tags and text into lines: breaks, lists, quotations, links.

use super::MARK;
use super::entity::entities;
use super::tag::Tag;

/// Depth of quoting that is shown.
const QUOTE_LIMIT: usize = 8;
/// Open block quotes that are followed; more are a trick.
const BLOCKQUOTE_LIMIT: usize = 1000;

/// Pictures of which the words are kept.
const PICTURE_LIMIT: usize = 100;

/// Elements that start a line of their own.
const BLOCKS: [&str; 25] = [
    "div", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "dt", "dd", "form",
    "address", "article", "section", "header", "footer", "main", "center", "fieldset", "caption", "option",
];

/// The state of one conversion.
#[derive(Default)]
pub(super) struct Writer {
    /// The text so far, with [`MARK`] where history starts and where it ends.
    pub(super) out: String,
    /// What pictures say instead of themselves.
    pub(super) pictures: Vec<String>,
    /// Addresses of links that show nothing but a picture.
    pub(super) links: Vec<String>,
    /// Depth of quoting: each line starts with as many `>`.
    quotes: usize,
    /// Open block quotes: whether each is a quotation (some clients indent with them).
    blockquotes: Vec<bool>,
    /// How many of them are.
    depth: usize,
    /// Open lists: the number of the last item of a numbered one.
    lists: Vec<Option<usize>>,
    /// Address of the open link and where its text starts.
    link: Option<(String, usize)>,
    line_open: bool,
    space: bool,
    pre: usize,
    marked: bool,
    /// The element that holds the history, and how many of its name are open in it.
    container: Option<(String, usize)>,
}

impl Writer {
    /// Writes what a tag means for the text.
    pub(super) fn tag(&mut self, tag: &Tag) {
        if !self.marked && tag.marks_history() {
            self.break_line();
            self.out.push(MARK);
            self.marked = true;
            self.container = tag.contains_history().then(|| (tag.name.clone(), 1));
        } else if let Some((name, open)) = &mut self.container
            && *name == tag.name
            && !tag.lone
        {
            *open = if tag.closing { *open - 1 } else { *open + 1 };
            if *open == 0 {
                self.container = None;
                self.break_line();
                self.out.push(MARK);
            }
        }
        match (tag.name.as_str(), tag.closing) {
            ("br", _) => self.new_line(),
            ("p", _) => self.paragraph(),
            ("hr", _) => {
                self.break_line();
                self.word("---");
                self.break_line();
            }
            ("blockquote", _) => self.quote(tag),
            ("ul", false) => self.list(None),
            ("ol", false) => self.list(Some(0)),
            ("ul" | "ol", true) => {
                self.lists.pop();
                self.break_line();
            }
            ("li", false) => self.item(),
            ("td" | "th", _) => self.space = true,
            ("pre", closing) => {
                self.break_line();
                self.pre = if closing { self.pre.saturating_sub(1) } else { self.pre + 1 };
            }
            ("a", false) => {
                self.close_link();
                self.link = tag.attribute("href").map(|address| (address, self.out.len()));
            }
            ("a", true) => self.close_link(),
            ("img", false) => {
                // An emoji that a client sends as a picture; other pictures are no text where there is any.
                let emoji = |alt: &String| alt.chars().count() <= 4 && !alt.is_ascii();
                let alt = tag.attribute("alt").filter(|alt| !alt.trim().is_empty());
                match alt {
                    Some(alt) if emoji(&alt) => self.text(&alt),
                    Some(alt) if self.pictures.len() < PICTURE_LIMIT => self.pictures.push(alt),
                    _ => {}
                }
            }
            (name, _) if BLOCKS.contains(&name) => self.break_line(),
            _ => {}
        }
    }

    fn quote(&mut self, tag: &Tag) {
        self.break_line();
        if tag.closing {
            self.depth -= usize::from(self.blockquotes.pop() == Some(true));
        } else if self.blockquotes.len() < BLOCKQUOTE_LIMIT {
            let quoting = !tag.indents();
            self.blockquotes.push(quoting);
            self.depth += usize::from(quoting);
        }
        self.quotes = self.depth.min(QUOTE_LIMIT);
    }

    fn list(&mut self, number: Option<usize>) {
        self.break_line();
        self.lists.truncate(QUOTE_LIMIT);
        self.lists.push(number);
    }

    fn item(&mut self) {
        self.break_line();
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "- ".to_owned(),
        };
        self.word(&mark);
    }

    fn close_link(&mut self) {
        let Some((address, from)) = self.link.take() else { return };
        let shown = self.out.get(from..).unwrap_or_default().trim();
        let bare = |text: &str| {
            text.trim_start_matches("mailto:")
                .trim_start_matches("https://")
                .trim_start_matches("http://")
                .trim_end_matches('/')
                .to_lowercase()
        };
        if shown.is_empty() {
            // A picture is the link; its address is nothing that a person reads.
            if self.links.len() < PICTURE_LIMIT && address.contains("://") && address.len() <= 2000 {
                self.links.push(address);
            }
            return;
        }
        let useful = ["http://", "https://", "mailto:", "ftp://"].iter().any(|s| address.starts_with(s));
        if useful && address.len() <= 2000 && bare(shown) != bare(&address) {
            let target = address.trim_start_matches("mailto:");
            self.word(&format!(" ({target})"));
        }
    }

    /// Writes a piece of text, white space as a browser treats it.
    pub(super) fn text(&mut self, raw: &str) {
        if raw.is_empty() {
            return;
        }
        let decoded = entities(raw, false);
        if self.pre > 0 {
            for (number, line) in decoded.split('\n').enumerate() {
                if number > 0 {
                    self.new_line();
                }
                self.word(line.trim_end_matches('\r'));
            }
            return;
        }
        for piece in decoded.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let word = piece.trim_end_matches(|c: char| c.is_ascii_whitespace());
            if !word.is_empty() {
                self.word(word);
            }
            if word.len() < piece.len() {
                self.space = true;
            }
        }
    }

    /// Writes text into the open line, the pending space before it.
    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if !self.line_open {
            self.out.extend(std::iter::repeat_n("> ", self.quotes));
            self.line_open = true;
        } else if self.space && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
        self.space = false;
        self.out.push_str(word);
    }

    fn break_line(&mut self) {
        if self.line_open {
            self.new_line();
        }
        self.space = false;
    }

    fn new_line(&mut self) {
        if !self.line_open && self.quotes > 0 {
            self.out.push('>');
        }
        self.out.push('\n');
        self.line_open = false;
        self.space = false;
    }

    fn paragraph(&mut self) {
        self.break_line();
        if !self.out.ends_with("\n\n") && !self.out.is_empty() {
            self.new_line();
        }
    }
}
