//! A server of the pages with one person signed in, and tickets made as triage would have left them.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use guichet::clock::Clock;
use guichet::config::Config;
use guichet::desk::{Desk, Parts};
use guichet::keys::Keys;
use guichet::message::{Attachment, Channel, Door, Envelope, Form, FormFile, Lang, Message};
use guichet::reply::{Links, Replies, ReplyFiles};
use guichet::store::ticket::Draft;
use guichet::store::{Direction, NewEntry, Outcome, Store, StoredMessage, TicketFile, new_id};
use guichet::ticket::{MailKind, Status, Ticket};
use guichet::triage::{
    Action, BeneficiaryAnswer, Candidate, Contract, Decision, Evidence, Field, Held, HeldBack, Organisation,
    Reason, ReplyMode, RuleFiles, Standing, Triage,
};
use guichet::web::{self, WebState};
use reqwest::{Client, Response};

use crate::support::database::Database;
use crate::support::{said, story};

pub(crate) struct House {
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    pub(crate) base: String,
    pub(crate) browser: Client,
    _database: Database,
}

/// The instant at which every house stands until its clock is moved.
pub(crate) fn noon() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-25T11:00:00Z").unwrap().to_utc()
}

impl House {
    /// A house nobody is signed in to.
    pub(crate) async fn closed() -> Self {
        Self::at(None).await
    }

    /// The same, believing to be reached at `public_url`.
    pub(crate) async fn at(public_url: Option<&str>) -> Self {
        Self::stand(public_url, story::triage()).await
    }

    async fn stand(public_url: Option<&str>, triage: Arc<Triage>) -> Self {
        let database = Database::sqlite();
        let mut config = Config::defaults();
        if let Some(url) = public_url {
            url.clone_into(&mut config.service.public_url);
        }
        let clock = Clock::held(noon());
        let store = Store::open(&database.settings).await.unwrap();
        let desk = Desk::new(Parts { triage, ..parts(&config, store, clock.clone()) });
        let app = web::app(WebState::new(desk.clone(), config.pages()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await
        });
        Self { desk, clock, base, browser: browser(), _database: database }
    }

    /// A house with the demo person signed in.
    pub(crate) async fn open() -> Self {
        Self::ruled(story::triage()).await
    }

    /// The same under other rules.
    pub(crate) async fn ruled(triage: Arc<Triage>) -> Self {
        let house = Self::stand(None, triage).await;
        let (email, password) = web::auth::demo_account(&house.desk).await.unwrap();
        let form = [("adresse", email.as_str()), ("mot_de_passe", &password)];
        let answer = house.post("/equipe/connexion", &form).await;
        assert_eq!(answer.status(), 303);
        house
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.browser.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        said(answer).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.post_with(path, fields, &[]).await
    }

