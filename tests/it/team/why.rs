//! Why it was decided so: the page says all of it, in the words of `guichet explain`.

use guichet::triage::explain::{Aspect, Comparison, Difference, Explanation, Outcome};
use guichet::triage::{Candidate, Decision, Learned};
use guichet::{desk, triage};

use super::house::{House, decision};
use crate::support::plain_spaces;
use crate::support::rules::{loaded, switched};

/// What a page shows as text, as askama writes it.
fn shown(text: &str) -> String {
    text.replace('&', "&#38;").replace('\'', "&#39;").replace('<', "&#60;")
}

#[tokio::test]
async fn the_page_says_what_explain_says() {
    let house = House::open().await;
    let body = "Sous quelle licence publier ?";
    let others = ["sill", "contracts", "strategy", "bluehats", "recruitment"];
    let candidate = |(rank, category): (usize, &&str)| Candidate {
        category: (*category).to_owned(),
        score: 1.0,
        confidence: 0.01,
        lost_because: Some(format!("Perdu au rang {rank}.")),
    };
    let term = |text: &str| triage::decision::Term { text: text.to_owned(), weight: 1.0 };
    let mut given = decision(body, "source-publication", &["licence"]);
    given.candidates.extend(others.iter().enumerate().map(candidate));
    given.topics.push("sill".to_owned());
    given.reply = Some("source-publication".to_owned());
    given.learned = vec![
        Learned {
            category: "source-publication".to_owned(),
            probability: 0.91,
            terms: vec![term("quelle licence"), term("publier")],
        },
        Learned { category: "sill".to_owned(), probability: 0.06, terms: Vec::new() },
    ];
    let reference = house.ticket("Licence", body, given.clone()).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    let taxonomy = house.desk.triage().taxonomy();
    let told = Explanation::of(&given, taxonomy, None);
    assert_eq!(told.contenders.len(), 7);
    assert!(told.contenders[0].won && told.losers().all(|contender| !contender.because.is_empty()));
    let file = house.file(&reference).await;
    let stored = file.opening().unwrap();
    let directory = house.desk.directory().await.unwrap();
    let now = desk::decide(house.desk.triage(), &directory, &stored.message, None, stored.received_at);
    let today = Comparison::of(&Outcome::from(&given), &Outcome::from(&now), taxonomy);
    assert!(!today.same(), "the decision of this house is none that the rules take");
    let mut sentences = vec![told.sentence.to_owned(), told.won_because.clone(), told.reply, told.ruleset];
    sentences.extend(told.contenders.iter().flat_map(|c| [c.title.clone(), c.because.clone()]));
    sentences.extend(told.opinions.iter().flat_map(|o| [o.probability.clone(), o.terms.join(" », « ")]));
    sentences.extend(today.differences.iter().map(Difference::sentence));
    sentences.extend([today.sentence(), "(retenu)".to_owned()]);
    // The page tells a reply by what people call it; the name of its file is for commands.
    let called = plain_spaces(&house.desk.replies().title("source-publication").unwrap());
    for sentence in sentences {
        let sentence = sentence.replace("source-publication", &called);
        assert!(page.contains(&shown(&sentence)), "{sentence}");
    }
    assert!(page.contains("(règle <code>rule-7</code>)"));
    // What is long is folded, and what is folded says what it holds.
    let folded = page.split("<details><summary>3 autres</summary>").nth(1).expect("the tail is folded");
    assert!(folded.contains("Perdu au rang 4.") && !folded.contains("Perdu au rang 0."));
    assert!(
        page.contains("<summary>Mots qui ont compté<span class=\"fr-sr-only\"> pour Ouvrir un code source")
    );
}

#[tokio::test]
async fn a_correction_stands_above_what_triage_had_said() {
    let house = House::open().await;
    let body = "Sous quelle licence publier ?";
    let reference = house.ticket("Licence", body, decision(body, "source-publication", &["licence"])).await;
    let path = format!("/equipe/demandes/{reference}");
    assert!(!house.page(&path).await.contains("en a décidé autrement"));
    house.act(&reference, "corriger", &[("categorie", "sill")]).await;
    let page = house.page(&path).await;
    let title = &house.desk.triage().taxonomy().get("sill").unwrap().title_fr;
    let when = guichet::clock::paris_text(house.clock.now(), guichet::message::Lang::Fr);
    let sentence = format!("Une personne en a décidé autrement : {title}, le {when}.");
    let panel = page.split("id=\"pourquoi\"").nth(1).unwrap();
    let (told, had_said) =
        (panel.find(&shown(&sentence)).expect(&sentence), panel.find("Ouvrir un code source"));
    assert!(Some(told) < had_said, "{panel}");
}

