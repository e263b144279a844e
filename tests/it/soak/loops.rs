//! Loops: somebody who answers everything, at once and for ever. Each story plays ping-pong with a real relay until nobody
//! says anything more, and states how many mails left and how many tickets were opened: the figures of
//! `docs/reliability.md`.

use guichet::store::View;

use super::generator::{Text, texts};
use super::mailboxes::{AWAY, Mailboxes, put};
use crate::support::database::Database;
use crate::support::smtp::Received;
use crate::support::story::{CONTACT, Story};

/// Rounds after which a loop is endless.
const ENDLESS: usize = 60;

/// What somebody sends to the service.
struct Sent {
    /// Envelope sender; empty for the null sender.
    from: String,
    mail: String,
}

/// Plays until nobody says anything more: each mail that left is put to `correspondent`, and what it writes comes in.
/// Answers how many mails left and how many tickets there are.
async fn ping_pong(
    story: &Story,
    first: Vec<Sent>,
    mut correspondent: impl FnMut(&Received) -> Option<Sent>,
) -> (usize, usize) {
    let mut coming = first;
    let mut seen = story.smtp.received().len();
    let begun = seen;
    while !coming.is_empty() {
        for Sent { from, mail } in coming.drain(..) {
            story.receive_from(&from, &mail).await;
        }
        let taken = story.smtp.received();
        coming.extend(taken[seen..].iter().filter_map(&mut correspondent));
        seen = taken.len();
        assert!(seen - begun <= ENDLESS, "a loop without end");
    }
    story.balance().await;
    (seen - begun, tickets(story).await)
}

async fn tickets(story: &Story) -> usize {
    story.view(View::All).await.len()
}

/// A mail of somebody who asks, as a person would write it, with more header lines.
fn asks(number: usize, from: &str, head: &str, texts: &[Text]) -> Sent {
    let text = &texts[number % texts.len()];
    let mail = format!(
        "From: {from}\nTo: {CONTACT}\nSubject: {}\nMessage-ID: <loop-{number}@client.example>\n{head}MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{}\n",
        text.subject, text.body
    );
    Sent { from: from.to_owned(), mail }
}

/// A mail as it left, handed back by whoever had it.
fn unchanged(mail: &Received) -> Sent {
    Sent { from: mail.from.clone(), mail: mail.text().replace("\r\n", "\n") }
}