    pub(crate) async fn post_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Response {
        let body: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={}", encoded(v))).collect();
        let mut request = self
            .browser
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    /// An act on a ticket as it stands now.
    pub(crate) async fn act(&self, reference: &str, act: &str, fields: &[(&str, &str)]) -> Response {
        let version = self.file(reference).await.ticket.version.to_string();
        let mut all = vec![("version", version.as_str())];
        all.extend_from_slice(fields);
        self.post(&format!("/equipe/demandes/{reference}/{act}"), &all).await
    }

    pub(crate) async fn file(&self, reference: &str) -> TicketFile {
        self.desk.store().ticket_file(reference).await.unwrap().expect("the ticket is there")
    }

    /// Opens a ticket from a form with one attached file, as triage would have left it; answers its reference.
    pub(crate) async fn ticket(&self, subject: &str, body: &str, decision: Decision) -> String {
        let form = Form {
            name: "Marie Durand".to_owned(),
            email: "marie.durand@culture.example".to_owned(),
            organisation: "Ministère de la Culture".to_owned(),
            role: "Cheffe de projet".to_owned(),
            subject: subject.to_owned(),
            body: body.to_owned(),
            files: vec![FormFile {
                name: "page d’accueil.html".to_owned(),
                content_type: "text/html".to_owned(),
                bytes: b"<script>alert(1)</script>".to_vec(),
            }],
            ..Form::default()
        };
        let key = new_id();
        let kept = self.desk.accept(Door::Form, &key, Envelope::default(), form.to_raw()).await.unwrap();
        let ticket = Ticket {
            id: new_id(),
            reference: kept.reference.clone(),
            status: if decision.action == Action::Refuse { Status::Refused } else { Status::Open },
            channel: Channel::Form,
            lang: Lang::Fr,
            category: decision.category.clone(),
            subject: subject.to_owned(),
            requester_name: form.name.clone(),
            requester_email: form.email.clone(),
            organisation: form.organisation.clone(),
            assignee: None,
            history: false,
            contested: false,
            version: 1,
            opened_at: kept.received_at,
            updated_at: kept.received_at,
        };
        let attachment = Attachment {
            name: "page d’accueil.html".to_owned(),
            content_type: "text/html".to_owned(),
            size: 25,
            part: 0,
        };
        let message = Message {
            channel: Channel::Form,
            from_name: form.name,
            from_email: form.email,
            role: form.role,
            organisation: form.organisation,
            subject: subject.to_owned(),
            body: body.to_owned(),
            attachments: vec![attachment],
            ..Message::default()
        };
        let stored = StoredMessage {
            id: new_id(),
            ticket_id: ticket.id.clone(),
            arrival_id: kept.arrival_id.clone(),
            direction: Direction::In,
            received_at: kept.received_at,
            message: message.all_fresh(),
            automatic_ban: None,
            nature: None,
        };
        let draft = Draft { reply: "brouillon".to_owned(), markdown: "Bonjour,\n\nVoici.".to_owned() };
        let mut tx = self.desk.store().begin().await.unwrap();
        tx.ticket_add(&ticket, &decision, Some(&draft)).await.unwrap();
        tx.message_add(&stored, &stored.id).await.unwrap();
        tx.arrival_done(&kept.arrival_id, Outcome::Opened, Some(&ticket.id)).await.unwrap();
        tx.commit().await.unwrap();
        kept.reference
    }

    /// Promises a mail on a ticket, due after a while; answers its id.
    pub(crate) async fn promise(&self, reference: &str, kind: MailKind, after: Duration) -> String {
        let ticket = self.file(reference).await.ticket;
        let id = new_id();
        let now = self.clock.now();
        let entry = NewEntry {
            id: id.clone(),
            ticket_id: ticket.id,
            kind,
            unattended: kind.is_automatic(),
            envelope_from: None,
            recipient: ticket.requester_email,
            message_id: format!("{id}@guichet.example"),
            subject: "Votre demande".to_owned(),
            text: "Bonjour,\n\nLa mission ne propose pas de formation.".to_owned(),
            raw: b"Subject: Votre demande\r\n\r\n".to_vec(),
            created_at: now,
            due_at: now + after,
        };
        let mut tx = self.desk.store().begin().await.unwrap();
        tx.outbox_add(&entry).await.unwrap();
        tx.commit().await.unwrap();
        id
    }
}

fn parts(config: &Config, store: Store, clock: Clock) -> Parts {
    let links = Links::load(&RuleFiles::embedded()).unwrap();
    Parts {
        store,
        clock,
        keys: Keys::new(vec![vec![7; 32]]).unwrap(),
        triage: story::triage(),
        replies: Replies::load(&ReplyFiles::embedded(), links, &story::triage().replies_asked()).unwrap(),
        service: config.service.clone(),
        own: config.own(),
        settings: config.desk(),
    }
}

/// A browser that keeps cookies and shows every answer.
pub(crate) fn browser() -> Client {
    Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Where an answer leads.
pub(crate) fn location(answer: &Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A decision to queue, with the given words of the body as evidence.
pub(crate) fn decision(body: &str, category: &str, words: &[&str]) -> Decision {
    let evidence = words
        .iter()
        .map(|word| {
            let start = body.find(word).expect("the word is in the body");
            Evidence {
                rule: format!("rule-{}", word.len()),
                says: format!("Parle de « {word} »"),
                category: category.to_owned(),
                score: 4.0,
                field: Field::Body,
                start,
                end: start + word.len(),
                text: (*word).to_owned(),
            }
        })
        .collect();
    let candidate = |category: &str, confidence, lost: Option<&str>| Candidate {
        category: category.to_owned(),
        score: confidence * 10.0,
        confidence,
        lost_because: lost.map(str::to_owned),
    };
    let answer =
        |contract, standing, why: &str| BeneficiaryAnswer { contract, standing, why: why.to_owned() };
    Decision {
        hand_over: None,
        coverage: None,
        directory: String::new(),
        learned: Vec::new(),
        action: Action::Queue,
        reason: Reason::InOffer,
        held_back: vec![HeldBack {
            kind: Held::NotAllowed,
            says: "La catégorie ne permet pas d’agir seul.".to_owned(),
        }],
        category: category.to_owned(),
        topics: vec![category.to_owned()],
        confidence: 0.87,
        reply: None,
        reply_mode: ReplyMode::None,
        candidates: vec![
            candidate(category, 0.87, None),
            candidate("general-culture", 0.08, Some("Un seul indice faible, contre deux indices forts.")),
        ],
        evidence,
        telling_rule: None,
        organisation: Some(Organisation {
            name: "Ministère de la Culture".to_owned(),
            why: "Écrit dans le formulaire.".to_owned(),
            contracts: vec![
                answer(Contract::Support, Standing::Eligible, "Nommé dans la liste d’octobre 2020."),
                answer(Contract::Expertise, Standing::NotListed, "Absent de la liste en vigueur."),
                answer(Contract::Mentoring, Standing::ToVerify, "Entre deux listes."),
            ],
            path: Vec::new(),
            kind: None,
            own_domain: false,
        }),
        ended_contracts: Vec::new(),
        sensitive: Vec::new(),
        lang: Lang::Fr,
        ruleset: "0123456789abcdef".to_owned(),
    }
}
