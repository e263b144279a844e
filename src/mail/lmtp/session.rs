//! One conversation, command by command.

use std::borrow::Cow;
use std::collections::HashSet;

use smtp_proto::{Error, MAIL_BODY_BINARYMIME, MAIL_REQUIRETLS, MailFrom, Request};

use super::data::{Data, Fault, Whole};
use super::line::{Gathered, Line};
use super::rules::{Held, Rules};
use super::{path, reply};
use crate::message::Envelope;

/// Faults of a client after which the conversation is ended.
const FAULTS_LIMIT: usize = 20;

/// A conversation. [`Session::read`] takes octets, [`Session::replies`] gives what is to be written.
#[derive(Debug)]
pub struct Session {
    rules: Rules,
    state: State,
    line: Gathered,
    greeted: bool,
    mail: Option<Mail>,
    replies: Vec<u8>,
    refusals: Vec<Refusal>,
    faults: usize,
    turns: u64,
}

#[derive(Debug)]
enum State {
    Commands,
    Data(Data),
    /// A message was given away; this many recipients wait for their replies.
    Deciding(usize),
    Over,
}

/// A message being announced.
#[derive(Debug)]
struct Mail {
    from: String,
    /// As accepted, in order: each gets its reply, even one named twice.
    to: Vec<String>,
    refused: bool,
}

/// What a session wants before it reads on.
#[derive(Debug)]
pub enum Want {
    /// More octets.
    Octets,
    /// This message kept; then [`Session::decided`].
    Keep(Incoming),
    /// The connection closed, once the replies are written.
    Close,
}

/// A whole message with whom it is for.
#[derive(Debug)]
pub struct Incoming {
    /// The envelope: `MAIL FROM` (empty for the null sender) and every accepted recipient once.
    pub envelope: Envelope,
    /// The message, dots unstuffed, otherwise octet for octet.
    pub raw: Vec<u8>,
    /// The shared memory it takes; keep it as long as the octets.
    pub held: Held,
}

/// What became of a message that was given away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is on disk, under this reference.
    Kept(String),
    /// It could not be kept: the mail server tries again.
    Away,
}

/// Why a message was not taken, as the ledger counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// None of its recipients is the service's.
    NotOurs,
    /// Larger than any message may be.
    TooLarge,
    /// All sessions together held too much.
    NoRoom,
    /// The client went away, fell silent or was cut off in the middle.
    Cut,
}

impl Session {
    /// A conversation that begins: the greeting waits to be written.
    pub fn new(rules: Rules) -> Self {
        let mut session = Self {
            state: State::Commands,
            line: Gathered::default(),
            greeted: false,
            mail: None,
            replies: Vec::new(),
            refusals: Vec::new(),
            faults: 0,
            turns: 0,
            rules,
        };
        session.say(&reply::greeting(&session.rules));
        session
    }

    /// Takes octets: how many of them, and what is wanted before the next.
    pub fn read(&mut self, octets: &[u8]) -> (usize, Want) {
        let mut used = 0;
        while used < octets.len() {
            let rest = &octets[used..];
            match &mut self.state {
                State::Commands => {
                    let (taken, line) = self.line.read(rest);
                    used += taken;
                    if let Some(line) = line {
                        self.turns += 1;
                        self.take_line(line);
                    }
                }
                State::Data(data) => {
                    let (taken, ended) = data.read(rest);
                    used += taken;
                    if ended {
                        self.turns += 1;
                        if let Some(incoming) = self.message_ended() {
                            return (used, Want::Keep(incoming));
                        }
                    }
                }
                State::Deciding(_) | State::Over => break,
            }
        }
        (used, if self.is_over() { Want::Close } else { Want::Octets })
    }

    /// What became of the message that [`Want::Keep`] gave away: one reply for each accepted recipient, in order.
    pub fn decided(&mut self, outcome: &Outcome) {
        if let State::Deciding(recipients) = self.state {
            self.state = State::Commands;
            let reply = match outcome {
                Outcome::Kept(reference) => reply::kept(reference),
                Outcome::Away => reply::STORE_AWAY.to_owned(),
            };
            self.say_times(&reply, recipients);
        }
    }

