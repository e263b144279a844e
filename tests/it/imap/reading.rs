//! A guichet that reads mailboxes: the loop as `guichet serve` runs it, on a store of its own.

use std::time::Duration;

use chrono::{DateTime, Utc};
use guichet::clock::Clock;
use guichet::config::Config;
use guichet::desk::Desk;
use guichet::intake::imap;
use guichet::mail::imap::{Mailbox, Settings};
use guichet::mail::mailer::Encryption;
use guichet::message::Arrival;
use guichet::setting::{HumanDuration, Secret};
use guichet::store::{MailboxState, Store};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::database::Database;
use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::support::story::{desk, triage};

/// Settings for one mailbox. Nothing is found by the poll, only by IDLE, unless a test says otherwise.
pub(super) fn settings(mailbox: Mailbox) -> Settings {
    Settings {
        poll: HumanDuration::from_secs(3_600),
        idle: HumanDuration::from_secs(540),
        timeout: HumanDuration::from_secs(20),
        max_mb: 1,
        mailboxes: vec![mailbox],
    }
}

/// The mailbox `contact` of a server.
pub(super) fn contact(server: &Dovecot) -> Mailbox {
    mailbox(server.imap())
}

/// A mailbox in clear on a loopback port.
pub(super) fn mailbox(port: u16) -> Mailbox {
    Mailbox {
        name: "contact".to_owned(),
        host: "127.0.0.1".to_owned(),
        port: Some(port),
        tls: Encryption::None,
        user: "contact".to_owned(),
        password: Secret::new(PASSWORD),
        ..Mailbox::default()
    }
}

/// An hour before now: before any start of a test.
pub(super) fn long_ago() -> DateTime<Utc> {
    Clock::system().now() - chrono::Duration::hours(1)
}

/// A mail as somebody writes it.
pub(super) fn mail(id: &str) -> String {
    format!(
        "From: Zoé <zoe@example.org>\nTo: contact@code.gouv.fr\nSubject: Question {id}\nMessage-ID: <{id}@example.org>\n\
         Date: Wed, 25 Nov 2026 10:00:00 +0100\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nBonjour, {id} ?\n"
    )
}

/// A running intake.
pub(super) struct Reading {
    pub(super) desk: Desk,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Reading {
    pub(super) async fn begin(database: &Database, settings: Settings) -> Self {
        Self::begin_at(database, Clock::system(), settings).await
    }

    pub(super) async fn begin_at(database: &Database, clock: Clock, settings: Settings) -> Self {
        let store = Store::open(&database.settings).await.unwrap();
        let desk = desk(store, clock, &Config::defaults(), triage());
        let (stop, stopped) = watch::channel(false);
        let task = Some(tokio::spawn(imap::run(desk.clone(), settings, stopped)));
        Self { desk, stop, task }
    }

    /// Stops it as SIGTERM does.
    pub(super) async fn end(mut self) {
        self.stop.send_replace(true);
        let task = self.task.take().unwrap();
        tokio::time::timeout(Duration::from_secs(20), task).await.expect("it stops at once").unwrap();
        self.desk.store().close().await;
    }

    /// The folder's state once it is as a test waits for.
    pub(super) async fn until(
        &self,
        folder: &str,
        what: &str,
        reached: impl Fn(&MailboxState) -> bool,
    ) -> MailboxState {
        let mut last = None;
        let look = async {
            let mut look = tokio::time::interval(Duration::from_millis(20));
            loop {
                look.tick().await;
                let states = self.desk.store().mailboxes().await.unwrap();
                let state = states.into_iter().find(|state| state.folder == folder);
                if let Some(state) = state.clone().filter(&reached) {
                    return state;
                }
                last = state;
            }
        };
        let Ok(state) = tokio::time::timeout(Duration::from_mins(1), look).await else {
            panic!("waited a minute until {what}: {last:#?}");
        };
        state
    }

    /// Until so many mails were taken from INBOX.
    pub(super) async fn until_kept(&self, n: i64) -> MailboxState {
        self.until("INBOX", &format!("{n} mails are kept"), |state| state.kept == n).await
    }

    /// Until INBOX was read to its end.
    pub(super) async fn until_read(&self) -> MailboxState {
        self.until("INBOX", "it is read", |state| state.succeeded_at.is_some()).await
    }

    /// Every arrival, oldest first, taken out of the queue.
    pub(super) async fn arrivals(&self) -> Vec<Arrival> {
        let now = self.desk.clock().now();
        let mut taken = Vec::new();
        while let Some(leased) =
            self.desk.store().arrival_lease(now, now + chrono::Duration::days(9)).await.unwrap()
        {
            taken.push(leased.arrival);
        }
        taken
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// What a mail's subject says.
pub(super) fn subjects(arrivals: &[Arrival]) -> Vec<String> {
    let subject = |arrival: &Arrival| {
        let text = String::from_utf8_lossy(&arrival.raw).into_owned();
        text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default().to_owned()
    };
    arrivals.iter().map(subject).collect()
}
