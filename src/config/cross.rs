//! What no section can see alone.

use super::Config;
use crate::fault::Finding;

pub(super) fn check(config: &Config) -> Vec<(&'static str, Finding)> {
    let mut found = Vec::new();
    if config.database.is_postgres() && config.keys.is_empty() {
        found.push((
            "keys",
            Finding::new(
                "secrets",
                "avec PostgreSQL, aucune clé ne peut être faite d’office : les instances doivent partager les mêmes",
                "donnez keys.secrets ou keys.file (« openssl rand -base64 32 » fait une clé)",
            ),
        ));
    }
    if config.web.hsts && config.service.public_url.starts_with("http://") {
        found.push((
            "web",
            Finding::new(
                "hsts",
                "true, alors que service.public_url est en http://",
                "servez le site en HTTPS et corrigez service.public_url, ou mettez false",
            ),
        ));
    }
    let own = config.own();
    let read = |to: &str| config.imap.mailboxes.iter().any(|mailbox| mailbox.user.eq_ignore_ascii_case(to));
    if let Some(to) = config.automatic.alert_to.as_ref().filter(|to| own.is_own(to) || read(to)) {
        found.push((
            "automatic",
            Finding::new(
                "alert_to",
                format!("« {to} » est une adresse du service : l’alerte y deviendrait une demande"),
                "donnez l’adresse de qui exploite le service, relevée ailleurs",
            ),
        ));
    }
    if config.outbox.lease.as_std().as_secs() < config.smtp.longest_seconds() {
        found.push((
            "outbox",
            Finding::new(
                "lease",
                format!("« {} » est moins que la plus longue conversation ({} s) : un courriel en train de partir serait repris", config.outbox.lease, config.smtp.longest_seconds()),
                "allongez-la, ou baissez smtp.timeout_seconds ou smtp.last_word_seconds",
            ),
        ));
    }
    found
}
