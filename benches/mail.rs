//! How fast mail is read: the golden set of `tests/mail`, and the shapes that made other readers run for minutes.
//! `cargo bench --bench mail` prints messages a second, the slowest golden message, and each shape at 250 kB, 500 kB and
//! 1 MB: twice the size may cost twice the time, not more.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops where it stands")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use guichet::mail::parse::{self, Own};
use guichet::message::Envelope;

#[path = "../tests/it/mail/shapes.rs"]
mod shapes;

/// Times each message is read; the median counts.
const ROUNDS: usize = 15;

fn main() {
    // `cargo test --benches` only asks whether it runs.
    let rounds = if std::env::args().any(|word| word == "--bench") { ROUNDS } else { 1 };
    golden(rounds);
    worst(rounds.min(5));
}

/// The golden set, message by message.
fn golden(rounds: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "eml"));
    files.sort();
    let mails: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|file| (file.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(file).unwrap()))
        .collect();
    // Expressions are compiled at their first use, once in the life of a process.
    let first = Instant::now();
    for (_, raw) in &mails {
        read(raw);
    }
    let first = first.elapsed();
    let mut times: Vec<(Duration, &str)> =
        mails.iter().map(|(name, raw)| (median(rounds, raw), name.as_str())).collect();
    times.sort_unstable();
    let total: Duration = times.iter().map(|(time, _)| *time).sum();
    let octets: usize = mails.iter().map(|(_, raw)| raw.len()).sum();
    let (slowest, name) = times[times.len() - 1];
    println!("golden set: {} messages, {octets} octets, first pass {first:.1?}", times.len());
    println!(
        "  {:.0} messages a second on one core",
        1.0 / (total / u32::try_from(times.len()).unwrap()).as_secs_f64()
    );
    println!("  median {:.1?}, slowest {slowest:.1?} ({name})", times[times.len() / 2].0);
}

/// The worst shapes, at three sizes.
fn worst(rounds: usize) {
    println!("worst shapes:              250 kB      500 kB        1 MB   1 MB / 250 kB");
    let sizes = [250_000, 500_000, 1_000_000].map(shapes::all);
    let mut slowest = (Duration::ZERO, "");
    for ((small, middle), large) in sizes[0].iter().zip(&sizes[1]).zip(&sizes[2]) {
        let times = [small, middle, large].map(|(_, raw)| median(rounds, raw));
        let ratio = times[2].as_secs_f64() / times[0].as_secs_f64();
        println!("  {:24} {:>9.1?} {:>11.1?} {:>11.1?}   {ratio:.1}", small.0, times[0], times[1], times[2]);
        slowest = slowest.max((times[2], small.0));
    }
    println!("  slowest at 1 MB: {:.1?} ({})", slowest.0, slowest.1);
}

/// The median time to read a message.
fn median(rounds: usize, raw: &[u8]) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            read(raw);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn read(raw: &[u8]) {
    let own = Own {
        addresses: vec!["contact@code.gouv.fr".to_owned()],
        domain: "code.gouv.fr".to_owned(),
        authserv_id: None,
        trusted_forwarders: Vec::new(),
    };
    black_box(parse::read(black_box(raw), &Envelope::default(), &own));
}
