//! The work on the ticket page without a script: the mail that will leave, the text kept, both sides of a conflict, what is
//! shown in frames.

use chrono::Duration;
use guichet::ticket::{EventKind, Status};

use super::house::{House, decision, location};
use crate::support::said;

const BODY: &str = "Sous quelle licence publier notre logiciel ? Tél. 02 99 00 11 22";

async fn house_with_ticket() -> (House, String) {
    let house = House::open().await;
    let reference = house.ticket("Licence", BODY, decision(BODY, "source-publication", &["licence"])).await;
    (house, reference)
}

#[tokio::test]
async fn the_preview_is_the_mail_in_a_frame_that_can_do_nothing() {
    let (house, reference) = house_with_ticket().await;
    let base = format!("/equipe/demandes/{reference}");
    assert_eq!(house.get(&format!("{base}/apercu")).await.status(), 404, "nothing is being written");
    let text = "Bonjour,\r\n\r\n**Voici** <script>x</script>";
    let fields = [
        ("texte", text),
        ("suite", "apercu"),
        ("offerts", "oui"),
        ("destinataire", "marie.durand@culture.example"),
    ];
    let answer = house.act(&reference, "repondre", &fields).await;
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().ends_with("frame-src 'self'"));
    let page = answer.text().await.unwrap();
    assert!(page.contains("<dt>À</dt><dd><bdi>marie.durand@culture.example</bdi>"), "the fields of the mail");
    let frame = house.get(&format!("{base}/apercu")).await;
    let header = |name: &str| frame.headers()[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("; sandbox") && !policy.contains("script")
    );
    assert!(policy.contains("frame-ancestors 'self'") && header("x-frame-options") == "SAMEORIGIN");
    let mail = frame.text().await.unwrap();
    assert!(mail.contains("<strong>Voici</strong>") && !mail.contains("<script>"));
    assert_eq!(house.file(&reference).await.ticket.version, 1);
    let nobody = [("texte", "Bonjour"), ("suite", "apercu"), ("offerts", "oui")];
    let answer = house.act(&reference, "repondre", &nobody).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("Cochez au moins un destinataire."));
}

#[tokio::test]
async fn what_is_written_is_kept_by_button_and_by_script() {
    let (house, reference) = house_with_ticket().await;
    let base = format!("/equipe/demandes/{reference}");
    let told = house.post(&format!("{base}/brouillon"), &[("texte", "Mes\r\nmots"), ("langue", "en")]).await;
    assert_eq!(told.text().await.unwrap(), "Brouillon gardé à 12 h 00.");
    let page = house.page(&base).await;
    assert!(page.contains("Mes\nmots</textarea>") && page.contains("<option value=\"en\" selected>"));
    let fields =
        [("texte", "Mes mots"), ("suite", "modele"), ("modele", "source-publication"), ("langue", "fr")];
    let answer = house.act(&reference, "repondre", &fields).await;
    assert_eq!(location(&answer), format!("{base}?vue=a-traiter&fait=texte-choisi#repondre"));
    let page = house.page(&base).await;
    assert!(!page.contains("Mes mots</textarea>") && page.contains("Reprendre le texte d’avant"));
    house.act(&reference, "repondre", &[("suite", "reprendre")]).await;
    assert!(house.page(&base).await.contains("Mes mots</textarea>"));
    house.act(&reference, "repondre", &[("suite", "jeter")]).await;
    assert!(house.page(&base).await.contains("Voici.</textarea>"), "what guichet prepared");
    let unknown = [("texte", "Mes mots"), ("suite", "modele"), ("modele", "receipt")];
    assert_eq!(house.act(&reference, "repondre", &unknown).await.status(), 422);
}

