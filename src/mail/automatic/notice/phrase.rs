//! How notices are worded, in the languages that reach us: French first, English, German, Spanish, Italian, Dutch,
//! Portuguese. All for folded text (lower case, no accents, straight apostrophes). An *opening* stands at the start of a
//! sentence; a *trait* anywhere in one.

use std::sync::LazyLock;

use regex::Regex;

use crate::mail::fold::expression;

/// What may stand before an opening.
const LEAD: &str = r"(?:(?:actuellement|presentement|etant|(?:ce (?:message|mail|courriel) (?:est )?)?pour vous (?:informer|prevenir|signaler) qu[e']|je (?:tiens a )?vous (?:informe|informer|previens|prevenir) qu[e']|nous (?:tenons a )?vous (?:informons|informer) qu[e']|veuillez noter qu[e']|a noter|merci de noter qu[e']|sachez qu[e']|suite a [^,]{1,60},|conformement a [^,]{1,120},|en raison d[^,]{1,60},|malheureusement|pour information|message automatique|reponse automatique|please note that|please be advised that|currently|unfortunately|note that|bitte beachten sie, dass|leider|actualmente|attualmente|momenteel|thank you for (?:your (?:e-?mail|message|mail)|contacting [^,.!]{1,40}|reaching out)|thanks for (?:your (?:e-?mail|message|mail)|contacting [^,.!]{1,40})|merci (?:pour|de) votre (?:message|mail|courriel|e-?mail)(?: et)?|vielen dank fur ihre (?:nachricht|e-?mail|anfrage)|thank you for writing|agradeco a sua mensagem|et)[ ,;:!.-]*)*";

fn opening(alternatives: &[&str]) -> Regex {
    expression(&format!(r"^[\s*=\[(#-]*{LEAD}(?:{})", alternatives.join("|")))
}

fn anywhere(alternatives: &[&str]) -> Regex {
    expression(&alternatives.join("|"))
}

/// One way to tell something, with its expression.
pub(super) type Phrase = LazyLock<Regex>;

pub(super) static ABSENT: Phrase = LazyLock::new(|| {
    opening(&[
        r"(?:je|j'|nous|m\.|dr\.?|docteur|maitre|mme|monsieur|madame)\b[^,]{0,40}?\b(?:suis|serai|sommes|serons|est|sera|etant)\b[^,]{0,40}?\b(?:absente?s?|en (?:\w+ )?(?:conges?|vacances|deplacement|formation|arret|mission|repos|rtt|voyage|reunion|teletravail)|hors du bureau|injoignables?|indisponibles?|a temps partiel|a l'etranger|pas (?:au bureau|disponible|present|joignable)|fermes?)\b",
        r"(?:je serai|nous serons) (?:\w+ )?de retour\b|(?:on leave|ooo|out (?:today|this week|of office))\b|l'adresse \S+ n'existe plus",
        r".{0,40}\b(?:jestem .{0,20}(?:urlopie|nieobecn)|przebywam na urlopie|nie ma mnie w|(?:jag|jeg) (?:ar|er|har|am) .{0,24}(?:semester|ferie|ledig|franvarande|fravaerende|fravarende|permisjon|kontoret)|olen .{0,24}(?:lomalla|poissa)|ofiste degilim|izindeyim|sunt in concediu|nu sunt (?:in|la) birou|jsem .{0,24}(?:dovolene|mimo kancelar)|szabadsagon|nem vagyok az irodaban)|.{0,40}(?:я в отпуске|нахожусь в отпуске|отсутствую)",
        r"je m'absente\b|(?:j[e'] ?(?:suis|serai) |nous (?:sommes|serons) )(?:\w+ )?(?:en (?:\w+ )?(?:greve|colloque|seminaire|conference|disponibilite|stage|salon|tournee|audience|detachement|retraite|intervention|rendez-vous|visite)|sur (?:le terrain|site|la route)|au salon|aux assises|en dehors du bureau|souffrante?|en convalescence|hospitalisee?)|sur le terrain|je teletravaille|(?:le|la|l'|les|notre|nos) ?(?:[\w'-]+ ){1,4}(?:ferme(?:nt|ra)? (?:ses|leurs|nos)|(?:est|sont) ouverte?s? (?:le|du|uniquement|seulement|de)|reprend(?:ra)? le)|conges? (?:annuels?|longue|maladie|maternite|paternite|parental|bonifie|sabbatique|du \d|jusqu)|gone fishing",
        r"je ne (?:consulte|releve|lis) (?:ma|mes|cette|pas|que|plus|presque)|je n'ouvre (?:ma|cette)|je (?:reviens|rentre) (?:au bureau |de conges? )?(?:le \d|demain|lundi|mardi|mercredi|jeudi|vendredi|en |dans )|(?:l'agent|la personne|le correspondant|l'interlocut(?:eur|rice)|votre (?:interlocut(?:eur|rice)|correspondante?))\b.{0,60}\b(?:absente?|indisponible|pas (?:disponible|joignable))",
        r"(?:notre|l'|toute l'|nos) ?equipes? (?:est|sont|sera|seront) (?:actuellement |toute )?(?:en (?:seminaire|formation|deplacement|conges?)|absentes?)|n'etant pas (?:au bureau|disponible|present|joignable)|teletravail sans",
        r"je participe .{0,40}(?:jusqu|du \d)|(?:je )?ne travaille pas l|j'ai un acces (?:limite|restreint|reduit)|je n'(?:ai|aurai) pas acces a m",
        r"(?:absente?s?(?:\(e?s?\))?|en (?:conges?|vacances|deplacement|arret|formation|mission|rtt)|a temps partiel)\b",
        r"(?:le|la|les|notre|nos|l')\s?(?:[\w'-]+ ){1,5}(?:est|sera|seront|sont) (?:actuellement |exceptionnellement )?ferme",
        r"pause (?:estivale|hivernale|de fin d'annee)|fermeture (?:annuelle|estivale|exceptionnelle)|.{0,60}\bfermeture du \d|message d'absence|absence du bureau",
        r"(?:i|we)(?: am| will be| are|'m|'ll be|'re) (?:currently |presently |now |also )?(?:out of|away\b|out until|on (?:[\w-]+ ){0,2}(?:leave|vacation|holidays?|sabbatical)|travell?ing|at (?:a|an|the) (?:[\w-]+ )?(?:conference|workshop|event|meeting|seminar|training)|in (?:meetings|training|transit)|not in the office|unavailable|attending|off\b|back )",
        r"i(?:'m| am) ooo|i (?:only |just )?work (?:part|only|mon|tue|wed|thu|\w+ days)|i (?:do not work|don't work)|on (?:parental|maternity|paternity|sick|annual|study) leave|away from my desk|out of (?:the )?office",
        r"(?:the|our) (?:[\w-]+ ){1,3}(?:is|are|will be) closed (?:from|until|for|on|between|over|today|this|during)",
        r"(?:\w+ )?(?:ich|bin ich|befinde ich mich)\b.{0,60}(?:nicht im (?:buro|haus)|im urlaub|abwesend|nicht erreichbar|ausser haus|in elternzeit|im mutterschutz|wieder (?:erreichbar|im buro))",
        r"(?:estare|estoy|me encuentro|me encontrare) .{0,30}(?:fuera de|de vacaciones|ausente|de baja)",
        r"(?:sono|saro|mi trovo) .{0,30}(?:fuori (?:ufficio|sede)|assente|in ferie|in vacanza|in maternita)",
        r"ik ben .{0,40}(?:afwezig|met vakantie|op vakantie|met verlof|niet op kantoor|niet aanwezig)",
        r"(?:estarei|estou|encontro-me) .{0,30}(?:ausente|de ferias|fora do escritorio|de licenca)",
    ])
});

