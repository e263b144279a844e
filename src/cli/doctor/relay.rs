//! How mail leaves: the mail server is greeted as for a mail, told of two without their content, and what the outbox itself
//! knows is told.

use chrono::{DateTime, Duration, Utc};

use super::report::Check;
use crate::config::Config;
use crate::mail::mailer::{Encryption, Greeting, Mailer, NULL_SENDER_REFUSED, Transport};
use crate::mail::status;
use crate::store::{Store, StoreError, View, new_id};

const AREA: &str = "relay";
const NULL_SENDER_MEND: &str = "les accusés de réception partent sans expéditeur (RFC 3834) : que le relais accepte MAIL FROM:<> de cette machine";
/// Mail that is due leaves within seconds.
const LATE: Duration = Duration::minutes(15);

pub(super) async fn look(config: &Config) -> Vec<Check> {
    let smtp = &config.smtp;
    if smtp.transport == Transport::Folder {
        let mend = "pour un vrai service, mettez smtp.transport = \"smtp\"";
        return vec![Check::warning(
            AREA,
            "transport",
            "les courriels sont écrits dans un dossier, rien ne part",
            mend,
        )];
    }
    let name = "serveur de messagerie";
    let mailer = match Mailer::new(smtp) {
        Ok(mailer) => mailer,
        Err(cause) => return vec![Check::fault(AREA, name, cause.to_string(), "corrigez la section [smtp]")],
    };
    let place = format!("{}:{}", smtp.host, smtp.port);
    let greeting = match mailer.greet().await {
        Ok(Some(greeting)) => greeting,
        Ok(None) => return Vec::new(),
        Err(error) => {
            let mend = "vérifiez smtp.host, port, tls, user et le mot de passe ; rien ne part d’ici là, rien n’est perdu";
            return vec![Check::fault(AREA, name, format!("{place} : {}", error.words), mend)];
        }
    };
    let mut checks = vec![Check::good(AREA, name, format!("{place} nous laisse entrer"))];
    checks.extend(offered(config, &greeting));
    let contact = &config.service.contact;
    // Nothing was promised under this id: a key is as good as any, and its signature is never asked for.
    let keyed = format!("b-{}", new_id().replace('-', ""));
    let keyed = contact.rsplit_once('@').map(|(local, domain)| format!("{local}+{keyed}@{domain}"));
    let keyed = keyed.filter(|_| config.service.plus_addressing);
    let senders = [("expéditeur du service", Some(contact.as_str())), ("expéditeur vide", None)];
    let keyed = keyed.as_deref().map(|keyed| ("expéditeur avec clé", Some(keyed)));
    for (what, from) in senders.into_iter().chain(keyed) {
        checks.push(match mailer.rehearse(from, contact).await {
            Ok(()) => Check::good(AREA, what, "accepté, sans rien envoyer"),
            Err(error) => {
                let meaning = status::meaning(&error.words).map(|told| format!(" ({told})")).unwrap_or_default();
                let mend = match from {
                    Some(_) => "le relais doit accepter service.contact comme expéditeur, et avec service.plus_addressing ses adresses en « + »",
                    None => NULL_SENDER_MEND,
                };
                Check::fault(AREA, what, format!("« {} »{meaning}", error.words), mend)
            }
        });
    }
    checks
}

