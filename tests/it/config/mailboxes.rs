//! `[[imap.mailboxes]]`: a list of tables, each fault of which has its line.

use guichet::config::DEFAULTS;

use super::{faults, load};

#[test]
fn the_sample_of_a_mailbox_is_one() {
    let sample = DEFAULTS.split("# [[imap.mailboxes]]\n").nth(1).unwrap();
    let lines = sample.lines().map_while(|line| line.strip_prefix("# "));
    let sample = lines.fold("[[imap.mailboxes]]\n".to_owned(), |text, line| text + line + "\n");
    // The file that it names stands on the operator's machine.
    insta::assert_snapshot!(faults(&sample, &[]), @"guichet.toml:12: imap.mailboxes.1.password_file : ce fichier ne peut être lu (introuvable) ; vérifiez son chemin et ses droits");
    for key in [
        "name",
        "host",
        "port",
        "tls",
        "user",
        "password_file",
        "token_file",
        "token_command",
        "ca_file",
        "folder",
        "sent",
        "start",
        "after",
        "keyword",
        "move_to",
    ] {
        assert!(sample.contains(key), "{key} is not in the sample");
    }
}

#[test]
fn each_fault_of_a_mailbox_is_told_at_its_line() {
    let unfit = r#"[imap]
max_mb = 0

[[imap.mailboxes]]
name = "contact"
hosts = "imap.example"

[[imap.mailboxes]]
port = 70000
tls = "ssl"
start = "hier"
token_command = "prog"
after = "delete"
"#;
    insta::assert_snapshot!(faults(unfit, &[]), @r"
    guichet.toml:2: imap.max_mb : 0 est hors limites ; choisissez de 1 à 100
    guichet.toml:4: imap.mailboxes.1.user : aucun utilisateur n’est donné ; donnez celui de la boîte
    guichet.toml:4: imap.mailboxes.1.user : ni mot de passe ni jeton n’est donné ; donnez password_file, ou password, token_file, token_command : un seul des quatre
    guichet.toml:6: imap.mailboxes.1.hosts : le champ « hosts » n’existe pas (champs connus : « name », « host », « port », « tls », « user », « password », « password_file », « token_file », « token_command », « ca_file », « folder », « sent », « start », « after », « keyword », « move_to ») ; vouliez-vous dire « host » ?
    guichet.toml:8: imap.mailboxes.2.host : ce n’est pas le nom d’un serveur ; donnez son nom ou son adresse
    guichet.toml:8: imap.mailboxes.2.name : «  » n’est pas un nom de boîte ; prenez des minuscules, des chiffres et des tirets, 40 au plus
    guichet.toml:8: imap.mailboxes.2.user : aucun utilisateur n’est donné ; donnez celui de la boîte
    guichet.toml:8: imap.mailboxes.2.user : ni mot de passe ni jeton n’est donné ; donnez password_file, ou password, token_file, token_command : un seul des quatre
    guichet.toml:9: imap.mailboxes.2.port : ce nombre est hors limites ; le fichier config.toml livré en donne un exemple
    guichet.toml:10: imap.mailboxes.2.tls : cette valeur n’est pas parmi « starttls », « tls », « none » ; le fichier config.toml livré en donne un exemple
    guichet.toml:11: imap.mailboxes.2.start : ce n’est ni « now », ni « archive », ni un jour comme « 2026-09-01 » ; le fichier config.toml livré en donne un exemple
    guichet.toml:12: imap.mailboxes.2.token_command : un élément n’est pas de la bonne sorte ; le fichier config.toml livré en donne un exemple
    guichet.toml:13: imap.mailboxes.2.after : cette valeur n’est pas parmi « leave », « keyword », « move » ; le fichier config.toml livré en donne un exemple
    ");
    let impossible = r#"[imap]
poll = "1s"
idle = "30m"
timeout = "1s"
max_mb = 0

[[imap.mailboxes]]
name = "Contact !"
host = "imap server"
port = 0
tls = "none"
password = "hunter2"
token_command = [""]
folder = ""

[[imap.mailboxes]]
name = "b"
host = "imap.example"
user = "u"
password_file = "nowhere"
sent = "INBOX"
after = "move"
move_to = "INBOX"

[[imap.mailboxes]]
name = "b"
host = "imap.example"
user = "u"
password = "hunter2"
after = "keyword"
keyword = "deux mots"
move_to = "Traités"

[[imap.mailboxes]]
name = "d"
host = "imap.example"
user = "v"
after = "move"
"#;
    insta::assert_snapshot!(faults(impossible, &[]), @r#"
    guichet.toml:2: imap.poll : 1s est hors limites ; choisissez de 10s à 1h
    guichet.toml:3: imap.idle : 30m est hors limites ; choisissez de 1m à 29m
    guichet.toml:4: imap.timeout : 1s est hors limites ; choisissez de 5s à 10m
    guichet.toml:5: imap.max_mb : 0 est hors limites ; choisissez de 1 à 100
    guichet.toml:7: imap.mailboxes.1.user : aucun utilisateur n’est donné ; donnez celui de la boîte
    guichet.toml:8: imap.mailboxes.1.name : « Contact ! » n’est pas un nom de boîte ; prenez des minuscules, des chiffres et des tirets, 40 au plus
    guichet.toml:9: imap.mailboxes.1.host : ce n’est pas le nom d’un serveur ; donnez son nom ou son adresse
    guichet.toml:10: imap.mailboxes.1.port : le port 0 n’existe pas ; les ports habituels sont 993 (tls) et 143 (starttls)
    guichet.toml:11: imap.mailboxes.1.tls : le mot de passe et les courriels passeraient en clair sur le réseau ; mettez "tls" ou "starttls"
    guichet.toml:13: imap.mailboxes.1.token_command : deux façons de s’identifier sont données ; donnez password_file, ou password, token_file, token_command : un seul des quatre
    guichet.toml:13: imap.mailboxes.1.token_command : le programme n’a pas de nom ; écrivez ["programme", "argument"]
    guichet.toml:14: imap.mailboxes.1.folder : aucun dossier n’est donné ; le dossier d’arrivée est "INBOX"
    guichet.toml:20: imap.mailboxes.2.password_file : ce fichier ne peut être lu (introuvable) ; vérifiez son chemin et ses droits
    guichet.toml:21: imap.mailboxes.2.sent : c’est le dossier relevé ; donnez le dossier des envois, ou ""
    guichet.toml:23: imap.mailboxes.2.move_to : c’est un dossier relevé ; prenez-en un autre
    guichet.toml:25: imap.mailboxes.3.folder : ce dossier de cette boîte est déjà relevé ; gardez une seule de ces sections
    guichet.toml:26: imap.mailboxes.3.name : deux boîtes s’appellent « b » ; donnez à chacune son nom
    guichet.toml:31: imap.mailboxes.3.keyword : « deux mots » n’est pas un mot-clé ; prenez des lettres, des chiffres et $ - _, sans espace
    guichet.toml:32: imap.mailboxes.3.move_to : il ne sert qu’avec after = "move" ; mettez after = "move", ou retirez move_to
    guichet.toml:37: imap.mailboxes.4.user : ni mot de passe ni jeton n’est donné ; donnez password_file, ou password, token_file, token_command : un seul des quatre
    guichet.toml:38: imap.mailboxes.4.after : move_to n’est pas donné ; nommez le dossier où vont les courriels pris
    "#);
}

#[test]
fn mailboxes_may_come_from_the_environment() {
    let boxes = r#"[{ name = "contact", host = "imap.example", user = "u", password = "hunter2", start = "2026-09-01" }]"#;
    let config = load("", &[("GUICHET__IMAP__MAILBOXES", boxes)]).unwrap();
    assert_eq!((config.imap.mailboxes.len(), config.imap.mailboxes[0].port()), (1, 993));
    assert!(!format!("{config:?}").contains("hunter2"));
}
