//! Reading the replies and finding everything that is wrong with them before one is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::context::Mode;
use super::files::{LANGS, ReplyFiles, file_name, parse_name};
use super::head::{self, Source, Use};
use super::links::Links;
use super::texts::Texts;
use super::{ReplyError, samples, template};
use crate::fault::Fault;
use crate::message::{Lang, no_break_spaces};

/// The replies that the program itself asks for by name.
pub(super) const FIXED: [(&str, Use); 5] = [
    ("receipt", Use::Receipt),
    ("correction", Use::Correction),
    ("hand-over", Use::HandOver),
    ("hand-over-digest", Use::HandOverDigest),
    ("hand-over-notice", Use::HandOverNotice),
];

static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"link\(\s*["']([^"']*)["']"#).expect("a constant expression, tested"));

/// See [`super::Replies::load`].
pub(super) fn load(files: &ReplyFiles, links: &Links, wanted: &[(&str, &str)]) -> Result<Texts, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut replies = Texts::of(files);
    let categories: BTreeSet<&str> = wanted.iter().map(|(category, _)| *category).collect();
    for (file, text) in &files.texts {
        match parse_name(file) {
            None => faults.push(Fault::at(
                files.name(file),
                None,
                "",
                "ce nom de fichier n’est pas celui d’une réponse",
                "nommez-le <réponse>.<fr|en>.md (minuscules sans accent, chiffres, tirets), ou retirez-le",
            )),
            Some((name, lang)) => {
                if let Err(fault) = replies.add(files, name, lang, text, &categories) {
                    faults.push(fault);
                }
            }
        }
    }
    faults.extend(pairs(files, &replies.sources));
    faults.extend(missing(files, &replies.sources, wanted));
    for (file, text) in &files.texts {
        faults.extend(bad_links(files, links, file, text));
    }
    for (file, source) in &replies.sources {
        faults.extend(placeholders(files, &replies, file, source));
    }
    let links = Arc::new(links.clone());
    // A file already at fault, or one that may include a part at fault, would only tell the same again.
    let at_fault: BTreeSet<String> = faults.iter().map(|fault| fault.file.clone()).collect();
    let part_at_fault = |lang: Lang| {
        let parts = files.texts.keys().filter(|file| file.starts_with('_'));
        parts
            .filter(|file| file.ends_with(&file_name("", lang)))
            .any(|file| at_fault.contains(&files.name(file)))
    };
    let broken = LANGS.map(part_at_fault);
    for (file, source) in &replies.sources {
        let lang = parse_name(file).map_or(Lang::Fr, |(_, lang)| lang);
        if !at_fault.contains(&files.name(file)) && !broken[usize::from(lang == Lang::En)] {
            faults.extend(trial(files, &replies, &links, file, source));
        }
    }
    faults.sort();
    faults.dedup();
    if faults.is_empty() { Ok(replies) } else { Err(faults) }
}

impl Texts {
    fn add(
        &mut self,
        files: &ReplyFiles,
        name: &str,
        lang: Lang,
        text: &str,
        categories: &BTreeSet<&str>,
    ) -> Result<(), Fault> {
        let file = file_name(name, lang);
        let shown = files.name(&file);
        let dress = |text: &str| if lang == Lang::En { text.to_owned() } else { no_break_spaces(text) };
        let environment = lang.choose(&mut self.french, &mut self.english);
        let mut add = |name: String, text: &str, first_line: usize| {
            environment.add_template_owned(name, dress(text)).map_err(|error| {
                let line = error.line().map(|line| line + first_line - 1);
                let says = format!("le moteur de gabarits dit « {} »", template::words(&error));
                Fault::at(&shown, line, "", says, "corrigez le {{ … }} ou le {% … %} de cette ligne")
            })
        };
        if name.starts_with('_') {
            return add(name.to_owned(), &text.replace("\r\n", "\n"), 1);
        }
        let source = head::read(&shown, text, categories)?;
        add(name.to_owned(), &source.body, 1)?;
        add(template::subject_name(name), &source.subject, source.subject_line)?;
        self.sources.insert(file, source);
        Ok(())
    }
}

/// A reply or part in one language only, or with heads that differ.
fn pairs(files: &ReplyFiles, sources: &BTreeMap<String, Source>) -> Vec<Fault> {
    let names: BTreeSet<&str> =
        files.texts.keys().filter_map(|f| parse_name(f)).map(|(name, _)| name).collect();
    let mut faults = Vec::new();
    for name in names {
        for file in LANGS.map(|lang| file_name(name, lang)) {
            if !files.texts.contains_key(&file) {
                let says = "le fichier manque : une réponse s’écrit en français et en anglais";
                faults.push(Fault::at(files.name(&file), None, "", says, "écrivez-le"));
            }
        }
        let [french, english] = LANGS.map(|lang| sources.get(&file_name(name, lang)));
        if let (Some(french), Some(english)) = (french, english)
            && (french.used_for, &french.category) != (english.used_for, &english.category)
        {
            let file = files.name(&file_name(name, Lang::En));
            let says = "« use » ou « category » diffère du texte français";
            faults.push(Fault::at(
                file,
                1,
                "",
                says,
                "donnez aux deux fichiers le même en-tête, sauf l’objet",
            ));
        }
    }
    faults
}

