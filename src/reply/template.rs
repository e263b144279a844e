//! The template engine as replies use it: strict, escaping every value for Markdown, with one function of our own,
//! `link("id")`.

use std::sync::Arc;

use chrono::NaiveDate;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};

use super::context::Mode;
use super::links::Links;
use super::markdown::{escape, quote};
use crate::message::{Lang, no_break_spaces};

/// Stands where a stale link was left out: a noncharacter (Unicode 23.7), which no text holds and no value brings in.
const LEFT_OUT: char = '\u{fdd0}';

/// What one text may cost to fill in the engine's own measure: an instruction, or 64 octets made. The longest reply of ours with
/// the longest message that a form takes costs a tenth of it; the team edits texts, and none of theirs may stop a thread.
const FUEL: u64 = 200_000;
/// Octets of the longest filled text: no mail of ours is near it.
pub(super) const LONGEST: usize = 2_000_000;

/// An empty engine under the rules of this module.
pub(super) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(SUBJECT) { AutoEscape::None } else { AutoEscape::Custom("markdown".into()) }
    });
    environment.set_formatter(print);
    environment.set_fuel(Some(FUEL));
    if let Ok(syntax) =
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()
    {
        environment.set_syntax(syntax);
    }
    environment.add_filter("quoted", |text: String| Value::from_safe_string(quote(&text)));
    environment
}

/// What we say of a text that does not end, or not soon enough.
pub(super) const TOO_LONG: &str = "le texte rempli est trop long, ou une boucle en fait trop";

/// What we say of a value that is not there.
const NO_VALUE: &str = "une marque n’a pas de valeur";

/// Why a reply could not be filled (French), the engine's own words quoted.
pub(super) fn unfilled(error: &Error) -> String {
    if error.kind() == ErrorKind::OutOfFuel {
        return TOO_LONG.to_owned();
    }
    match words(error) {
        ours if ours == NO_VALUE => ours,
        engine => format!("le moteur de gabarits dit « {engine} »"),
    }
}

/// What the engine says of an error, without the values it was filled with.
pub(super) fn words(error: &Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), str::to_owned)
}

const SUBJECT: &str = "#subject";

/// The name under which the engine knows the subject of a reply.
pub(super) fn subject_name(reply: &str) -> String {
    format!("{reply}{SUBJECT}")
}

/// The reply that a template of the engine belongs to.
pub(super) fn reply_name(template: &str) -> &str {
    template.strip_suffix(SUBJECT).unwrap_or(template)
}

/// Prints a value. Nothing is printed for what is not known: the mail stops instead.
fn print(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_undefined() || value.is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, NO_VALUE));
    }
    let text = value.to_string();
    let plain = value.is_safe() || matches!(state.auto_escape(), AutoEscape::None);
    let written = if plain { out.write_str(&text) } else { out.write_str(&escape(&text)) };
    written.map_err(|_| Error::new(ErrorKind::WriteFailure, "une valeur n’a pas pu être écrite"))
}

/// The function `link`: a Markdown link with its title in the language of the reply. A stale one is left out of an
/// automatic mail; of a draft its sender is told beside it ([`Links::stale_in`]), and nobody who gets the mail.
pub(super) fn link_function(links: Arc<Links>, lang: Lang, mode: Mode, day: NaiveDate) -> Value {
    Value::from_function(move |id: String| {
        let link = links.get(&id).ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("le lien « {id} » n’existe pas"))
        })?;
        if mode == Mode::Automatic && links.is_stale(link, day) {
            return Ok(Value::from_safe_string(LEFT_OUT.to_string()));
        }
        let title = escape(link.title(lang));
        let title = if lang.reply() == Lang::En { title } else { no_break_spaces(&title) };
        let shown = format!("[{title}]({})", link.url);
        Ok::<_, Error>(Value::from_safe_string(shown))
    })
}

/// The filled text without the lines whose link was left out, without a lead-in that announced only those (a paragraph
/// ending in a colon), and without runs of empty lines.
pub(super) fn tidy(filled: &str) -> String {
    let mut blocks: Vec<String> = Vec::new();
    for block in filled.split("\n\n").map(|block| block.trim_matches('\n')) {
        let kept: Vec<&str> = block.lines().filter(|line| !line.contains(LEFT_OUT)).collect();
        let emptied = kept.iter().all(|line| line.trim().is_empty());
        if emptied
            && block.contains(LEFT_OUT)
            && blocks.last().is_some_and(|last| last.trim_end().ends_with(':'))
        {
            blocks.pop();
        }
        if !emptied {
            blocks.push(kept.join("\n"));
        }
    }
    let mut text = blocks.join("\n\n");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_whose_link_was_left_out_goes_with_what_announced_it() {
        let filled = format!(
            "Bonjour,\n\n\n\nVoir :\n\n- {LEFT_OUT}\n- {LEFT_OUT}\n\nEt :\n\n- a\n- {LEFT_OUT}\n- b\n\nFin\n"
        );
        assert_eq!(tidy(&filled), "Bonjour,\n\nEt :\n\n- a\n- b\n\nFin\n");
    }
}
