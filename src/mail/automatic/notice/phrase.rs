//! How notices are worded, in the languages that reach us: French first, English, German, Spanish, Italian, Dutch,
//! Portuguese. All for folded text (lower case, no accents, straight apostrophes). An *opening* stands at the start of a
//! sentence; a *trait* anywhere in one.

use std::sync::LazyLock;

use regex::Regex;

use super::super::expression;

/// What may stand before an opening.
const LEAD: &str = r"(?:(?:actuellement|presentement|etant|je vous informe qu[e']|nous vous informons qu[e']|veuillez noter qu[e']|a noter|merci de noter qu[e']|sachez qu[e']|suite a [^,]{1,60},|conformement a [^,]{1,120},|en raison d[^,]{1,60},|malheureusement|pour information|message automatique|reponse automatique|please note that|please be advised that|currently|unfortunately|note that|bitte beachten sie, dass|leider|actualmente|attualmente|momenteel|thank you for (?:your (?:e-?mail|message|mail)|contacting [^,.!]{1,40}|reaching out)|thanks for (?:your (?:e-?mail|message|mail)|contacting [^,.!]{1,40})|merci (?:pour|de) votre (?:message|mail|courriel|e-?mail)(?: et)?|vielen dank fur ihre (?:nachricht|e-?mail|anfrage)|et)[ ,:!.-]*)*";

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
        r"je (?:suis|serai|serais) (?:actuellement |presentement |desormais |momentanement |en ce moment )?(?:absent|en (?:conges?|vacances|deplacement|formation|arret|mission|repos|rtt|voyage)\b|hors du bureau|injoignable|indisponible|a temps partiel|de retour|a l'etranger)",
        r"je ne (?:suis|serai|travaille|travaillerai)(?: actuellement)? pas (?:au bureau|disponible|present|joignable|le (?:lundi|mardi|mercredi|jeudi|vendredi))",
        r"je n'(?:ai|aurai) pas acces a m",
        r"(?:absente?s?(?:\(e?s?\))?|en (?:conges?|vacances|deplacement|arret|formation|mission|rtt))\b",
        r"(?:le|la|les|notre|nos|l')\s?(?:[\w'-]+ ){1,4}(?:est|sera|seront|sont) (?:actuellement |exceptionnellement )?ferme",
        r"nous (?:sommes|serons) (?:actuellement |exceptionnellement )?(?:ferme|en conges|absent|de retour)",
        r"pause (?:estivale|hivernale|de fin d'annee)|fermeture (?:annuelle|estivale|exceptionnelle)|message d'absence|absence du bureau",
        r"(?:i|we)(?: am| will be| are|'m|'ll be|'re) (?:currently |presently |now |also )?(?:out of|away\b|out until|on (?:[\w-]+ ){0,2}(?:leave|vacation|holidays?)|travell?ing|not in the office|unavailable|attending|off\b|back )",
        r"i (?:work part|do not work|don't work)",
        r"(?:the|our) (?:[\w-]+ ){1,2}(?:is|will be) closed (?:from|until|for|on|between)",
        r"ich (?:bin|befinde mich|werde) .{0,60}(?:nicht im (?:buro|haus)|im urlaub|abwesend|nicht erreichbar|ausser haus|in elternzeit|im mutterschutz|wieder erreichbar)",
        r"(?:estare|estoy|me encuentro|me encontrare) .{0,30}(?:fuera de|de vacaciones|ausente|de baja)",
        r"(?:sono|saro|mi trovo) .{0,30}(?:fuori (?:ufficio|sede)|assente|in ferie|in vacanza|in maternita)",
        r"ik ben .{0,40}(?:afwezig|met vakantie|op vakantie|met verlof|niet op kantoor|niet aanwezig)",
        r"(?:estarei|estou|encontro-me) .{0,30}(?:ausente|de ferias|fora do escritorio|de licenca)",
    ])
});

