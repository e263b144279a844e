//! The directory as a file: RFC 4180, a header line, one entry a record. Columns may stand in any order, under the names of
//! `COLUMNS` or their usual French ones; only `organisation`, `role` and `email` must be there.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::names::{column, word};
use super::{Directory, Entry, Role};
use crate::fault::Fault;
use crate::keys::hex;
use crate::message::one_line;
use crate::triage::decision::Contract;
use crate::triage::reference::{Period, Reference, csv};

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
        let (rows, faults) = Self::read_all(file, text, reference)?;
        if faults.is_empty() { Ok(rows) } else { Err(faults) }
    }

    /// The entries that read, and the faults of the lines that do not, for a caller that finds more of them; only a bad
    /// header line leaves nothing to read.
    pub fn read_all(file: &str, text: &str, reference: &Reference) -> Result<(Self, Vec<Fault>), Vec<Fault>> {
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
        Ok((Self { columns, entries }, faults))
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
        let (read, mut faults) = (self.role(), Vec::new());
        let role = read.as_ref().ok().copied();
        // Without a role, what is wrong with the organisation is still told: a body's is the usual one.
        let organisation = self.organisation(role.unwrap_or(Role::Coordinator), reference);
        let (organisation, role) = (keep(&mut faults, organisation), keep(&mut faults, read));
        let contract = keep(&mut faults, self.contract(role));
        let deputy = keep(&mut faults, self.deputy());
        let email = keep(&mut faults, self.email());
        let period = self.period("valid_from", "valid_until", &mut faults);
        let absence = self.absence(&mut faults);
        let confirmed_on = keep(&mut faults, self.day("confirmed_on"));
        match (organisation, role, contract, deputy, email, confirmed_on) {
            (
                Some(organisation),
                Some(role),
                Some(contract),
                Some(deputy),
                Some(email),
                Some(confirmed_on),
            ) if faults.is_empty() => Ok(Entry {
                id: self.get("id").to_owned(),
                role,
                organisation,
                contract,
                deputy,
                name: one_line(self.get("name"), 200),
                email,
                period,
                absence,
                confirmed_on,
                note: self.get("note").to_owned(),
            }),
            _ => Err(faults),
        }
    }

    fn role(&self) -> Result<Role, Fault> {
        Role::from_code(&word(self.get("role"))).ok_or_else(|| {
            let codes = Role::ALL.map(Role::code).join(", ");
            let says = format!("« {} » n’est pas un rôle", self.get("role"));
            self.fault("role", says, &format!("choisissez : {codes}"))
        })
    }

    fn contract(&self, role: Option<Role>) -> Result<Option<Contract>, Fault> {
        let code = word(self.get("contract"));
        if code.is_empty() {
            return Ok(None);
        }
        if role == Some(Role::Amdac) {
            let says = "un AMDAC ne répond d’aucun marché";
            return Err(self.fault("contract", says, "laissez le marché vide, ou changez le rôle"));
        }
        Contract::from_code(&code).map(Some).ok_or_else(|| {
            let codes = Contract::ALL.map(Contract::code).join(", ");
            let mend = format!("choisissez : {codes}, ou rien pour tous");
            self.fault("contract", format!("« {code} » n’est pas un marché"), &mend)
        })
    }

    fn deputy(&self) -> Result<bool, Fault> {
        match word(self.get("deputy")).as_str() {
            "yes" | "oui" | "true" | "1" | "x" => Ok(true),
            "" | "no" | "non" | "false" | "0" => Ok(false),
            _ => {
                let says = format!("« {} » n’est ni oui ni non", self.get("deputy"));
                Err(self.fault("deputy", says, "écrivez oui ou non, ou rien"))
            }
        }
    }

    fn email(&self) -> Result<String, Fault> {
        let email = self.get("email");
        // A name without a dot is a machine of some local network: no mail from here reaches it.
        let reaches = |domain: &str| domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
        let parts = email.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && reaches(domain));
        if parts.is_none() || email.contains(|c: char| c.is_whitespace() || ",;<>".contains(c)) {
            let says = format!("« {email} » n’est pas une adresse");
            return Err(self.fault("email", says, "écrivez une adresse de courriel par ligne"));
        }
        Ok(email.to_owned())
    }

    fn absence(&self, faults: &mut Vec<Fault>) -> Option<Period> {
        let before = faults.len();
        let absence = self.period("absent_from", "absent_until", faults);
        if faults.len() == before && absence.from.is_some() && absence.until.is_none() {
            let mend = "donnez le dernier jour de l’absence, ou supprimez le premier";
            faults.push(self.fault("absent_until", "l’absence ne finit pas", mend));
        }
        Some(absence).filter(|absence| absence.until.is_some())
    }

    /// A period; what is wrong with either end is told at its own column.
    fn period(&self, from: &str, until: &str, faults: &mut Vec<Fault>) -> Period {
        let parse = |from: &str, until: &str, column: &str| {
            Period::parse(from, until).map_err(|says| self.fault(column, says, DAYS))
        };
        let begins = keep(faults, parse(self.get(from), "", from));
        let ends = keep(faults, parse("", self.get(until), until));
        match (begins, ends) {
            (Some(_), Some(_)) => {
                keep(faults, parse(self.get(from), self.get(until), until)).unwrap_or_default()
            }
            _ => Period::default(),
        }
    }

    fn day(&self, name: &str) -> Result<Option<NaiveDate>, Fault> {
        let read = Period::parse(self.get(name), "");
        read.map(|period| period.from).map_err(|says| self.fault(name, says, DAYS))
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
            self.fault("organisation", says, "écrivez son nom entier, son sigle ou son identifiant")
        })
    }
}

/// What was read, or nothing and its fault beside the others.
fn keep<T>(faults: &mut Vec<Fault>, read: Result<T, Fault>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
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
        let text = "organisation,role,contract,deputy,email,valid_from,valid_until,absent_from,absent_until\n\
            culture,amdac,support,peut-être,a@interne,hier,2024-99,2024-05-02,2024-05-01\n\
            culture,coordinator,,non,a@b.fr,2024-05-02,2024-05-01,,\n";
        let faults = Directory::read("a.csv", text, &reference()).unwrap_err();
        let keys = |line| -> Vec<&str> {
            faults.iter().filter(|fault| fault.line == Some(line)).map(|fault| fault.key.as_str()).collect()
        };
        assert_eq!(
            keys(2),
            ["contract", "deputy", "email", "valid_from", "valid_until", "absent_until"],
            "each at its own column"
        );
        assert_eq!(keys(3), ["valid_until"]);
        let faults = Directory::read("a.csv", "organisation,role,email\nx,y,z\n", &reference()).unwrap_err();
        assert_eq!(faults.len(), 3, "a line tells all of its own: {faults:?}");
        assert_eq!(Directory::read("a.csv", "nom,couleur\n", &reference()).unwrap_err().len(), 4);
    }
}
