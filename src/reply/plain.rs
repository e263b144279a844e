//! The text part of a mail: Markdown events as a person would type them. Lists with `- `, links as `title : address`,
//! lines of about 76 characters (RFC 3676 advises 78 at most), no sign of Markdown.

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::message::Lang;

const WIDTH: usize = 76;

/// The events as plain text, one line feed at the end.
pub(super) fn text(events: &[Event<'_>], lang: Lang) -> String {
    let mut writer = Writer { lang, ..Writer::default() };
    for event in events {
        writer.event(event);
    }
    writer.flush(true);
    writer.out
}

#[derive(Default)]
struct Writer {
    lang: Lang,
    out: String,
    /// The paragraph being gathered; `\n` in it is a hard break.
    inline: String,
    containers: Vec<Container>,
    /// Next number of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    /// Address of each open link and where its label starts in `inline`.
    links: Vec<(String, usize)>,
    blank_due: bool,
    verbatim: bool,
}

enum Container {
    Quote,
    /// A list item with its marker, until its first line is written.
    Item {
        marker: String,
        used: bool,
    },
}

impl Writer {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) => self.inline.push_str(text),
            Event::SoftBreak => self.inline.push(' '),
            Event::HardBreak => self.inline.push('\n'),
            Event::Rule => self.blank_due = true,
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(*tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) => {
                self.flush(true);
                // Written before the sign of the quotation, so that none stands alone above it.
                self.blank();
                self.containers.push(Container::Quote);
            }
            Tag::List(first) => {
                self.flush(false);
                self.lists.push(*first);
            }
            Tag::Item => {
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                self.containers.push(Container::Item { marker, used: false });
            }
            Tag::CodeBlock(_) => {
                self.flush(true);
                self.verbatim = true;
            }
            Tag::Link { dest_url, .. } => self.links.push((dest_url.to_string(), self.inline.len())),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.flush(true),
            TagEnd::CodeBlock => {
                self.flush(true);
                self.verbatim = false;
            }
            TagEnd::BlockQuote(_) => {
                self.flush(true);
                self.containers.pop();
            }
            TagEnd::Item => {
                self.flush(false);
                self.containers.pop();
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.blank_due |= self.lists.is_empty();
            }
            TagEnd::Link => self.end_link(),
            _ => {}
        }
    }

    fn end_link(&mut self) {
        let Some((address, start)) = self.links.pop() else { return };
        let address = address.strip_prefix("mailto:").unwrap_or(&address);
        let label = self.inline[start..].trim();
        if label.is_empty() {
            self.inline.push_str(address);
        } else if label != address {
            self.inline.push_str(self.lang.choose("\u{a0}: ", ": "));
            self.inline.push_str(address);
        }
    }

    /// Writes the gathered paragraph; `blank` asks for an empty line after it.
    fn flush(&mut self, blank: bool) {
        let paragraph = std::mem::take(&mut self.inline);
        if paragraph.trim().is_empty() {
            return;
        }
        self.blank();
        for line in paragraph.trim_end_matches('\n').split('\n') {
            if self.verbatim {
                self.line(line);
            } else {
                self.wrapped(line);
            }
        }
        self.blank_due = blank;
    }

    /// Writes the empty line that is due.
    fn blank(&mut self) {
        if std::mem::take(&mut self.blank_due) && !self.out.is_empty() {
            let prefix = self.prefix(true);
            self.out.push_str(prefix.trim_end());
            self.out.push('\n');
        }
    }

    fn wrapped(&mut self, line: &str) {
        let room = WIDTH.saturating_sub(self.indent());
        let mut current = String::new();
        // Only the plain space breaks: a no-break space is there to hold.
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            if !current.is_empty() && current.chars().count() + 1 + word.chars().count() > room {
                self.line(&std::mem::take(&mut current));
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
        self.line(&current);
    }

    fn line(&mut self, content: &str) {
        let prefix = self.prefix(false);
        let line = format!("{prefix}{content}");
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn indent(&self) -> usize {
        self.containers
            .iter()
            .map(|container| match container {
                Container::Quote => 2,
                Container::Item { marker, .. } => marker.len(),
            })
            .sum()
    }

    /// What stands before a line; an empty line does not use up an item's marker.
    fn prefix(&mut self, empty_line: bool) -> String {
        let mut prefix = String::new();
        for container in &mut self.containers {
            match container {
                Container::Quote => prefix.push_str("> "),
                Container::Item { marker, used } if !*used && !empty_line => {
                    *used = true;
                    prefix.push_str(marker);
                }
                Container::Item { marker, .. } => prefix.push_str(&" ".repeat(marker.len())),
            }
        }
        prefix
    }
}

#[cfg(test)]
mod tests {
    use crate::reply::Replies;

    use super::*;

    #[test]
    fn markdown_becomes_what_a_person_would_type() {
        let (text, _) = Replies::from_markdown(
            "# Titre\n\nUn *mot* **fort** et [un lien](https://a.example/x), `code`.\n\n\
             - un\n- deux\n  - dedans\n\n1. premier\n2. second\n\n> cité\n> encore\n\n\
             Adresse\\\nseconde ligne\n\n    ssh  -v\n\n[a@b.example](mailto:a@b.example) <https://c.example>",
            Lang::Fr,
        );
        assert_eq!(
            text,
            "Titre\n\nUn mot fort et un lien\u{a0}: https://a.example/x, code.\n\n- un\n- deux\n  - dedans\n\n\
             1. premier\n2. second\n\n> cité\n> encore\n\nAdresse\nseconde ligne\n\nssh  -v\n\n\
             a@b.example https://c.example\n"
        );
    }

    #[test]
    fn long_lines_are_folded_and_addresses_stay_whole() {
        let markdown = format!("- {}\n- <https://x.example/{}>", "mot ".repeat(40), "a".repeat(90));
        let (text, _) = Replies::from_markdown(&markdown, Lang::En);
        assert!(text.lines().filter(|l| !l.contains("https://")).all(|l| l.chars().count() <= 76), "{text}");
        assert!(text.contains(&"a".repeat(90)), "{text}");
    }
}
