//! How fast `guichet backtest` is: a SQLite file is filled with tickets whose texts are those of `rules/model/*.jsonl` with
//! their sentences shuffled among them (always the same), each decided by the shipped rules; then the real binary replays
//! a set with one category changed. `make backtest-100k` makes 100 000 of them; without a number there are 10 000.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops where it stands")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use guichet::clock::{Clock, paris_day};
use guichet::desk::decide;
use guichet::mail::quote;
use guichet::message::{Arrival, Channel, Lang, Message};
use guichet::store::keep::Keeper;
use guichet::store::{Settings, Store, Tx};
use guichet::ticket::{Actor, EventKind, Example, ExampleContent, Status};
use guichet::triage::{Decision, Directory, RuleFiles, Triage};
use support::{Asked, TOGETHER};

/// One ticket in so many has been answered by a person.
const ANSWERED: usize = 3;

fn main() {
    let asked = Asked::of("backtest");
    let tickets = asked.tickets;
    let start = Instant::now();
    tokio::runtime::Runtime::new().unwrap().block_on(fill(&asked));
    println!("{tickets} tickets made in {:.0?}: {}", start.elapsed(), asked.folder.display());
    replay(&asked);
}

/// Runs the binary over the file.
fn replay(asked: &Asked) {
    let (folder, tickets) = (&asked.folder, asked.tickets);
    let rules = folder.join("rules");
    for (path, text) in RuleFiles::embedded().texts {
        let path = rules.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.replace("alone = \"act\"", "alone = \"propose\"")).unwrap();
    }
    let config = folder.join("config.toml");
    std::fs::write(&config, format!("[database]\nurl = \"{}\"\n", asked.url())).unwrap();
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
    command.arg("--config").arg(&config).args(["backtest", "--limit", "3", "--rules"]).arg(&rules);
    let done = command.output().unwrap();
    let took = start.elapsed();
    assert!(done.status.code().is_some_and(|code| code < 3), "{}", String::from_utf8_lossy(&done.stderr));
    println!("{}", String::from_utf8_lossy(&done.stdout));
    let cores = std::thread::available_parallelism().unwrap();
    println!("guichet backtest: {tickets} tickets in {took:.1?} on {cores} cores");
}

async fn fill(asked: &Asked) {
    let tickets = asked.tickets;
    let store = Store::open(&Settings { url: asked.url(), readers: 2 }).await.unwrap();
    let keeper = Keeper::start(store.clone());
    let triage = Triage::embedded().unwrap();
    let texts = texts();
    let step = Duration::days(365) / i32::try_from(tickets).unwrap();
    let mut chance = Chance(0x5eed);
    let mut at = Clock::system().now() - Duration::days(366);
    for made in (0..tickets).step_by(TOGETHER) {
        let mut batch = Vec::new();
        for _ in made..tickets.min(made + TOGETHER) {
            at += step;
            batch.push((message(&texts, &mut chance), at));
        }
        let of = |(message, at): &(Message, _)| support::arrival(*at, message.body.clone().into_bytes());
        let arrivals: Vec<Arrival> = batch.iter().map(of).collect();
        support::keep(&keeper, arrivals.iter().cloned()).await;
        let decisions = decided(&triage, &batch);
        let mut tx = store.begin().await.unwrap();
        for (number, ((message, _), (decision, arrival))) in
            batch.into_iter().zip(decisions.into_iter().zip(arrivals)).enumerate()
        {
            open(&mut tx, message, &decision, &arrival, number % ANSWERED == 0).await;
        }
        tx.commit().await.unwrap();
    }
    store.close().await;
}

/// A ticket as the desk opens one.
async fn open(tx: &mut Tx, message: Message, decision: &Decision, arrival: &Arrival, answered: bool) {
    let status = if answered { Status::Answered } else { Status::Open };
    let ticket = support::ticket(arrival, &message, decision, status);
    let (id, at) = (ticket.id.clone(), arrival.received_at);
    support::file(tx, &ticket, arrival, message, decision).await;
    tx.event_add(&id, at, &Actor::Program, EventKind::Decided, "").await.unwrap();
    if answered {
        let person = Actor::Person("camille".to_owned());
        let answered_at = at + Duration::days(1);
        tx.event_add(&id, answered_at, &person, EventKind::Answered, "").await.unwrap();
        tx.example_keep(&confirmed(&id, answered_at, decision, arrival)).await.unwrap();
    }
}

/// A person says what the program said.
fn confirmed(ticket_id: &str, kept_at: DateTime<Utc>, decision: &Decision, arrival: &Arrival) -> Example {
    Example {
        ticket_id: ticket_id.to_owned(),
        kept_at,
        told: decision.category.clone(),
        category: Some(decision.category.clone()),
        agreed: true,
        content: ExampleContent {
            day: paris_day(arrival.received_at),
            channel: Channel::Form,
            lang: Lang::Fr,
            chosen: None,
            role: String::new(),
            subject: String::new(),
            body: String::from_utf8_lossy(&arrival.raw).into_owned(),
            topics: decision.topics.clone(),
            act: EventKind::Answered,
        },
    }
}

/// Decides a batch on all cores.
fn decided(triage: &Triage, batch: &[(Message, DateTime<Utc>)]) -> Vec<Decision> {
    let cores = std::thread::available_parallelism().unwrap().get();
    std::thread::scope(|scope| {
        let by = |(message, at): &(Message, _)| decide(triage, &Directory::default(), message, None, *at);
        let parts: Vec<_> = batch
            .chunks(batch.len().div_ceil(cores))
            .map(|part| scope.spawn(move || part.iter().map(by).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

/// Subjects and bodies of the labelled requests.
fn texts() -> Vec<(String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/model");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let request: serde_json::Value = serde_json::from_str(line).unwrap();
            let body = request["body"].as_str().unwrap_or_default();
            let sentences = body.split_inclusive(['.', '?', '!', '\n']).map(str::to_owned).collect();
            texts.push((request["subject"].as_str().unwrap_or_default().to_owned(), sentences));
        }
    }
    texts
}

/// One request: the sentences of one text in another order, and some of a second one.
fn message(texts: &[(String, Vec<String>)], chance: &mut Chance) -> Message {
    let (subject, own) = &texts[chance.below(texts.len())];
    let (_, foreign) = &texts[chance.below(texts.len())];
    let mut sentences: Vec<&str> = own.iter().map(String::as_str).collect();
    for last in (1..sentences.len()).rev() {
        sentences.swap(last, chance.below(last + 1));
    }
    sentences.extend(foreign.iter().take(chance.below(4)).map(String::as_str));
    let body = sentences.concat();
    Message {
        channel: Channel::Form,
        from_name: "Marie Durand".to_owned(),
        from_email: "marie.durand@culture.gouv.fr".to_owned(),
        organisation: "Ministère de la Culture".to_owned(),
        fresh: quote::fresh(subject, &body),
        subject: subject.clone(),
        body,
        ..Message::default()
    }
}

/// A pseudo-random sequence (xorshift64), always the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }
}
