//! What every reply must be, whoever edits it: short, kind, true to what the mission promised, and never repeating what a
//! writer typed.

use guichet::message::Lang;
use guichet::reply::{Mode, Sample, Use};
use regex::Regex;

use super::{day, shipped};

fn samples() -> Vec<(Use, Sample)> {
    let replies = shipped();
    let samples = replies.samples(day()).unwrap();
    samples.into_iter().map(|sample| (replies.used_for(&sample.name).unwrap(), sample)).collect()
}

/// The name of a sample in a failure.
fn name(sample: &Sample) -> String {
    format!("{}.{} ({:?}, {})", sample.name, sample.lang.code(), sample.mode, sample.label)
}

#[test]
fn every_reply_is_short_and_names_the_contact() {
    for (_, sample) in samples() {
        let length = sample.rendered.text.chars().count();
        assert!(length <= 2200, "{}: {length} characters", name(&sample));
        assert!(sample.rendered.text.contains("contact@code.gouv.fr"), "{}", name(&sample));
        assert!(
            !sample.rendered.subject.is_empty() && sample.rendered.subject.chars().count() <= 90,
            "{}",
            name(&sample)
        );
    }
}

#[test]
fn receipts_refusals_and_automatic_answers_hold_the_receipt_block() {
    for (used_for, sample) in samples() {
        let owed = sample.mode == Mode::Automatic
            || matches!(used_for, Use::Receipt | Use::Refusal | Use::Correction | Use::HandOverNotice);
        if !owed {
            continue;
        }
        let (date, service) = match sample.lang {
            Lang::En => ("25 November 2026 at 16:05 (Paris time)", "Free software mission"),
            _ => ("25 novembre 2026 à 16 h 05", "Mission logiciels libres"),
        };
        let status = "https://guichet.example/suivi/7K3M9QXB/b3Jhbmdlcy1ibGV1ZXM";
        for part in ["7K3M9QXB", date, service, status] {
            assert!(sample.rendered.text.contains(part), "{}: {part} is missing", name(&sample));
        }
    }
}

#[test]
fn what_a_program_sorted_says_so_with_its_rule_and_how_to_reach_a_person() {
    for (used_for, sample) in samples().into_iter().filter(|(used_for, _)| used_for.has_category()) {
        let text = sample.rendered.text.replace(['\n', '\u{a0}'], " ");
        let (program, rule, person, door) = match sample.lang {
            Lang::En => (
                "a program read and sorted",
                "It followed this rule: “The request",
                "a person will read",
                "https://",
            ),
            _ => (
                "un programme a lu et classé",
                "Il a suivi cette règle : « La demande",
                "une personne lira",
                "https://",
            ),
        };
        let automatic = sample.mode == Mode::Automatic;
        assert_eq!(text.contains(program), automatic, "{}", name(&sample));
        assert_eq!(text.contains(rule), automatic, "{}", name(&sample));
        assert!(text.contains(door), "{}", name(&sample));
        if automatic || used_for == Use::Refusal {
            assert!(text.contains(person), "{}", name(&sample));
        }
    }
}

#[test]
fn no_reply_promises_a_delay_denies_what_exists_or_raises_its_voice() {
    let banned = Regex::new(
        r"(?xi)
        \b(?:sous|dans\sles|d.ici)\s+(?:\d+|un|une|deux|trois|quelques|plusieurs)\s+(?:heures?|jours?|semaines?|mois)
        | \b(?:meilleurs|brefs)\s+d.lais | d.lai\s+de\s+r.ponse | prochainement | rapidement | bient.t | au\splus\svite
        | \b(?:within|in)\s+(?:\d+|a|one|two|three|a\sfew|several)\s+(?:working\s+|business\s+)?(?:hour|day|week|month)s?
        | as\ssoon\sas\spossible | shortly | promptly | soon\b
        | n.existe\s(?:pas|aucun) | il\sn.y\sa\s(?:pas|aucun) | does\snot\sexist | there\s(?:is|are)\sno\b
        | !",
    )
    .unwrap();
    for (_, sample) in samples() {
        for part in [&sample.rendered.text, &sample.rendered.subject] {
            let part = part.replace(['\n', '\u{a0}'], " ").replace("There is no need", "");
            let found = banned.find(&part).map(|m| m.as_str().to_owned());
            assert_eq!(found, None, "{}", name(&sample));
        }
    }
}

#[test]
fn french_is_set_as_french_is_printed() {
    let high = Regex::new(r" [:;?!»]|« |[^\u{a0}]»|«[^\u{a0}]|'").unwrap();
    for (used_for, sample) in samples().into_iter().filter(|(_, sample)| sample.lang == Lang::Fr) {
        // The request that a hand-over quotes is shown as it was written.
        let ours: Vec<&str> = sample.rendered.text.lines().filter(|line| !line.starts_with('>')).collect();
        let found = high.find(&ours.join("\n")).map(|m| m.as_str().to_owned());
        assert_eq!(found, None, "{} ({})", name(&sample), used_for.code());
    }
}

#[test]
fn plain_parts_are_plain_and_html_parts_load_nothing() {
    for (_, sample) in samples() {
        let text = &sample.rendered.text;
        assert!(
            !text.contains("**") && !text.contains("](") && !text.contains('{') && !text.contains('\\'),
            "{}",
            name(&sample)
        );
        let long = text.lines().find(|line| line.chars().count() > 78 && !line.contains("https://"));
        assert_eq!(long, None, "{}", name(&sample));
        let html = &sample.rendered.html;
        assert!(html.contains(&format!("<html lang=\"{}\">", sample.lang.code())), "{}", name(&sample));
        assert!(
            !html.contains("src=")
                && !html.contains("<script")
                && !html.contains("@import")
                && !html.contains("url(")
        );
    }
}

#[test]
fn every_mail_begins_with_the_plain_greeting() {
    for (used_for, sample) in
        samples().into_iter().filter(|(used_for, _)| !matches!(used_for, Use::HandOver | Use::HandOverDigest))
    {
        let greeting = if sample.lang == Lang::En { "Hello,\n\n" } else { "Bonjour,\n\n" };
        assert!(sample.rendered.text.starts_with(greeting), "{} ({})", name(&sample), used_for.code());
    }
}
