//! What the doctor must not call well: an account that does not balance, a relay that refuses an address with a key, a
//! folder that mails cannot be moved to; and a probe that somebody uses again.

use super::*;

on_both!(a_probe_counts_for_a_day_and_as_it_was_written);

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_does_not_balance_is_a_fault() {
    let installed = Installed::new().await;
    let lost = "INSERT INTO door_tally (door, what, total, last_at) VALUES ('lmtp', 'kept', 5, '2026-11-25T10:30:00+00:00')";
    installed.store().await.run_script(lost).await.unwrap();
    let (code, checks) = doctor(&installed, &[]).await;
    assert_eq!(code, Some(1));
    is(&checks, "database", "compte", "fault", "il n’est pas bon");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_refuses_an_address_with_a_key_is_a_fault() {
    let installed = Installed::new().await;
    set(&installed, "[service]\nplus_addressing = true\n");
    let unknown = "550 5.1.0 Sender address rejected: User unknown in local recipient table";
    installed.smtp.script([(At::Mail, Do::Accept), (At::Mail, Do::Accept), (At::Mail, Do::Say(unknown))]);
    let (code, checks) = doctor(&installed, &[]).await;
    assert_eq!(code, Some(1));
    is(&checks, "relay", "expéditeur du service", "good", "");
    is(&checks, "relay", "expéditeur vide", "good", "");
    is(&checks, "relay", "expéditeur avec clé", "fault", "User unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_yet_is_told_before_mails_are_moved_to_it() {
    let installed = Installed::new().await;
    let dovecot = Dovecot::start();
    dovecot.deliver("contact", ".Traites", []);
    let plain = std::fs::read_to_string(installed.folder.path().join("config.toml")).unwrap();
    for (folder, verdict, says) in
        [("Traites", "good", "(move_to) s’ouvre"), ("Ailleurs", "warning", "(move_to) ne s’ouvre pas")]
    {
        std::fs::write(installed.folder.path().join("config.toml"), &plain).unwrap();
        let mailbox = format!(
            "[[imap.mailboxes]]\nname = \"contact\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"contact\"\n\
             password = \"{PASSWORD}\"\nafter = \"move\"\nmove_to = \"{folder}\"\n",
            dovecot.imap()
        );
        set(&installed, &mailbox);
        let (code, checks) = doctor(&installed, &[]).await;
        is(&checks, "doors", "IMAP « contact »", verdict, says);
        assert_eq!(code, Some(0), "the service makes it");
    }
}

async fn a_probe_counts_for_a_day_and_as_it_was_written(database: Database) {
    let story = Story::begin(database).await;
    let keys = Keys::new(vec![vec![7; 32]]).unwrap();
    let service = Config::defaults().service;
    let probe = Probe::write(&service, &keys, CONTACT, ProbeSender::Service, Clock::system().now()).unwrap();
    let text = String::from_utf8(probe.raw).unwrap().replace("\r\n", "\n");
    let id = text.lines().find(|line| line.starts_with("Message-ID:")).unwrap();
    let probes = async || {
        let ledger = story.desk.store().ledger().await.unwrap();
        ledger.iter().find(|line| line.door == Door::Pipe).unwrap().probes
    };
    let tickets = async || {
        let all = Filter { limit: 50, view: guichet::store::View::All, ..Filter::default() };
        story.desk.store().queue(&all).await.unwrap().len()
    };
    // Whoever reads a mailbox, or the relay's queue, has its token, and may write under it.
    let stamped = |from: &str, id: &str| {
        format!(
            "X-Guichet-Probe: {}\nFrom: {from}\nTo: {CONTACT}\nSubject: Licence\n{id}\n\nSous quelle licence publier ?\n",
            probe.token
        )
    };
    story.receive(&stamped("eve@six.example", id)).await;
    assert_eq!((probes().await, tickets().await), (0, 1), "it is not ours");
    story.receive(&stamped("bob@sept.example", "Message-ID: <other@sept.example>")).await;
    assert_eq!((probes().await, tickets().await), (0, 2));
    story.receive(&stamped(CONTACT, "Message-ID: <other@code.gouv.fr>")).await;
    assert_eq!(probes().await, 0, "it is another mail");
    story.receive_from(CONTACT, &text).await;
    assert_eq!(probes().await, 1);
    story.clock.advance(chrono::Duration::hours(25));
    story.receive_from(CONTACT, &text).await;
    assert_eq!(probes().await, 1, "its day is over");
    story.balance().await;
}
