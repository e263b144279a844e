//! What breaks, and when. Blows fall at seeded places of the traffic: each waits until so many mails were acknowledged, and
//! the mails after it wait until it is about to fall, so that it falls among them.

use std::sync::Arc;
use std::time::Duration;

use guichet::desk::Seen;
use guichet::store::{Filter, View};
use tokio::sync::watch;

use super::chance::{Chance, pause};
use super::team::Team;
use super::world::{World, count, held};

/// What breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    /// SIGKILL in the midst of the work.
    Kill,
    /// SIGKILL, and again while it starts.
    KillTwice,
    /// SIGKILL, and again when it stands at the gap between two steps.
    KillAt(&'static str),
    /// The relay goes away, every conversation is cut, and it comes back.
    Relay,
    /// Dovecot dies with every connection, and is started again.
    Mailboxes,
    /// The disk is full for a while.
    Disk,
    /// The database server dies and is started again.
    Database,
    /// Somebody of the team answers a request (no blow, but a mail that must not be lost).
    Answer,
}

/// The gaps between two steps that the program knows (`kill_point!` in the sources).
const POINTS: [&str; 9] = [
    "keep-before-commit",
    "keep-after-commit",
    "process-after-lease",
    "process-before-commit",
    "process-after-commit",
    "deliver-after-sending",
    "deliver-after-handing-over",
    "deliver-before-recording",
    "deliver-after-recording",
];

/// How far the traffic may run ahead of a blow, in mails: less, and hand-ins under way would wait for each other.
const AHEAD: usize = 4;
/// How many arrivals may wait when a blow falls, and how long it is waited for that they are not more.
const BEHIND: i64 = 4;
const CATCHING_UP: Duration = Duration::from_secs(15);
/// How long a kill point is waited for.
const POINT: Duration = Duration::from_secs(4);
/// After a start, a blow falls within this time.
const MOMENT: Duration = Duration::from_millis(700);
/// How long something stays away at most.
const AWAY: Duration = Duration::from_millis(1_200);

/// The blows of a soak, each with the number of acknowledged mails it waits for.
pub(super) struct Storm {
    blows: Vec<(usize, Blow)>,
    /// How many have fallen, or are about to.
    begun: watch::Sender<usize>,
}

impl Storm {
    pub(super) fn brew(world: &World, chance: &mut Chance) -> Self {
        let plan = &world.plan;
        let mut blows = Vec::new();
        let mut kills = 0;
        while kills < plan.kills {
            let (blow, cost) = match chance.below(10) {
                0 => (Blow::KillTwice, 2),
                1..4 => (Blow::KillAt(POINTS[chance.below(POINTS.len())]), 2),
                _ => (Blow::Kill, 1),
            };
            kills += cost;
            blows.push(blow);
        }
        blows.extend(std::iter::repeat_n(Blow::Relay, plan.kills / 4 + 1));
        blows.extend(std::iter::repeat_n(Blow::Mailboxes, plan.kills / 6 + 1));
        blows.extend(std::iter::repeat_n(Blow::Answer, plan.mails / 8 + 1));
        if world.disk.is_some() {
            blows.extend(std::iter::repeat_n(Blow::Disk, plan.kills / 12 + 1));
        }
        if world.cluster.is_some() {
            blows.extend(std::iter::repeat_n(Blow::Database, plan.kills / 4 + 2));
        }
        let mut blows: Vec<(usize, Blow)> =
            blows.into_iter().map(|blow| (chance.below(plan.mails), blow)).collect();
        blows.sort_by_key(|(place, _)| *place);
        Self { blows, begun: watch::Sender::default() }
    }

    /// Waits until the traffic may go on to its `nth` mail.
    pub(super) async fn let_pass(&self, nth: usize) {
        let before = self.blows.iter().filter(|(place, _)| place + AHEAD <= nth).count();
        self.begun.subscribe().wait_for(|begun| *begun >= before).await.expect("the storm lives");
    }

    /// Has every blow fall in its turn.
    pub(super) async fn rage(&self, world: &Arc<World>, team: &Team, chance: &mut Chance) {
        let mut progress = world.progress.subscribe();
        for (place, blow) in &self.blows {
            progress.wait_for(|acknowledged| acknowledged >= place).await.expect("the world lives");
            // A service that is killed before it has done anything would only be killed at the same place again.
            let _ = tokio::time::timeout(CATCHING_UP, team.has_caught_up()).await;
            self.begun.send_modify(|begun| *begun += 1);
            fall(*blow, world, team, chance).await;
        }
    }
}

async fn fall(blow: Blow, world: &World, team: &Team, chance: &mut Chance) {
    match blow {
        Blow::Kill => {
            world.process.serves().await;
            pause(chance.within(MOMENT)).await;
            world.process.kill().await;
        }
        Blow::KillTwice => {
            world.process.serves().await;
            world.process.kill().await;
            pause(chance.within(2 * MOMENT)).await;
            world.process.kill().await;
        }
        Blow::KillAt(point) => {
            world.process.serves().await;
            if world.process.kill_at(point, POINT).await {
                count(&world.counts.points);
            }
        }
        Blow::Relay => {
            let mut relay = world.smtp.lock().await;
            relay.stop().await;
            pause(chance.within(AWAY)).await;
            relay.start_again().await;
            count(&world.counts.relay_down);
        }
        Blow::Mailboxes => {
            world.mailboxes.lock().await.die(chance.within(AWAY)).await;
            count(&world.counts.mailboxes_down);
        }
        Blow::Disk => {
            let Some(disk) = &world.disk else { return };
            disk.fill();
            pause(chance.within(AWAY)).await;
            disk.free();
            count(&world.counts.disk_full);
        }
        Blow::Database => {
            let Some(cluster) = &world.cluster else { return };
            tokio::task::block_in_place(|| held(cluster).stop());
            pause(chance.within(AWAY)).await;
            tokio::task::block_in_place(|| held(cluster).start_again());
            count(&world.counts.database_down);
        }
        Blow::Answer => team.answer_one(world, chance).await,
    }
}

impl Team {
    /// Waits until few arrivals wait to be understood.
    async fn has_caught_up(&self) {
        let mut look = tokio::time::interval(Duration::from_millis(50));
        loop {
            look.tick().await;
            let Ok(lines) = self.desk.store().ledger().await else { continue };
            if lines.iter().map(|line| line.waiting).sum::<i64>() <= BEHIND {
                return;
            }
        }
    }

    /// Answers a request of the queue. Whoever is told that it did not work (the disk is full) finds it in the queue again.
    async fn answer_one(&self, world: &World, chance: &mut Chance) {
        let filter = Filter { view: View::Todo, limit: 50, ..Filter::default() };
        let Ok(rows) = self.desk.store().queue(&filter).await else { return };
        if rows.is_empty() {
            return;
        }
        let ticket = &chance.pick(&rows).ticket;
        let seen = Seen {
            reference: ticket.reference.clone(),
            version: ticket.version,
            person: self.person.clone(),
        };
        if self
            .desk
            .answer(&seen, "Bonjour, voici ce que nous vous proposons.", chance.once_in(2))
            .await
            .is_ok()
        {
            count(&world.counts.answers);
        }
    }
}
