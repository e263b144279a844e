//! An invitation as a person would tell it (RFC 5545), for mail that holds nothing else.

use crate::message::one_line;

/// Octets of a calendar that are read.
const LIMIT: usize = 200_000;

/// The first event of a calendar in words (French), or an empty text.
pub(super) fn told(calendar: &str) -> String {
    let text = calendar[..calendar.floor_char_boundary(LIMIT)].replace("\r\n", "\n");
    // Long lines go on after a line break and a space.
    let text = text.replace("\n ", "").replace("\n\t", "");
    let method = |name: &str| text.lines().any(|line| line.trim_end().eq_ignore_ascii_case(name));
    let title = match () {
        () if method("METHOD:CANCEL") => "Invitation annulée",
        () if method("METHOD:REPLY") => "Réponse à l’invitation",
        () => "Invitation",
    };
    let event = text.split_once("BEGIN:VEVENT").map_or(text.as_str(), |(_, event)| event);
    let event = event.split("END:VEVENT").next().unwrap_or_default();
    // An alarm has a description of its own.
    let event = event.split("BEGIN:VALARM").next().unwrap_or_default();
    let value = |name: &str| {
        event.lines().find_map(|line| {
            let (head, value) = line.split_once(':')?;
            let found = head.split(';').next().is_some_and(|key| key.eq_ignore_ascii_case(name));
            found.then(|| (head, value.replace("\\n", "\n").replace("\\N", "\n").replace('\\', "")))
        })
    };
    let line = |label: &str, given: Option<String>| {
        given.filter(|text| !text.is_empty()).map(|text| format!("{label}\u{a0}: {text}\n"))
    };
    let short = |name: &str| value(name).map(|(_, text)| one_line(&text, 300));
    let organizer = value("ORGANIZER").map(|(head, address)| {
        let name = head.split(';').find_map(|part| part.strip_prefix("CN=")).unwrap_or_default();
        let address = address.trim_start_matches("mailto:").trim_start_matches("MAILTO:");
        one_line(format!("{} {address}", name.trim_matches('"')).trim(), 300)
    });
    let parts = [
        line(title, short("SUMMARY")),
        line("Début", short("DTSTART").map(|date| day(&date))),
        line("Fin", short("DTEND").map(|date| day(&date))),
        line("Lieu", short("LOCATION")),
        line("Organisation", organizer),
        value("DESCRIPTION").map(|(_, text)| format!("\n{}\n", text.trim())),
    ];
    parts.into_iter().flatten().collect::<String>().trim().to_owned()
}

/// `20260302T101400Z` as `2026-03-02 10:14 UTC`; anything else as it stands.
fn day(given: &str) -> String {
    let digits = |range: std::ops::Range<usize>| {
        given.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(4..6), digits(6..8)) else {
        return given.to_owned();
    };
    let time = match (digits(9..11), digits(11..13)) {
        (Some(hour), Some(minute)) => format!(" {hour}:{minute}"),
        _ => String::new(),
    };
    let zone = if given.ends_with('Z') { " UTC" } else { "" };
    format!("{year}-{month}-{day}{time}{zone}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_in_words() {
        let calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Point licence\\, suite\r\n\
            DTSTART;TZID=Europe/Paris:20260302T101400\r\nLOCATION:Salle\r\n  B\r\nORGANIZER;CN=\"Marie Dupont\":\
            mailto:marie@ville.example\r\nDESCRIPTION:Ordre du jour\\nlicence\r\nEND:VEVENT\r\n";
        assert_eq!(
            told(calendar),
            "Invitation\u{a0}: Point licence, suite\nDébut\u{a0}: 2026-03-02 10:14\nLieu\u{a0}: Salle B\n\
             Organisation\u{a0}: Marie Dupont marie@ville.example\n\nOrdre du jour\nlicence"
        );
        assert!(told(&calendar.replace("REQUEST", "CANCEL")).starts_with("Invitation annulée\u{a0}: Point"));
        assert_eq!(told(""), "");
    }
}
