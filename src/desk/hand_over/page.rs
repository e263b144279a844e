//! The signed page of a hand-over: whoever has the link says, without an account, what becomes of the request. It shows
//! nothing that the mail with the link had not shown, and is open while the answer is of use. An answer quotes the link, so
//! that the requester may hold it before our copy comes, or where none does. So it opens nothing once the request is
//! answered; until then it confirms and ends nothing in the directory: a short absence is noted, with its end, and all else
//! only takes a confirmation away, or is proposed, until a person of the team has looked.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::clock::day_text;
use crate::desk::{Desk, DeskError, Suggestion};
use crate::keys::Purpose;
use crate::mail::compose::Address;
use crate::message::{Lang, one_line};
use crate::service::SignedPage;
use crate::store::Tx;
use crate::ticket::{Actor, HandOver, HandOverState, Ticket};

/// How long the page of a hand-over takes an answer.
const OPEN_FOR: Duration = Duration::days(60);

/// The longest absence that is taken: beyond, somebody else should answer.
const LONGEST_ABSENCE: Duration = Duration::days(366);

/// An absence longer than an ordinary one is looked at by a person.
const ORDINARY_ABSENCE: Duration = Duration::days(14);

/// What whoever has the request says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecipientSays {
    /// They answered the requester in another way: by telephone.
    Answered,
    /// It is not theirs; who answers for it, if they say so.
    NotMine {
        /// Name or function; may be empty.
        name: String,
        /// Address; may be empty.
        email: String,
    },
    /// They are absent until this day.
    Absent {
        /// The last day of absence.
        until: NaiveDate,
    },
    /// They no longer have the function; who has it, if they say so.
    NoLonger {
        /// Name or function; may be empty.
        name: String,
        /// Address; may be empty.
        email: String,
    },
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOverPage {
    /// The request's public reference.
    pub reference: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// When it was handed over.
    pub made_at: DateTime<Utc>,
    /// The topic, in the language of the request; may be empty.
    pub topic: String,
    /// The requester's body; may be empty.
    pub organisation: String,
    /// The subject; may be empty.
    pub subject: String,
    /// What became of it.
    pub state: HandOverState,
    /// Whether the page still takes an answer.
    pub open: bool,
}

impl Desk {
    /// The address of the page of a hand-over.
    pub(super) fn hand_over_url(&self, id: &str, lang: Lang) -> String {
        let token = format!("{id}.{}", self.keys().sign(Purpose::HandOverLink, id));
        self.service().link(SignedPage::HandOver, lang, &token)
    }

    /// What the page of a valid token shows; `None` for a bad token.
    pub async fn hand_over_page(&self, token: &str) -> Result<Option<HandOverPage>, DeskError> {
        let mut tx = self.store().look().await?;
        let found = self.by_token(&mut tx, token).await?;
        Ok(found.map(|(handed, ticket)| self.page_of(&handed, &ticket)))
    }

    /// Carries out what whoever has the request says. `None` for a bad token; where the page is no longer open, nothing
    /// happens, so that a second press does no more than the first.
    pub async fn recipient_says(
        &self,
        token: &str,
        says: &RecipientSays,
    ) -> Result<Option<HandOverPage>, DeskError> {
        let mut tx = self.store().begin().await?;
        let Some((handed, ticket)) = self.by_token(&mut tx, token).await? else { return Ok(None) };
        if !self.is_open(&handed) {
            return Ok(Some(self.page_of(&handed, &ticket)));
        }
        let (state, note) = self.heard(&mut tx, &handed, says).await?;
        let reached = handed.reached || state == HandOverState::Answered;
        if handed.state == state && handed.note == note {
            return Ok(Some(self.page_of(&handed, &ticket)));
        }
        let said = HandOver { reached, ..handed };
        if self.hand_over_goes_on(&mut tx, &said, state, &note, &Actor::Correspondent).await? {
            if state == HandOverState::Answered {
                let mut ticket = ticket.clone();
                self.conclude_answered(&mut tx, &mut ticket, true, self.clock().now()).await?;
                self.save(&mut tx, &ticket).await?;
            } else {
                self.bring_back(&mut tx, &ticket.id).await?;
            }
            tx.commit().await?;
        }
        self.hand_over_page(token).await
    }

