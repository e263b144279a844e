//! The phrases of delivery reports, in the languages that reach us, on folded text: lower case, no accents, plain
//! apostrophes and spaces.

use std::sync::LazyLock;

use regex::Regex;

use crate::mail::fold::expression;

/// What says that mail came back. None of these is a word that a person needs in a request to us, but a person may quote
/// one: who writes is judged first.
pub(super) static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    expression(concat!(
        r"qmail-send|created automatically by mail delivery|(?:could|can|may) ?(?:not|n't) (?:be )?(?:deliver|transmit|sen[dt])",
        r"|not be delivered|undeliver|un-?deliver|(?:wasn't|weren't|not) (?:yet )?(?:been )?delivered|successfully delivered",
        r"|delivery (?:has )?(?:been )?(?:failed|failure|fail\b|status|problem|error|delay|notif|to the following|report|incomplete)",
        r"|deliver(?:y|ing) .{0,30}\bfailed|fail(?:ed|ure) (?:to (?:deliver|send)|notice|delivery|recipient)|(?:fatal|delivery|permanent) errors?\b",
        r"|mail (?:delivery|failure|system error|error)|failed mail|mail (?:sent )?to .{0,80}(?:failed|returned)|returned (?:mail|to sender|message)|return(?:ing|ed) (?:message|mail|email|your)|message (?:delivery|returned|bounced)",
        r"|user unknown|unknown (?:user|recipient|address)|invalid (?:user|recipient|address|final)|no such (?:user|recipient|address|person|mailbox)|did not reach|did ?n't reach|trouble delivering|problems? delivering",
        r"|error (?:sending|delivering)|(?:un|not )able to (?:be )?deliver|non-?delivery|non delivery|could not send|cannot send|mailbox (?:is )?(?:full|unavailable|not found|unknown|exceed)|over quota|exceeds allowed size|not a valid user|message (?:was )?(?:rejected|blocked|refused)|rejected (?:your|the) message|address (?:not found|rejected|couldn't be found)|wasn't able to deliver|message not delivered|message blocked",
        // French.
        r"|n'(?:a|ont|est) pas (?:encore )?(?:ete )?(?:remis|distribu|delivr|livre|achemin|transmis)|(?:remise|distribution|livraison|transmission|acheminement|envoi)\b.{0,80}\b(?:a|ont) echoue|n'avons pas (?:pu|reussi a) (?:remettre|distribuer|delivrer|livrer|envoyer|acheminer|transmettre)|n'(?:a|ont|as|etait|etaient) (?:pas )?pu (?:pas )?(?:etre )?(?:remis|distribue|delivre|livre|envoye|transmis|achemine|expedie|remettre)|echec (?:d[eu] |de la |de l'|d')?(?:la )?(?:remise|distribution|livraison|envoi|acheminement|delivrance|transmission)|non[ -](?:remis|distribu|delivr|livre)|n'a (?:pas atteint|jamais atteint)|n'est pas (?:arrive|parvenu)|impossible (?:de |d')(?:remettre|distribuer|delivrer|livrer|envoyer|acheminer)|retourne (?:a )?l'(?:expediteur|envoyeur)|retour a l'expediteur|message non (?:remis|distribue|delivre)|message (?:bloque|rejete|refuse)|(?:message|courriel|mail)\b.{0,100}\ba ete (?:bloque|rejete|refuse)|(?:destinataire|adresse|utilisateur) (?:inconnue?|introuvable|inexistante?)|erreur (?:de|d'|lors de) .{0,12}(?:remise|distribution|livraison|envoi)|rapport de non[ -]?(?:remise|distribution)|boite .{0,24}pleine|a ete (?:rejete|refuse) par|notification d'etat de remise|avis de (?:non[ -])?(?:remise|distribution)",
        // German.
        r"|unzustellbar|nicht zugestellt|nicht zustellbar|zustellung fehlgeschlagen|konnte nicht|unbekannter empfanger|zustellfehler|zustellungsfehler",
        // Spanish, Portuguese, Italian, Dutch, Polish.
        r"|no se (?:ha )?(?:podido|pudo) (?:entregar|enviar)|no pudo (?:ser )?entreg|no entregad|no se entrego|nao (?:pode|foi possivel|p[ou]de) (?:ser )?entreg|nao entregue|falha (?:na|de) entrega|error de entrega|mancato recapito|impossibile (?:recapitare|consegnare)|non (?:e stato )?(?:consegnat|recapitat)|onbestelbaar|kon niet worden (?:bezorgd|afgeleverd)|nie (?:mogla|moze|zostala|mozna) .{0,20}dostarcz|niedostarczon",
        // Swedish, Danish, Norwegian, Finnish, Turkish, Czech, Hungarian, Romanian, Greek, Arabic, Hebrew.
        r"|(?:kunde|kan) inte levereras|kunne ikke leveres|ei voitu toimittaa|teslim edilemedi|iletilemedi|(?:nelze|nepodarilo se) doruci|nem kezbesitheto|kezbesitese sikertelen|nu a putut fi (?:livrat|trimis|transmis)|δεν παραδοθηκε|αδυνατη η παραδοση|تعذر (?:تسليم|توصيل)|לא נמסר|נכשלה המסירה",
        // Russian, Japanese, Chinese, Korean.
        r"|недоставлен|не доставлен|не удалось доставить|не может быть доставлен|配信(?:不能|でき|失敗|エラー)|配送(?:できま|エラー|失敗)|送信(?:できま|エラー|失敗)|お届けでき|届けることができ|宛先(?:不明|が見つかり)|エラーメール|退信|退回|投递失败|无法(?:投递|送达|发送)|無法(?:投遞|送達|傳送|寄送)|系统退信|전송 ?실패|배달되지|반송",
    ))
});

