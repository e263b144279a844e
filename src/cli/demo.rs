//! `guichet demo`: the whole service on 127.0.0.1 with embedded SQLite, sample requests, a small directory so that one of them
//! is handed over, mail written into a folder and a sign-in printed once. Everything stands in one folder, with the settings file that other commands can be given.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde::Deserialize;

use super::{assemble, serve};
use crate::desk::Desk;
use crate::mail::compose::{Address, HeaderText, Letter, compose};
use crate::message::{Door, Envelope, Form, Lang};
use crate::store::Through;
use crate::ticket::Actor;
use crate::triage::RuleFiles;
use crate::web;

/// Options of `guichet demo`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Dossier où tout est gardé (`guichet-demo` par défaut)
    #[arg(long, default_value = "guichet-demo", value_name = "DOSSIER")]
    dir: PathBuf,
    /// Port d’écoute sur 127.0.0.1 (8080 par défaut)
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,
    /// Sans demandes d’exemple
    #[arg(long)]
    empty: bool,
}

/// How many of the labelled examples are shown: enough to fill a first page.
const SAMPLES: usize = 40;

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(&args.dir).with_context(|| format!("création de {}", args.dir.display()))?;
    let file = args.dir.join("config.toml");
    std::fs::write(&file, settings(&args.dir, args.port)?)
        .with_context(|| format!("écriture de {}", file.display()))?;
    let config = match assemble::config(Some(&file)) {
        Ok(config) => config,
        Err(faults) => return Ok(assemble::show_faults(&faults)),
    };
    assemble::log(&config.log);
    let _alone = serve::alone_on(&config)?;
    assemble::runtime()?.block_on(async {
        let listener = serve::listen(&config).await?;
        let desk = assemble::desk(&config).await?;
        let file = file.display();
        let url = &config.service.public_url;
        let (email, password) = web::auth::demo_account(&desk).await?;
        assemble::tell(&format!(
            "\nguichet : démonstration\n\n  Formulaire    {url}/\n  File          {url}/equipe\n  \
             Connexion     {email}  mot de passe : {password}\n  Courriels     {}\n  \
             Un courriel   guichet --config {file} receive < courriel.eml\n  \
             Le compte     guichet --config {file} ledger\n\nCtrl+C pour arrêter.\n\n",
            args.dir.join("mail").display()
        ));
        if !args.empty {
            bring_samples(&desk).await?;
        }
        serve::until_stopped(&desk, &config, listener).await?;
        Ok(ExitCode::SUCCESS)
    })
}

fn settings(dir: &Path, port: u16) -> anyhow::Result<String> {
    let dir = std::path::absolute(dir)?;
    let mut settings = toml::Table::new();
    let sections = [
        ("service", "public_url", toml::Value::from(format!("http://127.0.0.1:{port}"))),
        ("database", "url", toml::Value::from(format!("sqlite:{}", dir.join("guichet.db").display()))),
        ("web", "listen", toml::Value::from(format!("127.0.0.1:{port}"))),
        ("smtp", "transport", toml::Value::from("folder")),
        ("smtp", "folder", toml::Value::from(dir.join("mail").display().to_string())),
        // Long enough to see a refusal wait and to stop it, short enough to see it leave.
        ("refuse", "hold", toml::Value::from("2m")),
        ("log", "level", toml::Value::from("warn")),
    ];
    for (section, key, value) in sections {
        let section = settings.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        section.as_table_mut().context("une section est une table")?.insert(key.to_owned(), value);
    }
    Ok(format!("# Réglages de la démonstration, récrits à chaque démarrage.\n\n{settings}"))
}

/// Who is in the directory of the demonstration, confirmed on the day it starts. Nobody has these addresses.
const DIRECTORY: &str = "organisation_id,organisation,role,name,email,deputy,confirmed_on
culture,,coordinator,Coordination des marchés,marches@culture.example,,DAY
culture,,coordinator,Suppléance de la coordination,suppleance@culture.example,yes,DAY
culture,,amdac,Mission de la donnée,amdac@culture.example,,DAY
";

/// A request that its coordinator gets without a person; the mail to them has the link to the page that they act on.
fn to_hand_over() -> Form {
    Form {
        name: "Jeanne Exemple".to_owned(),
        email: "jeanne.exemple@culture.gouv.fr".to_owned(),
        organisation: "Ministère de la Culture".to_owned(),
        role: "cheffe de projet".to_owned(),
        subject: "Bon de commande".to_owned(),
        body: "Bonjour, nous voulons passer commande au titre du marché interministériel de support logiciels libres. Comment \
               ouvrir un ticket auprès du titulaire, et qui signe le bon de commande ?"
            .to_owned(),
        lang: Lang::Fr,
        ..Form::default()
    }
}

/// The examples that fill the queue.
const EXAMPLES: &str = "model/requests.jsonl";

/// A labelled example (`rules/model/requests.jsonl`); its labels are not read.
#[derive(Deserialize)]
struct Sample {
    id: String,
    channel: String,
    from_name: String,
    from_email: String,
    role: String,
    organisation: String,
    subject: String,
    body: String,
}

/// Brings the examples in through the ordinary doors; a second start brings nothing twice.
async fn bring_samples(desk: &Desk) -> anyhow::Result<()> {
    let file = DIRECTORY.replace("DAY", &desk.clock().today().to_string());
    desk.directory_import("annuaire.csv", &file, None, &Actor::Program, Through::Command).await?;
    desk.accept(Door::Form, "demo:hand-over", Envelope::default(), to_hand_over().to_raw()).await?;
    let texts = RuleFiles::embedded().examples().context("lecture des exemples")?;
    let text = texts.get(EXAMPLES).context("les exemples manquent")?;
    for line in text.lines().take(SAMPLES) {
        let sample: Sample = serde_json::from_str(line).context("un exemple est illisible")?;
        let key = format!("demo:{}", sample.id);
        if sample.channel == "form" {
            desk.accept(Door::Form, &key, Envelope::default(), form(sample).to_raw()).await?;
        } else {
            let (envelope, raw) = mail(desk, &sample)?;
            desk.accept(Door::Pipe, &key, envelope, raw).await?;
        }
    }
    Ok(())
}

fn form(sample: Sample) -> Form {
    Form {
        name: sample.from_name,
        email: sample.from_email,
        organisation: sample.organisation,
        role: sample.role,
        subject: sample.subject,
        body: sample.body,
        lang: Lang::Fr,
        ..Form::default()
    }
}

fn mail(desk: &Desk, sample: &Sample) -> anyhow::Result<(Envelope, Vec<u8>)> {
    let contact = &desk.service().contact;
    let letter = Letter {
        to: Address::new(contact)?,
        to_name: HeaderText::new(""),
        cc: Vec::new(),
        reply_to: Vec::new(),
        from: Address::new(&sample.from_email)?,
        from_name: HeaderText::new(&sample.from_name),
        subject: HeaderText::new(&sample.subject),
        text: sample.body.clone(),
        html: None,
        message_id: format!("demo-{}@example.org", sample.id.to_lowercase()),
        in_reply_to: None,
        references: Vec::new(),
        automatic: None,
        lang: Lang::Fr,
        date: desk.clock().now(),
        enclosures: Vec::new(),
    };
    let envelope =
        Envelope { from: Some(sample.from_email.clone()), to: vec![contact.clone()], ..Envelope::default() };
    Ok((envelope, compose(&letter)?))
}
