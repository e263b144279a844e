//! Puts the rows together: ids become indexes, and what does not fit is a fault at its row.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::reader::{Placed, Reader};
use super::rows::{
    AmbiguousRow, AmdacRow, AnswerRow, Attachment, Confidence, ContractRow, DomainRow, LicenceRow, ListRow,
    LookalikeRow, OrganisationRow, ParentRow, SoftwareListRow, TerritoryRow,
};
use super::software::Covered;
use super::{ListedAmdac, Reference};
use crate::fault::Fault;
use crate::triage::contract::{Answer, AskedAs, ContractPeriod, List, Lists};
use crate::triage::files::RuleFiles;
use crate::triage::organisation::domains::{Domains, Holder, is_open_shape};
use crate::triage::organisation::key::key;
use crate::triage::organisation::names::{Names, Need, Weight};
use crate::triage::organisation::territory::{Territories, Territory};
use crate::triage::organisation::{Bodies, Body, Move};

const DECLARE: &str = "déclarez-le dans reference/organisations.toml";

impl Reference {
    /// Reads and checks the reference files: `sources`, `organisations`, `ambiguous`, `contracts` and the ids of `links` (TOML), `territories`,
    /// `domains`, `software` and `licences` (CSV). Other files of the folder belong to others and are left alone. All faults come at once.
    pub fn load(files: &RuleFiles) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::new(files);
        let organisations = reader.tables::<OrganisationRow>("reference/organisations.toml", "organisation");
        let parents = reader.tables::<ParentRow>("reference/organisations.toml", "parent");
        let ambiguous = reader.tables::<AmbiguousRow>("reference/ambiguous.toml", "ambiguous");
        let lookalikes = reader.tables::<LookalikeRow>("reference/ambiguous.toml", "lookalike");
        let contracts = reader.tables::<ContractRow>("reference/contracts.toml", "contract");
        let links = reader.ids("reference/links.toml", "link");
        let lists = reader.tables::<ListRow>("reference/contracts.toml", "list");
        let answers = reader.tables::<AnswerRow>("reference/contracts.toml", "answer");
        let software_lists = reader.tables::<SoftwareListRow>("reference/contracts.toml", "software_list");
        let territories = reader.records::<TerritoryRow>("reference/territories.csv");
        let domains = reader.records::<DomainRow>("reference/domains.csv");
        let software = reader.records("reference/software.csv");
        // Only patterns use them (`named_lists`); their faults are told here with the others.
        reader.records::<LicenceRow>("reference/licences.csv");
        // What a list of one day said informs the team and decides nothing: a folder may do without.
        let amdacs = if files.texts.contains_key("reference/amdac.csv") {
            reader.records::<AmdacRow>("reference/amdac.csv")
        } else {
            Vec::new()
        };
        let mut faults = reader.faults;

        let bodies = bodies(&organisations, &parents, &mut faults);
        let mut names = names(&organisations, &ambiguous, &bodies, &mut faults);
        for phrase in lookalikes.iter().flat_map(|placed| &placed.row.phrases) {
            names.add_lookalike(phrase);
        }
        let territories = compile_territories(&territories);
        let domains = compile_domains(&domains, &bodies, &mut faults);
        let answers = compile_answers(&answers, &bodies, &mut faults);
        let lists = Lists::new(compile_lists(&lists, &bodies, &mut faults), answers);
        let (contracts, asked) = compile_contracts(contracts, &bodies, &links, &mut faults);
        let covered = Covered::load(software, &software_lists, &mut faults);
        let amdacs = listed_amdacs(amdacs, &bodies, &mut faults);
        if faults.is_empty() {
            Ok(Self { bodies, names, territories, domains, lists, contracts, asked, covered, amdacs })
        } else {
            faults.sort();
            Err(faults)
        }
    }
}

