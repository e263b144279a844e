//! Why it was decided so: the page says all of it, in the words of `guichet explain`.

use guichet::triage::explain::{Aspect, Comparison, Difference, Explanation, Outcome};
use guichet::triage::{Candidate, Decision, Learned};
use guichet::{desk, triage};

use super::house::{House, decision};

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
    let stored = desk::opening(&file).unwrap();
    let directory = house.desk.directory().await.unwrap();
    let now = desk::decide(house.desk.triage(), &directory, &stored.message, None, stored.received_at);
    let today = Comparison::of(&Outcome::from(&given), &Outcome::from(&now), taxonomy);
    assert!(!today.same(), "the decision of this house is none that the rules take");
    let mut sentences = vec![told.sentence.to_owned(), told.won_because.clone(), told.reply, told.ruleset];
    sentences.extend(told.contenders.iter().flat_map(|c| [c.title.clone(), c.because.clone()]));
    sentences.extend(told.opinions.iter().flat_map(|o| [o.probability.clone(), o.terms.join(" », « ")]));
    sentences.extend(today.differences.iter().map(Difference::sentence));
    sentences.extend([today.sentence(), "règle rule-7".to_owned(), "(retenu)".to_owned()]);
    for sentence in sentences {
        assert!(page.contains(&shown(&sentence)), "{sentence}");
    }
    // What is long is folded, and what is folded says what it holds.
    let folded = page.split("<details><summary>3 autres</summary>").nth(1).expect("the tail is folded");
    assert!(folded.contains("Perdu au rang 4.") && !folded.contains("Perdu au rang 0."));
    assert!(
        page.contains("<summary>Mots qui ont compté<span class=\"fr-sr-only\"> pour Ouvrir un code source")
    );
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
