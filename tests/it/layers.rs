//! The import rule, read off the sources: the tree is a journey, and nothing looks back up it. `docs/architecture.md`
//! draws it. A fault names the file, the line and the rule.

mod source;

use std::path::{Path, PathBuf};

use regex::Regex;
use source::{code_only, inline_depth};

/// The modules from the ground up. A module may import those of lower rows. Those of one row never import each other,
/// but for the ground, whose words go together.
const ROWS: [&[&str]; 9] = [
    &["clock", "fault", "keys", "kill", "message", "service", "setting"],
    &["triage", "mail"],
    &["ticket"],
    &["store", "reply"],
    &["desk"],
    &["web", "intake", "delivery", "upkeep"],
    &["config"],
    &["cli"],
    &["main"],
];

/// What only one module may know, and why.
const ONLY: [(&str, &str, &str); 7] = [
    (r"\bsqlx\b", "store", "SQL stands in one place"),
    (r"\baskama\b", "web", "pages are the business of web"),
    (r"\bminijinja\b", "reply", "texts of replies are rendered in one place"),
    (r"\blettre\b", "mail", "mail is made and sent in one place"),
    (r"\bUtc::now\b", "clock", "time is passed in"),
    (r"\bLocal::now\b", "clock", "time is passed in"),
    (r"\bSystemTime::now\b", "clock", "time is passed in"),
];

/// A file one can read in a sitting.
const MOST_LINES: usize = 400;

#[test]
fn nothing_looks_back_up_the_tree() {
    let faults: Vec<String> =
        sources("src").into_iter().flat_map(|(path, text)| faults_of(&path, &text)).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_file_can_be_read_in_a_sitting() {
    let long: Vec<String> = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .filter(|(_, text)| text.lines().count() > MOST_LINES)
        .map(|(path, text)| {
            format!("{path}: {} lines, at most {MOST_LINES}: divide it", text.lines().count())
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Every Rust file under a folder of the project, as `src/desk/accept.rs`.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut todo = vec![root.join(folder)];
    let mut found: Vec<PathBuf> = Vec::new();
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(&folder).expect("the sources are beside the tests").flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    let named = |path: PathBuf| {
        let name = path.strip_prefix(root).expect("found under the root").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).expect("a source is UTF-8"))
    };
    found.into_iter().map(named).collect()
}

/// What breaks the rules in one file of `src`.
fn faults_of(path: &str, text: &str) -> Vec<String> {
    let inside: Vec<&str> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    let module = inside[0];
    if module == "lib" {
        return Vec::new();
    }
    let Some(row) = row_of(module) else {
        return vec![format!(
            "{path}: module {module} has no place in the rows of tests/it/layers.rs: give it one"
        )];
    };
    let code = code_only(text);
    let line = |at: usize| code[..at].matches('\n').count() + 1;
    let mut faults = Vec::new();
    for (at, imported) in imports(&code, inside.iter().filter(|part| **part != "mod").count()) {
        let Some(other) = row_of(&imported).filter(|_| imported != module) else { continue };
        if other > row {
            faults.push(format!("{path}:{}: {module} imports {imported}, which stands above it", line(at)));
        } else if other == row && row > 0 {
            faults.push(format!("{path}:{}: {module} imports {imported}, which stands beside it", line(at)));
        }
    }
    for (word, home, why) in ONLY {
        if module != home {
            let word = Regex::new(word).expect("written above");
            let rule = |found: regex::Match<'_>| {
                format!("{path}:{}: {} outside {home}: {why}", line(found.start()), found.as_str())
            };
            faults.extend(word.find_iter(&code).map(rule));
        }
    }
    faults
}

fn row_of(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The top modules that the code names, by `crate::…`, by a group after it, or by climbing `super::` to the root from a
/// file `depth` modules deep; each with its byte offset.
fn imports(code: &str, depth: usize) -> Vec<(usize, String)> {
    let root = Regex::new(r"\bcrate\s*::\s*|\b(?:super\s*::\s*)+").expect("written here");
    let name = Regex::new(r"^[a-z_][a-z0-9_]*").expect("written here");
    let mut found = Vec::new();
    for path in root.find_iter(code) {
        let climbs = path.as_str().matches("super").count();
        if climbs > 0 && climbs < depth + inline_depth(&code[..path.start()]) {
            continue;
        }
        let rest = &code[path.end()..];
        let heads = if rest.starts_with('{') { group_heads(rest) } else { vec![rest] };
        found.extend(
            heads.into_iter().filter_map(|head| Some((path.start(), name.find(head)?.as_str().to_owned()))),
        );
    }
    found
}

/// The heads of `{a::b, c::{d, e}, f}`: `a…`, `c…`, `f…`.
fn group_heads(group: &str) -> Vec<&str> {
    let mut heads = Vec::new();
    let mut depth = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(c, '{' | ',') {
            heads.push(group[at + 1..].trim_start());
        }
    }
    heads
}

#[test]
fn the_rule_is_not_blind() {
    let faults = |path: &str, text: &str| faults_of(path, text);
    assert_eq!(
        faults("src/store/ticket.rs", "use crate::clock;\n\nuse crate::desk::Desk;\n"),
        ["src/store/ticket.rs:3: store imports desk, which stands above it"]
    );
    assert_eq!(
        faults("src/triage/mod.rs", "use crate::{\n    fault::{self, Fault},\n    mail::Kind,\n};\n"),
        ["src/triage/mod.rs:1: triage imports mail, which stands beside it"]
    );
    assert_eq!(
        faults("src/mail/parse.rs", "fn f() { super::super::ticket::g() }"),
        ["src/mail/parse.rs:1: mail imports ticket, which stands above it"]
    );
    assert_eq!(
        faults(
            "src/ticket.rs",
            "mod tests {\n    use super::super::web;\n    use super::desk;\n}\nfn f(c: sqlx::Row) {}"
        ),
        [
            "src/ticket.rs:2: ticket imports web, which stands above it",
            "src/ticket.rs:5: sqlx outside store: SQL stands in one place"
        ]
    );
    assert_eq!(
        faults("src/upkeep.rs", "let now = chrono::Utc::now();"),
        ["src/upkeep.rs:1: Utc::now outside clock: time is passed in"]
    );
    assert_eq!(faults("src/new.rs", "").len(), 1);
    let innocent = r##"
        //! See [`crate::web`]. /* sqlx
        const A: &str = "crate::web"; const B: &str = r#"lettre " "#; const C: char = '"';
        use crate::message::{Message, web::Nothing}; use super::desk; use crate::store; use crate::clock::Clock;
    "##;
    assert_eq!(faults("src/desk/accept.rs", innocent), Vec::<String>::new());
}
