//! The box of the answer: the text, the text it started from, its language, who gets it, the mail as it will leave. What is
//! typed is kept on the server, by a button, by the script as one types, and by every act that comes from the box.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};

use super::{Choice, Notice, Typed, href, page};
use crate::clock::{paris_text, paris_time};
use crate::desk::{Desk, DeskError, Outgoing, RecipientPart, Seen};
use crate::mail::parse::{self, Own};
use crate::message::{Envelope, Lang};
use crate::reply::Use;
use crate::store::{Account, TicketFile, Written};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::{WebError, WebResult};
use crate::web::team::acts::{ActForm, typed};
use crate::web::team::categories::Categories;
use crate::web::team::place::Place;
use crate::web::team::query::percent_encode;
use crate::web::team::stale::{Stale, stale};
use crate::web::team::words;

/// What stands in the box.
pub(in crate::web::team) struct AnswerBox {
    /// The Markdown.
    pub(in crate::web::team) text: String,
    /// What the reply is called that guichet prepared it from, while nobody has changed it.
    pub(in crate::web::team) prepared: Option<String>,
    /// When it was kept; `None`: nothing is.
    pub(in crate::web::team) saved: Option<String>,
    /// What stood in it before another text was chosen is still there.
    pub(in crate::web::team) replaced: bool,
    /// The texts to start from.
    pub(in crate::web::team) texts: Vec<Choice>,
    /// The languages.
    pub(in crate::web::team) langs: Vec<Choice>,
    /// Who may get it.
    pub(in crate::web::team) recipients: Vec<RecipientLine>,
    /// The links of the text to look at before it leaves.
    pub(in crate::web::team) stale: Vec<Stale>,
    /// The mail as it will leave, when it was asked to be seen.
    pub(in crate::web::team) preview: Option<Preview>,
}

/// Somebody who may get the answer.
pub(in crate::web::team) struct RecipientLine {
    /// Address.
    pub(in crate::web::team) address: String,
    /// Who that is.
    pub(in crate::web::team) label: String,
    /// They get it.
    pub(in crate::web::team) chosen: bool,
}