fn bodies(
    rows: &[Placed<OrganisationRow>],
    parents: &[Placed<ParentRow>],
    faults: &mut Vec<Fault>,
) -> Bodies {
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (index, placed) in rows.iter().enumerate() {
        if places.insert(&placed.row.id, index).is_some() {
            faults.push(placed.fault(
                &placed.row.id,
                "l’identifiant sert deux fois",
                "donnez à chaque organisme le sien",
            ));
        }
    }
    let mut find = |placed: &Placed<OrganisationRow>, id: Option<&String>| {
        let id = id?;
        let place = places.get(id.as_str()).copied();
        if place.is_none() {
            faults.push(placed.fault(&placed.row.id, format!("l’organisme « {id} » est inconnu"), DECLARE));
        }
        place
    };
    let mut all: Vec<Body> = Vec::with_capacity(rows.len());
    for placed in rows {
        let row = &placed.row;
        let parent = find(placed, row.parent.as_ref());
        let default = if parent.is_some() { Attachment::Follows } else { Attachment::Own };
        all.push(Body {
            id: row.id.clone(),
            name: row.name.clone(),
            also: row.names.iter().filter(|name| **name != row.name).cloned().collect(),
            kind: row.kind,
            group: row.group,
            each: row.each.clone(),
            of: row.of.clone(),
            as_written: row.as_written,
            period: placed.period,
            note: row.note.clone(),
            parent,
            attachment: row.attachment.unwrap_or(default),
            moves: Vec::new(),
            joint: row.joint.iter().filter_map(|id| find(placed, Some(id))).collect(),
            successor: find(placed, row.successor.as_ref()),
            predecessor: find(placed, row.predecessor.as_ref()),
        });
    }
    for placed in parents {
        let row = &placed.row;
        let mut find = |id: &String| {
            let place = places.get(id.as_str()).copied();
            if place.is_none() {
                faults.push(placed.fault(
                    &row.organisation,
                    format!("l’organisme « {id} » est inconnu"),
                    DECLARE,
                ));
            }
            place
        };
        let (Some(body), Some(parent)) = (find(&row.organisation), find(&row.parent)) else { continue };
        let (attachment, period) = (row.attachment.unwrap_or(Attachment::Follows), placed.period);
        if all[body].moves.iter().any(|other| other.period.meets(period)) {
            let says = "deux [[parent]] du même organisme valent le même jour";
            faults.push(placed.fault(&row.organisation, says, "ne laissez qu’un rattachement par jour"));
        }
        all[body].moves.push(Move { parent, attachment, period });
    }
    refuse_circles(rows, &mut all, faults);
    Bodies::new(all)
}

/// A body above itself, on whatever day, is a fault; what stands above in a circle is cut, so that walking upwards ends while
/// other faults are looked for.
fn refuse_circles(rows: &[Placed<OrganisationRow>], all: &mut [Body], faults: &mut Vec<Fault>) {
    let mut in_circle = Vec::new();
    for index in 0..all.len() {
        let (mut seen, mut todo): (HashSet<usize>, Vec<usize>) =
            (HashSet::new(), all[index].parents().collect());
        while let Some(at) = todo.pop() {
            if seen.insert(at) {
                todo.extend(all[at].parents());
            }
        }
        if seen.contains(&index) {
            in_circle.push(index);
        }
    }
    for index in in_circle {
        let placed = &rows[index];
        let mend = "donnez-lui un autre parent";
        faults.push(placed.fault(&placed.row.id, "l’organisme est au-dessus de lui-même", mend));
        (all[index].parent, all[index].moves) = (None, Vec::new());
    }
}

