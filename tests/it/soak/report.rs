//! What a soak went through, for people: `make soak` prints it, `docs/reliability.md` quotes it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::check::copies;
use super::evidence::Evidence;
use super::world::{World, held};

/// The report, in Markdown.
pub(super) fn report(world: &World, evidence: &Evidence, took: Duration) -> String {
    let mut out = String::new();
    let mut line = |what: &str, how: String| writeln!(out, "| {what} | {how} |").unwrap();
    let number = |counter: &AtomicUsize| counter.load(Ordering::SeqCst).to_string();
    let (counts, known) = (&world.counts, world.process.known());
    let sent = world.acknowledged();
    line("seed", world.plan.seed.to_string());
    line("took", format!("{} s", took.as_secs()));
    let of_people = sent.iter().filter(|one| one.number < 1_000_000).count();
    line(
        "acknowledged by a door",
        format!("{of_people} as planned, {} that came back", sent.len() - of_people),
    );
    line("by door", tally(sent.iter().map(|one| one.door.code())));
    line(
        "handed in again until acknowledged",
        sent.iter().map(|one| one.tries - 1).sum::<usize>().to_string(),
    );
    line(
        "SIGKILL of guichet serve",
        format!("{}, {} of them at a kill point", known.killed, number(&counts.points)),
    );
    line("SIGKILL of guichet receive", number(&counts.receives_killed));
    line("ended by itself and started again", known.ended.len().to_string());
    line("relay stopped and started", number(&counts.relay_down));
    line("Dovecot killed and started", number(&counts.mailboxes_down));
    line("LMTP clients gone after the final dot", number(&counts.cut));
    line("disk full", number(&counts.disk_full));
    line("database stopped", number(&counts.database_down));
    for (mood, times) in held(&world.moods).iter() {
        line(&format!("relay: {mood}"), times.to_string());
    }
    line("arrivals", tally(evidence.arrivals.iter().map(|one| one.outcome.as_deref().unwrap_or(&one.state))));
    line("tickets", evidence.tickets.to_string());
    line("answers of the team", number(&counts.answers));
    for (automatic, what) in [(true, "automatic mail"), (false, "people's mail")] {
        let mails = evidence.mails.iter().filter(|mail| mail.automatic == automatic);
        line(what, tally(mails.map(|mail| mail.state.as_str())));
    }
    let copies = copies(&world.taken.borrow());
    let taken: usize = copies.values().map(|copies| copies.taken).sum();
    line("taken by the relay", format!("{taken}, {} different ones", copies.len()));
    out
}

/// `a 3, b 1`: how often each.
fn tally<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    counts.into_iter().map(|(word, times)| format!("{word} {times}")).collect::<Vec<_>>().join(", ")
}
