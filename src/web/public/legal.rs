//! The pages at the foot of the site: a built-in text with the particulars of `[legal]`, or a Markdown file of the
//! operator's instead. An English file stands beside the French one: `notice.md`, `notice.en.md`.

use std::path::{Path, PathBuf};

use askama::Template;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse as _, Response};

use crate::message::Lang;
use crate::web::WebState;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};
use crate::web::markdown;
use crate::web::settings::{Conformity, Legal};

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Notice,
    PersonalData,
    Accessibility,
    Cookies,
}

/// Every page with its address in both languages.
const ADDRESSES: [(Text, &str, &str); 4] = [
    (Text::Notice, "/mentions-legales", "/en/legal-notice"),
    (Text::PersonalData, "/donnees-personnelles", "/en/personal-data"),
    (Text::Accessibility, "/accessibilite", "/en/accessibility"),
    (Text::Cookies, "/cookies", "/en/cookies"),
];

impl Text {
    fn title(self, layout: &Layout) -> &'static str {
        match self {
            Self::Notice => layout.t("Mentions légales", "Legal notice"),
            Self::PersonalData => layout.t("Données personnelles", "Personal data"),
            Self::Accessibility => layout.t("Déclaration d’accessibilité", "Accessibility statement"),
            Self::Cookies => layout.t("Gestion des cookies", "Cookies"),
        }
    }

    fn file(self, legal: &Legal) -> Option<&Path> {
        match self {
            Self::Notice => legal.notice_file.as_deref(),
            Self::PersonalData => legal.personal_data_file.as_deref(),
            Self::Accessibility => legal.accessibility_file.as_deref(),
            Self::Cookies => legal.cookies_file.as_deref(),
        }
    }
}

#[derive(Template)]
#[template(path = "public/legal.html")]
struct LegalPage<'a> {
    layout: Layout,
    text: Text,
    title: &'static str,
    legal: &'a Legal,
    /// Months for which a masked example is kept.
    examples_months: u32,
    /// The operator's text, as HTML, and its language when it is not the page's.
    own: Option<(String, Option<&'static str>)>,
    /// Where the site is reached from outside.
    site: &'a str,
}

impl LegalPage<'_> {
    fn audited(&self) -> bool {
        self.legal.accessibility != Conformity::Non
    }

    /// Who answers for accessibility.
    fn accessibility_contact(&self) -> &str {
        self.legal.accessibility_contact.as_deref().unwrap_or(&self.layout.contact)
    }
}

/// `GET` of any of the pages, in the language of its address.
pub async fn show(State(state): State<WebState>, uri: Uri) -> WebResult {
    let path = uri.path();
    let found = ADDRESSES.into_iter().find(|(_, fr, en)| *fr == path || *en == path);
    let Some((text, fr, en)) = found else { return Err(crate::web::error::WebError::not_found()) };
    let (lang, other) = if path == en { (Lang::En, fr) } else { (Lang::Fr, en) };
    let layout = Layout::public(&state, lang, path, other);
    let own = match text.file(&state.settings.legal) {
        Some(file) => own_text(file, lang).await,
        None => None,
    };
    let page = LegalPage {
        title: text.title(&layout),
        layout,
        text,
        legal: &state.settings.legal,
        examples_months: state.desk.settings().examples.keep_months,
        own,
        site: &state.desk.service().public_url,
    };
    let mut response = Page(page).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// The addresses of all the pages, for the router.
pub fn addresses() -> impl Iterator<Item = &'static str> {
    ADDRESSES.into_iter().flat_map(|(_, fr, en)| [fr, en])
}

/// The operator's file, in English where there is one beside it. A file that has gone leaves the built-in text, and a
/// line in the log.
async fn own_text(file: &Path, lang: Lang) -> Option<(String, Option<&'static str>)> {
    if lang == Lang::En
        && let Ok(markdown) = tokio::fs::read_to_string(english(file)).await
    {
        return Some((markdown::to_html(&markdown), None));
    }
    match tokio::fs::read_to_string(file).await {
        Ok(markdown) => Some((markdown::to_html(&markdown), (lang == Lang::En).then_some("fr"))),
        Err(fault) => {
            tracing::error!(file = %file.display(), cause = %fault, "a legal text cannot be read; the built-in one is shown");
            None
        }
    }
}

/// `notice.md` → `notice.en.md`.
fn english(file: &Path) -> PathBuf {
    let ending = file.extension().map_or_else(|| "en".to_owned(), |e| format!("en.{}", e.to_string_lossy()));
    file.with_extension(ending)
}

/// `GET /robots.txt`: the form and the legal pages may be listed; what is behind a link or a sign-in may not.
pub async fn robots() -> Response {
    let text =
        "User-agent: *\nDisallow: /suivi/\nDisallow: /en/suivi/\nDisallow: /equipe\nDisallow: /sante\n";
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "public, max-age=86400")], text)
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_english_file_stands_beside_the_french_one() {
        assert_eq!(english(Path::new("/srv/notice.md")), Path::new("/srv/notice.en.md"));
    }
}
