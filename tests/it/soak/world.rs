//! Where a soak happens: the real binary under a supervisor, its database on a small disk, a mail server of ours with
//! moods; and what everybody there keeps account of.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use guichet::message::Door;
use tokio::process::Command;
use tokio::sync::watch;

use super::disk::Disk;
use super::mailboxes::Mailboxes;
use super::plan::Plan;
use super::process::Process;
use super::relay;
use crate::support::postgres::Cluster;
use crate::support::smtp::{Received, SmtpServer};

/// The key of this service: what the test signs, the binary verifies.
pub(super) const KEY: &str = "clé de signature du banc d’endurance";

/// A mail that a door acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Acknowledged {
    /// The mail's number; a mail that took two doors stands here twice.
    pub(super) number: usize,
    pub(super) door: Door,
    /// Times it was handed in, as a mail server (or a person at a form) tries again.
    pub(super) tries: usize,
    /// The reference that the page after sending showed; `None` for mail.
    pub(super) reference: Option<String>,
}

/// What everybody counts.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Hand-ins under way.
    pub(super) busy: AtomicUsize,
    /// Mails of the relay carried onward.
    pub(super) carried: AtomicUsize,
    /// Processes of `guichet receive` that were killed.
    pub(super) receives_killed: AtomicUsize,
    /// LMTP clients that were gone after the final dot.
    pub(super) cut: AtomicUsize,
    /// Starts that stood at a kill point when they were killed.
    pub(super) points: AtomicUsize,
    /// Times the relay, the mailboxes, the disk and the database were taken away.
    pub(super) relay_down: AtomicUsize,
    pub(super) mailboxes_down: AtomicUsize,
    pub(super) disk_full: AtomicUsize,
    pub(super) database_down: AtomicUsize,
    /// Answers of the team.
    pub(super) answers: AtomicUsize,
}

/// The world. Shared by everybody in it.
pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) database: guichet::store::Settings,
    pub(super) settings: PathBuf,
    pub(super) process: Process,
    pub(super) smtp: tokio::sync::Mutex<SmtpServer>,
    /// Everything the relay took, in order.
    pub(super) taken: watch::Receiver<Vec<Received>>,
    pub(super) mailboxes: tokio::sync::Mutex<Mailboxes>,
    /// Where mail is put into the mailboxes, and handed to the service.
    pub(super) mailboxes_lmtp: SocketAddr,
    pub(super) own_lmtp: PathBuf,
    pub(super) disk: Option<Disk>,
    pub(super) cluster: Option<Mutex<Cluster>>,
    pub(super) counts: Counts,
    /// How often the relay was in which mood.
    pub(super) moods: relay::Tally,
    /// How many of the planned mails were acknowledged.
    pub(super) progress: watch::Sender<usize>,
    /// What a door said that it must never say.
    pub(super) faults: Mutex<Vec<String>>,
    acknowledged: Mutex<Vec<Acknowledged>>,
    _folder: tempfile::TempDir,
}

impl World {
    /// A world on a new SQLite database, or on a PostgreSQL of its own.
    pub(super) async fn begin(plan: Plan, cluster: Option<Cluster>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let disk = cluster.is_none().then(|| Disk::mount(&data, 64 + plan.mails / 4));
        if disk.as_ref().is_some_and(Option::is_none) {
            eprintln!("SKIPPED: no right to mount a tmpfs, so the disk is never full in this soak");
        }
        let url = match &cluster {
            Some(cluster) => cluster.url("postgres"),
            None => format!("sqlite:{}", data.join("guichet.db").display()),
        };
        let smtp = SmtpServer::start().await;
        let moods = relay::Tally::default();
        smtp.in_mood(Some(relay::mood(plan.chance().fork(1), moods.clone())));
        let mailboxes = Mailboxes::open(smtp.address().port());
        let own_lmtp = folder.path().join("lmtp.sock");
        let settings = folder.path().join("config.toml");
        let text = config(&url, smtp.address().port(), &own_lmtp) + &mailboxes.settings();
        std::fs::write(&settings, text).unwrap();
        let file = settings.clone();
        let process = Process::start(move |point| command(&file, "serve", point));
        process.serves().await;
        Self {
            plan,
            database: guichet::store::Settings { url, readers: 2 },
            settings,
            process,
            taken: smtp.follow(),
            mailboxes_lmtp: mailboxes.lmtp(),
            mailboxes: tokio::sync::Mutex::new(mailboxes),
            own_lmtp,
            smtp: tokio::sync::Mutex::new(smtp),
            disk: disk.flatten(),
            cluster: cluster.map(Mutex::new),
            counts: Counts::default(),
            moods,
            progress: watch::Sender::default(),
            faults: Mutex::default(),
            acknowledged: Mutex::default(),
            _folder: folder,
        }
    }

    /// A command of the binary with the settings of this world.
    pub(super) fn command(&self, name: &str) -> Command {
        command(&self.settings, name, None)
    }

    /// Takes down that a door acknowledged a mail.
    pub(super) fn acknowledge(&self, one: Acknowledged) {
        held(&self.acknowledged).push(one);
    }

    /// Everything that was acknowledged so far.
    pub(super) fn acknowledged(&self) -> Vec<Acknowledged> {
        held(&self.acknowledged).clone()
    }

    /// Takes down that something happened that must never happen.
    pub(super) fn fault(&self, fault: String) {
        held(&self.faults).push(fault);
    }
}

/// One more of something.
pub(super) fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::SeqCst);
}

pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn command(settings: &Path, name: &str, point: Option<&str>) -> Command {
    let mut start = Command::new(env!("CARGO_BIN_EXE_guichet"));
    start.arg("--config").arg(settings).arg(name).kill_on_drop(true);
    if let Some(point) = point {
        start.env("GUICHET_KILL_AT", point);
    }
    start
}

/// Settings whose waits are short; what the law of the field and the caps say is left as it is shipped, but for the cap
/// a minute, which would have the crowd wait for its turn.
fn config(url: &str, relay: u16, lmtp: &Path) -> String {
    let lmtp = lmtp.display();
    let retry = ["\"1s\""; 40].join(", ");
    format!(
        "[service]\nplus_addressing = true\n[database]\nurl = \"{url}\"\n[keys]\nsecrets = [\"{KEY}\"]\n\
         [web]\nlisten = \"127.0.0.1:0\"\n[form]\nmin_seconds = 0\nper_address_per_hour = 1000000\n\
         [smtp]\nhost = \"127.0.0.1\"\nport = {relay}\ntls = \"none\"\ntimeout_seconds = 2\nlast_word_seconds = 1\n\
         [automatic]\nper_minute = 1000000\nbreaker_per_hour = 1000000\n[refuse]\nhold = \"0\"\n\
         [answer]\nhold = \"0\"\n[intake]\npoll = \"1s\"\nlease = \"10s\"\n\
         [lmtp]\nlisten = \"unix:{lmtp}\"\n[outbox]\npoll = \"1s\"\nlease = \"1m\"\nretry = [{retry}]\n"
    )
}
