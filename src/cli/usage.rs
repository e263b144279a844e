//! The command line in French: clap knows English only, so its help is laid out by templates of ours, and what it says of a
//! command line that it cannot read is said again in our words.

use std::fmt::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory as _, Error, FromArgMatches as _};

use super::Cli;
use crate::message::no_break_spaces;

/// Reads a command line. The error tells help and version too, as clap has it: see [`Error::use_stderr`].
pub(super) fn read(arguments: Vec<std::ffi::OsString>) -> Result<Cli, Error> {
    let mut command = Cli::command();
    // Only what is built has its help flag and its help command.
    command.build();
    let mut command = french(command);
    let read =
        command.try_get_matches_from_mut(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    read.map_err(|error| error.format(&mut command))
}

/// A command and those below it, with help in French.
fn french(command: Command) -> Command {
    let mut command = command.mut_args(|arg| {
        let arg = arg.hide_env(true).hide_default_value(true);
        match arg.get_id().as_str() {
            "help" => arg.help("Affiche cette aide"),
            "version" => arg.help("Affiche la version"),
            _ => match arg.get_help().map(|help| no_break_spaces(&help.to_string())) {
                Some(help) => arg.help(help),
                None => arg,
            },
        }
    });
    for below in command.get_subcommands_mut() {
        *below = french(std::mem::take(below));
    }
    let mut template = "{about-with-newline}\nUtilisation : {usage}\n".to_owned();
    if command.has_subcommands() {
        template.push_str("\nCommandes :\n{subcommands}\n");
    }
    if command.get_positionals().next().is_some() {
        template.push_str("\nArguments :\n{positionals}\n");
    }
    if command.get_opts().next().is_some() {
        template.push_str("\nOptions :\n{options}\n");
    }
    let about = if command.get_name() == "help" {
        Some("Affiche cette aide, ou celle d’une commande".to_owned())
    } else {
        command.get_about().map(|about| no_break_spaces(&about.to_string()))
    };
    let command = command.help_template(no_break_spaces(&template)).subcommand_value_name("COMMANDE");
    match about {
        Some(about) => command.about(about),
        None => command,
    }
}

/// What is wrong with a command line (French), with how it is used.
pub(super) fn told(error: &Error) -> String {
    let shown = |kind| error.get(kind).map(words).unwrap_or_default();
    let argument = shown(ContextKind::InvalidArg);
    let value = shown(ContextKind::InvalidValue);
    let says = match error.kind() {
        ErrorKind::UnknownArgument => format!("« {argument} » n’est pas un argument de cette commande"),
        ErrorKind::InvalidSubcommand => {
            format!("« {} » n’est pas une commande", shown(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("il manque {argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("il manque une valeur à {argument}"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("« {value} » ne convient pas à {argument}")
        }
        ErrorKind::ArgumentConflict => {
            format!("{argument} ne va pas avec {}", shown(ContextKind::PriorArg))
        }
        ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues
        | ErrorKind::NoEquals => format!("le nombre de valeurs de {argument} ne convient pas"),
        ErrorKind::InvalidUtf8 => "un argument n’est pas de l’UTF-8".to_owned(),
        _ => return error.render().to_string(),
    };
    let mut out = format!("guichet : {says}");
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand].map(shown);
    if let Some(meant) = meant.iter().find(|meant| !meant.is_empty()) {
        let _ = write!(out, " ; vouliez-vous dire « {meant} » ?");
    } else if argument.contains("<DATE>") {
        out.push_str(" ; écrivez une date comme 2026-11-25");
    }
    let usage = shown(ContextKind::Usage);
    if let Some(usage) = usage.strip_prefix("Usage: ") {
        let _ = write!(out, "\n\nUtilisation : {usage}");
    }
    out.push_str("\n\nL’aide d’une commande : guichet COMMANDE --help\n");
    no_break_spaces(&out)
}

/// What clap tells of a fault, on one line; several with commas.
fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join(", "),
        other => other.to_string(),
    }
}
