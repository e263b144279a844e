//! The files of a changed rule set as they are uploaded: an archive, or files one by one. Bounded before anything is unpacked;
//! what is no rule file is left aside, and no path leads out of the set.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use axum::extract::Multipart;

use crate::triage::RuleFiles;
use crate::web::error::{Kind, WebError};

/// Octets of all that is sent: the shipped set has 2 MB, its archive half of it.
pub(super) const LARGEST: usize = 8 << 20;
/// Octets of all files unpacked.
const UNPACKED: u64 = 32 << 20;
/// Files of an archive.
const FILES: usize = 300;

/// What was sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// Path in the set → text.
    pub(super) files: BTreeMap<String, String>,
    /// The files are the whole set; else they are laid over the set in force.
    pub(super) whole: bool,
    /// First day to replay, as typed.
    pub(super) since: String,
}

/// Reads the form; otherwise why not (French).
pub(super) async fn read(mut body: Multipart) -> Result<Result<Sent, String>, WebError> {
    let mut sent = Sent::default();
    while let Some(field) = body.next_field().await.map_err(|_| WebError::new(Kind::Malformed))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().unwrap_or_default().to_owned();
        let octets = field.bytes().await.map_err(|_| WebError::new(Kind::TooLarge))?;
        match name.as_str() {
            "depuis" => String::from_utf8_lossy(&octets).trim().clone_into(&mut sent.since),
            "etendue" => sent.whole = octets.as_ref() == b"entier",
            "fichiers" if octets.is_empty() => {}
            "fichiers" if octets.starts_with(b"PK") => match unpacked(&octets) {
                Ok(files) => sent.files.extend(files),
                Err(says) => return Ok(Err(says)),
            },
            "fichiers" => match String::from_utf8(octets.to_vec()) {
                Ok(text) if is_rule_file(&file) => {
                    sent.files.insert(file, text);
                }
                Ok(_) => {
                    return Ok(Err(format!(
                        "« {file} » n’est pas un fichier de règles (.toml, .csv ou .txt)."
                    )));
                }
                Err(_) => return Ok(Err(format!("« {file} » n’est pas un texte en UTF-8."))),
            },
            _ => {}
        }
    }
    if sent.files.is_empty() {
        return Ok(Err("Choisissez au moins un fichier de règles, ou une archive zip.".to_owned()));
    }
    Ok(Ok(sent))
}

fn is_rule_file(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending);
    matches!(ending, Some("toml" | "csv" | "txt")) && !path.starts_with('/') && !path.contains("..")
}

/// The rule files of an archive, without the folder that they all stand in.
fn unpacked(octets: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let unreadable = |_| "Cette archive zip ne se lit pas.".to_owned();
    let mut archive = zip::ZipArchive::new(Cursor::new(octets)).map_err(unreadable)?;
    if archive.len() > FILES {
        return Err(format!("Cette archive a plus de {FILES} fichiers."));
    }
    let (mut files, mut left) = (BTreeMap::new(), UNPACKED);
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(unreadable)?;
        let Some(path) = file.enclosed_name().filter(|_| file.is_file()) else { continue };
        let path = path.to_string_lossy().replace('\\', "/");
        if !is_rule_file(&path) {
            continue;
        }
        let mut text = Vec::new();
        // What an archive says of its sizes is not believed.
        let read = file.by_ref().take(left + 1).read_to_end(&mut text);
        let read = read.map_err(|_| "Cette archive zip est abîmée.".to_owned())? as u64;
        left = left.checked_sub(read).ok_or("Cette archive est trop grande une fois ouverte.")?;
        let text = String::from_utf8(text).map_err(|_| format!("« {path} » n’est pas un texte en UTF-8."))?;
        files.insert(path, text);
    }
    let roots: Vec<&str> = files.keys().filter_map(|path| path.strip_suffix("categories.toml")).collect();
    let root = match roots.as_slice() {
        [root] => (*root).to_owned(),
        _ => common_folder(&files),
    };
    Ok(files
        .into_iter()
        .filter_map(|(path, text)| Some((path.strip_prefix(&root)?.to_owned(), text)))
        .collect())
}

