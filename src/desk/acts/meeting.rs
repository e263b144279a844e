//! The date of the meeting that a ticket leads to.

use super::Seen;
use crate::clock::paris_text;
use crate::desk::{Desk, DeskError};
use crate::message::{Lang, one_line};
use crate::store::Meeting;
use crate::ticket::EventKind;

impl Desk {
    /// Notes the meeting, in the place of the one noted before; `None` takes it away.
    pub async fn note_meeting(&self, seen: &Seen, meeting: Option<Meeting>) -> Result<(), DeskError> {
        let mut act = self.begin_act(seen).await?;
        let meeting = meeting.map(|meeting| Meeting { place: one_line(&meeting.place, 200), ..meeting });
        act.tx.meeting_set(&act.ticket.id, meeting.as_ref()).await?;
        let detail = match &meeting {
            None => "retiré".to_owned(),
            Some(Meeting { at, place }) if place.is_empty() => paris_text(*at, Lang::Fr),
            Some(Meeting { at, place }) => format!("{}, {place}", paris_text(*at, Lang::Fr)),
        };
        self.conclude(act, EventKind::MeetingNoted, &detail).await
    }
}
