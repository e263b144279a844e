//! A stream that ends when a server announces more than it was asked for: a literal above the limit, or a line that never
//! ends. `async-imap` would make room for half a gigabyte on a server's word.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Octets of a line outside literals; a long list of UIDs stays below.
const LINE_LIMIT: usize = 1 << 20;
/// Octets of a line's end that are kept to see a literal announced: `{18446744073709551615+}` and its line break.
const TAIL: usize = 26;

/// How many octets came over a connection; its clones count together.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard(Arc<AtomicU64>);

impl Heard {
    pub(super) fn octets(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A stream whose announcements are watched.
#[derive(Debug)]
pub(super) struct Guard<S> {
    stream: S,
    watch: Watch,
    heard: Heard,
}

impl<S> Guard<S> {
    /// Watches a stream: literals of more than `limit` octets end it; what comes is counted in `heard`.
    pub(super) fn new(stream: S, limit: u64, heard: Heard) -> Self {
        Self { stream, watch: Watch { limit, literal: 0, line: 0, tail: Vec::new() }, heard }
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }
}

#[derive(Debug)]
struct Watch {
    limit: u64,
    /// Octets of the literal under way that are still to come.
    literal: u64,
    /// Octets of the line so far.
    line: usize,
    /// Its end.
    tail: Vec<u8>,
}

impl Watch {
    fn see(&mut self, mut octets: &[u8]) -> io::Result<()> {
        while !octets.is_empty() {
            if self.literal > 0 {
                let passed = usize::try_from(self.literal).unwrap_or(usize::MAX).min(octets.len());
                self.literal -= passed as u64;
                octets = &octets[passed..];
                continue;
            }
            let end = octets.iter().position(|octet| *octet == b'\n');
            let piece = &octets[..end.map_or(octets.len(), |end| end + 1)];
            self.line += piece.len();
            self.tail.extend_from_slice(&piece[piece.len().saturating_sub(TAIL)..]);
            self.tail.drain(..self.tail.len().saturating_sub(TAIL));
            if self.line > LINE_LIMIT {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            if end.is_some() {
                self.literal = announced(&self.tail);
                if self.literal > self.limit {
                    return Err(io::ErrorKind::FileTooLarge.into());
                }
                self.line = 0;
                self.tail.clear();
            }
            octets = &octets[piece.len()..];
        }
        Ok(())
    }
}

/// The size of the literal that a line's end announces (`{12}`); 0: none. What has more digits than any size is the largest.
fn announced(tail: &[u8]) -> u64 {
    let Some(line) = tail.strip_suffix(b"}\r\n") else { return 0 };
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let digits = line.iter().rev().take_while(|octet| octet.is_ascii_digit()).count();
    let (before, number) = line.split_at(line.len() - digits);
    if number.is_empty() || (before.last() != Some(&b'{') && line.len() < TAIL - 4) {
        return 0;
    }
    std::str::from_utf8(number).ok().and_then(|number| number.parse().ok()).unwrap_or(u64::MAX)
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        std::task::ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        let came = &buf.filled()[before..];
        this.heard.0.fetch_add(came.len() as u64, Ordering::Relaxed);
        Poll::Ready(this.watch.see(came))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(pieces: &[&str]) -> io::Result<u64> {
        let mut watch = Watch { limit: 1000, literal: 0, line: 0, tail: Vec::new() };
        for piece in pieces {
            watch.see(piece.as_bytes())?;
        }
        Ok(watch.literal)
    }

    #[test]
    fn a_literal_is_measured_before_it_comes() {
        assert_eq!(seen(&["* 1 FETCH (BODY[] {1000}\r\n"]).unwrap(), 1000);
        assert_eq!(seen(&["* 1 FETCH (BODY[] {10", "}\r", "\n{999999}\r\n"]).unwrap(), 0, "inside a literal");
        assert_eq!(seen(&["* 1 FETCH (BODY[] {3}\r\nab", "c)\r\n* 2 FETCH (BODY[] {7+}\r\n"]).unwrap(), 7);
        assert_eq!(seen(&["* OK {5} is a number\r\n"]).unwrap(), 0);
        for huge in ["{1001}", "{4000000000}", "{99999999999999999999999999999999}"] {
            assert!(seen(&["* 1 FETCH (BODY[] ", huge, "\r\n"]).is_err(), "{huge}");
        }
    }

    #[test]
    fn a_line_that_never_ends_ends_the_stream() {
        let long = "x".repeat(LINE_LIMIT + 1);
        assert!(seen(&[&long]).is_err());
        assert!(seen(&[&long[3..], "\r\n", &long[3..]]).is_ok());
    }
}
