//! The rows of `rules/reference/` as they are written. `docs/contracts.md` tells people what each field means.

use serde::Deserialize;

use crate::triage::decision::{Contract, Standing};
use crate::triage::organisation::Level;

/// What every row has: where it comes from and when it holds.
pub(in crate::triage) trait Row {
    /// Its name in faults.
    fn key(&self) -> &str;
    /// Codes of `sources.toml`, separated by `;`.
    fn source(&self) -> &str;
    /// `valid_from` and `valid_until` as written.
    fn dates(&self) -> (&str, &str);
}

macro_rules! dated_rows {
    ($($name:ident by $key:ident),*) => {$(
        impl Row for $name {
            fn key(&self) -> &str { &self.$key }
            fn source(&self) -> &str { &self.source }
            fn dates(&self) -> (&str, &str) { (&self.valid_from, &self.valid_until) }
        }
    )*};
}
dated_rows!(
    OrganisationRow by id, ParentRow by organisation, DomainRow by domain, ContractRow by id, ListRow by id, AnswerRow by id, SoftwareListRow by id,
    SoftwareRow by name, TerritoryRow by name, LicenceRow by name, AmbiguousRow by acronym, LookalikeRow by means,
    AmdacRow by organisation
);

/// What a body is: tells generic names apart and which evidence is the more precise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A constitutional or high institution.
    Institution,
    /// A ministry.
    Ministry,
    /// A directorate of a ministry or of the Prime Minister's services.
    Direction,
    /// A service without legal person of its own.
    Service,
    /// A public establishment or group.
    PublicBody,
    /// An independent authority.
    Authority,
    /// A social-security body.
    SocialSecurity,
    /// A local authority and its bodies.
    Local,
    /// A hospital.
    Hospital,
    /// A university or school of higher education.
    University,
    /// A school.
    School,
    /// A company.
    Company,
    /// An association.
    Association,
    /// A body abroad or of the European Union.
    Foreign,
    /// A private person.
    Person,
}

impl Kind {
    /// Whether it is a body that people write for, no firm nor person: a common word for such bodies and the proper name after
    /// it are the name of one (`CHU de Rennes`).
    pub(in crate::triage) fn has_proper_names(self) -> bool {
        !matches!(self, Self::Company | Self::Person | Self::Foreign)
    }
}

/// Whether a body follows its parent in the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attachment {
    /// Same legal person: it follows.
    Follows,
    /// A legal person of its own: only a list that names it counts.
    Own,
    /// It may follow; a person confirms.
    ToVerify,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct OrganisationRow {
    pub(in crate::triage) id: String,
    pub(in crate::triage) name: String,
    pub(in crate::triage) kind: Kind,
    #[serde(default)]
    pub(in crate::triage) names: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) services: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) words: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) whole: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) before_name: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) before_territory: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) each: String,
    #[serde(default)]
    pub(in crate::triage) of: Vec<Level>,
    pub(in crate::triage) parent: Option<String>,
    pub(in crate::triage) attachment: Option<Attachment>,
    #[serde(default)]
    pub(in crate::triage) joint: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) group: bool,
    #[serde(default)]
    pub(in crate::triage) as_written: bool,
    pub(in crate::triage) successor: Option<String>,
    pub(in crate::triage) predecessor: Option<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    valid_from: String,
    #[serde(default)]
    valid_until: String,
    #[serde(default)]
    pub(in crate::triage) note: String,
}

/// The body above another for a time, in the place of the one that its own row names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct ParentRow {
    pub(in crate::triage) organisation: String,
    pub(in crate::triage) parent: String,
    pub(in crate::triage) attachment: Option<Attachment>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    valid_from: String,
    #[serde(default)]
    valid_until: String,
    #[serde(default)]
    #[expect(dead_code, reason = "read by people who edit the file")]
    note: String,
}

/// How much a mail domain says of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::triage) enum Confidence {
    /// It belongs to one body.
    Sure,
    /// It belongs to a body that also lends it to others.
    Weak,
    /// Several bodies use it.
    Shared,
    /// Free mail: it proves nothing.
    Free,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct DomainRow {
    pub(in crate::triage) domain: String,
    pub(in crate::triage) organisation: String,
    pub(in crate::triage) also: String,
    pub(in crate::triage) confidence: Confidence,
    source: String,
    valid_from: String,
    valid_until: String,
    #[expect(dead_code, reason = "read by people who edit the file")]
    note: String,
}

