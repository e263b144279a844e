//! `guichet receive`: one mail on standard input, from a mail server's pipe. Exit 0 means kept on disk; 75 means that
//! the mail server keeps it and tries again. Never another code: a fault of ours, in the settings too, must not make a
//! citizen's mail bounce.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::Context as _;

use super::{TRY_AGAIN, assemble};
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Doorkeeper;
use crate::message::{Door, Envelope};
use crate::store::Store;

/// Options of `guichet receive`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Expéditeur de l’enveloppe (MAIL FROM), sinon la variable `SENDER` ; vide pour l’expéditeur nul
    #[arg(long, env = "SENDER", value_name = "ADRESSE")]
    envelope_from: Option<String>,
    /// Destinataire de l’enveloppe (RCPT TO), autant de fois qu’il y en a ; sinon la variable `ORIGINAL_RECIPIENT`
    #[arg(long, env = "ORIGINAL_RECIPIENT", value_name = "ADRESSE")]
    envelope_to: Vec<String>,
}

pub(super) fn run(args: &Args, config: &Config) -> anyhow::Result<ExitCode> {
    let mut raw = Vec::new();
    std::io::stdin().lock().read_to_end(&mut raw).context("lecture de l’entrée standard")?;
    if raw.is_empty() {
        assemble::complain("guichet receive : l’entrée standard est vide ; rien n’a été gardé");
        return Ok(ExitCode::from(TRY_AGAIN));
    }
    let trimmed = |address: &String| address.trim().trim_start_matches('<').trim_end_matches('>').to_owned();
    let envelope = Envelope {
        from: args.envelope_from.as_ref().map(trimmed),
        to: args.envelope_to.iter().map(trimmed).collect(),
        ..Envelope::default()
    };
    assemble::runtime()?.block_on(async {
        let store = Store::open_existing(&config.database).await.context("la base ne s’ouvre pas")?;
        let key = Door::Pipe.content_key(&envelope, &raw);
        let doorkeeper = Doorkeeper::new(store.clone(), Clock::system());
        let accepted = doorkeeper.accept(Door::Pipe, &key, envelope, raw).await?;
        // It is kept: whether it is counted as well must not change what the mail server is told.
        let _ = doorkeeper.write_tally().await;
        store.close().await;
        if accepted.again {
            assemble::complain(&format!(
                "guichet receive : ce courriel était déjà gardé ({})",
                accepted.reference
            ));
        }
        Ok(ExitCode::SUCCESS)
    })
}
