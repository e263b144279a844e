//! Messages that are a program's own words and nobody's: a stack trace, a journal, with at most a greeting. A person pasted
//! it and asks nothing in words, so nobody can tell what for.

use super::letter::is_closing;
use super::text::fold;

/// Lines of a program that must be there.
const LEAST: usize = 2;
/// A line with no verb of a person: a greeting, a name.
const FEW_WORDS: usize = 3;
/// Of the characters of a line that are not spaces, the hundredths that are neither letters nor digits from which on it is no prose.
const SIGNS: usize = 18;

/// Whether all that a text says, but for greeting and closing lines, was written by a program.
pub(super) fn is_bare_log(text: &str) -> bool {
    let mut logged = 0;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if is_logged(line) {
            logged += 1;
        } else if line.split_whitespace().count() > FEW_WORDS && !is_closing(line) {
            return false;
        }
    }
    logged >= LEAST
}

/// Whether a program wrote a line.
fn is_logged(line: &str) -> bool {
    const BEGINS: [&str; 9] = [
        "at ",
        "caused by:",
        "traceback (most",
        "file \"",
        "exception in thread",
        "thread '",
        "segmentation fault",
        "core dumped",
        "stack trace",
    ];
    const HOLDS: [&str; 14] = [
        "exception:",
        "exception ",
        "error:",
        "error]",
        "[error",
        "fatal:",
        " warn ",
        " error ",
        " info ",
        " debug ",
        "panicked at",
        "stacktrace",
        "errno",
        "0x",
    ];
    let folded = fold(line);
    let signs = line.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace()).count();
    let all = line.chars().filter(|c| !c.is_whitespace()).count();
    let dated = folded.starts_with(|c: char| c.is_ascii_digit() || c == '[')
        && folded.chars().take(20).filter(char::is_ascii_digit).count() >= 6;
    // `ImportError: …`, `java.io.IOException: …`; a person's « Error: … » may go on with a sentence.
    let thrown = folded.split_whitespace().next().is_some_and(|first| {
        ["error:", "exception:"].iter().any(|end| first.ends_with(end) && first.len() > end.len())
    });
    dated
        || thrown
        || signs * 100 >= all * SIGNS
        || BEGINS.iter().any(|words| folded.starts_with(words))
        // A person tells of an error in a sentence; a program in one that nothing asks.
        || (HOLDS.iter().any(|words| folded.contains(words)) && !folded.contains('?') && signs * 100 >= all * 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_told_from_a_person() {
        let trace = "java.lang.NullPointerException: Cannot invoke \"String.length()\"\n\
                     \tat org.example.Main.run(Main.java:42)\n\tat org.example.Main.main(Main.java:7)\n\
                     Caused by: java.io.IOException: Broken pipe";
        for text in [
            trace.to_owned(),
            format!("Bonjour,\n\n{trace}\n\nCordialement,\nJeanne Durand"),
            "Traceback (most recent call last):\n  File \"/usr/bin/x.py\", line 3, in <module>\n    import gi\nImportError: No module named gi".to_owned(),
            "2026-03-02 10:12:01,123 ERROR [main] o.p.Driver - connection refused\n2026-03-02 10:12:02 WARN retrying".to_owned(),
            "[ 12.345678] BUG: kernel NULL pointer dereference, address: 0000000000000010\n[ 12.345690] #PF: error_code(0x0000)".to_owned(),
        ] {
            assert!(is_bare_log(&text), "{text}");
        }
        for text in [
            format!("Bonjour, LibreOffice plante avec ce message, pouvez-vous nous aider ?\n\n{trace}"),
            format!("{trace}\n\nQue faire pour que cela remarche chez nous ?"),
            "LibreOffice plante depuis ce matin.".to_owned(),
            "Bonjour,\nError: le fichier est illisible depuis la mise à jour, que faire ?".to_owned(),
            String::new(),
        ] {
            assert!(!is_bare_log(&text), "{text}");
        }
    }
}
