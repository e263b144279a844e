//! A small scripted IMAP server for what a well-behaved one never does: halves, silence, chatter, lies. Without a script it
//! serves one folder of the mails it is given; a script says what goes wrong, by the command it answers.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::NaiveDate;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The day on which every mail was received.
const RECEIVED: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 25).expect("that day exists");

/// What the server does instead of answering; `{tag}` stands for the command's.
#[derive(Clone, Debug)]
pub(crate) enum Do {
    /// Says this and goes on.
    Say(&'static str),
    /// Says this and closes.
    SayAndClose(&'static str),
    /// Says nothing more, and keeps the connection open.
    Nothing,
    /// Says this over and over, a little later each time, until the client leaves.
    Chatter(&'static str),
}

/// What the server shows; a test may change it while it runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folder {
    pub(crate) uidvalidity: u32,
    /// Mails by UID.
    pub(crate) mails: BTreeMap<u32, Vec<u8>>,
    /// Mails whose octets never come whole: the connection breaks in the middle of them.
    pub(crate) broken: BTreeSet<u32>,
    /// Mails whose octets never come whole: the server falls silent in the middle of them.
    pub(crate) stalling: BTreeSet<u32>,
    /// Mails whose octets are refused with `NIL`.
    pub(crate) withheld: BTreeSet<u32>,
}

struct Shared {
    capabilities: &'static str,
    script: Mutex<Vec<(&'static str, Do, bool)>>,
    folder: watch::Sender<Folder>,
    heard: watch::Sender<Vec<String>>,
}

/// A running server. Dropped, it ends.
pub(crate) struct ImapServer {
    shared: Arc<Shared>,
    port: u16,
    _running: JoinSet<()>,
}

impl ImapServer {
    pub(crate) async fn start() -> Self {
        Self::start_with("IMAP4rev1 IDLE MOVE UIDPLUS").await
    }

    pub(crate) async fn start_with(capabilities: &'static str) -> Self {
        let folder = Folder { uidvalidity: 7, ..Folder::default() };
        let shared = Arc::new(Shared {
            capabilities,
            script: Mutex::default(),
            folder: watch::Sender::new(folder),
            heard: watch::Sender::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        let mut running = JoinSet::new();
        let serving = Arc::clone(&shared);
        running.spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                talks.spawn(async move { drop(talk(stream, &shared).await) });
            }
        });
        Self { shared, port, _running: running }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The next command that holds `part` is answered so; `for ever`: every such command.
    pub(crate) fn script(&self, part: &'static str, what: Do, for_ever: bool) {
        self.shared.script.lock().unwrap_or_else(PoisonError::into_inner).push((part, what, for_ever));
    }

    /// Ends the script.
    pub(crate) fn behave(&self) {
        self.shared.script.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Changes what the folder holds; clients that idle are told.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Folder)) {
        self.shared.folder.send_modify(change);
    }

    /// The commands heard so far, without their tags.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.shared.heard.borrow().clone()
    }

    /// Waits until the commands heard are as a test wants.
    pub(crate) async fn until_heard(&self, what: &str, enough: impl Fn(&[String]) -> bool) {
        let mut heard = self.shared.heard.subscribe();
        let waited =
            tokio::time::timeout(Duration::from_mins(1), heard.wait_for(|heard| enough(heard))).await;
        assert!(waited.is_ok(), "waited a minute to hear {what}: {:#?}", self.heard());
    }
}

impl Shared {
    fn step(&self, command: &str) -> Option<Do> {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        let at = script.iter().position(|(part, ..)| command.contains(part))?;
        let (_, what, for_ever) = script[at].clone();
        if !for_ever {
            script.remove(at);
        }
        Some(what)
    }
}

struct Talk<'a> {
    // Reading a line may be given up in the middle.
    lines: Lines<BufReader<OwnedReadHalf>>,
    write: OwnedWriteHalf,
    shared: &'a Shared,
    /// How many mails the client was told of.
    told: usize,
}

async fn talk(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let (read, write) = stream.into_split();
    let mut talk = Talk { lines: BufReader::new(read).lines(), write, shared, told: 0 };
    match shared.step("greeting") {
        Some(what) => {
            if !talk.act(&what, "*").await? {
                return Ok(());
            }
        }
        None => talk.say("* OK ready\r\n").await?,
    }
    while let Some(line) = talk.line().await? {
        let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
        shared.heard.send_modify(|heard| heard.push(command.to_owned()));
        let open = match shared.step(command) {
            Some(what) => talk.act(&what, tag).await?,
            None => talk.answer(tag, command).await?,
        };
        if !open {
            break;
        }
    }
    Ok(())
}

