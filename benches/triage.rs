//! What a decision costs. `cargo bench --bench triage` prints the time of one request of 1 kB and its parts, the growth with
//! the text (with the shipped limit of what is read, and without it), the growth with the number of rules, hostile texts, and
//! the rules' part beside the least that it could cost: folding and one `RegexSet` of the same pieces.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops where it stands")]

#[path = "../tests/it/support/more_rules.rs"]
mod more_rules;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use guichet::message::Message;
use guichet::triage::text::fold;
use guichet::triage::{Directory, RuleFiles, Triage};
use more_rules::{More, files};
use regex::bytes::{RegexSet, RegexSetBuilder};

/// Times each thing is measured; the shortest counts: what a busy machine adds is not the program's.
const ROUNDS: usize = 15;
/// A text of one kilobyte is this long, more or less.
const KILOBYTE: std::ops::Range<usize> = 850..1150;

fn main() {
    // `cargo test --benches` only asks whether it runs.
    let rounds = if std::env::args().any(|word| word == "--bench") { ROUNDS } else { 1 };
    let start = Instant::now();
    let shipped = Triage::embedded().unwrap();
    println!("loading the shipped set: {:.1?}", start.elapsed());
    let texts = texts();
    one_request(&shipped, &texts, rounds);
    growth_with_text(&texts, rounds);
    growth_with_rules(&texts, rounds);
    hostile(&shipped, rounds.min(5));
}

/// Bodies of labelled requests, as people write them.
fn texts() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/model/hands.jsonl");
    let lines = std::fs::read_to_string(file).unwrap();
    let body = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["body"].as_str().map(str::to_owned)
    };
    lines.lines().filter_map(body).collect()
}

fn one_request(shipped: &Triage, texts: &[String], rounds: usize) {
    let mut model = RuleFiles::embedded();
    model.texts.remove("model/weights.txt");
    let rules_alone = Triage::load(&model).unwrap();
    let messages: Vec<Message> =
        texts.iter().filter(|t| KILOBYTE.contains(&t.len())).map(|t| message(t)).collect();
    let octets: usize = messages.iter().map(|m| m.body.len()).sum();
    let first = Instant::now();
    for m in &messages {
        examine(shipped, m);
    }
    let first = first.elapsed() / u32::try_from(messages.len()).unwrap();
    let whole = each(&messages, rounds, |m| examine(shipped, m));
    println!("one request of {} octets on average ({} requests)", octets / messages.len(), messages.len());
    println!(
        "  whole decision        median {:.1?}, slowest {:.1?}, at first use {first:.1?}",
        whole[whole.len() / 2],
        whole[whole.len() - 1]
    );
    let total = |of: &dyn Fn(&Message)| {
        each(&messages, rounds, of).iter().sum::<Duration>() / u32::try_from(messages.len()).unwrap()
    };
    println!("  without the model     {:.1?}", total(&|m| examine(&rules_alone, m)));
    println!(
        "  organisation alone    {:.1?}",
        total(&|m| drop(black_box(shipped.reference().resolve(&m.body, "", day()))))
    );
    let rules = total(&|m| _ = black_box(shipped.hits(m)));
    let set = bare_set(shipped);
    let bare = total(&|m| bare(&set, m));
    let ratio = bare.as_secs_f64() / rules.as_secs_f64();
    println!("  rules' part           {rules:.1?}; bare folding and RegexSet {bare:.1?}: ratio {ratio:.2}");
}

/// The same pieces in one set, looked for anywhere as `\b` says.
fn bare_set(triage: &Triage) -> RegexSet {
    let pieces = triage
        .pieces()
        .map(|piece| piece.strip_prefix(r"\A").map_or_else(|| piece.to_owned(), |rest| format!(r"\b{rest}")));
    RegexSetBuilder::new(pieces).unicode(false).size_limit(64 << 20).dfa_size_limit(64 << 20).build().unwrap()
}

