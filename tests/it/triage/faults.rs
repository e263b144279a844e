//! What the loader says of a broken rule set: every fault at once, at its place, with what to do.

use guichet::triage::{RuleFiles, Triage};

/// The faults of the shipped set once `edit` has broken it.
fn faults(edit: impl FnOnce(&mut RuleFiles)) -> String {
    let mut files = RuleFiles::embedded();
    edit(&mut files);
    let faults = Triage::load(&files).expect_err("the set was broken");
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn replace(files: &mut RuleFiles, path: &str, text: &str) {
    files.texts.insert(path.to_owned(), text.to_owned());
}

#[test]
fn every_fault_of_a_rule_file_is_told_in_one_run() {
    let told = faults(|files| {
        let text = r#"
[[rule]]
id = "recruitment-recruit"
says = { fr = "La demande porte sur un recrutement.", en = "The request is about recruiting." }
score = 4
any = ['recrut\w+', 'Élève']
colour = "red"
matches = ["Nous recrutons."]
misses = ["Bonjour."]

[[rule]]
id = "recruitment-recruit"
says = { fr = "Seulement en français." }
score = 400
any = ['(poste']
field = "sujet"
negated = "always"
group = "crowd"
misses = ["Bonjour."]
"#;
        replace(files, "recruitment.toml", text);
    });
    insta::assert_snapshot!(told, @r#"
    rules/recruitment.toml:6: règle recruitment-recruit: le motif « Élève » est fautif : « É » n’est jamais dans le texte lu, mis en minuscules sans accent; écrivez le motif de même
    rules/recruitment.toml:7: règle recruitment-recruit: la clé « colour » n’existe pas ici; supprimez-la, ou choisissez parmi id, says, field, negated, score, group, any, all, none, matches, misses, asked, weak, reply
    rules/recruitment.toml:11: règle recruitment-recruit: l’identifiant est déjà pris par rules/recruitment.toml:2; choisissez-en un autre
    rules/recruitment.toml:11: règle recruitment-recruit: « matches » manque; ajoutez au moins un exemple
    rules/recruitment.toml:13: règle recruitment-recruit, says: « en » manque; ajoutez-le
    rules/recruitment.toml:14: règle recruitment-recruit, score: 400 est hors limites; choisissez de -20 à 20
    rules/recruitment.toml:15: règle recruitment-recruit: le motif « (poste » est fautif : les parenthèses de « (poste » ne vont pas par paires; fermez chacune avant le « .. » ou le « && » qui la suit
    rules/recruitment.toml:16: règle recruitment-recruit: le champ « sujet » n’existe pas; choisissez subject, body, role, organisation, chosen ou from_email
    rules/recruitment.toml:17: règle recruitment-recruit: « always » n’est pas une valeur de negated; choisissez even ou only, ou retirez cette clé
    rules/recruitment.toml:18: règle recruitment-recruit: le groupe « crowd » n’a pas de plafond; ajoutez-le à [caps] de policy.toml, ou choisissez l’un de ceux qui y sont
    "#);
}

#[test]
fn an_example_that_lies_is_refused() {
    let told = faults(|files| {
        let text = r#"
[[rule]]
id = "recruitment-recruit"
says = { fr = "La demande porte sur un recrutement.", en = "The request is about recruiting." }
score = 4
any = ['recrut\w+']
matches = ["Nous cherchons un profil."]
misses = ["Le recrutement est terminé."]
"#;
        replace(files, "recruitment.toml", text);
    });
    insta::assert_snapshot!(told, @r#"
    rules/recruitment.toml:2: règle recruitment-recruit: elle ne reconnaît pas son exemple « Nous cherchons un profil. »; élargissez un motif, ou corrigez l’exemple
    rules/recruitment.toml:2: règle recruitment-recruit: elle reconnaît ce qu’elle doit laisser : « Le recrutement est terminé. »; resserrez un motif, ou ajoutez-en un à none
    "#);
}

#[test]
fn a_bad_expression_is_named() {
    let told = faults(|files| {
        let text = r#"
[[rule]]
id = "recruitment-recruit"
says = { fr = "La demande porte sur un recrutement.", en = "The request is about recruiting." }
score = 4
any = ['recrut[', 'x*', '{nobody}']
matches = ["Nous recrutons."]
misses = ["Bonjour."]
"#;
        replace(files, "recruitment.toml", text);
    });
    insta::assert_snapshot!(told, @r#"
    rules/recruitment.toml:6: règle recruitment-recruit: le moteur d’expressions dit « unclosed character class »; corrigez le motif (syntaxe du paquet Rust « regex »)
    rules/recruitment.toml:6: règle recruitment-recruit: le motif « {nobody} » est fautif : lists.toml n’a pas de liste « nobody »; corrigez ce nom, ou ajoutez la liste
    "#);
}

#[test]
fn only_refused_topics_may_act_and_files_must_have_a_category() {
    let told = faults(|files| {
        let text = files.texts["categories.toml"].replacen("alone = \"propose\"", "alone = \"act\"", 1);
        replace(files, "categories.toml", &text);
        replace(files, "gardening.toml", "");
        files.texts.remove("sill.toml");
    });
    insta::assert_snapshot!(told, @r#"
    rules/categories.toml:18: catégorie source-publication: elle agit seule, ce que seul un sujet refusé peut faire; écrivez alone = "propose", ou refused = true si la mission n’y répond pas
    rules/gardening.toml: la catégorie « gardening » n’existe pas; déclarez-la dans categories.toml, ou retirez le fichier
    rules/sill.toml: le fichier manque; remettez celui du jeu livré
    "#);
}

#[test]
fn impossible_policies_are_refused() {
    let told = faults(|files| {
        let text = files.texts["policy.toml"]
            .replace("temperature = 1.3", "temperature = 0")
            .replace("fallback = \"refused-other\"", "fallback = \"gardening\"")
            .replace("confidence = 0.75\n", "confidence = 0.3\n")
            .replace("asking = ", "asks = ");
        replace(files, "policy.toml", &text);
    });
    insta::assert_snapshot!(told, @r#"
    rules/policy.toml: topics, fallback: la catégorie « gardening » n’existe pas; nommez une catégorie de categories.toml
    rules/policy.toml:8: score, asking: ce nombre manque; donnez un nombre de 1 à 5
    rules/policy.toml:10: score: la clé « asks » n’existe pas ici; supprimez-la, ou choisissez parmi asking, subject, chosen, weak_cap
    rules/policy.toml:34: confidence, temperature: 0 est hors limites; choisissez de 0.05 à 100
    rules/policy.toml:51: refuse, confidence: un refus partirait avec moins d’une chance sur deux d’être juste; choisissez au moins 0.5 : un refus à tort est la pire des fautes
    "#);
}

#[test]
fn syntax_that_is_not_toml_has_its_line() {
    let told = faults(|files| replace(files, "recruitment.toml", "[[rule]]\nid = \n"));
    insta::assert_snapshot!(told, @r#"rules/recruitment.toml:2: ce n’est pas du TOML (string values must be quoted, expected literal string); corrigez la ligne ; les textes vont entre guillemets droits"#);
}

#[test]
fn a_value_of_the_wrong_kind_is_told_with_an_example() {
    let told = faults(|files| {
        let text = r#"
rule = [
  { id = 3, says = "Une phrase.", score = "4", any = "recrut", matches = [1], misses = ["Bonjour."], weak = "oui" },
  "recrut",
]
"#;
        replace(files, "recruitment.toml", text);
        let text = files.texts["policy.toml"].replace("calibration = [", "calibration = [3, ");
        replace(files, "policy.toml", &text);
    });
    insta::assert_snapshot!(told, @r#"
    rules/policy.toml:31: confidence, calibration: ce n’est pas une courbe de calibration; donnez au moins deux couples entre 0 et 1, croissants des deux côtés
    rules/policy.toml:37: confidence, calibration: il faut une liste de couples de nombres; écrivez par exemple calibration = [[0.2, 0.1], [0.9, 0.8]]
    rules/recruitment.toml:3: [[rule]], id: il faut un texte entre guillemets; écrivez par exemple id = "…"
    rules/recruitment.toml:3: règle ?: « matches » manque; ajoutez au moins un exemple
    rules/recruitment.toml:3: règle ?, any: il faut une liste de textes, entre crochets; écrivez par exemple any = ["…", "…"]
    rules/recruitment.toml:3: règle ?, matches: il faut une liste de textes, entre crochets; écrivez par exemple matches = ["…", "…"]
    rules/recruitment.toml:3: règle ?, says: il faut un groupe de clés, entre accolades; écrivez par exemple says = { … }
    rules/recruitment.toml:3: règle ?, score: il faut un nombre; écrivez par exemple score = 1.5
    rules/recruitment.toml:3: règle ?, weak: il faut true ou false; écrivez par exemple weak = true
    rules/recruitment.toml:4: rule: il faut une liste de groupes de clés; écrivez par exemple rule = [{ … }, { … }]
    "#);
}

#[test]
fn offers_and_categories_must_agree() {
    let told = faults(|files| {
        let text = files.texts["categories.toml"]
            .replacen("active = false", "active = true", 1)
            .replacen("alone = \"propose\"", "alone = \"perhaps\"", 1)
            .replacen("hint_en = ", "valid_from = \"2024-13-01\"\n# ", 1);
        replace(files, "categories.toml", &text);
    });
    insta::assert_snapshot!(told, @r#"
    rules/categories.toml:1: [[offer]]: 2 offres sont actives; mettez active = true dans une seule [[offer]]
    rules/categories.toml:18: catégorie source-publication: elle est dans le formulaire sans aide; ajoutez hint_fr et hint_en
    rules/categories.toml:18: catégorie source-publication: « perhaps » n’est pas une valeur de alone; choisissez never, propose ou act
    rules/categories.toml:28: catégorie source-publication, valid_from: « 2024-13-01 » n’est pas une date; écrivez-la comme 2026-11-25
    "#);
}

#[test]
fn an_offer_says_when_it_was_published() {
    let shown = faults(|files| {
        let text = files.texts.get_mut("categories.toml").unwrap();
        *text = text.replace("published_on = \"2025-02-04\"\n", "");
        *text = text.replace("published_on = \"2025-05-07\"", "published_on = \"mai 2025\"");
    });
    assert!(shown.contains("« published_on » manque; ajoutez-le"), "{shown}");
    assert!(
        shown.contains("published_on: « mai 2025 » n’est pas une date; écrivez-la comme 2026-11-25"),
        "{shown}"
    );
}

#[test]
fn a_broken_model_is_named_and_a_missing_one_is_none() {
    let told = faults(|files| {
        files.texts.insert("model/weights.txt".to_owned(), "categories\ta\nbias\t0\nw:x\t1\n".to_owned());
    });
    assert!(told.contains("model/weights.txt:3") && told.contains("guichet train"), "{told}");
    let told = faults(|files| {
        let text = "categories\tjardinage\ntemperature\t30\nbias\t0\n";
        files.texts.insert("model/weights.txt".to_owned(), text.to_owned());
    });
    assert!(told.contains("« jardinage » n’existe pas"), "{told}");
    let mut files = RuleFiles::embedded();
    files.texts.remove("model/weights.txt");
    assert!(Triage::load(&files).is_ok());
}
