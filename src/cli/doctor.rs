//! `guichet doctor`: does everything that the service stands on do its part? Settings, machine, database, mail server and doors
//! are tried as the service uses them, without asking the DNS and without changing anything; `--probe` sends a mail through the
//! mail server and waits for it at the doors. Each look ends by itself. Exit 0 when nothing is at fault, 1 when
//! something is.

mod database;
mod doors;
mod machine;
mod probe;
mod relay;
mod report;

use std::future::Future;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use report::{Check, is_well, json, text};

use super::{assemble, check};
use crate::clock::Clock;
use crate::config::{Config, environment};
use crate::fault::Fault;
use crate::setting::HumanDuration;
use crate::store::StoreError;

/// Options of `guichet doctor`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Envoie un courriel d’essai à cette adresse du service (celle de contact si rien n’est donné) et l’attend à chaque porte
    #[arg(long, value_name = "ADRESSE", num_args = 0..=1, default_missing_value = "")]
    probe: Option<String>,
    /// Combien de temps l’attendre (« 30s », « 10m ») ; deux minutes si rien n’est dit
    #[arg(long, value_name = "DURÉE", default_value = "2m")]
    wait: HumanDuration,
    /// Un objet JSON
    #[arg(long)]
    json: bool,
}

/// Longest look at one thing, apart from the mail server's own time-out.
const PATIENCE: Duration = Duration::from_secs(30);

/// Looks at everything and tells it. `path` as for [`Config::load`].
pub(super) fn run(args: &Args, path: Option<&Path>) -> anyhow::Result<ExitCode> {
    let (config, faults, advice) = check::look(path, environment());
    let mut checks = settings(&faults, &advice);
    // What follows would only repeat in other words what the settings have wrong.
    if faults.is_empty() {
        checks.extend(assemble::runtime()?.block_on(examine(args, &config)));
    }
    if args.json {
        println!("{}", json(&checks));
    } else {
        assemble::tell(&text(&checks));
    }
    Ok(if is_well(&checks) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn settings(faults: &[Fault], advice: &[Fault]) -> Vec<Check> {
    let mend = "« guichet check » dit les mêmes fautes, une par ligne";
    let name = "réglages, règles, réponses";
    let mut checks: Vec<Check> =
        faults.iter().map(|fault| Check::fault("settings", name, fault.to_string(), mend)).collect();
    checks.extend(advice.iter().map(|told| Check::warning("settings", name, told.to_string(), mend)));
    if checks.is_empty() {
        checks.push(Check::good("settings", name, "en ordre"));
    }
    checks
}

async fn examine(args: &Args, config: &Config) -> Vec<Check> {
    let clock = Clock::system();
    let mut checks = machine::look(config, clock.now());
    let slow = |seconds: u64| PATIENCE + Duration::from_secs(seconds);
    checks.extend(within("database", PATIENCE, database::serving(config)).await);
    let opened = tokio::time::timeout(PATIENCE, database::open(config)).await;
    let (store, opened) = opened.unwrap_or_else(|_| (None, too_slow("database", PATIENCE)));
    checks.push(opened);
    let whole = match &store {
        Some(store) => {
            let looked = within_store("database", Box::pin(database::look(config, store, clock.now()))).await;
            let whole = is_well(&looked) && store.migrations().await.is_ok_and(|(pending, _)| pending == 0);
            checks.extend(looked);
            whole
        }
        None => false,
    };
    checks.extend(within("relay", slow(config.smtp.timeout_seconds * 3), relay::look(config)).await);
    // Older tables do not know what is asked next.
    let store = store.filter(|_| whole);
    if let Some(store) = &store {
        checks.extend(within_store("relay", Box::pin(relay::outbox(store, clock.now()))).await);
    }
    checks.extend(doors::look(config, store.as_ref(), clock.now()).await);
    if let Some(address) = &args.probe {
        let to = if address.is_empty() { &config.service.contact } else { address };
        let wait = args.wait.as_std();
        let patience = slow(config.smtp.timeout_seconds * 4) + wait;
        let round = Box::pin(probe::send_and_wait(config, store.as_ref(), to, wait, &clock));
        checks.extend(within("probe", patience, round).await);
    }
    if let Some(store) = store {
        store.close().await;
    }
    checks
}

/// A look that ends by itself.
async fn within(
    area: &'static str,
    patience: Duration,
    look: impl Future<Output = Vec<Check>>,
) -> Vec<Check> {
    tokio::time::timeout(patience, look).await.unwrap_or_else(|_| vec![too_slow(area, patience)])
}

/// The same for what asks the database, whose fault is one of the finding.
async fn within_store(
    area: &'static str,
    look: impl Future<Output = Result<Vec<Check>, StoreError>>,
) -> Vec<Check> {
    let told = |cause: StoreError| {
        vec![Check::fault(area, "base de données", cause.to_string(), "vérifiez database.url")]
    };
    within(area, PATIENCE, async { look.await.unwrap_or_else(told) }).await
}

fn too_slow(area: &'static str, patience: Duration) -> Check {
    let says = format!("pas de réponse en {} s", patience.as_secs());
    Check::fault(area, "délai", says, "regardez ce que fait ce serveur, et le réseau jusqu’à lui")
}
