//! What was just done, told once on the next page. The address carries a code of this list, never a text.

/// The sentence of a code; `None` for an unknown one.
pub(super) fn sentence(code: &str) -> Option<&'static str> {
    Some(match code {
        "repondu" => "La réponse est en route et la demande est close.",
        "repondu-attente" => "La réponse est en route ; la demande attend la suite.",
        "brouillon-garde" => "Le brouillon est gardé : vous le retrouverez ici.",
        "brouillon-jete" => "Votre brouillon est jeté.",
        "texte-choisi" => "Le texte choisi est dans la case.",
        "texte-repris" => "Votre texte d’avant est de nouveau dans la case.",
        "transfere" => "Le message est transféré ; son auteur n’en voit rien.",
        "fusionne" => {
            "La demande est fusionnée : tout ce qu’elle contenait est ici. Cela se défait sous « Fusionnées dans celle-ci »."
        }
        "fusion-defaite" => "La fusion est défaite : la demande a retrouvé ses messages.",
        "separe" => "Voici la nouvelle demande ; le message est aussi resté dans la première.",
        "rendez-vous" => "Le rendez-vous est noté.",
        "rendez-vous-retire" => "Le rendez-vous est retiré.",
        "transmis" => "La demande est transmise.",
        "corrige" => "La catégorie est corrigée et le brouillon refait.",
        "refuse" => "Le refus est en route.",
        "arrete" => "L’envoi est arrêté : la demande est de nouveau à traiter.",
        "transfert-arrete" => {
            "Le transfert est arrêté : rien n’est parti, et votre mot est de nouveau dans sa case."
        }
        "question-arretee" => {
            "La question est arrêtée : rien n’est parti, et votre texte est de nouveau dans sa case."
        }
        "rattrape" => "Le courriel de rectification est en route ; la demande est de nouveau à traiter.",
        "envoye" => "Le courriel est remis dans la file : il part maintenant.",
        "envoye-attend" => {
            "Le courriel est remis dans la file : il partira dès que le serveur de messagerie répondra."
        }
        "marque-levee" => {
            "La marque de cette adresse est levée : les courriels automatiques peuvent y partir de nouveau."
        }
        "disjoncteur-relance" => "Les courriels automatiques qui attendaient partent.",
        "ecarte" => "La demande est écartée.",
        "clos" => "La demande est close.",
        "attendue" => "La réponse du destinataire est toujours attendue.",
        "rouvert" => "La demande est rouverte.",
        "tiers-demande" => "La question est en route ; le demandeur n’en voit rien.",
        "reponse-gardee" => "La réponse est gardée : cet organisme est jugé ainsi désormais.",
        "reference-corrigee" => "La correction est enregistrée : elle compte dès maintenant.",
        "reference-retiree" => "La correction est retirée : la ligne d’origine compte de nouveau.",
        "texte-publie" => "Le texte est publié : il vaut pour ce qui s’écrit à partir de maintenant.",
        "texte-revenu" => "C’est fait : cette version est de nouveau en vigueur.",
        "note" => "La note est enregistrée.",
        "demandeur" => "La demande est au nom de cette personne ; la réponse ira à son adresse.",
        "reporte" => "La demande est reportée : elle reviendra d’elle-même.",
        "reprise" => "La demande est de nouveau à traiter.",
        "saisie" => "La demande est ouverte.",
        "saisie-attend" => "La demande est gardée ; elle s’ouvre dans un instant.",
        "vue-gardee" => "La liste est enregistrée.",
        "vue-supprimee" => "La vue est supprimée.",
        "preferences" => "Vos préférences sont enregistrées.",
        "affecte" => "L’affectation est enregistrée.",
        "reessai" => "L’arrivée est remise dans la file.",
        "automatismes-arretes" => "Les automatismes sont arrêtés : seuls les accusés de réception partent.",
        "automatismes-relances" => "Les automatismes sont relancés.",
        "entree-ajoutee" => "L’entrée est dans l’annuaire.",
        "entree-modifiee" => "L’entrée est modifiée.",
        "entrees-confirmees" => "C’est confirmé en date d’aujourd’hui.",
        "entrees-aucune" => "Aucune entrée n’était cochée : rien n’a changé.",
        "entree-absence" => "L’absence est enregistrée.",
        "entree-presence" => "La personne est notée présente.",
        "entree-ecartee" => "La proposition est écartée.",
        "entree-terminee" => "La fin de l’entrée est enregistrée.",
        "entree-effacee" => "Le nom, l’adresse et la note sont effacés.",
        "annuaire-repris" => "Le fichier est repris dans l’annuaire.",
        "mot-de-passe" => "Votre mot de passe est enregistré. Bienvenue !",
        _ => return None,
    })
}

/// Why nothing was done, by the code of it; `None` for an unknown one.
pub(super) fn failure(code: &str) -> Option<&'static str> {
    Some(match code {
        "change" => "Cette demande a changé entre-temps : rien n’a été fait. La voici comme elle est.",
        "lot-vide" => "Aucune demande n’était cochée : rien n’a changé.",
        "vue-refusee" => "La liste n’a pas été enregistrée : donnez-lui un nom et au moins un filtre.",
        _ => return None,
    })
}

/// A ticket reference as it may stand in an address: what does not look like one is not shown.
pub(super) fn reference(given: &str) -> Option<&str> {
    (given.len() == 8 && given.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())).then_some(given)
}
