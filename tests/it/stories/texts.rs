//! What the people of the stories write.

/// Asks for training in the offer's own words: refused.
pub(super) const TRAINING: &str = "Bonjour,\n\nNous souhaitons organiser une formation à LibreOffice pour une quinzaine \
    d'agents. La mission logiciels libres propose-t-elle cette formation, et à quelles dates ?\n\nMerci d'avance.";

/// The subject that goes with it.
pub(super) const TRAINING_SUBJECT: &str = "Formation LibreOffice";

/// The same by mail.
pub(super) fn training_mail(id: &str) -> String {
    format!(
        "From: Maryvonne Quintard <maryvonne@ac-limoges.example>\nTo: contact@code.gouv.fr\nSubject: {TRAINING_SUBJECT}\n\
         Message-ID: <{id}@ac-limoges.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\n{TRAINING}\n"
    )
}

/// Asks how to have a solution listed in the SILL, with a file.
pub(super) const SILL_MAIL: &str = "From: Ingrid Solberg <ingrid@fjordarkiv.example>\nTo: contact@code.gouv.fr\n\
    Subject: =?UTF-8?Q?R=C3=A9f=C3=A9rencement_au_SILL?=\nMessage-ID: <sill-1@fjordarkiv.example>\nMIME-Version: 1.0\n\
    Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\
    Content-Transfer-Encoding: 8bit\n\nBonjour,\n\nNous éditons un logiciel libre d'archivage. Comment référencer notre \
    solution dans le SILL (socle interministériel de logiciels libres) ? Notre fiche est jointe.\n\nCordialement,\nIngrid\n\n\
    --b\nContent-Type: application/pdf; name=\"fiche.pdf\"\nContent-Disposition: attachment; filename=\"fiche.pdf\"\n\
    Content-Transfer-Encoding: base64\n\nJVBERi0xLjQK\n--b--\n";

/// Reports a security flaw and asks for training: always a person.
pub(super) const SENSITIVE: &str = "Bonjour,\n\nNous souhaitons une formation à LibreOffice. Par ailleurs j'ai découvert une \
    faille de sécurité sur votre site code.gouv.fr : une injection SQL permet de lire la base.\n\nCordialement";

/// Asks for training in English.
pub(super) const TRAINING_EN: &str = "Hello,\n\nWe would like to book a training course on LibreOffice for fifteen members of \
    our staff. Does the mission offer such training sessions, and when?\n\nKind regards";

/// What a mail server reports of the mail with this Message-ID (with brackets; empty: it does not say), in the words of
/// RFC 3464.
pub(super) fn report(recipient: &str, action: &str, status: &str, said: &str, about: &str) -> String {
    let original =
        if about.is_empty() { String::new() } else { format!("Message-ID: {about}\nSubject: x\n\nx\n") };
    format!(
        "From: MAILER-DAEMON@mx.example\nTo: contact@code.gouv.fr\nSubject: Undelivered Mail Returned to Sender\n\
         Message-ID: <{}@mx.example>\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"r\"\n\n--r\nContent-Type: text/plain\n\n\
         Voici ce que dit le serveur.\n\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n\
         Diagnostic-Code: smtp; {said}\n\n--r\nContent-Type: message/rfc822\n\n{original}\n--r--\n",
        guichet::store::new_id()
    )
}
