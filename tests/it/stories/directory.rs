//! The private directory: kept, changed by people, by files and by those who stand in it; audited; read by the next
//! decision, whichever instance takes it.

use chrono::NaiveDate;
use guichet::desk::{DeskError, EntryStanding, ImportError, SeenEntry, Suggestion, ToConfirm};
use guichet::store::{EntryState, KeptEntry, Through};
use guichet::ticket::Actor;
use guichet::triage::Period;
use guichet::triage::directory::{Entry, Role, Route};

use crate::support::database::{Database, on_both};
use crate::support::rules::Trial;
use crate::support::story::{self, Story};

on_both!(
    a_change_reaches_every_instance_and_is_audited,
    two_people_do_not_overwrite_each_other,
    a_file_is_laid_over_the_directory,
    a_file_with_faults_changes_nothing,
    those_who_stand_in_it_speak_for_themselves,
    a_suggestion_waits_for_a_person,
    what_nobody_confirmed_is_told,
    an_erasure_leaves_no_trace_of_the_person,
    the_command_imports_lists_and_exports,
);

const FILE: &str = "organisation,role,contract,name,email,confirmed_on,note\n\
    culture,coordinator,support,Bureau des marchés,marches@culture.example,2020-01-15,\n\
    culture,coordinator,expertise,,expertise@culture.example,,\n\
    culture,amdac,,Données,amdac@culture.example,2020-01-15,premier\n";

async fn import(story: &Story, text: &str) -> Result<guichet::desk::DirectoryPlan, ImportError> {
    story.desk.directory_import("a.csv", text, None, &Actor::Program, Through::Command).await
}

async fn entries(story: &Story) -> Vec<KeptEntry> {
    story.desk.store().directory_entries().await.unwrap().1
}

async fn by_email(story: &Story, email: &str) -> KeptEntry {
    entries(story).await.into_iter().find(|kept| kept.entry.email == email).unwrap()
}

fn seen(kept: &KeptEntry) -> SeenEntry {
    SeenEntry { id: kept.entry.id.clone(), version: kept.version }
}

fn coordinator(email: &str) -> Entry {
    Entry {
        id: String::new(),
        role: Role::Coordinator,
        organisation: "culture".to_owned(),
        contract: None,
        deputy: false,
        name: "Claude Martin".to_owned(),
        email: email.to_owned(),
        period: Period::default(),
        absence: None,
        confirmed_on: None,
        note: String::new(),
    }
}

/// Whom a request of the ministry of culture goes to today, as a program with this desk sees it.
async fn goes_to(story: &Story, desk: &guichet::desk::Desk) -> String {
    let directory = desk.directory().await.unwrap();
    match directory.route(Role::Coordinator, &["culture".to_owned()], None, story.clock.today()) {
        Route::To(entry) => entry.email.clone(),
        Route::Unconfirmed(_) => "unconfirmed".to_owned(),
        Route::Absent(_) => "absent".to_owned(),
        Route::Several => "several".to_owned(),
        Route::Nobody => "nobody".to_owned(),
    }
}

async fn a_change_reaches_every_instance_and_is_audited(database: Database) {
    let settings = database.settings.clone();
    let story = Story::begin(database).await;
    let config = guichet::config::Config::defaults();
    let shared = guichet::store::Store::open(&settings).await.unwrap();
    let other = story::desk(shared, story.clock.clone(), &config, story::triage());
    assert_eq!(goes_to(&story, &other).await, "nobody");

    let camille = &story.camille.id;
    let id = story.desk.directory_add(coordinator("a@culture.example"), camille).await.unwrap();
    assert_eq!(goes_to(&story, &other).await, "unconfirmed", "nobody vouched for it yet");
    let kept = by_email(&story, "a@culture.example").await;
    story.desk.directory_confirm(&[seen(&kept)], camille).await.unwrap();
    assert_eq!(goes_to(&story, &other).await, "a@culture.example");
    let today = story.clock.today();
    let away = Some(Period { from: Some(today), until: Some(today) });
    let kept = by_email(&story, "a@culture.example").await;
    story.desk.directory_absence(&seen(&kept), away, camille).await.unwrap();
    assert_eq!(goes_to(&story, &other).await, "absent");
    let kept = by_email(&story, "a@culture.example").await;
    story.desk.directory_end(&seen(&kept), today.pred_opt().unwrap(), camille).await.unwrap();
    assert_eq!(goes_to(&story, &other).await, "nobody");
    assert_eq!(entries(&story).await.len(), 1, "an entry is ended, not deleted");

    let changes = story.desk.store().directory_changes(&id).await.unwrap();
    assert!(changes.iter().all(|c| c.by == Actor::Person(camille.clone()) && c.through == Through::Page));
    let what: Vec<Vec<&str>> = changes
        .iter()
        .rev()
        .filter_map(|c| c.old.as_ref().map(|old| old.entry.differences(&c.new.entry)))
        .map(|differences| differences.iter().map(|difference| difference.column).collect())
        .collect();
    assert_eq!(what, [vec!["confirmed_on"], vec!["absent_from", "absent_until"], vec!["valid_until"]]);
}