pub(super) static RECEIPT: Phrase = LazyLock::new(|| {
    opening(&[
        r".{0,80}?\b(?:recu|receptionne|connaissance de|reception de) (?:votre|vos) (?:demande|message|courriel|courrier(?: electronique)?|ticket|e-?mail|mail|requete|candidature|envoi|signalement|saisine|reclamation|question|sollicitation)|(?:nous )?accusons (?:bonne )?reception d|nous l'avons bien recu",
        r"(?:ticket|demande|incident|dossier|requete) (?:n\S* ?\S+ )?(?:cree|ouvert|enregistre|recu)e?\b ?(?::|sous|avec|$)|(?:il|elle|celui-ci|celle-ci) (?:a ete|est|sera) (?:automatiquement )?(?:transmis|transfere|achemine)e? (?:automatiquement|a(?:u| la|ux)? (?:nos|service|bureau|personne))|(?:le|la|l'|les|m\.|mme|monsieur|madame)\b.{2,60}vous remercie(?:nt)? (?:de|pour) (?:votre|vos) (?:message|courriel|courrier|mail|e-?mail)",
        r"votre (?:demande|message|courriel|courrier(?: electronique)?|ticket|e-?mail|mail|requete|candidature|envoi|signalement|saisine|reclamation|question|sollicitation)\b.{0,60}?(?:(?:a|ont) (?:bien )?ete (?:bien )?(?:enregistre|recu|pris|transmis|cree|achemine|adresse|creee)|est (?:bien )?(?:enregistre|prise? en|parvenu|en cours de)|(?:nous|m')\s?est (?:bien )?parvenu|porte (?:le numero|la reference)|sera (?:traite|instruit|examine))",
        r"(?:vous etes bien|you(?:'ve| have) reached) (?:en contact|the|our)|your (?:mail|message|request|e-?mail) is in (?:the|our) queue|(?:incident|ticket|demande|case) \S{2,20} (?:statut|status) ?:|(?:demande|ticket|incident) enregistree? |formulaire envoye|voici une copie de votre|(?:zgloszenie|wiadomosc)\b.{0,20}\bzostal[ao]|dziekujemy za|thank you for your (?:contribution|submission|message|e-?mail|participation)",
        r".{0,60}\b(?:pris en compte|pris en charge|receptionne) (?:votre|vos)\b|votre (?:demande|message|courriel|e-?mail|mail)\b.{0,40}\breceptionnee?|demande \S{2,20} (?:prise en compte|enregistree|recue)|(?:notre|our) (?:equipe|service|team) (?:vous (?:repond|recontacte|contacte)ra|will (?:reply|respond|answer))",
        r"(?:un|le|votre) (?:nouveau )?(?:ticket|dossier|incident|suivi)\b.{0,30}(?:a ete|vient d'etre|est) (?:cree|ouvert|enregistre|ajoute)|accuse d(?:e reception|'enregistrement)|.{0,24}nouveau ticket",
        r".{0,80}\bvo(?:tre|s) (?:demande|message|courriel|courrier(?: electronique)?|ticket|e-?mail|mail|requete|candidature|envoi|signalement|saisine|reclamation|question|sollicitation)\b.{0,60}\b(?:enregistre|recue?\b|transmise? a|depose|parvenu|arrive dans)|.{0,60}\b(?:reception|enregistre|recu|connaissance)\b.{0,20} vo(?:tre|s) (?:demande|message|courriel|courrier(?: electronique)?|ticket|e-?mail|mail|requete|candidature|envoi|signalement|saisine|reclamation|question|sollicitation)|.{0,60}vous remercie de votre message|.{0,60}ticket .{0,40}(?:has been|was) created",
        r"(?:et )?merci (?:de nous avoir|d'avoir) (?:contacte|ecrit|sollicite|saisi|pose)|message recu\.|votre (?:inscription|participation|reservation|commande|depot|contribution) .{0,60}?(?:est|a(?: bien)? ete) (?:bien )?(?:confirme|enregistre|valide|recu|pris)e? ?|(?:le|votre) (?:ticket|dossier|incident)\b.{0,30}(?:est passe a|(?:a ete|vient d'etre) (?:mis a jour|resolu|clos|cloture|attribue|affecte))|nous avons l'honneur d'accuser reception|.{0,80}\b(?:destinataire de|a pris (?:bonne )?note de|reception de|recu|saisie? de) (?:votre|vos|ton) |(?:dossier|ticket|demande|incident|signalement) \S{3,20} (?:ouverte?|creee?|enregistree?)|votre (?:message|courriel|mail|demande) (?:a ete (?:depose|place|confie|mis)|est (?:dans la file|entre les mains|confie))|(?:votre (?:demande|message)|il|elle) est attribuee? automatiquement|vous avez (?:ecrit|envoye un (?:message|courriel|mail)) a (?:une|l'|la|le|notre)|nous vous remercions (?:de|pour) votre (?:demande|message|courriel|courrier(?: electronique)?|ticket|e-?mail|mail|requete|candidature|envoi|signalement|saisine|reclamation|question|sollicitation)",
        r"(?:.{0,30}\b)?(?:we|i)(?:'ve| have)? (?:successfully )?(?:received|got|logged|registered|recorded) your|(?:we would like to|we) acknowledge|your (?:request|message|ticket|e-?mail|enquiry|inquiry|case|submission|registration|application)\b.{0,70}(?:has been|was|have been|is) (?:successfully )?(?:received|created|registered|logged|opened|being)",
        r"(?:a|your) (?:[\w-]+ ){0,2}(?:ticket|case|request) (?:has been|was) (?:opened|created)|thank(?:s| you) for (?:contacting|reaching out|getting in touch|writing to|your (?:enquiry|inquiry|request))|this is to (?:acknowledge|confirm)|your (?:request|message|ticket|case) has been assigned|we aim to (?:answer|reply|respond)",
        r"ihre? (?:ticket|vorgangs|anfrage|bearbeitungs)-?nummer|ihr ticket\b|wir haben ihre|ihre (?:anfrage|nachricht|e-?mail|mail)\b.{0,30}(?:ist|wurde|haben wir)",
        r"hemos recibido su|su (?:mensaje|solicitud|consulta|correo)\b.{0,20}ha sido|abbiamo ricevuto (?:la sua|il suo|la tua)|il suo messaggio|ihr (?:anliegen|schreiben) (?:ist|wurde)|hemos registrado|su peticion|la sua (?:richiesta|e-?mail)\b.{0,20}e stata|wi?j? hebben uw|we hebben uw|uw (?:bericht|vraag|e-?mail)\b.{0,20}(?:is|werd) |recebemos (?:a sua|o seu|a tua|o teu)|(?:a sua mensagem|o seu pedido) foi",
    ])
});

