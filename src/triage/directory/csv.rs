//! The directory as a file: RFC 4180, a header line, one entry a record. Columns may stand in any order, under the names of
//! `COLUMNS` or their usual French ones; only `organisation`, `role` and `email` must be there.

use sha2::{Digest as _, Sha256};

use super::{Directory, Entry, Role};
use crate::fault::Fault;
use crate::keys::hex;
use crate::triage::decision::Contract;
use crate::triage::reference::{Period, Reference, csv};
use crate::triage::text::fold;

/// The columns, as they are written. `organisation` is the body's name, for people; `organisation_id` its id, which wins
/// where both stand.
const COLUMNS: [&str; 14] = [
    "id",
    "organisation",
    "role",
    "contract",
    "deputy",
    "name",
    "email",
    "valid_from",
    "valid_until",
    "absent_from",
    "absent_until",
    "confirmed_on",
    "note",
    "organisation_id",
];

/// Other names that people give to columns, folded.
const SYNONYMS: [(&str, &str); 16] = [
    ("organisme", "organisation"),
    ("organization", "organisation"),
    ("fonction", "role"),
    ("subject", "contract"),
    ("sujet", "contract"),
    ("marche", "contract"),
    ("suppleant", "deputy"),
    ("nom", "name"),
    ("address", "email"),
    ("adresse", "email"),
    ("courriel", "email"),
    ("depuis", "valid_from"),
    ("jusqu'au", "valid_until"),
    ("confirmed", "confirmed_on"),
    ("confirme_le", "confirmed_on"),
    ("remarque", "note"),
];

/// Other ways to write a role or a contract, folded.
const WORDS: [(&str, &str); 10] = [
    ("coordinateur", "coordinator"),
    ("coordinatrice", "coordinator"),
    ("coordination", "coordinator"),
    ("pilote", "pilot"),
    ("titulaire", "holder"),
    ("mentorat", "mentoring"),
    ("tous", ""),
    ("all", ""),
    ("*", ""),
    ("any", ""),
];

const DAYS: &str = "écrivez AAAA-MM-JJ, ou AAAA-MM pour un mois entier";

/// The columns that must be there, and under which other name.
const NEEDED: [(&str, &str); 3] = [("organisation", "organisation_id"), ("role", "role"), ("email", "email")];

/// A file of entries, read.
#[derive(Clone, Debug)]
pub struct Rows {
    columns: Vec<String>,
    /// Each entry with the line it stands on, from 1.
    pub entries: Vec<(usize, Entry)>,
}

