//! The commands: one file each. Text for people by default, JSON Lines where programs read.

mod assemble;
mod backtest;
mod check;
pub mod classify;
mod demo;
mod directory;
mod doctor;
pub mod evaluate;
mod examples;
mod explain;
mod import;
mod ledger;
mod lines;
pub mod mail;
pub mod organisation;
mod progress;
mod receive;
mod rules;
mod serve;
mod train;
mod usage;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::clock::Clock;
use crate::config::environment;

/// `EX_TEMPFAIL` of sysexits.h: the mail server keeps the mail and tries again.
const TRY_AGAIN: u8 = 75;
/// `EX_CONFIG` of sysexits.h: the settings are at fault.
const CONFIG: u8 = 78;
/// `EX_DATAERR` of sysexits.h: a line of the input was bad.
const BAD_DATA: u8 = 65;
/// `EX_USAGE` of sysexits.h: the command line cannot be understood.
const USAGE: u8 = 64;
/// `EX_NOINPUT` of sysexits.h: what was named is not there.
const NO_INPUT: u8 = 66;
/// `EX_UNAVAILABLE` of sysexits.h: the database does not answer.
const UNAVAILABLE: u8 = 69;
/// `EX_SOFTWARE` of sysexits.h: the program is at fault.
const SOFTWARE: u8 = 70;

/// guichet : tri des demandes de contact de la mission logiciels libres.
#[derive(Debug, Parser)]
#[command(name = "guichet", version, long_about = None)]
struct Cli {
    /// Fichier de réglages (sinon la variable `GUICHET_CONFIG`, sinon /etc/guichet/config.toml s’il existe)
    #[arg(long, global = true, env = "GUICHET_CONFIG", value_name = "FICHIER")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sert les pages, traite les arrivées, envoie les courriels
    Serve,
    /// Montre tout sur 127.0.0.1, avec des demandes d’exemple et sans rien envoyer
    Demo(demo::Args),
    /// Garde un courriel lu sur l’entrée standard ; code 0 (gardé) ou 75 (réessayer), jamais un autre
    Receive(receive::Args),
    /// Importe une mbox ou un Maildir comme archives closes, jamais répondues
    Import(import::Args),
    /// Vérifie réglages, règles, références et réponses, toutes les fautes à la fois
    Check,
    /// Ausculte le service : machine, base, serveur de messagerie, portes ; --probe fait faire le tour à un courriel d’essai
    Doctor(doctor::Args),
    /// Classe des demandes (JSON Lines)
    Classify(classify::Args),
    /// Reconnaît des organismes et les marchés qui leur sont ouverts (JSON Lines)
    Organisation(organisation::Args),
    /// Mesure le tri sur des demandes étiquetées
    Evaluate(evaluate::Args),
    /// Ce que les personnes ont corrigé, et ce que cela dit des règles
    Rules(rules::Args),
    /// Explique la décision d’une demande et dit si elle serait autre aujourd’hui
    Explain(explain::Args),
    /// Rejoue un jeu de règles modifié sur toutes les demandes gardées, avant de le mettre en service
    Backtest(backtest::Args),
    /// Apprend d’exemples étiquetés le modèle du tri (`rules/model/weights.txt`)
    Train(train::Args),
    /// Lit des courriels comme le fait le service (JSON Lines)
    Mail(mail::MailArgs),
    /// Compte tout ce qui est arrivé : chaque chose est-elle à sa place ?
    Ledger(ledger::Args),
    /// L’annuaire privé des coordinateurs, AMDAC, pilotes et titulaires : reprendre un CSV, l’écrire, le montrer
    Directory(directory::Args),
    /// Les personnes de l’équipe : ajouter, lister, fermer, redonner un lien
    User(user::Args),
}

