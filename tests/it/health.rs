//! How the service is: told to probes (`/sante`), to people (`/equipe/sante`) and to the operator (`guichet ledger`).

use chrono::Duration;
use guichet::message::{Door, Envelope};
use serde_json::Value;

use crate::support::installed::Installed;
use crate::team::house::House;

/// Rows that say what is amiss.
const TROUBLES: &str = "
    INSERT INTO mailbox (name, folder, started_at, floor_uid, highest_uid, scanned, succeeded_at, failing_since, failures, cause)
    VALUES ('contact', 'INBOX', '2026-11-20T08:00:00+00:00', 0, 0, TRUE, '2026-11-25T09:00:00+00:00',
        '2026-11-25T10:00:00+00:00', 9, 'le serveur refuse l’identification (LOGIN contact@ville.example)');
    INSERT INTO arrival (id, door, source_key, reference, received_at, envelope, raw, size, state, cause, attempts)
    VALUES ('a1', 'pipe', 'pipe:1', 'ABCD2345', '2026-11-25T10:30:00+00:00', '{}', 'x', 1, 'parked', 'illisible', 5),
        ('a2', 'lmtp', 'lmtp:2', 'ABCD2346', '2026-11-25T10:30:00+00:00', '{}', 'x', 1, 'waiting', NULL, 0);
    UPDATE relay SET failures = 4, said = 'relais.example : connexion refusée', failing_since = '2026-11-25T10:00:00+00:00';
    INSERT INTO door_tally (door, what, total, last_at) VALUES ('lmtp', 'kept', 3, '2026-11-25T10:30:00+00:00'),
        ('lmtp', 'too-large', 2, '2026-11-25T10:30:00+00:00'), ('lmtp', 'away', 1, '2026-11-25T10:55:00+00:00')";

async fn health(house: &House) -> Value {
    let answer = house.get("/sante").await;
    assert_eq!(answer.status(), 200, "only an absent database is a reason to send nobody here");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn all_is_well_in_a_new_house() {
    let house = House::open().await;
    let told = health(&house).await;
    assert_eq!(told["status"], "ok");
    assert_eq!((told["database"].as_str(), told["balances"].as_bool()), (Some("ok"), Some(true)));
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["troubles"], serde_json::json!([]));
    assert_eq!(told["doors"].as_array().unwrap().len(), 9);
    let page = house.page("/equipe/sante").await;
    assert!(page.contains("Tout va bien") && page.contains("Le compte est bon"));
    assert!(page.contains("href=\"/equipe/sante\" aria-current=\"page\""), "the navigation leads here");
}

