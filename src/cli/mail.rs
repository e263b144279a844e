//! `guichet mail inspect`: how a mail is read, as JSON Lines. Always one object a message; what defies parsing is
//! `malformed` with what could be read.

use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::mail::parse::{self, Own, Parsed};
use crate::mail::{address, archive};
use crate::message::Envelope;

/// `guichet mail …`
#[derive(Debug, Args)]
pub struct MailArgs {
    #[command(subcommand)]
    command: MailCommand,
}

/// What can be done with mail.
#[derive(Debug, Subcommand)]
enum MailCommand {
    /// Montre comment des courriels sont lus (JSON Lines)
    Inspect(InspectArgs),
}

/// `guichet mail inspect [--own ADRESSE]… [--envelope-from ADRESSE] [--envelope-to ADRESSE]… [--authserv-id NOM] CHEMIN…`
#[derive(Debug, Default, Args)]
pub struct InspectArgs {
    /// Adresse du service (répétable) ; par défaut celles de la configuration
    #[arg(long, value_name = "ADRESSE", value_parser = own_address)]
    pub own: Vec<String>,
    /// Expéditeur d’enveloppe ; vide : l’expéditeur nul
    #[arg(long, value_name = "ADRESSE")]
    pub envelope_from: Option<String>,
    /// Destinataire d’enveloppe (répétable)
    #[arg(long, value_name = "ADRESSE")]
    pub envelope_to: Vec<String>,
    /// Identifiant authserv-id (RFC 8601) dont les résultats sont crus
    #[arg(long, value_name = "NOM")]
    pub authserv_id: Option<String>,
    /// Fichiers (un courriel ou une mbox), dossiers de fichiers .eml, Maildir, ou « - » pour l’entrée standard
    #[arg(required = true, value_name = "CHEMIN")]
    pub paths: Vec<PathBuf>,
}

/// Runs `guichet mail …`. `defaults` are the configured addresses, used where `--own` gives none.
pub fn run(args: &MailArgs, defaults: &Own, out: &mut impl Write) -> anyhow::Result<()> {
    match &args.command {
        MailCommand::Inspect(args) => inspect(args, defaults, out),
    }
}

/// Writes one object for each message. A file that cannot be read gives an object with its error, and the command
/// fails at its end.
pub fn inspect(args: &InspectArgs, defaults: &Own, out: &mut impl Write) -> anyhow::Result<()> {
    let mut own = defaults.clone();
    if !args.own.is_empty() {
        own.addresses.clone_from(&args.own);
        let domain = args.own[0].rsplit_once('@').map_or("", |(_, domain)| domain);
        domain.clone_into(&mut own.domain);
    }
    if args.authserv_id.is_some() {
        own.authserv_id.clone_from(&args.authserv_id);
    }
    let envelope =
        Envelope { from: args.envelope_from.clone(), to: args.envelope_to.clone(), ..Envelope::default() };
    let (mut unread, mut empty) = (0, Vec::new());
    for given in &args.paths {
        let found = files(given);
        if found.is_empty() {
            empty.push(given.display().to_string());
        }
        for path in found {
            let shown = path.display().to_string();
            for raw in mails(&path) {
                let object = match raw {
                    Ok(raw) => object(&shown, &parse::read(&raw, &envelope, &own)),
                    Err(error) => {
                        unread += 1;
                        json!({ "file": shown, "kind": null, "error": error.to_string() })
                    }
                };
                match writeln!(out, "{object}") {
                    // Whoever reads has seen enough.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                    written => written.context("écriture du résultat")?,
                }
            }
        }
    }
    anyhow::ensure!(unread == 0, "{unread} fichier(s) illisible(s)");
    anyhow::ensure!(
        empty.is_empty(),
        "aucun courriel dans {} : donnez des fichiers, un dossier de fichiers .eml ou un Maildir",
        empty.join(", ")
    );
    Ok(())
}

/// An address of `--own`, alone or with a name (`Contact <contact@…>`).
fn own_address(given: &str) -> Result<String, String> {
    address::single(given).ok_or_else(|| format!("« {given} » n’est pas une adresse de courriel"))
}

/// The files a path stands for: itself, the mails of a Maildir, or the `.eml` files of a folder and its folders, by name.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_owned()];
    }
    let parts = ["new", "cur"].map(|name| path.join(name));
    if parts.iter().all(|part| part.is_dir()) {
        let entries = parts.iter().filter_map(|part| std::fs::read_dir(part).ok()).flatten().flatten();
        let mut inside: Vec<PathBuf> =
            entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
        inside.sort();
        return inside;
    }
    let Ok(entries) = std::fs::read_dir(path) else { return vec![path.to_owned()] };
    let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    inside.sort();
    let mail =
        |path: &PathBuf| path.is_dir() || path.extension().is_some_and(|e| e.eq_ignore_ascii_case("eml"));
    inside.into_iter().filter(mail).flat_map(|path| files(&path)).collect()
}

/// The mails of a file: those of an mbox, else the one that it is.
fn mails(path: &Path) -> Vec<io::Result<Vec<u8>>> {
    let raw = raw(path);
    let piped = path.as_os_str() == "-";
    if !piped
        && raw.as_ref().is_ok_and(|raw| raw.starts_with(b"From "))
        && let Ok(archive) = archive::messages(path)
    {
        return archive.map(|message| message.map(|(_, raw)| raw)).collect();
    }
    vec![raw]
}

fn raw(path: &Path) -> io::Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        let mut raw = Vec::new();
        io::stdin().lock().read_to_end(&mut raw)?;
        return Ok(raw);
    }
    std::fs::read(path)
}

fn object(file: &str, parsed: &Parsed) -> Value {
    let message = &parsed.message;
    let attachments: Vec<Value> = message
        .attachments
        .iter()
        .map(|a| json!({ "name": a.name, "content_type": a.content_type, "size": a.size }))
        .collect();
    let bounced: Vec<&str> = parsed.bounced.iter().map(|failed| failed.recipient.as_str()).collect();
    json!({
        "file": file,
        "kind": parsed.kind.code(),
        "from_address": parsed.sender,
        "from_name": message.from_name,
        "reply_to": message.reply_to,
        "subject": message.subject,
        "date": message.date.map(|date| date.to_rfc3339()),
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "references": message.references,
        "text": message.text().trim(),
        "full_text": message.body,
        "attachments": attachments,
        "bounced_recipients": bounced,
        "auto_reply_allowed": parsed.automatic.allowed,
        "auto_reply_reason": parsed.automatic.reason,
        "auto_reply_address": parsed.answer_address.as_ref().filter(|_| parsed.automatic.allowed),
        "original_message_id": parsed.original_message_id,
        "encrypted": parsed.encrypted,
        "signed": parsed.signed,
        "forwarded_from": parsed.forwarded_from,
    })
}
