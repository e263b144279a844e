//! A changed rule set, uploaded, decides again every stored request; what it would do otherwise is shown, new refusals first. The
//! set is put in service nowhere, and nothing is stored.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Redirect};
use chrono::NaiveDate;

use super::run::{Outcome, Replay, about};
use super::{HOME, upload};
use crate::clock::paris_text;
use crate::desk::backtest::{Change, Group, Report};
use crate::desk::ratio::{Ratio, percent};
use crate::message::Lang;
use crate::reply::Replies;
use crate::store::{Account, new_id};
use crate::triage::{RuleFiles, explain};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{Kind, WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::team::words;

/// Changes of a kind that are shown; the file has them all.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "team/rules/replay.html")]
struct ReplayPage {
    layout: Layout,
    refused: Option<String>,
    since: String,
    past: Vec<Past>,
}

/// A replay in the list.
struct Past {
    href: String,
    title: String,
    state: String,
}

#[derive(Template)]
#[template(path = "team/rules/result.html")]
struct ResultPage {
    layout: Layout,
    base: String,
    title: String,
    files: String,
    since: Option<NaiveDate>,
    /// While it runs: how many of how many; of 0 while the set is read.
    running: Option<(u64, u64)>,
    faults: Vec<String>,
    /// It was asked to stop, and ends what it had begun.
    stopping: bool,
    failed: bool,
    /// A person stopped it.
    stopped: bool,
    told: Option<Told>,
}

/// What a replay found.
struct Told {
    conclusion: &'static str,
    tone: &'static str,
    same: bool,
    rulesets: String,
    replayed: Vec<String>,
    right: Vec<String>,
    groups: Vec<OfKind>,
}

/// The changes of a kind.
struct OfKind {
    title: &'static str,
    /// What an empty one is said to hold.
    none: &'static str,
    new_act: bool,
    count: usize,
    changes: Vec<Shown>,
}

/// A request that would be treated otherwise.
struct Shown {
    id: String,
    old: String,
    new: String,
    judged: Option<String>,
    already: bool,
    matched: Vec<String>,
}

/// `GET /equipe/regles/rejouer`.
pub(super) async fn show(State(state): State<WebState>, SignedIn(account): SignedIn) -> WebResult {
    Ok(Page(page(&state, &account, None)).into_response())
}

fn page(state: &WebState, account: &Account, refused: Option<String>) -> ReplayPage {
    ReplayPage {
        layout: Layout::team(state, &format!("{HOME}/rejouer"), Some(&account.name)),
        refused,
        since: String::new(),
        past: state.rules.replays().iter().map(past).collect(),
    }
}

fn past(replay: &Arc<Replay>) -> Past {
    Past {
        href: format!("{HOME}/rejouer/{}", replay.id),
        title: title(replay),
        state: match replay.outcome() {
            None => "en cours".to_owned(),
            Some(Outcome::Failed) => "n’a pas abouti".to_owned(),
            Some(Outcome::Stopped) => "arrêté".to_owned(),
            Some(Outcome::Faults(faults)) if faults.len() == 1 => "une faute dans le jeu".to_owned(),
            Some(Outcome::Faults(faults)) => format!("{} fautes dans le jeu", faults.len()),
            Some(Outcome::Done(report)) => match count(&report, Group::NewlyRefused) {
                0 => "aucun nouveau refus automatique".to_owned(),
                1 => "1 nouveau refus automatique".to_owned(),
                many => format!("{many} nouveaux refus automatiques"),
            },
        },
    }
}

fn title(replay: &Replay) -> String {
    format!("{}, par {}", paris_text(replay.started_at, Lang::Fr), replay.by)
}

/// `POST /equipe/regles/rejouer`.
pub(super) async fn start(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    body: Multipart,
) -> WebResult {
    let refuse = |says: String| {
        let page = page(&state, &account, Some(says));
        Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
    };
    let sent = match upload::read(body).await? {
        Ok(sent) => sent,
        Err(says) => return refuse(says),
    };
    let since = match sent.since.as_str() {
        "" => None,
        typed => match typed.parse() {
            Ok(day) => Some(day),
            Err(_) => return refuse("Le premier jour s’écrit AAAA-MM-JJ.".to_owned()),
        },
    };
    let base = match &state.desk.triage().reference_files().dir {
        Some(dir) => RuleFiles::from_dir(dir),
        None => Ok(RuleFiles::embedded()),
    };
    let Ok(base) = base else {
        return refuse("Le dossier des règles en vigueur ne se lit pas : envoyez le jeu entier.".to_owned());
    };
    if let Some(path) = upload::stranger(&sent, &base, &RuleFiles::embedded()) {
        return refuse(format!("« {path} » n’est le fichier d’aucun jeu de règles : rien n’a été rejoué."));
    }
    let files = sent.files.keys().cloned().collect();
    let replay = about(new_id(), &account.name, state.desk.clock().now(), since, files);
    match state.rules.replay(&state.desk, upload::set(sent, base), replay) {
        Ok(replay) => Ok(Redirect::to(&format!("{HOME}/rejouer/{}", replay.id)).into_response()),
        Err(running) => refuse(format!(
            "Un jeu est déjà en train d’être rejoué ({}) : attendez qu’il ait fini, ou arrêtez-le sur sa page.",
            title(&running)
        )),
    }
}

fn find(state: &WebState, run: &str) -> Result<Arc<Replay>, WebError> {
    state.rules.replays().into_iter().find(|replay| replay.id == run).ok_or_else(WebError::not_found)
}

/// `GET /equipe/regles/rejouer/{run}`.
pub(super) async fn result(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(run): Path<String>,
) -> WebResult {
    let replay = find(&state, &run)?;
    let outcome = replay.outcome();
    let page = ResultPage {
        layout: Layout::team(&state, &format!("{HOME}/rejouer"), Some(&account.name)),
        base: format!("{HOME}/rejouer/{run}"),
        title: title(&replay),
        files: replay.files.join(", "),
        since: replay.since,
        running: outcome.is_none().then(|| replay.progress()),
        stopping: replay.is_stopping(),
        failed: matches!(outcome, Some(Outcome::Failed)),
        stopped: matches!(outcome, Some(Outcome::Stopped)),
        faults: match &outcome {
            Some(Outcome::Faults(faults)) => faults.clone(),
            _ => Vec::new(),
        },
        told: match &outcome {
            Some(Outcome::Done(report)) => Some(told(report, state.desk.replies())),
            _ => None,
        },
    };
    Ok(Page(page).into_response())
}

/// `POST /equipe/regles/rejouer/{run}/arreter`: whoever asked, or a colleague who needs the place.
pub(super) async fn stop(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path(run): Path<String>,
) -> WebResult {
    find(&state, &run)?.stop();
    Ok(Redirect::to(&format!("{HOME}/rejouer/{run}")).into_response())
}

/// `GET /equipe/regles/rejouer/{run}/resultat.json`: everything, as `guichet backtest --json` writes it.
pub(super) async fn whole(
    State(state): State<WebState>,
    SignedIn(_): SignedIn,
    Path(run): Path<String>,
) -> WebResult {
    let Some(Outcome::Done(report)) = find(&state, &run)?.outcome() else {
        return Err(WebError::not_found());
    };
    let json = serde_json::to_string_pretty(report.as_ref())
        .map_err(|cause| WebError::new(Kind::Internal).because(Arc::new(cause)))?;
    Ok(([(CONTENT_TYPE, "application/json")], json).into_response())
}

fn count(report: &Report, group: Group) -> usize {
    report.counts.get(&group).copied().unwrap_or_default()
}

fn told(report: &Report, replies: &Replies) -> Told {
    let right =
        |(what, old, new): (&str, Ratio, Ratio)| format!("{what} : {} → {}", measured(old), measured(new));
    let precision = report.sources.iter().flat_map(|source| {
        let (old, new) = (source.tally.old, source.tally.new);
        [
            ("Catégorie juste", old.category, new.category),
            ("Fait sans personne, à juste titre", old.alone, new.alone),
        ]
    });
    Told {
        conclusion: report.conclusion(),
        tone: match report.verdict.code() {
            0 => "success",
            1 => "warning",
            _ => "error",
        },
        same: report.ruleset_current == report.ruleset_new,
        rulesets: format!("{} (en vigueur) → {}", report.ruleset_current, report.ruleset_new),
        replayed: report.sources.iter().map(|source| report.replayed(source)).collect(),
        right: precision.map(right).collect(),
        // What is feared most is told even where there is none.
        groups: Group::ALL
            .into_iter()
            .filter(|group| {
                count(report, *group) > 0 || matches!(group, Group::NewlyRefused | Group::NewlySetAside)
            })
            .map(|group| OfKind {
                title: group.title(),
                none: if group == Group::NewlyRefused { "aucun" } else { "aucune" },
                new_act: group.is_new_act(),
                count: count(report, group),
                changes: report
                    .changes
                    .iter()
                    .filter(|change| change.group == group)
                    .take(SHOWN)
                    .map(|change| shown(report, change, replies))
                    .collect(),
            })
            .collect(),
    }
}

/// `60 % (3 sur 5)`; where there is nothing to measure, that.
fn measured(ratio: Ratio) -> String {
    match ratio.of() {
        0 => "rien à mesurer".to_owned(),
        of => format!("{} ({} sur {of})", percent(ratio.share()), ratio.right()),
    }
}

fn shown(report: &Report, change: &Change, replies: &Replies) -> Shown {
    let outcome = |outcome: &explain::Outcome| {
        let reply = outcome.reply.as_ref().map(|name| words::reply(replies, name));
        report.outcome(&explain::Outcome { reply, ..outcome.clone() })
    };
    let matched = change.matched.iter().map(|matched| {
        let hits = matched.hits.iter().map(|hit| format!("{} « {} »", hit.place, hit.text));
        format!("{} : {}", matched.says, hits.collect::<Vec<_>>().join(", "))
    });
    Shown {
        id: change.id.clone(),
        old: outcome(&change.old),
        new: outcome(&change.new),
        judged: report.judged(change),
        already: change.already,
        matched: matched.collect(),
    }
}
