//! `guichet organisation`: who writes, and what each contract is to them on a day. JSON Lines in and out, one answer a
//! line in the same order; a bad line is answered by its fault and the rest goes on. With `--evaluate` the lines carry
//! what the answer should be, and figures come out instead.

mod figures;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::BAD_DATA;
use crate::fault::io_words;
use crate::message::no_break_spaces;
use crate::triage::{Contract, Organisation, Reference, Standing};
use figures::Figures;

/// What `--help` says of a line.
const LINE: &str = "\
Chaque ligne est un objet JSON :
  id            rendu tel quel (facultatif)
  written       ce qui est écrit de l’organisme : formulaire, signature
  email_domain  le domaine de l’adresse, ou l’adresse entière
  date          jour de la demande, AAAA-MM-JJ (facultatif)
L’un au moins de written et email_domain doit y être.";

/// The day and the files.
#[derive(Debug, clap::Args)]
#[command(after_help = LINE)]
pub struct Args {
    /// Jour de la réponse (AAAA-MM-JJ), au lieu de celui que dit chaque ligne ; aujourd’hui par défaut
    #[arg(long, value_name = "DATE")]
    pub on: Option<NaiveDate>,
    /// Compare aux étiquettes des lignes (organisation, support, expertise, mentoring) et écrit des mesures
    #[arg(long)]
    pub evaluate: bool,
    /// Lit les références telles que l’équipe les a corrigées dans la base configurée ; sinon, celles des fichiers
    #[arg(long)]
    pub corrected: bool,
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
    #[serde(default)]
    date: Option<NaiveDate>,
}

impl Question {
    /// The question, unless it asks nothing.
    fn asked(self) -> Result<Self, String> {
        if self.written.is_none() && self.email_domain.is_none() {
            return Err("ni written ni email_domain : donnez l’un des deux".to_owned());
        }
        Ok(self)
    }
}

/// A question with the answer a person gave.
#[derive(Deserialize)]
struct Labelled {
    #[serde(flatten)]
    question: Question,
    #[serde(default)]
    organisation: Name,
    support: Standing,
    expertise: Standing,
    mentoring: Standing,
}

/// The body that a person read in a line.
#[derive(Default)]
enum Name {
    /// No label: the name is not judged.
    #[default]
    Unlabelled,
    /// The body, or `None` where nobody can tell.
    Labelled(Option<String>),
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Option::deserialize(from).map(Self::Labelled)
    }
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

/// Answers every line of the files (or of `input`) to `output`, or measures the answers. The number is the exit code: 0,
/// or 65 (`EX_DATAERR`) when a line was bad.
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
    let day = |question: &Question| args.on.or(question.date).unwrap_or(today);
    let mut figures = Figures::default();
    let mut all_good = true;
    each_line(&args.files, input, &mut |line, bytes| {
        let told = if args.evaluate {
            read::<Labelled>(bytes).and_then(|labelled| {
                let question = labelled.question.asked()?;
                let answered = answer(&question, reference, &day);
                figures.add(&Labelled { question, ..labelled }, &answered);
                Ok(())
            })
        } else {
            match read::<Question>(bytes).and_then(Question::asked) {
                Ok(question) => {
                    serde_json::to_writer(&mut *output, &answer(&question, reference, &day))?;
                    return output.write_all(b"\n");
                }
                Err(error) => Err(error),
            }
        };
        if let Err(error) = told {
            all_good = false;
            serde_json::to_writer(&mut *output, &BadLine { id: (), line, error })?;
            output.write_all(b"\n")?;
        }
        Ok(())
    })?;
    if args.evaluate {
        write!(output, "{}", no_break_spaces(&figures.to_string()))?;
    }
    output.flush()?;
    Ok(if all_good { 0 } else { BAD_DATA })
}

fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// Hands every line that is not empty to `take`, with its number in its file.
fn each_line(
    files: &[PathBuf],
    input: &mut dyn BufRead,
    take: &mut dyn FnMut(usize, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    if files.is_empty() {
        return lines_of(input, take);
    }
    for path in files {
        if path.as_os_str() == "-" {
            lines_of(input, take)?;
        } else {
            let file = File::open(path).map_err(|error| {
                io::Error::new(error.kind(), format!("lecture de {} : {}", path.display(), io_words(&error)))
            })?;
            lines_of(&mut BufReader::new(file), take)?;
        }
    }
    Ok(())
}

fn lines_of(input: &mut dyn BufRead, take: &mut dyn FnMut(usize, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut line = 0;
    loop {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
        line += 1;
        if !bytes.trim_ascii().is_empty() {
            take(line, &bytes)?;
        }
    }
}

fn answer(question: &Question, reference: &Reference, day: &dyn Fn(&Question) -> NaiveDate) -> Answer {
    let written = question.written.as_deref().unwrap_or_default();
    let domain = question.email_domain.as_deref().unwrap_or_default();
    let told = reference.resolve(written, domain, day(question));
    let standing = |contract| {
        told.as_ref().and_then(|told| told.of(contract)).map_or(Standing::ToVerify, |answer| answer.standing)
    };
    let reason =
        |contract| told.as_ref().and_then(|told| told.of(contract)).map_or(String::new(), |a| a.why.clone());
    Answer {
        id: question.id.clone(),
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
                "Aucun organisme reconnu dans ce qui est écrit ni par le domaine : tout est à vérifier."
                    .to_owned()
            },
            |told| told.why.clone(),
        ),
        organisation: told.map(|Organisation { name, .. }| name),
    }
}
