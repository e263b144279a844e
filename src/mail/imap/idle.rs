//! Waiting for the server to announce a mail (IDLE, RFC 2177). The end of the wait is fixed when it begins: chatter such as
//! `* OK Still here` does not put it off, so a connection that only seems alive is found out by the next command.

use std::time::Duration;

use async_imap::imap_proto::{Response, Status};

use super::error::{ImapError, server_words};
use super::session::{Session, count};

impl Session {
    /// Waits for news of the opened folder, at most `at_most`; `true`: there are more mails than when it was last listed.
    /// The server must be able to `IDLE`.
    pub async fn idle(&mut self, at_most: Duration) -> Result<bool, ImapError> {
        if self.news {
            return Ok(true);
        }
        let timeout = self.timeout;
        let begin = async {
            let tag = self.inner.run_command("IDLE").await?;
            loop {
                let response = self.inner.read_response().await?.ok_or(ImapError::Lost)?;
                match response.parsed() {
                    Response::Continue(_) => return Ok(tag),
                    Response::Done { tag: answered, outcome, .. } if *answered == tag => {
                        return Err(ImapError::refused("IDLE", outcome.information.as_deref()));
                    }
                    response => self.heard(response)?,
                }
            }
        };
        let tag = tokio::time::timeout(timeout, begin).await.map_err(|_| ImapError::Timeout)??;
        // Not in any order of its own: what came between the list and the server's consent counts too.
        if !self.news {
            match tokio::time::timeout(at_most, self.until_news()).await {
                Ok(heard) => heard?,
                Err(_elapsed) => {}
            }
        }
        let end = async {
            self.inner.run_command_untagged("DONE").await?;
            self.answer("IDLE", &tag, |_| {}).await
        };
        tokio::time::timeout(timeout, end).await.map_err(|_| ImapError::Timeout)??;
        Ok(self.news)
    }

    async fn until_news(&mut self) -> Result<(), ImapError> {
        while !self.news {
            let response = self.inner.read_response().await?.ok_or(ImapError::Lost)?;
            self.heard(response.parsed())?;
        }
        Ok(())
    }

    fn heard(&mut self, response: &Response<'_>) -> Result<(), ImapError> {
        if let Response::Data { status: Status::Bye, outcome } = response {
            return Err(ImapError::Bye(server_words(outcome.information.as_deref())));
        }
        count(&mut self.exists, &mut self.news, response);
        Ok(())
    }
}
