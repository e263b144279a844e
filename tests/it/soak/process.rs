//! `guichet serve` as a supervisor keeps it: started again whenever it ends, however it ends. The soak kills it; what it
//! says in its journal (its address, a kill point reached, a panic) is followed.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::{mpsc, oneshot, watch};

use super::chance::pause;

/// How long a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);
/// What a supervisor waits before it starts anew what ended by itself.
const BEFORE_ANEW: Duration = Duration::from_millis(250);

/// What is known of the process, and of those before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Where its pages are; `None` until it serves.
    pub(super) address: Option<SocketAddr>,
    /// It stands still at the kill point it was given.
    pub(super) at_point: bool,
    /// Times it was killed.
    pub(super) killed: usize,
    /// Times it ended without being asked to, with its last words.
    pub(super) ended: Vec<String>,
    /// Panics in its journal.
    pub(super) panics: Vec<String>,
    /// Warnings and errors in its journal.
    pub(super) warnings: Vec<String>,
}

enum Order {
    /// SIGKILL; the next one is to stop at this point.
    Kill(Option<&'static str>, oneshot::Sender<()>),
    /// SIGTERM; the exit code.
    Stop(oneshot::Sender<Option<i32>>),
}

/// The way to the supervisor.
pub(super) struct Process {
    orders: mpsc::Sender<Order>,
    known: watch::Receiver<Known>,
}

impl Process {
    /// Starts it; `command` makes the command line, with the kill point to stop at.
    pub(super) fn start(command: impl Fn(Option<&str>) -> Command + Send + 'static) -> Self {
        let (orders, inbox) = mpsc::channel(1);
        let (told, known) = watch::channel(Known::default());
        tokio::spawn(supervise(command, inbox, told));
        Self { orders, known }
    }

    pub(super) fn known(&self) -> Known {
        self.known.borrow().clone()
    }

    /// Where its pages are, once it serves.
    pub(super) async fn serves(&self) -> SocketAddr {
        let mut known = self.known.clone();
        let serves = known.wait_for(|known| known.address.is_some());
        let Ok(known) = tokio::time::timeout(PATIENCE, serves).await.map(|known| known.unwrap().address)
        else {
            panic!("guichet does not serve; what ended by itself said: {:#?}", self.known().ended);
        };
        known.expect("waited for")
    }

    /// SIGKILL, whatever it is doing; it is started again at once.
    pub(super) async fn kill(&self) {
        self.kill_before(None).await;
    }

    /// SIGKILL; the next one is killed at a kill point, or when it has served for `patience` and never got there. Whether it
    /// did.
    pub(super) async fn kill_at(&self, point: &'static str, patience: Duration) -> bool {
        self.kill_before(Some(point)).await;
        self.serves().await;
        let mut known = self.known.clone();
        let reached = tokio::time::timeout(patience, known.wait_for(|known| known.at_point)).await.is_ok();
        self.kill().await;
        reached
    }

    async fn kill_before(&self, point: Option<&'static str>) {
        let (done, killed) = oneshot::channel();
        self.orders.send(Order::Kill(point, done)).await.expect("the supervisor lives");
        killed.await.unwrap();
    }

    /// Asks it to stop as an operator does, and gives its exit code.
    pub(super) async fn stop(&self) -> Option<i32> {
        let (done, stopped) = oneshot::channel();
        self.orders.send(Order::Stop(done)).await.expect("the supervisor lives");
        tokio::time::timeout(PATIENCE, stopped).await.expect("guichet stops when asked to").unwrap()
    }
}

async fn supervise(
    command: impl Fn(Option<&str>) -> Command,
    mut orders: mpsc::Receiver<Order>,
    known: watch::Sender<Known>,
) {
    let mut point = None;
    loop {
        known.send_modify(|known| (known.address, known.at_point) = (None, false));
        let mut start = command(point.take());
        start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = start.spawn().unwrap();
        let journal = tokio::spawn(follow(child.stderr.take().unwrap(), known.clone()));
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Kill(next, done)) => {
                    child.kill().await.unwrap();
                    point = next;
                    journal.await.unwrap();
                    known.send_modify(|known| (known.killed, known.address) = (known.killed + 1, None));
                    let _ = done.send(());
                }
                Some(Order::Stop(done)) => {
                    let id = child.id().expect("it runs").to_string();
                    Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
                    let code = child.wait().await.unwrap().code();
                    let _ = done.send(code);
                    return;
                }
                None => return,
            },
            ended = child.wait() => {
                let last = journal.await.unwrap();
                let words = format!("{}: {last}", ended.unwrap());
                known.send_modify(|known| known.ended.push(words));
                pause(BEFORE_ANEW).await;
            }
        }
    }
}

/// Reads the journal to its end; its last line.
async fn follow(journal: impl AsyncRead + Unpin, known: watch::Sender<Known>) -> String {
    let mut lines = BufReader::new(journal).lines();
    let mut last = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((_, address)) = line.split_once("guichet serves address=") {
            let address = address.trim().parse().expect("the journal tells an address");
            known.send_modify(|known| known.address = Some(address));
        } else if line.starts_with("kill point ") {
            known.send_modify(|known| known.at_point = true);
        } else if line.contains("panicked at") {
            known.send_modify(|known| known.panics.push(line.clone()));
        } else if line.contains(" WARN ") || line.contains(" ERROR ") {
            known.send_modify(|known| known.warnings.push(line.clone()));
        }
        last = line;
    }
    last
}