fn bare(set: &RegexSet, message: &Message) {
    let folded = fold(&message.body);
    black_box(set.matches(folded.as_bytes()).iter().count());
}

fn growth_with_text(texts: &[String], rounds: usize) {
    let all = texts.join("\n\n");
    let mut unbounded = RuleFiles::embedded();
    let policy = unbounded.texts.get_mut("policy.toml").unwrap();
    *policy = policy.replace("read_octets = 65536", "read_octets = 100000000");
    for (name, files) in [("shipped limit", RuleFiles::embedded()), ("no limit", unbounded)] {
        let triage = Triage::load(&files).unwrap();
        print!("growth with the text, {name}:");
        for size in [1_000, 10_000, 100_000, 1_000_000] {
            let text = all.repeat(size / all.len() + 1);
            let text = message(&text[..text.floor_char_boundary(size)]);
            let time = shortest(rounds.min(5), || examine(&triage, &text));
            print!("  {} kB {time:.1?}", size / 1000);
        }
        println!();
    }
}

fn growth_with_rules(texts: &[String], rounds: usize) {
    let messages: Vec<Message> =
        texts.iter().filter(|t| KILOBYTE.contains(&t.len())).map(|t| message(t)).collect();
    println!("growth with the number of rules (rules' part of 1 kB):");
    for (name, files) in [
        ("half", files(More::Half)),
        ("all", RuleFiles::embedded()),
        ("twice, under other ids", files(More::OtherIds)),
        ("twice, other pieces", files(More::OtherPieces)),
        ("twice, other words", files(More::OtherWords)),
    ] {
        let triage = Triage::load(&files).unwrap();
        for m in &messages {
            triage.hits(m);
        }
        let times = each(&messages, rounds, |m| _ = black_box(triage.hits(m)));
        println!(
            "  {name:23} {:4} rules, {:5} pieces: {:.1?}",
            triage.rules().len(),
            triage.pieces().count(),
            times[times.len() / 2]
        );
    }
}

/// Texts that somebody could send to keep the service busy; ten times the size may cost twenty times the time, not more.
fn hostile(shipped: &Triage, rounds: usize) {
    println!("hostile texts:                  100 kB        1 MB   1 MB / 100 kB");
    let shapes = [
        ("one word", "a"),
        ("one sentence", "formation licence marche code "),
        ("taken back", "je ne demande pas de formation ni "),
        ("questions", "pourriez-vous une formation ? "),
        ("short lines", "formation\n"),
        ("blank lines", "\n"),
        ("commas", "formation, "),
        ("vanishing", "\u{300}\u{200b}"),
        ("quotations", "> formation\n"),
        ("capitals", "DINUM ANSSI "),
        ("closings", "Cordialement,\n"),
    ];
    for (name, piece) in shapes {
        let times = [100_000, 1_000_000].map(|size| {
            let text = message(&piece.repeat(size / piece.len()));
            shortest(rounds, || examine(shipped, &text))
        });
        println!(
            "  {name:24} {:>10.1?} {:>11.1?}   {:.1}",
            times[0],
            times[1],
            times[1].as_secs_f64() / times[0].as_secs_f64()
        );
    }
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 9, 20).unwrap()
}

fn message(body: &str) -> Message {
    Message { body: body.to_owned(), ..Message::default() }.all_fresh()
}

fn examine(triage: &Triage, message: &Message) {
    black_box(triage.examine(black_box(message), day(), &Directory::default()));
}

/// The time of each message, shortest first.
fn each(messages: &[Message], rounds: usize, of: impl Fn(&Message)) -> Vec<Duration> {
    let mut times: Vec<Duration> = messages.iter().map(|m| shortest(rounds, || of(m))).collect();
    times.sort_unstable();
    times
}

/// The shortest time that something took.
fn shortest(rounds: usize, of: impl Fn()) -> Duration {
    let times = (0..rounds).map(|_| {
        let start = Instant::now();
        of();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}
