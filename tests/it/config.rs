//! Settings: what is read from where, and the words in which each kind of fault is refused.

mod mailboxes;

use std::fmt::Write as _;
use std::path::Path;

use guichet::config::{Config, DEFAULTS};
use guichet::desk::settings::Mode;

/// Loads `text` as a file named `guichet.toml` with `env` over it; faults as `check` shows them, the folder left out.
fn load(text: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guichet.toml");
    std::fs::write(&file, text).unwrap();
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(&file), env).map_err(|faults| {
        faults.iter().fold(String::new(), |mut text, fault| {
            writeln!(text, "{fault}").unwrap();
            text.replace(&format!("{}/", folder.path().display()), "")
        })
    })
}

fn faults(text: &str, env: &[(&str, &str)]) -> String {
    load(text, env).expect_err("these settings have faults")
}

#[test]
fn the_shipped_defaults_are_whole_and_in_order() {
    let config = load("", &[]).unwrap();
    assert_eq!(config.service.domain(), "code.gouv.fr");
    assert_eq!(config.beside_database(), Some(Path::new(".")));
    assert_eq!(Config::defaults().outbox.retry.len(), 7);
}

#[test]
fn an_alert_never_goes_to_an_address_of_the_service() {
    for address in ["contact@code.gouv.fr", "Contact+alerte@code.gouv.fr", "floss@numerique.gouv.fr"] {
        let told = faults(&format!("[automatic]\nalert_to = \"{address}\"\n"), &[]);
        assert!(told.contains("l’alerte y deviendrait une demande"), "{told}");
    }
    assert!(faults("[automatic]\nalert_to = \"personne\"\n", &[]).contains("n’est pas une adresse"));
    let config = load("[automatic]\nalert_to = \"exploitation@ailleurs.example\"\n", &[]).unwrap();
    assert_eq!(config.automatic.alert_to.as_deref(), Some("exploitation@ailleurs.example"));
}

#[test]
fn every_default_is_explained() {
    let lines: Vec<&str> = DEFAULTS.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(lines[at - 1].starts_with("# "), "config.toml:{}: no comment above: {line}", at + 1);
        }
    }
}

#[test]
fn what_the_operators_guide_shows_is_known() {
    let guide = include_str!("../../docs/operating.md");
    let samples: Vec<&str> =
        guide.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(samples.len() >= 4);
    for sample in samples {
        // The files and folders that it names stand on the operator's machine, not here.
        let found = load(sample, &[]).err().unwrap_or_default();
        let elsewhere =
            |fault: &&str| ["_dir : ", "_file : ", ".file : "].iter().any(|key| fault.contains(key));
        let wrong: Vec<&str> = found.lines().filter(|fault| !elsewhere(fault)).collect();
        assert!(wrong.is_empty(), "{sample}\n{wrong:?}");
    }
}

