//! `guichet ledger`: was everything that a door said it kept kept, and does everything that arrived stand in exactly one
//! place? Exit 0 when so, 1 when not.

use std::process::ExitCode;

use super::assemble;
use crate::config::Config;
use crate::store::{DoorCount, Line, Store};

/// What is said when a count does not balance.
const ALARM: &str = "LE COMPTE N’EST PAS BON : ce qui est dans « perdues » ou « introuvables » a été gardé et ne se retrouve plus. \
    N’effacez rien ; docs/operating.md, section 10.";

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
        let balance = store.balance().await?;
        let balanced = balance.holds();
        if args.json {
            for (line, door) in balance.lines.iter().zip(&balance.doors) {
                println!("{}", json(line, door));
            }
        } else {
            let says = if balanced { "Le compte est bon." } else { ALARM };
            assemble::tell(&format!("{}\n{}{says}\n", table(&balance.lines), doors(&balance.doors)));
        }
        Ok(if balanced { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

fn json(line: &Line, door: &DoorCount) -> serde_json::Value {
    let refused = door.refused.iter().map(|(why, total)| (why.code().to_owned(), (*total).into()));
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
        "seen": door.seen(),
        "kept": door.kept,
        "acknowledged": door.acknowledged,
        "again": door.again,
        "refused": refused.collect::<serde_json::Map<_, _>>(),
        "pending": door.pending,
        "missing": door.missing(),
        "balances": line.balances() && door.balances(),
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

/// What the doors were brought; without those that were brought nothing.
fn doors(doors: &[DoorCount]) -> String {
    let head = ["présentées", "gardées", "déjà là", "refusées", "redemandées", "introuvables"];
    let brought = doors.iter().filter(|door| door.seen() > 0);
    let rows = brought.map(|door| {
        let counts = [door.seen(), door.kept, door.again, door.refusals(), door.pending, door.missing()];
        let told = row(door.door.code(), counts.map(|count| count.to_string()).iter().map(String::as_str));
        let why =
            door.refused.iter().map(|(why, total)| format!("{:13}refusées, {} : {total}\n", "", why.title()));
        told + &why.collect::<String>()
    });
    std::iter::once(row("porte", head.iter().copied())).chain(rows).collect()
}

fn row<'a>(door: &str, cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(|cell| format!("{cell:>13}")).collect();
    format!("{door:<13}{}\n", cells.concat())
}
