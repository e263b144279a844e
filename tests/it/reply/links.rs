//! Links are dated rows: what is wrong in them is said at its line, and a stale one never leaves by itself.

use chrono::Days;
use guichet::message::Lang;
use guichet::reply::{LinkSettings, Links, Mode, Replies, ReplyFiles};
use guichet::triage::RuleFiles;

use super::{day, shipped, shipped_links};

fn load(toml: &str) -> Result<Links, Vec<String>> {
    let files = RuleFiles {
        root: "rules".to_owned(),
        texts: [("reference/links.toml".to_owned(), toml.to_owned())].into(),
        dir: None,
    };
    Links::load(&files).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[test]
fn every_fault_of_a_row_is_told_with_its_line() {
    let faults = load(
        "# links\n[[link]]\nid = \"a\"\nurl = \"http://a.example\"\ntitle_fr = \"A\"\n\n[[link]]\nid = \"b\"\n\
         url = \"https://b.example/\"\ntitle_fr = \"B\"\ntitle_en = \"B\"\nsource = \"seed\"\nchecked_on = \"hier\"\n",
    )
    .unwrap_err();
    insta::assert_snapshot!(faults.join("\n"), @r#"
    rules/reference/links.toml:2: link a : « title_en » manque ; écrivez-le
    rules/reference/links.toml:2: link a : « source » manque ; dites d’où vient le lien
    rules/reference/links.toml:2: link a : « url » n’est pas une adresse https complète ; écrivez-la depuis https://, sans espace, parenthèse, chevron ni barre inverse (codez-les en %)
    rules/reference/links.toml:2: link a : « checked_on » manque ; écrivez le jour où quelqu’un a vérifié le lien
    rules/reference/links.toml:7: link b : « checked_on » n’est pas une date ; écrivez-la comme 2026-11-25
    "#);
    let unknown = load("[[link]]\nid = \"a\"\ncolour = \"red\"\n").unwrap_err();
    assert!(
        unknown[0].starts_with(
            "rules/reference/links.toml:3: la ligne est illisible (le champ « colour » n’existe pas"
        ),
        "{unknown:?}"
    );
}

#[test]
fn a_second_row_of_the_same_id_is_refused() {
    let row = "[[link]]\nid = \"a\"\nurl = \"https://a.example\"\ntitle_fr = \"A\"\ntitle_en = \"A\"\nsource = \"s\"\n\
               checked_on = 2026-11-25\n";
    let faults = load(&row.repeat(2)).unwrap_err();
    assert_eq!(
        faults,
        ["rules/reference/links.toml:8: link a : ce nom est déjà pris ; choisissez-en un autre"]
    );
}

#[test]
fn age_and_end_make_a_link_stale() {
    let links = load(
        "[[link]]\nid = \"a\"\nurl = \"https://a.example\"\ntitle_fr = \"A\"\ntitle_en = \"A\"\nsource = \"s\"\n\
         checked_on = 2026-01-01\nvalid_until = 2026-03-31\n",
    )
    .unwrap();
    let a = links.get("a").unwrap().clone();
    assert!(
        !links.is_stale(&a, "2024-09-20".parse().unwrap()),
        "an earlier day judges by what was known later"
    );
    assert!(!links.is_stale(&a, "2026-03-31".parse().unwrap()));
    assert!(links.is_stale(&a, "2026-04-01".parse().unwrap()));
    let strict = links.with_settings(LinkSettings { max_age_days: 30 });
    assert!(!strict.is_stale(&a, "2026-01-31".parse().unwrap()));
    assert!(strict.is_stale(&a, "2026-02-01".parse().unwrap()));
}

#[test]
fn a_stale_link_is_left_out_of_automatic_mail_and_told_beside_drafts() {
    let replies = shipped();
    let sill = |mode, lang| {
        let samples = replies.samples(day()).unwrap();
        let found = samples.into_iter().find(|s| s.name == "sill" && s.mode == mode && s.lang == lang);
        found.unwrap().rendered.text.replace('\u{a0}', " ").replace("\n  ", " ")
    };
    assert!(!sill(Mode::Automatic, Lang::Fr).contains("/fr/doc/sill/"));
    assert!(sill(Mode::Automatic, Lang::Fr).contains("https://code.gouv.fr/sill\n- "));
    for lang in [Lang::Fr, Lang::En] {
        let text = sill(Mode::Draft, lang);
        assert!(
            !text.contains("à vérifier") && !text.contains("to be verified"),
            "it is for the team: {text}"
        );
        let links = replies.links();
        let stale: Vec<&str> = links.stale_in(&text, day()).map(|link| link.id.as_str()).collect();
        assert_eq!(stale, ["sill-doc"], "{text}");
    }
}

#[test]
fn a_stale_link_is_found_by_its_whole_address() {
    let links = load(
        "[[link]]\nid = \"a\"\nurl = \"https://a.example/doc\"\ntitle_fr = \"A\"\ntitle_en = \"A\"\nsource = \"s\"\n\
         checked_on = 2024-01-01\n",
    )
    .unwrap();
    let day = "2026-01-01".parse().unwrap();
    let found = |text: &str| links.stale_in(text, day).count();
    for text in [
        "[A](https://a.example/doc)",
        "https://a.example/doc",
        "Voyez https://a.example/doc.",
        "<https://a.example/doc>, là",
    ] {
        assert_eq!(found(text), 1, "{text}");
    }
    for text in ["https://a.example/doc/autre", "https://a.example/docs", "https://a.example/doc.html", ""] {
        assert_eq!(found(text), 0, "{text}");
    }
    assert_eq!(links.stale_in("https://a.example/doc", "2024-02-01".parse().unwrap()).count(), 0);
}

#[test]
fn once_every_link_is_stale_no_dangling_sentence_is_left() {
    let late = day() + Days::new(4000);
    for sample in shipped().samples(late).unwrap() {
        if sample.mode == Mode::Automatic {
            let text = sample.rendered.text.replace('\u{a0}', " ");
            let lines: Vec<&str> = text.lines().collect();
            for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.ends_with(':')) {
                let announced = lines.get(at + 1).is_some_and(|next| next.is_empty());
                let next = lines.get(at + 2).copied().unwrap_or_default();
                assert!(
                    !announced || next.starts_with("- ") || next.starts_with("1. "),
                    "{}.{}: {line}\n{text}",
                    sample.name,
                    sample.lang.code()
                );
            }
            let ours = "https://guichet.example/";
            assert!(!text.replace(ours, "").contains("https://"), "{}\n{text}", sample.name);
        }
    }
}

#[test]
fn every_shipped_link_is_shown_by_some_reply() {
    let texts: String = ReplyFiles::embedded().texts.into_values().collect();
    for link in shipped_links().iter() {
        assert!(texts.contains(&format!("link(\"{}\")", link.id)), "nothing shows {}", link.id);
    }
    assert!(Replies::load(&ReplyFiles::embedded(), Links::default(), &[]).is_err(), "links must exist");
}
