// Mails as they come in.

/** The head of a mail to the service, up to what it holds; `more` are further fields. */
export function head(from, subject, id, { to = "contact@code.gouv.fr", more = "" } = {}) {
  return `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${id}>\r\n${more}MIME-Version: 1.0\r\n`;
}

/** A part of plain text, up to its words. */
export const text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";

/** A mail of plain text. */
export function mail(from, subject, id, words, fields) {
  return `${head(from, subject, id, fields)}${text}${words.replace(/\r?\n/g, "\r\n")}`;
}

/** The report that the mail of this Message-ID reached no mailbox. */
export function bounce(to, about) {
  return `${head("MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender", "b1@mx.example")}Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r
\r
--r\r
${text}Ce courriel n'a pu être remis à son destinataire.\r
\r
--r\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; ${to}\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 <${to}>: Recipient address rejected: User unknown in virtual mailbox table\r
\r
--r\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <${about}>\r
\r
--r--\r
`;
}