impl Rows {
    /// Reads a file; all its faults at once otherwise, at their lines. `file` is its name in them. Fields may be parted by
    /// commas, or by semicolons as spreadsheets in French write them.
    pub fn read(file: &str, text: &str, reference: &Reference) -> Result<Self, Vec<Fault>> {
        let first = text.lines().next().unwrap_or_default();
        let comma = if first.contains(';') && !first.contains(',') { ';' } else { ',' };
        let mut records = csv::records_between(text, comma).into_iter();
        let header = records.next().map(|(_, header)| header).unwrap_or_default();
        let columns: Vec<String> = header.iter().map(|name| column(name)).collect();
        let mut faults = Vec::new();
        for (at, name) in columns.iter().enumerate() {
            if !COLUMNS.contains(&name.as_str()) {
                let mend = format!("les colonnes connues sont : {}", COLUMNS.join(", "));
                faults.push(Fault::at(file, 1, name, "colonne inconnue", mend));
            } else if columns[..at].contains(name) {
                faults.push(Fault::at(file, 1, name, "la colonne y est deux fois", "gardez-en une"));
            }
        }
        for (name, other) in NEEDED {
            if !columns.iter().any(|own| own == name || own == other) {
                faults.push(Fault::at(file, 1, name, "la colonne manque", "ajoutez-la à la première ligne"));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut entries = Vec::new();
        for (line, fields) in records {
            let row = Row { file, line: Some(line), columns: &columns, fields: &fields };
            match row.entry(reference) {
                Ok(entry) => entries.push((line, entry)),
                Err(of_row) => faults.extend(of_row),
            }
        }
        if faults.is_empty() { Ok(Self { columns, entries }) } else { Err(faults) }
    }

    /// An entry of this file over what is known of it: what the file has no column for stays as it is known, the id too.
    pub fn over(&self, given: &Entry, known: &Entry) -> Entry {
        let has = |name: &str| self.columns.iter().any(|own| own == name);
        let either = |name: &str, given, known| if has(name) { given } else { known };
        let absence = has("absent_from") || has("absent_until");
        Entry {
            id: known.id.clone(),
            contract: if has("contract") { given.contract } else { known.contract },
            deputy: if has("deputy") { given.deputy } else { known.deputy },
            name: if has("name") { given.name.clone() } else { known.name.clone() },
            period: Period {
                from: either("valid_from", given.period.from, known.period.from),
                until: either("valid_until", given.period.until, known.period.until),
            },
            absence: if absence { given.absence } else { known.absence },
            confirmed_on: either("confirmed_on", given.confirmed_on, known.confirmed_on),
            note: if has("note") { given.note.clone() } else { known.note.clone() },
            ..given.clone()
        }
    }
}

impl Entry {
    /// The entry that fields typed by a person make: (column, text) pairs, as a file writes them. The faults name the
    /// columns; they have neither file nor line.
    pub fn typed(fields: &[(&str, &str)], reference: &Reference) -> Result<Self, Vec<Fault>> {
        let columns: Vec<String> = fields.iter().map(|(name, _)| (*name).to_owned()).collect();
        let fields: Vec<String> = fields.iter().map(|(_, text)| (*text).to_owned()).collect();
        Row { file: "", line: None, columns: &columns, fields: &fields }.entry(reference)
    }
}

impl Directory {
    /// Reads a file as [`Rows::read`] does. The version is a digest of the text.
    pub fn read(file: &str, text: &str, reference: &Reference) -> Result<Self, Vec<Fault>> {
        let rows = Rows::read(file, text, reference)?.entries.into_iter();
        Ok(Self::new(rows.map(|(_, entry)| entry).collect(), hex(&Sha256::digest(text.as_bytes())[..6])))
    }

    /// The file that [`Directory::read`] reads, names of bodies from `reference`.
    pub fn write(&self, reference: &Reference) -> String {
        let mut text = csv::line(&COLUMNS);
        for entry in &self.entries {
            let body = reference.organisations().find(|body| body.id == entry.organisation);
            let cells = entry.cells();
            let cell = |column: &str| match column {
                "id" => entry.id.as_str(),
                "organisation" => reference.name_of(&entry.organisation),
                "organisation_id" => body.map_or("", |body| body.id.as_str()),
                own => cells.iter().find(|(name, _)| *name == own).map_or("", |(_, text)| text.as_str()),
            };
            text += &csv::line(&COLUMNS.map(cell));
        }
        text
    }
}

/// A record with its place.
struct Row<'a> {
    file: &'a str,
    line: Option<usize>,
    columns: &'a [String],
    fields: &'a [String],
}

impl Row<'_> {
    fn get(&self, name: &str) -> &str {
        let at = self.columns.iter().position(|own| own == name);
        at.and_then(|at| self.fields.get(at)).map_or("", |field| field.trim())
    }

    fn fault(&self, key: &str, says: impl Into<String>, mend: &str) -> Fault {
        Fault::at(self.file, self.line, key, says, mend)
    }

    fn entry(&self, reference: &Reference) -> Result<Entry, Vec<Fault>> {
        let (role, contract, email) = (self.role(), self.contract(), self.email());
        // Without a role, what is wrong with the organisation is still told: a body's is the usual one.
        let organisation = self.organisation(*role.as_ref().unwrap_or(&Role::Coordinator), reference);
        let (period, absence) = (self.period("valid_from", "valid_until"), self.absence());
        let confirmed = self.period("confirmed_on", "confirmed_on");
        match (organisation, role, contract, email, period, absence, confirmed) {
            (Ok(organisation), Ok(role), Ok(contract), Ok(email), Ok(period), Ok(absence), Ok(confirmed)) => {
                Ok(Entry {
                    id: self.get("id").to_owned(),
                    role,
                    organisation,
                    contract,
                    deputy: matches!(word(self.get("deputy")).as_str(), "yes" | "oui" | "true" | "1" | "x"),
                    name: self.get("name").to_owned(),
                    email,
                    period,
                    absence,
                    confirmed_on: confirmed.from,
                    note: self.get("note").to_owned(),
                })
            }
            (organisation, role, contract, email, period, absence, confirmed) => Err([
                organisation.err(),
                role.err(),
                contract.err(),
                email.err(),
                period.err(),
                absence.err(),
                confirmed.err(),
            ]
            .into_iter()
            .flatten()
            .collect()),
        }
    }

    fn role(&self) -> Result<Role, Fault> {
        Role::from_code(&word(self.get("role"))).ok_or_else(|| {
            let codes = Role::ALL.map(Role::code).join(", ");
            let says = format!("« {} » n’est pas un rôle", self.get("role"));
            self.fault("role", says, &format!("choisissez : {codes}"))
        })
    }

    fn contract(&self) -> Result<Option<Contract>, Fault> {
        let code = word(self.get("contract"));
        if code.is_empty() {
            return Ok(None);
        }
        Contract::from_code(&code).map(Some).ok_or_else(|| {
            let codes = Contract::ALL.map(Contract::code).join(", ");
            let mend = format!("choisissez : {codes}, ou rien pour tous");
            self.fault("contract", format!("« {code} » n’est pas un marché"), &mend)
        })
    }

