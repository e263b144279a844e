//! Every reply text with what it is for, the topics that ask for it, and whether the team changed it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use serde::Deserialize;

use super::{HOME, title, used_for};
use crate::clock::{day_text, paris_day};
use crate::desk::{Desk, ReplyText};
use crate::message::Lang;
use crate::store::Account;
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};
use crate::web::team::categories::Categories;
use crate::web::team::{flash, words};

/// Texts that are named of those that include a part.
const NAMED: usize = 3;

/// What was just done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    fait: String,
}

#[derive(Template)]
#[template(path = "team/texts/list.html")]
struct ListPage {
    layout: Layout,
    done: Option<&'static str>,
    replies: Vec<Line>,
    parts: Vec<Line>,
}

struct Line {
    title: String,
    name: String,
    href: String,
    used_for: &'static str,
    /// Who asks for it.
    asked_by: String,
    state: Source,
    when: String,
}

/// Where its text comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Files,
    Edited,
    LeftOut,
}

/// `GET /equipe/reponses`.
pub(super) async fn show(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Query(query): Query<ListQuery>,
) -> WebResult {
    let categories = Categories::of(&state.desk);
    let accounts = state.desk.store().accounts().await?;
    let texts = state.desk.reply_texts().await?;
    let (replies, parts): (Vec<&ReplyText>, Vec<&ReplyText>) =
        texts.iter().partition(|text| text.used_for.is_some());
    let lines = |texts: Vec<&ReplyText>| {
        texts.into_iter().map(|text| line(&state.desk, text, &categories, &accounts)).collect::<Vec<_>>()
    };
    let page = ListPage {
        layout: Layout::team(&state, HOME, Some(&account.name)),
        done: flash::sentence(&query.fait),
        replies: lines(replies),
        parts: lines(parts),
    };
    Ok(Page(page).into_response())
}

fn line(desk: &Desk, text: &ReplyText, categories: &Categories, accounts: &[Account]) -> Line {
    let edited = text.version.as_ref().filter(|version| version.texts.is_some());
    Line {
        href: format!("{HOME}/{}", text.name),
        used_for: used_for(text.used_for),
        asked_by: asked_by(desk, text, categories),
        title: title(desk.replies(), &text.name),
        state: match edited {
            None => Source::Files,
            Some(_) if text.left_out => Source::LeftOut,
            Some(_) => Source::Edited,
        },
        when: edited.map_or_else(String::new, |version| {
            format!(
                "{}, {}",
                day_text(paris_day(version.made_at), Lang::Fr),
                words::actor(&version.by, accounts)
            )
        }),
        name: text.name.clone(),
    }
}

/// The topics that ask for a reply, or what includes a part, in words.
pub(super) fn asked_by(desk: &Desk, text: &ReplyText, categories: &Categories) -> String {
    if text.used_for.is_none() {
        let by =
            text.included_in.iter().take(NAMED).map(|name| format!("« {} »", title(desk.replies(), name)));
        let more = text.included_in.len().saturating_sub(NAMED);
        let by = by.collect::<Vec<_>>().join(", ");
        return match more {
            0 => by,
            1 => format!("{by} et un autre texte"),
            many => format!("{by} et {many} autres textes"),
        };
    }
    let mut by: Vec<String> = text.asked_by.iter().map(|id| categories.title(id)).collect();
    if text.fixed {
        by.insert(0, "le service lui-même".to_owned());
    }
    by.join(", ")
}
