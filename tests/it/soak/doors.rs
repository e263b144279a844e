//! The doors as the world uses them: a mail server that pipes or speaks LMTP, a mailbox
//! that is read, a browser that posts. Whoever hands in tries again until
//! the door has acknowledged, as RFC 5321 has mail servers do, and never afterwards.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use guichet::message::Door;
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

use super::chance::{Chance, pause};
use super::generator::Letter;
use super::world::{Acknowledged, World, count};
use super::{mailboxes, wire};
use crate::support::story::hidden_fields;

/// What a mail server waits before it tries again (real ones wait minutes).
const BETWEEN_TRIES: Duration = Duration::from_millis(400);
/// In how many hand-ins by the pipe one is killed.
const KILLED: usize = 12;
/// In how many LMTP conversations the client is gone after the final dot.
const CUT: usize = 12;

/// Hands a letter in by each of its doors, until each has acknowledged.
pub(super) async fn hand_in(world: &Arc<World>, letter: &Letter, chance: &mut Chance) {
    world.counts.busy.fetch_add(1, Ordering::SeqCst);
    for (nth, door) in letter.doors.iter().enumerate() {
        let mut form = None;
        let mut tries = 0;
        let reference = loop {
            tries += 1;
            let answer = match door {
                Door::Pipe => pipe(world, letter, nth, chance).await,
                Door::Form => post(world, letter, &mut form).await,
                Door::Lmtp => lmtp(world, letter, nth, chance).await,
                Door::Imap => shared_mailbox(world, letter, chance).await,
                other => unreachable!("no way through the door {other:?}"),
            };
            match answer {
                Answer::Kept(reference) => break reference,
                Answer::NotNow => pause(BETWEEN_TRIES / 2 + chance.within(BETWEEN_TRIES)).await,
            }
        };
        world.acknowledge(Acknowledged { number: letter.number, door: *door, tries, reference });
    }
    world.counts.busy.fetch_sub(1, Ordering::SeqCst);
}

enum Answer {
    /// Durably, with the reference if the door shows it.
    Kept(Option<String>),
    NotNow,
}

/// `guichet receive`, as a mail server runs it; by chance it is killed in the middle.
async fn pipe(world: &World, letter: &Letter, nth: usize, chance: &mut Chance) -> Answer {
    let mut command = world.command("receive");
    // A second delivery has another envelope, else it would be the same arrival.
    let to = if nth == 0 { &letter.to } else { "floss@numerique.gouv.fr" };
    command.args(["--envelope-from", &letter.from, "--envelope-to", to]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    // Killed, it no longer reads.
    let _ = child.stdin.take().unwrap().write_all(&letter.raw).await;
    if chance.once_in(KILLED) {
        let moment = chance.within(Duration::from_millis(80));
        if tokio::time::timeout(moment, child.wait()).await.is_err() {
            count(&world.counts.receives_killed);
            child.start_kill().unwrap();
        }
    }
    match child.wait().await.unwrap().code() {
        Some(0) => Answer::Kept(None),
        Some(75) | None => Answer::NotNow,
        Some(other) => {
            world.fault(format!("guichet receive ended with {other}: the mail would have bounced"));
            Answer::NotNow
        }
    }
}

/// The service's LMTP socket, as a mail server uses it.
async fn lmtp(world: &World, letter: &Letter, nth: usize, chance: &mut Chance) -> Answer {
    let Ok(stream) = UnixStream::connect(&world.own_lmtp).await else { return Answer::NotNow };
    let to = if nth == 0 { &letter.to } else { "floss@numerique.gouv.fr" };
    let cut = cuts(world, chance);
    match wire::deliver(stream, &letter.from, to, &letter.raw, cut).await {
        Ok(said) if said.starts_with("250") => Answer::Kept(None),
        // Another word than "later", and a mail server would return the mail to its writer.
        Ok(said) if said.starts_with('5') => {
            world.fault(format!("letter {}: LMTP said {said}", letter.number));
            Answer::NotNow
        }
        Ok(_) | Err(_) => Answer::NotNow,
    }
}

/// The shared mailbox: what Dovecot has taken, the service must find there.
async fn shared_mailbox(world: &World, letter: &Letter, chance: &mut Chance) -> Answer {
    let cut = cuts(world, chance);
    if mailboxes::put_shared(world.mailboxes_lmtp, &letter.from, &letter.raw, cut).await {
        Answer::Kept(None)
    } else {
        Answer::NotNow
    }
}

/// Whether the client is gone after the final dot this time.
fn cuts(world: &World, chance: &mut Chance) -> bool {
    let cut = chance.once_in(CUT);
    if cut {
        count(&world.counts.cut);
    }
    cut
}

/// A browser: the form is fetched once and sent until it is taken, as a person presses the button again.
async fn post(world: &World, letter: &Letter, form: &mut Option<Vec<(String, String)>>) -> Answer {
    let base = format!("http://{}", world.process.serves().await);
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    if form.is_none() {
        let Ok(page) = client.get(&base).send().await else { return Answer::NotNow };
        let Ok(page) = page.text().await else { return Answer::NotNow };
        let fields = hidden_fields(&page);
        if fields.is_empty() {
            return Answer::NotNow;
        }
        *form = Some(fields);
    }
    let text = &letter.text;
    let typed = [("email", &letter.from), ("subject", &text.subject), ("message", &text.body)];
    let mut sheet = reqwest::multipart::Form::new().text("name", text.name.clone());
    for (name, value) in typed {
        sheet = sheet.text(name, value.clone());
    }
    for (name, value) in form.iter().flatten() {
        sheet = sheet.text(name.clone(), value.clone());
    }
    let Ok(answer) = client.post(&base).multipart(sheet).send().await else { return Answer::NotNow };
    let status = answer.status();
    let leads_to = answer.headers().get("location").and_then(|to| to.to_str().ok());
    if let Some(reference) =
        leads_to.and_then(|to| to.strip_prefix("/suivi/")).and_then(|to| to.split('.').next())
    {
        return Answer::Kept(Some(reference.to_owned()));
    }
    if !status.is_server_error() {
        world.fault(format!("letter {}: the form was answered {status}", letter.number));
    }
    Answer::NotNow
}