#[tokio::test]
async fn what_is_amiss_is_told_with_what_to_do() {
    let house = House::open().await;
    house.desk.store().run_script(TROUBLES).await.unwrap();
    let told = health(&house).await;
    assert_eq!(told["status"], "degraded");
    let troubles = ["unbalanced", "store-away-lately", "mailbox", "waiting", "parked", "relay"];
    assert_eq!(told["troubles"], serde_json::json!(troubles));
    let lmtp = told["doors"].as_array().unwrap().iter().find(|door| door["door"] == "lmtp").unwrap();
    assert_eq!(
        (lmtp["seen"].as_i64(), lmtp["kept"].as_i64(), lmtp["missing"].as_i64()),
        (Some(6), Some(1), Some(2))
    );
    assert_eq!(lmtp["refused"], serde_json::json!({ "away": 1, "too-large": 2 }));
    assert_eq!(told["mailboxes"][0]["failing_since"], "2026-11-25T10:00:00Z");
    assert!(!told.to_string().contains("relais.example"));
    assert!(!told.to_string().contains('@'), "no address, whatever a server says");

    let page = house.page("/equipe/sante").await;
    for words in [
        "À réparer",
        "Le compte n’est pas bon",
        "2 introuvables",
        "La boîte « contact » n’est plus relevée",
        "LOGIN contact@ville.example",
        "1 arrivée n’a pu être lue",
        "href=\"/equipe/en-panne\"",
        "trop lourd : 2",
        "Les courriels ne partent plus",
        "relais.example : connexion refusée",
        "La plus ancienne est là il y a 30 min",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    assert_eq!(page.matches("Que faire ?").count(), troubles.len());
}

/// Four minutes before the house looks.
const LATELY: &str = "
    INSERT INTO mailbox (name, folder, started_at, floor_uid, highest_uid, scanned, succeeded_at, failing_since, failures, cause,
        next_try_at)
    VALUES ('contact', 'INBOX', '2026-11-20T08:00:00+00:00', 0, 0, TRUE, '2026-11-25T09:00:00+00:00',
        '2026-11-25T10:56:00+00:00', 1, 'muet', '2026-11-25T11:03:00+00:00');
    UPDATE relay SET failures = 4, said = 'connexion refusée', failing_since = '2026-11-25T10:56:00+00:00',
        try_at = '2026-11-25T11:08:00+00:00'";

#[tokio::test]
async fn a_relay_or_a_mailbox_may_be_away_for_a_moment_but_is_shown_at_once() {
    let house = House::open().await;
    house.desk.store().run_script(LATELY).await.unwrap();
    let told = health(&house).await;
    assert_eq!((told["status"].as_str(), &told["troubles"]), (Some("ok"), &serde_json::json!([])));
    let failing = [&told["outbox"]["relay_failing_since"], &told["mailboxes"][0]["failing_since"]];
    assert!(failing.iter().all(|since| since.is_string()), "{told}");
    let page = house.page("/equipe/sante").await;
    assert!(page.contains("Une panne vient de commencer") && !page.contains("Tout va bien"), "{page}");
    for words in ["muet ; prochain essai dans 3 min", "(connexion refusée) ; prochain essai dans 8 min"] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    house.clock.advance(Duration::minutes(2));
    let told = health(&house).await;
    assert_eq!(told["status"], "degraded");
    assert_eq!(told["troubles"], serde_json::json!(["mailbox", "relay"]));
}

#[tokio::test]
async fn a_clock_that_was_set_back_is_told() {
    let house = House::open().await;
    house.desk.accept(Door::Form, "form:1", Envelope::default(), b"{}".to_vec()).await.unwrap();
    let done =
        "UPDATE arrival SET state = 'done', outcome = 'duplicate', received_at = '2026-11-25T12:00:00+00:00'";
    house.desk.store().run_script(done).await.unwrap();
    assert_eq!(health(&house).await["troubles"], serde_json::json!(["clock"]));
    assert!(house.page("/equipe/sante").await.contains("L’horloge du serveur retarde"));
}

#[tokio::test]
async fn probes_do_not_count_everything_each_time() {
    let house = House::open().await;
    assert_eq!(health(&house).await["status"], "ok");
    house.desk.store().run_script(TROUBLES).await.unwrap();
    assert_eq!(health(&house).await["status"], "ok", "as of a moment ago");
    house.clock.advance(Duration::seconds(30));
    assert_eq!(health(&house).await["status"], "degraded");
}

/// A folder that the server numbered anew, and a mail that failed under each numbering.
const RENUMBERED: &str = "
    INSERT INTO mailbox (name, folder, started_at, uidvalidity, floor_uid, highest_uid, scanned, succeeded_at, failures)
    VALUES ('contact', 'INBOX', '2026-11-20T08:00:00+00:00', 2, 0, 9, TRUE, '2026-11-25T10:59:00+00:00', 0);
    INSERT INTO mailbox_seen (mailbox, folder, uidvalidity, uid, door, seen_at, state, attempts, owed)
    VALUES ('contact', 'INBOX', 1, 7, 'imap', '2026-11-24T10:00:00+00:00', 'failing', 3, FALSE),
        ('contact', 'INBOX', 2, 8, 'imap', '2026-11-25T10:00:00+00:00', 'failing', 1, FALSE)";

#[tokio::test]
async fn what_failed_under_a_former_numbering_is_asked_for_no_longer() {
    let house = House::open().await;
    house.desk.store().run_script(RENUMBERED).await.unwrap();
    let told = health(&house).await;
    let imap = told["doors"].as_array().unwrap().iter().find(|door| door["door"] == "imap").unwrap();
    assert_eq!((imap["seen"].as_i64(), imap["pending"].as_i64()), (Some(1), Some(1)), "{told}");
}

#[tokio::test]
async fn only_the_team_sees_the_page() {
    let house = House::closed().await;
    let answer = house.get("/equipe/sante").await;
    assert_eq!(answer.status(), 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_of_a_door_that_lost_something_is_an_alarm() {
    let installed = Installed::new().await;
    assert_eq!(installed.receive(None).await, Some(0));
    assert_eq!(installed.receive(None).await, Some(0));
    let ledger = async |json: bool| {
        let mut command = installed.command("ledger", None);
        if json {
            command.arg("--json");
        }
        let out = command.stdout(std::process::Stdio::piped()).output().await.unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap())
    };
    let (code, told) = ledger(true).await;
    assert_eq!(code, Some(0));
    let mut lines = told.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let pipe = lines.find(|line| line["door"] == "pipe").unwrap();
    let number = |key: &str| pipe[key].as_i64().unwrap();
    assert_eq!(
        (number("arrived"), number("seen"), number("kept"), number("again"), number("missing")),
        (1, 2, 1, 1, 0)
    );
    let store = installed.store().await;
    store.run_script("UPDATE door_tally SET total = 4 WHERE what = 'kept'").await.unwrap();
    let (code, told) = ledger(false).await;
    assert_eq!(code, Some(1));
    assert!(told.contains("LE COMPTE N’EST PAS BON") && told.contains("introuvables"), "{told}");
    assert!(ledger(true).await.1.contains("\"missing\":3"));
}
