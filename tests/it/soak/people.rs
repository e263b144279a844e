//! What becomes of the service's mail once the relay took it: it is carried to its mailbox, and whoever is there does
//! what such people and machines do. What they write comes back by the doors, and tries again like all mail.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use guichet::message::Door;

use super::chance::{Chance, pause};
use super::generator::{Letter, Mailbox, Text, texts};
use super::world::World;
use super::{doors, mailboxes, world};
use crate::support::smtp::Received;
use crate::support::story::{CONTACT, Story};

/// Numbers of what comes back start here.
const FIRST: usize = 1_000_000;

/// Carries mail onward for as long as it is polled.
pub(super) async fn carry(world: Arc<World>, by_mail: Vec<Door>) {
    let mut taken = world.taken.clone();
    let mut postman = Postman {
        chance: world.plan.chance().fork(2),
        texts: texts(),
        next: FIRST,
        answered: HashSet::new(),
        by_mail,
    };
    loop {
        let seen = world.counts.carried.load(Ordering::SeqCst);
        let mails = taken.wait_for(|mails| mails.len() > seen).await.expect("the relay holds the sender");
        let mails = mails[seen..].to_vec();
        for mail in mails {
            for to in mail.to.iter().filter(|to| Mailbox::of(to) == Some(Mailbox::Away)) {
                tokio::spawn(put(Arc::clone(&world), mail.clone(), to.clone()));
            }
            let come_back = postman.deliver(&mail);
            for letter in come_back {
                let (world, mut chance) = (Arc::clone(&world), postman.chance.fork(letter.number as u64));
                world.counts.busy.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    doors::hand_in(&world, &letter, &mut chance).await;
                    world.counts.busy.fetch_sub(1, Ordering::SeqCst);
                });
            }
            world::count(&world.counts.carried);
        }
    }
}

/// Puts a mail into a mailbox of Dovecot, whose server may be away.
async fn put(world: Arc<World>, mail: Received, to: String) {
    world.counts.busy.fetch_add(1, Ordering::SeqCst);
    while !mailboxes::put(world.mailboxes_lmtp, &mail.from, &to, &mail.data, false).await {
        pause(Duration::from_millis(300)).await;
    }
    world.counts.busy.fetch_sub(1, Ordering::SeqCst);
}

struct Postman {
    chance: Chance,
    texts: Vec<Text>,
    next: usize,
    /// Message-IDs that somebody answered already: a second copy is the same mail to them.
    answered: HashSet<String>,
    by_mail: Vec<Door>,
}

impl Postman {
    /// What a mail makes its recipients write.
    fn deliver(&mut self, mail: &Received) -> Vec<Letter> {
        mail.to.iter().filter_map(|to| self.come_back(mail, to)).collect()
    }

    fn come_back(&mut self, mail: &Received, to: &str) -> Option<Letter> {
        let id = Story::header(mail, "Message-ID");
        let number = self.next;
        let door = vec![*self.chance.pick(&self.by_mail)];
        if is_ours(to) {
            // What Dovecot answers comes by the relay, as any mail to the service would.
            self.next += 1;
            let mut raw = format!("X-Soak: {number}\r\n").into_bytes();
            raw.extend(&mail.data);
            return Some(Letter {
                number,
                from: mail.from.clone(),
                to: to.to_owned(),
                raw,
                text: Text::default(),
                doors: door,
            });
        }
        let letter = match Mailbox::of(to)? {
            Mailbox::Quiet | Mailbox::Away => return None,
            // A report on a report is never written (RFC 5321, section 6.1).
            Mailbox::Bounces if mail.from.is_empty() => return None,
            Mailbox::Bounces => report(number, mail, to, &id, door),
            Mailbox::Answers => {
                if !self.answered.insert(id.clone()) {
                    return None;
                }
                let text = Text {
                    name: String::new(),
                    subject: "Re: votre message".to_owned(),
                    body: "Merci. Une question encore : à qui dois-je envoyer le document signé ?".to_owned(),
                };
                let head = format!("From: {to}\nIn-Reply-To: {id}\nReferences: {id}");
                Letter::new(number, to, CONTACT, &head, &text, door)
            }
            Mailbox::Robot => {
                let text = self.chance.pick(&self.texts).clone();
                Letter::new(number, to, CONTACT, &format!("From: {to}"), &text, door)
            }
        };
        self.next += 1;
        Some(letter)
    }
}

/// Whether an address is the service's.
pub(super) fn is_ours(address: &str) -> bool {
    address.ends_with("@code.gouv.fr") || address.ends_with("@numerique.gouv.fr")
}

/// A delivery report (RFC 3464) about a mail of ours, to its envelope sender.
fn report(number: usize, mail: &Received, to: &str, id: &str, doors: Vec<Door>) -> Letter {
    let raw = format!(
        "X-Soak: {number}\nFrom: Mail Delivery System <mailer-daemon@rebond.example>\nTo: {}\n\
         Subject: Undelivered Mail Returned to Sender\nMessage-ID: <report-{number}@rebond.example>\n\
         Auto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"cut\"\n\n\
         --cut\nContent-Type: text/plain\n\nYour message could not be delivered.\n\n\
         --cut\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.rebond.example\n\n\
         Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 <{to}>: user unknown\n\n\
         --cut\nContent-Type: text/rfc822-headers\n\nMessage-ID: {id}\nTo: {to}\n\n--cut--\n",
        mail.from
    );
    Letter {
        number,
        from: String::new(),
        to: mail.from.clone(),
        raw: raw.replace('\n', "\r\n").into_bytes(),
        text: Text::default(),
        doors,
    }
}