pub(super) static GONE: Phrase = LazyLock::new(|| {
    opening(&[
        r"je ne (?:fais|ferai) plus partie|je ne (?:travaille|suis|lis) plus\b|je n'(?:occupe|exerce) plus|j'ai quitte (?:mes fonctions|la |le |l'|mon poste)|(?:m\.|mme|monsieur|madame) [^.]{1,40} (?:a quitte|ne fait plus partie|n'exerce plus)|.{0,40}je ne lis plus (?:cette|mes)",
        r"(?:cette|l'|la|la presente)\s?(?:adresse|boite|messagerie|bal)\b.{0,80}?(?: n'est (?:plus|pas)|(?:est|sera) (?:desormais |dorenavant )?(?:ferme|desactive|supprime))|ma nouvelle adresse\b|(?:boite|adresse|messagerie|bal)\b.{0,30} non (?:surveillee|relevee|consultee|lue)\b|retraitee? depuis|j'ai fait valoir mes droits a la retraite|(?:je suis|m\. .{1,40} est|mme .{1,40} est) (?:detachee?|mutee?|partie?|mise? a disposition|nommee?) |mon poste est (?:occupe|repris)|(?:attention,? )?(?:nouvelle adresse|changement d'adresse) ?:|votre (?:demande|message) n'(?:entre pas|est pas (?:adresse|du ressort))|ayant quitte (?:mes|le|la|l')|vous (?:avez )?cherche[zr]? a joindre|.{0,40}\ba (?:quitte (?:la (?:societe|collectivite|direction)|le (?:service|ministere|bureau)|l'(?:entreprise|etablissement|organisme)|notre|nos|son poste|ses fonctions)|change de (?:service|poste|fonctions))|(?:la boite|la messagerie|l'adresse)\b.{0,60}\b(?:est remplacee|a ete (?:fermee|supprimee|desactivee|remplacee|migree))|ce compte (?:est|n'est)",
        r"i (?:no longer work|am no longer (?:with|at|in|work|employ|part|the|a member|reach|avail|using|check|respons)|retired\b)|.{0,40}\bi? ?no longer read this|i(?:'ve| have) left (?:the |my |our |\w+ (?:as|on|in|and)\b)|(?:this|the) (?:mailbox|e-?mail (?:address|account)|address|account|e-?mail)\b[^.!?]{0,60} (?:no longer|not monitored|unmonitored|(?:been|be) (?:closed|deactivated|disabled|retired|replaced|decommissioned|discontinued))|[\w.-]+ [\w.-]+ has (?:moved|changed|retired)|as of \d|[\w.-]+ [\w.-]+ is no longer (?:with|at|employed)|[\w.-]+ (?:[\w.-]+ ){0,2}no longer (?:handles|works|manages|reads)|[\w.-]+ [\w.-]+ has left (?:the|our)",
        r"(?:questa casella|questo indirizzo|esta (?:direccion|cuenta|caja)|este (?:endereco|correo|buzon)|diese (?:adresse|mailadresse)|dit (?:e-?mail)?adres|deze mailbox)\b.{0,60}\b(?:non e piu|ya no|ja nao|nicht mehr|niet meer)|dieses (?:postfach|konto)\b.{0,60}\bnicht|ich bin nicht mehr|ya no trabajo|non lavoro piu|ik ben niet meer werkzaam|ja nao trabalho",
    ])
});

