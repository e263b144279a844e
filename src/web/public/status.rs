//! Where a request stands, behind its signed link; right after sending, the page that confirms receipt (CRPA, article
//! R112-5: date, service, contact). It shows nothing that was typed: the link may be read over a shoulder. A code sent by
//! mail opens what the requester may do ([`acts`]).

mod acts;
mod session;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::clock::paris_text;
use crate::desk::{CODE_MINUTES, CODES_AN_HOUR, Stage};
use crate::message::Lang;
use crate::service::SignedPage;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::public::form::Stamp;
use crate::web::{WebState, address, markdown, settings};

/// `?envoye=1` right after sending, `?code=1` after a code was asked for, `?fait=…` after an act: a link may say anything, so
/// the page says only what is so.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Arrived {
    envoye: String,
    code: String,
    fait: String,
}

/// What was just done here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Added,
    Closed,
    Withdrawn,
    /// The wish to end it is told to the team, which alone can.
    LeftToTeam,
    /// The page was closed.
    Left,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    /// The code, whatever the reason.
    Code,
    /// Codes were asked for or tried too often.
    Often,
    /// The message to add, or its files: in a sentence.
    Message(String),
    /// The acts are closed again: what was typed is not sent.
    Closed,
    /// The store is away: what was typed is not sent.
    Away,
    /// It is part of another person's request: only the team ends that one.
    Joined,
}

/// What the page holds beside where the request stands.
#[derive(Clone, Debug, Default)]
struct Shown {
    query: Arrived,
    /// The code was accepted in this browser.
    open: bool,
    wrong: Option<Wrong>,
    /// A message that was not taken.
    typed: String,
    /// Whether it is asked if the request is really to be withdrawn.
    sure: bool,
}

impl Shown {
    /// A page that is not open, or no more, and says what is wrong.
    fn wrong(wrong: Wrong) -> Self {
        Self { wrong: Some(wrong), ..Self::default() }
    }
}

#[derive(Template)]
#[template(path = "public/status.html")]
struct StatusPage<'a> {
    layout: Layout,
    /// Right after sending.
    sent: bool,
    reference: String,
    received: String,
    since: String,
    /// It was taken back by its writer.
    withdrawn: bool,
    /// `None`: the store is away, and it is not known.
    stage: Option<Stage>,
    /// Its author asked before sending that a person read it.
    insists: bool,
    /// The operator's words on what happens next, as HTML.
    note: String,
    /// The page's own address, to be kept.
    link: String,
    /// The same without the site: what its forms are sent to.
    base: String,
    shown: Shown,
    /// For which a code is worth something.
    minutes: i64,
    /// Codes that are sent within an hour.
    codes: i64,
    stamp: String,
    limits: &'a settings::Form,
}

