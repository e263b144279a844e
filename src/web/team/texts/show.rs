//! The page of one reply text: both languages side by side, what they would make, and every version before with what it
//! changed.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::IntoResponse as _;

use super::diff::{self, Line};
use super::{HOME, list, title, used_for};
use crate::clock::paris_text;
use crate::desk::{PublishError, TextPreview};
use crate::message::Lang;
use crate::reply::{Mode, Rendered, Sample, Use};
use crate::store::{Account, ReplyVersion};
use crate::web::WebState;
use crate::web::error::{WebError, WebResult};
use crate::web::layout::{Layout, Page};
use crate::web::security;
use crate::web::team::categories::Categories;
use crate::web::team::words;

/// What stands in the boxes.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    /// French, English.
    pub(super) texts: [String; 2],
    pub(super) note: String,
    /// Id of the version that was in force when the page was made.
    pub(super) seen: String,
    pub(super) reference: String,
    pub(super) alone: bool,
}

/// What the page tells first.
pub(super) enum Outcome {
    Nothing,
    Done(&'static str),
    Seen(TextPreview),
    Refused(PublishError),
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "what a page shows or not: each stands alone in the template"
)]
#[derive(Template)]
#[template(path = "team/texts/edit.html")]
struct TextPage {
    layout: Layout,
    title: String,
    name: String,
    base: String,
    used_for: &'static str,
    asked_by: String,
    is_part: bool,
    /// It leaves alone or with a person: which of the two can be asked for.
    both_ways: bool,
    edited: bool,
    left_out: bool,
    files_changed: bool,
    done: Option<&'static str>,
    /// Why nothing was done.
    refused: Option<String>,
    faults: Vec<String>,
    /// Somebody published in between: what typed texts would change of theirs.
    conflict: Option<String>,
    /// What the typed texts change of those in force, French and English.
    changes: [Vec<Line>; 2],
    typed: Typed,
    rows: usize,
    samples: Vec<Shown>,
    mail: Option<Mail>,
    versions: Vec<Past>,
}

/// A sample in both languages.
struct Shown {
    title: String,
    french: Option<Words>,
    english: Option<Words>,
}

/// A mail: its subject, and both its parts.
struct Words {
    subject: String,
    text: String,
    html: String,
}

/// The mail of a real request.
struct Mail {
    reference: String,
    to: String,
    english: bool,
    words: Words,
}

/// A version of before.
struct Past {
    story: String,
    note: String,
    /// What to go back to; nothing for the one in force.
    back: Option<String>,
    back_label: &'static str,
    /// The key that leads to going back: to the last version before the one in force, to the files.
    back_key: Option<&'static str>,
    changes: [Vec<Line>; 2],
}

/// The page as it stands now.
pub(super) async fn page(
    state: &WebState,
    account: &Account,
    name: &str,
    typed: Option<Typed>,
    outcome: Outcome,
) -> WebResult {
    let text = state.desk.reply_text(name).await?.ok_or_else(WebError::not_found)?;
    let store = state.desk.store();
    let (accounts, all) = (store.accounts().await?, store.reply_versions_of(name).await?);
    let files = state.desk.replies().file_texts(name).ok_or_else(WebError::not_found)?;
    let in_force = text.version.as_ref().map_or(String::new(), |version| version.id.clone());
    let was_typed = typed.is_some();
    let mut typed = typed.unwrap_or_else(|| Typed {
        texts: text.texts.clone(),
        note: String::new(),
        seen: in_force.clone(),
        reference: String::new(),
        alone: false,
    });
    let (mut done, mut refused, mut faults, mut conflict) = (None, None, Vec::new(), None);
    let (mut samples, mut mail) = (Vec::new(), None);
    let mut status = StatusCode::OK;
    match outcome {
        Outcome::Nothing => {}
        Outcome::Done(sentence) => done = Some(sentence),
        Outcome::Seen(TextPreview::Samples(all)) => samples = paired(all),
        Outcome::Seen(TextPreview::Mail { reference, lang, to, subject, text, html }) => {
            let words = Words { subject, text, html };
            mail = Some(Mail { reference, to, english: lang == Lang::En, words });
        }
        Outcome::Refused(PublishError::Changed) => {
            status = StatusCode::CONFLICT;
            let theirs = text.version.as_ref().map(|version| story(version, &accounts));
            conflict = Some(theirs.unwrap_or_default());
            // What stands now has been shown: the next press is meant for it.
            typed.seen.clone_from(&in_force);
        }
        Outcome::Refused(PublishError::Faults(found)) => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            faults = found.iter().map(ToString::to_string).collect();
        }
        Outcome::Refused(PublishError::Desk(error)) => match WebError::from(error) {
            told if told.sentence.is_empty() => return Err(told),
            told => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                refused = Some(told.sentence);
            }
        },
    }
    let lines = typed.texts.iter().map(|text| text.lines().count()).max().unwrap_or_default();
    let page = TextPage {
        layout: Layout::team(state, &format!("{HOME}/{name}"), Some(&account.name)),
        base: format!("{HOME}/{name}"),
        used_for: used_for(text.used_for),
        asked_by: list::asked_by(&state.desk, &text, &Categories::of(&state.desk)),
        title: title(state.desk.replies(), name),
        is_part: text.used_for.is_none(),
        both_ways: matches!(text.used_for, None | Some(Use::Refusal | Use::Draft)),
        edited: text.version.as_ref().is_some_and(|version| version.texts.is_some()),
        left_out: text.left_out,
        files_changed: text.files_changed,
        done,
        refused,
        faults,
        conflict,
        changes: if was_typed { changes(&text.texts, &typed.texts) } else { [Vec::new(), Vec::new()] },
        rows: (lines + 2).clamp(8, 40),
        samples,
        mail,
        versions: past(&all, &files, &in_force, &accounts),
        name: text.name,
        typed,
    };
    let mut response = (status, Page(page)).into_response();
    let policy = security::with_our_mail(state.settings.web.theme);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

