//! Local parts behind which no person reads.

/// Names, with hyphens, dots and underscores taken out.
const NAMES: [&str; 58] = [
    "naoresponder",
    "donotrespond",
    "noanswer",
    "nepasrep",
    "noreplies",
    "nomail",
    "unmonitored",
    "undeliverable",
    "nepasrepondresvp",
    "pasdereponses",
    "listmaster",
    "mailerdaemon",
    "listserv",
    "majordomo",
    "sympa",
    "noreply",
    "noreplyto",
    "donotreply",
    "dontreply",
    "nepasrepondre",
    "nepasrépondre",
    "nerepondezpas",
    "pasdereponse",
    "sansreponse",
    "noreponse",
    "bounce",
    "bounces",
    "autoreply",
    "autoresponder",
    "autorepondeur",
    "nobody",
    "nichtantworten",
    "noresponder",
    "devnull",
    "nonrispondere",
    "naoresponda",
    "nietbeantwoorden",
    "keineantwort",
    "sansretour",
    "notification",
    "notifications",
    "notify",
    "notifier",
    "mailer",
    "phpmailer",
    "automail",
    "automate",
    "robot",
    "cron",
    "crondaemon",
    "daemon",
    "mdaemon",
    "root",
    "wwwdata",
    "apache",
    "nagios",
    "zabbix",
    "logwatch",
];

/// Whether the local part of an address is a robot's. `postmaster` is not: mostly a person writes from there (RFC 5230
/// section 4.6).
pub(crate) fn is_robot(address: &str) -> bool {
    let Some(local) = local(address) else { return false };
    let bare: String = local.split('+').next().unwrap_or_default().replace(['-', '_', '.'], "");
    let said = ["noreply", "donotreply", "nepasrepondre"];
    NAMES.contains(&bare.as_str())
        || said.iter().any(|name| bare.starts_with(name) || bare.ends_with(name))
        || local.starts_with("owner-")
        // The envelope of a bulk sender (SparkPost).
        || local.starts_with("msprvs1=")
        || ["bounce-", "bounces-", "bounce+", "bounces+"].iter().any(|start| local.starts_with(start))
        || ["-owner", "-request", "-bounces", "-bounce"].iter().any(|end| local.ends_with(end))
}

/// Whether an address is a mail server's own.
pub(super) fn is_mailer_daemon(address: &str) -> bool {
    local(address).is_some_and(|local| local.replace(['-', '_', '.'], "") == "mailerdaemon")
}

/// Whether a `Return-Path` names the mail server without a domain (`<MAILER-DAEMON>`), as old ones do.
pub(crate) fn is_bare_daemon(path: &str) -> bool {
    let bare = path.trim().trim_matches(['<', '>']);
    !bare.contains('@') && is_mailer_daemon(&format!("{bare}@"))
}

/// Whether an address is a postmaster's.
pub(super) fn is_postmaster(address: &str) -> bool {
    local(address).is_some_and(|local| local.replace(['-', '_', '.'], "") == "postmaster")
}

fn local(address: &str) -> Option<String> {
    address.rsplit_once('@').map(|(local, _)| local.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn robots_are_told_from_people() {
        for robot in [
            "no-reply@x.fr",
            "NePasRepondre@x.fr",
            "noreply-demarches@x.fr",
            "MAILER-DAEMON@x.fr",
            "l-bounces@x",
            "owner-l@x",
            "l-request@x",
            "bounces+1-a=b@x",
            "ne_pas_repondre@x.fr",
            "notifications@forge.x",
            "root@serveur.x",
        ] {
            assert!(is_robot(robot), "{robot}");
        }
        assert!(is_bare_daemon("<MAILER-DAEMON>") && !is_bare_daemon("<mailer-daemon@x.fr>"));
        for person in
            ["marie@x.fr", "postmaster@x.fr", "reply@x.fr", "contact@noreply.fr", "request@x.fr", ""]
        {
            assert!(!is_robot(person), "{person}");
        }
    }
}
