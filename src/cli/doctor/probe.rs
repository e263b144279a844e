//! The probe: two mails of the service to itself, one with the null sender as receipts have it, one as people's answers
//! leave. They go through the mail server and come back by the doors; what happened on the way says what a receiver will
//! think of the service's mail.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::report::Check;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{Probe, ProbeSender};
use crate::intake::lmtp::Listen;
use crate::keys::Keys;
use crate::mail::mailer::{Mailer, Transport};
use crate::mail::probe::{self, Journey, are_aligned};
use crate::mail::status;
use crate::message::Door;
use crate::store::{Recent, Store, new_id};

const AREA: &str = "probe";
const LMTP: &str = "LMTP";
/// How often the doors are looked at.
const EVERY: Duration = Duration::from_millis(500);

/// A probe under way.
struct Sent {
    probe: Probe,
    sender: ProbeSender,
    at: DateTime<Utc>,
    back: Vec<Recent>,
}

impl Sent {
    fn name(&self) -> &'static str {
        match self.sender {
            ProbeSender::Null => "expéditeur vide",
            ProbeSender::Service => "expéditeur du service",
        }
    }
}

pub(super) async fn send_and_wait(
    config: &Config,
    store: Option<&Store>,
    to: &str,
    wait: Duration,
    clock: &Clock,
) -> Vec<Check> {
    let name = "envoi";
    let Some(store) = store else {
        return vec![Check::fault(
            AREA,
            name,
            "la base ne s’ouvre pas : rien n’est envoyé",
            "réparez d’abord la base",
        )];
    };
    if config.smtp.transport == Transport::Folder {
        let mend = "mettez smtp.transport = \"smtp\"";
        return vec![Check::fault(
            AREA,
            name,
            "les courriels sont écrits dans un dossier : rien ne part",
            mend,
        )];
    }
    if !config.own().is_own(to) {
        let says = format!("« {to} » n’est pas une adresse du service : le courriel ne reviendrait pas");
        return vec![Check::fault(AREA, name, says, "donnez une adresse de service.addresses, ou rien")];
    }
    // Nothing that came before can be the probe.
    let mark = new_id();
    let (mut sent, mut checks) = match send(config, to, clock).await {
        Ok(done) => done,
        Err(check) => return vec![*check],
    };
    let expected = expected(config);
    let deadline = Instant::now() + wait;
    let mut look = tokio::time::interval(EVERY);
    while !sent.iter().all(|one| is_everywhere(one, &expected)) && Instant::now() < deadline {
        look.tick().await;
        // A database that is away for a moment is asked again.
        let Ok(arrivals) = store.arrivals_after(&mark).await else { continue };
        for one in &mut sent {
            let ours = arrivals.iter().filter(|it| probe::token(&it.raw).as_ref() == Some(&one.probe.token));
            one.back = ours.cloned().collect();
        }
    }
    for one in &sent {
        checks.extend(came_back(one, &expected, wait));
        if let Some(arrival) = one.back.first() {
            checks.extend(judged(config, one, &probe::journey(&arrival.raw), arrival.received_at));
        }
    }
    checks
}

async fn send(config: &Config, to: &str, clock: &Clock) -> Result<(Vec<Sent>, Vec<Check>), Box<Check>> {
    let fault = |says: String, mend: &str| Box::new(Check::fault(AREA, "envoi", says, mend));
    let keys = Keys::open(&config.keys, config.beside_database())
        .map_err(|cause| fault(cause.to_string(), "corrigez [keys]"))?;
    let mailer = Mailer::new(&config.smtp).map_err(|cause| fault(cause.to_string(), "corrigez [smtp]"))?;
    let (mut sent, mut checks) = (Vec::new(), Vec::new());
    for sender in [ProbeSender::Null, ProbeSender::Service] {
        let at = clock.now();
        let probe = Probe::write(&config.service, &keys, to, sender, at)
            .map_err(|cause| fault(cause.to_string(), "corrigez service.contact"))?;
        let one = Sent { probe, sender, at, back: Vec::new() };
        let name = format!("envoi, {}", one.name());
        match mailer.send(one.probe.envelope_from.as_deref(), &[to.to_owned()], &one.probe.raw).await {
            Ok(words) => {
                checks.push(Check::good(AREA, &name, format!("le relais l’a pris : « {words} »")));
                sent.push(one);
            }
            Err(error) => {
                let meaning =
                    status::meaning(&error.words).map(|told| format!(" ({told})")).unwrap_or_default();
                let mend = "voyez « Courriel qui part » ci-dessus";
                checks.push(Check::fault(AREA, &name, format!("« {} »{meaning}", error.words), mend));
            }
        }
    }
    Ok((sent, checks))
}