#[test]
fn why_the_winner_won_is_told_whoever_named_it() {
    let triage = crate::support::story::triage();
    let learned = |category: &str, probability| Learned {
        category: category.to_owned(),
        probability,
        terms: Vec::new(),
    };
    let won = |change: &dyn Fn(&mut Decision), chosen: Option<&str>| {
        let mut given = decision("", "sill", &[]);
        change(&mut given);
        Explanation::of(&given, triage.taxonomy(), chosen).won_because
    };
    assert_eq!(
        won(&|given| given.learned = vec![learned("sill", 0.9), learned("contracts", 0.05)], None),
        "Les règles le placent en tête : 8,7 contre 0,8 pour « Culture générale du logiciel libre ». \
         Le modèle le désigne aussi (90 % contre 5 % pour « Marchés interministériels de support, d’expertise et de \
         mentorat »)."
    );
    let by_model = won(
        &|given| {
            given.candidates.remove(0);
            given.learned = vec![learned("sill", 0.9)];
        },
        None,
    );
    assert!(
        by_model.starts_with("Aucune règle ne le désigne ; elles désignaient « Culture générale"),
        "{by_model}"
    );
    assert!(by_model.ends_with("Le modèle le désigne (90 %)."), "{by_model}");
    let chosen = won(&|given| given.learned = vec![learned("contracts", 0.4)], Some("sill"));
    assert!(chosen.contains("Le modèle pensait plutôt à « Marchés"), "{chosen}");
    assert!(chosen.ends_with("C’est la catégorie choisie dans le formulaire."), "{chosen}");
    let unknown = won(
        &|given| {
            given.reason = triage::Reason::Unknown;
            given.learned = vec![learned("contracts", 0.4)];
        },
        None,
    );
    assert!(
        unknown.starts_with("Aucune règle n’en a assez dit, et le modèle n’est sûr de rien"),
        "{unknown}"
    );
}

#[test]
fn a_decision_differs_by_what_it_does() {
    let given = Outcome::from(&decision("", "sill", &[]));
    let differs = |change: &dyn Fn(&mut Outcome)| {
        let mut now = given.clone();
        change(&mut now);
        given.differs(&now)
    };
    assert_eq!(differs(&|now| now.ruleset = "other".to_owned()), []);
    assert_eq!(differs(&|now| now.confidence -= 0.05), [], "0.05 is not more than 0.05");
    assert_eq!(differs(&|now| now.confidence -= 0.06), [Aspect::Confidence]);
    assert_eq!(differs(&|now| now.topics.push("contracts".to_owned())), [Aspect::Topics]);
    assert_eq!(
        differs(&|now| now.reply_mode = triage::ReplyMode::Draft),
        [Aspect::Reply],
        "a reply that waits is not one that leaves"
    );
}

#[tokio::test]
async fn a_request_of_a_heading_asleep_keeps_its_category_until_a_person_gives_another() {
    let house = House::ruled(loaded(&switched())).await;
    let given = decision("Quelle politique ?", "strategy", &[]);
    let reference = house.ticket("Politique", "Quelle politique ?", given).await;
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    let own = "<option value=\"strategy\" selected>Accompagnement stratégique (en sommeil)</option>";
    assert!(page.contains(own), "the page would propose to correct it to the first of the list");
    assert!(!page.contains("<option value=\"general-culture\""), "what sleeps is given to no request");
    let list = house.page("/equipe").await;
    assert!(list.contains("Accompagnement stratégique (en sommeil)"), "it can still be looked for");
    house.act(&reference, "corriger", &[("categorie", "general-culture")]).await;
    assert_eq!(house.file(&reference).await.ticket.category, "strategy");
    house.act(&reference, "corriger", &[("categorie", "sill")]).await;
    assert_eq!(house.file(&reference).await.ticket.category, "sill");
}

#[tokio::test]
async fn what_counts_for_little_is_folded_and_what_must_be_seen_is_not() {
    let house = House::open().await;
    let body = "Une erreur dans la version de notre outil, et une faille.";
    let mut given = decision(body, "sill", &["outil", "version", "erreur", "faille"]);
    for (evidence, (says, category, score)) in given.evidence.iter_mut().zip([
        ("Cherche un outil.", "sill", 4.2),
        ("Parle d’un réglage.", "refused-software-support", 1.4),
        ("Parle d’une panne.", "refused-information-system", 1.6),
        ("Touche à la sécurité.", "sensitive", 0.0),
    ]) {
        evidence.rule = says.to_owned();
        evidence.says = says.to_owned();
        evidence.category = category.to_owned();
        evidence.score = score;
    }
    let page = |given: Decision| {
        let house = &house;
        async move { house.page(&format!("/equipe/demandes/{}", house.ticket("Outil", body, given).await)).await }
    };
    let told = page(given.clone()).await;
    let (open, folded) =
        told.split_once("<details><summary>2 indices de peu de poids</summary>").expect("folded");
    let panel = open.split("Ce qui a parlé").nth(1).unwrap();
    assert!(panel.contains("Cherche un outil.") && panel.contains("Touche à la sécurité."), "{panel}");
    assert!(!panel.contains("Parle d’un réglage.") && !panel.contains("Parle d’une panne."), "{panel}");
    let folded = folded.split("</details>").next().unwrap();
    assert!(folded.contains("id=\"pourquoi-4\"") && folded.contains("Parle d’une panne."), "{folded}");
    given.telling_rule = Some("Parle d’un réglage.".to_owned());
    assert!(
        page(given.clone()).await.contains("<summary>1 indice de peu de poids</summary>"),
        "a refusal quotes it"
    );
    given.telling_rule = None;
    given.evidence.retain(|evidence| evidence.score > 0.0 && evidence.score < 2.0);
    assert!(!page(given).await.contains("de peu de poids"), "there is nothing else to see");
}
