//! A disk that is full: each door says so in the words of its protocol, so that whoever brought the mail keeps it, and
//! once there is room everything is as it was.

use std::process::Stdio;
use std::sync::Arc;

use guichet::message::Door;
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

use super::evidence::Eye;
use super::generator::{Letter, Text};
use super::plan::Plan;
use super::world::World;
use super::{check, people, quiet, wire};
use crate::support::story::CONTACT;

/// Mails after which a full disk must have said no: SQLite's log may have room left of old.
const ROOM: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn every_door_says_later_and_nothing_is_lost() {
    let world = Arc::new(World::begin(Plan { mails: 1, kills: 0, seed: 1 }, None).await);
    let post = tokio::spawn(people::carry(Arc::clone(&world), vec![Door::Pipe]));
    let Some(disk) = &world.disk else { return };
    world.smtp.lock().await.in_mood(None);
    disk.fill();
    let mut number = 0;
    let mut kept = 0;
    let refused = loop {
        number += 1;
        match pipe(&world, &letter(number)).await {
            Some(0) => kept += 1,
            code => break code,
        }
        assert!(kept < ROOM, "a full disk takes mail without end");
    };
    assert_eq!(refused, Some(75), "the mail server keeps it and tries again");
    let refused = loop {
        number += 1;
        let said = lmtp(&world, &letter(number)).await;
        if !said.starts_with("250") {
            break said;
        }
        kept += 1;
        assert!(kept < ROOM, "a full disk takes mail without end");
    };
    assert!(refused.starts_with("451 4.3"), "{refused}");
    let (page, sheet) = loop {
        let (page, sheet) = form(&world).await;
        match send(&page, &sheet).await {
            (303, _) => kept += 1,
            answer => {
                assert_eq!(answer, (503, None), "the form is shown again");
                break (page, sheet);
            }
        }
        assert!(kept < ROOM, "a full disk takes forms without end");
    };

    disk.free();
    assert_eq!(pipe(&world, &letter(number + 1)).await, Some(0));
    let said = lmtp(&world, &letter(number + 2)).await;
    assert!(said.starts_with("250"), "{said}");
    let (status, reference) = send(&page, &sheet).await;
    assert!(status == 303 && reference.is_some(), "the same form, sent again: {status}");
    let eye = Eye::open(&world.database.url).await;
    quiet(&world, &eye).await;
    post.abort();
    let evidence = eye.evidence().await;
    assert_eq!(evidence.tickets, kept + 3, "one ticket for each that was acknowledged");
    assert!(evidence.arrivals.iter().all(|arrival| arrival.state == "done"), "nothing is parked for it");
    assert_eq!(check::copies(&world.taken.borrow()).len(), evidence.mails.len(), "and each has its receipt");
    assert!(world.process.known().panics.is_empty());
    assert_eq!(world.process.stop().await, Some(0));
}

/// A mail large enough for a full disk to notice.
fn letter(number: usize) -> Letter {
    let body = "Bonjour, comment référencer notre logiciel libre dans le SILL ?\n".to_owned();
    let body = body + &"Voici encore une ligne de notre dossier.\n".repeat(4_000);
    let text = Text { name: "Jeanne".to_owned(), subject: format!("Dossier {number}"), body };
    let from = format!("jeanne@n{number}.poste.example");
    Letter::new(number, &from, CONTACT, &format!("From: Jeanne <{from}>"), &text, vec![Door::Pipe])
}

async fn pipe(world: &World, letter: &Letter) -> Option<i32> {
    let mut command = world.command("receive");
    command.args(["--envelope-from", &letter.from, "--envelope-to", &letter.to]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&letter.raw).await.unwrap();
    child.wait().await.unwrap().code()
}

async fn lmtp(world: &World, letter: &Letter) -> String {
    let stream = UnixStream::connect(&world.own_lmtp).await.unwrap();
    wire::deliver(stream, &letter.from, &letter.to, &letter.raw, false).await.unwrap()
}

/// The form's address and its fields, filled in.
async fn form(world: &World) -> (String, Vec<(String, String)>) {
    let page = format!("http://{}", world.process.serves().await);
    let empty = reqwest::get(&page).await.unwrap().text().await.unwrap();
    let mut sheet = crate::support::story::hidden_fields(&empty);
    let typed = [
        ("name", "Jeanne"),
        ("email", "jeanne@f.poste.example"),
        ("subject", "SILL"),
        ("message", "Comment référencer notre logiciel dans le SILL ?"),
    ];
    sheet.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    (page, sheet)
}

/// Sends it; the status, and where it leads.
async fn send(page: &str, sheet: &[(String, String)]) -> (u16, Option<String>) {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let form = sheet
        .iter()
        .fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(name.clone(), value.clone()));
    let answer = client.post(page).multipart(form).send().await.unwrap();
    let leads_to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    (answer.status().as_u16(), leads_to)
}