pub(super) static GATE: Phrase = LazyLock::new(|| {
    opening(&[
        r"vous venez (?:de |d')|(?:le|ce) (?:message|courriel|mail|e-?mail) que vous (?:nous |m')?(?:avez|venez)|[\w.-]+ [\w.-]+ utilise .{0,60}(?:indesirable|spam|pourriel)|(?:je viens de recevoir|j'ai bien recu) votre|vous m'avez (?:envoye|ecrit|adresse)|votre (?:message|courriel|e-?mail|mail)\b.{0,80}(?:est|a ete) (?:(?:mis |place |retenu )?en attente|retenu)|votre (?:message|courriel|e-?mail|mail) n'a pas encore",
        r"(?:ma|cette|notre) (?:messagerie|boite)\b|je suis protege|je recois (?:beaucoup|trop)|j'utilise .{0,40}anti|(?:afin de|pour) (?:lutter|limiter|me proteger|eviter|proteger)|pour que (?:je|votre)|votre (?:message|courriel|e-?mail|mail) (?:pour|a|envoye a|adresse a|destine a) (?:la )?(?:liste|'|«)",
        r"(?:veuillez |merci de )?cliqu.{2,80}pour que votre|\S+ (?:is protected by|est protegee? par)|this mailbox|your (?:message|e-?mail)\b.{0,60}is (?:waiting|pending|on hold|being held)|in order to (?:reduce|prevent|stop|fight)|to make sure (?:that )?you|your (?:message|e-?mail|mail) has ?n[o']t (?:yet )?been|vous n'etes pas (?:encore )?(?:connu|reconnu|autorise|repertorie|enregistre|dans)|votre (?:contribution|message|envoi) a la liste|to (?:deliver|release) your|to (?:reduce|control|fight|prevent) spam|you (?:have )?(?:just )?sent|you are not (?:yet )?on my|to have your e-?mail delivered|your (?:mail|message|e-?mail|post|posting) to (?:the )?(?:list|')",
    ])
});

pub(super) static VERDICT: Phrase = LazyLock::new(|| {
    opening(&[
        r"votre (?:message|courriel|e-?mail|mail)\b.{0,160}?(?:(?:a(?: bien)? ete|n'a pas ete|n'a pas pu etre|n'a pu etre|ne peut etre|est) (?:mis en quarantaine|bloque|supprime|rejete|remis|lu\b|affiche|delivre|ouvert|distribue|intercepte|place en quarantaine)|contenait (?:une|un|des))",
        r".{0,80}\b(?:messagerie|boite|service)\b.{0,60}\b(?:indisponible|hors service|en maintenance)",
        r"(?:la|une) piece jointe .{0,80}(?:a ete|est) |la (?:boite|messagerie)\b.{0,80}(?:est pleine|a depasse|a atteint)|(?:le destinataire|votre correspondant) a (?:atteint|depasse)|(?:ceci est un )?accuse de (?:reception (?:pour le|du) (?:courriel|message)|lecture)",
        r"this is a (?:return|read) receipt|your (?:message|e-?mail)\b.{0,80}(?:was|has been|could not be) (?:blocked|quarantined|rejected|read|delivered|displayed|opened|deleted)",
        r"an attachment .{0,60}(?:removed|blocked)|the recipient's mailbox|(?:the|this|your) mailbox\b.{0,40}(?:is full|over quota)|ihre (?:nachricht|e-?mail)\b.{0,80}gelesen",
        r"votre message$|your message$|(?:message|courriel|mail) (?:lu|ouvert|remis|affiche) le \d",
    ])
});