pub(super) static RECEIPT: Phrase = LazyLock::new(|| {
    opening(&[
        r"(?:nous avons|j'ai) (?:bien )?(?:recu|pris connaissance de|receptionne) vo(?:tre|s)\b",
        r"(?:nous )?accusons (?:bonne )?reception d",
        r"(?:la|le|les|l'|notre|monsieur|madame|m\.|mme)\s?(?:[\w'.-]+ ){1,7}(?:a|ont) (?:bien )?(?:recu|pris connaissance de) vo(?:tre|s)\b",
        r"votre (?:demande|message|courriel|courrier|ticket|e-?mail|mail|requete|candidature|envoi|signalement|saisine|reclamation)\b.{0,40}?(?:a (?:bien )?ete (?:bien )?(?:enregistre|recu|pris|transmis|cree|achemine|adresse)|est (?:bien )?(?:enregistre|prise? en)|nous est (?:bien )?parvenu)",
        r"(?:un|le|votre) (?:nouveau )?(?:ticket|dossier|incident)\b.{0,30}(?:a ete|vient d'etre|est) (?:cree|ouvert|enregistre)|accuse d(?:e reception|'enregistrement)|.{0,24}nouveau ticket",
        r"merci de nous avoir contacte|nous vous remercions (?:de|pour) votre (?:message|demande|courriel)",
        r"we(?:'ve| have) (?:successfully )?(?:received|got) your|your (?:request|message|ticket|e-?mail|enquiry|inquiry|case|submission)\b.{0,40}(?:has been|was|have been) (?:successfully )?(?:received|created|registered|logged|opened)",
        r"(?:a|your) (?:[\w-]+ ){0,2}(?:ticket|case|request) (?:has been|was) (?:opened|created)|thank(?:s| you) for (?:contacting|reaching out|getting in touch|writing to|your (?:enquiry|inquiry|request))",
        r"(?:wir haben ihre|ihre (?:anfrage|nachricht|e-?mail|mail)\b.{0,30}(?:ist|wurde|haben wir))",
        r"hemos recibido su|su (?:mensaje|solicitud|consulta|correo)\b.{0,20}ha sido|abbiamo ricevuto (?:la sua|il suo|la tua)|la sua (?:richiesta|e-?mail)\b.{0,20}e stata|wi?j? hebben uw|we hebben uw|uw (?:bericht|vraag|e-?mail)\b.{0,20}(?:is|werd) |recebemos (?:a sua|o seu)|a sua mensagem foi",
    ])
});

pub(super) static GONE: Phrase = LazyLock::new(|| {
    opening(&[
        r"je ne (?:fais|ferai) plus partie|je ne (?:travaille|suis) plus\b|j'ai quitte (?:mes fonctions|la |le |l'|mon poste)|(?:m\.|mme|monsieur|madame) [^.]{1,40} (?:a quitte|ne fait plus partie)",
        r"(?:cette|l'|la presente)\s?(?:adresse|boite|messagerie|bal)\b.{0,80}?(?: n'est (?:plus|pas)|(?:est|sera) (?:desormais |dorenavant )?(?:ferme|desactive|supprime))",
        r"i (?:no longer work|am no longer)|i(?:'ve| have) left (?:the |my |our |\w+ (?:as|on|in|and)\b)|this (?:mailbox|address|e-?mail)[^.!?]{0,60} (?:no longer|not monitored|unmonitored)",
        r"ich bin nicht mehr|ya no trabajo|non lavoro piu|ik ben niet meer werkzaam|ja nao trabalho",
    ])
});

pub(super) static GATE: Phrase = LazyLock::new(|| {
    opening(&[
        r"vous venez (?:de |d')|vous m'avez (?:envoye|ecrit|adresse)|votre (?:message|courriel|e-?mail|mail)\b.{0,80}(?:est|a ete) (?:mis |place |retenu )?en attente",
        r"ma (?:messagerie|boite)\b|je suis protege|j'utilise .{0,40}anti|(?:afin de|pour) (?:lutter|limiter|me proteger|eviter|proteger)",
        r"this mailbox|your (?:message|e-?mail)\b.{0,60}is (?:waiting|pending|on hold|being held)|in order to (?:reduce|prevent|stop|fight)|to (?:reduce|control|fight|prevent) spam|you (?:have )?(?:just )?sent",
    ])
});

