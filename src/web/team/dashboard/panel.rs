//! One dashboard: from the figures to its drawing, its legend and its table, from which the CSV is written too.

use chrono::{Duration, NaiveDate};

use super::HOME;
use super::period::{long, short};
use super::svg::{self, Chart};
use crate::desk::figures::{Figures, Series, Stretch};
use crate::message::Channel;
use crate::store::Became;
use crate::triage::BodyKind;
use crate::web::team::categories::Categories;
use crate::web::team::query::{OfKind, WITHOUT, percent_encode};
use crate::web::team::words;

/// Series that are drawn one by one; what comes after is drawn together.
const DRAWN: usize = 6;

/// A dashboard.
pub(super) struct Panel {
    /// Its name in addresses.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// What it says, in a sentence.
    pub(super) lead: String,
    pub(super) drawing: String,
    pub(super) legend: Vec<Entry>,
    pub(super) table: Table,
    pub(super) csv_href: String,
}

/// A series in the legend.
pub(super) struct Entry {
    /// Number of its colour.
    pub(super) class: usize,
    pub(super) line: bool,
    pub(super) name: String,
    /// Its sum; nothing where it has none.
    pub(super) sum: Option<u64>,
    /// The requests behind.
    pub(super) href: Option<String>,
}

/// A table: heads, rows of a head and cells.
pub(super) struct Table {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// A row.
pub(super) struct Row {
    pub(super) name: String,
    /// The requests behind.
    pub(super) href: Option<String>,
    pub(super) cells: Vec<Cell>,
}

/// A cell.
pub(super) struct Cell {
    pub(super) text: String,
    /// The requests behind.
    pub(super) href: Option<String>,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, href: None }
    }
}

impl Table {
    /// As CSV that spreadsheets of French settings read: UTF-8 with its mark, semicolons.
    pub(super) fn csv(&self) -> String {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let line = |cells: &mut dyn Iterator<Item = &String>| cells.map(quoted).collect::<Vec<_>>().join(";");
        let mut out = format!("\u{feff}{}\n", line(&mut self.head.iter()));
        for row in &self.rows {
            out.push_str(&line(
                &mut std::iter::once(&row.name).chain(row.cells.iter().map(|cell| &cell.text)),
            ));
            out.push('\n');
        }
        out
    }
}

/// The period that all panels are of.
pub(super) struct Of<'a> {
    pub(super) figures: &'a Figures,
    pub(super) categories: &'a Categories,
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
}

/// Every dashboard, in the order of the page.
pub(super) fn panels(of: &Of<'_>) -> Vec<Panel> {
    let figures = of.figures;
    vec![
        of.arrivals("categories", "Arrivées par catégorie", &figures.categories, "categorie", |key| {
            of.categories.title(key)
        }),
        of.arrivals("canaux", "Arrivées par canal", &figures.channels, "canal", channel),
        of.arrivals("organismes", "Arrivées par type d’organisme", &figures.kinds, "nature", kind),
        of.delays(),
        of.alone(),
        of.open(),
    ]
}

