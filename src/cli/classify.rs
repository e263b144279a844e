//! `guichet classify`: one request a line in, one classification a line out, in the same order.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::BAD_DATA;
use super::lines::{Request, each_line};
use crate::triage::{Contract, Decision, Directory, Standing, Triage};

/// Arguments of `guichet classify`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Jour de la décision (AAAA-MM-JJ), au lieu de celui que dit chaque demande
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
    /// Annuaire des coordinateurs, en CSV
    #[arg(long, value_name = "CSV")]
    directory: Option<PathBuf>,
    /// Lit les références telles que l’équipe les a corrigées dans la base configurée ; sinon, celles des fichiers
    #[arg(long)]
    pub(super) corrected: bool,
    /// Fichiers JSON Lines ; l’entrée standard s’il n’y en a pas, ou pour « - »
    #[arg(value_name = "FICHIER")]
    files: Vec<PathBuf>,
}

/// Reads, decides, writes. A bad line gives an object with `error`, and exit code 65 at the end.
pub(crate) fn run(args: &Args, triage: &Triage, today: NaiveDate) -> anyhow::Result<ExitCode> {
    let directory = directory(args.directory.as_deref(), triage)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut bad = false;
    each_line(&args.files, |number, line| {
        let object = match Request::read(line) {
            Ok(request) => {
                let day = args.on.or_else(|| request.day()).unwrap_or(today);
                let id = request.id.clone();
                shape(&id, &triage.examine(&request.message(), day, &directory))
            }
            Err(error) => {
                bad = true;
                json!({ "id": null, "line": number, "error": error })
            }
        };
        serde_json::to_writer(&mut out, &object)?;
        out.write_all(b"\n")?;
        Ok(())
    })?;
    out.flush()?;
    Ok(if bad { ExitCode::from(BAD_DATA) } else { ExitCode::SUCCESS })
}

/// The directory to decide with: empty without a file; every fault of a file at its line.
pub(super) fn directory(path: Option<&std::path::Path>, triage: &Triage) -> anyhow::Result<Directory> {
    use anyhow::Context as _;
    let Some(path) = path else { return Ok(Directory::default()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("lecture de {}", path.display()))?;
    Directory::read(&path.display().to_string(), &text, triage.reference()).map_err(|faults| {
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}", told.join("\n"))
    })
}

/// The object of one decision, as `docs/classify.md` tells it.
fn shape(id: &Value, decision: &Decision) -> Value {
    let codes =
        |standing| decision.contracts_with(standing).into_iter().map(Contract::code).collect::<Vec<_>>();
    let evidence: Vec<Value> = decision
        .evidence
        .iter()
        .map(|e| {
            json!({
                "rule": e.rule, "category": e.category, "score": rounded(e.score), "field": e.field,
                "start": e.start, "end": e.end, "text": e.text,
            })
        })
        .collect();
    json!({
        "id": id,
        "category": decision.category,
        "topics": decision.topics,
        "confidence": rounded(decision.confidence),
        "decision": decision.action.code(),
        "reason": decision.reason.code(),
        "held_back": decision.held_back,
        "reply": decision.reply,
        "reply_mode": decision.reply_mode.code(),
        "hand_over": decision.hand_over.as_ref().map(|h| json!({ "role": h.role, "contract": h.contract })),
        "coverage": decision.coverage,
        "organisation": decision.organisation.as_ref().map(|o| &o.name),
        "beneficiary": codes(Standing::Eligible),
        "to_verify": codes(Standing::ToVerify),
        "sensitive": decision.sensitive,
        "lang": decision.lang.code(),
        "evidence": evidence,
        "ruleset": decision.ruleset,
    })
}

/// Four decimals: what is read by people and diffed by programs.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}
