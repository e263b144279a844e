//! A whole service for a story: real pages on a real port, a real database, a real SMTP conversation, and a clock that
//! the story moves. Nothing works in the background: [`Story::settle`] does what the loops would do, so that no test
//! waits for time to pass.

use std::sync::{Arc, LazyLock};

use chrono::Duration;
use guichet::clock::Clock;
use guichet::config::Config;
use guichet::delivery::Courier;
use guichet::desk::{Desk, DomainPace, Parts};
use guichet::intake::Worker;
use guichet::keys::Keys;
use guichet::mail::mailer::Mailer;
use guichet::mail::parse::{self, Own};
use guichet::message::{Door, Envelope};
use guichet::reply::{Links, Replies, ReplyFiles};
use guichet::setting::HumanDuration;
use guichet::store::{Account, Filter, Row, Store, TicketFile, View, new_id};
use guichet::triage::{RuleFiles, Triage};
use guichet::web;

use super::database::Database;
use super::said;
use super::smtp::{Received, SmtpServer};

/// For a test that takes mails itself: no domain has to wait.
pub(crate) const PACE: DomainPace = DomainPace { at_once: 100, per_minute: 10_000 };

pub(crate) const CONTACT: &str = "contact@code.gouv.fr";

/// Loaded once: compiling the rules is most of a start.
pub(crate) fn triage() -> Arc<Triage> {
    static TRIAGE: LazyLock<Arc<Triage>> = LazyLock::new(|| Arc::new(Triage::embedded().unwrap()));
    TRIAGE.clone()
}

/// A desk on the shipped rules and replies.
pub(crate) fn desk(store: Store, clock: Clock, config: &Config, triage: Arc<Triage>) -> Desk {
    let links = Links::load(&RuleFiles::embedded()).unwrap();
    Desk::new(Parts {
        store,
        clock,
        keys: Keys::new(vec![vec![7; 32]]).unwrap(),
        replies: Replies::load(&ReplyFiles::embedded(), links, &triage.replies_asked()).unwrap(),
        triage,
        service: config.service.clone(),
        own: config.own(),
        settings: config.desk(),
    })
}

/// A person of the team.
pub(crate) async fn camille(desk: &Desk) -> Account {
    let camille = Account {
        id: new_id(),
        email: "camille@example.org".to_owned(),
        name: "Camille".to_owned(),
        password_hash: String::new(),
        disabled: false,
        created_at: desk.clock().now(),
    };
    desk.store().account_add(&camille).await.unwrap();
    camille
}

pub(crate) struct Story {
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    pub(crate) smtp: SmtpServer,
    /// Where the pages are served.
    pub(crate) base: String,
    /// A person of the team.
    pub(crate) camille: Account,
    worker: Worker,
    courier: Courier,
    signed_in: tokio::sync::OnceCell<reqwest::Client>,
    _database: Database,
}

impl Story {
    pub(crate) async fn begin(database: Database) -> Self {
        Self::begin_with(database, |_| {}).await
    }

    /// A service whose settings differ from the defaults.
    pub(crate) async fn begin_with(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        Self::begin_ruled(database, triage(), change).await
    }

