//! What is wrong with a reply text is said before the text is needed: file, line, what to do.

use guichet::reply::{Replies, ReplyFiles};

use super::shipped_links;

/// The faults of the shipped set with some files changed (`None` takes one away).
fn faults(changes: &[(&str, Option<&str>)], wanted: &[(&str, &str)]) -> String {
    let mut files = ReplyFiles::embedded();
    for (file, text) in changes {
        match text {
            Some(text) => files.texts.insert((*file).to_owned(), (*text).to_owned()),
            None => files.texts.remove(*file),
        };
    }
    match Replies::load(&files, shipped_links(), wanted) {
        Ok(_) => String::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

const HEAD: &str = "+++\nuse = \"draft\"\ncategory = \"strategy\"\nsubject = \"Objet\"\n+++\n\n";

#[test]
fn the_shipped_set_has_no_fault() {
    assert_eq!(faults(&[], &[]), "");
}

#[test]
fn texts_that_cannot_be_filled() {
    let told = |body: &str| faults(&[("strategy.fr.md", Some(&format!("{HEAD}{body}")))], &[]);
    insta::assert_snapshot!(told("Bonjour {{ nom }},"), @r#"templates/replies/strategy.fr.md:7: {{ nom }} : rien ne remplit cette marque dans une réponse « draft » ; utilisez l’une de celles-ci : also_asked, automatic, category_title, contact, contracts, coordinator_email, coordinator_name, day, ended_contracts, operator, organisation, received_at, reference, rule_sentence, service_name, status_url, link("…")"#);
    insta::assert_snapshot!(told("Bonjour,\n\n{% if day %}ouvert"), @r#"templates/replies/strategy.fr.md:9: le moteur de gabarits dit « unexpected end of input, expected end of block » ; corrigez le {{ … }} ou le {% … %} de cette ligne"#);
    insta::assert_snapshot!(told("Bonjour,\n\n{{ day | majuscule }}"), @r#"templates/replies/strategy.fr.md:9: le moteur de gabarits dit « filter majuscule is unknown » ; corrigez la marque ; docs/replies.md dit ce que chaque réponse peut contenir"#);
    insta::assert_snapshot!(told("Bonjour,\n\nMerci.\n\n{{ organisation }}"), @r#"templates/replies/strategy.fr.md:11: une marque n’a pas de valeur ; corrigez la marque ; docs/replies.md dit ce que chaque réponse peut contenir"#);
    insta::assert_snapshot!(told("Bonjour,\n\n- {{ link(\"nowhere\") }}"), @r#"templates/replies/strategy.fr.md:9: link nowhere : ce lien n’existe pas ; ajoutez sa ligne à reference/links.toml, ou corrigez le nom"#);
    insta::assert_snapshot!(told("Voir {{ link(\"sill\") }} et le reste."), @r#"templates/replies/strategy.fr.md:7: link sill : un lien s’écrit seul sur une ligne de liste : périmé, c’est sa ligne qu’on retire ; écrivez - {{ link("…") }}"#);
    insta::assert_snapshot!(told("{% include \"_nothing\" %}"), @r#"templates/replies/strategy.fr.md:7: le moteur de gabarits dit « tried to include non-existing template '_nothing' » ; corrigez la marque ; docs/replies.md dit ce que chaque réponse peut contenir"#);
}

#[test]
fn heads_that_say_too_little_or_too_much() {
    let told = |text: &str| faults(&[("strategy.fr.md", Some(text))], &[]);
    insta::assert_snapshot!(told("Bonjour,\n"), @r#"templates/replies/strategy.fr.md:1: le fichier n’a pas d’en-tête ; commencez par +++, puis use, category et subject en TOML, puis +++"#);
    insta::assert_snapshot!(told("+++\nuse = \"draft\"\nsubject = \"Objet\"\n+++\nBonjour,\n"), @r#"templates/replies/strategy.fr.md:1: category : une réponse « refusal » ou « draft » sans catégorie ; nommez une catégorie de categories.toml si use vaut « refusal » ou « draft », aucune sinon"#);
    insta::assert_snapshot!(told("+++\nuse = \"poem\"\nsubject = \"Objet\"\n+++\nBonjour,\n"), @r#"templates/replies/strategy.fr.md:2: l’en-tête est illisible (cette valeur n’est pas parmi « receipt », « refusal », « draft », « correction », « hand-over », « hand-over-digest », « hand-over-notice ») ; commencez par +++, puis use, category et subject en TOML, puis +++"#);
    insta::assert_snapshot!(told("+++\nuse = \"receipt\"\ncategory = \"sill\"\nsubject = \"Objet\"\n+++\nBonjour,\n"), @r#"templates/replies/strategy.fr.md:3: category : une catégorie, alors que use = "receipt" n’en a pas ; nommez une catégorie de categories.toml si use vaut « refusal » ou « draft », aucune sinon"#);
    insta::assert_snapshot!(told("+++\nuse = \"draft\"\ncategory = \"sill\"\nsubject = \"{{ who }}\"\n+++\nBonjour,\n"), @r#"
    templates/replies/strategy.en.md:1: « use » ou « category » diffère du texte français ; donnez aux deux fichiers le même en-tête, sauf l’objet
    templates/replies/strategy.fr.md:4: {{ who }} : rien ne remplit cette marque dans une réponse « draft » ; utilisez l’une de celles-ci : also_asked, automatic, category_title, contact, contracts, coordinator_email, coordinator_name, day, ended_contracts, operator, organisation, received_at, reference, rule_sentence, service_name, status_url, link("…")
    "#);
}

#[test]
fn files_that_are_missing_or_too_many() {
    insta::assert_snapshot!(faults(&[("sill.en.md", None)], &[]), @r#"templates/replies/sill.en.md: le fichier manque : une réponse s’écrit en français et en anglais ; écrivez-le"#);
    insta::assert_snapshot!(faults(&[("receipt.fr.md", None), ("receipt.en.md", None)], &[]), @r#"templates/replies/receipt.fr.md: le service a besoin de cette réponse ; écrivez-la"#);
    insta::assert_snapshot!(faults(&[("sill.de.md", Some("+++\n+++\n"))], &[]), @r#"templates/replies/sill.de.md: ce nom de fichier n’est pas celui d’une réponse ; nommez-le <réponse>.<fr|en>.md (minuscules sans accent, chiffres, tirets), ou retirez-le"#);
}

#[test]
fn categories_and_replies_know_each_other() {
    let categories = [
        "source-publication",
        "sill",
        "contracts",
        "purchasing",
        "strategy",
        "general-culture",
        "introductions",
        "bluehats",
        "recruitment",
        "refused-training",
        "refused-promotion",
        "refused-information-system",
        "refused-software-support",
    ];
    let mut wanted: Vec<(&str, &str)> = categories.iter().map(|category| (*category, "")).collect();
    wanted.push(("sill", "sill-history"));
    wanted.push(("contracts", "purchasing"));
    insta::assert_snapshot!(faults(&[], &wanted), @r#"
    templates/replies/purchasing.fr.md:1: category : la catégorie « contracts » utilise cette réponse, dont l’en-tête ne la nomme pas ; corrigez l’en-tête de la réponse, ou la réponse nommée dans les règles
    templates/replies/refusal-other.en.md:3: category : la catégorie « refused-other » n’existe pas ; nommez une catégorie de categories.toml si use vaut « refusal » ou « draft », aucune sinon
    templates/replies/refusal-other.fr.md:3: category : la catégorie « refused-other » n’existe pas ; nommez une catégorie de categories.toml si use vaut « refusal » ou « draft », aucune sinon
    templates/replies/sill-history.fr.md: la catégorie « sill » a besoin de la réponse « sill-history », qui n’existe pas ; écrivez-la, ou corrigez son nom dans les règles
    "#);
}

#[test]
fn a_folder_replaces_the_whole_set() {
    let dir = tempfile::tempdir().unwrap();
    let replies = dir.path().join("replies");
    std::fs::create_dir(&replies).unwrap();
    assert_eq!(
        ReplyFiles::from_dir(dir.path()).unwrap().texts.len(),
        0,
        "nothing of the shipped set is left"
    );
    for (file, text) in ReplyFiles::embedded().texts {
        std::fs::write(replies.join(file), text.replace("Bonjour,", "Bonjour à vous,")).unwrap();
    }
    let files = ReplyFiles::from_dir(dir.path()).unwrap();
    assert!(files.name("sill.fr.md").ends_with("/replies/sill.fr.md"));
    let samples = Replies::load(&files, shipped_links(), &[]).unwrap().samples(super::day()).unwrap();
    assert!(samples.iter().any(|sample| sample.rendered.text.starts_with("Bonjour à vous,")));
    assert!(ReplyFiles::from_dir(&dir.path().join("nowhere")).is_err());
}

#[test]
fn all_faults_are_told_at_once_and_none_twice() {
    let told = faults(
        &[
            ("strategy.fr.md", Some(&format!("{HEAD}{{{{ nom }}}}"))),
            (
                "bluehats.en.md",
                Some(&format!("{}{{{{ organisation }}}}", HEAD.replace("strategy", "bluehats"))),
            ),
            ("_sorted.fr.md", Some("Règle : {{ regle }}\n")),
        ],
        &[],
    );
    insta::assert_snapshot!(told, @r#"
    templates/replies/_sorted.fr.md:1: le moteur de gabarits dit « `regle` is undefined » ; corrigez la marque ; docs/replies.md dit ce que chaque réponse peut contenir
    templates/replies/bluehats.en.md:7: une marque n’a pas de valeur ; corrigez la marque ; docs/replies.md dit ce que chaque réponse peut contenir
    templates/replies/strategy.fr.md:7: {{ nom }} : rien ne remplit cette marque dans une réponse « draft » ; utilisez l’une de celles-ci : also_asked, automatic, category_title, contact, contracts, coordinator_email, coordinator_name, day, ended_contracts, operator, organisation, received_at, reference, rule_sentence, service_name, status_url, link("…")
    "#);
}
