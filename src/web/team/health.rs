//! "État du service": what is well, what needs somebody, and what to do about it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use chrono::{DateTime, Utc};

use super::words;
use crate::clock::paris_text;
use crate::desk::{Health, Trouble};
use crate::message::{Door, Lang};
use crate::store::{DoorCount, MailboxState};
use crate::web::WebState;
use crate::web::auth::SignedIn;
use crate::web::error::WebResult;
use crate::web::layout::{Layout, Page};

#[derive(Template)]
#[template(path = "team/health.html")]
struct HealthPage {
    layout: Layout,
    looked: String,
    notices: Vec<Notice>,
    /// Nothing fails, not even for a moment.
    calm: bool,
    /// One of them impairs the service itself.
    degraded: bool,
    doors: Vec<DoorLine>,
    mailboxes: Vec<MailboxLine>,
    arrivals: Vec<Fact>,
    outbox: Vec<Fact>,
    balanced: bool,
}

/// What needs somebody.
struct Notice {
    title: String,
    detail: String,
    /// What to do.
    mend: &'static str,
    /// Where, and the words of the link.
    link: Option<(&'static str, &'static str)>,
    grave: bool,
}

/// A door that was brought something.
struct DoorLine {
    title: &'static str,
    seen: i64,
    kept: i64,
    again: i64,
    refused: i64,
    why: String,
    pending: i64,
    missing: i64,
}

struct MailboxLine {
    title: String,
    well: bool,
    words: Vec<String>,
}

struct Fact {
    label: &'static str,
    value: String,
}

/// `GET /equipe/sante`.
pub(super) async fn show(State(state): State<WebState>, SignedIn(account): SignedIn) -> WebResult {
    let health = state.desk.health().await?;
    let now = health.at;
    let brought = health.balance.doors.iter().filter(|door| door.seen() > 0);
    let page = HealthPage {
        layout: Layout::team(&state, "/equipe/sante", Some(&account.name)),
        looked: paris_text(now, Lang::Fr),
        notices: health.troubles.iter().map(|trouble| notice(trouble, now)).collect(),
        calm: health.is_calm(),
        degraded: health.is_degraded(),
        doors: brought.map(door_line).collect(),
        mailboxes: health.mailboxes.iter().map(|mailbox| mailbox_line(mailbox, now)).collect(),
        arrivals: arrivals(&health),
        outbox: outbox(&health),
        balanced: health.balance.holds(),
    };
    Ok((StatusCode::OK, Page(page)).into_response())
}

fn arrivals(health: &Health) -> Vec<Fact> {
    let pile = |total: i64, oldest: Option<DateTime<Utc>>| match oldest {
        Some(at) if total > 0 => format!("{total}, la plus ancienne {}", since(health.at, at)),
        _ => "aucune".to_owned(),
    };
    vec![
        Fact { label: "Arrivées à lire", value: pile(health.waiting.total, health.waiting.oldest_at) },
        Fact { label: "Arrivées en panne", value: pile(health.parked.total, health.parked.oldest_at) },
    ]
}

fn outbox(health: &Health) -> Vec<Fact> {
    let count = &health.outbox;
    let none = |total: i64| if total == 0 { "aucun".to_owned() } else { total.to_string() };
    let late =
        count.oldest_due_at.map(|at| format!("{}, le plus ancien {}", count.overdue, since(health.at, at)));
    let relay = health.relay.failing_since.map(|at| {
        let next = words::next_try(health.at, health.relay.try_at.unwrap_or(health.at));
        format!("en échec depuis le {} ({}) ; {next}", paris_text(at, Lang::Fr), health.relay.said)
    });
    vec![
        Fact {
            label: "Serveur de messagerie",
            value: relay.unwrap_or_else(|| "pas de panne connue".to_owned()),
        },
        Fact { label: "Courriels promis, pas encore partis", value: none(count.due) },
        Fact { label: "Dont l’heure est venue", value: late.unwrap_or_else(|| "aucun".to_owned()) },
        Fact { label: "Que le serveur a fait attendre", value: none(count.retrying) },
        Fact { label: "Envois incertains, sur des demandes ouvertes", value: none(count.in_doubt) },
        Fact { label: "Échecs, sur des demandes ouvertes", value: none(count.failed) },
    ]
}

fn door_line(count: &DoorCount) -> DoorLine {
    let why = count.refused.iter().map(|(why, total)| format!("{} : {total}", why.title()));
    DoorLine {
        title: door_title(count.door),
        seen: count.seen(),
        kept: count.kept,
        again: count.again,
        refused: count.refusals(),
        why: why.collect::<Vec<_>>().join(" ; "),
        pending: count.pending,
        missing: count.missing(),
    }
}