/// A sentence in which the text calls itself automatic, or forbids an answer.
pub(super) static ITSELF: Phrase = LazyLock::new(|| {
    opening(&[
        r"(?:.{0,40}\b)?(?:assistant virtuel|virtual assistant|chatbot\b|geree? par un (?:robot|automate))",
        r"(?:(?:ceci|ce|cette|il s'agit d'une?|le present|la presente|remarque ?:?|note ?:?)\b|(?:cet |l')?(?:message|reponse|courriel|mail|e-?mail|notification|avis) (?:est |a ete )?(?:automati|genere|envoye|emis)).{0,60}?(?:automati\w+|(?:genere|envoye|emis)\w* par (?:la|le|un|une|notre) )",
        r"(?:le |ce )?(?:present )?(?:message|courriel|mail|avis|accuse)\b.{0,60}\bpar un (?:automate|robot|systeme)",
        r"(?:cet? )?(?:message|reponse|courriel|mail|e-?mail|notification|avis) (?:est )?automatique|.{0,60}\(reponse automatique\)",
        r"ne repondez pas (?:directement )?a (?:ce|cet|cette) |cet e-?mail (?:est|a ete) (?:automati|genere|envoye)",
        r"(?:merci de |priere de |veuillez |s'il vous plait,? )?(?:ne pas|n'y) (?:y )?repond(?:re|ez)(?: (?:directement )?a (?:ce|cet|cette) (?:message|courriel|mail|e-?mail|adresse)|\s*[,.!]|$)",
        r"this is an? automat\w+(?: generated)?(?: \w+)? (?:message|reply|response|notification|e-?mail|acknowledge?ment|confirmation)|this (?:e-?mail|message|mail|notification|reply|response|answer)\b.{0,50}\bautomat\w+|(?:please )?(?:do not|don't) (?:directly )?reply(?: to this|\s*[.!]|$)|automatically generated|automated (?:message|reply|response)",
        r"dies(?:e|es)?\b.{0,40}\bautomatisch|(?:esto|este|esta)\b.{0,30}\bautomatic[oa]|mensagem automatica|messaggio automatico|mensaje automatico|quest[oa]\b.{0,30}\bautomatic[oa]|dit (?:is|bericht)\b.{0,30}automatisch|bitte antworten sie nicht|por favor,? n(?:o|ao) respond|si prega di non rispondere",
    ])
});

/// Where such a sentence says the contrary.
pub(super) static DENIED: Phrase = LazyLock::new(|| {
    anywhere(&[r"est-(?:il|ce)\b|n'est pas (?:une?|automat)|is not an?\b|isn't an?\b|keine automat"])
});

