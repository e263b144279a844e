//! Filling a reply in: values read as themselves, what is not known stops the mail, typed words never leave alone.

use chrono::{DateTime, Utc};
use guichet::message::Lang;
use guichet::reply::{
    AlsoAsked, Context, HandedOver, Known, Mode, Replies, ReplyError, ReplySeenBy, Sorted, Use,
};
use guichet::service::Settings;
use guichet::triage::{BeneficiaryAnswer, Contract, Organisation, Standing};

use super::{day, shipped};

fn settings() -> Settings {
    Settings {
        name_fr: "Guichet du libre".to_owned(),
        name_en: "Free software desk".to_owned(),
        operator_fr: "Ville de Pont-Neuf".to_owned(),
        operator_en: "Town of Pont-Neuf".to_owned(),
        contact: "libre@pont-neuf.example".to_owned(),
        addresses: vec![],
        plus_addressing: false,
        public_url: "https://guichet.example".to_owned(),
    }
}

fn received_at() -> DateTime<Utc> {
    "2024-09-20T08:00:00Z".parse().unwrap()
}

fn known(settings: &Settings) -> Known<'_> {
    Known {
        service: settings,
        reference: "ABCD2345",
        received_at: received_at(),
        status_url: "https://guichet.example/suivi/ABCD2345/x_-y",
    }
}

#[test]
fn a_refusal_without_a_rule_to_name_does_not_leave_alone() {
    let settings = settings();
    let context = Context::refusal(known(&settings), Sorted::default());
    let error = shipped().render("refusal-training", Lang::Fr, &context, Mode::Automatic, day()).unwrap_err();
    assert_eq!(error.to_string(), "_sorted.fr.md:1: une marque n’a pas de valeur");
    assert!(shipped().render("refusal-training", Lang::Fr, &context, Mode::Draft, day()).is_ok());
}