async fn two_people_do_not_overwrite_each_other(database: Database) {
    let story = Story::begin(database).await;
    let camille = &story.camille.id;
    story.desk.directory_add(coordinator("a@culture.example"), camille).await.unwrap();
    let before = by_email(&story, "a@culture.example").await;
    story.desk.directory_edit(&seen(&before), coordinator("b@culture.example"), camille).await.unwrap();
    let late = story.desk.directory_edit(&seen(&before), coordinator("c@culture.example"), camille).await;
    assert!(matches!(late, Err(DeskError::Conflict { seen: 1, now: 2 })), "{late:?}");
    let late = story.desk.directory_confirm(&[seen(&before)], camille).await;
    assert!(matches!(late, Err(DeskError::Conflict { .. })));
    assert_eq!(by_email(&story, "b@culture.example").await.entry.confirmed_on, None);

    let twice = story.desk.directory_add(coordinator("B@culture.example"), camille).await;
    assert!(matches!(twice, Err(DeskError::Refused(_))), "the same entry is not added twice");
    let far = Entry { confirmed_on: NaiveDate::from_ymd_opt(2999, 1, 1), ..coordinator("d@culture.example") };
    assert!(matches!(story.desk.directory_add(far, camille).await, Err(DeskError::Refused(_))));

    // The file's preview is guarded alike.
    let plan = story.desk.directory_plan("a.csv", FILE).await.unwrap();
    story.desk.directory_add(coordinator("e@culture.example"), camille).await.unwrap();
    let by = Actor::Person(camille.clone());
    let late = story.desk.directory_import("a.csv", FILE, Some(&plan.version), &by, Through::File).await;
    assert!(matches!(late, Err(ImportError::Changed)), "{late:?}");
    assert_eq!(entries(&story).await.len(), 2);
    let plan = story.desk.directory_plan("a.csv", FILE).await.unwrap();
    story.desk.directory_import("a.csv", FILE, Some(&plan.version), &by, Through::File).await.unwrap();
    assert_eq!(entries(&story).await.len(), 5);
}

async fn a_file_is_laid_over_the_directory(database: Database) {
    let story = Story::begin(database).await;
    let counts = |plan: &guichet::desk::DirectoryPlan| {
        (plan.added.len(), plan.changed.len(), plan.unchanged, plan.left)
    };
    let plan = story.desk.directory_plan("a.csv", FILE).await.unwrap();
    assert_eq!((counts(&plan), entries(&story).await.len()), ((3, 0, 0, 0), 0), "a look changes nothing");
    assert_eq!(counts(&import(&story, FILE).await.unwrap()), (3, 0, 0, 0));
    let version = story.desk.store().directory_version().await.unwrap();
    assert_eq!(counts(&import(&story, FILE).await.unwrap()), (0, 0, 3, 0));
    assert_eq!(story.desk.store().directory_version().await.unwrap(), version, "nothing changed");

    // Semicolons and French words, as a spreadsheet writes them; no column for the note, which stays.
    let some = "organisme;fonction;marché;courriel;confirmé_le\n\
        Ministère de la Culture;AMDAC;;AMDAC@culture.example;2020-03-01\n";
    let plan = import(&story, some).await.unwrap();
    assert_eq!(counts(&plan), (0, 1, 0, 2));
    let amdac = by_email(&story, "AMDAC@culture.example").await;
    assert_eq!((amdac.entry.note.as_str(), amdac.entry.name.as_str()), ("premier", "Données"));
    assert_eq!((amdac.version, amdac.entry.confirmed_on), (2, NaiveDate::from_ymd_opt(2020, 3, 1)));
    let changes = story.desk.store().directory_changes(&amdac.entry.id).await.unwrap();
    assert_eq!((changes[0].through, &changes[0].by), (Through::Command, &Actor::Program));

    // What is written is taken back unchanged, and by its id an address can change.
    let written = story.desk.directory().await.unwrap().write(story.desk.triage().reference());
    assert_eq!(counts(&import(&story, &written).await.unwrap()), (0, 0, 3, 0));
    let moved = written.replace("expertise@culture.example", "autre@culture.example");
    let plan = import(&story, &moved).await.unwrap();
    assert_eq!(counts(&plan), (0, 1, 2, 0));
    assert_eq!(plan.changed[0].0.entry.differences(&plan.changed[0].1)[0].column, "email");
}