impl Of<'_> {
    /// The row of the whole period.
    fn of_all(&self, cells: Vec<Cell>) -> Row {
        let (first, last) = (self.figures.stretches.first(), self.figures.stretches.last());
        // A period that was too long is cut at its beginning.
        let days = first.zip(last).map_or((self.from, self.until), |(first, last)| (first.from, last.until));
        Row { name: "Toute la période".to_owned(), href: Some(queue(days.0, days.1, "")), cells }
    }

    fn csv_href(&self, id: &str) -> String {
        format!("{HOME}/{id}.csv?du={}&au={}", self.from, self.until)
    }

    /// The list of the requests of a series.
    fn of_series(&self, filter: &str, key: &str) -> String {
        let value = if key.is_empty() { OfKind::UNKNOWN } else { key };
        queue(self.from, self.until, &format!("&{filter}={}", percent_encode(value)))
    }

    fn names(&self) -> Vec<String> {
        self.figures.stretches.iter().copied().map(short).collect()
    }

    fn arrivals(
        &self,
        id: &'static str,
        title: &'static str,
        series: &[Series],
        filter: &str,
        name: impl Fn(&str) -> String,
    ) -> Panel {
        let (drawn, rest) = series.split_at(series.len().min(DRAWN));
        let mut values: Vec<Vec<Option<f64>>> = drawn.iter().map(|series| counts(&series.counts)).collect();
        let mut legend: Vec<Entry> = drawn
            .iter()
            .enumerate()
            .map(|(class, series)| Entry {
                class,
                line: false,
                name: name(&series.key),
                sum: Some(series.sum()),
                href: Some(self.of_series(filter, &series.key)),
            })
            .collect();
        if !rest.is_empty() {
            let sums =
                (0..self.figures.stretches.len()).map(|at| rest.iter().map(|series| series.counts[at]).sum());
            values.push(counts(&sums.collect::<Vec<u64>>()));
            let (class, sum) = (DRAWN, Some(rest.iter().map(Series::sum).sum()));
            legend.push(Entry { class, line: false, name: "Autres".to_owned(), sum, href: None });
        }
        let sum: u64 = series.iter().map(Series::sum).sum();
        let lead = match series.first() {
            None => "Aucune demande pendant cette période.".to_owned(),
            Some(first) => format!(
                "{sum} demande{} ; en tête, {} ({}).",
                if sum > 1 { "s" } else { "" },
                name(&first.key),
                first.sum()
            ),
        };
        let mut head = vec!["Période".to_owned(), "Toutes".to_owned()];
        head.extend(series.iter().map(|series| name(&series.key)));
        let row = |at: usize| {
            let all = series.iter().map(|series| series.counts[at]);
            plain(std::iter::once(all.clone().sum::<u64>()).chain(all).map(|count| count.to_string()))
        };
        let stretches = self.figures.stretches.iter().enumerate();
        let mut rows: Vec<Row> = stretches.map(|(at, stretch)| of_stretch(*stretch, row(at))).collect();
        let sums = std::iter::once(sum).chain(series.iter().map(Series::sum));
        rows.push(self.of_all(plain(sums.map(|sum| sum.to_string()))));
        let names = self.names();
        let chart = Chart { id, title, desc: &lead, names: &names, series: &values, unit: "" };
        let drawing = svg::stacked(&chart);
        Panel { id, title, drawing, legend, table: Table { head, rows }, csv_href: self.csv_href(id), lead }
    }

    fn delays(&self) -> Panel {
        let (id, title) = ("delais", "Délai de la première réponse");
        let (stretches, whole) =
            (&self.figures.delays[..self.figures.stretches.len()], self.figures.delays.last());
        let longest = stretches.iter().filter_map(|delays| delays.ninetieth).max().unwrap_or_default();
        let (unit, seconds) = if longest > Duration::hours(48) { ("j", 86_400.0) } else { ("h", 3600.0) };
        let plotted = |of: fn(&crate::desk::figures::Delays) -> Option<Duration>| {
            stretches
                .iter()
                .map(|delays| of(delays).map(|wait| seconds_of(wait) / seconds))
                .collect::<Vec<_>>()
        };
        let values = [plotted(|delays| delays.median), plotted(|delays| delays.ninetieth)];
        let lead = match whole.copied().unwrap_or_default() {
            all if all.answered == 0 => {
                "Aucune demande de cette période n’a encore reçu de réponse.".to_owned()
            }
            all => format!(
                "{} sur {} {} reçu une réponse : la moitié en {} au plus, neuf sur dix en {}.",
                requests(all.answered),
                all.came,
                if all.answered == 1 { "a" } else { "ont" },
                wait(all.median),
                wait(all.ninetieth)
            ),
        };
        let cells = |delays: &crate::desk::figures::Delays, days| {
            let answered = led(delays.answered, days, Became::Answered);
            vec![
                delays.came.to_string().into(),
                answered,
                wait(delays.median).into(),
                wait(delays.ninetieth).into(),
            ]
        };
        let head = ["Période", "Arrivées", "Répondues", "Médiane", "Neuf sur dix"].map(str::to_owned);
        let pairs = self.figures.stretches.iter().zip(stretches);
        let mut rows: Vec<Row> = pairs
            .map(|(stretch, delays)| of_stretch(*stretch, cells(delays, (stretch.from, stretch.until))))
            .collect();
        rows.extend(whole.map(|all| self.of_all(cells(all, (self.from, self.until)))));
        let names = self.names();
        let chart = Chart { id, title, desc: &lead, names: &names, series: &values, unit };
        let entry =
            |class, name: &str| Entry { class, line: true, name: name.to_owned(), sum: None, href: None };
        Panel {
            drawing: svg::lines(&chart),
            legend: vec![entry(0, "La moitié des réponses (médiane)"), entry(1, "Neuf réponses sur dix")],
            table: Table { head: head.into(), rows },
            csv_href: self.csv_href(id),
            id,
            title,
            lead,
        }
    }

    fn alone(&self) -> Panel {
        let (id, title) = ("automate", "Décidé sans personne");
        let (stretches, whole) =
            (&self.figures.alone[..self.figures.stretches.len()], self.figures.alone.last());
        let share = |part: usize, of: usize| (of > 0).then(|| 100.0 * float(part) / float(of));
        let values = [
            stretches.iter().map(|one| share(one.alone, one.came)).collect(),
            stretches.iter().map(|one| share(one.corrected, one.alone)).collect(),
        ];
        let percent =
            |part, of| share(part, of).map_or_else(|| "–".to_owned(), |share| format!("{share:.0} %"));
        let all = whole.copied().unwrap_or_default();
        let lead = format!(
            "{} sur {} {} sans personne ({}) ; une personne en a corrigé {} ({}).",
            requests(all.alone),
            all.came,
            if all.alone == 1 {
                "refusée, répondue ou transmise"
            } else {
                "refusées, répondues ou transmises"
            },
            percent(all.alone, all.came),
            all.corrected,
            percent(all.corrected, all.alone)
        );
        let cells = |one: &crate::desk::figures::Alone, days| {
            vec![
                one.came.to_string().into(),
                led(one.alone, days, Became::Alone),
                percent(one.alone, one.came).into(),
                led(one.corrected, days, Became::Corrected),
                percent(one.corrected, one.alone).into(),
            ]
        };
        let head =
            ["Période", "Arrivées", "Sans personne", "Part", "Corrigées", "Part corrigée"].map(str::to_owned);
        let pairs = self.figures.stretches.iter().zip(stretches);
        let mut rows: Vec<Row> = pairs
            .map(|(stretch, one)| of_stretch(*stretch, cells(one, (stretch.from, stretch.until))))
            .collect();
        rows.extend(whole.map(|all| self.of_all(cells(all, (self.from, self.until)))));
        let names = self.names();
        let chart = Chart { id, title, desc: &lead, names: &names, series: &values, unit: "%" };
        let entry =
            |class, name: &str| Entry { class, line: true, name: name.to_owned(), sum: None, href: None };
        Panel {
            drawing: svg::lines(&chart),
            legend: vec![entry(0, "Part décidée sans personne"), entry(1, "Part corrigée de ces décisions")],
            table: Table { head: head.into(), rows },
            csv_href: self.csv_href(id),
            id,
            title,
            lead,
        }
    }

    fn open(&self) -> Panel {
        let (id, title) = ("ouvertes", "À traiter aujourd’hui, par âge");
        let sum: u64 = self.figures.open.iter().sum();
        let lead = match sum {
            0 => "Aucune demande n’attend.".to_owned(),
            1 => "1 demande attend.".to_owned(),
            many => format!("{many} demandes attendent."),
        };
        let names: Vec<String> =
            ["moins d’un jour", "1 à 7 jours", "7 à 30 jours", "plus de 30"].map(str::to_owned).into();
        let ages = names.iter().zip(["jour", "semaine", "mois", "plus"]).zip(&self.figures.open);
        let rows = ages.map(|((name, code), count)| Row {
            name: name.clone(),
            href: Some(format!("/equipe?vue=a-traiter&age={code}")),
            cells: vec![count.to_string().into()],
        });
        let rows = rows.collect();
        let values = [counts(&self.figures.open)];
        let chart = Chart { id, title, desc: &lead, names: &names, series: &values, unit: "" };
        Panel {
            drawing: svg::bars(&chart),
            legend: Vec::new(),
            table: Table { head: vec!["Âge".to_owned(), "À traiter".to_owned()], rows },
            csv_href: self.csv_href(id),
            id,
            title,
            lead,
        }
    }
}

