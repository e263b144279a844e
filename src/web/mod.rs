//! The pages: the public form and status page, the queue of the team. Every address is on this page, with whom it is
//! for; every answer passes the same two layers (error pages, security headers).

pub mod address;
pub mod assets;
pub mod auth;
pub mod client;
mod download;
pub mod error;
pub mod health;
pub mod layout;
pub mod limits;
pub mod markdown;
pub mod public;
pub mod security;
pub mod settings;
pub mod team;
mod typography;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::desk::Desk;
use error::{Kind, WebError};
pub use settings::Settings;

/// Codes of status pages that one address may ask for or try in an hour: a ministry may stand behind it.
const CODES_PER_HOUR: u32 = 100;

/// What every handler is given. Cheap to clone.
#[derive(Clone)]
pub struct WebState {
    /// The use cases.
    pub desk: Desk,
    /// The settings of the pages.
    pub settings: Arc<Settings>,
    /// How many forms each address sent lately.
    pub forms: Arc<limits::Hourly>,
    /// How many forms each address had looked at before sending lately.
    pub previews: Arc<limits::Hourly>,
    /// How many codes of status pages each address asked for or tried lately.
    pub codes: Arc<limits::Hourly>,
    /// How requests were sorted, as of a while ago.
    pub last_count: public::sorting::LastCount,
    /// What the pages of the rules do in the background.
    pub(in crate::web) rules: Arc<team::Running>,
    /// How the service was a moment ago.
    pub last_look: health::LastLook,
}

impl WebState {
    /// The state of one server.
    pub fn new(desk: Desk, settings: Settings) -> Self {
        let forms = Arc::new(limits::Hourly::new(settings.form.per_address_per_hour));
        let previews = Arc::new(limits::Hourly::new(settings.form.previews_per_address_per_hour));
        let codes = Arc::new(limits::Hourly::new(CODES_PER_HOUR));
        let (last_count, last_look) = (public::sorting::LastCount::default(), health::LastLook::default());
        let (rules, settings) = (Arc::default(), Arc::new(settings));
        Self { desk, settings, forms, previews, codes, last_count, rules, last_look }
    }
}

/// Every page. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: limits count by client address.
pub fn app(state: WebState) -> Router {
    // The form reads its own body, piece by piece, with its own bounds.
    let form = get(public::form::show).post(public::form::send).layer(DefaultBodyLimit::disable());
    let preview = get(public::form::back).post(public::form::preview).layer(DefaultBodyLimit::disable());
    let pass_on = get(public::pass_on::show).post(public::pass_on::ask);
    let requester = Router::new()
        .merge(in_both("/", "/en", &form))
        .merge(in_both("/apercu", "/en/preview", &preview))
        .merge(in_both("/transmettre/{token}", "/en/transmettre/{token}", &pass_on))
        .merge(in_both("/tri", "/en/sorting", &get(public::sorting::show)))
        .route("/organismes", get(public::complete::organisations));
    let follow = public::status::routes().layer(from_fn_with_state(state.clone(), security::own_pages_only));

    // Whoever a request was handed over to.
    let handed = get(public::coordinator::show).post(public::coordinator::say);
    let coordinator = in_both("/transmission/{token}", "/en/transmission/{token}", &handed);

    // Legal notice, personal data, accessibility, cookies, in both languages.
    let anybody = public::legal::addresses()
        .fold(Router::new(), |router, address| router.route(address, get(public::legal::show)));

    // Files are compressed, pages are not: the length of a compressed page would tell of what it holds (BREACH).
    let machines = Router::new()
        .route("/sante", get(health::show))
        .route("/robots.txt", get(public::legal::robots))
        .route("/favicon.ico", get(assets::favicon))
        .route("/static/{hash}/{*name}", get(assets::embedded).layer(CompressionLayer::new()))
        .route("/dsfr/{*path}", get(assets::dsfr).layer(CompressionLayer::new()));

    let team = team::routes().layer(from_fn_with_state(state.clone(), security::own_pages_only));

    Router::new()
        .merge(requester)
        .merge(follow)
        .merge(coordinator)
        .merge(anybody)
        .merge(machines)
        .merge(team)
        .fallback(async || WebError::not_found())
        .method_not_allowed_fallback(async || WebError::new(Kind::Method))
        .layer(map_response(plain_refusals))
        .layer(CatchPanicLayer::custom(|_| WebError::new(Kind::Internal).into_response()))
        .layer(from_fn_with_state(state.clone(), error::pages))
        .layer(from_fn_with_state(state.clone(), security::headers))
        .with_state(state)
}

/// The French and the English address of a page.
fn in_both(french: &str, english: &str, page: &MethodRouter<WebState>) -> Router<WebState> {
    Router::new().route(french, page.clone()).route(english, page.clone())
}

/// Refusals of the framework itself (an unreadable body, a body too large) get our page too.
async fn plain_refusals(response: Response) -> Response {
    let kind = match response.status().as_u16() {
        _ if response.extensions().get::<WebError>().is_some() => return response,
        400 | 415 => Kind::Malformed,
        413 => Kind::TooLarge,
        _ => return response,
    };
    if response.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return response;
    }
    WebError::new(kind).into_response()
}
