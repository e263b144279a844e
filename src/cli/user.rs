//! `guichet user`: the people of the team. Nobody but the person ever knows a password: adding somebody prints a
//! one-time link, and the person chooses.

use std::process::ExitCode;

use anyhow::{Context as _, bail};

use super::assemble;
use crate::clock::{Clock, day_text, paris_day};
use crate::config::Config;
use crate::keys::Keys;
use crate::message::Lang;
use crate::store::{Account, Store};
use crate::web::auth;

/// Options of `guichet user`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Ajoute une personne et affiche son lien de premier accès, valable une fois
    Add {
        /// Son adresse, avec laquelle elle se connectera
        #[arg(value_name = "ADRESSE")]
        email: String,
        /// Son nom, tel que ses collègues le liront
        #[arg(value_name = "NOM")]
        name: String,
    },
    /// Affiche un nouveau lien pour choisir un mot de passe (oubli, lien périmé)
    Link {
        /// L’adresse du compte
        #[arg(value_name = "ADRESSE")]
        email: String,
    },
    /// Liste les comptes
    List,
    /// Ferme un compte et ses sessions ; ce que la personne a fait reste à son nom
    Disable {
        /// L’adresse du compte
        #[arg(value_name = "ADRESSE")]
        email: String,
    },
    /// Rouvre un compte
    Enable {
        /// L’adresse du compte
        #[arg(value_name = "ADRESSE")]
        email: String,
    },
}

pub(super) fn run(args: &Args, config: &Config) -> anyhow::Result<ExitCode> {
    assemble::runtime()?.block_on(async {
        // Without settings the database would be made in whatever folder the operator stands in.
        let store = Store::open_existing(&config.database).await.context("la base ne s’ouvre pas")?;
        let told = carry_out(&args.command, &store, config).await?;
        assemble::tell(&format!("{told}\n"));
        store.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

async fn carry_out(command: &Command, store: &Store, config: &Config) -> anyhow::Result<String> {
    match command {
        Command::Add { email, name } => {
            let plausible = email.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && !domain.is_empty() && !email.contains(char::is_whitespace)
            });
            if !plausible {
                bail!("« {email} » n’est pas une adresse de courriel");
            }
            if name.trim().is_empty() {
                bail!("il faut un nom, tel que les collègues le liront");
            }
            let account = auth::add_account(store, &Clock::system(), email, name).await?;
            let account = account.with_context(|| {
                format!("{email} a déjà un compte ; pour un nouveau lien : guichet user link {email}")
            })?;
            link(config, &account)
        }
        Command::Link { email } => {
            let account = account(store, email).await?;
            if account.disabled {
                bail!("le compte {email} est fermé ; d’abord : guichet user enable {email}");
            }
            link(config, &account)
        }
        Command::List => {
            let accounts = store.accounts().await?;
            let lines: Vec<String> = accounts.iter().map(line).collect();
            Ok(if lines.is_empty() { "Aucun compte.".to_owned() } else { lines.join("\n") })
        }
        Command::Disable { email } => {
            let account = account(store, email).await?;
            store.account_set_disabled(&account.id, true).await?;
            Ok(format!("Le compte {} est fermé, ses sessions aussi.", account.email))
        }
        Command::Enable { email } => {
            let account = account(store, email).await?;
            store.account_set_disabled(&account.id, false).await?;
            Ok(format!("Le compte {} est rouvert.", account.email))
        }
    }
}

async fn account(store: &Store, email: &str) -> anyhow::Result<Account> {
    let found = store.account_by_email(email.trim()).await?;
    found.with_context(|| format!("aucun compte à l’adresse {email} ; les voir tous : guichet user list"))
}

fn link(config: &Config, account: &Account) -> anyhow::Result<String> {
    let keys = Keys::open(&config.keys, config.beside_database())?;
    Ok(format!(
        "À transmettre à {} ({}), valable une fois et {} heures :\n{}",
        account.name,
        account.email,
        auth::LINK_HOURS,
        auth::new_link(&keys, &Clock::system(), &config.service.public_url, account)
    ))
}

fn line(account: &Account) -> String {
    let state = match (account.disabled, account.password_hash.is_empty()) {
        (true, _) => "fermé",
        (false, true) => "lien pas encore utilisé",
        (false, false) => "ouvert",
    };
    let since = day_text(paris_day(account.created_at), Lang::Fr);
    format!("{}\t{}\t{state}\tdepuis le {since}", account.email, account.name)
}