fn door_title(door: Door) -> &'static str {
    match door {
        Door::Form => "Formulaire",
        Door::Hand => "Saisie par l’équipe",
        Door::Pipe => "Courriel remis par commande",
        Door::Lmtp => "Courriel remis par LMTP",
        Door::Imap => "Boîtes relevées (IMAP)",
        Door::Sent => "Dossiers des envois (IMAP)",
        Door::Archive => "Boîtes reprises en archive",
        Door::SentArchive => "Envois repris en archive",
        Door::Import => "Import d’archives",
    }
}

fn mailbox_line(mailbox: &MailboxState, now: DateTime<Utc>) -> MailboxLine {
    let mut words = vec![
        mailbox
            .succeeded_at
            .map_or_else(|| "jamais relevée encore".to_owned(), |at| format!("relevée {}", since(now, at))),
    ];
    words.extend(mailbox.failing_since.map(|at| {
        let cause = mailbox.cause.as_deref().unwrap_or("cause inconnue");
        let next = words::next_try(now, mailbox.next_try_at.unwrap_or(now));
        format!("en échec depuis le {} : {cause} ; {next}", paris_text(at, Lang::Fr))
    }));
    words.extend(mailbox.note.clone());
    let counts = [
        (mailbox.kept, "pris"),
        (mailbox.again, "déjà là"),
        (mailbox.failing, "réessayés"),
        (mailbox.gone, "disparus"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(total, _)| *total > 0)
        .map(|(total, what)| format!("{total} {what}"))
        .collect();
    if !counts.is_empty() {
        words.push(format!("courriels : {}", counts.join(", ")));
    }
    MailboxLine {
        title: format!("{}, dossier {}", mailbox.name, mailbox.folder),
        well: mailbox.failing_since.is_none() && mailbox.failing == 0,
        words,
    }
}

/// `à l’instant`, `il y a 12 min`.
fn since(now: DateTime<Utc>, then: DateTime<Utc>) -> String {
    match words::age(now, then).as_str() {
        just @ "à l’instant" => just.to_owned(),
        age => format!("il y a {age}"),
    }
}

/// A trouble in plain French, with what to do.
fn notice(trouble: &Trouble, now: DateTime<Utc>) -> Notice {
    const OPERATOR: &str = "À voir avec la personne qui administre le service.";
    let of = |total: i64, one: &str, many: &str| {
        if total == 1 { format!("1 {one}") } else { format!("{total} {many}") }
    };
    let operator = |title: &str, detail: String, mend: &'static str| Notice {
        title: title.to_owned(),
        detail,
        mend,
        link: None,
        grave: true,
    };
    let team = |title: String, detail: &str, mend: &'static str, link| Notice {
        title,
        detail: detail.to_owned(),
        mend,
        link: Some(link),
        grave: trouble.impairs(),
    };
    match trouble {
        Trouble::Unbalanced => operator(
            "Le compte n’est pas bon",
            "Une demande gardée ne se retrouve plus : elle est peut-être perdue. Le tableau des portes dit où.".to_owned(),
            "N’effacez rien et prévenez tout de suite la personne qui administre le service : « guichet ledger » montre l’écart, la sauvegarde d’avant aidera.",
        ),
        Trouble::Clock => operator(
            "L’horloge du serveur retarde",
            "Elle est en retard sur des demandes déjà reçues : les délais et les rappels en sont faussés.".to_owned(),
            "À voir avec la personne qui administre le service : la synchronisation de l’heure (NTP) est sans doute arrêtée.",
        ),
        Trouble::Away(at) => operator(
            "La base de données n’a pas tout gardé",
            format!("{}, quelque chose n’a pu être gardé. Rien n’est perdu : les serveurs de messagerie représentent leurs courriels ; un formulaire, la personne a été priée de recommencer.", since(now, *at)),
            "À voir avec la personne qui administre le service : le disque est peut-être plein, ou la base arrêtée.",
        ),
        Trouble::Mailbox { name, folder, since: at, cause } => operator(
            &format!("La boîte « {name} » n’est plus relevée"),
            format!(
                "Dossier {folder}, depuis le {}{}. Les courriels y restent et seront tous pris au retour.",
                paris_text(*at, Lang::Fr),
                cause.as_ref().map(|cause| format!(" : {cause}")).unwrap_or_default()
            ),
            OPERATOR,
        ),
        Trouble::Withheld { name, total } => operator(
            &format!(
                "Dans la boîte « {name} », {}",
                of(*total, "courriel ne peut être lu", "courriels ne peuvent être lus")
            ),
            "Le serveur les annonce et ne les donne pas ; ils sont redemandés, de moins en moins souvent.".to_owned(),
            "Ouvrez la boîte avec un logiciel de messagerie et lisez-y les plus récents ; puis voyez-le avec la personne qui administre le service.",
        ),
        Trouble::Waiting(at) => operator(
            "Des demandes arrivées attendent d’être lues",
            format!("La plus ancienne est là {}. Elles sont gardées, mais ne paraissent pas encore dans la file.", since(now, *at)),
            "À voir avec la personne qui administre le service : le journal dit ce qui retient la lecture.",
        ),
        Trouble::Parked(total) => team(
            of(*total, "arrivée n’a pu être lue", "arrivées n’ont pu être lues"),
            "Rien n’est perdu : ce qui a été reçu est gardé tel quel, avec la cause.",
            "Réessayez ; si la cause demeure, voyez-la avec la personne qui administre le service.",
            ("/equipe/en-panne", "Voir les arrivées en panne"),
        ),
        Trouble::Late(at) => operator(
            "Des courriels promis ne partent pas",
            format!("L’heure du plus ancien est venue {}, et il n’a pas été essayé.", since(now, *at)),
            "À voir avec la personne qui administre le service : le journal dit ce qui retient l’envoi.",
        ),
        Trouble::Breaker => team(
            "Tout ce qui est automatique attend".to_owned(),
            "Trop de courriels automatiques sont partis en une heure : le disjoncteur s’est levé. Rien n’est perdu ; ce qui attend partira.",
            "Regardez les dernières demandes : une boucle avec un autre automate se voit. Puis relancez.",
            ("/equipe/automatismes", "Aller aux automatismes"),
        ),
        Trouble::Relay { since: at, said } => operator(
            "Les courriels ne partent plus",
            format!("Depuis le {}, le serveur de messagerie ne répond pas comme il faut : {said}. Tout ce qui est promis attend et partira à son retour.", paris_text(*at, Lang::Fr)),
            "À voir avec la personne qui administre le service : section [smtp] des réglages, et le serveur de messagerie lui-même.",
        ),
        Trouble::NullSender(total) => null_sender(&of(*total, "courriel attend", "courriels attendent")),
        Trouble::Retrying(at) => operator(
            "Le serveur de messagerie ne prend pas tous les courriels",
            format!("Le plus ancien essaie de partir depuis le {}. Chacun est représenté de plus en plus rarement, pendant près de deux jours.", paris_text(*at, Lang::Fr)),
            "Chaque demande dit ce que le serveur répond. Si cela touche tous les destinataires, voyez-le avec la personne qui administre le service ; un seul, c’est son serveur.",
        ),
        Trouble::InDoubt(total) => team(
            of(*total, "courriel est peut-être parti", "courriels sont peut-être partis"),
            "L’envoi a été coupé avant la réponse du serveur. Rien n’est renvoyé d’office, pour ne pas écrire deux fois.",
            "Sur la demande, renvoyez le courriel ou répondez vous-même.",
            ("/equipe", "Voir la file"),
        ),
        Trouble::Failed(total) => team(
            of(*total, "courriel n’est pas arrivé", "courriels ne sont pas arrivés"),
            "Un serveur l’a refusé ou renvoyé, ou notre serveur de messagerie ne l’a pas pris dans le délai ; la demande dit pourquoi.",
            "Sur la demande, lisez la cause : une adresse fausse se corrige ; une panne de notre serveur une fois passée, réessayez l’envoi.",
            ("/equipe", "Voir la file"),
        ),
    }
}

/// The mail server refuses what receipts are sent from: so many mails wait.
fn null_sender(waiting: &str) -> Notice {
    Notice {
        title: "Le relais refuse notre expéditeur vide".to_owned(),
        detail: format!(
            "{waiting} pour cela : c’est l’expéditeur des accusés de réception, pour que rien n’y réponde automatiquement. \
             Leurs destinataires n’y sont pour rien, et les réponses des personnes partent."
        ),
        mend: "À voir avec la personne qui administre le service : que le relais accepte MAIL FROM:<> de cette machine (RFC 5321, section 4.5.5) ; « guichet doctor » l’essaie.",
        link: None,
        grave: true,
    }
}
