//! A person of the team at work on the same database, from another process than the one that is killed.

use guichet::clock::Clock;
use guichet::config::Config;
use guichet::desk::{Desk, Parts};
use guichet::keys::Keys;
use guichet::reply::{Links, Replies, ReplyFiles};
use guichet::store::Store;
use guichet::triage::RuleFiles;

use super::world::{KEY, World};
use crate::support::story;

/// A desk and a person at it.
pub(super) struct Team {
    pub(super) desk: Desk,
    pub(super) person: String,
}

impl Team {
    pub(super) async fn of(world: &World) -> Self {
        let config = Config::load(Some(&world.settings), std::iter::empty()).unwrap();
        let links = Links::load(&RuleFiles::embedded()).unwrap();
        let desk = Desk::new(Parts {
            store: Store::open(&world.database).await.unwrap(),
            clock: Clock::system(),
            keys: Keys::new(vec![KEY.as_bytes().to_vec()]).unwrap(),
            triage: story::triage(),
            replies: Replies::load(&ReplyFiles::embedded(), links, &[]).unwrap(),
            service: config.service.clone(),
            own: config.own(),
            settings: config.desk(),
        });
        let person = story::camille(&desk).await.id;
        Self { desk, person }
    }
}
