//! The words of mail clients as data, in the languages that reach a French administration, folded ([`crate::mail::fold`]).

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a line of a header block names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Who wrote.
    Sender,
    /// When.
    Date,
    /// To whom.
    Recipient,
    /// About what.
    Subject,
    /// Anything else that clients list.
    Other,
    /// A field that only a whole header has (`Received`): somebody pasted it.
    Technical,
}

/// Keys of header lines, folded.
const KEYS: [(Role, &str); 6] = [
    (
        Role::Sender,
        "de|from|von|da|van|fra|fran|от|expediteur|emetteur|od|lahettaja|від|felado|de la|kimden|差出人|发件人|寄件者|寄件人|發件人|보낸 사람|보낸사람|απο|saatja|nuo|no|remitente|remetente|avsender|afsender|absender|mittente|afzender|δε|от кого|送信者|salje|מאת|من|tu|จาก|nork",
    ),
    (
        Role::Date,
        "date|envoye|envoye le|envoye par|date d'envoi|message du|recu|recu le|sent|received|sent on|gesendet|gesendet am|datum|enviado|enviado el|enviada|enviada em|enviado em|fecha|inviato|inviata|verzonden|sendt|skickat|dato|data|отправлено|дата|wyslano|odeslano|odoslane|lahetetty|paivays|paivamaara|надіслано|elkuldve|datum/zeit|trimis|gonderildi|gonderme tarihi|tarih|送信日時|日時|日付|发送时间|发送日期|日期|时间|寄件日期|傳送時間|보낸 날짜|날짜|σταλθηκε|ημερομηνια|poslano|saadetud|sendt den|data da mensagem|изпратено|enviat|enviat el|issiusta|nosutits|נשלח|تم الإرسال|da gui|ส่ง|saadetud",
    ),
    (
        Role::Recipient,
        "a|pour|to|an|para|aan|til|till|кому|destinataire|destinataires|cc|copie|copie a|cci|bcc|kopie|kopia|kopi|komu|do|dw|vastaanottaja|kopio|cimzett|masolatot kap|catre|kime|bilgi|宛先|收件人|抄送|收件者|副本|받는 사람|참조|προς|κοιν|копия|копія|ccn|c/c|za|prima|k|до|per a|kam|אל|إلى|toi|den|ถึง|nori|kepada",
    ),
    (
        Role::Subject,
        "objet|sujet|subject|betreff|asunto|oggetto|onderwerp|assunto|emne|amne|тема|temat|predmet|aihe|targy|subiect|konu|件名|主题|主題|主旨|제목|θεμα|assumpte|teema|относно|zadeva|tema|temats|נושא|الموضوع|chu de|เรื่อง|gaia",
    ),
    (
        Role::Other,
        "reply-to|repondre a|importance|organisation|prioritat|priorite|ou|where|pieces jointes|piece jointe|attachments|attachment|anlagen|sensibilite|de la part de|sender",
    ),
    (
        Role::Technical,
        "received|return-path|message-id|dkim-signature|mime-version|content-type|content-transfer-encoding|authentication-results|delivered-to|x-mailer|user-agent|received-spf|references|in-reply-to|arc-seal|x-received|x-spam-status|x-originating-ip",
    ),
];

static ROLES: LazyLock<HashMap<&str, Role>> = LazyLock::new(|| {
    // Of two meanings the one listed first counts.
    KEYS.iter().rev().flat_map(|(role, words)| words.split('|').map(|word| (word, *role))).collect()
});

/// The role of a header line's key, if it is one.
pub(super) fn role(key: &str) -> Option<Role> {
    ROLES.get(key).copied()
}

/// Verbs with which an attribution ends, folded, as alternatives of an expression.
pub(super) const VERBS: &str = r"(?:a|ai|as|avez) (?:ecrit|repondu)(?: ce qui suit)?|ecrit|ecrivait|wrote|writes|schrieb|schreibt|(?:het volgende )?geschreven|schreef|escribio|ha escrito|ha scritto|scrive|scrisse|escreveu|napisal ?\((?:a|a\))\)?|napisala?|pisze|napsal ?\(a\)|napsala?|pise|skrev|kirjoitti|(?:ezt )?irta|a scris|yazdi|написал ?\(а\)|написала?|пишет|писал|пише|написав|написа|εγραψε|написавла|书写|写道|寫道|のメール|さんが書きました|書きました|님이 작성|작성|napisao(?: je)?|napisala je|da viet|kirjutas|rase|rakstija|menulis|כתב/ה|כתב|כתבה|كتب|va escriure|skrifadi";

/// Verbs that stand before the name at the end of an attribution, folded.
pub(super) const FRONT_VERBS: &str = r"schrieb|schreef|heeft|skrev|kirjoitti|escreveu|ezt irta|kirjutas|menulis|rase|a ecrit le|wrote on|wrote at|am .{0,40} schrieb";

/// Openings that name the writer of what is quoted below, without a date.
pub(super) const NAMED: &str = r"quoting|zitat von|citando(?: a)?|citazione di|selon|en reponse a|citation de|citat(?: fran)?|missatge de|in reply to";

/// First words of an attribution, folded.
pub(super) const OPENERS: &str = r"le|on|am|el|il|op|em|den|dne|dna|dnia|no dia|w dniu|пн|вт|ср|чт|пт|сб|вс|нд|на|pe|in|la|a|at|στις|στισ|dana|于|在|pada|vao|v|kontakt|missatge|(?:lun|mar|mer|jeu|ven|sam|dim)\.|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_roles() {
        assert_eq!(role("date d'envoi"), Some(Role::Date));
        assert_eq!(role("ville"), None);
    }
}
