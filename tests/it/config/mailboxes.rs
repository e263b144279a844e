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
    guichet.toml:6: imap.mailboxes.1.hosts : le champ « hosts » n’existe pas (champs connus : « name », « host », « port », « tls », « user », « password », « password_file », « token_file », « token_command », « ca_file », « folder », « sent », « start », « after », « keyword », « move_to ») ; vouliez-vous dire « host » ?
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
    insta::assert_snapshot!(faults(impossible, &[]), @"");
}

#[test]
fn mailboxes_may_come_from_the_environment() {
    let boxes = r#"[{ name = "contact", host = "imap.example", user = "u", password = "hunter2", start = "2026-09-01" }]"#;
    let config = load("", &[("GUICHET__IMAP__MAILBOXES", boxes)]).unwrap();
    assert_eq!((config.imap.mailboxes.len(), config.imap.mailboxes[0].port()), (1, 993));
    assert!(!format!("{config:?}").contains("hunter2"));
}
