//! `guichet import`: an mbox or a Maildir becomes closed history: outside every clock, never answered. It can be
//! interrupted and started again: what is kept already is passed over.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{assemble, progress};
use crate::config::Config;
use crate::intake::Worker;
use crate::mail::archive;
use crate::message::{Door, Envelope};
use crate::store::Store;

/// Options of `guichet import`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Fichier mbox ou dossier Maildir
    #[arg(value_name = "CHEMIN")]
    path: PathBuf,
}

pub(super) fn run(args: &Args, config: &Config) -> anyhow::Result<ExitCode> {
    assemble::runtime()?.block_on(async {
        Store::open_existing(&config.database).await?.close().await;
        let desk = assemble::desk(config).await?;
        let mut archive = archive::messages(&args.path)?;
        let bar = progress::bar(archive.total());
        let (mut kept, mut again, mut unreadable) = (0_u64, 0_u64, 0_u64);
        while let Some(message) = archive.next() {
            bar.set_position(archive.done());
            let (key, raw) = match message {
                Ok(message) => message,
                Err(fault) => {
                    unreadable += 1;
                    let says = format!("guichet import : un courriel n’a pas pu être lu : {fault}");
                    bar.suspend(|| assemble::complain(&says));
                    continue;
                }
            };
            let accepted =
                desk.accept(Door::Import, &format!("import:{key}"), Envelope::default(), raw).await?;
            if accepted.again { again += 1 } else { kept += 1 }
        }
        bar.finish_and_clear();
        // History is filed here and now, so that the command's end is the import's end.
        Worker::new(desk.clone(), config.intake.clone()).work_off().await?;
        desk.write_tally().await?;
        desk.store().close().await;
        assemble::tell(&format!("{kept} courriels importés, {again} déjà là, {unreadable} illisibles.\n"));
        Ok(if unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
