//! What was written now, in bodies of which the properties found that they were divided wrongly.

#[test]
fn own_lines_that_look_like_headers_do_not_take_a_block_of_one_line_along() {
    let block = "Gesendet: Montag, 2. März 2026 um 10:14 Uhr Von: \"Mission\" <contact@code.gouv.fr> An: marie@ville.example \
                 Betreff: Licence";
    for own in [
        "De : Lyon, à : Paris, c’est le trajet que nous faisons.\nObjet : je reviens sur la question des marques",
        "Objet : je reviens sur la question des marques\nDe : Lyon, à : Paris, c’est le trajet que nous faisons.",
        "Bonjour,\nDe : Lyon\nÀ : Paris\nObjet : la licence que nous avons choisie en mars",
        "Date : le 12 avril 2026\nDe : Lyon\nvoilà pour le voyage des agents du service.",
    ] {
        for gap in ["\n", "\n\n"] {
            let body = format!("{own}{gap}{block}\n\nzebre Bonjour,\nzebre vous pouvez publier.\n");
            let fresh = guichet::mail::quote::fresh("Re: Licence", &body);
            let text: String = fresh.iter().map(|range| &body[range.clone()]).collect();
            assert_eq!(text.trim(), own, "{body}");
        }
    }
}
