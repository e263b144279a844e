//! `guichet rules`: what people corrected, and what that says of the rules. `examples` writes the kept examples for
//! `guichet train`; `report` counts each rule against what people decided. Both walk the database in pages, so that
//! their memory does not grow with it. `forget` erases an example to which its requester objects.

mod examples;
mod forget;
mod shown;

use std::io::Write as _;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};

use super::assemble;
use crate::clock::paris_day_start;
use crate::config::Config;
use crate::desk::rule_report::RuleReport;
use crate::message::no_break_spaces;
use crate::store::Store;

/// Rows of one page.
const PAGE: i64 = 500;

/// Options of `guichet rules`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Écrit les exemples gardés, masqués, en JSON Lines que `guichet train` prend
    Examples {
        /// Seulement ce qu’une personne a décidé à partir de ce jour (AAAA-MM-JJ)
        #[arg(long, value_name = "DATE")]
        since: Option<NaiveDate>,
    },
    /// Efface l’exemple tiré d’une demande, dont l’auteur s’y oppose ; aucun n’en sera plus tiré
    Forget {
        /// Référence de la demande
        #[arg(value_name = "DEMANDE")]
        ticket: String,
    },
    /// Compte, règle par règle, les touches et ce que les personnes en ont fait
    Report {
        /// Seulement les demandes reçues à partir de ce jour (AAAA-MM-JJ)
        #[arg(long, value_name = "DATE")]
        since: Option<NaiveDate>,
        /// Écrit du JSON au lieu d’un tableau
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(args: &Args, config: &Config) -> ExitCode {
    answer(args, config).unwrap_or_else(|fault| assemble::failed(&fault))
}

fn answer(args: &Args, config: &Config) -> anyhow::Result<ExitCode> {
    let triage = assemble::triage(config)?;
    assemble::runtime()?.block_on(async {
        let store = Store::open_existing(&config.database).await?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        match &args.command {
            Command::Forget { ticket } => return forget::run(&store, ticket).await,
            Command::Examples { since } => {
                let since = *since;
                let left = examples::write(&store, triage.taxonomy(), instant(since), &mut out).await?;
                if left > 0 {
                    assemble::complain(&format!("{left} {}", examples::left_out(left)));
                }
            }
            Command::Report { since, json } => {
                let (since, json) = (*since, *json);
                let report = RuleReport::count(&store, &triage, since).await?;
                if json {
                    serde_json::to_writer_pretty(&mut out, &report)?;
                    writeln!(out)?;
                } else {
                    write!(out, "{}", no_break_spaces(&report.to_string()))?;
                }
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The instant from which to count.
fn instant(since: Option<NaiveDate>) -> DateTime<Utc> {
    since.map_or(DateTime::UNIX_EPOCH, paris_day_start)
}