/// The doors that a mail to the service is expected at, as they are named to people; empty where only a pipe can be meant.
fn expected(config: &Config) -> Vec<String> {
    let lmtp = (config.lmtp.listen != Listen::Closed).then(|| LMTP.to_owned());
    config.imap.mailboxes.iter().map(|mailbox| imap_door(&mailbox.name)).chain(lmtp).collect()
}

fn imap_door(mailbox: &str) -> String {
    format!("IMAP « {mailbox} »")
}

fn door(arrival: &Recent) -> String {
    match arrival.door {
        Door::Imap => imap_door(arrival.source_key.split(':').nth(1).unwrap_or_default()),
        Door::Lmtp => LMTP.to_owned(),
        Door::Pipe => "guichet receive".to_owned(),
        other => other.code().to_owned(),
    }
}

fn is_everywhere(sent: &Sent, expected: &[String]) -> bool {
    let doors: Vec<String> = sent.back.iter().map(door).collect();
    !doors.is_empty() && expected.iter().all(|wanted| doors.contains(wanted))
}

fn came_back(sent: &Sent, expected: &[String], wait: Duration) -> Vec<Check> {
    let name = format!("retour, {}", sent.name());
    if sent.back.is_empty() {
        let says = format!("rien n’est revenu en {} s", wait.as_secs());
        let mend = "regardez le journal du relais, puis la boîte et les indésirables ; « guichet serve » doit tourner pour \
                    relever IMAP et LMTP";
        return vec![Check::fault(AREA, &name, says, mend)];
    }
    let mut checks = Vec::new();
    for arrival in &sent.back {
        let seconds = (arrival.received_at - sent.at).num_seconds().max(0);
        let says = format!("revenu par {} en {seconds} s", door(arrival));
        checks.push(if arrival.waiting {
            let mend = "« guichet serve » ne l’a pas encore lu : tourne-t-il ?";
            Check::warning(AREA, &name, format!("{says}, gardé"), mend)
        } else {
            Check::good(AREA, &name, format!("{says}, reconnu, aucune demande ouverte"))
        });
    }
    let doors: Vec<String> = sent.back.iter().map(door).collect();
    for missing in expected.iter().filter(|wanted| !doors.contains(wanted)) {
        let says = format!("pas revenu par {missing}");
        let mend = if missing == LMTP {
            "votre serveur de messagerie remet-il à cette porte les courriels de cette adresse ?"
        } else {
            "cette boîte reçoit-elle les courriels de cette adresse ?"
        };
        checks.push(Check::warning(AREA, &name, says, mend));
    }
    checks
}

/// What a receiver thinks of the mail, as far as the way back shows it.
fn judged(config: &Config, sent: &Sent, journey: &Journey, received_at: DateTime<Utc>) -> Vec<Check> {
    let from = config.service.domain();
    let name = |what: &str| format!("{what}, {}", sent.name());
    let mut checks = Vec::new();
    checks.push(envelope(sent, journey, from, &name("enveloppe")));
    checks.push(if journey.signed_by.iter().any(|domain| are_aligned(domain, from)) {
        let says = format!("signé par {}, le domaine de l’adresse qu’on lit", journey.signed_by.join(", "));
        Check::good(AREA, &name("signature DKIM"), says)
    } else {
        let says = match journey.signed_by.join(", ") {
            none if none.is_empty() => "le courriel n’est pas signé".to_owned(),
            others => format!("signé par {others}, qui n’est pas {from}"),
        };
        let mend = match sent.sender {
            ProbeSender::Null => {
                "que le relais signe aussi ce qui part sans expéditeur (docs/mail.md, section 6) : SPF seul n’y suffit pas"
            }
            ProbeSender::Service => "que le relais signe avec une clé du domaine de service.contact (docs/mail.md, section 6)",
        };
        Check::warning(AREA, &name("signature DKIM"), says, mend)
    });
    checks.extend(verdicts(config, journey, &name("jugement de l’arrivée")));
    if let Some(taken) = journey.taken_at {
        let apart = (taken - received_at).num_seconds();
        if apart.abs() > 120 {
            let says = format!("le dernier serveur date le courriel à {apart} s de l’heure de cette machine");
            checks.push(Check::warning(AREA, &name("heure"), says, "mettez les deux machines à l’heure"));
        }
    }
    checks
}