fn changes(old: &[String; 2], new: &[String; 2]) -> [Vec<Line>; 2] {
    [0, 1].map(|at| diff::lines(old[at].trim_end(), new[at].trim_end()))
}

fn story(version: &ReplyVersion, accounts: &[Account]) -> String {
    let (when, who) = (paris_text(version.made_at, Lang::Fr), words::actor(&version.by, accounts));
    match version.texts {
        Some(_) => format!("Publiée le {when} par {who}"),
        None => format!("Retour aux fichiers le {when} par {who}"),
    }
}

/// The versions, the last first, each with what it changed of the one before; the files are the first of all.
fn past(all: &[ReplyVersion], files: &[String; 2], in_force: &str, accounts: &[Account]) -> Vec<Past> {
    let texts = |at: usize| all.get(at).and_then(|version| version.texts.as_ref()).unwrap_or(files);
    let mut past: Vec<Past> = all
        .iter()
        .enumerate()
        .map(|(at, version)| Past {
            story: story(version, accounts),
            note: version.note.clone(),
            back: (version.id != in_force && version.texts.is_some()).then(|| version.id.clone()),
            back_label: "Revenir à cette version",
            back_key: None,
            changes: changes(texts(at + 1), texts(at)),
        })
        .collect();
    if let Some(last) = all.first() {
        past.push(Past {
            story: "Fichiers du dossier des modèles".to_owned(),
            note: String::new(),
            back: last.texts.is_some().then(String::new),
            back_label: "Revenir aux fichiers",
            back_key: Some("Z"),
            changes: [Vec::new(), Vec::new()],
        });
    }
    if let Some(first) = past.iter_mut().find(|version| version.back.is_some() && version.back_key.is_none())
    {
        first.back_key = Some("z");
    }
    past
}

/// The samples, both languages of one together.
fn paired(samples: Vec<Sample>) -> Vec<Shown> {
    let mut all: Vec<(&'static str, Mode, Shown)> = Vec::new();
    for sample in samples {
        let Rendered { subject, text, html, .. } = sample.rendered;
        let words = Some(Words { subject, text, html });
        let known = all.iter_mut().find(|(label, mode, _)| (*label, *mode) == (sample.label, sample.mode));
        match (known, sample.lang) {
            (Some((.., shown)), Lang::En) => shown.english = words,
            (Some((.., shown)), _) => shown.french = words,
            (None, lang) => {
                let title = sample_title(sample.label, sample.mode);
                let (french, english) = if lang == Lang::En { (None, words) } else { (words, None) };
                all.push((sample.label, sample.mode, Shown { title, french, english }));
            }
        }
    }
    all.into_iter().map(|(.., shown)| shown).collect()
}

/// What a sample is of, and how it leaves.
fn sample_title(label: &str, mode: Mode) -> String {
    let of = match label {
        "known-body" => "Organisme connu",
        "unknown-body" => "Organisme inconnu",
        "coordinator" => "Coordination connue",
        "more-topics" => "Plusieurs sujets",
        "ended-contracts" => "Marchés échus",
        "covered" => "Logiciel couvert par le marché de support",
        "covered-to-verify" => "Logiciel couvert, marché à vérifier",
        "both-see" => "La réponse ira aussi au demandeur",
        "service-sees" => "La réponse n’ira qu’au service",
        "typed" => "Adresse saisie dans un formulaire",
        "reminder" => "Rappel",
        _ => "Cas courant",
    };
    let leaves = match mode {
        Mode::Automatic => "part seul",
        Mode::Draft => "projet pour une personne",
    };
    format!("{of}, {leaves}")
}
