//! What breaks, and when. Blows fall at seeded places of the traffic: each waits until so many mails were acknowledged,
//! and the traffic does not run far ahead of the blows, so that all of them fall into it.

use std::sync::Arc;
use std::time::Duration;

use guichet::desk::Seen;
use guichet::store::{Filter, View};
use tokio::sync::watch;

use super::chance::{Chance, pause};
use super::team::Team;
use super::world::{World, count};

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
    /// The disk is full for a while.
    Disk,
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

/// How far the traffic may run ahead of the blows, in mails.
const AHEAD: usize = 15;
/// How far the service may be behind the traffic when a blow falls, in mails, and how long it is waited for.
const BEHIND: usize = 12;
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
    /// How many have fallen.
    fallen: watch::Sender<usize>,
}

impl Storm {
    pub(super) fn brew(world: &World, chance: &mut Chance) -> Self {
        let plan = &world.plan;
        let mut blows = Vec::new();
        let mut kills = 0;
        while kills < plan.kills {
            let (blow, cost) = match chance.below(10) {
                0 => (Blow::KillTwice, 2),
                1..4 => (Blow::KillAt(*chance.pick(&POINTS)), 2),
                _ => (Blow::Kill, 1),
            };
            kills += cost;
            blows.push(blow);
        }
        blows.extend(std::iter::repeat_n(Blow::Relay, plan.kills / 4 + 1));
        blows.extend(std::iter::repeat_n(Blow::Answer, plan.mails / 8 + 1));
        if world.disk.is_some() {
            blows.extend(std::iter::repeat_n(Blow::Disk, plan.kills / 12 + 1));
        }
        let mut blows: Vec<(usize, Blow)> =
            blows.into_iter().map(|blow| (chance.below(plan.mails), blow)).collect();
        blows.sort_by_key(|(place, _)| *place);
        Self { blows, fallen: watch::Sender::default() }
    }

    /// Waits until the traffic may go on to its `nth` mail.
    pub(super) async fn let_pass(&self, nth: usize) {
        let before = self.blows.iter().filter(|(place, _)| place + AHEAD <= nth).count();
        self.fallen.subscribe().wait_for(|fallen| *fallen >= before).await.expect("the storm lives");
    }

    /// Has every blow fall in its turn.
    pub(super) async fn rage(&self, world: &Arc<World>, team: &Team, chance: &mut Chance) {
        let mut progress = world.progress.subscribe();
        for (place, blow) in &self.blows {
            progress.wait_for(|acknowledged| acknowledged >= place).await.expect("the world lives");
            // A service that is killed before it has done anything would only be killed at the same place again.
            let _ = tokio::time::timeout(CATCHING_UP, team.has_caught_up(place.saturating_sub(BEHIND))).await;
            fall(*blow, world, team, chance).await;
            self.fallen.send_modify(|fallen| *fallen += 1);
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
        Blow::Disk => {
            let Some(disk) = &world.disk else { return };
            disk.fill();
            pause(chance.within(AWAY)).await;
            disk.free();
            count(&world.counts.disk_full);
        }
        Blow::Answer => team.answer_one(world, chance).await,
    }
}

impl Team {
    /// Waits until the service has understood so many mails.
    async fn has_caught_up(&self, mails: usize) {
        let mut look = tokio::time::interval(Duration::from_millis(50));
        loop {
            look.tick().await;
            let Ok(lines) = self.desk.store().ledger().await else { continue };
            let understood: i64 = lines.iter().map(|line| line.arrived - line.waiting).sum();
            if usize::try_from(understood).unwrap() >= mails {
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