async fn a_file_with_faults_changes_nothing(database: Database) {
    let story = Story::begin(database).await;
    import(&story, FILE).await.unwrap();
    let bad = "id,organisation,role,email,confirmed_on\n\
        12,culture,amdac,a@b.example,\n\
        ,nulle part,chef,rien,\n\
        ,culture,amdac,c@d.example,2999-01-01\n\
        ,culture,amdac,e@f.example,\n\
        ,culture,amdac,E@f.example,\n";
    let Err(ImportError::Faults(faults)) = import(&story, bad).await else { panic!("not taken") };
    let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.key.as_str())).collect();
    let all = [
        (Some(2), "id"),
        (Some(3), "organisation"),
        (Some(3), "role"),
        (Some(3), "email"),
        (Some(4), "confirmed_on"),
        (Some(6), "email"),
    ];
    assert_eq!(told, all, "all at once");
    let ours = format!("organisation,role,email\nculture,amdac,{}\n", story::CONTACT);
    let Err(ImportError::Faults(faults)) = import(&story, &ours).await else { panic!("not taken") };
    assert!(faults[0].says.contains("adresse du service"), "a request would come back: {faults:?}");
    assert_eq!(entries(&story).await.len(), 3);
}

async fn those_who_stand_in_it_speak_for_themselves(database: Database) {
    let story = Story::begin(database).await;
    import(&story, FILE).await.unwrap();
    // One mailbox, two contracts.
    let both = FILE.replace("expertise@culture", "marches@culture").replace("2020-01-15,\n", ",\n");
    import(&story, &both).await.unwrap();
    let today = story.clock.today();
    let marches = |entries: Vec<KeptEntry>| -> Vec<KeptEntry> {
        entries.into_iter().filter(|kept| kept.entry.email == "marches@culture.example").collect()
    };
    let [one, _] = &marches(entries(&story).await)[..] else { panic!("two of them") };
    let mut tx = story.desk.store().begin().await.unwrap();
    let later = today + chrono::Days::new(10);
    story.desk.directory_absent(&mut tx, &one.entry.id, later, &Actor::Correspondent).await.unwrap();
    let seen_inside = story.desk.directory_in(&mut tx).await.unwrap();
    assert!(seen_inside.entries().iter().any(|entry| entry.is_absent(today)));
    drop(tx);
    assert!(!entries(&story).await.iter().any(|kept| kept.entry.is_absent(today)), "not committed, not done");
    let directory = story.desk.directory().await.unwrap();
    assert!(!directory.entries().iter().any(|entry| entry.is_absent(today)));

    let mut tx = story.desk.store().begin().await.unwrap();
    let past =
        story.desk.directory_absent(&mut tx, &one.entry.id, today - chrono::Days::new(1), &Actor::Program);
    assert!(matches!(past.await, Err(DeskError::Refused(_))));
    story.desk.directory_absent(&mut tx, &one.entry.id, later, &Actor::Correspondent).await.unwrap();
    tx.commit().await.unwrap();
    assert!(marches(entries(&story).await).iter().all(|kept| kept.entry.is_absent(later)), "in every role");

    let mut tx = story.desk.store().begin().await.unwrap();
    story.desk.directory_doubted(&mut tx, &one.entry.id, &Actor::Correspondent).await.unwrap();
    tx.commit().await.unwrap();
    for kept in marches(entries(&story).await) {
        // What somebody outside says ends nothing: a person of the team looks at it.
        assert!(EntryStanding::of(&kept, today).needs_confirming() && kept.entry.period.holds(today));
        let changes = story.desk.store().directory_changes(&kept.entry.id).await.unwrap();
        assert_eq!((changes[0].through, &changes[0].by), (Through::Answer, &Actor::Correspondent));
    }
    assert_eq!(by_email(&story, "amdac@culture.example").await.version, 1, "nobody else was meant");
}

