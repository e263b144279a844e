//! `guichet rules forget`: a requester objected, so the example of their request is erased and none is kept again.

use std::process::ExitCode;

use super::examples::id;
use crate::cli::{NO_INPUT, USAGE, assemble};
use crate::clock::Clock;
use crate::desk::{DeskError, forget_example};
use crate::keys::read_reference;
use crate::store::Store;

/// Erases, and says what is left to do by hand.
pub(super) async fn run(store: &Store, written: &str) -> anyhow::Result<ExitCode> {
    let refuse = |code: u8, says: &str| {
        assemble::complain(&format!("guichet rules forget : {says}"));
        Ok(ExitCode::from(code))
    };
    let Some(reference) = read_reference(written) else {
        return refuse(USAGE, "une référence a huit lettres ou chiffres, par exemple 7K3M-10XZ");
    };
    match forget_example(store, Clock::system().now(), &reference).await {
        Err(DeskError::NotFound) => refuse(NO_INPUT, &format!("aucune demande n’a la référence {reference}")),
        Err(fault) => Err(fault.into()),
        Ok(ticket) => {
            assemble::tell(&format!(
                "Plus aucun exemple n’est gardé de la demande {reference}, et aucun n’en sera plus tiré.\n\
                 Dans les fichiers que « guichet rules examples » a écrits, ôtez la ligne {}.\n",
                id(&ticket)
            ));
            Ok(ExitCode::SUCCESS)
        }
    }
}