fn names(
    rows: &[Placed<OrganisationRow>],
    ambiguous: &[Placed<AmbiguousRow>],
    bodies: &Bodies,
    faults: &mut Vec<Fault>,
) -> Names {
    let ambiguous: HashSet<String> = ambiguous.iter().map(|placed| key(&placed.row.acronym)).collect();
    let mut names = Names::default();
    for placed in rows {
        let row = &placed.row;
        let Some(body) = bodies.find(&row.id) else { continue };
        let own_name = (!row.group).then_some(&row.name);
        let written = [
            (own_name.into_iter().chain(&row.names).collect::<Vec<_>>(), Weight::Name, Need::Nothing),
            (row.services.iter().collect(), Weight::Service, Need::Nothing),
            (row.words.iter().collect(), Weight::Generic, Need::Nothing),
            (row.before_name.iter().collect(), Weight::Generic, Need::NameAfter),
            (row.before_territory.iter().collect(), Weight::Generic, Need::TerritoryAfter),
            (row.whole.iter().collect(), if row.group { Weight::Generic } else { Weight::Name }, Need::Whole),
        ];
        let names_written = written
            .into_iter()
            .flat_map(|(names, weight, need)| names.into_iter().map(move |name| (name, weight, need)));
        for (name, weight, need) in names_written {
            if !matches!(need, Need::TerritoryAfter | Need::NameAfter) && ambiguous.contains(&key(name)) {
                let says = format!("« {name} » est déclaré ambigu");
                faults.push(placed.fault(&row.id, says, "retirez-le d’ici, ou de reference/ambiguous.toml"));
            } else if let Some(other) = names.add(name, body, weight, need) {
                let says = format!("« {name} » nomme déjà « {} »", bodies.get(other).id);
                faults.push(placed.fault(&row.id, says, "gardez ce nom à un seul endroit"));
            }
        }
    }
    names
}

fn compile_territories(rows: &[Placed<TerritoryRow>]) -> Territories {
    let mut territories = Territories::default();
    for TerritoryRow { level, code, name, of, aliases, .. } in rows.iter().map(|placed| &placed.row) {
        let names = std::iter::once(name.as_str()).chain(aliases.split('|'));
        territories.add(Territory { level: *level, code: code.clone(), of: of.clone() }, names);
    }
    territories
}

fn compile_domains(rows: &[Placed<DomainRow>], bodies: &Bodies, faults: &mut Vec<Fault>) -> Domains {
    let mut domains = Domains::default();
    for placed in rows {
        let row = &placed.row;
        let mut find = |id: &str| {
            let body = bodies.find(id);
            if body.is_none() {
                faults.push(placed.fault(&row.domain, format!("l’organisme « {id} » est inconnu"), DECLARE));
            }
            body
        };
        let body = if row.organisation.is_empty() { None } else { find(&row.organisation) };
        let also: Vec<usize> =
            row.also.split('|').filter(|id| !id.is_empty()).filter_map(&mut find).collect();
        let idle = match row.confidence {
            Confidence::Sure | Confidence::Weak => row.organisation.is_empty(),
            Confidence::Shared => row.also.is_empty(),
            Confidence::Free => false,
        };
        if idle {
            let says = "la ligne ne nomme aucun organisme";
            faults.push(placed.fault(
                &row.domain,
                says,
                "remplissez organisation, ou also pour un domaine partagé",
            ));
        }
        if row.confidence == Confidence::Sure && is_open_shape(&row.domain) {
            let says = "n’importe qui peut réserver un nom de cette forme : elle ne peut pas être « sure »";
            let mend = "mettez « weak », et une ligne « sure » par domaine connu";
            faults.push(placed.fault(&row.domain, says, mend));
        }
        if !domains.add(&row.domain, Holder { body, also, confidence: row.confidence }) {
            let says = "le domaine figure deux fois, ou n’en est pas un";
            faults.push(placed.fault(
                &row.domain,
                says,
                "écrivez-le une fois, avec au plus un * ou # dans sa première partie",
            ));
        }
    }
    domains
}

