//! The environment: `GUICHET__SECTION__KEY`, read here and nowhere else.

use std::collections::BTreeMap;

use toml::Value;

use super::kind::Kind;
use super::merge::default_of;
use super::source::Given;
use crate::fault::Fault;

const PREFIX: &str = "GUICHET__";

/// The variables of this process that concern guichet (`GUICHET…`).
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok().filter(|name| name.starts_with("GUICHET"))?;
        Some((name, value.to_string_lossy().into_owned()))
    })
}

/// The values that variables give. A text needs no quotes; a list is written as in TOML, or with commas.
pub(super) fn read(env: &BTreeMap<String, String>, faults: &mut Vec<Fault>) -> Vec<Given> {
    let mut given = Vec::new();
    for (name, text) in env.iter().filter(|(name, _)| name.starts_with(PREFIX)) {
        let parts: Vec<&str> = name[PREFIX.len()..].split("__").collect();
        let [section, key] = parts[..] else {
            faults.push(Fault::at(
                "environnement",
                None,
                name,
                "ce nom n’a pas la forme GUICHET__SECTION__CLÉ",
                "écrivez par exemple GUICHET__WEB__LISTEN, avec deux tirets bas de chaque côté de la section",
            ));
            continue;
        };
        let key = format!("{}.{}", section.to_ascii_lowercase(), key.to_ascii_lowercase());
        let value = parse(default_of(&key).as_ref().map(Kind::of), text);
        let inner = BTreeMap::new();
        given.push(Given { key, value, file: "environnement".to_owned(), line: None, inner });
    }
    given
}

/// The variable that gives `section.key`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

fn parse(expected: Option<Kind>, text: &str) -> Value {
    let as_text = || Value::String(text.to_owned());
    let as_toml = || {
        let document = format!("value = {text}");
        document.parse::<toml::Table>().ok().filter(|table| table.len() == 1)?.remove("value")
    };
    match expected {
        None | Some(Kind::Text) => as_text(),
        Some(Kind::List) if !text.trim_start().starts_with('[') => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
        }
        Some(_) => as_toml().unwrap_or_else(as_text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_be_written_with_commas_and_a_text_without_quotes() {
        let list = parse(Some(Kind::List), "a@example.org, b@example.org");
        assert_eq!(list, parse(Some(Kind::List), r#"["a@example.org", "b@example.org"]"#));
        assert_eq!(parse(Some(Kind::Text), "12"), Value::String("12".to_owned()));
        assert_eq!(parse(Some(Kind::Number), "12"), Value::Integer(12));
        assert_eq!(parse(Some(Kind::Number), "1\nx = 2"), Value::String("1\nx = 2".to_owned()));
    }
}