/// Runs the command line; the exit code is the process's.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let arguments: Vec<_> = arguments.into_iter().collect();
    // Whatever goes wrong in `receive`, the mail server must keep the mail: a typo in its configuration included.
    let receives = arguments.iter().any(|argument| argument == "receive");
    let cli = match usage::read(arguments) {
        Ok(cli) => cli,
        Err(fault) => {
            // Help is printed as it is; help that stands for a fault goes where faults go.
            if fault.use_stderr() && fault.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
                eprint!("{}", usage::told(&fault));
            } else {
                let _ = fault.print();
            }
            return match (fault.use_stderr(), receives) {
                (false, _) => ExitCode::SUCCESS,
                (true, true) => ExitCode::from(TRY_AGAIN),
                (true, false) => ExitCode::from(USAGE),
            };
        }
    };
    // The words of a panic may quote the text it stumbled over (a slice that ends inside a character does), and standard
    // error is the journal: only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        assemble::complain(&format!("guichet : faute du programme ({place})"));
    }));
    let outcome = std::panic::catch_unwind(move || dispatch(cli));
    let code = match outcome {
        Ok(Ok(code)) if receives && code != ExitCode::SUCCESS => code,
        Ok(Ok(code)) => return code,
        // A reader who had enough (`| head`) is no fault.
        Ok(Err(fault)) if !receives && pipe_closed(&fault) => return ExitCode::SUCCESS,
        Ok(Err(fault)) => {
            assemble::complain(&format!("guichet : {}", assemble::told(&fault)));
            if fault.is::<lines::BadLine>() {
                ExitCode::from(BAD_DATA)
            } else if assemble::needs_a_person(&fault) {
                ExitCode::from(CONFIG)
            } else {
                ExitCode::FAILURE
            }
        }
        Err(_) => ExitCode::from(SOFTWARE),
    };
    if receives { ExitCode::from(TRY_AGAIN) } else { code }
}

fn pipe_closed(fault: &anyhow::Error) -> bool {
    let closed = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::BrokenPipe;
    fault.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>()).any(closed)
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Check => {
            let code = check::run(cli.config.as_deref(), environment(), &mut std::io::stdout().lock())?;
            return Ok(ExitCode::from(code));
        }
        Command::Demo(args) => return demo::run(&args),
        Command::Doctor(args) => return doctor::run(&args, cli.config.as_deref()),
        _ => {}
    }
    let config = match assemble::config(cli.config.as_deref()) {
        Ok(config) => config,
        Err(faults) => return Ok(assemble::show_faults(&faults)),
    };
    let today = Clock::system().today();
    match cli.command {
        Command::Check | Command::Demo(_) | Command::Doctor(_) => Ok(ExitCode::SUCCESS),
        Command::Serve => serve::run(&config),
        Command::Receive(args) => receive::run(&args, &config),
        Command::Import(args) => import::run(&args, &config),
        Command::Classify(args) => match assemble::triage_over(&config, args.corrected) {
            Err(fault) if args.corrected => Ok(assemble::failed(&fault)),
            triage => classify::run(&args, &triage?, today),
        },
        Command::Organisation(args) => {
            let triage = match assemble::triage_over(&config, args.corrected) {
                Err(fault) if args.corrected => return Ok(assemble::failed(&fault)),
                triage => triage?,
            };
            let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
            let code = organisation::run(&args, triage.reference(), today, &mut input, &mut output)?;
            Ok(ExitCode::from(code))
        }
        Command::Explain(args) => Ok(explain::run(&args, &config)),
        Command::Backtest(args) => Ok(backtest::run(&args, &config, today)),
        Command::Evaluate(args) => {
            let (triage, rules) = (assemble::triage(&config)?, assemble::rule_files(&config.rules)?);
            evaluate::run(&args, &triage, &rules, today)
        }
        Command::Train(args) => train::run(&args, &assemble::rule_files(&config.rules)?, today),
        Command::Rules(args) => Ok(rules::run(&args, &config)),
        Command::Mail(args) => {
            mail::run(&args, &config.own(), &mut std::io::stdout().lock()).map(|()| ExitCode::SUCCESS)
        }
        Command::Ledger(args) => ledger::run(&args, &config),
        Command::Directory(args) => Ok(directory::run(&args, &config)),
        Command::User(args) => user::run(&args, &config),
    }
}