pub(super) static VERDICT: Phrase = LazyLock::new(|| {
    opening(&[
        r"votre (?:message|courriel|e-?mail|mail)\b.{0,160}?(?:a(?: bien)? ete|n'a pas ete|n'a pas pu etre|n'a pu etre) (?:mis en quarantaine|bloque|supprime|rejete|remis|lu|affiche|delivre|ouvert|distribue)",
        r"la piece jointe .{0,80}(?:a ete|est) |la (?:boite|messagerie)\b.{0,80}(?:est pleine|a depasse|a atteint)|(?:ceci est un )?accuse de (?:reception pour le|lecture)",
        r"this is a (?:return|read) receipt|your (?:message|e-?mail)\b.{0,80}(?:was|has been|could not be) (?:blocked|quarantined|rejected|read|delivered|displayed|opened)",
        r"an attachment .{0,60}(?:removed|blocked)|the recipient's mailbox|(?:the|this|your) mailbox\b.{0,40}(?:is full|over quota)",
        r"votre message$|your message$",
    ])
});

/// A sentence in which the text calls itself automatic, or forbids an answer.
pub(super) static ITSELF: Phrase = LazyLock::new(|| {
    opening(&[
        r"(?:(?:ceci|ce|cette|il s'agit d'une?|le present|la presente|remarque ?:?|note ?:?)\b|(?:message|reponse|courriel|mail|e-?mail|notification|avis) (?:est |a ete )?(?:automati|genere|envoye|emis)).{0,60}?(?:automati\w+|(?:genere|envoye|emis)\w* par (?:la|le|un|une|notre) )",
        r"(?:message|reponse|courriel|mail|e-?mail|notification|avis) automatique",
        r"(?:merci de |priere de |veuillez |s'il vous plait,? )?(?:ne pas|n'y) (?:y )?repond(?:re|ez)(?: (?:directement )?a (?:ce|cet|cette) (?:message|courriel|mail|e-?mail|adresse)|\s*[,.!]|$)",
        r"this (?:is an?|e-?mail|message|mail|notification)\b.{0,50}\bautomat\w+|(?:please )?(?:do not|don't) (?:directly )?reply(?: to this|\s*[.!]|$)|automatically generated|automated (?:message|reply|response)",
        r"dies(?:e|es)?\b.{0,40}\bautomatisch|(?:esto|este|esta)\b.{0,30}\bautomatic[oa]|mensagem automatica|messaggio automatico|mensaje automatico|quest[oa]\b.{0,30}\bautomatic[oa]|dit (?:is|bericht)\b.{0,30}automatisch|bitte antworten sie nicht|por favor,? n(?:o|ao) respond|si prega di non rispondere",
    ])
});

/// Where such a sentence says the contrary.
pub(super) static DENIED: Phrase =
    LazyLock::new(|| anywhere(&[r"n'est pas (?:une?|automat)|is not an?\b|isn't an?\b|keine automat"]));