fn requests(count: usize) -> String {
    if count == 1 { "1 demande".to_owned() } else { format!("{count} demandes") }
}

/// The list of what came in between two days.
fn queue(from: NaiveDate, until: NaiveDate, filter: &str) -> String {
    format!("/equipe?vue=toutes&du={from}&au={until}{filter}&archives={WITHOUT}")
}

fn of_stretch(stretch: Stretch, cells: Vec<Cell>) -> Row {
    Row { name: long(stretch), href: Some(queue(stretch.from, stretch.until, "")), cells }
}

/// A number that leads to the requests of which this became, between two days.
fn led(count: usize, days: (NaiveDate, NaiveDate), became: Became) -> Cell {
    let href = (count > 0).then(|| queue(days.0, days.1, &format!("&suite={}", became.code())));
    Cell { text: count.to_string(), href }
}

fn plain(cells: impl Iterator<Item = String>) -> Vec<Cell> {
    cells.map(Cell::from).collect()
}

fn channel(code: &str) -> String {
    Channel::from_code(code).map_or_else(|| code.to_owned(), |channel| words::channel(channel).to_owned())
}

fn kind(code: &str) -> String {
    BodyKind::from_code(code).map_or(OfKind::Unknown, OfKind::Known).title().to_owned()
}

/// `3 h`, `2 j 4 h`; a dash where nothing was answered.
fn wait(wait: Option<Duration>) -> String {
    let Some(wait) = wait else { return "–".to_owned() };
    let (days, hours, minutes) = (wait.num_days(), wait.num_hours() % 24, wait.num_minutes() % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, hours) => format!("{hours} h"),
        (days, 0) => format!("{days} j"),
        (days, hours) => format!("{days} j {hours} h"),
    }
}

fn counts(counts: &[u64]) -> Vec<Option<f64>> {
    counts.iter().map(|count| Some(float(usize::try_from(*count).unwrap_or(usize::MAX)))).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests and seconds are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}

fn seconds_of(wait: Duration) -> f64 {
    wait.to_std().map_or(0.0, |wait| wait.as_secs_f64())
}
