//! `guichet organisation`: who writes, and what each contract is to them on a day. JSON Lines in and out, one answer a
//! line in the same order; a bad line is answered by its fault and the rest goes on.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::BAD_DATA;
use crate::fault::io_words;
use crate::triage::{Contract, Organisation, Reference, Standing};

/// The day and the files.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Jour de la réponse (AAAA-MM-JJ) ; aujourd’hui par défaut
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// Fichiers JSON Lines ; l’entrée standard s’il n’y en a pas, ou pour « - »
    #[arg(value_name = "FICHIER")]
    pub files: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    written: Option<String>,
    #[serde(default)]
    email_domain: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    id: Value,
    organisation: Option<String>,
    support: Standing,
    expertise: Standing,
    mentoring: Standing,
    why: String,
    reasons: Reasons,
}

/// Why each contract stands as it does.
#[derive(Default, Serialize)]
struct Reasons {
    support: String,
    expertise: String,
    mentoring: String,
}

#[derive(Serialize)]
struct BadLine {
    id: (),
    line: usize,
    error: String,
}

/// Answers every line of the files (or of `input`) to `output`. The number is the exit code: 0, or 65 (`EX_DATAERR`)
/// when a line was bad.
///
/// # Errors
///
/// A file that cannot be read, or an output that is closed.
pub fn run(
    args: &Args,
    reference: &Reference,
    today: NaiveDate,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> io::Result<u8> {
    let day = args.on.unwrap_or(today);
    let mut all_good = true;
    if args.files.is_empty() {
        all_good &= answer_lines(input, reference, day, output)?;
    }
    for path in &args.files {
        if path.as_os_str() == "-" {
            all_good &= answer_lines(input, reference, day, output)?;
        } else {
            let file = File::open(path).map_err(|error| {
                io::Error::new(error.kind(), format!("lecture de {} : {}", path.display(), io_words(&error)))
            })?;
            all_good &= answer_lines(&mut BufReader::new(file), reference, day, output)?;
        }
    }
    output.flush()?;
    Ok(if all_good { 0 } else { BAD_DATA })
}

/// Whether every line was good.
fn answer_lines(
    input: &mut dyn BufRead,
    reference: &Reference,
    day: NaiveDate,
    output: &mut dyn Write,
) -> io::Result<bool> {
    let mut all_good = true;
    let mut bytes = Vec::new();
    let mut line = 0;
    loop {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(all_good);
        }
        line += 1;
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Question>(&bytes) {
            Ok(question) => serde_json::to_writer(&mut *output, &answer(question, reference, day))?,
            Err(error) => {
                all_good = false;
                serde_json::to_writer(&mut *output, &BadLine { id: (), line, error: error.to_string() })?;
            }
        }
        output.write_all(b"\n")?;
    }
}

fn answer(question: Question, reference: &Reference, day: NaiveDate) -> Answer {
    let written = question.written.unwrap_or_default();
    let told = reference.resolve(&written, &question.email_domain.unwrap_or_default(), day);
    let standing = |contract| {
        told.as_ref().and_then(|told| told.of(contract)).map_or(Standing::ToVerify, |answer| answer.standing)
    };
    let reason =
        |contract| told.as_ref().and_then(|told| told.of(contract)).map_or(String::new(), |a| a.why.clone());
    Answer {
        id: question.id,
        support: standing(Contract::Support),
        expertise: standing(Contract::Expertise),
        mentoring: standing(Contract::Mentoring),
        reasons: Reasons {
            support: reason(Contract::Support),
            expertise: reason(Contract::Expertise),
            mentoring: reason(Contract::Mentoring),
        },
        why: told.as_ref().map_or_else(
            || {
                "Aucun organisme reconnu dans ce qui est écrit ni par le domaine : tout est à vérifier."
                    .to_owned()
            },
            |told| told.why.clone(),
        ),
        organisation: told.map(|Organisation { name, .. }| name),
    }
}
