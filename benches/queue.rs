//! How quick the list is over many tickets: a SQLite file is filled (always the same way), then the pages are asked for over
//! loopback as a browser does, signed in, and their medians and weights printed. `make bench-queue` takes 100 000 tickets;
//! without a number there are 10 000. A month's worth stands open, put off or handed over; the rest is answered and closed, as in a
//! service of some years.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on stops where it stands")]

mod support;

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::Duration as Span;
use guichet::clock::{Clock, paris_day};
use guichet::config::Config;
use guichet::desk::{Desk, Parts};
use guichet::keys::Keys;
use guichet::message::{Arrival, Channel, Message};
use guichet::reply::{Links, Replies, ReplyFiles};
use guichet::store::keep::Keeper;
use guichet::store::{Searched, Settings, Store, Tx};
use guichet::ticket::Status;
use guichet::triage::{BodyKind, Decision, Directory, RuleFiles, Triage};
use guichet::web::{self, WebState};
use support::{Asked, TOGETHER};

/// Times each page is asked for.
const ROUNDS: usize = 41;

/// What is measured: a name, and the page.
const PAGES: [(&str, &str); 22] = [
    ("first page", "/equipe"),
    ("all, newest first", "/equipe?vue=toutes"),
    ("view: to do", "/equipe?vue=a-traiter"),
    ("filter: category", "/equipe?vue=toutes&categorie=sill"),
    ("filter: rare state", "/equipe?vue=toutes&etat=follow"),
    ("filter: kind and age", "/equipe?vue=toutes&nature=local&age=plus"),
    ("filter: assignee", "/equipe?vue=toutes&a=personne"),
    ("filter: no archives", "/equipe?vue=toutes&archives=sans"),
    ("filter: corrected", "/equipe?vue=toutes&suite=corrigees&archives=sans"),
    ("far page", "/equipe?vue=toutes&apres=1500000000000000_x"),
    ("search: everywhere", "/equipe?vue=toutes&q=bonjour"),
    ("search: frequent word", "/equipe?vue=toutes&q=logiciel"),
    ("search: rare word", "/equipe?vue=toutes&q=unique77777"),
    ("search: nowhere", "/equipe?vue=toutes&q=zzzzzz"),
    ("search: prefix", "/equipe?vue=toutes&q=licen*"),
    ("search: short prefix", "/equipe?vue=toutes&q=co*"),
    ("search: phrase", "/equipe?vue=toutes&q=%22logiciel+libre%22"),
    ("search: two words", "/equipe?vue=toutes&q=logiciel+licence"),
    ("search: field", "/equipe?vue=toutes&q=de%3Adurand"),
    ("search: exclusion", "/equipe?vue=toutes&q=logiciel+-licence"),
    ("search: only exclusion", "/equipe?vue=toutes&q=-bonjour"),
    ("search and filters", "/equipe?vue=toutes&q=logiciel&categorie=sill&nature=local"),
];

fn main() {
    let asked = Asked::of("queue");
    let tickets = asked.tickets;
    let settings = Settings { url: asked.url(), readers: 4 };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let start = Instant::now();
        fill(&settings, tickets).await;
        println!("{tickets} tickets made in {:.0?}: {}", start.elapsed(), settings.url);
        measure(&settings, if support::is_measured() { ROUNDS } else { 1 }).await;
    });
}

async fn measure(settings: &Settings, rounds: usize) {
    let mut config = Config::defaults();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    config.service.public_url.clone_from(&base);
    let links = Links::load(&RuleFiles::embedded()).unwrap();
    let desk = Desk::new(Parts {
        store: Store::open(settings).await.unwrap(),
        clock: Clock::system(),
        keys: Keys::new(vec![vec![7; 32]]).unwrap(),
        triage: std::sync::Arc::new(Triage::embedded().unwrap()),
        replies: Replies::load(&ReplyFiles::embedded(), links, &[]).unwrap(),
        service: config.service.clone(),
        own: config.own(),
        settings: config.desk(),
    });
    let app = web::app(WebState::new(desk.clone(), config.pages()));
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let none = reqwest::redirect::Policy::none();
    let browser = reqwest::Client::builder().cookie_store(true).redirect(none).build().unwrap();
    let (email, password) = web::auth::demo_account(&desk).await.unwrap();
    let body = format!("adresse={}&mot_de_passe={password}", email.replace('@', "%40"));
    let form = browser.post(format!("{base}/equipe/connexion"));
    let form = form.header("content-type", "application/x-www-form-urlencoded").body(body);
    assert_eq!(form.send().await.unwrap().status(), 303);
    let mut sheets = 0;
    let first = browser.get(format!("{base}/equipe")).send().await.unwrap().text().await.unwrap();
    for address in
        first.split('"').filter(|part| part.starts_with("/static/") || part.ends_with("touches.js"))
    {
        let asked = browser.get(format!("{base}{address}")).header("accept-encoding", "gzip");
        let file = asked.send().await.unwrap();
        sheets += file.bytes().await.unwrap().len();
    }
    println!("{:24} {:>9} {:>9} {:>8}", "page", "median", "slowest", "octets");
    for (name, path) in PAGES {
        let mut took: Vec<Duration> = Vec::new();
        let mut octets = 0;
        for _ in 0..rounds {
            let start = Instant::now();
            let answer = browser.get(format!("{base}{path}")).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            octets = answer.bytes().await.unwrap().len();
            took.push(start.elapsed());
        }
        took.sort();
        println!(
            "{name:24} {:>9.1?} {:>9.1?} {octets:>8}",
            took[took.len() / 2],
            took.last().copied().unwrap_or_default()
        );
    }
    println!("style sheets, scripts and pictures of a page, once, compressed: {sheets} octets");
}