/// The mail that would leave, read back from its octets.
#[derive(Clone, Debug)]
pub(in crate::web::team) struct Preview {
    /// `From`, `To`, … with their values.
    pub(in crate::web::team) fields: Vec<(&'static str, String)>,
    /// The text part.
    pub(in crate::web::team) text: String,
}

impl Preview {
    /// What the octets say.
    fn of(raw: &[u8]) -> Self {
        let message = parse::read(raw, &Envelope::default(), &Own::default()).message;
        let sender = format!("{} <{}>", message.from_name, message.from_email);
        let fields = [
            ("De", sender),
            ("À", message.to.join(", ")),
            ("Copie", message.cc.join(", ")),
            ("Répondre à", message.reply_to.unwrap_or_default()),
            ("Objet", message.subject),
        ];
        let said = fields.into_iter().filter(|(_, value)| !value.is_empty());
        Self { fields: said.collect(), text: message.body }
    }
}

/// The box for a person: what they typed just now, else what they were writing, else what guichet prepared.
pub(super) fn answer_box(
    desk: &Desk,
    file: &TicketFile,
    categories: &Categories,
    prepared: Option<&crate::store::Draft>,
    kept: Option<&Written>,
    typed: &Typed,
) -> AnswerBox {
    let shown = typed.answer.as_ref().or(kept);
    let text = match (shown, prepared) {
        (Some(written), _) => written.text.clone(),
        (None, Some(draft)) => draft.markdown.clone(),
        (None, None) => String::new(),
    };
    let started = shown.map(|written| written.reply.as_str()).filter(|reply| !reply.is_empty());
    let started = started.or(prepared.map(|draft| draft.reply.as_str()));
    let own = desk.triage().taxonomy().get(&file.ticket.category).and_then(|category| category.reply.clone());
    // An empty text that is kept was asked for.
    let emptied = shown.is_some_and(|written| written.text.is_empty() && written.reply.is_empty());
    let started = if emptied { "" } else { started.or(own.as_deref()).unwrap_or_default() };
    let lang = shown.and_then(|written| written.lang).unwrap_or(file.ticket.lang).reply();
    let chosen = shown.and_then(|written| written.recipients.as_ref());
    let offered = desk.recipients(&file.ticket, &file.messages);
    AnswerBox {
        prepared: shown
            .is_none()
            .then(|| prepared.map(|draft| words::reply(desk.replies(), &draft.reply)))
            .flatten(),
        saved: kept.map(|written| clock(written.saved_at, desk)),
        replaced: kept.is_some_and(|written| written.replaced.is_some()),
        texts: texts(desk, categories, started),
        langs: [Lang::Fr, Lang::En]
            .map(|one| Choice {
                value: one.code().to_owned(),
                label: words::lang(one).to_owned(),
                selected: one == lang,
            })
            .into(),
        recipients: offered
            .into_iter()
            .map(|one| RecipientLine {
                chosen: match chosen {
                    Some(chosen) => chosen.iter().any(|address| address.eq_ignore_ascii_case(&one.address)),
                    None => one.proposed,
                },
                label: part(one.part, &one.name),
                address: one.address,
            })
            .collect(),
        preview: typed.preview.clone(),
        stale: stale(desk, &text),
        text,
    }
}

fn clock(at: chrono::DateTime<chrono::Utc>, desk: &Desk) -> String {
    let today = crate::clock::paris_day(at) == desk.clock().today();
    if today { paris_time(at).format("%-H h %M").to_string() } else { paris_text(at, Lang::Fr) }
}

fn part(part: RecipientPart, name: &str) -> String {
    let what = match part {
        RecipientPart::Requester => "auteur de la demande",
        RecipientPart::Participant => "a écrit dans cet échange",
        RecipientPart::Copied => "était en copie",
    };
    if name.is_empty() { what.to_owned() } else { format!("{name}, {what}") }
}

/// The texts that an answer may start from, by title; not those of a heading that sleeps.
fn texts(desk: &Desk, categories: &Categories, started: &str) -> Vec<Choice> {
    let replies = desk.replies();
    let awake = |id: &str| desk.triage().taxonomy().get(id).is_some();
    let drafts = replies.names().into_iter().filter(|name| {
        replies.used_for(name) == Some(Use::Draft) && replies.category(name).as_deref().is_none_or(awake)
    });
    let mut texts: Vec<Choice> = drafts
        .map(|name| {
            let category = replies.category(&name);
            let title = category.as_deref().map(|id| categories.title(id));
            let label = match title {
                Some(title) if category.as_ref() == Some(&name) => title,
                Some(title) => format!("{title} : {}", words::reply(replies, &name)),
                None => words::reply(replies, &name),
            };
            Choice { selected: name == started, value: name, label }
        })
        .collect();
    texts.sort_by(|a, b| a.label.cmp(&b.label));
    texts
}

/// What comes from the box and sends nothing: seeing the mail, another text, keeping it.
pub(in crate::web::team) async fn write(
    state: &WebState,
    account: &Account,
    reference: &str,
    place: &Place,
    form: &ActForm,
) -> WebResult {
    let (desk, me) = (&state.desk, account.id.as_str());
    let ticket = desk.store().ticket(reference).await?.ok_or_else(WebError::not_found)?;
    let kept = desk.written(&ticket, me).await?;
    let written = Written { replaced: kept.and_then(|kept| kept.replaced), ..form.written() };
    let done = match form.suite.as_str() {
        "apercu" => return preview(state, account, reference, place, form, written).await,
        "modele" => desk.choose_text(reference, me, written).await.map(|()| "texte-choisi"),
        "reprendre" => desk.choose_replaced(reference, me).await.map(|()| "texte-repris"),
        "jeter" => desk.drop_written(reference, me).await.map(|()| "brouillon-jete"),
        _ => desk.keep_written(reference, me, written).await.map(|_| "brouillon-garde"),
    };
    match done {
        Ok(code) => {
            let to = format!("{}&fait={code}#repondre", href(&percent_encode(reference), place));
            Ok(Redirect::to(&to).into_response())
        }
        Err(DeskError::Refused(says)) => {
            let typed = typed("repondre", form);
            let notice = Some(Notice::Refused(says));
            page(state, account, reference, place, typed, notice, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn preview(
    state: &WebState,
    account: &Account,
    reference: &str,
    place: &Place,
    form: &ActForm,
    written: Written,
) -> WebResult {
    let ticket = state.desk.keep_written(reference, &account.id, written).await?;
    let typed = typed("repondre", form);
    // What changed is read first: beside it a mail ready to leave would be sent by one key, unread.
    if ticket.version != form.version() {
        let notice = Some(Notice::Conflict(form.version()));
        return page(state, account, reference, place, typed, notice, StatusCode::CONFLICT).await;
    }
    match state.desk.preview(reference, &form.outgoing()).await {
        Ok(raw) => {
            let typed = Typed { preview: Some(Preview::of(&raw)), ..typed };
            page(state, account, reference, place, typed, None, StatusCode::OK).await
        }
        Err(DeskError::Refused(says)) => {
            let notice = Some(Notice::Refused(says));
            page(state, account, reference, place, typed, notice, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /equipe/demandes/{reference}/brouillon`: keeps what stands in the box, for the script; answers what is to be told.
pub(in crate::web::team) async fn save(
    State(state): State<WebState>,
    SignedIn(account): SignedIn,
    Path(reference): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult {
    let form = ActForm::of(fields)?;
    let ticket = state.desk.store().ticket(&reference).await?.ok_or_else(WebError::not_found)?;
    let kept = state.desk.written(&ticket, &account.id).await?;
    let written = Written { replaced: kept.and_then(|kept| kept.replaced), ..form.written() };
    let seen = Seen { reference, version: form.version(), person: account.id };
    if !state.desk.autosave(&seen, written).await? {
        return Ok("Ce texte est déjà envoyé.".into_response());
    }
    let now = clock(state.desk.clock().now(), &state.desk);
    Ok(format!("Brouillon gardé à {now}.").into_response())
}

/// The mail that a person is writing, composed now; `None`: they are writing none.
pub(super) async fn composed(
    state: &WebState,
    account: &Account,
    reference: &str,
) -> Result<Option<Vec<u8>>, WebError> {
    let ticket = state.desk.store().ticket(reference).await?.ok_or_else(WebError::not_found)?;
    let Some(written) = state.desk.written(&ticket, &account.id).await? else { return Ok(None) };
    let Written { text: markdown, lang, recipients, reply, .. } = written;
    let outgoing = Outgoing { markdown, lang, recipients, reply };
    Ok(Some(state.desk.preview(reference, &outgoing).await?))
}