fn compile_lists(rows: &[Placed<ListRow>], bodies: &Bodies, faults: &mut Vec<Fault>) -> Vec<List> {
    let mut all = Vec::new();
    for placed in rows {
        let row = &placed.row;
        if placed.period.from.is_none() {
            faults.push(placed.fault(
                &row.id,
                "la liste n’a pas de valid_from",
                "dites depuis quand elle vaut",
            ));
        }
        let mut entries = HashMap::new();
        let mut limits = HashMap::new();
        for (id, standing) in row.entries() {
            match bodies.find(id) {
                None => {
                    faults.push(placed.fault(&row.id, format!("l’organisme « {id} » est inconnu"), DECLARE));
                }
                Some(body) if entries.insert(body, standing).is_some() => {
                    let says = format!("« {id} » y figure deux fois");
                    faults.push(placed.fault(&row.id, says, "gardez-le sous une seule rubrique"));
                }
                Some(_) => {}
            }
        }
        for limit in &row.limits {
            if let Some(body) = bodies.find(&limit.organisation).filter(|body| entries.contains_key(body)) {
                limits.insert(body, limit.says.clone());
            } else {
                let says =
                    format!("une limite porte sur « {} », qui n’est pas dans la liste", limit.organisation);
                faults.push(placed.fault(&row.id, says, "nommez aussi l’organisme sous une rubrique"));
            }
        }
        let (contract, title, period) = (row.contract, row.title.clone(), placed.period);
        let own = row.own_contract.iter().filter_map(|id| bodies.find(id)).collect();
        all.push(List { contract, title, period, entries, limits, own });
    }
    all
}

fn compile_answers(rows: &[Placed<AnswerRow>], bodies: &Bodies, faults: &mut Vec<Fault>) -> Vec<Answer> {
    let mut all = Vec::new();
    for placed in rows {
        let row = &placed.row;
        if placed.period.from.is_none() {
            let says = "la réponse n’a pas de valid_from";
            faults.push(placed.fault(&row.organisation, says, "dites depuis quand elle vaut"));
        }
        let Some(body) = bodies.find(&row.organisation) else {
            let says = format!("l’organisme « {} » est inconnu", row.organisation);
            faults.push(placed.fault(&row.organisation, says, DECLARE));
            continue;
        };
        let (contract, standing, period) = (row.contract, row.standing, placed.period);
        all.push(Answer { contract, body, standing, period });
    }
    all
}

fn compile_contracts(
    rows: Vec<Placed<ContractRow>>,
    bodies: &Bodies,
    links: &BTreeSet<String>,
    faults: &mut Vec<Fault>,
) -> (Vec<ContractPeriod>, AskedAs) {
    let (mut all, mut asked) = (Vec::new(), AskedAs::default());
    for placed in rows {
        if bodies.find(&placed.row.pilot).is_none() {
            let says = format!("l’organisme « {} » est inconnu", placed.row.pilot);
            faults.push(placed.fault(&placed.row.id, says, DECLARE));
        }
        for link in placed.row.links.iter().filter(|link| !links.contains(*link)) {
            let says = format!("le lien « {link} » est inconnu");
            faults.push(placed.fault(&placed.row.id, says, "déclarez-le dans reference/links.toml"));
        }
        for phrase in &placed.row.asked_as {
            asked.add(phrase, all.len());
        }
        let (row, period) = (placed.row, placed.period);
        all.push(ContractPeriod {
            id: row.id,
            contract: row.contract,
            title: row.title,
            pilot: row.pilot,
            holders: row.holders,
            software: row.software,
            versions: row.versions,
            links: row.links,
            services: row.services,
            lots: row.lots,
            period,
            note: row.note,
        });
    }
    (all, asked)
}

fn listed_amdacs(rows: Vec<Placed<AmdacRow>>, bodies: &Bodies, faults: &mut Vec<Fault>) -> Vec<ListedAmdac> {
    for placed in rows.iter().filter(|placed| bodies.find(&placed.row.organisation).is_none()) {
        let says = format!("l’organisme « {} » est inconnu", placed.row.organisation);
        faults.push(placed.fault(&placed.row.organisation, says, DECLARE));
    }
    rows.into_iter()
        .map(|placed| ListedAmdac {
            organisation: placed.row.organisation,
            perimeter: placed.row.perimeter,
            period: placed.period,
        })
        .collect()
}