impl Talk<'_> {
    async fn line(&mut self) -> io::Result<Option<String>> {
        self.lines.next_line().await
    }

    async fn say(&mut self, words: &str) -> io::Result<()> {
        self.write.write_all(words.as_bytes()).await?;
        self.write.flush().await
    }

    /// Does what a script wants; whether the conversation goes on.
    async fn act(&mut self, what: &Do, tag: &str) -> io::Result<bool> {
        match what {
            Do::Say(words) => self.say(&words.replace("{tag}", tag)).await.map(|()| true),
            Do::SayAndClose(words) => self.say(&words.replace("{tag}", tag)).await.map(|()| false),
            Do::Nothing => {
                // Until the client leaves.
                while self.line().await?.is_some() {}
                Ok(false)
            }
            Do::Chatter(words) => loop {
                self.say(words).await?;
                let heard = tokio::time::timeout(Duration::from_millis(100), self.line()).await;
                if let Ok(heard) = heard {
                    match heard? {
                        Some(done) if done == "DONE" => {
                            self.shared.heard.send_modify(|heard| heard.push(done));
                            self.say(&format!("{tag} OK done\r\n")).await?;
                            return Ok(true);
                        }
                        Some(_) => {}
                        None => return Ok(false),
                    }
                }
            },
        }
    }

    async fn answer(&mut self, tag: &str, command: &str) -> io::Result<bool> {
        let folder = self.shared.folder.borrow().clone();
        let upper = command.to_ascii_uppercase();
        if upper.starts_with("AUTHENTICATE") {
            self.say("+ \r\n").await?;
            let answer = self.line().await?.unwrap_or_default();
            self.shared.heard.send_modify(|heard| heard.push(answer));
        } else if upper == "CAPABILITY" {
            self.say(&format!("* CAPABILITY {}\r\n", self.shared.capabilities)).await?;
        } else if upper.starts_with("SELECT") || upper.starts_with("EXAMINE") {
            self.told = folder.mails.len();
            let next = folder.mails.keys().max().map_or(1, |uid| uid + 1);
            let text = format!(
                "* {} EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] flags\r\n* OK [UIDVALIDITY {}] valid\r\n* OK [UIDNEXT {next}] next\r\n",
                folder.mails.len(),
                folder.uidvalidity
            );
            self.say(&text).await?;
        } else if upper.starts_with("UID SEARCH") {
            // Every mail here was received on one day.
            let since = upper.split_once("SINCE ").map(|(_, day)| day.trim());
            let early = since.is_some_and(|day| {
                NaiveDate::parse_from_str(day, "%d-%b-%Y").is_ok_and(|day| day > RECEIVED)
            });
            let uids: Vec<String> =
                named(&folder, command).filter(|_| !early).map(|(_, uid, _)| uid.to_string()).collect();
            self.say(&format!("* SEARCH {}\r\n", uids.join(" "))).await?;
        } else if upper.starts_with("UID FETCH") && upper.contains("BODY.PEEK") {
            if !self.bodies(&folder, command).await? {
                return Ok(false);
            }
        } else if upper.starts_with("UID FETCH") {
            for (seq, uid, mail) in named(&folder, command) {
                let line = format!(
                    "* {seq} FETCH (UID {uid} RFC822.SIZE {} INTERNALDATE \"{} 10:00:00 +0100\" FLAGS ())\r\n",
                    mail.len(),
                    RECEIVED.format("%d-%b-%Y")
                );
                self.say(&line).await?;
            }
        } else if upper == "IDLE" {
            return self.idle(tag).await;
        }
        self.say(&format!("{tag} OK done\r\n")).await.map(|()| true)
    }

    async fn bodies(&mut self, folder: &Folder, command: &str) -> io::Result<bool> {
        for (seq, uid, mail) in named(folder, command) {
            if folder.withheld.contains(&uid) {
                self.say(&format!("* {seq} FETCH (UID {uid} BODY[] NIL)\r\n")).await?;
                continue;
            }
            let part = command.split_once("<0.").and_then(|(_, most)| most.split('>').next()?.parse().ok());
            let mail = &mail[..mail.len().min(part.unwrap_or(usize::MAX))];
            let origin = if part.is_some() { "<0>" } else { "" };
            self.say(&format!("* {seq} FETCH (UID {uid} BODY[]{origin} {{{}}}\r\n", mail.len())).await?;
            if folder.stalling.contains(&uid) {
                self.write.write_all(&mail[..mail.len() / 2]).await?;
                self.write.flush().await?;
                return self.act(&Do::Nothing, "").await;
            }
            if folder.broken.contains(&uid) {
                self.write.write_all(&mail[..mail.len() / 2]).await?;
                self.write.flush().await?;
                return Ok(false);
            }
            self.write.write_all(mail).await?;
            self.say(")\r\n").await?;
        }
        Ok(true)
    }

    async fn idle(&mut self, tag: &str) -> io::Result<bool> {
        let mut folder = self.shared.folder.subscribe();
        self.say("+ idling\r\n").await?;
        loop {
            let now = folder.borrow_and_update().mails.len();
            if now != self.told {
                self.told = now;
                self.say(&format!("* {now} EXISTS\r\n")).await?;
            }
            tokio::select! {
                line = self.line() => {
                    let Some(line) = line? else { return Ok(false) };
                    self.shared.heard.send_modify(|heard| heard.push(line));
                    return self.say(&format!("{tag} OK done\r\n")).await.map(|()| true);
                }
                changed = folder.changed() => if changed.is_err() { return Ok(false) },
            }
        }
    }
}

/// Sequence number, UID and octets of the mails that a command's set names.
fn named<'a>(folder: &'a Folder, command: &str) -> impl Iterator<Item = (usize, u32, &'a Vec<u8>)> {
    let set = command.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let last = folder.mails.keys().max().copied().unwrap_or_default();
    let number = move |text: &str| if text == "*" { last } else { text.parse().expect("a set of UIDs") };
    let ranges: Vec<(u32, u32)> = set
        .expect("a command names a set")
        .split(',')
        .map(|range| range.split_once(':').unwrap_or((range, range)))
        .map(|(from, to)| (number(from).min(number(to)), number(from).max(number(to))))
        .collect();
    let inside = move |uid: u32| ranges.iter().any(|(from, to)| (*from..=*to).contains(&uid));
    (1..)
        .zip(&folder.mails)
        .filter(move |(_, (uid, _))| inside(**uid))
        .map(|(seq, (uid, mail))| (seq, *uid, mail))
}