    /// A service whose rules differ too.
    pub(crate) async fn begin_ruled(
        database: Database,
        triage: Arc<Triage>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let smtp = SmtpServer::start().await;
        let mut config = Config::defaults();
        // One connection: mails leave in the order in which they were promised. Stories of the pace ask for more.
        config.smtp = serde_json::from_value(serde_json::json!({
            "transport": "smtp", "folder": "", "host": "127.0.0.1", "port": smtp.address().port(), "tls": "none",
            "user": "", "password": "", "password_file": "", "timeout_seconds": 10, "last_word_seconds": 1,
            "pool_size": 1, "ca_file": "",
            "helo_name": "",
        }))
        .unwrap();
        config.form.min_seconds = 0;
        config.answer.hold = HumanDuration::from_secs(0);
        change(&mut config);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        config.service.public_url.clone_from(&base);

        let clock = Clock::held(Clock::system().now());
        let desk = desk(Store::open(&database.settings).await.unwrap(), clock.clone(), &config, triage);
        let camille = camille(&desk).await;
        let app = web::app(web::WebState::new(desk.clone(), config.pages()))
            .into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            worker: Worker::new(desk.clone(), config.intake.clone()),
            courier: Courier::new(desk.clone(), Mailer::new(&config.smtp).unwrap(), config.outbox.clone()),
            desk,
            clock,
            smtp,
            base,
            camille,
            signed_in: tokio::sync::OnceCell::new(),
            _database: database,
        }
    }

    /// Everything that waits is understood, everything that is due is handed to the mail server.
    pub(crate) async fn settle(&self) {
        self.worker.work_off().await.unwrap();
        self.courier.deliver_due().await.unwrap();
    }

    /// Time passes, and what became due happens.
    pub(crate) async fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.settle().await;
    }

    /// A mail comes in through the pipe.
    pub(crate) async fn receive(&self, mail: &str) {
        let from = mail.lines().find_map(|line| line.strip_prefix("From: "));
        let from =
            from.and_then(|from| from.rsplit_once('<').map_or(Some(from), |(_, end)| end.strip_suffix('>')));
        self.receive_from(from.unwrap_or_default(), mail).await;
    }

    /// The same with another envelope sender (empty: the null sender).
    pub(crate) async fn receive_from(&self, envelope_from: &str, mail: &str) {
        self.receive_to(envelope_from, CONTACT, mail).await;
    }

    /// The same to another address of the service: one with a key.
    pub(crate) async fn receive_to(&self, envelope_from: &str, envelope_to: &str, mail: &str) {
        let envelope = Envelope {
            from: Some(envelope_from.to_owned()),
            to: vec![envelope_to.to_owned()],
            ..Envelope::default()
        };
        let raw = mail.replace('\n', "\r\n").into_bytes();
        self.desk.accept(Door::Pipe, &format!("pipe:{}", new_id()), envelope, raw).await.unwrap();
        self.settle().await;
    }

    /// A mail comes in and is understood; nothing leaves yet.
    pub(crate) async fn keep(&self, envelope_from: &str, mail: &str) {
        let envelope = Envelope {
            from: Some(envelope_from.to_owned()),
            to: vec![CONTACT.to_owned()],
            ..Envelope::default()
        };
        let raw = mail.replace('\n', "\r\n").into_bytes();
        self.desk.accept(Door::Pipe, &format!("pipe:{}", new_id()), envelope, raw).await.unwrap();
        self.worker.work_off().await.unwrap();
    }

    /// The list of the team.
    pub(crate) async fn view(&self, view: View) -> Vec<Row> {
        let filter = Filter { view, reader: self.camille.id.clone(), limit: 50, ..Filter::default() };
        self.desk.store().queue(&filter).await.unwrap()
    }

    /// The only ticket there is.
    pub(crate) async fn ticket(&self) -> TicketFile {
        let rows = self.view(View::All).await;
        assert_eq!(rows.len(), 1, "one ticket expected");
        self.desk.store().ticket_file(&rows[0].ticket.reference).await.unwrap().unwrap()
    }

    /// The ticket as Camille sees it now.
    pub(crate) fn seen(&self, file: &TicketFile) -> guichet::desk::Seen {
        guichet::desk::Seen {
            reference: file.ticket.reference.clone(),
            version: file.ticket.version,
            person: self.camille.id.clone(),
        }
    }

    /// Every door's account balances.
    pub(crate) async fn balance(&self) {
        for line in self.desk.store().ledger().await.unwrap() {
            assert!(line.balances(), "{line:?}");
        }
    }
}

/// What people do with a browser and a mail program.
impl Story {
    /// A page as a browser gets it.
    pub(crate) async fn page(&self, path: &str) -> String {
        said(reqwest::get(format!("{}{path}", self.base)).await.unwrap()).await
    }