#[tokio::test]
async fn the_text_of_before_comes_back_in_its_language() {
    let (house, reference) = house_with_ticket().await;
    let base = format!("/equipe/demandes/{reference}");
    // The lists of the page already say what is asked for when what stands in the box is put beside.
    let other = [("texte", "Mes mots"), ("suite", "modele"), ("modele", "sill"), ("langue", "en")];
    assert_eq!(house.act(&reference, "repondre", &other).await.status(), 303);
    let page = house.page(&base).await;
    assert!(
        page.contains("<option value=\"en\" selected>") && page.contains("<option value=\"sill\" selected>")
    );
    house.act(&reference, "repondre", &[("suite", "reprendre")]).await;
    let page = house.page(&base).await;
    assert!(page.contains("Mes mots</textarea>"));
    assert!(page.contains("<option value=\"fr\" selected>"), "the language it was written in");
    assert!(page.contains("<option value=\"source-publication\" selected>"), "the reply it started from");
}

#[tokio::test]
async fn an_answer_taken_back_keeps_its_text_chosen_and_none_is_an_empty_text() {
    let (house, reference) = house_with_ticket().await;
    let base = format!("/equipe/demandes/{reference}");
    let sent = [("texte", "Trop vite"), ("suite", "attendre"), ("modele", "sill"), ("langue", "fr")];
    house.act(&reference, "repondre", &sent).await;
    let mail = house.file(&reference).await.outbox[0].id.clone();
    house.act(&reference, "arreter", &[("envoi", &mail)]).await;
    let page = house.page(&base).await;
    assert!(page.contains("Trop vite</textarea>") && page.contains("<option value=\"sill\" selected>"));
    let none = [("texte", "Trop vite"), ("suite", "modele"), ("modele", ""), ("langue", "en")];
    assert_eq!(house.act(&reference, "repondre", &none).await.status(), 303);
    let page = house.page(&base).await;
    assert!(
        page.contains("data-touche=\"r\"></textarea>") && page.contains("<option value=\"en\" selected>")
    );
    assert!(page.contains("Reprendre le texte d’avant"));
}

#[tokio::test]
async fn a_conflict_shows_both_sides_and_loses_neither() {
    let (house, reference) = house_with_ticket().await;
    let base = format!("/equipe/demandes/{reference}");
    house.act(&reference, "noter", &[("texte", "Avant.")]).await;
    let page = house.page(&base).await;
    let vu = page.split("name=\"vu\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    house.act(&reference, "noter", &[("texte", "Je l’appelle à midi.")]).await;
    let fields = [("version", "2"), ("vu", vu.as_str()), ("texte", "Ma réponse"), ("suite", "clore")];
    let answer = house.post(&format!("{base}/repondre"), &fields).await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    let clash = page.split("team-clash").nth(1).unwrap().split("<header").next().unwrap();
    assert!(clash.contains("Je l’appelle à midi.") && !clash.contains("Avant."), "{clash}");
    assert!(clash.contains("Ma réponse") && page.contains("Ma réponse</textarea>"));
    assert!(house.page(&base).await.contains("Ma réponse</textarea>"), "kept on the server too");
    let there = house.post(&format!("{base}/presence"), &[("version", "2")]).await;
    assert!(there.text().await.unwrap().starts_with("Cette demande a changé"));
    let there = house.post(&format!("{base}/presence"), &[("version", "3"), ("ecrit", "oui")]).await;
    assert_eq!(there.text().await.unwrap(), "");
}

#[tokio::test]
async fn a_preview_on_what_changed_shows_the_change_and_no_mail_to_send() {
    let (house, reference) = house_with_ticket().await;
    let base = format!("/equipe/demandes/{reference}");
    house.act(&reference, "repondre", &[("texte", "La première réponse"), ("suite", "attendre")]).await;
    let fields = [("version", "1"), ("vu", ""), ("texte", "La seconde"), ("suite", "apercu")];
    let answer = house.post(&format!("{base}/repondre"), &fields).await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Cette demande a changé entre-temps") && !page.contains("id=\"apercu\""));
    let notice = page.split("Cette demande a changé").next().unwrap().rsplit("<div").next().unwrap();
    assert!(notice.contains("tabindex=\"-1\" autofocus"), "{notice}");
    let send = page.split("value=\"clore\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(send.contains("data-vise"), "a key leads to the button and sends nothing: {send}");
    assert!(page.contains("La seconde</textarea>"));
    assert_eq!(house.file(&reference).await.outbox.len(), 1);
    let fields = [("version", "2"), ("texte", "La seconde"), ("suite", "apercu")];
    let answer = house.post(&format!("{base}/repondre"), &fields).await;
    assert_eq!(answer.status(), 200, "looked at again, it is shown");
    assert!(answer.text().await.unwrap().contains("id=\"apercu\""));
}