async fn begin() -> (Story, Vec<Text>) {
    (Story::begin_with(Database::sqlite(), |config| config.refuse.hold = "0".parse().unwrap()).await, texts())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_leads_back_to_the_service() {
    let (story, texts) = begin().await;
    // An alias, a journal, a relay that is badly set: what the service sends comes back as it left.
    let first = vec![asks(1, "alias@redirige.example", "", &texts)];
    assert_eq!(ping_pong(&story, first, |mail| Some(unchanged(mail))).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_writes_to_itself() {
    let (story, texts) = begin().await;
    let first = vec![asks(1, CONTACT, "", &texts), asks(2, "floss@numerique.gouv.fr", "", &texts)];
    assert_eq!(ping_pong(&story, first, |mail| Some(unchanged(mail))).await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_services_that_write_to_each_other() {
    for (stripped, leaves) in [(false, (1, 0)), (true, (1, 1))] {
        let (here, texts) = begin().await;
        let there = Story::begin_with(Database::sqlite(), |config| {
            "accueil@autre.example".clone_into(&mut config.service.contact);
            config.service.addresses = vec!["accueil@autre.example".to_owned()];
            config.refuse.hold = "0".parse().unwrap();
        })
        .await;
        here.receive_from("accueil@autre.example", &asks(1, "accueil@autre.example", "", &texts).mail).await;
        let (mut left, mut answered) = (0, 0);
        for _ in 0..ENDLESS {
            let (ours, theirs) = (here.smtp.received(), there.smtp.received());
            if (ours.len(), theirs.len()) == (left, answered) {
                break;
            }
            for mail in &ours[left..] {
                let sent = marked(mail, stripped);
                there.receive_to(&sent.from, "accueil@autre.example", &sent.mail).await;
            }
            for mail in &theirs[answered..] {
                let sent = marked(mail, stripped);
                here.receive_from(&sent.from, &sent.mail).await;
            }
            (left, answered) = (ours.len(), theirs.len());
        }
        assert_eq!((left, answered), leaves, "stripped of its marks: {stripped}");
        assert_eq!((tickets(&here).await, tickets(&there).await), (1, 1));
    }
}

/// A mail as it left, or stripped of every mark of an automatic mail, as careless gateways do.
fn marked(mail: &Received, stripped: bool) -> Sent {
    let whole = unchanged(mail);
    if !stripped {
        return whole;
    }
    let marks = ["Auto-Submitted:", "X-Auto-Response-Suppress:", "X-Loop:", "Precedence:"];
    let kept = whole.mail.lines().filter(|line| !marks.iter().any(|mark| line.starts_with(mark)));
    let mail = kept.collect::<Vec<_>>().join("\n");
    Sent { from: CONTACT.to_owned(), mail }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_bounces_and_goes_on_writing() {
    let (story, texts) = begin().await;
    let first = (0..10).map(|n| asks(n, "parti@rebond.example", "", &texts)).collect();
    let bounce = |mail: &Received| {
        let id = Story::header(mail, "Message-ID");
        let report = format!(
            "From: MAILER-DAEMON@rebond.example\nTo: {CONTACT}\nSubject: Undelivered Mail\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\n\nUnknown.\n\n\
             --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.rebond.example\n\n\
             Final-Recipient: rfc822; parti@rebond.example\nAction: failed\nStatus: 5.1.1\n\n\
             --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {id}\n\n--b--\n"
        );
        Some(Sent { from: String::new(), mail: report })
    };
    assert_eq!(ping_pong(&story, first, bounce).await, (3, 10), "a report opens nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_sends_everything_to_everybody() {
    let (story, texts) = begin().await;
    let list = "List-Id: <tous.liste.example>\nList-Post: <mailto:tous@liste.example>\n";
    let posted = vec![asks(1, "abonnee@poste.example", list, &texts)];
    let redistributed = |mail: &Received| {
        let mail = format!("{list}{}", unchanged(mail).mail);
        Some(Sent { from: "tous-bounces@liste.example".to_owned(), mail })
    };
    assert_eq!(ping_pong(&story, posted, redistributed).await, (0, 1), "a post is not answered");
    // Its address alone: nothing says that it is a list until the answer comes back.
    let bare = vec![asks(2, "tous@liste.example", "", &texts)];
    assert_eq!(ping_pong(&story, bare, redistributed).await, (1, 2), "what comes back opens nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vacation_responder() {
    let (story, texts) = begin().await;
    let mailboxes = Mailboxes::open(story.smtp.address().port());
    let away = format!("{AWAY}+1@n1.absent.example");
    story.receive(&asks(1, &away, "", &texts).mail).await;
    let answered = story.smtp.wait_for(1).await.remove(0);
    // Pigeonhole reads the marks of an automatic mail, and does not answer it; a person's mail it does.
    put(mailboxes.lmtp(), &answered.from, &away, &answered.data, false).await;
    let file = story.ticket().await;
    story.desk.answer(&story.seen(&file), "Bonjour, voici notre réponse.", true).await.unwrap();
    story.settle().await;
    let answer = story.smtp.wait_for(2).await.remove(1);
    put(mailboxes.lmtp(), &answer.from, &away, &answer.data, false).await;
    let notice = story.smtp.wait_for(3).await.remove(2);
    assert_eq!(Story::header(&notice, "In-Reply-To"), Story::header(&answer, "Message-ID"));
    let comes = vec![unchanged(&notice)];
    assert_eq!(ping_pong(&story, comes, |_| None).await, (0, 1), "a notice is filed, and not answered");
    assert_eq!(story.ticket().await.messages.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robot_without_headers() {
    let (story, texts) = begin().await;
    let mut number = 1;
    // A new mail each time: no header, no thread, the text of somebody who asks something.
    let answers = |mail: &Received| {
        number += 1;
        Some(asks(number, &mail.to[0], "", &texts))
    };
    let first = vec![asks(1, "guichet@robot.example", "", &texts)];
    assert_eq!(ping_pong(&story, first, answers).await, (3, 4), "the cap of a recipient");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robot_without_headers_that_answers_in_the_thread() {
    let (story, texts) = begin().await;
    let answers = |mail: &Received| {
        let reply =
            Story::reply_to(mail, &mail.to[0], "Nous avons bien lu votre message et revenons vers vous.");
        Some(Sent { from: mail.to[0].clone(), mail: reply })
    };
    let first = vec![asks(1, "guichet@robot.example", "", &texts)];
    assert_eq!(ping_pong(&story, first, answers).await, (1, 1), "nothing automatic in a thread");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robot_with_a_new_address_each_time() {
    let (story, texts) = begin().await;
    let mut number = 1;
    let answers = |_: &Received| {
        number += 1;
        Some(asks(number, &format!("ticket-{number}@robot.example"), "", &texts))
    };
    let first = vec![asks(1, "ticket-1@robot.example", "", &texts)];
    let (left, opened) = ping_pong(&story, first, answers).await;
    assert_eq!((left, opened), (30, 31), "the cap of a domain");
}
