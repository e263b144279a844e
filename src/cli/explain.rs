//! `guichet explain`: why a ticket was decided so, and whether it would be decided otherwise today. Exit 0 when the
//! decision would be the same, 1 when it would differ; a fault has a code of sysexits.h: 64 what was typed is no reference,
//! 65 the stored decision does not read, 66 there is no such ticket or no database, 69 the database does not answer, 78
//! settings or rules are at fault.

mod show;

use std::process::ExitCode;

use serde::Serialize;

use super::{BAD_DATA, NO_INPUT, USAGE, assemble};
use crate::clock::{paris_day, paris_text};
use crate::config::Config;
use crate::desk::{Correction, corrected, decide};
use crate::keys::read_reference;
use crate::message::Lang;
use crate::store::{Store, StoreError, TicketFile};
use crate::triage::explain::{Comparison, Explanation, Outcome, Spoken, spoken};
use crate::triage::{Decision, Directory, Triage};

/// Options of `guichet explain`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Référence de la demande, telle qu’on l’écrit : majuscules ou non, avec ou sans tirets
    #[arg(value_name = "DEMANDE")]
    ticket: String,
    /// Écrit un objet JSON au lieu d’un texte
    #[arg(long)]
    json: bool,
}

/// Everything that is told.
#[derive(Serialize)]
struct Told {
    /// Public reference.
    ticket: String,
    /// When the message was received (RFC 3339).
    received_at: String,
    /// The same, for people.
    #[serde(skip)]
    received: String,
    /// The day that counts: that of receipt in Europe/Paris.
    day: String,
    #[serde(skip)]
    subject: String,
    /// That a person decided otherwise since.
    correction: Option<Corrected>,
    /// Whether the decision would be the same today.
    same: bool,
    /// In what it would differ, and by which rules.
    comparison: Comparison,
    /// The stored decision.
    then: Side,
    /// Today's.
    now: Side,
}

/// What a person decided.
#[derive(Serialize)]
struct Corrected {
    /// Category id.
    category: String,
    /// When (RFC 3339).
    at: String,
    /// The same, for people.
    sentence: String,
}

/// One of the two decisions, explained.
#[derive(Serialize)]
struct Side {
    explanation: Explanation,
    rules: Vec<Spoken>,
    decision: Decision,
}

impl Side {
    fn of(decision: Decision, triage: &Triage, chosen: Option<&str>) -> Self {
        Self {
            explanation: Explanation::of(&decision, triage.taxonomy(), chosen),
            rules: spoken(&decision, triage.taxonomy()),
            decision,
        }
    }
}

pub(super) fn run(args: &Args, config: &Config) -> ExitCode {
    let refuse = |code: u8, says: &str| {
        assemble::complain(&format!("guichet explain : {says}"));
        ExitCode::from(code)
    };
    let Some(reference) = read_reference(&args.ticket) else {
        return refuse(USAGE, "une référence a huit lettres ou chiffres, par exemple 7K3M-10XZ");
    };
    let (triage, directory, file) = match read(config, &reference) {
        Ok(read) => read,
        Err(fault) => return assemble::failed(&fault),
    };
    let Some(file) = file else {
        return refuse(NO_INPUT, &format!("aucune demande n’a la référence {reference}"));
    };
    let Some(told) = tell(file, &triage, &directory) else {
        return refuse(
            BAD_DATA,
            "la décision gardée est d’une version qui ne se lit plus, ou son message manque",
        );
    };
    if args.json {
        match serde_json::to_string_pretty(&told) {
            Ok(json) => assemble::say(&format!("{json}\n")),
            Err(fault) => return assemble::failed(&fault.into()),
        }
    } else {
        assemble::tell(&told.to_string());
    }
    if told.same { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(config: &Config, reference: &str) -> anyhow::Result<(Triage, Directory, Option<TicketFile>)> {
    let triage = assemble::triage(config)?;
    let (directory, file, (_, corrections)) = assemble::runtime()?.block_on(async {
        let store = Store::open_existing(&config.database).await?;
        let (directory, file) = (store.directory().await, store.ticket_file(reference).await);
        let corrections = store.corrections().await;
        store.close().await;
        Ok::<_, StoreError>((directory?, file?, corrections?))
    })?;
    Ok((corrected(&triage, &corrections), directory, file))
}

/// Decides again and compares; `None` without a stored decision that reads, or without its message.
fn tell(file: TicketFile, triage: &Triage, directory: &Directory) -> Option<Told> {
    let first = file.opening()?;
    let (message, nature) = (&first.message, first.nature.as_ref());
    let now = decide(triage, directory, message, nature, first.received_at);
    let chosen = message.chosen.as_deref();
    let (received_at, subject) = (first.received_at, file.ticket.subject.clone());
    let now = Side::of(now, triage, chosen);
    let then = Side::of(file.decision.clone()?, triage, chosen);
    let comparison =
        Comparison::of(&Outcome::from(&then.decision), &Outcome::from(&now.decision), triage.taxonomy());
    let correction = Correction::of(&file).map(|correction| Corrected {
        sentence: correction.sentence(triage.taxonomy()),
        category: correction.category,
        at: correction.at.to_rfc3339(),
    });
    Some(Told {
        correction,
        ticket: file.ticket.reference,
        received_at: received_at.to_rfc3339(),
        received: paris_text(received_at, Lang::Fr),
        day: paris_day(received_at).to_string(),
        subject,
        same: comparison.same(),
        comparison,
        then,
        now,
    })
}
