//! The prefilled text of a reply, for the answer and refusal boxes.

use crate::desk::{Desk, DeskError};
use crate::reply::{Mode, Use};

impl Desk {
    /// The Markdown of a reply filled in for this ticket; `None`: no such ticket or no such reply.
    pub async fn draft(&self, reference: &str, reply: &str) -> Result<Option<String>, DeskError> {
        let Some(file) = self.store().ticket_file(reference).await? else { return Ok(None) };
        let Some(decision) = file.decision else { return Ok(None) };
        if !matches!(self.replies().used_for(reply), Some(Use::Draft | Use::Refusal | Use::Correction)) {
            return Ok(None);
        }
        let directory = self.directory().await?;
        Ok(Some(self.render(reply, &file.ticket, &decision, &directory, Mode::Draft)?.markdown))
    }
}
