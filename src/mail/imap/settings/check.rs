//! What is impossible in `[imap]`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{After, Mailbox, Settings};
use crate::fault::{Finding, io_words};
use crate::mail::mailer::Encryption;
use crate::setting::{HumanDuration, file_fault};

impl Settings {
    /// The section's own checks.
    pub fn check(&self) -> Vec<Finding> {
        let seconds = HumanDuration::from_secs;
        let mut found = Vec::new();
        found.extend(Finding::outside("poll", self.poll, seconds(10), seconds(3_600)));
        found.extend(Finding::outside("idle", self.idle, seconds(60), seconds(29 * 60)));
        found.extend(Finding::outside("timeout", self.timeout, seconds(5), seconds(600)));
        found.extend(Finding::outside("max_mb", self.max_mb, 1, 100));
        let (mut names, mut folders) = (BTreeSet::new(), BTreeSet::new());
        for (number, mailbox) in (1..).zip(&self.mailboxes) {
            let at = |key: &str| format!("mailboxes.{number}.{key}");
            if !names.insert(&mailbox.name) {
                let says = format!("deux boîtes s’appellent « {} »", mailbox.name);
                found.push(Finding::new(at("name"), says, "donnez à chacune son nom"));
            }
            let place = (&mailbox.host, mailbox.port(), &mailbox.user, &mailbox.folder);
            // That the server is missing is told of each.
            if !folders.insert(place) && !mailbox.host.is_empty() {
                let mend = "gardez une seule de ces sections";
                found.push(Finding::new(at("folder"), "ce dossier de cette boîte est déjà relevé", mend));
            }
            found.extend(
                mailbox.check().into_iter().map(|(key, says, mend)| Finding::new(at(key), says, mend)),
            );
            let secrets = [("password_file", &mailbox.password_file), ("token_file", &mailbox.token_file)];
            found.extend(secrets.into_iter().filter_map(|(key, file)| {
                let (says, mend) = file_fault(file.as_deref()?)?;
                Some(Finding::new(at(key), says, mend))
            }));
        }
        found
    }
}

/// Key, what is wrong, what to do.
type Wrong = (&'static str, String, &'static str);

impl Mailbox {
    fn check(&self) -> Vec<Wrong> {
        let mut wrong = self.account();
        wrong.extend(self.sign_in());
        wrong.extend(self.folders());
        if let Some(Err(error)) = self.ca_file.as_ref().map(std::fs::File::open) {
            let says = format!("ce fichier ne peut être lu ({})", io_words(&error));
            wrong.push(("ca_file", says, "vérifiez son chemin et ses droits"));
        }
        wrong
    }

    fn account(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > 40 || !self.name.chars().all(plain) {
            let says = format!("« {} » n’est pas un nom de boîte", self.name);
            wrong.push(("name", says, "prenez des minuscules, des chiffres et des tirets, 40 au plus"));
        }
        if self.host.is_empty() || self.host.contains(|c: char| c.is_whitespace() || c.is_control()) {
            let says = "ce n’est pas le nom d’un serveur".to_owned();
            wrong.push(("host", says, "donnez son nom ou son adresse"));
        }
        if self.port == Some(0) {
            let says = "le port 0 n’existe pas".to_owned();
            wrong.push(("port", says, "les ports habituels sont 993 (tls) et 143 (starttls)"));
        }
        let loopback = self.host == "localhost"
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if self.tls == Encryption::None && !loopback {
            let says = "le mot de passe et les courriels passeraient en clair sur le réseau".to_owned();
            wrong.push(("tls", says, "mettez \"tls\" ou \"starttls\""));
        }
        wrong
    }

    fn sign_in(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if self.user.is_empty() {
            wrong.push(("user", "aucun utilisateur n’est donné".to_owned(), "donnez celui de la boîte"));
        }
        let ways = [
            ("password", !self.password.is_empty()),
            ("password_file", self.password_file.is_some()),
            ("token_file", self.token_file.is_some()),
            ("token_command", !self.token_command.is_empty()),
        ];
        let mut given = ways.into_iter().filter(|(_, given)| *given).map(|(key, _)| key);
        let mend = "donnez password_file, ou password, token_file, token_command : un seul des quatre";
        match (given.next(), given.next()) {
            (None, _) => wrong.push(("user", "ni mot de passe ni jeton n’est donné".to_owned(), mend)),
            (Some(_), Some(second)) => {
                wrong.push((second, "deux façons de s’identifier sont données".to_owned(), mend));
            }
            (Some(_), None) => {}
        }
        if self.token_command.first().is_some_and(|program| program.trim().is_empty()) {
            let mend = "écrivez [\"programme\", \"argument\"]";
            wrong.push(("token_command", "le programme n’a pas de nom".to_owned(), mend));
        }
        wrong
    }

    fn folders(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for (key, folder) in [("folder", &self.folder), ("sent", &self.sent), ("move_to", &self.move_to)] {
            if folder.chars().any(char::is_control) {
                let says = "ce nom de dossier contient un caractère de commande".to_owned();
                wrong.push((key, says, "recopiez le nom tel que le logiciel de messagerie le montre"));
            }
        }
        if self.folder.is_empty() {
            wrong.push((
                "folder",
                "aucun dossier n’est donné".to_owned(),
                "le dossier d’arrivée est \"INBOX\"",
            ));
        }
        if self.sent == self.folder && !self.sent.is_empty() {
            let mend = "donnez le dossier des envois, ou \"\"";
            wrong.push(("sent", "c’est le dossier relevé".to_owned(), mend));
        }
        match self.after {
            After::Move if self.move_to.is_empty() => {
                let mend = "nommez le dossier où vont les courriels pris";
                wrong.push(("after", "move_to n’est pas donné".to_owned(), mend));
            }
            After::Move if self.move_to == self.folder || self.move_to == self.sent => {
                wrong.push(("move_to", "c’est un dossier relevé".to_owned(), "prenez-en un autre"));
            }
            After::Keyword if !is_keyword(&self.keyword) => {
                let says = format!("« {} » n’est pas un mot-clé", self.keyword);
                wrong.push(("keyword", says, "prenez des lettres, des chiffres et $ - _, sans espace"));
            }
            _ => {}
        }
        if self.after != After::Move && !self.move_to.is_empty() {
            let mend = "mettez after = \"move\", ou retirez move_to";
            wrong.push(("move_to", "il ne sert qu’avec after = \"move\"".to_owned(), mend));
        }
        wrong
    }
}

/// Whether it is a keyword that every server takes (an atom without the characters some dislike).
fn is_keyword(word: &str) -> bool {
    let taken = |c: char| c.is_ascii_alphanumeric() || matches!(c, '$' | '-' | '_');
    !word.is_empty() && word.len() <= 60 && word.chars().all(taken)
}