pub(super) static RETURN: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"jusqu['e]|^de retour|(?:suis|serai|sommes|serons|est|sera|et) (?:\w+ ){0,2}de retour|(?:mon|notre) retour|a compter d|a partir d|\bdu \d|\bdepuis le|reprise|retour (?:prevu|le)|avant le \d|fermeture du|prochains jours|pour la journee|\ba son retour|des (?:le|mon|lundi|demain) |en ce moment|toute la semaine|reouverture|indetermine|cette semaine|aujourd'hui|\bretour (?:demain|lundi|mardi|mercredi|jeudi|vendredi)|rendez-vous le \d|(?:de nouveau|a nouveau) (?:joignable|disponible|present)|je (?:reviens|rentre) ",
        r"until|\btill\b|return|reopen|currently|academic year|back (?:on|in)|from \d|indefinite|this week|next working day",
        r"\bbis (?:zum|einschl|mont|dien|mitt|donn|frei|\d)|ab dem|zuruck|ruckkehr|hasta|volver|vuelv|regres|fino al|rientro|\bdal \d|\btot (?:en|\d|\w+dag)|terug|\bate \d|volt(?:o|arei)|\b(?:do|till?|til|pana|az) \d|wracam|powro|tillbaka|tilbake|tilbage|palaan|asti\b|donecegim|tarihine|revin|vratim|visszater|вернусь|до \d",
    ])
});
pub(super) static LATER: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"(?:je|nous) (?:vous |le |la |les |l'|ne |n'|y )*(?:repondr|lir|traiter|prendr|consult|contacter|recontacter|reviendr)|ser(?:a|ont) (?:lu|traite|examine)|prendrai connaissance|avec retard|(?:pas|sans) acces|(?:pas|plus) en mesure de|acces (?:limite|restreint|intermittent|reduit)|ne (?:sera|seront|sont) pas (?:transfere|transmis|lu)|n'a pas ete (?:transfere|transmis)|reponds? (?:des|avec)|consulte peu|deconnect|connexion (?:limitee|episodique|intermittente)|attendr(?:a|ont) |comptez |je serai (?:lente?|moins|peu)|soyez patient|retrouver(?:ai|ons) |sporadic|expect (?:a )?delays?|on te |ser(?:a|ont) donc|ne sera (?:donc )?pas lu|ma reponse (?:peut|pourra|risque|tarde)|(?:me[sl]s|messages?|courriels?|mails?) lus|reponse (?:lundi|mardi|mercredi|jeudi|vendredi)|reprendr",
        r"(?:i|we)(?: will|'ll) (?:respond|reply|answer|get back|read|be slow)|respond when|reply when|replies will|will (?:reply|be read)|replies will be|slow to|(?:limited|no) (?:access|connectivity)|not be forwarded|infrequently",
        r"weitergeleitet|beantwortet|bearbeitet|nicht gelesen|contestare|respondere|leggero|rispondero|beantwoord|doorgestuurd|lees (?:mijn|ik)|responderei",
    ])
});
pub(super) static STAND_IN: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"urgen|reporter? vo|sollicite[rz]|interim|prend(?:ra)? le relais|vertretung|vervanger|astreinte|permanence|en mon absence|pendant (?:mon|cette) absence|\b(?:contacte[rz]|joindre|adresse[rz](?: vos| votre| a|-vous| vous)|vous adresser|ecrire|ecrivez|appele[rz])\b|remplac|supplean|adjointe?\b|interlocuteur|successeur|formulaire du|relais|utiliser le (?:portail|formulaire)|phone me|assurera|rapprocher d|merci de (?:voir|nous joindre)|voir avec|appelez\b|assistant|secretariat|standard|carnet d'adresses|nouvelle adresse|mettre a jour vos",
        r"\bcontact\b|reach out|covering|\bforward\b|call (?:my|the)|(?:direct|address|send) (?:your|all|any)|write to|in my absence|instead|web form",
        r"dringend|wenden sie sich|vertret|contacta|pongase|contatt|rivolger|contact opnemen|colega|collega",
    ])
});
pub(super) static NUMBER: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"n ?[°º] ?\S{0,20}\d|\bno?\.? ?\d{3}|numero\b|reference\b|identifiant|ticket ?(?:#|n|id)|#\d{2,}|\b[a-z]{1,5}-?\d{3,}|case number|(?:tracking|request|ticket|reference) (?:id|number)|nummer|\bid \d{3,}",
    ])
});
pub(super) static DELAY: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"meilleurs delais|brefs delais|(?:plus|tres) (?:vite|rapidement)|sous \S+ (?:h\b|heures|jours|semaines|mois)|dans un delai|delais? de (?:reponse|traitement)|\b(?:\d+|deux|trois|quelques|plusieurs) (?:heures|jours|semaines|mois)|prochainement|des que possible|rapidement|au plus tot|delai moyen|ordre d'arrivee|sous peu",
        r"as soon as possible|shortly|\bsoon\b|within \S+ (?:business|working|hours|days)|(?:business|working) (?:days|hours)",
        r"schnell|so bald wie|zeitnah|in kurze|mayor brevedad|antes posible|en breve|al piu presto|prima possibile|quanto prima|zo (?:spoedig|snel)|werkdagen|mais breve|brevemente",
    ])
});
pub(super) static PROMISE: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"ser(?:a|ont|ez) (?:\w+ )?(?:traite|apporte|envoye|adresse|attribue|cloture|diffuse|communique|examine|etudie|instruit|lu\b|prise? en|inform|contact|recontact)|va (?:etre|vous)|\b(?:repondra|repondrons|repondront|reviendra|reviendrons|traiterons|traitera)\b|sera transmis|sont traitees?|assigned to|prise? en (?:charge|compte)|\b(?:vous |l'|la |le |les )(?:repondr|reviendr|recontacter|contacter|traiter|examiner|etudier|recevr|prendr)(?:a|ons|ont|ez)\b|reviendr(?:a|ons|ont) vers vous|vous recevrez|suivre (?:son|l'|le (?:traitement|suivi)|votre (?:demande|dossier|ticket|requete))|reponse (?:personnelle|individuelle|individualisee)|nombre (?:important |croissant |eleve )?de (?:messages|courriels|courriers|demandes|mails|sollicitations)|numero pour|espace personnel|une reponse (?:vous|personnalisee)|pourra prendre|ne prejuge pas|(?:nos|les) services|service (?:competent|concerne|de presse)|rappeler dans vos|conserver cet|ne renvoyez|inutile de|sans (?:reponse|nouvelles) de notre part|tout en oeuvre",
        r"get back to you|will (?:be in touch|reply|respond|contact|review|be reviewing|send you|notify)|un (?:membre|agent|conseiller|technicien|juriste|specialiste|expert|operateur) (?:de |du |l'|la |vous )|il vous sera (?:repondu|donne)|examen attentif|suite (?:qui|y)? ?(?:sera|reservee)|let you know the|somebody will|someone will|a equipa|rappeler la reference|objet de ce message|esaminat|apres (?:validation|verification|moderation)|suites? donnees?|nous (?:vous )?(?:repondrons|reviendrons)|retenu toute notre attention|sans retour de votre part|a ete saisie?|is being reviewed|to add (?:additional )?comments|check the status|keep this number|bearbeitet|melden uns|beantworten|responderemos|pondremos en contacto|risponderemo|ricontatter|presa in carico|een antwoord|contact met u|entraremos em contacto",
    ])
});
pub(super) static CLICK: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"cliqu|\bclic\b|confirm (?:that )?you|click|lien (?:ci-dessous|suivant)|suivant ce lien|link below|following link|recopie|authentifier|verify|confirmer votre adresse|reply to this request",
    ])
});
pub(super) static HELD: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"me parvienne|(?:soit|etre|encore ete) (?:remis|delivre|distribue|transmis|livre)|en attente|une (?:seule |premiere )?fois|protege|anti-?spam|altospam|mailinblack|delivrer|expediteur|indesirable|valider votre|moderat|approbation|approval|abonne|subscribe|delivered|spam|real person|human|waiting|being held|approved senders",
    ])
});
pub(super) static DETAIL: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"\b(?:objet|sujet|subject) ?:|destinataire|recipient|adresse a |filtre|securite|solution de protection|passerelle|administrat|gateway|filter|\d{1,2}[:h]\d\d|reessay|plus tard|later|ne peut (?:plus|etre)|type de fichier|non autorise|ordinateur|displayed|affiche|without being read|quota",
    ])
});