    /// What is said, as it is kept, and what the directory learns from it.
    async fn heard(
        &self,
        tx: &mut Tx,
        handed: &HandOver,
        says: &RecipientSays,
    ) -> Result<(HandOverState, String), DeskError> {
        self.directory_learns(tx, handed, says).await?;
        Ok(match says {
            RecipientSays::Answered => (
                HandOverState::Answered,
                "dit avoir répondu à l’auteur de la demande par téléphone".to_owned(),
            ),
            RecipientSays::NotMine { name, email } => {
                let other = somebody(name, email)?;
                (HandOverState::Declined, format!("dit que ce n’est pas de son ressort{other}"))
            }
            RecipientSays::Absent { until } => {
                let day = day_text(*until, Lang::Fr);
                let today = self.clock().today();
                if *until < today || *until - today > LONGEST_ABSENCE {
                    return Err(DeskError::Refused(format!(
                        "Une absence jusqu’au {day} ne peut être notée."
                    )));
                }
                (HandOverState::Returned, format!("dit être absent jusqu’au {day}"))
            }
            RecipientSays::NoLonger { name, email } => {
                let other = somebody(name, email)?;
                (HandOverState::Declined, format!("dit ne plus avoir cette fonction{other}"))
            }
        })
    }

    /// Writes down what somebody of the directory says of themselves, as far as the link may; somebody whom the directory does not know, or no
    /// longer, teaches it nothing.
    async fn directory_learns(
        &self,
        tx: &mut Tx,
        handed: &HandOver,
        says: &RecipientSays,
    ) -> Result<(), DeskError> {
        let Some(entry_id) = &handed.entry_id else { return Ok(()) };
        let by = Actor::Correspondent;
        let told = match says {
            RecipientSays::Answered => Ok(()),
            RecipientSays::NotMine { name, email } => {
                let (name, email) = (one_line(name, 200), email.trim());
                return self.directory_not_theirs(tx, handed, Some((&name, email))).await;
            }
            RecipientSays::Absent { until } => {
                let told = self.directory_absent(tx, entry_id, *until, &by).await;
                if told.is_ok() && *until - self.clock().today() > ORDINARY_ABSENCE {
                    self.directory_doubted(tx, entry_id, &by).await
                } else {
                    told
                }
            }
            RecipientSays::NoLonger { .. } => self.directory_doubted(tx, entry_id, &by).await,
        };
        let told = match (told, says) {
            (Ok(()), RecipientSays::NoLonger { name, email }) if !email.trim().is_empty() => {
                let suggestion = Suggestion {
                    instead_of: entry_id.clone(),
                    email: email.trim().to_owned(),
                    name: one_line(name, 200),
                    note: format!("nommé par {}", handed.email),
                };
                self.directory_suggest(tx, &suggestion, &by).await.map(|_| ())
            }
            (told, _) => told,
        };
        match told {
            Err(DeskError::NotFound) => Ok(()),
            told => told,
        }
    }

    async fn by_token(&self, tx: &mut Tx, token: &str) -> Result<Option<(HandOver, Ticket)>, DeskError> {
        let Some((id, signature)) = token.split_once('.') else { return Ok(None) };
        if !self.keys().verify(Purpose::HandOverLink, id, signature) {
            return Ok(None);
        }
        let Some(handed) = tx.hand_over(id).await? else { return Ok(None) };
        let ticket = tx.ticket_by_id(&handed.ticket_id).await?;
        Ok(ticket.map(|ticket| (handed, ticket)))
    }

    fn is_open(&self, handed: &HandOver) -> bool {
        let waited_for =
            matches!(handed.state, HandOverState::Waiting | HandOverState::Silent | HandOverState::Returned);
        waited_for && self.clock().now() - handed.made_at < OPEN_FOR
    }

    fn page_of(&self, handed: &HandOver, ticket: &Ticket) -> HandOverPage {
        let category = self.triage().taxonomy().declared(&ticket.category);
        HandOverPage {
            reference: ticket.reference.clone(),
            received_at: ticket.opened_at,
            made_at: handed.made_at,
            topic: category.map_or("", |category| category.title(ticket.lang.reply())).to_owned(),
            organisation: ticket.organisation.clone(),
            subject: ticket.subject.clone(),
            state: handed.state,
            open: self.is_open(handed),
        }
    }
}

/// `; désigne Marie Dupont, marie@ministere.example`, or nothing. What is no address is refused.
fn somebody(name: &str, email: &str) -> Result<String, DeskError> {
    let (name, email) = (one_line(name, 200), email.trim());
    if !email.is_empty() && Address::new(email).is_err() {
        return Err(DeskError::Refused("Cette adresse de courriel n’est pas valable.".to_owned()));
    }
    let named: Vec<&str> = [name.as_str(), email].into_iter().filter(|part| !part.is_empty()).collect();
    Ok(if named.is_empty() { String::new() } else { format!(" ; désigne {}", named.join(", ")) })
}