fn envelope(sent: &Sent, journey: &Journey, from: &str, name: &str) -> Check {
    match (sent.sender, journey.return_path.as_deref()) {
        (_, None) => {
            let says =
                "le dernier serveur n’a pas écrit Return-Path : on ne sait pas quel expéditeur il a vu";
            let mend = "que la remise finale l’écrive (RFC 5321) : il distingue une personne d’un avis de non-remise";
            Check::warning(AREA, name, says, mend)
        }
        (ProbeSender::Null, Some("")) => Check::good(
            AREA,
            name,
            "l’expéditeur est resté vide : rien n’y répond automatiquement ; SPF ne juge alors que le nom du relais",
        ),
        (ProbeSender::Null, Some(other)) => {
            let says = format!("l’expéditeur vide est devenu « {other} »");
            let mend = "que le relais le laisse vide : des automates pourraient répondre à cette adresse";
            Check::warning(AREA, name, says, mend)
        }
        (ProbeSender::Service, Some(path)) => {
            let domain = path.rsplit_once('@').map_or("", |(_, domain)| domain);
            if are_aligned(domain, from) {
                Check::good(
                    AREA,
                    name,
                    format!("l’expéditeur est de {domain}, comme l’adresse qu’on lit : alignés"),
                )
            } else {
                let says =
                    format!("l’expéditeur est « {path} », l’adresse qu’on lit de {from} : pas alignés");
                Check::warning(
                    AREA,
                    name,
                    says,
                    "SPF ne vaudra pas pour DMARC : que DKIM soit bon, ou que le relais n’y touche pas",
                )
            }
        }
    }
}

/// What the border wrote of the mail.
fn verdicts(config: &Config, journey: &Journey, name: &str) -> Vec<Check> {
    let Some(told) = &journey.verdicts else {
        let says = "aucun Authentication-Results : votre serveur n’a rien vérifié, ou le courriel n’est pas sorti de chez vous";
        let mend = "essayez aussi une adresse extérieure ; que votre serveur vérifie SPF, DKIM et DMARC de ce qui arrive";
        return vec![Check::warning(AREA, name, says, mend)];
    };
    let mut checks = Vec::new();
    let believed = config.mail.authserv_id.as_deref().unwrap_or_default();
    if !told.authserv_id.eq_ignore_ascii_case(believed) {
        let says =
            format!("il parle sous le nom « {} », et mail.authserv_id est « {believed} »", told.authserv_id);
        let mend = "si c’est votre serveur, mettez ce nom dans mail.authserv_id";
        checks.push(Check::warning(AREA, name, says, mend));
    }
    let list = |all: &[(String, String)]| match all {
        [] => "absent".to_owned(),
        all => {
            all.iter().map(|(verdict, domain)| format!("{verdict} ({domain})")).collect::<Vec<_>>().join(", ")
        }
    };
    let spf = told.spf.clone().into_iter().collect::<Vec<_>>();
    let dmarc = told.dmarc.as_deref().unwrap_or("absent");
    let says = format!("SPF {} ; DKIM {} ; DMARC {dmarc}", list(&spf), list(&told.dkim));
    let from = config.service.domain();
    let proven = |(verdict, domain): &(String, String)| verdict == "pass" && are_aligned(domain, from);
    checks.push(match dmarc {
        "pass" => Check::good(AREA, name, says),
        "fail" => Check::fault(AREA, name, says, "les réponses finiront refusées ou dans les indésirables : voyez DKIM et SPF (docs/mail.md, section 6)"),
        _ if told.dkim.iter().chain(&spf).any(proven) => Check::good(AREA, name, says),
        _ => Check::warning(AREA, name, says, "rien ne prouve le domaine du service : publiez SPF, DKIM et DMARC (docs/mail.md, section 6)"),
    });
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_door_that_a_probe_misses_is_called_what_it_is() {
        let clock = Clock::system();
        let (service, keys) = (Config::defaults().service, Keys::new(vec![vec![7; 32]]).unwrap());
        let probe = Probe::write(&service, &keys, &service.contact, ProbeSender::Null, clock.now()).unwrap();
        let arrival = Recent {
            door: Door::Pipe,
            source_key: "pipe:1".to_owned(),
            received_at: clock.now(),
            waiting: false,
            raw: Vec::new(),
        };
        let sent = Sent { probe, sender: ProbeSender::Null, at: clock.now(), back: vec![arrival] };
        let checks = came_back(&sent, &[LMTP.to_owned(), imap_door("contact")], Duration::from_secs(1));
        let mends: Vec<&str> = checks.iter().filter_map(|check| check.mend.as_deref()).collect();
        assert!(mends[0].contains("cette porte") && mends[1].contains("cette boîte"), "{mends:?}");
    }
}