#[tokio::test]
async fn enter_on_a_recipient_keeps_the_draft_and_sends_nothing() {
    let (house, reference) = house_with_ticket().await;
    let base = format!("/equipe/demandes/{reference}");
    let page = house.page(&base).await;
    let form = page.split("data-brouillon").nth(1).unwrap();
    let first = form.split("<button").nth(1).unwrap().split('>').next().unwrap();
    assert!(first.contains("name=\"suite\" value=\"brouillon\"") && !first.contains("disabled"), "{first}");
    let answer = house.act(&reference, "repondre", &[("texte", "À finir"), ("suite", "brouillon")]).await;
    assert_eq!(location(&answer), format!("{base}?vue=a-traiter&fait=brouillon-garde#repondre"));
    assert!(house.page(&base).await.contains("À finir</textarea>"));
    assert!(house.file(&reference).await.outbox.is_empty());
}

#[tokio::test]
async fn a_mark_that_nothing_fills_is_named_and_does_not_leave() {
    let (house, reference) = house_with_ticket().await;
    for suite in ["apercu", "clore", "attendre"] {
        let fields = [("texte", "Bonjour {{ prenom }},\r\n\r\nVoici."), ("suite", suite)];
        let answer = house.act(&reference, "repondre", &fields).await;
        assert_eq!(answer.status(), 422, "{suite}");
        let page = said(answer).await;
        assert!(page.contains("« {{ prenom }} », que rien ne remplit"), "{suite}");
        assert!(
            page.contains("Bonjour {{ prenom }},\n\nVoici.</textarea>") && !page.contains("id=\"apercu\"")
        );
    }
    let refusal = house.act(&reference, "refuser", &[("texte", "{% if formation %}Non{% endif %}")]).await;
    assert_eq!(refusal.status(), 422);
    let link = [("texte", "[ici]({{url}})"), ("suite", "clore")];
    assert_eq!(house.act(&reference, "repondre", &link).await.status(), 422);
    let forward = [("adresse", "expert@inria.example"), ("texte", "Bonjour {{ nom }}")];
    assert_eq!(house.act(&reference, "transferer", &forward).await.status(), 422);
    assert!(house.file(&reference).await.outbox.is_empty());
    // Somebody may be told how templates are written.
    let code = [("texte", "Écrivez `{{ prenom }}` :\r\n\r\n```\r\n{% if a %}\r\n```"), ("suite", "clore")];
    assert_eq!(house.act(&reference, "repondre", &code).await.status(), 303);
}

