//! The octets of one message: dots unstuffed (RFC 5321 section 4.5.2), ended by CRLF.CRLF and by nothing else. A dot beside a
//! bare LF or a bare CR is text like any other.

use super::rules::{Held, Rules};

/// A message being received.
#[derive(Debug)]
pub(super) struct Data {
    place: Place,
    raw: Vec<u8>,
    held: Held,
    max_octets: usize,
    fault: Option<Fault>,
}

/// Why a message cannot be taken. Its octets are read to the end all the same, and dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Larger than any message may be.
    TooLarge,
    /// All sessions together hold too much.
    NoRoom,
}

/// Where in the stream the next octet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Behind a CRLF, or at the very beginning.
    LineStart,
    Text,
    /// Behind a CR.
    Cr,
    /// Behind the dot that begins a line: stuffed, or the end.
    Dot,
    /// Behind that dot and a CR.
    DotCr,
}

/// A whole message.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) raw: Vec<u8>,
    pub(super) held: Held,
}

impl Data {
    pub(super) fn new(rules: &Rules) -> Self {
        Self {
            place: Place::LineStart,
            raw: Vec::new(),
            held: rules.hold_nothing(),
            max_octets: rules.max_octets(),
            fault: None,
        }
    }

    /// Takes octets up to the end of the message: how many, and whether it ended there.
    pub(super) fn read(&mut self, octets: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < octets.len() {
            let octet = octets[at];
            at += 1;
            self.place = match (self.place, octet) {
                (Place::DotCr, b'\n') => return (at, true),
                (Place::LineStart, b'.') => Place::Dot,
                (Place::Dot, b'\r') => Place::DotCr,
                (Place::Cr, b'\n') => {
                    self.push(b"\n");
                    Place::LineStart
                }
                (before, _) => {
                    if before == Place::DotCr {
                        // Neither the end nor a CRLF: the carriage return is text.
                        self.push(b"\r");
                    }
                    let rest = &octets[at - 1..];
                    let run = rest.iter().position(|octet| *octet == b'\r');
                    let text = run.map_or(rest.len(), |run| run + 1);
                    self.push(&rest[..text]);
                    at += text - 1;
                    if run.is_some() { Place::Cr } else { Place::Text }
                }
            };
        }
        (at, false)
    }

    /// The message, or why it is not taken. Asked once, when it has ended.
    pub(super) fn end(self) -> Result<Whole, Fault> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(Whole { raw: self.raw, held: self.held }),
        }
    }

    fn push(&mut self, octets: &[u8]) {
        if self.fault.is_some() {
            return;
        }
        if self.raw.len() + octets.len() > self.max_octets {
            self.fault = Some(Fault::TooLarge);
        } else if !self.held.grow(octets.len()) {
            self.fault = Some(Fault::NoRoom);
        } else {
            self.raw.extend_from_slice(octets);
            return;
        }
        self.raw = Vec::new();
        self.held.release();
    }
}
