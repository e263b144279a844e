//! The fields of each kind of row that a person may correct: their names in the files, what the team reads, and for a field
//! of few codes what each code means.

use super::{Sheet, SheetRow};

/// How a cell is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One line; empty: the field is left out.
    Text,
    /// A list, one a line.
    Lines,
    /// One of these codes, each with what the team reads (French); empty: the field is left out.
    Choice(&'static [(&'static str, &'static str)]),
}

/// A field that a person may correct.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the file.
    pub name: &'static str,
    /// What the team reads (French).
    pub title: &'static str,
    /// How it is written.
    pub shape: Shape,
}

const fn text(name: &'static str, title: &'static str) -> Column {
    Column { name, title, shape: Shape::Text }
}

const fn lines(name: &'static str, title: &'static str) -> Column {
    Column { name, title, shape: Shape::Lines }
}

const fn choice(
    name: &'static str,
    title: &'static str,
    codes: &'static [(&'static str, &'static str)],
) -> Column {
    Column { name, title, shape: Shape::Choice(codes) }
}

impl Column {
    /// What the team reads of a cell: a code in words, any other text as it is.
    pub fn read<'a>(&self, cell: &'a str) -> &'a str {
        let codes: &[(&str, &'static str)] = if let Shape::Choice(codes) = self.shape { codes } else { &[] };
        codes.iter().find(|(code, _)| *code == cell).map_or(cell, |(_, words)| words)
    }
}

const KINDS: [(&str, &str); 15] = [
    ("institution", "Institution"),
    ("ministry", "Ministère"),
    ("direction", "Direction d’administration centrale"),
    ("service", "Service"),
    ("public_body", "Établissement public"),
    ("authority", "Autorité indépendante"),
    ("social_security", "Organisme de sécurité sociale"),
    ("local", "Collectivité"),
    ("hospital", "Hôpital"),
    ("university", "Université"),
    ("school", "École"),
    ("company", "Entreprise"),
    ("association", "Association"),
    ("foreign", "Organisme étranger ou européen"),
    ("person", "Particulier"),
];
const ATTACHMENTS: [(&str, &str); 3] = [
    ("follows", "suit l’organisme de rattachement"),
    ("own", "seulement s’il est nommé"),
    ("to_verify", "à vérifier"),
];
const CONFIDENCES: [(&str, &str); 4] = [
    ("sure", "sûr"),
    ("weak", "faible"),
    ("shared", "partagé entre organismes"),
    ("free", "messagerie ouverte à tous"),
];
const CONTRACTS: [(&str, &str); 3] = [
    ("support", "support logiciels libres"),
    ("expertise", "expertise logiciels libres"),
    ("mentoring", "mentorat de produits numériques"),
];
const STANDINGS: [(&str, &str); 3] =
    [("eligible", "bénéficiaire"), ("not_listed", "non bénéficiaire"), ("to_verify", "à vérifier")];

impl Sheet {
    /// What a person may correct in it, apart from source and period.
    pub fn columns(self) -> &'static [Column] {
        const ORGANISATIONS: [Column; 7] = [
            text("name", "Nom"),
            choice("kind", "Nature", &KINDS),
            lines("names", "Autres noms et sigles, un par ligne"),
            lines("services", "Directions et services, un par ligne"),
            text("parent", "Organisme de rattachement (identifiant)"),
            choice("attachment", "Dans les listes de bénéficiaires", &ATTACHMENTS),
            text("note", "Note"),
        ];
        const DOMAINS: [Column; 4] = [
            text("organisation", "Organisme (identifiant)"),
            text("also", "Autres organismes d’un domaine partagé (identifiants, séparés par |)"),
            choice("confidence", "Ce que vaut le domaine", &CONFIDENCES),
            text("note", "Note"),
        ];
        const ANSWERS: [Column; 4] = [
            choice("contract", "Marché", &CONTRACTS),
            text("organisation", "Organisme (identifiant)"),
            choice("standing", "Réponse", &STANDINGS),
            text("note", "Note"),
        ];
        const LINKS: [Column; 3] = [
            text("url", "Adresse"),
            text("title_fr", "Titre en français"),
            text("title_en", "Titre en anglais"),
        ];
        match self {
            Self::Organisations => &ORGANISATIONS,
            Self::Domains => &DOMAINS,
            Self::Answers => &ANSWERS,
            Self::Links => &LINKS,
        }
    }

    /// What the team reads of a field of a row: its text, a code in words.
    pub fn read<'a>(self, row: &'a SheetRow, name: &str) -> &'a str {
        let cell = row.get(name);
        self.columns().iter().find(|column| column.name == name).map_or(cell, |column| column.read(cell))
    }
}
