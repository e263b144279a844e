//! What is done to a mail on the server once it is kept: a keyword, or another folder. Never `\Seen`, which is people's, and
//! never a bare EXPUNGE, which would remove what others have marked.

use super::error::ImapError;
use super::name::{encoded, quoted, uid_set};
use super::session::{Selected, Session};

impl Selected {
    /// Whether the folder keeps this keyword: it does already, or takes new ones (`\*`).
    pub fn keeps(&self, keyword: &str) -> bool {
        self.permanent_flags.iter().any(|flag| flag == "\\*" || flag.eq_ignore_ascii_case(keyword))
    }
}

impl Session {
    /// Gives mails a keyword. The folder must [keep](Selected::keeps) it.
    pub async fn add_keyword(&mut self, uids: &[u32], keyword: &str) -> Result<(), ImapError> {
        let line = format!("UID STORE {} +FLAGS.SILENT ({keyword})", uid_set(uids));
        self.command("UID STORE", &line, self.timeout, |_| {}).await
    }

    /// Whether mails can be moved: by MOVE, or by a copy and the removal of just that mail (UIDPLUS).
    pub fn can_move(&self) -> bool {
        self.can("MOVE") || self.can("UIDPLUS")
    }

    /// Moves mails into a folder, which is made when it is not there. The server must [be able to](Session::can_move).
    pub async fn move_to(&mut self, uids: &[u32], folder: &str) -> Result<(), ImapError> {
        let (set, folder) = (uid_set(uids), quoted(&encoded(folder)));
        let copies = !self.can("MOVE");
        let verb = if copies { "UID COPY" } else { "UID MOVE" };
        let line = format!("{verb} {set} {folder}");
        if let Err(refused) = self.command(verb, &line, self.timeout, |_| {}).await {
            if !matches!(refused, ImapError::Refused { .. }) {
                return Err(refused);
            }
            // Only its absence is mended so: made twice, it is refused, and the first refusal is what is told.
            let made = self.command("CREATE", &format!("CREATE {folder}"), self.timeout, |_| {}).await;
            match made {
                Ok(()) => self.command(verb, &line, self.timeout, |_| {}).await?,
                Err(ImapError::Refused { .. }) => return Err(refused),
                Err(error) => return Err(error),
            }
        }
        if copies {
            let line = format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)");
            self.command("UID STORE", &line, self.timeout, |_| {}).await?;
            self.command("UID EXPUNGE", &format!("UID EXPUNGE {set}"), self.timeout, |_| {}).await?;
        }
        Ok(())
    }
}
