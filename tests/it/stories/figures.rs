//! The dashboards: what came in, how soon it was answered, what was decided without a person and corrected, what is open; the same
//! figures on both databases, in the drawing, the table and the CSV.

use chrono::{Days, Duration};
use guichet::desk::figures::{Alone, Delays, Series};
use guichet::store::View;

use super::texts::{SENSITIVE, SILL_MAIL, TRAINING, TRAINING_SUBJECT};
use crate::support::database::{Database, on_both};
use crate::support::story::Story;

on_both!(what_came_and_what_became_of_it_is_counted, nothing_came_and_nothing_is_drawn_wrongly);

/// The request that waits came with an archive.
const IMPORTED: &str = "UPDATE ticket SET history = TRUE WHERE subject = 'Formation'";

fn counted(series: &[Series]) -> Vec<(&str, u64)> {
    let mut all: Vec<_> = series.iter().map(|series| (series.key.as_str(), series.sum())).collect();
    all.sort_unstable();
    all
}

async fn what_came_and_what_became_of_it_is_counted(database: Database) {
    let story = Story::begin(database).await;
    let first = story.clock.today();
    // Refused without a person an hour later; the catalogue answered by a person after a day; the third waits.
    story.fill_in("/", "maryvonne@ac-limoges.example", TRAINING_SUBJECT, TRAINING).await;
    story.receive(SILL_MAIL).await;
    story.fill_in("/", "albane@ac-limoges.example", "Formation", SENSITIVE).await;
    story.settle().await;
    story.pass(Duration::hours(1)).await;
    story.pass(Duration::hours(23)).await;
    let of = async |subject: &str| {
        let rows = story.view(View::All).await;
        let row = rows.iter().find(|row| row.ticket.subject.contains(subject)).unwrap();
        story.desk.store().ticket_file(&row.ticket.reference).await.unwrap().unwrap()
    };
    let sill = of("SILL").await;
    story.desk.answer(&story.seen(&sill), "Voici comment faire.", true).await.unwrap();
    story.settle().await;

    // What is a day old to the second counts as younger.
    story.clock.advance(Duration::minutes(1));
    let last = first + Days::new(2);
    let figures = story.desk.figures(first, last).await.unwrap();
    let refused = of(TRAINING_SUBJECT).await.ticket.category;
    let sensitive = of("Formation").await;
    let mut categories = vec![(refused.as_str(), 1), ("sill", 1)];
    let third = story.view(View::Todo).await[0].ticket.category.clone();
    match categories.iter_mut().find(|(key, _)| *key == third) {
        Some((_, count)) => *count += 1,
        None => categories.push((third.as_str(), 1)),
    }
    categories.sort_unstable();
    assert_eq!(counted(&figures.categories), categories, "{}", sensitive.ticket.category);
    assert_eq!(counted(&figures.channels), [("form", 2), ("mail", 1)]);
    assert_eq!(figures.kinds.iter().map(Series::sum).sum::<u64>(), 3);
    let whole = *figures.delays.last().unwrap();
    let (hour, day) = (Some(Duration::hours(1)), Some(Duration::hours(24)));
    assert_eq!(whole, Delays { came: 3, answered: 2, median: hour, ninetieth: day });
    assert_eq!(*figures.alone.last().unwrap(), Alone { came: 3, alone: 1, corrected: 0 });
    assert_eq!(figures.open, [0, 1, 0, 0], "a day old");

    // A person takes the refusal back: corrected, and open again.
    let file = of(TRAINING_SUBJECT).await;
    story.desk.rescue(&story.seen(&file)).await.unwrap();
    let figures = story.desk.figures(first, last).await.unwrap();
    assert_eq!(*figures.alone.last().unwrap(), Alone { came: 3, alone: 1, corrected: 1 });
    assert_eq!(figures.open, [0, 2, 0, 0]);
    // Another period has nothing of it.
    let before = story.desk.figures(first - Days::new(30), first - Days::new(1)).await.unwrap();
    assert!(before.categories.is_empty() && before.delays.iter().all(|delays| delays.came == 0));

    let asked = format!("du={first}&au={last}");
    let page = story.page_of_team(&format!("/equipe/tableau?{asked}")).await;
    for told in [
        "3 demandes ; en tête",
        "2 demandes sur 3 ont reçu une réponse : la moitié en 1 h au plus, neuf sur dix en 1 j.",
        "1 demande sur 3 refusée, répondue ou transmise sans personne (33 %) ; une personne en a corrigé 1 (100 %).",
        "2 demandes attendent.",
        "role=\"img\" aria-labelledby=\"delais-t delais-d\"",
        &format!("/equipe?vue=toutes&#38;du={first}&#38;au={last}&#38;canal=form&#38;archives=sans"),
        "/equipe?vue=a-traiter&#38;age=semaine",
        &format!(
            "href=\"/equipe?vue=toutes&#38;du={first}&#38;au={last}&#38;archives=sans\">Toute la période</a>"
        ),
        &format!(
            "/equipe?vue=toutes&#38;du={first}&#38;au={last}&#38;nature=non-reconnu&#38;archives=sans\">Non reconnu</a>"
        ),
    ] {
        assert!(page.contains(told), "{told} is missing in\n{page}");
    }
    assert!(page.len() < 100_000, "{} octets", page.len());
    // The number in the legend is the number of the list behind.
    let unknown =
        page.split("Non reconnu</a> <span class=\"team-quiet\">").nth(1).unwrap().split('<').next().unwrap();
    let behind =
        story.page_of_team(&format!("/equipe?vue=toutes&{asked}&nature=non-reconnu&archives=sans")).await;
    assert_eq!(behind.matches("data-ligne").count().to_string(), unknown);
    assert!(behind.contains("<option value=\"non-reconnu\" selected>Non reconnu</option>"));
    let csv = story.page_of_team(&format!("/equipe/tableau/canaux.csv?{asked}")).await;
    let sums = csv.lines().last().unwrap();
    assert!(csv.starts_with("\u{feff}\"Période\";\"Toutes\";\"Formulaire\";\"Courriel\"\n"), "{csv}");
    assert_eq!(sums, "\"Toute la période\";\"3\";\"2\";\"1\"");
    assert!(
        story
            .page_of_team(&format!("/equipe/tableau/delais.csv?{asked}"))
            .await
            .ends_with("\"3\";\"2\";\"1 h\";\"1 j\"\n")
    );
    // Each number leads to as many requests as it says; what was imported counts in neither.
    story.desk.store().run_script(IMPORTED).await.unwrap();
    let page = story.page_of_team(&format!("/equipe/tableau?{asked}")).await;
    for (suite, count) in [("repondues", 2), ("sans-personne", 1), ("corrigees", 1)] {
        let address =
            format!("/equipe?vue=toutes&#38;du={first}&#38;au={last}&#38;suite={suite}&#38;archives=sans");
        assert!(page.contains(&format!("href=\"{address}\">{count}</a>")), "{address} of {count} in\n{page}");
        let found = story.page_of_team(&address.replace("&#38;", "&")).await;
        assert_eq!(found.matches("<tr data-ligne>").count(), count, "{suite}");
    }
    let whole = format!("/equipe?vue=toutes&du={first}&au={last}&archives=sans");
    assert!(page.contains(&format!("{}\">Toute la période", whole.replace('&', "&#38;"))));
    assert_eq!(
        story.page_of_team(&whole).await.matches("<tr data-ligne>").count(),
        2,
        "one of the three is imported"
    );
}

async fn nothing_came_and_nothing_is_drawn_wrongly(database: Database) {
    let story = Story::begin(database).await;
    for asked in
        ["", "?du=rien&au=2026-02-30", "?du=1066-01-01&au=2026-01-01", "?du=2026-03-01&au=2026-02-01"]
    {
        let page = story.page_of_team(&format!("/equipe/tableau{asked}")).await;
        assert!(
            page.contains("Aucune demande pendant cette période.")
                && page.contains("Aucune demande n’attend."),
            "{asked}"
        );
        assert!(!page.contains("NaN") && !page.contains("\"inf"), "{asked}: {page}");
    }
}