    fn email(&self) -> Result<String, Fault> {
        let email = self.get("email");
        let parts = email.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
        if parts.is_none() || email.contains(|c: char| c.is_whitespace() || ",;<>".contains(c)) {
            let says = format!("« {email} » n’est pas une adresse");
            return Err(self.fault("email", says, "écrivez une adresse de courriel par ligne"));
        }
        Ok(email.to_owned())
    }

    fn absence(&self) -> Result<Option<Period>, Fault> {
        let absence = self.period("absent_from", "absent_until")?;
        if absence.from.is_some() && absence.until.is_none() {
            let mend = "donnez le dernier jour de l’absence, ou supprimez le premier";
            return Err(self.fault("absent_until", "l’absence ne finit pas", mend));
        }
        Ok(Some(absence).filter(|absence| absence.until.is_some()))
    }

    fn period(&self, from: &str, until: &str) -> Result<Period, Fault> {
        Period::parse(self.get(from), self.get(until)).map_err(|says| self.fault(from, says, DAYS))
    }

    /// The id of the body; a holder is a firm, which the reference need not know.
    fn organisation(&self, role: Role, reference: &Reference) -> Result<String, Fault> {
        let (id, name) = (self.get("organisation_id"), self.get("organisation"));
        let known = |id: &str| reference.organisations().any(|body| body.id == id);
        if known(id) {
            return Ok(id.to_owned());
        }
        if known(name) {
            return Ok(name.to_owned());
        }
        if role == Role::Holder && !name.is_empty() {
            return Ok(name.to_owned());
        }
        reference.body_named(name).map(str::to_owned).ok_or_else(|| {
            let says = format!("« {name} » n’est pas un organisme connu, ou en désigne plusieurs");
            self.fault(
                "organisation",
                says,
                "écrivez son nom ou son identifiant de reference/organisations.toml",
            )
        })
    }
}

fn column(name: &str) -> String {
    let folded = fold(name.trim()).replace([' ', '-'], "_");
    let synonym = SYNONYMS.iter().find(|(other, _)| *other == folded);
    synonym.map_or(folded, |(_, own)| (*own).to_owned())
}

fn word(given: &str) -> String {
    let folded = fold(given);
    let synonym = WORDS.iter().find(|(other, _)| *other == folded);
    synonym.map_or(folded, |(_, own)| (*own).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::directory::Route;
    use crate::triage::files::RuleFiles;

    fn reference() -> Reference {
        Reference::load(&RuleFiles::embedded()).unwrap()
    }

    const FILE: &str = "organisme,fonction,marché,nom,courriel,suppléant,confirmé_le,absent_until\n\
        Ministère de la Culture,Coordinateur,,\"Martin, Claude\",coord@culture.gouv.fr,,2024-05-01,\n\
        Ministère de la Culture,coordinator,support,,support@culture.gouv.fr,,2024-05-01,2024-09-30\n\
        culture,coordinator,support,,suppleant@culture.gouv.fr,oui,2024-05,\n";

    #[test]
    fn a_file_is_read_and_written_back() {
        let reference = reference();
        let read = Directory::read("annuaire.csv", FILE, &reference).unwrap();
        let day = "2024-09-20".parse().unwrap();
        let path = ["culture".to_owned()];
        let to = |contract| match read.route(Role::Coordinator, &path, contract, day) {
            Route::To(entry) => entry.email.clone(),
            other => format!("{other:?}"),
        };
        assert_eq!(to(Some(Contract::Expertise)), "coord@culture.gouv.fr");
        assert_eq!(to(Some(Contract::Support)), "suppleant@culture.gouv.fr", "the first is absent");
        assert_eq!(read.route(Role::Coordinator, &path, None, day), Route::Several);
        let written = read.write(&reference);
        assert_eq!(Directory::read("a.csv", &written, &reference).unwrap().entries(), read.entries());
    }

    #[test]
    fn every_fault_is_told_at_its_line() {
        let text = "organisation,role,email,confirmed_on\nNulle part,amdac,a@b.fr,\nculture,chef,a@b.fr,\nculture,amdac,rien,\n\
            culture,amdac,a@b.fr,hier\n";
        let faults = Directory::read("a.csv", text, &reference()).unwrap_err();
        let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.key.as_str())).collect();
        assert_eq!(
            told,
            [(Some(2), "organisation"), (Some(3), "role"), (Some(4), "email"), (Some(5), "confirmed_on")]
        );
        let faults = Directory::read("a.csv", "organisation,role,email\nx,y,z\n", &reference()).unwrap_err();
        assert_eq!(faults.len(), 3, "a line tells all of its own: {faults:?}");
        assert_eq!(Directory::read("a.csv", "nom,couleur\n", &reference()).unwrap_err().len(), 4);
    }
}