/// How a subject opens, or goes on after the subject of the returned mail, when it announces that mail came back.
pub(super) static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    expression(concat!(
        r"undeliver|non-?deliver|non delivery|delivery (?:status|failure|failed|problem|notification|error|report)|mail delivery (?:fail|problem|error|system|status)|delivery has failed|failure (?:notice|notification|delivery)|failed (?:delivery|mail)|returned (?:mail|to sender)|mail (?:failure|system error|returned|error)|message (?:undeliver|not delivered|delivery|returned|rejected)|could not (?:be )?(?:deliver|sen[dt])|not delivered|rejected mail",
        r"|message (?:bloque|rejete|refuse)|non[ -](?:remis|distribue|delivre|remise|distribution)|echec (?:de |d')?(?:la )?(?:remise|distribution|livraison|envoi)|retour(?:ne)? a l'(?:expediteur|envoyeur)|avis de non|notification d'etat de remise|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|no entregad|nao entregue|mancato recapito|onbestelbaar|退信|недоставлен",
    ))
});

/// The subject of a report that has nothing to say of a failure: still trying, or done.
pub(super) static QUIET_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    expression(concat!(
        r"\((?:delay|delayed|success|successful|relay|relayed|delivered|expanded)\)|delivery delayed|message delayed|mail delayed|has been delayed|is delayed|delayed mail|delayed delivery|: delayed\b|warning: (?:could|can) ?not send|warning-+ ?could not send|warning: message .{0,40}delayed|still (?:being )?(?:trying|retried|attempt)|will (?:continue|keep) trying|delivery (?:delay|success)|success(?:ful|fully)? (?:mail )?deliver|delivered:|relayed:",
        r"|^(?:\[[^\]]*\] )?(?:remis|transmis|differe|retarde)e? ?:|remise (?:retardee|differee|reussie|effectuee)|retard (?:de|dans la) (?:remise|distribution|livraison)|(?:delai|report) .{0,12}(?:remise|distribution)|verzoger|zustellung erfolgreich|retrasad|entrega (?:retrasada|atrasada|retardada)|consegna ritardata|vertraag",
    ))
});

/// What a text says while the server still tries, or when mail arrived.
pub(super) static QUIET_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    expression(concat!(
        r"has not yet been delivered|have not yet been delivered|not yet been (?:possible|able)|warning message only|you do not need to re-?send|do not need to resend|(?:delivery )?attempts will continue|will (?:continue|keep) (?:to )?(?:try|retry|attempt)|will be retried|will retry|is still trying|still being (?:tried|retried|attempted)|only a temporary failure report|temporary problem delivering|delivery is delayed|has been delayed|(?:was|been) (?:successfully )?(?:delivered|relayed) to the following|was successfully (?:delivered|relayed)|been successfully (?:delivered|relayed)|(?:destination|mail) server accepted|no action is required on your part",
        r"|n'a pas encore (?:pu )?(?:ete|etre)|tentatives? .{0,40}(?:se poursuiv|continu|seront)|(?:nouvel(?:le)?s? (?:tentative|essai)s?) .{0,40}(?:sera|seront|effectue)|(?:continue(?:ra|ront)? (?:a|d')|sera de nouveau) (?:essayer|tente|tenter)|est (?:retarde|differe|en attente)|simple avertissement|(?:a|ont) (?:bien )?ete (?:remis|distribue|delivre|livre)s? (?:a|avec succes|aux)|noch nicht zugestellt|wird weiter versuch|verzogert",
    ))
});

/// What ends a delay: given up after all.
pub(super) static FINAL_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"permanent(?:ly)? (?:error|fail|fatal)|permanent fatal|fatal errors|failed permanently|gave up|giv(?:en|ing) up|time-?out|queue too long|(?:has|have) been returned|erreur (?:definitive|permanente)|abandon",
    )
});