pub(super) static RETURN: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"jusqu['e]|de retour|(?:mon|notre) retour|a compter d|a partir d|\bdu \d|des (?:le|mon) |reouverture|indetermine|cette semaine|aujourd'hui",
        r"until|\btill\b|return|back (?:on|in)|from \d|indefinite|this week|\btoday\b|next working day",
        r"\bbis (?:zum|einschl|mont|dien|mitt|donn|frei|\d)|ab dem|zuruck|ruckkehr|hasta|volver|vuelv|regres|fino al|rientro|\bdal \d|\btot (?:en|\d|\w+dag)|terug|\bate \d|volt(?:o|arei)",
    ])
});
pub(super) static LATER: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"(?:je|nous) (?:vous |le |la |les |l'|ne |n'|y )*(?:repondr|lir|traiter|prendr|consult|contacter)|ser(?:a|ont) (?:lu|traite|examine)|prendrai connaissance|avec retard|pas acces|acces (?:limite|restreint)|ne sera pas (?:transfere|transmis|lu)",
        r"i will (?:respond|reply|answer|get back|read|be slow)|respond when|will (?:reply|be read)|replies will be|slow to|limited access|not be forwarded",
        r"weitergeleitet|beantwortet|bearbeitet|contestare|respondere|leggero|rispondero|beantwoord|doorgestuurd",
    ])
});
pub(super) static STAND_IN: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"urgen|en mon absence|pendant (?:mon|cette) absence|\b(?:contacte[rz]|joindre|adresse[rz](?: vo| a |-vous| vous)|vous adresser|ecrire|ecrivez|appele[rz])\b|remplac|supplean|assistant|secretariat|standard|carnet d'adresses|nouvelle adresse|mettre a jour vos",
        r"\bcontact\b|reach out|covering|(?:direct|address|send) (?:your|all|any)|write to|in my absence|instead|web form",
        r"dringend|wenden sie sich|vertret|contacta|pongase|contatt|rivolger|contact opnemen|colega|collega",
    ])
});
pub(super) static NUMBER: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"n ?[°º] ?\S{0,20}\d|\bno?\.? ?\d{3}|numero (?:de (?:dossier|ticket|demande|suivi)|\S*\d)|sous (?:le numero|la reference)|reference\b|ticket ?(?:#|n|id)|#\d{3,}|case number|(?:tracking|request|ticket|reference) (?:id|number)|ticketnummer|vorgangsnummer",
    ])
});
pub(super) static DELAY: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"meilleurs delais|brefs delais|plus (?:vite|rapidement) possible|sous \S+ (?:h\b|heures|jours|semaines)|dans un delai|delais? de (?:reponse|traitement)|prochainement|des que possible|rapidement",
        r"as soon as possible|shortly|within \S+ (?:business|working|hours|days)|(?:business|working) (?:days|hours)",
        r"schnellstmoglich|so bald wie|zeitnah|mayor brevedad|antes posible|al piu presto|prima possibile|zo (?:spoedig|snel)|mais breve",
    ])
});
pub(super) static PROMISE: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"ser(?:a|ont) (?:traite|apporte|examine|etudie|lu|prise? en)|prendra en charge|prise? en charge|traiterons|vous (?:repondr|reviendr|recontacter)|reviendr(?:a|ons|ont) vers vous|va vous repondre|vous serez (?:inform|contact|recontact)|suivre (?:son|l'|le|votre)|espace personnel|une reponse vous|rappeler dans vos|ne prejuge pas|(?:nos|les) services|service (?:competent|concerne)",
        r"get back to you|will (?:reply|respond|contact|be in touch|review)|is being reviewed|to add (?:additional )?comments|bearbeitet|melden uns|responderemos|risponderemo|een antwoord",
    ])
});
pub(super) static CLICK: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"cliqu|\bclic\b|click|lien (?:ci-dessous|suivant)|link below|following link|recopie|authentifier|verify",
    ])
});
pub(super) static HELD: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"me parvienne|(?:soit|etre) (?:remis|delivre|distribue|transmis|livre)|en attente|une (?:seule )?fois|protege|delivered|spam|real person|human|waiting",
    ])
});
pub(super) static DETAIL: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"\b(?:objet|sujet|subject) ?:|destinataire|recipient|adresse a |filtre|securite|passerelle|administrat|gateway|filter|\d{1,2}[:h]\d\d|reessay|plus tard|later|ne peut plus recevoir|type de fichier|ordinateur|displayed|affiche",
    ])
});

