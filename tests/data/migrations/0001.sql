INSERT INTO arrival (id, door, source_key, reference, received_at, envelope, raw, size, state, outcome, ticket_id, attempts)
VALUES ('a1', 'form', 'form:n1', 'ABCD2345', '2026-11-25T10:00:00+00:00', '{"from":null,"to":[]}', '{}', 2, 'done', 'opened', 't1', 1);
INSERT INTO ticket (id, reference, status, channel, lang, category, subject, requester_name, requester_email, organisation,
    assignee, history, contested, version, opened_at, updated_at, decision, draft)
VALUES ('t1', 'ABCD2345', 'open', 'form', 'fr', 'sill', 'Équivalent libre', 'Solenn K.', 'solenn@example.org', 'DREAL Bretagne',
    'p1', FALSE, FALSE, 1, '2026-11-25T10:00:00+00:00', '2026-11-25T10:00:00+00:00',
    '{"action":"queue","reason":"in-offer","held_back":[],"category":"sill","topics":["sill"],"confidence":0.9,"reply":"sill","reply_mode":"draft","candidates":[],"evidence":[],"telling_rule":null,"organisation":null,"sensitive":[],"lang":"fr","ruleset":"abc"}',
    '{"reply":"sill","markdown":"Bonjour,"}');
INSERT INTO message (id, ticket_id, arrival_id, direction, received_at, from_email, digest, content, automatic_ban)
VALUES ('m1', 't1', 'a1', 'in', '2026-11-25T10:00:00+00:00', 'solenn@example.org', 'd1',
    '{"channel":"form","from_name":"Solenn K.","from_email":"solenn@example.org","role":"","organisation":"","chosen":null,"subject":"Équivalent libre","body":"Bonjour","fresh":[{"start":0,"end":7}],"to":[],"cc":[],"reply_to":null,"message_id":null,"in_reply_to":null,"references":[],"date":null,"attachments":[]}',
    NULL);
INSERT INTO message_id (message_id, ticket_id, outbox_id) VALUES ('abcd2345.o1@code.gouv.fr', 't1', 'o1');
INSERT INTO event (id, ticket_id, at, actor, kind, detail)
VALUES ('e1', 't1', '2026-11-25T10:00:00+00:00', '{"who":"requester"}', 'opened', 'form');
INSERT INTO outbox (id, ticket_id, kind, automatic, state, envelope_from, recipient, recipient_key, recipient_domain, message_id,
    subject, text, raw, created_at, due_at, attempts, last_words, held_because, sent_at)
VALUES ('o1', 't1', 'receipt', TRUE, 'sent', NULL, 'solenn@example.org', 'solenn@example.org', 'example.org',
    'abcd2345.o1@code.gouv.fr', 'Votre demande', 'Bonjour', 'Subject: x', '2026-11-25T10:00:00+00:00',
    '2026-11-25T10:00:00+00:00', 1, '250 ok', '', '2026-11-25T10:00:01+00:00');
