//! The soak: a crowd of mail by every door, over real sockets, while everything breaks. Short here; `make soak` makes it
//! long. What it shows stands in `docs/reliability.md`.

mod chance;
mod chaos;
mod check;
mod disk;
mod doors;
mod evidence;
mod full;
mod generator;
mod loops;
mod mailboxes;
mod people;
mod plan;
mod process;
mod relay;
mod report;
mod team;
mod wire;
mod world;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use guichet::message::Door;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use chaos::Storm;
use evidence::{Eye, Underway};
use plan::Plan;
use team::Team;
use world::World;

use crate::support::postgres::Cluster;

/// Hand-ins at the same time.
const AT_ONCE: usize = 6;
/// How long nothing may move before the soak is said to be stuck: longer than the longest lease.
const STUCK: Duration = Duration::from_mins(3);

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_by_every_door_while_everything_breaks() {
    let world = Arc::new(World::begin(Plan::of(48, 6), None).await);
    soak(&world, &[Door::Pipe, Door::Form, Door::Lmtp, Door::Imap]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_while_the_database_server_dies() {
    let plan = Plan::of(24, 1);
    // Its queue is slower to drain: what a killed instance had taken stays its own until the lease ends.
    let plan = Plan { kills: plan.kills / 4 + 1, mails: plan.mails / 4 + 12, ..plan };
    let world = Arc::new(World::begin(plan, Some(Cluster::own())).await);
    soak(&world, &[Door::Pipe, Door::Form, Door::Lmtp, Door::Imap]).await;
}

/// Lets a whole crowd come while everything breaks, waits until all is quiet, and judges.
async fn soak(world: &Arc<World>, doors: &[Door]) {
    let begun = Instant::now();
    println!("soak: {:?}", world.plan);
    let chance = world.plan.chance();
    let team = Team::of(world).await;
    let storm = Arc::new(Storm::brew(world, &mut chance.fork(3)));
    let by_mail: Vec<Door> = doors.iter().copied().filter(|door| *door != Door::Form).collect();
    let post = tokio::spawn(people::carry(Arc::clone(world), by_mail));

    let letters = generator::letters(world.plan.mails, doors, &mut chance.fork(4));
    let traffic = tokio::spawn(traffic(Arc::clone(world), Arc::clone(&storm), letters));
    let storm = async {
        storm.rage(world, &team, &mut chance.fork(5)).await;
        traffic.await.unwrap();
    };
    let patience =
        Duration::from_mins(5) + Duration::from_secs(20) * u32::try_from(world.plan.kills).unwrap();
    tokio::time::timeout(patience, storm).await.expect("the storm ends");
    let eye = Eye::open(&world.database.url).await;
    quiet(world, &eye).await;
    post.abort();
    team.desk.store().close().await;

    let ledger = world.command("ledger").output().await.unwrap();
    let stopped = world.process.stop().await;
    let evidence = eye.evidence().await;
    println!("{}", report::report(world, &evidence, begun.elapsed()));
    let shared = world.mailboxes.lock().await.shared();
    let mut faults = check::faults(world, &shared, &evidence);
    if !ledger.status.success() {
        faults.push(format!("the ledger does not balance: {}", String::from_utf8_lossy(&ledger.stdout)));
    }
    if stopped != Some(0) {
        faults.push(format!("asked to stop, guichet ended with {stopped:?}"));
    }
    let warnings = world.process.known().warnings;
    assert!(
        faults.is_empty(),
        "{:?}: {} faults:\n{}\nthe journal warned:\n{}",
        world.plan,
        faults.len(),
        faults.join("\n"),
        warnings.join("\n")
    );
}

/// Hands every letter in, some at once, none far ahead of the storm.
async fn traffic(world: Arc<World>, storm: Arc<Storm>, letters: Vec<generator::Letter>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut under_way = JoinSet::new();
    for (nth, letter) in letters.into_iter().enumerate() {
        storm.let_pass(nth).await;
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        let world = Arc::clone(&world);
        under_way.spawn(async move {
            let mut chance = world.plan.chance().fork(letter.number as u64 + 100);
            doors::hand_in(&world, &letter, &mut chance).await;
            world.progress.send_modify(|acknowledged| *acknowledged += 1);
            drop(place);
        });
    }
    while let Some(done) = under_way.join_next().await {
        done.unwrap();
    }
}

/// Waits until nothing is under way any more: no hand-in, no mail to carry or to take from the mailbox, no arrival, no
/// promised mail.
async fn quiet(world: &World, eye: &Eye) {
    let mut look = tokio::time::interval(Duration::from_millis(200));
    let mut moved = Instant::now();
    let mut last = None;
    loop {
        look.tick().await;
        let counts = &world.counts;
        let busy = counts.busy.load(Ordering::SeqCst);
        let carried = counts.carried.load(Ordering::SeqCst);
        let to_carry = world.taken.borrow().len() - carried;
        let underway = eye.underway().await;
        let Underway { arrivals, mails, by_imap, .. } = underway;
        let shared = i64::try_from(world.mailboxes.lock().await.count()).unwrap();
        if busy == 0 && to_carry == 0 && arrivals == 0 && mails == 0 && by_imap >= shared {
            // Once more: what was carried a moment ago may have come back.
            if last == Some((busy, to_carry, underway)) {
                return;
            }
        }
        if last != Some((busy, to_carry, underway)) {
            (moved, last) = (Instant::now(), Some((busy, to_carry, underway)));
        }
        let words = world.process.known().ended;
        assert!(
            moved.elapsed() < STUCK,
            "nothing moves: {busy} hand-ins, {to_carry} mails to carry, {shared} in the mailbox, {underway:?}; guichet ended: {words:?}"
        );
    }
}