#[tokio::test]
async fn a_link_to_check_is_told_beside_the_draft_and_in_the_preview_alone() {
    let house = House::open().await;
    let reference = house.ticket("SILL", BODY, decision(BODY, "sill", &["licence"])).await;
    let base = format!("/equipe/demandes/{reference}");
    house.act(&reference, "repondre", &[("suite", "modele"), ("modele", "sill"), ("langue", "fr")]).await;
    let page = said(house.get(&base).await).await;
    let text = |page: &str| {
        let text = page.split("id=\"reponse\"").nth(1).unwrap().split('>').nth(1).unwrap();
        text.split("</textarea").next().unwrap().to_owned()
    };
    let written = text(&page);
    assert!(written.contains("https://code.gouv.fr/fr/doc/sill/") && !written.contains("lien contrôlé"));
    let told = "Documentation du SILL</a> (contrôlé le 4 février 2025)";
    assert!(page.contains(told) && page.contains("aria-describedby=\"liens\""), "{page}");
    let fields = [("texte", written.as_str()), ("suite", "apercu")];
    let preview = said(house.act(&reference, "repondre", &fields).await).await;
    let shown = preview.split("id=\"apercu\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(shown.contains(told), "{shown}");
    house.act(&reference, "repondre", &[("texte", written.as_str()), ("suite", "clore")]).await;
    let mail = &house.file(&reference).await.outbox[0].text;
    assert!(mail.contains("https://code.gouv.fr/fr/doc/sill/") && !mail.contains("contrôlé"), "{mail}");
    house.act(&reference, "noter", &[("texte", "Envoyé")]).await;
    let without = [("texte", "Bonjour."), ("suite", "brouillon")];
    house.act(&reference, "repondre", &without).await;
    assert!(!house.page(&base).await.contains("team-stale"));
}

#[tokio::test]
async fn a_ticket_leads_to_the_one_before_and_the_one_after_in_its_list() {
    let (house, first) = house_with_ticket().await;
    let mut references = vec![first];
    for subject in ["Deux", "Trois"] {
        house.clock.advance(Duration::minutes(1));
        references.push(house.ticket(subject, BODY, decision(BODY, "sill", &["licence"])).await);
    }
    let way = |page: &str, rel: &str| {
        let way = page.split("class=\"team-way\"").nth(1).unwrap().split("</nav>").next().unwrap();
        let link = way.split("<a ").find(|link| link.contains(&format!("rel=\"{rel}\"")))?;
        let href = link.split("href=\"").nth(1).unwrap().split('?').next().unwrap();
        Some(href.rsplit('/').next().unwrap().to_owned())
    };
    // The oldest is on top of what is to do, the newest on top of all.
    for (view, order) in [("a-traiter", [0, 1, 2]), ("toutes", [2, 1, 0])] {
        let [above, here, below] = order.map(|at| references[at].clone());
        let page = house.page(&format!("/equipe/demandes/{here}?vue={view}")).await;
        assert_eq!((way(&page, "prev"), way(&page, "next")), (Some(above.clone()), Some(below)), "{view}");
        let page = house.page(&format!("/equipe/demandes/{above}?vue={view}")).await;
        assert_eq!((way(&page, "prev"), way(&page, "next")), (None, Some(here)), "{view}");
    }
}

#[tokio::test]
async fn what_was_sent_is_taken_back_and_then_told_what_remains() {
    let (house, reference) = house_with_ticket().await;
    let base = format!("/equipe/demandes/{reference}");
    house.act(&reference, "repondre", &[("texte", "Trop vite"), ("suite", "clore")]).await;
    let page = house.page(&base).await;
    assert!(page.contains("part dans <span data-compte>15</span> s"));
    let mail = house.file(&reference).await.outbox[0].id.clone();
    house.act(&reference, "arreter", &[("envoi", &mail)]).await;
    let page = house.page(&base).await;
    assert!(page.contains("Trop vite</textarea>") && !page.contains("data-compte"));
    house.act(&reference, "refuser", &[("texte", "Refus trop rapide")]).await;
    let file = house.file(&reference).await;
    house.act(&reference, "arreter", &[("envoi", &file.outbox[1].id)]).await;
    let page = house.page(&base).await;
    let refusal = page.split("id=\"refus\"").nth(1).unwrap().split("</textarea>").next().unwrap();
    assert!(refusal.contains("Refus trop rapide"));
    // Of another category it is no longer proposed, and not lost.
    house.clock.advance(Duration::minutes(1));
    house.act(&reference, "corriger", &[("categorie", "refused-training")]).await;
    let page = house.page(&base).await;
    let box_of =
        |page: &str| page.split("id=\"refuser\"").nth(1).unwrap().split("</form>").next().unwrap().to_owned();
    let typed =
        |of: &str| of.split("id=\"refus\"").nth(1).unwrap().split("</textarea>").next().unwrap().to_owned();
    let of_topic = box_of(&page);
    assert!(typed(&of_topic).contains("formation") && !typed(&of_topic).contains("Refus trop rapide"));
    assert!(of_topic.contains("pour une autre catégorie") && of_topic.contains("Refus trop rapide"));
    house.act(&reference, "corriger", &[("categorie", "sill")]).await;
    let of_offer = box_of(&house.page(&base).await);
    assert!(typed(&of_offer).ends_with('>'), "nothing is proposed: {of_offer}");
    assert!(of_offer.contains("n’est pas un motif de refus"));

    house.act(&reference, "repondre", &[("texte", "Mieux"), ("suite", "clore")]).await;
    let last = house.file(&reference).await.outbox.pop().unwrap().id;
    let mut tx = house.desk.store().begin().await.unwrap();
    tx.outbox_sent(&last, house.clock.now(), "250 ok").await.unwrap();
    tx.commit().await.unwrap();
    let page = house.page(&base).await;
    assert!(
        page.contains("ne s’annule plus")
            && page.contains("<a class=\"fr-link\" href=\"tel:0299001122\">02 99 00 11 22</a>")
    );
}

#[tokio::test]
async fn requests_are_merged_split_and_forwarded_by_plain_forms() {
    let (house, first) = house_with_ticket().await;
    let second = house.ticket("Encore", BODY, decision(BODY, "source-publication", &["licence"])).await;
    let answer = house.act(&second, "fusionner", &[("autre", "nulle part")]).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("value=\"nulle part\""));
    let answer = house.act(&second, "fusionner", &[("autre", &first)]).await;
    assert_eq!(location(&answer), format!("/equipe/demandes/{first}?vue=a-traiter&fait=fusionne"));
    assert_eq!(house.file(&first).await.messages.len(), 2);
    let part = house.page(&format!("/equipe/demandes/{second}")).await;
    assert!(part.contains("Cette demande est fusionnée dans") && part.contains(&first));
    for act in ["tiers", "transferer", "garder"] {
        let fields = [("tiers", "pilote@finances.example"), ("objet", "Une question"), ("question", "Oui ?")];
        let letter = [("adresse", "expert@inria.example"), ("texte", "Votre avis ?"), ("marche", "support")];
        let kept = [("reponse", "eligible"), ("organisme", "Ministère de la Culture"), ("source", "x")];
        let answer = house.act(&second, act, &[&fields[..], &letter, &kept].concat()).await;
        assert_eq!(answer.status(), 422, "{act}");
        assert!(answer.text().await.unwrap().contains("agissez sur celle-là"), "{act}");
    }
    assert!(house.file(&second).await.inquiries.is_empty());
    let bulk = [("acte", "clore"), ("d", &format!("{second}.{}", house.file(&second).await.ticket.version))];
    let page = house.post("/equipe/lot", &bulk).await.text().await.unwrap();
    assert!(page.contains("Rien à faire avec ces demandes") && page.contains("agissez sur celle-là"));

    // It is undone from either side.
    let whole = house.page(&format!("/equipe/demandes/{first}?fait=fusionne")).await;
    let here = whole.split("id=\"parties\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(here.contains("Encore") && here.contains(&format!("/equipe/demandes/{second}\"")));
    let undo = format!("/equipe/demandes/{second}/defaire-fusion");
    assert!(here.contains(&format!("action=\"{undo}\"")));
    let version = here.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let undone = house.post(&undo, &[("version", version), ("vue", "vue=toutes")]).await;
    assert_eq!(location(&undone), format!("/equipe/demandes/{second}?vue=toutes&fait=fusion-defaite"));
    assert_eq!(house.file(&second).await.ticket.status, Status::Open);
    assert!(!house.page(&format!("/equipe/demandes/{first}")).await.contains("id=\"parties\""));
    house.act(&second, "fusionner", &[("autre", &first)]).await;
    house.act(&second, "defaire-fusion", &[]).await;
    assert_eq!(house.file(&second).await.ticket.status, Status::Open);

    let message = house.file(&first).await.messages[0].id.clone();
    let fields = [("message", message.as_str()), ("categorie", "strategy")];
    let to = location(&house.act(&first, "separer", &fields).await).to_owned();
    let page = house.page(&to).await;
    assert!(page.contains("Voici la nouvelle demande") && page.contains("Sous quelle"));

    let base = to.split('?').next().unwrap();
    let new = base.rsplit('/').next().unwrap();
    assert_eq!(
        house.act(new, "rendez-vous", &[("jour", "2026-12-03"), ("heure", "midi")]).await.status(),
        422
    );
    house.act(new, "rendez-vous", &[("jour", "2026-12-03"), ("heure", "14:00"), ("lieu", "Ségur")]).await;
    assert!(house.page(base).await.contains("3 décembre 2026 à 14 h 00, Ségur"));
    let calendar = house.page(&format!("{base}/rendez-vous.ics")).await;
    assert!(calendar.contains("DTSTART:20261203T130000Z\r\n") && calendar.contains("LOCATION:Ségur\r\n"));
    assert!(house.page("/equipe?vue=toutes").await.contains("rendez-vous le 3 décembre 2026 à 14 h 00"));
    let untitled = house.ticket("", "Bonjour", decision("", "strategy", &[])).await;
    house.act(&untitled, "rendez-vous", &[("jour", "2026-12-03"), ("heure", "14:00")]).await;
    let empty = house.page(&format!("/equipe/demandes/{untitled}/rendez-vous.ics")).await;
    assert!(
        empty.contains(&format!("SUMMARY:Demande {untitled}\r\n")) && !empty.contains("LOCATION"),
        "{empty}"
    );
    house.act(new, "rendez-vous", &[("jour", "")]).await;
    assert_eq!(house.get(&format!("{base}/rendez-vous.ics")).await.status(), 404);

    let page = house.page(&format!("/equipe/demandes/{first}")).await;
    assert!(page.contains("Votre mot (obligatoire)") && page.contains("À qui (obligatoire)"));
    assert!(!page.contains(">version "), "what guards an act is no news");
    let forward = [("adresse", "expert@inria.example"), ("texte", "Votre avis ?")];
    house.act(&first, "transferer", &forward).await;
    let file = house.file(&first).await;
    assert!(file.events.iter().any(|event| event.kind == EventKind::Forwarded));
    assert!(
        file.outbox[0].text.contains("Votre avis ?") && file.outbox[0].text.contains("Sous quelle licence")
    );
    let page = house.page(&format!("/equipe/demandes/{first}")).await;
    assert!(page.contains("Le transfert à expert@inria.example <span data-annulable>part dans"));
    let asked = |page: &str| {
        page.split("id=\"questions\"").nth(1).map(|part| part.split("</section>").next().unwrap().to_owned())
    };
    let told = asked(&page).unwrap();
    assert!(told.contains("Message transféré le") && !told.contains("Question posée"), "{told}");
    let forward = house.file(&first).await.outbox.pop().unwrap().id;
    house.act(&first, "arreter", &[("envoi", &forward)]).await;
    let page = house.page(&format!("/equipe/demandes/{first}")).await;
    assert_eq!(asked(&page), None, "nothing left");
}

#[tokio::test]
async fn only_what_is_a_picture_by_its_octets_is_shown_as_one() {
    let (house, reference) = house_with_ticket().await;
    let message = house.file(&reference).await.messages[0].id.clone();
    let page = house.page(&format!("/equipe/demandes/{reference}")).await;
    assert!(!page.contains("<img"), "an HTML file is none");
    let path = format!("/equipe/demandes/{reference}/images/{message}/0");
    assert_eq!(house.get(&path).await.status(), 404);
    assert_eq!(
        house.get(&format!("/equipe/demandes/{reference}/page/{message}")).await.status(),
        404,
        "a form"
    );
}