    /// The replies that wait to be written; taken out.
    pub fn replies(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.replies)
    }

    /// Why messages were not taken since this was last asked.
    pub fn refusals(&mut self) -> Vec<Refusal> {
        std::mem::take(&mut self.refusals)
    }

    /// How many lines and messages have ended: time-outs count from the last of them.
    pub fn turns(&self) -> u64 {
        self.turns
    }

    /// Whether a message is under way.
    pub fn in_data(&self) -> bool {
        matches!(self.state, State::Data(_))
    }

    /// Whether the connection is to be closed.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    /// The service stops.
    pub fn stop(&mut self) {
        self.end(reply::STOPPING);
    }

    /// The client said nothing for too long.
    pub fn time_out(&mut self) {
        self.end(reply::TIMED_OUT);
    }

    /// The client is gone: a message under way counts as refused.
    pub fn gone(&mut self) {
        if self.in_data() {
            self.refusals.push(Refusal::Cut);
            self.mail = None;
        }
        self.forget_mail();
        self.state = State::Over;
    }

    /// Ends what was announced. Mail for nobody here is refused then: not every client asks for DATA to be told so.
    fn forget_mail(&mut self) {
        if self.mail.take().is_some_and(|mail| mail.refused && mail.to.is_empty()) {
            self.refusals.push(Refusal::NotOurs);
        }
    }

    fn end(&mut self, last_words: &str) {
        if !self.is_over() {
            self.gone();
            self.say(last_words);
        }
    }

    fn say(&mut self, reply: &str) {
        self.replies.extend_from_slice(reply.as_bytes());
        self.replies.extend_from_slice(b"\r\n");
    }

    fn say_times(&mut self, reply: &str, times: usize) {
        for _ in 0..times {
            self.say(reply);
        }
    }

    /// A reply to a fault of the client; too many end the conversation.
    fn fault(&mut self, reply: &str) {
        self.say(reply);
        self.faults += 1;
        if self.faults >= FAULTS_LIMIT {
            self.end(reply::TOO_MANY_FAULTS);
        }
    }

    fn take_line(&mut self, line: Line) {
        match line {
            Line::TooLong => self.fault(reply::LINE_TOO_LONG),
            // Whoever ends lines otherwise reads this stream otherwise than we do.
            Line::BareLf => self.end(reply::BARE_LF),
            Line::Whole(line) => {
                let inside = &line[..line.len() - 2];
                if inside.contains(&b'\r') || inside.contains(&0) || std::str::from_utf8(inside).is_err() {
                    return self.fault(reply::ILL_OCTETS);
                }
                match path::set_aside(&line) {
                    Some((sender, line)) => self.take_command(&line, Some(sender)),
                    None => self.take_command(&line, None),
                }
            }
        }
    }

    /// `sender`: the one that MAIL named, where it could not stay in the command.
    fn take_command(&mut self, line: &[u8], sender: Option<String>) {
        match Request::parse(&mut line.iter()) {
            Ok(Request::Mail { from }) => {
                let address = sender.map_or(from.address, Cow::Owned);
                self.take_sender(MailFrom { address, ..from });
            }
            Ok(Request::Rcpt { to }) if to.address.is_empty() && path::names_postmaster(line) => {
                self.take_recipient(path::POSTMASTER);
            }
            Ok(request) => self.take(request),
            Err(Error::UnknownCommand) => {
                // What does not begin with LHLO speaks something else: a browser led astray, for one.
                if self.greeted {
                    self.fault(reply::UNKNOWN_COMMAND);
                } else {
                    self.end(reply::UNKNOWN_COMMAND);
                }
            }
            Err(Error::InvalidSenderAddress) => self.fault(reply::BAD_SENDER),
            Err(Error::InvalidRecipientAddress) => self.fault(reply::BAD_RECIPIENT),
            Err(Error::InvalidParameter { .. }) => self.fault(reply::BAD_PARAMETER),
            Err(Error::UnsupportedParameter { .. }) => self.fault(reply::UNKNOWN_PARAMETER),
            Err(_) => self.fault(reply::SYNTAX),
        }
    }

    fn take(&mut self, request: Request<Cow<'_, str>>) {
        match request {
            Request::Lhlo { .. } => {
                self.greeted = true;
                self.forget_mail();
                let offer = reply::offer(&self.rules);
                self.say(&offer);
            }
            Request::Ehlo { .. } | Request::Helo { .. } => self.fault(reply::WRONG_GREETING),
            Request::Rcpt { to } => self.take_recipient(&to.address),
            Request::Data => self.take_data(),
            Request::Rset => {
                self.forget_mail();
                self.say(reply::RESET);
            }
            Request::Noop { .. } => self.say(reply::NOTHING_DONE),
            Request::Vrfy { .. } => self.say(reply::CANNOT_VERIFY),
            Request::Help { .. } => self.say(reply::HELP),
            Request::Quit => self.end(reply::BYE),
            // What follows BDAT is a message, and must not be read as commands.
            Request::Bdat { .. } => self.end(reply::NOT_OFFERED),
            _ => self.fault(reply::NOT_OFFERED),
        }
    }

    fn take_sender(&mut self, from: MailFrom<Cow<'_, str>>) {
        if !self.greeted {
            self.fault(reply::GREET_FIRST);
        } else if self.mail.is_some() {
            self.fault(reply::NESTED_MAIL);
        } else if from.flags & (MAIL_BODY_BINARYMIME | MAIL_REQUIRETLS) != 0 {
            self.fault(reply::UNKNOWN_PARAMETER);
        } else if from.size > self.rules.max_octets() {
            self.refusals.push(Refusal::TooLarge);
            self.say(reply::TOO_LARGE);
        } else {
            self.mail = Some(Mail { from: from.address.into_owned(), to: Vec::new(), refused: false });
            self.say(reply::SENDER_OK);
        }
    }

    fn take_recipient(&mut self, address: &str) {
        let Some(mail) = &mut self.mail else { return self.fault(reply::MAIL_FIRST) };
        let address = path::unrooted(address);
        if !self.rules.takes_for(address) {
            mail.refused = true;
            self.say(reply::NOT_OURS);
        } else if address.is_empty() {
            self.fault(reply::BAD_RECIPIENT);
        } else if mail.to.len() >= self.rules.max_recipients() {
            self.say(reply::TOO_MANY_RECIPIENTS);
        } else {
            mail.to.push(address.to_owned());
            self.say(reply::RECIPIENT_OK);
        }
    }

    fn take_data(&mut self) {
        match &self.mail {
            None => self.fault(reply::MAIL_FIRST),
            Some(mail) if mail.to.is_empty() => {
                self.forget_mail();
                self.say(reply::NO_RECIPIENT);
            }
            Some(_) => {
                self.state = State::Data(Data::new(&self.rules));
                self.say(reply::GO_ON);
            }
        }
    }

    /// The message, unless it is refused; then that is said to each recipient.
    fn message_ended(&mut self) -> Option<Incoming> {
        let State::Data(data) = std::mem::replace(&mut self.state, State::Commands) else { return None };
        let Mail { from, to, .. } = self.mail.take()?;
        let (refusal, reply) = match data.end() {
            Ok(Whole { raw, held }) => {
                self.state = State::Deciding(to.len());
                let mut seen = HashSet::new();
                let once = to.into_iter().filter(|address| seen.insert(address.clone())).collect();
                return Some(Incoming {
                    envelope: Envelope { from: Some(from), to: once, ..Envelope::default() },
                    raw,
                    held,
                });
            }
            Err(Fault::TooLarge) => (Refusal::TooLarge, reply::TOO_LARGE),
            Err(Fault::NoRoom) => (Refusal::NoRoom, reply::NO_ROOM),
        };
        self.refusals.push(refusal);
        self.say_times(reply, to.len());
        None
    }
}