/// What notices say beside it all, without any weight.
pub(super) static POLITE: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"bonnes? (?:journee|annee|fetes|reception)|merci (?:pour|de) votre|remercie|comprehension|horaires|vous recevez ce|est important|vous souhaite|foire aux questions|conformement",
        r"have a (?:nice|great|good)|thank(?:s| you) for|agradec|apolog|vielen dank|gracias|grazie|bedankt|obrigad",
        r"^(?:a|to|de|from|date|objet|sujet|subject|sent|envoye|url|titre|demandeur|destinataire) ?:",
    ])
});
/// What organisations print under every mail: it says nothing of who wrote it.
pub(super) static DISCLAIMER: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"(?:message|courriel|mail|document|information)s?\b.{0,100}confidenti|confidenti.{0,60}(?:message|courriel|e-?mail)|destinee?s? (?:exclusivement|uniquement)|exclusivement destine|(?:recu|recevez|destinataire)\b.{0,60}par erreur|received (?:this|it)\b.{0,30}in error|intended (?:solely|only|recipient|for the)|merci de (?:le|la|les) (?:detruire|supprimer)|toute (?:utilisation|diffusion|publication|reproduction)|unauthori[sz]ed",
        r"(?:besoin d'|avant d'|necessaire d'|vraiment )imprim|n'imprim(?:ez|er)|pensez a l'environnement|(?:think|consider)\b.{0,50}print|before print",
    ])
});
/// What no line of a visiting card holds.
pub(super) static SPEECH: Phrase = LazyLock::new(|| {
    expression(
        r"(?:^|[\s'(])(?:je|j|nous|vous|on|il|elle|merci|bonjour|i|we|you|is|are|was|est|sont|ai|avons|avez|a ete|suis|sommes|ne|pas|not|please|veuillez|oui|non|ok|accord|ich|wir|sie|ist)(?:[\s',]|$)",
    )
});

