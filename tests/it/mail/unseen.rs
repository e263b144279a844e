//! Answers whose words alone tell whether a machine wrote them, kept apart from what the rules were written and taught
//! with: the figure says how the judge does on texts it has not seen. Hardly anybody may be held back, nobody set aside.

use guichet::mail::Kind;

use super::invariant;

#[test]
fn of_answers_never_seen_hardly_a_persons_is_held_back() {
    let (mut withheld, mut notices, mut answered, mut people) = (0, 0, 0, 0);
    for (number, line) in include_str!("../../mail/unseen-notices.txt").lines().enumerate() {
        let Some((kind, text)) = line.split_once('|').filter(|_| !line.starts_with('#')) else { continue };
        let raw = format!(
            "From: Marie Dupont <marie.dupont@ville.example>\nTo: contact@code.gouv.fr\nSubject: Re: Licence\n\
             In-Reply-To: <q1@code.gouv.fr>\nMessage-ID: <u{number}@ville.example>\n\
             Content-Type: text/plain; charset=utf-8\n\n{}\n",
            text.replace("\\n", "\n")
        );
        let parsed = invariant::read(raw.as_bytes());
        if kind == "notice" {
            notices += 1;
            withheld += usize::from(!parsed.automatic.allowed);
        } else {
            people += 1;
            answered += usize::from(parsed.automatic.allowed);
            assert!(matches!(parsed.kind, Kind::Reply), "taken for {:?}: {text}", parsed.kind);
        }
    }
    println!(
        "unseen answers: {withheld} of {notices} notices withheld, {answered} of {people} people answered"
    );
    assert!(answered * 100 >= people * 98, "only {answered} of {people} people are answered");
    assert!(withheld * 3 >= notices * 2, "only {withheld} of {notices} notices are told");
}