/// A lot of a contract.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// Its number: the same number means another subject in another period.
    pub number: u8,
    /// What it is about (French).
    pub subject: String,
    /// Who holds it.
    pub holder: String,
    /// Day of notification, `YYYY-MM-DD`, if published.
    pub notified_on: Option<String>,
    /// How many programs its perimeter holds, if published.
    pub software: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct ContractRow {
    pub(in crate::triage) id: String,
    pub(in crate::triage) contract: Contract,
    pub(in crate::triage) title: String,
    pub(in crate::triage) pilot: String,
    #[serde(default)]
    pub(in crate::triage) holders: Vec<String>,
    pub(in crate::triage) software: Option<u32>,
    pub(in crate::triage) versions: Option<u32>,
    #[serde(default)]
    pub(in crate::triage) links: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) asked_as: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) services: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) lots: Vec<Lot>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    valid_from: String,
    #[serde(default)]
    valid_until: String,
    #[serde(default)]
    pub(in crate::triage) note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct Limit {
    pub(in crate::triage) organisation: String,
    pub(in crate::triage) says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct ListRow {
    pub(in crate::triage) id: String,
    pub(in crate::triage) contract: Contract,
    pub(in crate::triage) title: String,
    #[serde(default)]
    eligible: Vec<String>,
    #[serde(default)]
    to_verify: Vec<String>,
    #[serde(default)]
    not_listed: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) own_contract: Vec<String>,
    #[serde(default)]
    pub(in crate::triage) limits: Vec<Limit>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    valid_from: String,
    #[serde(default)]
    valid_until: String,
    #[serde(default)]
    #[expect(dead_code, reason = "read by people who edit the file")]
    note: String,
}

impl ListRow {
    /// Every body it speaks of, with what it says.
    pub(in crate::triage) fn entries(&self) -> impl Iterator<Item = (&str, Standing)> {
        [
            (&self.eligible, Standing::Eligible),
            (&self.to_verify, Standing::ToVerify),
            (&self.not_listed, Standing::NotListed),
            (&self.own_contract, Standing::NotListed),
        ]
        .into_iter()
        .flat_map(|(ids, standing)| ids.iter().map(move |id| (id.as_str(), standing)))
    }
}

/// What a contract is to one body, beside the published lists.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct AnswerRow {
    id: String,
    pub(in crate::triage) contract: Contract,
    pub(in crate::triage) organisation: String,
    pub(in crate::triage) standing: Standing,
    #[serde(default)]
    source: String,
    #[serde(default)]
    valid_from: String,
    #[serde(default)]
    valid_until: String,
    #[serde(default)]
    #[expect(dead_code, reason = "read by people who edit the file")]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct SoftwareListRow {
    pub(in crate::triage) id: String,
    pub(in crate::triage) contract: Contract,
    #[serde(default)]
    source: String,
    #[serde(default)]
    valid_from: String,
    #[serde(default)]
    valid_until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct SoftwareRow {
    pub(in crate::triage) name: String,
    pub(in crate::triage) aliases: String,
    pub(in crate::triage) exact_aliases: String,
    pub(in crate::triage) exact_name: YesNo,
    pub(in crate::triage) lists: String,
    pub(in crate::triage) lot: String,
    source: String,
    valid_from: String,
    valid_until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct TerritoryRow {
    pub(in crate::triage) level: Level,
    pub(in crate::triage) code: String,
    pub(in crate::triage) name: String,
    pub(in crate::triage) of: String,
    pub(in crate::triage) aliases: String,
    source: String,
    valid_from: String,
    valid_until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct LicenceRow {
    pub(in crate::triage) name: String,
    pub(in crate::triage) aliases: String,
    source: String,
    valid_from: String,
    valid_until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct AmdacRow {
    pub(in crate::triage) organisation: String,
    pub(in crate::triage) perimeter: String,
    source: String,
    valid_from: String,
    valid_until: String,
}

/// `yes` or `no` in a CSV file.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::triage) enum YesNo {
    Yes,
    No,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct AmbiguousRow {
    pub(in crate::triage) acronym: String,
    #[expect(dead_code, reason = "read by people who edit the file")]
    means: Vec<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    valid_from: String,
    #[serde(default)]
    valid_until: String,
}

/// Phrases that hold a body's name and mean something else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::triage) struct LookalikeRow {
    pub(in crate::triage) means: String,
    pub(in crate::triage) phrases: Vec<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    valid_from: String,
    #[serde(default)]
    valid_until: String,
}