async fn a_suggestion_waits_for_a_person(database: Database) {
    let story = Story::begin(database).await;
    import(&story, FILE).await.unwrap();
    let told = by_email(&story, "marches@culture.example").await;
    let suggestion = Suggestion {
        instead_of: told.entry.id.clone(),
        email: "nouvelle@culture.example".to_owned(),
        name: "Dominique".to_owned(),
        note: "=Reprend le poste en décembre.".to_owned(),
    };
    let mut tx = story.desk.store().begin().await.unwrap();
    let by = Actor::Correspondent;
    let id = story.desk.directory_suggest(&mut tx, &suggestion, &by).await.unwrap();
    let again = story.desk.directory_suggest(&mut tx, &suggestion, &by).await.unwrap();
    assert_eq!(id, again, "said twice, kept once");
    let nobody = Suggestion { email: "Dominique".to_owned(), ..suggestion.clone() };
    let refused = story.desk.directory_suggest(&mut tx, &nobody, &by).await;
    assert!(matches!(refused, Err(DeskError::Refused(_))), "{refused:?}");
    let known = Suggestion { email: "Marches@culture.example".to_owned(), ..suggestion };
    assert_eq!(story.desk.directory_suggest(&mut tx, &known, &by).await.unwrap(), told.entry.id);
    tx.commit().await.unwrap();

    let kept = by_email(&story, "nouvelle@culture.example").await;
    assert_eq!((kept.state, kept.entry.contract), (EntryState::Suggested, told.entry.contract));
    assert_eq!(kept.entry.note, "Reprend le poste en décembre.", "no formula for a spreadsheet");
    let read = story.desk.directory().await.unwrap();
    assert!(!read.entries().iter().any(|entry| entry.id == id), "no decision reads a suggestion");
    assert_eq!(story.desk.directory_to_confirm().await.unwrap().suggested, 1);
    let refused = story.desk.directory_confirm(&[seen(&kept)], &story.camille.id).await;
    assert!(matches!(refused, Err(DeskError::Refused(_))), "not among others: {refused:?}");
    story.desk.directory_take_over(&seen(&kept), &story.camille.id).await.unwrap();
    let read = story.desk.directory().await.unwrap();
    assert!(read.entries().iter().any(|entry| entry.id == id && entry.is_confirmed(story.clock.today())));
}

async fn what_nobody_confirmed_is_told(database: Database) {
    let story = Story::begin(database).await;
    let today = story.clock.today();
    let file = "organisation,role,email,confirmed_on\n".to_owned()
        + &[0, 200, 340, 400]
            .map(|days| {
                let day = today - chrono::Days::new(days);
                format!("culture,coordinator,d{days}@culture.example,{day}\n")
            })
            .concat()
        + "culture,amdac,never@culture.example,\n";
    import(&story, &file).await.unwrap();
    let counted = story.desk.directory_to_confirm().await.unwrap();
    assert_eq!(counted, ToConfirm { unconfirmed: 2, soon: 1, suggested: 0 });
    let standing = EntryStanding::of(&by_email(&story, "d340@culture.example").await, today);
    assert!(matches!(standing, EntryStanding::Soon(until) if until > today), "{standing:?}");
    let stale =
        [by_email(&story, "d400@culture.example").await, by_email(&story, "never@culture.example").await];
    story.desk.directory_confirm(&[seen(&stale[0]), seen(&stale[1])], &story.camille.id).await.unwrap();
    assert_eq!(story.desk.directory_to_confirm().await.unwrap().unconfirmed, 0);
}