impl StatusPage<'_> {
    fn heading(&self) -> &'static str {
        if self.sent {
            self.layout.t("Demande envoyée", "Request sent")
        } else {
            self.layout.t("Suivi de votre demande", "Where your request stands")
        }
    }

    /// The title of the window: what the page is about now, and the page.
    fn title(&self) -> String {
        let t = |fr, en| self.layout.t(fr, en);
        let now = match self.done() {
            _ if self.sent => return self.heading().to_owned(),
            _ if self.shown.sure => t("Retirer votre demande\u{a0}?", "Withdraw your request?"),
            Some(Done::Added) => t("Message ajouté", "Message added"),
            Some(Done::Closed) => t("Demande close", "Request closed"),
            Some(Done::Withdrawn) => t("Demande retirée", "Request withdrawn"),
            Some(Done::LeftToTeam) => t("L’équipe est prévenue", "The team is told"),
            Some(Done::Left) => t("Page refermée", "Page closed"),
            None if self.asks_code() => t("Saisir le code", "Enter the code"),
            None if self.shown.open => t("Compléter, clore ou retirer", "Add, close or withdraw"),
            None => return self.heading().to_owned(),
        };
        format!("{now} – {}", self.heading())
    }

    /// Whether the stage is told: right after sending only once there is something to tell.
    fn tells_stage(&self) -> bool {
        self.stage.is_some_and(|stage| !self.sent || stage != Stage::Received)
    }

    /// The stage in a few words.
    fn stage_title(&self) -> &'static str {
        self.stage.map_or("", |stage| stage.title(self.layout.lang))
    }

    /// The same in a sentence.
    fn stage_text(&self) -> &'static str {
        let Some(stage) = self.stage else { return "" };
        let t = |fr, en| self.layout.t(fr, en);
        match stage {
            Stage::Received if self.insists => t(
                "Votre demande est enregistrée. Une personne la lira, comme vous l’avez demandé.",
                "Your request is recorded. A person will read it, as you asked.",
            ),
            Stage::Received => t(
                "Votre demande est enregistrée. Elle attend d’être traitée.",
                "Your request is recorded. It waits to be dealt with.",
            ),
            Stage::InProgress => {
                t("Une personne de l’équipe s’en occupe.", "A member of the team is dealing with it.")
            }
            Stage::Answered => t(
                "Une réponse vous a été envoyée par courriel. Si elle ne vous est pas parvenue, regardez dans les messages indésirables.",
                "An answer was sent to you by e-mail. If it did not reach you, look among the unwanted mail.",
            ),
            Stage::HandedOver => t(
                "Elle a été transmise au service compétent. Un courriel vous dit auquel.",
                "It was handed over to the service in charge. An e-mail tells you which one.",
            ),
            Stage::Refused => t(
                "Un courriel vous explique pourquoi nous ne pouvons pas y répondre, vers qui vous tourner et comment demander qu’une personne la relise.",
                "An e-mail explains why we cannot answer it, where else to turn and how to ask a person to read it again.",
            ),
            Stage::Closed if self.shown.open => t(
                "Elle est terminée. Pour y revenir, ajoutez un message ci-dessous.",
                "It is finished. To come back to it, add a message below.",
            ),
            Stage::Closed => t(
                "Elle est terminée. Pour y revenir, répondez au dernier courriel reçu.",
                "It is finished. To come back to it, reply to the last e-mail you received.",
            ),
        }
    }

    /// What happens to a request just sent: what the page had promised before.
    fn next(&self) -> &'static str {
        let t = |fr, en| self.layout.t(fr, en);
        if self.insists {
            return t(
                "Une personne de l’équipe lira votre demande, comme vous l’avez demandé : aucun refus ne partira sans elle. Sa réponse vous parviendra par courriel, à l’adresse que vous avez indiquée ; si vous ne voyez rien venir, regardez aussi dans les messages indésirables.",
                "A member of the team will read your request, as you asked: no refusal will leave without them. Their answer will come by e-mail, to the address you gave; if nothing comes, also look among your unwanted mail.",
            );
        }
        t(
            "Votre demande est triée selon son sujet, puis traitée. Notre réponse vous parviendra par courriel, à l’adresse que vous avez indiquée ; si vous ne voyez rien venir, regardez aussi dans les messages indésirables.",
            "Your request is sorted by topic, then dealt with. Our answer will come by e-mail, to the address you gave; if nothing comes, also look among your unwanted mail.",
        )
    }

    /// What was just done, as far as it is so.
    fn done(&self) -> Option<Done> {
        let open = self.shown.open;
        match self.shown.query.fait.as_str() {
            "ajoute" if open => Some(Done::Added),
            "clos" if open && self.is_closed() => Some(Done::Closed),
            "retire" if open && self.withdrawn => Some(Done::Withdrawn),
            "equipe" if open && !self.is_closed() => Some(Done::LeftToTeam),
            "sorti" if !open => Some(Done::Left),
            _ => None,
        }
    }

    /// The same in a sentence.
    fn done_text(&self) -> Option<&'static str> {
        let t = |fr, en| self.layout.t(fr, en);
        Some(match self.done()? {
            Done::Added => t(
                "Votre message est bien enregistré. Il est joint à votre demande.",
                "Your message is recorded. It is added to your request.",
            ),
            Done::Closed => t("Votre demande est close. Merci\u{a0}!", "Your request is closed. Thank you!"),
            Done::Withdrawn => t(
                "Votre demande est retirée. L’équipe en est informée, et rien d’automatique ne partira plus.",
                "Your request is withdrawn. The team is told, and nothing automatic will leave any more.",
            ),
            Done::LeftToTeam => t(
                "C’est noté. La demande d’une autre personne est jointe à la vôtre\u{a0}: l’équipe se charge de la suite.",
                "It is noted. The request of another person is part of yours: the team will see to the rest.",
            ),
            Done::Left => t("Vous avez refermé cette page.", "You have closed this page."),
        })
    }

    /// What is wrong, in a sentence.
    fn wrong(&self) -> Option<String> {
        let t = |fr, en| self.layout.t(fr, en).to_owned();
        Some(match self.shown.wrong.as_ref()? {
            Wrong::Code => t(
                "Ce code n’est pas le bon, ou ne vaut plus. Recopiez celui du dernier courriel reçu, ou demandez-en un autre.",
                "This code is not the right one, or is valid no longer. Copy the one of the last e-mail, or ask for another.",
            ),
            Wrong::Often => t(
                "Trop d’essais. Attendez une heure, puis recommencez ; vous pouvez aussi répondre à nos courriels.",
                "Too many tries. Wait an hour, then start again; you may also reply to our e-mails.",
            ),
            Wrong::Message(says) => says.clone(),
            Wrong::Closed => t(
                "Cette page s’est refermée : demandez un nouveau code. Rien n’a été fait.",
                "This page has closed: ask for a new code. Nothing was done.",
            ),
            Wrong::Joined => t(
                "Votre demande a été jointe à celle d’une autre personne, que vous ne pouvez pas terminer. Ajoutez un message : l’équipe s’en chargera.",
                "Your request was joined to that of another person, which you cannot end. Add a message: the team will see to it.",
            ),
            Wrong::Away => t(
                "Le service est momentanément interrompu. Rien n’est perdu : essayez de nouveau dans quelques minutes.",
                "The service is interrupted for a moment. Nothing is lost: try again in a few minutes.",
            ),
        })
    }

    fn is_wrong_code(&self) -> bool {
        self.shown.wrong == Some(Wrong::Code)
    }

    fn is_wrong_message(&self) -> bool {
        matches!(self.shown.wrong, Some(Wrong::Message(_)))
    }

    /// Whether the box for the code is shown.
    fn asks_code(&self) -> bool {
        !self.shown.open
            && (self.shown.query.code == "1" || matches!(self.shown.wrong, Some(Wrong::Code | Wrong::Often)))
    }

    fn is_closed(&self) -> bool {
        self.stage == Some(Stage::Closed)
    }
}