/// The folder that every file stands in, `reference/` and `model/` excepted, which belong to a set.
fn common_folder(files: &BTreeMap<String, String>) -> String {
    let folder = |path: &String| path.split_once('/').map(|(folder, _)| format!("{folder}/"));
    let mut folders = files.keys().map(folder);
    let first =
        folders.next().flatten().filter(|folder| !["reference/", "model/"].contains(&folder.as_str()));
    match first {
        Some(first) if folders.all(|folder| folder.as_ref() == Some(&first)) => first,
        _ => String::new(),
    }
}

/// The first file that no rule set has: neither one of the set in force or of the shipped one, wherever it stands, nor a category's
/// own beside them. It would change nothing, and the answer would be that nothing changes.
pub(super) fn stranger<'a>(sent: &'a Sent, base: &RuleFiles, shipped: &RuleFiles) -> Option<&'a str> {
    let known = |path: &str| {
        let of_a_set = |set: &RuleFiles| set.texts.keys().any(|own| is_same(own, path));
        of_a_set(base)
            || of_a_set(shipped)
            || (matches!(path.rsplit_once('.'), Some((_, "toml"))) && !path.contains('/'))
    };
    sent.files.keys().map(String::as_str).find(|path| !known(path))
}

/// Whether a file that was sent is that of a set: by its path, or alone by its name.
fn is_same(own: &str, path: &str) -> bool {
    own == path || own.strip_suffix(path).is_some_and(|folder| folder.ends_with('/'))
}

/// The set to be tried: the files alone, or over those of `base`. A file sent alone takes the place of the one of its name,
/// whichever folder that is in.
pub(super) fn set(sent: Sent, base: RuleFiles) -> RuleFiles {
    let root = "jeu envoyé".to_owned();
    if sent.whole {
        return RuleFiles { root, texts: sent.files, dir: None };
    }
    let mut texts = base.texts;
    for (path, text) in sent.files {
        let known = texts.keys().find(|own| is_same(own, &path)).cloned();
        texts.insert(known.unwrap_or(path), text);
    }
    RuleFiles { root, texts, dir: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(files: &[&str], whole: bool) -> Sent {
        let files = files.iter().map(|path| ((*path).to_owned(), "neuf".to_owned())).collect();
        Sent { files, whole, since: String::new() }
    }

    #[test]
    fn files_are_laid_over_the_set_unless_they_are_the_whole_of_it() {
        let base = || {
            let texts = ["sill.toml", "reference/links.toml"];
            let texts = texts.iter().map(|path| ((*path).to_owned(), "vieux".to_owned())).collect();
            RuleFiles { root: "rules".to_owned(), texts, dir: None }
        };
        let over = set(sent(&["links.toml", "neuve.toml"], false), base());
        let text = |path: &str| over.texts.get(path).map(String::as_str);
        assert_eq!(
            [text("sill.toml"), text("reference/links.toml"), text("neuve.toml"), text("links.toml")],
            [Some("vieux"), Some("neuf"), Some("neuf"), None]
        );
        assert_eq!(set(sent(&["sill.toml"], true), base()).texts.len(), 1);
        let stranger =
            |path: &'static str| stranger(&sent(&[path], false), &base(), &base()).map(str::to_owned);
        assert_eq!(stranger("annuaire.csv"), Some("annuaire.csv".to_owned()));
        assert_eq!(
            [stranger("links.toml"), stranger("reference/links.toml"), stranger("neuve.toml")],
            [None, None, None]
        );
    }

    #[test]
    fn only_rule_files_inside_the_set_are_taken() {
        assert!(is_rule_file("reference/domains.csv") && is_rule_file("model/weights.txt"));
        assert!(!is_rule_file("../sill.toml") && !is_rule_file("/etc/sill.toml") && !is_rule_file("a.exe"));
        assert!(unpacked(b"PK\x03\x04rien").is_err());
    }
}