async fn an_erasure_leaves_no_trace_of_the_person(database: Database) {
    let story = Story::begin(database).await;
    let camille = &story.camille.id;
    let entry = Entry { note: "Joindre Claude au 2e".to_owned(), ..coordinator("claude@culture.example") };
    let id = story.desk.directory_add(entry.clone(), camille).await.unwrap();
    let kept = by_email(&story, "claude@culture.example").await;
    let named = Entry { name: "Claude Durand".to_owned(), ..entry };
    story.desk.directory_edit(&seen(&kept), named, camille).await.unwrap();
    let kept = by_email(&story, "claude@culture.example").await;
    story.desk.directory_erase(&seen(&kept), camille).await.unwrap();

    let [kept] = &entries(&story).await[..] else { panic!("the row stays") };
    assert_eq!((kept.state, kept.entry.organisation.as_str()), (EntryState::Erased, "culture"));
    let changes = story.desk.store().directory_changes(&id).await.unwrap();
    let everything = format!("{kept:?}{changes:?}");
    assert_eq!(changes.len(), 3, "that it was erased is audited");
    for personal in ["laude", "Martin", "Durand", "Joindre"] {
        assert!(!everything.contains(personal), "{personal}: {everything}");
    }
    assert!(story.desk.directory().await.unwrap().entries().is_empty());
    let late = story.desk.directory_edit(&seen(kept), coordinator("x@culture.example"), camille).await;
    assert!(matches!(late, Err(DeskError::Refused(_))));
    let file = format!("id,organisation,role,email\n{id},culture,coordinator,x@culture.example\n");
    assert!(matches!(import(&story, &file).await, Err(ImportError::Faults(_))));
}

async fn the_command_imports_lists_and_exports(database: Database) {
    let trial = Trial::new(&database.settings);
    let story = Story::begin(database).await;
    let file = trial.write("annuaire.csv", FILE);
    let (code, said) = trial.guichet(&["directory", "import", &file, "--dry-run"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Ajoutées : 3") && said.contains("Rien n’a été changé"), "{said}");
    assert!(entries(&story).await.is_empty());
    let (code, said) = trial.guichet(&["directory", "import", &file]);
    assert!(
        code == Some(0) && said.contains("ajoutée   culture · coordinator support · marches@culture.example")
    );
    let some =
        "organisation,role,contract,email,confirmed_on\nculture,amdac,,amdac@culture.example,2020-02-01\n";
    let changed = trial.write("autre.csv", some);
    let (_, said) = trial.guichet(&["directory", "import", &changed]);
    assert!(said.contains("modifiée  culture · amdac · amdac@culture.example (confirmed_on)"), "{said}");
    assert!(said.contains("laissées telles quelles : 2"), "{said}");

    let (code, listed) = trial.guichet(&["directory", "list"]);
    assert_eq!(code, Some(0));
    assert!(
        listed.starts_with("Ministère de la Culture\n") && listed.contains("jamais confirmée"),
        "{listed}"
    );
    let (_, amdac) = trial.guichet(&["directory", "list", "--role", "amdac", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&amdac).unwrap();
    assert_eq!((&object["standing"], &object["confirmed_on"]), (&"unconfirmed".into(), &"2020-02-01".into()));
    let (code, _) = trial.guichet(&["directory", "list", "--role", "chef"]);
    assert_eq!(code, Some(64));

    let (code, exported) = trial.guichet(&["directory", "export"]);
    assert_eq!(code, Some(0));
    let file = trial.write("exporte.csv", &exported);
    let (_, said) = trial.guichet(&["directory", "import", &file]);
    assert!(said.contains("Ajoutées : 0 · modifiées : 0 · inchangées : 3"), "{said}");

    let bad =
        trial.write("faux.csv", "organisation,role,email\nculture,chef,rien\nculture,amdac,a@b.example\n");
    let (code, said) = trial.guichet(&["directory", "import", &bad]);
    assert_eq!((code, said.lines().count()), (Some(65), 2), "{said}");
    assert!(said.contains("faux.csv:2: role : « chef » n’est pas un rôle"), "{said}");
    assert_eq!(trial.guichet(&["directory", "import", "nulle-part.csv"]).0, Some(66));
    assert_eq!(entries(&story).await.len(), 3);
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exemples/annuaire.csv");
    let (code, said) = trial.guichet(&["directory", "import", example, "--dry-run"]);
    assert!(code == Some(0) && said.contains("Ajoutées : 6 · modifiées : 1"), "{said}");
}
