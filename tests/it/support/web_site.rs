//! The pages alone, asked as a browser asks: a page is read into a [`Sheet`], filled in, and sent back. No loop runs,
//! nothing is delivered; what a test wants to know is what was kept.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::Duration;
use guichet::clock::Clock;
use guichet::config::Config;
use guichet::desk::{Desk, Parts};
use guichet::keys::Keys;
use guichet::mail::parse::Own;
use guichet::message::{Door, Form};
use guichet::reply::{Links, Replies, ReplyFiles};
use guichet::store::Store;
use guichet::triage::RuleFiles;
use guichet::web;
use regex::Regex;
use tower::ServiceExt as _;

use super::database::Database;
use super::plain_spaces;

pub(crate) struct Site {
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    app: Router,
    database: Database,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Where a 303 leads.
    #[track_caller]
    pub(crate) fn leads_to(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header("location").to_owned()
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        assert!(
            plain_spaces(&unescaped(&self.body)).contains(&plain_spaces(text)),
            "« {text} » is not in:\n{}",
            self.body
        );
    }

    pub(crate) fn asks_the_sum(&self) -> bool {
        self.body.contains("name=\"answer\"")
    }
}

impl Site {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub(crate) async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        let database = Database::sqlite();
        let mut config = Config::defaults();
        "https://guichet.example".clone_into(&mut config.service.public_url);
        change(&mut config);
        let clock = Clock::held(chrono::DateTime::from_timestamp(1_795_600_000, 0).unwrap());
        let links = Links::load(&RuleFiles::embedded()).unwrap();
        let desk = Desk::new(Parts {
            store: Store::open(&database.settings).await.unwrap(),
            clock: clock.clone(),
            keys: Keys::new(vec![vec![7; 32]]).unwrap(),
            triage: crate::support::story::triage(),
            replies: Replies::load(&ReplyFiles::embedded(), links, &[]).unwrap(),
            service: config.service.clone(),
            own: Own { addresses: config.service.addresses.clone(), ..Own::default() },
            settings: config.desk(),
        });
        let app = web::app(web::WebState::new(desk.clone(), config.pages()));
        Self { desk, clock, app, database }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a sheet as a browser does from our own page, from `192.0.2.1`.
    pub(crate) async fn send(&self, path: &str, sheet: &Sheet) -> Reply {
        self.send_with(path, sheet, &[("sec-fetch-site", "same-origin")]).await
    }

    pub(crate) async fn send_with(&self, path: &str, sheet: &Sheet, headers: &[(&str, &str)]) -> Reply {
        let mut request =
            Request::post(path).header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::from(sheet.body())).unwrap()).await
    }

    pub(crate) async fn ask(&self, mut request: Request<Body>) -> Reply {
        let peer: SocketAddr = "192.0.2.1:40000".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The empty form, looked at for ten seconds, with an address and a message.
    pub(crate) async fn filled(&self, path: &str) -> Sheet {
        let sheet = Sheet::of(&self.get(path).await.body);
        self.clock.advance(Duration::seconds(10));
        sheet
            .set("email", "solenn@developpement-durable.gouv.fr")
            .set("message", "Sous quelle licence publier ?")
    }

    /// The form that a page after sending speaks of.
    pub(crate) async fn kept(&self, location: &str) -> Form {
        let token = location.split('?').next().unwrap().rsplit('/').next().unwrap();
        let reference = token.split('.').next().unwrap();
        let arrival = self.desk.store().arrival_by_reference(reference).await.unwrap().unwrap();
        assert_eq!(arrival.door, Door::Form);
        Form::from_raw(&arrival.raw).unwrap()
    }

    /// The database's files as they stand, octet for octet.
    pub(crate) fn octets(&self) -> [Vec<u8>; 2] {
        let path = self.database.settings.url.trim_start_matches("sqlite:");
        ["", "-wal"].map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default())
    }

    /// How many forms were kept.
    pub(crate) async fn count(&self) -> i64 {
        let ledger = self.desk.store().ledger().await.unwrap();
        ledger.iter().filter(|line| line.door == Door::Form).map(|line| line.arrived).sum()
    }
}

const BOUNDARY: &str = "----guichet-test-boundary";

/// The fields of a page, as a browser would send them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    fields: Vec<(String, String)>,
    files: Vec<(String, String, Vec<u8>)>,
}

impl Sheet {
    /// Every successful control of the form on the page, with its value.
    pub(crate) fn of(page: &str) -> Self {
        let form = page.split_once("<form").and_then(|(_, rest)| rest.split_once("</form>")).unwrap().0;
        let mut fields = Vec::new();
        let attribute = |tag: &str, name: &str| {
            let found = Regex::new(&format!("\\s{name}=\"([^\"]*)\"")).unwrap().captures(tag)?;
            Some(unescaped(&found[1]))
        };
        for tag in Regex::new("<input[^>]*>").unwrap().find_iter(form).map(|tag| tag.as_str()) {
            let (Some(name), Some(value)) = (attribute(tag, "name"), attribute(tag, "value")) else {
                continue;
            };
            fields.push((name, value));
        }
        for area in Regex::new("(?s)<textarea[^>]* name=\"(\\w+)\"[^>]*>\n?(.*?)</textarea>")
            .unwrap()
            .captures_iter(form)
        {
            fields.push((area[1].to_owned(), unescaped(&area[2])));
        }
        let chosen = Regex::new("<option value=\"([^\"]*)\" selected>").unwrap().captures(form);
        fields.push(("category".to_owned(), chosen.map_or_else(String::new, |found| found[1].to_owned())));
        Self { fields, files: Vec::new() }
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, slot)) => value.clone_into(slot),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    pub(crate) fn attach(mut self, name: &str, content_type: &str, bytes: &[u8]) -> Self {
        self.files.push((name.to_owned(), content_type.to_owned(), bytes.to_vec()));
        self
    }

    /// Answers the sum on the page as a person does.
    pub(crate) fn add_up(self, page: &Reply) -> Self {
        let found = Regex::new(r"(\d) \+ (\d) =").unwrap().captures(&page.body).expect("a sum on the page");
        let sum = found[1].parse::<u8>().unwrap() + found[2].parse::<u8>().unwrap();
        self.set("answer", &sum.to_string())
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in &self.fields {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(format!("{head}{value}\r\n").as_bytes());
        }
        let none = [(String::new(), "application/octet-stream".to_owned(), Vec::new())];
        for (name, kind, bytes) in if self.files.is_empty() { &none[..] } else { &self.files } {
            let disposition = format!("form-data; name=\"files\"; filename=\"{name}\"");
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        body
    }
}

/// Character references as our templates write them.
pub(crate) fn unescaped(html: &str) -> String {
    let pairs = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
        ("&nbsp;", "\u{a0}"),
    ];
    pairs.iter().fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}