/// What the server offers, and what follows from what it does not.
fn offered(config: &Config, greeting: &Greeting) -> Vec<Check> {
    let smtp = &config.smtp;
    let mut checks = Vec::new();
    checks.push(match (greeting.encrypted, smtp.tls) {
        (true, _) => Check::good(AREA, "chiffrement", "la conversation est chiffrée"),
        (false, Encryption::None) if smtp.is_loopback() => {
            Check::good(AREA, "chiffrement", "aucun, vers un serveur de la même machine")
        }
        _ if greeting.has("STARTTLS") => Check::warning(
            AREA,
            "chiffrement",
            "aucun, alors que le serveur offre STARTTLS",
            "mettez smtp.tls = \"starttls\"",
        ),
        _ => Check::warning(
            AREA,
            "chiffrement",
            "aucun : les courriels passent en clair sur le réseau",
            "mettez smtp.tls = \"starttls\" ou \"tls\"",
        ),
    });
    if greeting.signed_in {
        checks.push(Check::good(
            AREA,
            "identification",
            "le serveur accepte l’utilisateur et le mot de passe",
        ));
    } else if greeting.has("AUTH") && !smtp.is_loopback() {
        let says = "sans utilisateur, alors que le serveur en offre une";
        checks.push(Check::warning(
            AREA,
            "identification",
            says,
            "donnez smtp.user s’il l’exige pour relayer",
        ));
    }
    // Files of a form go with a hand-over, in base64.
    let largest = config.form.max_total_mb * 1024 * 1024 * 14 / 10;
    checks.push(match greeting.largest() {
        Some(limit) if limit < largest => Check::warning(
            AREA,
            "taille",
            format!("le serveur prend {} Mo ; une transmission peut en faire {}", limit >> 20, largest >> 20),
            "augmentez sa limite (message_size_limit chez Postfix), ou baissez form.max_total_mb",
        ),
        Some(limit) => Check::good(AREA, "taille", format!("jusqu’à {} Mo", limit >> 20)),
        None => Check::good(AREA, "taille", "le serveur ne dit pas de limite"),
    });
    for (keyword, needed) in [
        ("8BITMIME", "une demande transmise avec ses accents d’origine serait refusée"),
        ("SMTPUTF8", "on ne peut pas répondre à une adresse qui a des accents"),
    ] {
        checks.push(if greeting.has(keyword) {
            Check::good(AREA, keyword, "offert")
        } else {
            Check::warning(
                AREA,
                keyword,
                format!("absent : {needed}"),
                "activez-le sur le relais s’il le permet",
            )
        });
    }
    checks
}

/// What the outbox knows.
pub(super) async fn outbox(store: &Store, now: DateTime<Utc>) -> Result<Vec<Check>, StoreError> {
    let mut checks = Vec::new();
    let (relay, counts) = (store.relay().await?, store.outbox_count(now).await?);
    if counts.null_sender > 0 {
        let says = format!("{NULL_SENDER_REFUSED} : {} courriels automatiques attendent", counts.null_sender);
        checks.push(Check::fault(AREA, "file d’envoi", says, NULL_SENDER_MEND));
    } else if let Some(since) = relay.failing_since {
        let says =
            format!("aucun courriel ne part depuis {} min ({})", (now - since).num_minutes(), relay.said);
        checks.push(Check::fault(AREA, "file d’envoi", says, "voyez ci-dessus ce que dit le serveur"));
    }
    let breaker = store.breaker().await?.is_some_and(|switch| switch.thrown);
    if breaker {
        let says = "le disjoncteur s’est déclenché : tout ce qui est automatique attend";
        checks.push(Check::warning(AREA, "disjoncteur", says, "voyez la page « Automatismes » de l’équipe"));
    }
    let late = counts.oldest_due_at.is_some_and(|at| now - at > LATE);
    if late && !breaker && relay.failing_since.is_none() {
        let says =
            format!("{} courriels attendent, le plus ancien depuis plus d’un quart d’heure", counts.overdue);
        checks.push(Check::warning(AREA, "file d’envoi", says, "« guichet serve » tourne-t-il ?"));
    }
    if counts.failed + counts.in_doubt > 0 {
        let says = format!("{} en échec, {} incertains", counts.failed, counts.in_doubt);
        checks.push(Check::warning(
            AREA,
            "non remis",
            says,
            &format!("voyez la vue « {} » de l’équipe", View::Undelivered.title()),
        ));
    }
    if checks.is_empty() {
        checks.push(Check::good(AREA, "file d’envoi", format!("{} en attente de leur heure", counts.due)));
    }
    Ok(checks)
}
