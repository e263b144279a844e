//! `guichet ledger`: does everything that arrived stand in exactly one place? Exit 0 when it does, 1 when not.

use std::process::ExitCode;

use super::assemble;
use crate::config::Config;
use crate::store::{Line, Store};

/// Options of `guichet ledger`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Une ligne JSON par porte
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, config: &Config) -> anyhow::Result<ExitCode> {
    assemble::runtime()?.block_on(async {
        let store = Store::open_existing(&config.database).await?;
        let lines = store.ledger().await?;
        let balanced = lines.iter().all(Line::balances);
        if args.json {
            for line in &lines {
                println!("{}", json(line));
            }
        } else {
            print!("{}", table(&lines));
            println!("{}", if balanced { "Le compte est bon." } else { "LE COMPTE N’EST PAS BON." });
        }
        Ok(if balanced { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

fn json(line: &Line) -> serde_json::Value {
    serde_json::json!({
        "door": line.door.code(),
        "arrived": line.arrived,
        "opened": line.opened,
        "appended": line.appended,
        "linked": line.linked,
        "duplicate": line.duplicate,
        "probes": line.probes,
        "parked": line.parked,
        "waiting": line.waiting,
        "dangling": line.dangling,
        "balances": line.balances(),
    })
}

fn table(lines: &[Line]) -> String {
    let head = [
        "porte",
        "arrivées",
        "ouvertes",
        "jointes",
        "liées",
        "doubles",
        "essais",
        "en panne",
        "en attente",
        "perdues",
    ];
    let rows = lines.iter().map(|line| {
        let counts = [
            line.arrived,
            line.opened,
            line.appended,
            line.linked,
            line.duplicate,
            line.probes,
            line.parked,
            line.waiting,
            line.dangling,
        ];
        row(line.door.code(), counts.map(|count| count.to_string()).iter().map(String::as_str))
    });
    std::iter::once(row(head[0], head[1..].iter().copied())).chain(rows).collect()
}

fn row<'a>(door: &str, cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(|cell| format!("{cell:>11}")).collect();
    format!("{door:<13}{}\n", cells.concat())
}