async fn fill(settings: &Settings, tickets: usize) {
    let store = Store::open(settings).await.unwrap();
    let keeper = Keeper::start(store.clone());
    let triage = Triage::embedded().unwrap();
    let texts = texts();
    let now = Clock::system().now();
    // Each text is decided once: what is measured is the list.
    let decisions: Vec<Decision> = texts
        .iter()
        .map(|text| {
            let message = Message { subject: text.0.clone(), body: text.1.clone(), ..Message::default() };
            triage.examine(&message.all_fresh(), paris_day(now), &Directory::default())
        })
        .collect();
    let step = Span::days(4 * 365) / i32::try_from(tickets).unwrap();
    let mut at = now - Span::days(4 * 365);
    for made in (0..tickets).step_by(TOGETHER) {
        let mut batch = Vec::new();
        for number in made..tickets.min(made + TOGETHER) {
            at += step;
            batch.push((number, support::arrival(at, b"{}".to_vec())));
        }
        support::keep(&keeper, batch.iter().map(|(_, arrival)| arrival.clone())).await;
        let mut tx = store.begin().await.unwrap();
        for (number, arrival) in batch {
            let at = number * 7919 % texts.len();
            let recent = tickets - number < tickets / 50 + 1;
            open(&mut tx, number, &texts[at], &decisions[at], &arrival, recent).await;
        }
        tx.commit().await.unwrap();
    }
    if store.dialect() == "postgres" {
        // Its own upkeep does so within a minute; before, it guesses how many requests a word finds.
        store.run_script("ANALYZE").await.unwrap();
    }
    store.close().await;
}

async fn open(
    tx: &mut Tx,
    number: usize,
    text: &(String, String),
    decision: &Decision,
    arrival: &Arrival,
    recent: bool,
) {
    const NAMES: [&str; 8] =
        ["Durand", "Le Goff", "Martin", "Nguyen", "Petit", "Benali", "Rossi", "Kowalski"];
    const BODIES: [&str; 6] = [
        "Ministère de la Culture",
        "Ville de Rennes",
        "Université de Brest",
        "CHU de Nantes",
        "Préfecture du Finistère",
        "Région Bretagne",
    ];
    let (name, body) = (NAMES[number % NAMES.len()], BODIES[number % BODIES.len()]);
    let status = match (recent, number % 20) {
        (true, 0..4) => Status::Open,
        (true, 4) => Status::SetAside,
        (true, 5) => Status::Snoozed,
        (true, 6) => Status::HandedOver,
        (false, 7) if number % 5000 == 7 => Status::Follow,
        (_, 8..11) => Status::Refused,
        (_, 11..14) => Status::Answered,
        _ => Status::Closed,
    };
    let message = Message {
        channel: Channel::Form,
        from_name: format!("Camille {name}"),
        from_email: format!("camille.{}{number}@organisme.example", name.replace(' ', "-").to_lowercase()),
        organisation: body.to_owned(),
        subject: text.0.clone(),
        body: format!("{}\n\nDossier unique{number}.", text.1),
        ..Message::default()
    };
    let mut ticket = support::ticket(arrival, &message, decision, status);
    ticket.contested = status == Status::Open && number.is_multiple_of(97);
    support::file(tx, &ticket, arrival, message.clone().all_fresh(), decision).await;
    let kind = BodyKind::ALL[number % BodyKind::ALL.len()];
    tx.ticket_set_kind(&ticket.id, kind.code()).await.unwrap();
    let searched = Searched {
        from: &format!("{}\n{}", message.from_name, message.from_email),
        subject: &message.subject,
        organisation: &message.organisation,
        reference: &ticket.reference,
        note: "",
        text: &message.body,
    };
    tx.search_add(&ticket.id, &searched).await.unwrap();
}

/// Subjects and bodies of labelled requests.
fn texts() -> Vec<(String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/model/hands.jsonl");
    let lines = std::fs::read_to_string(file).unwrap();
    let text = |line: &str| {
        let request: serde_json::Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
        (field("subject"), field("body"))
    };
    lines.lines().map(text).collect()
}