/// Replies that the program, a category or a rule asks for and that do not exist or are for something else.
fn missing(files: &ReplyFiles, sources: &BTreeMap<String, Source>, wanted: &[(&str, &str)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, used_for) in FIXED {
        let file = file_name(name, Lang::Fr);
        let shown = files.name(&file);
        match sources.get(&file) {
            Some(source) if source.used_for != used_for => {
                let says = format!("le service a besoin de cette réponse avec use = \"{}\"", used_for.code());
                faults.push(Fault::at(shown, 1, "use", says, "corrigez l’en-tête"));
            }
            None if !files.texts.contains_key(&file) => {
                faults.push(Fault::at(shown, None, "", "le service a besoin de cette réponse", "écrivez-la"));
            }
            _ => {}
        }
    }
    for (category, name) in wanted.iter().filter(|(_, name)| !name.is_empty()) {
        let file = file_name(name, Lang::Fr);
        let shown = files.name(&file);
        match sources.get(&file) {
            Some(source) if source.used_for == Use::HandOverNotice => {}
            Some(source) if source.category.as_deref() != Some(category) => {
                let says = format!(
                    "la catégorie « {category} » utilise cette réponse, dont l’en-tête ne la nomme pas"
                );
                let mend = "corrigez l’en-tête de la réponse, ou la réponse nommée dans les règles";
                faults.push(Fault::at(shown, 1, "category", says, mend));
            }
            None if !files.texts.contains_key(&file) => {
                let says = format!(
                    "la catégorie « {category} » a besoin de la réponse « {name} », qui n’existe pas"
                );
                faults.push(Fault::at(
                    shown,
                    None,
                    "",
                    says,
                    "écrivez-la, ou corrigez son nom dans les règles",
                ));
            }
            _ => {}
        }
    }
    faults
}

/// Names in `{{ … }}` that nothing of this use fills.
fn placeholders(files: &ReplyFiles, replies: &Texts, file: &str, source: &Source) -> Vec<Fault> {
    let Some((name, lang)) = parse_name(file) else { return Vec::new() };
    let known = samples::placeholders(source.used_for);
    let environment = replies.environment(lang);
    let globals: BTreeSet<&str> = environment.globals().map(|(name, _)| name).collect();
    let mut faults = Vec::new();
    for template in [name.to_owned(), template::subject_name(name)] {
        let Ok(read) = environment.get_template(&template) else { continue };
        for unknown in read.undeclared_variables(false) {
            if known.contains(unknown.as_str()) || unknown == "link" || globals.contains(unknown.as_str()) {
                continue;
            }
            let text = files.texts.get(file).map_or("", String::as_str);
            let line =
                text.lines().position(|line| line.contains('{') && line.contains(&unknown)).map(|at| at + 1);
            let known: Vec<&str> = known.iter().copied().collect();
            faults.push(Fault::at(
                files.name(file),
                line,
                format!("{{{{ {unknown} }}}}"),
                format!("rien ne remplit cette marque dans une réponse « {} »", source.used_for.code()),
                format!("utilisez l’une de celles-ci : {}, link(\"…\")", known.join(", ")),
            ));
        }
    }
    faults
}

/// Links that do not exist, or that could not be left out without leaving a hole in a sentence.
fn bad_links(files: &ReplyFiles, links: &Links, file: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for found in LINK.captures_iter(line) {
            let id = &found[1];
            let key = format!("link {id}");
            if links.get(id).is_none() {
                let mend = "ajoutez sa ligne à reference/links.toml, ou corrigez le nom";
                faults.push(Fault::at(files.name(file), at + 1, &key, "ce lien n’existe pas", mend));
            }
            if !line.starts_with("- ") {
                let says =
                    "un lien s’écrit seul sur une ligne de liste : périmé, c’est sa ligne qu’on retire";
                faults.push(Fault::at(files.name(file), at + 1, &key, says, "écrivez - {{ link(\"…\") }}"));
            }
        }
    }
    faults
}

/// Fills a reply with every sample, in every way it can leave.
fn trial(files: &ReplyFiles, replies: &Texts, links: &Arc<Links>, file: &str, source: &Source) -> Vec<Fault> {
    let Some((name, lang)) = parse_name(file) else { return Vec::new() };
    let day = links.iter().map(|link| link.checked_on).max().unwrap_or_default();
    let mut faults = Vec::new();
    for (_, context) in samples::contexts(source.used_for, lang) {
        for mode in [Mode::Automatic, Mode::Draft] {
            if mode == Mode::Automatic && context.holds_typed_text() {
                continue;
            }
            match replies.render(links, name, lang, &context, mode, day) {
                Err(ReplyError::Unfilled { file, line, says }) => {
                    let line = Some(line).filter(|line| *line > 0);
                    let mend = "corrigez la marque ; docs/replies.md dit ce que chaque réponse peut contenir";
                    faults.push(Fault::at(files.name(&file), line, "", says, mend));
                }
                Err(error) => {
                    faults.push(Fault::at(
                        files.name(file),
                        None,
                        "",
                        error.to_string(),
                        "corrigez la réponse",
                    ));
                }
                Ok(_) => {}
            }
        }
    }
    faults
}