#[test]
fn the_environment_stands_over_the_file_and_the_file_over_the_defaults() {
    let config = load(
        "[automatic]\nmode = \"observe\"\nper_recipient_per_day = 5\n",
        &[
            ("GUICHET__AUTOMATIC__PER_RECIPIENT_PER_DAY", "7"),
            ("GUICHET__WEB__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ],
    )
    .unwrap();
    assert_eq!(config.automatic.mode, Mode::Observe);
    assert_eq!(config.automatic.per_recipient_per_day, 7);
    assert_eq!(config.automatic.per_domain_per_hour, 30);
    assert!(config.web.trusted_proxies[0].contains("10.1.2.3".parse().unwrap()));
}

#[test]
fn the_file_is_named_by_the_environment_when_the_command_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.toml");
    std::fs::write(&file, "[automatic]\nstopped = true\n").unwrap();
    let env = || std::iter::once(("GUICHET_CONFIG".to_owned(), file.display().to_string()));
    assert!(Config::load(None, env()).unwrap().automatic.stopped);
    let missing = Config::load(Some(&folder.path().join("none.toml")), env()).unwrap_err();
    assert!(missing[0].says.starts_with("ce fichier ne peut être lu"), "{}", missing[0]);
}

#[test]
fn unknown_keys_are_refused_with_the_one_that_was_meant() {
    let text = "mode = 1\nweb = 2\n\n[form]\nmax_fils = 3\ncolour = 1\ntheme = \"\"\n\n[automatique]\nx = 1\n\n[rien]\ny = 2\n\n[vide]\n\n[log]\n";
    let env = [("GUICHET__WEB__LISTN", "x"), ("GUICHET__WEB", "x"), ("GUICHET__WEB__A__B", "x")];
    insta::assert_snapshot!(faults(text, &env), @r"
    guichet.toml:1: mode : cette section n’existe pas ; supprimez-la ; le fichier config.toml livré les liste toutes
    guichet.toml:2: web : c’est le nom d’une section, pas d’une clé ; écrivez [web], puis ses clés en dessous
    guichet.toml:5: form.max_fils : cette clé n’existe pas ; vouliez-vous dire « form.max_files » ?
    guichet.toml:6: form.colour : cette clé n’existe pas ; supprimez-la ; le fichier config.toml livré les liste toutes
    guichet.toml:7: form.theme : cette clé n’existe pas ; vouliez-vous dire « web.theme » ?
    guichet.toml:10: automatique.x : cette section n’existe pas ; supprimez-la ; le fichier config.toml livré les liste toutes
    guichet.toml:13: rien.y : cette section n’existe pas ; supprimez-la ; le fichier config.toml livré les liste toutes
    guichet.toml:15: vide : cette section n’existe pas ; supprimez-la ; le fichier config.toml livré les liste toutes
    environnement: GUICHET__WEB : ce nom n’a pas la forme GUICHET__SECTION__CLÉ ; écrivez par exemple GUICHET__WEB__LISTEN, avec deux tirets bas de chaque côté de la section
    environnement: GUICHET__WEB__A__B : ce nom n’a pas la forme GUICHET__SECTION__CLÉ ; écrivez par exemple GUICHET__WEB__LISTEN, avec deux tirets bas de chaque côté de la section
    environnement: web.listn : cette clé n’existe pas ; vouliez-vous dire « web.listen » ?
    ");
}

#[test]
fn values_of_the_wrong_kind_are_refused_all_at_once() {
    let text = r#"
[web]
listen = "8080"
theme = "bleu"
trusted_proxies = ["10.0.0.0/33"]
session_hours = "12"
hsts = 1

[form]
max_files = -1
per_address_per_hour = 99999999999
token_hours = 24.5

[legal]
accessibility = "oui"

[automatic]
mode = "acts"

[refuse]
hold = "15 minutes"

[outbox]
retry = "1m"
poll = 5

[service]
addresses = ["contact@code.gouv.fr", 2]
name_fr = { fr = "x" }
"#;
    let env = [("GUICHET__AUTOMATIC__STOPPED", "oui")];
    insta::assert_snapshot!(faults(text, &env), @r#"
    guichet.toml:3: web.listen : ce n’est pas une adresse suivie d’un port ; écrivez par exemple listen = "127.0.0.1:8080"
    guichet.toml:4: web.theme : cette valeur n’est pas parmi « plain », « dsfr » ; écrivez par exemple theme = "plain"
    guichet.toml:5: web.trusted_proxies : ce n’est ni une adresse IP (« 192.0.2.7 ») ni une plage (« 10.0.0.0/8 ») ; écrivez par exemple trusted_proxies = ["127.0.0.1", "::1"]
    guichet.toml:6: web.session_hours : il faut un nombre entier, et non un texte entre guillemets ; écrivez par exemple session_hours = 12
    guichet.toml:7: web.hsts : il faut true ou false, et non un nombre entier ; écrivez par exemple hsts = false
    guichet.toml:10: form.max_files : ce nombre est hors limites ; écrivez par exemple max_files = 5
    guichet.toml:11: form.per_address_per_hour : ce nombre est hors limites ; écrivez par exemple per_address_per_hour = 300
    guichet.toml:12: form.token_hours : il faut un nombre entier, et non un nombre à virgule ; écrivez par exemple token_hours = 24
    guichet.toml:15: legal.accessibility : cette valeur n’est pas parmi « non conforme », « partiellement conforme », « totalement conforme » ; écrivez par exemple accessibility = "non conforme"
    guichet.toml:18: automatic.mode : cette valeur n’est pas parmi « act », « observe » ; écrivez par exemple mode = "act"
    guichet.toml:21: refuse.hold : ce n’est pas une durée (« 0 », « 30s », « 15m », « 24h », « 7d », au plus « 3650d ») ; écrivez par exemple hold = "15m"
    guichet.toml:24: outbox.retry : il faut une liste entre crochets, et non un texte entre guillemets ; écrivez par exemple retry = ["1m", "5m", "30m", "2h", "6h", "12h", "24h"]
    guichet.toml:25: outbox.poll : il faut un texte entre guillemets, et non un nombre entier ; écrivez par exemple poll = "5s"
    guichet.toml:28: service.addresses : un élément n’est pas de la bonne sorte ; écrivez par exemple addresses = ["contact@code.gouv.fr", "floss@numerique.gouv.fr"]
    guichet.toml:29: service.name_fr : il faut un texte entre guillemets, et non un groupe de clés ; écrivez par exemple name_fr = "Mission logiciels libres"
    environnement: automatic.stopped : il faut true ou false ; écrivez par exemple GUICHET__AUTOMATIC__STOPPED=false
    "#);
}

#[test]
fn impossible_values_are_refused_at_their_line() {
    let text = r#"[service]
name_fr = " "
contact = "Contact <contact@example.org>"
public_url = "https://guichet.example/"

[database]
url = "mysql://db/guichet"
readers = 0

[keys]
secrets = ["too short"]

[web]
theme = "dsfr"
session_hours = 500
hsts = true

[form]
max_files = 21
token_hours = 19

[legal]
director = ""
notice_file = "nowhere.md"

[mail]
authserv_id = "mx.example; spf=pass"

[smtp]
host = "mail server"
port = 0
tls = "none"
password = "hunter2"
password_file = "nowhere"
ca_file = "nowhere"
timeout_seconds = 0
pool_size = 101
helo_name = "é"

[automatic]
per_recipient_per_day = 0

[refuse]
hold = "8d"

[outbox]
retry = []
poll = "0"
lease = "2h"

[intake]
poll = "1h"

[rules]
dir = "nowhere"

[links]
max_age_days = 1

[log]
level = "fort,fort=fort"
"#;
    insta::assert_snapshot!(faults(text, &[]), @r#"
    guichet.toml: web.dsfr_dir (valeur livrée) : le thème « dsfr » ne sait pas où est le paquet ; installez @gouvfr/dsfr et donnez son dossier, ou choisissez theme = "plain"
    guichet.toml:2: service.name_fr : ce nom est vide ; écrivez le nom que les gens doivent lire
    guichet.toml:3: service.contact : « Contact <contact@example.org> » n’est pas une adresse électronique ; écrivez l’adresse du service, sans nom ni chevrons
    guichet.toml:4: service.public_url : « https://guichet.example/ » n’est pas une adresse de site ; écrivez « https://HÔTE », sans barre oblique à la fin
    guichet.toml:7: database.url : cette base de données n’est pas connue ; écrivez « sqlite:CHEMIN » ou « postgres://utilisateur:motdepasse@hôte/base »
    guichet.toml:8: database.readers : 0 est hors limites ; choisissez de 1 à 64
    guichet.toml:11: keys.secrets : la clé n° 1 a moins de 32 caractères ; faites-en une avec « openssl rand -base64 32 »
    guichet.toml:15: web.session_hours : 500 est hors limites ; choisissez de 1 à 168
    guichet.toml:19: form.max_files : 21 est hors limites ; choisissez de 0 à 20
    guichet.toml:20: form.token_hours : 19 est hors limites ; choisissez de 20 à 168
    guichet.toml:23: legal.director : ce texte est vide, or la loi le demande ; écrivez ce qui doit se lire sur la page
    guichet.toml:24: legal.notice_file : « nowhere.md » n’est pas un fichier lisible ; donnez un fichier Markdown, ou "" pour le texte livré
    guichet.toml:27: mail.authserv_id : « mx.example; spf=pass » n’est pas un nom de serveur ; recopiez ce qui suit « Authentication-Results: » dans un courriel reçu, jusqu’au point-virgule
    guichet.toml:30: smtp.host : ce n’est pas le nom d’un serveur de messagerie ; donnez son nom ou son adresse
    guichet.toml:31: smtp.port : le port 0 n’existe pas ; les ports habituels sont 587 (starttls), 465 (tls) et 25 (none)
    guichet.toml:32: smtp.tls : le mot de passe passerait en clair sur le réseau ; mettez "starttls" ou "tls"
    guichet.toml:33: smtp.password : un mot de passe sans utilisateur ; donnez user
    guichet.toml:34: smtp.password_file : ce fichier ne peut être lu (introuvable) ; vérifiez son chemin et ses droits
    guichet.toml:34: smtp.password_file : deux mots de passe sont donnés ; gardez password ou password_file
    guichet.toml:35: smtp.ca_file : ce fichier ne peut être lu (introuvable) ; vérifiez son chemin et ses droits
    guichet.toml:36: smtp.timeout_seconds : 0 est hors limites ; choisissez de 1 à 600
    guichet.toml:37: smtp.pool_size : 101 est hors limites ; choisissez de 1 à 100
    guichet.toml:38: smtp.helo_name : ce n’est pas un nom de machine ; donnez le nom complet de cette machine, ou ""
    guichet.toml:41: automatic.per_recipient_per_day : 0 empêcherait même l’accusé de réception ; choisissez au moins 1 ; pour tout arrêter, mettez automatic.stopped = true
    guichet.toml:44: refuse.hold : 8d laisserait les gens sans réponse ; choisissez au plus « 7d »
    guichet.toml:47: outbox.retry : aucune attente : une panne d’une minute suffirait à faire échouer un courriel ; écrivez par exemple ["1m", "15m", "2h", "12h", "24h"]
    guichet.toml:48: outbox.poll : 0 est hors limites ; choisissez de 1s à 10m
    guichet.toml:49: outbox.lease : 2h est hors limites ; choisissez de 1m à 1h
    guichet.toml:52: intake.poll : 1h est hors limites ; choisissez de 1s à 10m
    guichet.toml:55: rules.dir : « nowhere » n’est pas un dossier ; donnez un dossier, ou "" pour le jeu livré
    guichet.toml:58: links.max_age_days : 1 est hors limites ; choisissez de 30 à 3650
    guichet.toml:61: log.level : « fort,fort=fort » n’est pas un niveau ; écrivez error, warn, info, debug ou trace, ou par module « info,guichet::web=debug »
    "#);
}

#[test]
fn a_default_is_told_to_be_one() {
    let env = [("GUICHET__DATABASE__URL".to_owned(), "postgres://db.example/guichet".to_owned())];
    let faults = Config::load(None, env.into_iter()).unwrap_err();
    let places: Vec<_> =
        faults.iter().map(|fault| (fault.file.as_str(), fault.line, fault.key.as_str())).collect();
    assert_eq!(places, [("réglages", None, "keys.secrets (valeur livrée)")]);
}

#[test]
fn sections_that_contradict_each_other_are_refused() {
    let text = "[database]\nurl = \"postgres://guichet@db.example/guichet\"\n\n[web]\nhsts = true\n\n[form]\nmax_file_mb = 30\n\n[smtp]\nuser = \"guichet\"\ntimeout_seconds = 300\n\n[service]\ncontact = \"contact@ville.example\"\n";
    insta::assert_snapshot!(faults(text, &[]), @r"
    guichet.toml: form.max_total_mb (valeur livrée) : 20 est moins que la taille permise à un seul fichier ; choisissez au moins 30, ou baissez form.max_file_mb
    guichet.toml: keys.secrets (valeur livrée) : avec PostgreSQL, aucune clé ne peut être faite d’office : les instances doivent partager les mêmes ; donnez keys.secrets ou keys.file (« openssl rand -base64 32 » fait une clé)
    guichet.toml: outbox.lease (valeur livrée) : « 15m » est moins que la plus longue conversation (1530 s) : un courriel en train de partir serait repris ; allongez-la, ou baissez smtp.timeout_seconds ou smtp.last_word_seconds
    guichet.toml: service.addresses (valeur livrée) : l’adresse de contact « contact@ville.example » n’y est pas ; ajoutez-la : le service ne doit pas se répondre à lui-même
    guichet.toml:5: web.hsts : true, alors que service.public_url est en http:// ; servez le site en HTTPS et corrigez service.public_url, ou mettez false
    guichet.toml:11: smtp.user : un utilisateur sans mot de passe ; donnez password_file, ou password (une variable ne vaut que pour la commande qui la reçoit)
    ");
}

#[test]
fn keyed_addresses_need_room_for_their_key() {
    let text = |contact: &str| {
        format!("[service]\ncontact = \"{contact}\"\naddresses = [\"{contact}\"]\nplus_addressing = true\n")
    };
    assert!(load(&text("contact@ville.example"), &[]).is_ok());
    insta::assert_snapshot!(faults(&text("logiciels.libres@ville.example"), &[]), @"guichet.toml:4: service.plus_addressing : « logiciels.libres » ne laisse pas la place d’une clé ; prenez un nom d’au plus 12 caractères, sans « + », ou mettez false");
}

#[test]
fn what_is_no_toml_is_refused_and_the_rest_still_read() {
    let text = "[service]\nname_fr = Mission\n\n[form]\nmax_files = 3\nmax_files = 4\nunknown = 1\n";
    insta::assert_snapshot!(faults(text, &[]), @r"
    guichet.toml:2: ce n’est pas du TOML (un texte sans guillemets) ; corrigez la ligne ; les textes vont entre guillemets droits
    guichet.toml:6: ce n’est pas du TOML (cette clé ou cette section est donnée deux fois) ; corrigez la ligne ; les textes vont entre guillemets droits
    guichet.toml:7: form.unknown : cette clé n’existe pas ; supprimez-la ; le fichier config.toml livré les liste toutes
    ");
}

#[test]
fn a_secret_that_others_may_read_or_write_is_refused_with_what_to_type() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "hunter2").unwrap();
    let place = file.display();
    let relay = format!(
        "[smtp]\nhost = \"mx.example\"\ntls = \"tls\"\nuser = \"guichet\"\npassword_file = \"{place}\"\n"
    );
    let mailbox = |key: &str| {
        format!(
            "[[imap.mailboxes]]\nname = \"contact\"\nhost = \"mx.example\"\nuser = \"contact\"\n{key} = \"{place}\"\n"
        )
    };
    let all = [
        ("smtp.password_file", relay),
        ("password_file", mailbox("password_file")),
        ("token_file", mailbox("token_file")),
    ];
    for (key, settings) in all {
        for (mode, fits) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o602, false)] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            let told = load(&settings, &[]).err().unwrap_or_default();
            let refused = told.contains(&format!("{key} : ")) && told.contains(&format!("(droits {mode:o})"));
            assert_eq!((refused, told.is_empty()), (!fits, fits), "{key} {mode:o}: {told}");
            assert!(fits || told.contains(&format!("« chmod 600 {place} »")), "{told}");
        }
    }
}

#[test]
fn neither_faults_nor_settings_show_a_secret() {
    let secret = "correct horse battery staple, twice";
    let text =
        format!("[keys]\nsecrets = [\"{secret}\"]\n[database]\nurl = \"postgres://u:{secret}@db/g\"\n");
    let config = load(&text, &[]).unwrap();
    assert!(!format!("{config:?}").contains("horse"));
    let faults = faults(&format!("[keys]\nsecrets = \"{secret}\"\n"), &[]);
    assert!(!faults.contains("horse"), "{faults}");
}