/// Where the text takes leave; names and titles follow.
pub(super) static LEAVE: Phrase = LazyLock::new(|| {
    expression(
        r"^(?:(?:bien |tres )?cordialement|(?:veuillez|nous vous prions d'|je vous prie d')\s?(?:agreer|croire|recevoir)|amicalement|cdt|cdlt|bien (?:a vous|cordialement)|sinceres salutations|salutations|respectueusement|(?:best|kind|warm)?\s?regards|best|sincerely|yours|mit freundlichen|viele grusse|beste grusse|saludos|atentamente|cordiali saluti|distinti saluti|met vriendelijke|groeten|com os melhores|cumprimentos|atenciosamente)\b",
    )
});
/// Where somebody wants something of us, or tells what no machine would.
pub(super) static PERSON: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"\bje (?:voudrais|souhait|cherche|voulais|desire|demande|conteste|propose|prefere|vous (?:signale|propose|joins|envoie|transmets|confirme|adresse|remets)|peux|viens de l|confirme|joins|rejoins|reviens (?:vers|sur|de|a vous)|reprends|transmets|consacre|developpe|m'|maintiens)",
        r"\bj'(?:aimerais|en |y |ai (?:besoin|corrige|ouvert|installe|demande|lu |repris))|\bnous (?:souhait|voudr|voulons|cherch|aimer|desir|propos|utilis|publi|avons (?:choisi|installe|decide|retenu|besoin)|allons (?:suivre votre (?:conseil|avis)|choisir|publier|retenir|utiliser|installer|essayer|tester|ouvrir|appliquer|opter|proposer|regarder))",
        r"\b(?:je n'ai|nous n'avons) (?:pas (?:eu|recu|trouve|pu|reussi)|jamais|rien|toujours)|d'avance|pourriez|pouvez-vous|avez-vous|auriez|est-ce qu|ci-joint|vous trouverez|\bvoici\b|je reponds pour|je remplace|je suis (?:sa|son|le|la) (?:nouve\w+ )?remplac|je prends connaissance|je decouvre|nous (?:demand|regrett)|c'est (?:donc )?moi|quelles?\b.{0,30}\?|appelez-moi|ecrivez-moi|envoyez-moi|\bje (?:suppose|reitere|pense|crois|crains)\b|\b(?:ma demande|mon compte)\b|\bj'(?:ecris|ai ecrit)\b|\bfinalement\b|\ben copie\b|merci (?:beaucoup|infiniment|encore)|(?:merci|remercie) (?:\w+ )?(?:pour|de) (?:\w+ ){0,2}(?:reponse|retour|aide|info|precisions?|explications?|proposition|rapidite)|\bje (?:te|t')\b|\b(?:ton|ta) (?:message|mail|reponse|demande|aide|retour)|\bje (?:la|le|les) (?:laisse|previens|previendrai)|je (?:n'ai pas encore|l'ai|les ai|viens d)|j'ai (?:bien )?(?:transmis|transfere|note|pris|vu|parle|envoye|fait|rempli|decouvert)\b|comme convenu|suite a (?:notre|nos|votre (?:reponse|retour|appel|proposition|conseil|suggestion|visite|refus|decision|courrier du|mail du|message du))|\brecours\b|\bmon avis\b|avis favorable|\bplutot\b|\bt'(?:a|en|in|env)\w+|\btu (?:peux|as|es|pourrais|veux|me)\b|contactez-moi|rappelez-moi|(?:me|nous) (?:convien|va)\b",
        r"could you|would (?:like|you|love)|can (?:you|we)\b|\bi need|we (?:need|plan|agree)|looking for|asks? for|let me know|you (?:asked|wanted|requested)\b|\bi(?:'ll| will) send|feel free to (?:fork|use|merge|open|send|share)|\bi(?:'ve| have) (?:forwarded|passed|sent|asked|shared|noted|seen|merged|fixed|updated|added|talked|spoken)|(?:thanks|thank you)[^.]{0,20} for (?:your|the) (?:\w+ )?(?:reply|answer|response|help|feedback)|here (?:is|are)|please find",
        r"ich habe (?:sie|es|ihn|das|die|den|ihre)\b|(?:gracias|grazie|dank|bedankt|obrigad[oa]) (?:por|per|fur|voor|pela) (?:su|la|ihre|uw|sua) ?(?:respuesta|risposta|antwort|antwoord|resposta)|\b(?:comparto|condivido|partilho)\b|wollte fragen|(?:ich|wir) mocht|quisiera|vorremmo|vorrei|gostari|kunnen we",
    ])
});
/// What a sentence of a notice begins with when it speaks of what the reader might want.
pub(super) static CONDITION: Phrase = LazyLock::new(|| {
    expression(
        r"^(?:si |s'il|(?:dear [\w ]+, )?we would like to (?:thank|inform|confirm|acknowledge)|if |en cas|pour (?:toute|tout|les|une)|wenn |falls |in dringenden|for (?:any|urgent)|should you|in case|(?:vous avez|une|des|besoin|any|have) .{0,24}(?:question|urgence|probleme|aide|help))",
    )
});
/// A polite command; its verb says whether a notice or a person gives it.
pub(super) static COMMAND: Phrase = LazyLock::new(|| {
    expression(
        r"\b(?:merci de|veuillez|priere de|please|kindly) (?:bien vouloir )?((?:me |m'|nous )*)(?:en )?(?:bien vouloir )?([a-z]+)",
    )
});
/// What somebody says that they will do.
pub(super) static FUTURE: Phrase = LazyLock::new(|| {
    expression(
        r"\b(?:je|nous) (?:vous |le |la |les |l'|y |en )*([a-z]+(?:erai|irai|drai|vrai|rrai|erons|irons|drons|vrons|rrons))\b",
    )
});
/// What notices say so: stems before the ending.
pub(super) const FUTURES: [&str; 26] = [
    "aur",
    "ser",
    "pourr",
    "devr",
    "repondr",
    "reviendr",
    "reprendr",
    "prendr",
    "lir",
    "traiter",
    "consulter",
    "contacter",
    "recontacter",
    "rappeler",
    "rentrer",
    "rouvrir",
    "tacher",
    "efforcer",
    "manquer",
    "donner",
    "examiner",
    "etudier",
    "transmettr",
    "tiendr",
    "retrouver",
    "travailler",
];
/// What notices command.
pub(super) const COMMANDS: [&str; 71] = [
    "accept",
    "address",
    "adresser",
    "agreer",
    "allow",
    "appeler",
    "avoir",
    "be",
    "bear",
    "bien",
    "call",
    "check",
    "click",
    "cliquer",
    "complete",
    "confirmer",
    "consacrer",
    "conserver",
    "considerer",
    "consulter",
    "contact",
    "contacter",
    "croire",
    "detruire",
    "direct",
    "do",
    "don",
    "ecrire",
    "email",
    "envoyer",
    "excuser",
    "expect",
    "feel",
    "forward",
    "include",
    "indiquer",
    "joindre",
    "keep",
    "mettre",
    "modifier",
    "n",
    "ne",
    "note",
    "noter",
    "patienter",
    "prendre",
    "privilegier",
    "quote",
    "rappeler",
    "recevoir",
    "reessayer",
    "refer",
    "reformuler",
    "relancer",
    "remember",
    "renouveler",
    "renvoyer",
    "reply",
    "resend",
    "suivre",
    "transmettre",
    "try",
    "update",
    "use",
    "utiliser",
    "visit",
    "voir",
    "vos",
    "votre",
    "vous",
    "write",
];
