//! What holds for every message, whatever is written in it. One statement for the properties and for the fuzz target
//! `triage` (`fuzz/`).

use chrono::NaiveDate;
use guichet::mail::quote;
use guichet::message::{Channel, Message};
use guichet::triage::{Action, Alone, Decision, Directory, Field, ReplyMode, Triage};

/// The words of one message, each field as somebody could have typed it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// Subject, may hold anything.
    pub(crate) subject: String,
    /// Body.
    pub(crate) body: String,
    /// Stated function, organisation, heading and address.
    pub(crate) role: String,
    pub(crate) organisation: String,
    pub(crate) chosen: Option<String>,
    pub(crate) from_email: String,
}

/// These words sent by form and by mail are each decided, and the decisions keep what triage promises.
pub(crate) fn decided(triage: &Triage, written: &Written) -> [Decision; 2] {
    [Channel::Form, Channel::Mail].map(|channel| {
        let Written { subject, body, role, organisation, chosen, from_email } = written.clone();
        let fresh = quote::fresh(&subject, &body);
        let message = Message {
            channel,
            subject,
            body,
            role,
            organisation,
            chosen,
            from_email,
            fresh,
            ..Message::default()
        };
        let message = if channel == Channel::Form { message.all_fresh() } else { message };
        let day = NaiveDate::from_ymd_opt(2024, 9, 20).expect("the calendar has this day");
        let decision = triage.examine(&message, day, &Directory::default());
        holds(triage, &message, &decision);
        assert_eq!(decision, triage.examine(&message, day, &Directory::default()), "the same decision again");
        decision
    })
}

/// What a decision promises.
fn holds(triage: &Triage, message: &Message, decision: &Decision) {
    assert_eq!(decision.topics.first(), Some(&decision.category), "the primary topic is the category");
    assert!(triage.taxonomy().get(&decision.category).is_some(), "{}", decision.category);
    for (at, topic) in decision.topics.iter().enumerate() {
        assert!(!decision.topics[..at].contains(topic), "{topic} twice");
    }
    let shares = decision.candidates.iter().map(|c| c.confidence);
    let learned = decision.learned.iter().map(|l| l.probability);
    for share in shares.chain(learned).chain([decision.confidence]) {
        assert!((0.0..=1.0).contains(&share), "{share}");
    }
    for found in &decision.evidence {
        let field = match found.field {
            Field::Subject => &message.subject,
            Field::Body => &message.body,
            Field::Role => &message.role,
            Field::Organisation => &message.organisation,
            Field::Chosen => message.chosen.as_ref().expect("evidence in a heading that was chosen"),
            Field::FromEmail => &message.from_email,
        };
        assert!(found.start < found.end, "{found:?}");
        assert_eq!(field.get(found.start..found.end), Some(found.text.as_str()), "{found:?}");
    }
    assert_eq!(decision.reply.is_none(), decision.reply_mode == ReplyMode::None, "{decision:?}");
    let alone = matches!(decision.action, Action::Refuse | Action::SetAside);
    assert!(!alone || decision.sensitive.is_empty(), "acts alone on {:?}", decision.sensitive);
    match decision.action {
        Action::SetAside => {
            assert_eq!(message.channel, Channel::Mail, "a form is never set aside");
            assert_eq!(decision.category, "noise");
        }
        Action::Refuse => refused(triage, decision),
        Action::Queue | Action::HandOver => {}
    }
}

/// A refused topic that may act alone, told by a rule of its own, with nothing of the offer asked beside it.
fn refused(triage: &Triage, decision: &Decision) {
    let category = triage.taxonomy().get(&decision.category).expect("checked above");
    assert!(category.refused && category.alone == Alone::Act, "{decision:?}");
    let telling = decision.telling_rule.as_deref().and_then(|id| triage.rule(id)).expect("a rule tells it");
    assert!(telling.category == category.id && telling.score > 0.0 && !telling.weak, "{telling:?}");
    let in_offer = |id: &String| triage.taxonomy().get(id).is_none_or(|c| c.in_offer);
    assert!(!decision.topics.iter().any(in_offer), "{:?}", decision.topics);
    assert_eq!(decision.reply_mode, ReplyMode::Send);
}