/// The page and its acts, in both languages. They act by a cookie: whoever mounts them sees to it that foreign pages cannot.
pub fn routes() -> Router<WebState> {
    let mut router = Router::new();
    for base in ["/suivi/{token}", "/en/suivi/{token}"] {
        router = router
            .route(base, get(show))
            .route(&format!("{base}/code"), post(acts::send_code))
            .route(&format!("{base}/entrer"), post(acts::enter))
            .route(&format!("{base}/ajouter"), post(acts::add).layer(DefaultBodyLimit::disable()))
            .route(&format!("{base}/clore"), post(acts::close))
            .route(&format!("{base}/retirer"), post(acts::withdraw))
            .route(&format!("{base}/sortir"), post(acts::leave))
            .route(&format!("{base}/donnees"), get(acts::data));
    }
    router
}

/// `GET /suivi/{token}` and `GET /en/suivi/{token}`.
async fn show(at: At, Query(query): Query<Arrived>, headers: HeaderMap) -> WebResult {
    let open = session::ticket(&at, &headers).await?.is_some();
    at.page(StatusCode::OK, Shown { query, open, ..Shown::default() }).await
}

/// The page that an address names.
struct At {
    state: WebState,
    lang: Lang,
    token: String,
}

impl FromRequestParts<WebState> for At {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, WebError> {
        let lang = address::language(parts.uri.path());
        let token = Path::from_request_parts(parts, state).await;
        let Path(token) = token.map_err(|_| WebError::new(Kind::Malformed))?;
        Ok(Self { state: state.clone(), lang, token })
    }
}

impl At {
    fn path(&self) -> String {
        SignedPage::Status.path(self.lang, &self.token)
    }

    async fn page(&self, status: StatusCode, shown: Shown) -> WebResult {
        let desk = &self.state.desk;
        let standing = match desk.status(&self.token).await {
            Ok(standing) => Some(standing.ok_or_else(WebError::not_found)?),
            // A message that could not be taken is given back without the store.
            Err(_) if shown.wrong == Some(Wrong::Away) => None,
            Err(fault) => return Err(fault.into()),
        };
        let reference = desk.status_named(&self.token).ok_or_else(WebError::not_found)?;
        let form = &self.state.settings.form;
        let told = |at: Option<DateTime<Utc>>| at.map(|at| paris_text(at, self.lang)).unwrap_or_default();
        let page = StatusPage {
            layout: Layout::signed(&self.state, self.lang, SignedPage::Status, &self.token),
            sent: shown.query.envoye == "1",
            reference: reference.to_owned(),
            received: told(standing.as_ref().map(|standing| standing.received_at)),
            since: told(standing.as_ref().map(|standing| standing.since)),
            withdrawn: standing.as_ref().is_some_and(|standing| standing.withdrawn),
            insists: standing.as_ref().is_some_and(|standing| standing.insists),
            stage: standing.map(|standing| standing.stage),
            note: markdown::to_html(self.lang.choose(&form.sent_fr, &form.sent_en)),
            link: desk.service().link(SignedPage::Status, self.lang, &self.token),
            base: self.path(),
            minutes: CODE_MINUTES,
            codes: CODES_AN_HOUR,
            stamp: Stamp::fresh(desk.clock().now()).token(desk.keys()),
            limits: form,
            shown,
        };
        Ok((status, Page(page)).into_response())
    }
}
