INSERT INTO arrival (id, door, source_key, reference, received_at, envelope, raw, size, state, outcome, ticket_id, attempts)
VALUES ('a4', 'pipe', 'pipe:n4', 'ABCD2346', '2026-11-25T10:30:00+00:00', '{"from":"","to":["contact@code.gouv.fr"]}', 'x', 1,
    'done', 'linked', 't1', 1);
INSERT INTO message (id, ticket_id, arrival_id, direction, received_at, from_email, digest, content, automatic_ban, nature)
VALUES ('m4', 't1', 'a4', 'notice', '2026-11-25T10:30:00+00:00', 'mailer-daemon@example.org', 'd4',
    '{"channel":"mail","from_name":"","from_email":"mailer-daemon@example.org","role":"","organisation":"","chosen":null,"subject":"Undelivered","body":"Bonjour","fresh":[{"start":0,"end":7}],"to":[],"cc":[],"reply_to":null,"message_id":null,"in_reply_to":null,"references":[],"date":null,"attachments":[]}',
    'null-sender',
    '{"kind":"bounce","reason":"null-sender","encrypted":false,"signed":false,"forwarded_from":null,"returned":[{"recipient":"solenn@example.org","status":"5.1.1","diagnostic":"550 5.1.1 unknown","hard":true}]}');
INSERT INTO address_mark (address, hard, said, at, until)
VALUES ('solenn@example.org', TRUE, '5.1.1', '2026-11-25T10:30:00+00:00', '2027-02-23T10:30:00+00:00');