#[test]
fn a_reply_takes_only_the_values_made_for_it() {
    let settings = settings();
    let context = Context::receipt(known(&settings));
    let replies = shipped();
    let render = |name| replies.render(name, Lang::Und, &context, Mode::Automatic, day());
    assert_eq!(render("poem").unwrap_err(), ReplyError::Unknown("poem".to_owned()));
    let wrong = ReplyError::Use { name: "sill".to_owned(), is: Use::Draft, asked: Use::Receipt };
    assert_eq!(render("sill").unwrap_err(), wrong);
    let receipt = render("receipt").unwrap();
    assert!(receipt.text.contains("Service\u{a0}: Guichet du libre, Ville de Pont-Neuf"), "{}", receipt.text);
    assert!(receipt.text.contains("20 septembre 2024 à 10 h 00"), "{}", receipt.text);
    assert!(
        receipt.html.contains(r#"href="https://guichet.example/suivi/ABCD2345/x_-y""#),
        "{}",
        receipt.html
    );
}

fn handed<'a>(message: &'a str, name: &'a str) -> HandedOver<'a> {
    HandedOver {
        category_title: "Marchés",
        organisation: None,
        requester_name: name,
        requester_email: "a_b@c.example",
        typed: false,
        subject: "Objet\r\nBcc: x@y.example",
        message,
        reply_seen_by: ReplySeenBy::Service,
        page_url: "https://guichet.example/transmission/x_-y",
        reminds_of: None,
    }
}

#[test]
fn typed_words_never_leave_without_a_person_and_make_no_markup() {
    let settings = settings();
    let message = "# Titre\n\n<img src=x onerror=alert(1)> [clic](javascript:alert(1))\n- {{ reference }}\n![i](https://e.example/i.png)";
    let context = Context::hand_over(known(&settings), &handed(message, "**A** <b>"));
    let replies = shipped();
    let automatic = replies.render("hand-over", Lang::Fr, &context, Mode::Automatic, day());
    assert_eq!(automatic.unwrap_err(), ReplyError::Typed("hand-over".to_owned()));
    let mail = replies.render("hand-over", Lang::Fr, &context, Mode::Draft, day()).unwrap();
    let quoted: Vec<&str> = mail.text.lines().filter(|line| line.starts_with('>')).collect();
    let shown: String =
        quoted.iter().map(|line| line.trim_start_matches("> ")).collect::<Vec<_>>().join("\n");
    assert_eq!(shown.replace("\n>\n", "\n\n"), message);
    assert!(
        mail.text.contains("De\u{a0}: **A** <b>, a_b@c.example\nObjet\u{a0}: Objet Bcc: x@y.example\n"),
        "{}",
        mail.text
    );
    for tag in ["<img", "<h1>", "<b>", "href=\"javascript", "<a href=\"https://e.example"] {
        assert!(!mail.html.contains(tag), "{tag} in {}", mail.html);
    }
}

#[test]
fn an_organisation_shows_in_drafts_only() {
    let settings = settings();
    let answer =
        |contract, standing| BeneficiaryAnswer { contract, standing, why: "Liste de 2020.".to_owned() };
    let body = Organisation {
        name: "Sorbonne Université".to_owned(),
        why: String::new(),
        contracts: vec![
            answer(Contract::Support, Standing::Eligible),
            answer(Contract::Expertise, Standing::ToVerify),
            answer(Contract::Mentoring, Standing::NotListed),
        ],
        path: Vec::new(),
        kind: None,
        own_domain: false,
    };
    let sorted = Sorted { rule_sentence: Some("Parle des marchés"), ..Sorted::default() };
    let context = Context::draft(known(&settings), sorted, Some(&body), "2024-09-20".parse().unwrap());
    let replies = shipped();
    let draft = replies.render("contracts", Lang::Fr, &context, Mode::Draft, day()).unwrap().text;
    let draft = draft.replace('\u{a0}', " ").replace("\n  ", " ");
    assert!(draft.replace('\n', " ").contains("situation au 20 septembre 2024 :"), "{draft}");
    assert!(
        draft.contains("- Support logiciels libres : ouvert à votre organisme. Liste de 2020."),
        "{draft}"
    );
    assert!(draft.contains("- Expertise logiciels libres : à vérifier"), "{draft}");
    assert!(draft.contains("votre organisme n’est pas nommé dans la liste. Liste de 2020."), "{draft}");
    let automatic = replies.render("contracts", Lang::Fr, &context, Mode::Automatic, day()).unwrap().text;
    assert!(!automatic.contains("Sorbonne"), "{automatic}");
    assert!(automatic.contains("pour quel organisme"), "{automatic}");
}

#[test]
fn what_a_person_writes_becomes_two_safe_parts() {
    let (text, html) = Replies::from_markdown(
        "Bonjour **vous**,\n\n<script>alert(1)</script>\n\nVoir [la page](https://a.example/?x=1&y=2), \
         [ceci](javascript:alert(1)), ![photo](https://t.example/p.png) et <b>gras</b>.\n\n- un\n- deux",
        Lang::Fr,
    );
    assert_eq!(
        text,
        "Bonjour vous,\n\n<script>alert(1)</script>\n\nVoir la page\u{a0}: https://a.example/?x=1&y=2, ceci, photo et \
         <b>gras</b>.\n\n- un\n- deux\n"
    );
    assert!(html.contains("<html lang=\"fr\">") && html.contains("<title>Votre demande</title>"), "{html}");
    assert!(html.contains(r#"<a href="https://a.example/?x=1&amp;y=2">la page</a>"#), "{html}");
    for tag in ["<script", "javascript:", "<img", "<b>"] {
        assert!(!html.contains(tag), "{tag} in {html}");
    }
}

#[test]
fn a_person_edits_clean_markdown() {
    let settings = settings();
    let context = Context::draft(known(&settings), Sorted::default(), None, day());
    let draft = shipped().render("introductions", Lang::Fr, &context, Mode::Draft, day()).unwrap();
    assert!(draft.markdown.starts_with("Bonjour,\n\nMerci pour votre message."), "{}", draft.markdown);
    assert!(
        draft.markdown.ends_with(
            "Guichet du libre\\\n[libre@pont-neuf.example](mailto:libre@pont-neuf.example)\\\nDemande ABCD2345\n"
        ),
        "{}",
        draft.markdown
    );
    let (text, html) = Replies::from_markdown(&draft.markdown, Lang::Fr);
    assert_eq!(text, draft.text, "what is sent unchanged is what was shown");
    let body = |html: &str| html.split_once("<body").map(|(_, body)| body.to_owned());
    assert_eq!(body(&html), body(&draft.html));
}

#[test]
fn what_else_is_asked_stands_in_every_refusal_and_draft_and_in_no_other_reply() {
    let settings = settings();
    let others = [
        AlsoAsked { id: "sill".to_owned(), title: "Le *SILL*".to_owned(), in_offer: true },
        AlsoAsked { id: "unknown".to_owned(), title: "Autre chose".to_owned(), in_offer: false },
    ];
    let sorted = Sorted { rule_sentence: Some("Une règle"), also_asked: &others, ..Sorted::default() };
    let replies = shipped();
    for name in replies.names().into_iter().filter(|name| replies.used_for(name).unwrap().has_category()) {
        let context = match replies.used_for(&name).unwrap() {
            Use::Refusal => Context::refusal(known(&settings), sorted),
            _ => Context::draft(known(&settings), sorted, None, day()),
        };
        for (lang, lead, person, nobody) in [
            (
                Lang::Fr,
                "Votre message demande aussi :",
                "- Le *SILL* : une personne vous répondra",
                "n’entre pas dans notre offre",
            ),
            (
                Lang::En,
                "Your message also asks about:",
                "- Le *SILL*: a person will answer",
                "not part of what we offer",
            ),
        ] {
            for mode in [Mode::Automatic, Mode::Draft] {
                let text =
                    replies.render(&name, lang, &context, mode, day()).unwrap().text.replace('\u{a0}', " ");
                assert_eq!(text.matches(lead).count(), 1, "{name}: {text}");
                assert!(text.contains(person) && text.contains(nobody), "{name}: {text}");
            }
        }
    }
    let receipt =
        replies.render("receipt", Lang::Fr, &Context::receipt(known(&settings)), Mode::Automatic, day());
    assert!(!receipt.unwrap().text.contains("demande aussi"));
}
