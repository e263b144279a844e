//! One LMTP conversation (RFC 2033) as a mail server holds it: with the service's own door, and with Dovecot.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};

/// How long a conversation may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Hands a mail over to one recipient: the server's last word (`250 …`: it was taken), empty when there was none. With `cut`, the client is gone after the final dot, before the
/// answer: it cannot know, and comes again.
pub(super) async fn deliver(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    from: &str,
    to: &str,
    raw: &[u8],
    cut: bool,
) -> io::Result<String> {
    let conversation = converse(BufReader::new(stream), from, to, raw, cut);
    tokio::time::timeout(PATIENCE, conversation).await.unwrap_or_else(|_| Ok(String::new()))
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    from: &str,
    to: &str,
    raw: &[u8],
    cut: bool,
) -> io::Result<String> {
    let greeting = reply(&mut stream).await?;
    if !greeting.starts_with('2') {
        return Ok(greeting);
    }
    let commands = ["LHLO soak.example".to_owned(), format!("MAIL FROM:<{from}>"), format!("RCPT TO:<{to}>")];
    for command in commands {
        stream.write_all(format!("{command}\r\n").as_bytes()).await?;
        let said = reply(&mut stream).await?;
        if !said.starts_with('2') {
            return Ok(said);
        }
    }
    stream.write_all(b"DATA\r\n").await?;
    let said = reply(&mut stream).await?;
    if !said.starts_with('3') {
        return Ok(said);
    }
    for line in raw.split_inclusive(|octet| *octet == b'\n') {
        if line.starts_with(b".") {
            stream.write_all(b".").await?;
        }
        stream.write_all(line).await?;
    }
    stream.write_all(b".\r\n").await?;
    stream.flush().await?;
    if cut {
        return Ok(String::new());
    }
    let said = reply(&mut stream).await?;
    // Whatever becomes of the farewell, the mail is where it is.
    let _ = stream.write_all(b"QUIT\r\n").await;
    Ok(said)
}

/// The last line of a reply; empty when the server hung up.
async fn reply<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<String> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line.as_bytes().get(3) != Some(&b'-') {
            return Ok(line);
        }
    }
}
