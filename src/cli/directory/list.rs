//! `guichet directory list`: the directory for people, or as JSON Lines.

use std::process::ExitCode;

use chrono::NaiveDate;
use serde_json::json;

use super::{assemble, role};
use crate::config::Config;
use crate::desk::EntryStanding;
use crate::message::Lang;
use crate::reply::contract_name;
use crate::store::{KeptEntry, Store};
use crate::triage::directory::Role;
use crate::triage::{Contract, Reference};

/// Options of `guichet directory list`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Seulement ce rôle : coordinator, amdac, pilot ou holder
    #[arg(long, value_name = "RÔLE", value_parser = role)]
    role: Option<Role>,
    /// Seulement ce qui est à confirmer : sans confirmation depuis douze mois, bientôt, ou proposé
    #[arg(long)]
    to_confirm: bool,
    /// Aussi les entrées terminées
    #[arg(long)]
    ended: bool,
    /// Un objet JSON par ligne
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, config: &Config, today: NaiveDate) -> anyhow::Result<ExitCode> {
    let (triage, (_, entries)) = assemble::runtime()?.block_on(async {
        let store = Store::open_existing(&config.database).await?;
        let read = (assemble::triage_corrected(config, &store).await, store.directory_entries().await);
        store.close().await;
        anyhow::Ok((read.0?, read.1?))
    })?;
    let mut lines = Vec::new();
    let mut organisation = None;
    for kept in &entries {
        let standing = EntryStanding::of(kept, today);
        let over = matches!(standing, EntryStanding::Ended | EntryStanding::Erased);
        if args.role.is_some_and(|role| role != kept.entry.role)
            || (args.to_confirm && !standing.needs_confirming())
            || (over && !args.ended)
        {
            continue;
        }
        if args.json {
            lines.push(object(kept, standing, today, triage.reference()).to_string());
            continue;
        }
        if organisation != Some(&kept.entry.organisation) {
            organisation = Some(&kept.entry.organisation);
            lines.push(triage.reference().name_of(&kept.entry.organisation).to_owned());
        }
        lines.push(line(kept, standing, today));
    }
    if lines.is_empty() && !args.json {
        lines.push("Aucune entrée.".to_owned());
    }
    assemble::say(&lines.into_iter().map(|line| line + "\n").collect::<String>());
    Ok(ExitCode::SUCCESS)
}

fn line(kept: &KeptEntry, standing: EntryStanding, today: NaiveDate) -> String {
    let entry = &kept.entry;
    let mut parts = vec![entry.role.title().to_owned()];
    parts.extend(entry.contract.map(|contract| contract_name(contract, Lang::Fr).to_owned()));
    parts.extend(entry.deputy.then(|| "suppléance".to_owned()));
    parts.extend([&entry.name, &entry.email].into_iter().filter(|text| !text.is_empty()).cloned());
    parts.push(standing.title(entry));
    parts.extend(
        entry.absence.filter(|_| entry.is_absent(today)).map(|absence| format!("absence {}", absence.text())),
    );
    format!("  {}", parts.join(" · "))
}

fn object(
    kept: &KeptEntry,
    standing: EntryStanding,
    today: NaiveDate,
    reference: &Reference,
) -> serde_json::Value {
    let entry = &kept.entry;
    json!({
        "id": entry.id,
        "organisation_id": entry.organisation,
        "organisation": reference.name_of(&entry.organisation),
        "role": entry.role.code(),
        "contract": entry.contract.map(Contract::code),
        "deputy": entry.deputy,
        "name": entry.name,
        "email": entry.email,
        "valid_from": entry.period.from,
        "valid_until": entry.period.until,
        "absent_from": entry.absence.and_then(|absence| absence.from),
        "absent_until": entry.absence.and_then(|absence| absence.until),
        "absent": entry.is_absent(today),
        "confirmed_on": entry.confirmed_on,
        "note": entry.note,
        "standing": standing.code(),
    })
}