    /// A page of the team as a person signed in gets it.
    pub(crate) async fn page_of_team(&self, path: &str) -> String {
        let answer = self.browser_of_team().await.get(format!("{}{path}", self.base)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        said(answer).await
    }

    /// The browser of a person signed in; it follows no redirection.
    pub(crate) async fn browser_of_team(&self) -> &reqwest::Client {
        let sign_in = || async {
            let none = reqwest::redirect::Policy::none();
            let browser = reqwest::Client::builder().cookie_store(true).redirect(none).build().unwrap();
            let (email, password) = web::auth::demo_account(&self.desk).await.unwrap();
            let fields = format!("adresse={}&mot_de_passe={password}", email.replace('@', "%40"));
            let form = browser.post(format!("{}/equipe/connexion", self.base));
            let form = form.header("content-type", "application/x-www-form-urlencoded").body(fields);
            assert_eq!(form.send().await.unwrap().status(), 303);
            browser
        };
        self.signed_in.get_or_init(sign_in).await
    }

    /// Fills in the form and sends it; answers the path of the page after sending.
    pub(crate) async fn fill_in(&self, form: &str, email: &str, subject: &str, message: &str) -> String {
        let page = self.page(form).await;
        self.send_form(form, &page, email, subject, message).await
    }

    /// The same, sent twice: a double click, or a browser that tries again.
    pub(crate) async fn fill_in_twice(
        &self,
        form: &str,
        email: &str,
        subject: &str,
        message: &str,
    ) -> (String, String) {
        let page = self.page(form).await;
        let first = self.send_form(form, &page, email, subject, message).await;
        (first, self.send_form(form, &page, email, subject, message).await)
    }

    async fn send_form(&self, form: &str, page: &str, email: &str, subject: &str, message: &str) -> String {
        let mut fields = reqwest::multipart::Form::new();
        for (name, value) in hidden_fields(page) {
            fields = fields.text(name, value);
        }
        for (name, value) in
            [("name", "Jeanne"), ("email", email), ("subject", subject), ("message", message)]
        {
            fields = fields.text(name, value.to_owned());
        }
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let answer = client.post(format!("{}{form}", self.base)).multipart(fields).send().await.unwrap();
        let status = answer.status();
        let Some(to) = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()) else {
            panic!("{status}: the form was not taken: {}", answer.text().await.unwrap());
        };
        to.split('?').next().unwrap().to_owned()
    }

    /// A header of a mail that left, unfolded.
    pub(crate) fn header(mail: &Received, name: &str) -> String {
        let text = mail.text().replace("\r\n ", " ").replace("\r\n\t", " ");
        let line =
            text.lines().find(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())));
        line.and_then(|line| line.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    }

    /// A mail that left, as its reader sees it: subject and text part.
    pub(crate) fn read_mail(mail: &Received) -> String {
        let parsed = parse::read(&mail.data, &Envelope::default(), &Own::default());
        format!("{}\n\n{}", parsed.message.subject, parsed.message.body)
    }

    /// What a mail program writes when somebody answers a mail that left.
    pub(crate) fn reply_to(mail: &Received, from: &str, text: &str) -> String {
        let id = Self::header(mail, "Message-ID");
        format!(
            "From: {from}\nTo: {CONTACT}\nSubject: Re: votre courriel\nMessage-ID: <{}@client.example>\nIn-Reply-To: {id}\n\
             References: {id}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: 8bit\n\n{text}\n",
            new_id()
        )
    }
}

/// The hidden fields of the first form of a page.
pub(crate) fn hidden_fields(page: &str) -> Vec<(String, String)> {
    let inputs = regex::Regex::new(r#"<input[^>]*type="hidden"[^>]*>"#).unwrap();
    let attribute = |tag: &str, name: &str| {
        let pattern = regex::Regex::new(&format!(r#"{name}="([^"]*)""#)).unwrap();
        pattern.captures(tag).map(|found| found[1].to_owned()).unwrap_or_default()
    };
    inputs
        .find_iter(page)
        .map(|tag| (attribute(tag.as_str(), "name"), attribute(tag.as_str(), "value")))
        .collect()
}