/// What notices say beside it all, without any weight.
pub(super) static POLITE: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"bonnes? (?:journee|annee|fetes|reception)|merci (?:pour|de) votre|remercie|comprehension|horaires|vous recevez ce|est important|vous souhaite|foire aux questions|conformement",
        r"have a (?:nice|great|good)|thank(?:s| you) for your|apolog|vielen dank|gracias|grazie|bedankt|obrigad",
        r"^(?:a|to|de|from|date|objet|sujet|subject|sent|envoye|url|titre|demandeur|destinataire) ?:",
    ])
});
/// Where the text takes leave; names and titles follow.
pub(super) static LEAVE: Phrase = LazyLock::new(|| {
    expression(
        r"^(?:(?:bien |tres )?cordialement|cdt|cdlt|bien (?:a vous|cordialement)|sinceres salutations|salutations|respectueusement|(?:best|kind|warm)?\s?regards|best|sincerely|yours|mit freundlichen|viele grusse|beste grusse|saludos|atentamente|cordiali saluti|distinti saluti|met vriendelijke|groeten|com os melhores|cumprimentos|atenciosamente)\b",
    )
});
/// Where somebody wants something of us, or tells what no machine would.
pub(super) static PERSON: Phrase = LazyLock::new(|| {
    anywhere(&[
        r"\bje (?:voudrais|souhait|cherche|voulais|desire|demande|conteste|propose|prefere|vous (?:signale|propose|joins|envoie|transmets|confirme|adresse|remets|reponds)|peux|viens|confirme|joins|rejoins|reviens|reprends|transmets|consacre|developpe|m'|maintiens)",
        r"\bj'(?:aimerais|en |y |ai (?:besoin|corrige|ouvert|installe|demande|lu |repris))|\bnous (?:souhait|voudr|voulons|cherch|aimer|desir|propos|utilis|publi|avons (?:choisi|installe|decide|retenu|besoin))",
        r"pourriez|pouvez-vous|avez-vous|auriez|est-ce qu|ci-joint|vous trouverez|\bvoici\b|appelez-moi|contactez-moi|rappelez-moi|(?:me|nous) (?:convien|va)\b",
        r"could you|would (?:like|you|love)|can (?:you|we)\b|\bi need|we (?:need|plan|agree)|looking for|let me know|\bi(?:'ll| will) send|here (?:is|are)|please find",
        r"wollte fragen|(?:ich|wir) mocht|quisiera|vorremmo|vorrei|gostari|kunnen we",
    ])
});
/// What a sentence of a notice begins with when it speaks of what the reader might want.
pub(super) static CONDITION: Phrase = LazyLock::new(|| {
    expression(
        r"^(?:si |s'il|if |en cas|pour (?:toute|tout|les|une)|wenn |falls |in dringenden|for (?:any|urgent)|should you|in case|(?:vous avez|une|des|besoin|any|have) .{0,24}(?:question|urgence|probleme|aide|help))",
    )
});
/// A polite command; its verb says whether a notice or a person gives it.
pub(super) static COMMAND: Phrase = LazyLock::new(|| {
    expression(r"\b(?:merci de|veuillez|priere de|please|kindly) ((?:me |m'|nous |bien vouloir )*)([a-z]+)")
});
/// What notices command.
pub(super) const COMMANDS: [&str; 54] = [
    "adresser",
    "vous",
    "contacter",
    "ecrire",
    "ne",
    "n",
    "noter",
    "prendre",
    "patienter",
    "renvoyer",
    "transmettre",
    "joindre",
    "rappeler",
    "conserver",
    "mettre",
    "utiliser",
    "reessayer",
    "cliquer",
    "votre",
    "vos",
    "considerer",
    "consulter",
    "appeler",
    "nous",
    "indiquer",
    "envoyer",
    "note",
    "contact",
    "do",
    "direct",
    "use",
    "click",
    "reply",
    "try",
    "be",
    "call",
    "email",
    "visit",
    "allow",
    "keep",
    "refer",
    "write",
    "address",
    "accept",
    "expect",
    "quote",
    "resend",
    "include",
    "don",
    "feel",
    "remember",
    "bear",
    "check",
    "complete",
];
