//! What is owed to the server for mails that are kept: a keyword or another folder. Done only after the commit, and redone at
//! the next pass when it failed; a failure never keeps mails from being taken.

use super::folder::{Folder, Open, Trouble};
use crate::kill::kill_point;
use crate::mail::imap::{After, ImapError};

/// Mails marked or moved by one command.
const TOGETHER: i64 = 200;

impl Folder {
    /// Settles what is owed. Answers what works otherwise than the settings ask, in French.
    pub(super) async fn settle(&self, open: &mut Open) -> Result<Option<String>, Trouble> {
        if self.sent {
            return Ok(None);
        }
        let unable = match self.mailbox.after {
            After::Keyword if !open.selected.keeps(&self.mailbox.keyword) => {
                Some("ce dossier n’accepte pas de nouveau mot-clé : les courriels pris restent sans marque".to_owned())
            }
            After::Move if !open.session.can_move() => {
                Some("ce serveur ne sait pas déplacer un seul courriel (MOVE, UIDPLUS) : les courriels pris restent en place".to_owned())
            }
            _ => None,
        };
        loop {
            let uids = self.desk.store().mails_owed(&open.of, TOGETHER).await?;
            if uids.is_empty() {
                return Ok(unable);
            }
            kill_point!("imap-before-marking");
            let done = match self.mailbox.after {
                After::Keyword if unable.is_none() => {
                    open.session.add_keyword(&uids, &self.mailbox.keyword).await
                }
                After::Move if unable.is_none() => open.session.move_to(&uids, &self.mailbox.move_to).await,
                _ => Ok(()),
            };
            match done {
                Ok(()) => self.desk.store().mails_paid(&open.of, &uids).await?,
                Err(refused @ ImapError::Refused { .. }) => {
                    return Ok(Some(format!(
                        "les courriels pris ne peuvent être marqués ni déplacés : {refused}"
                    )));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
