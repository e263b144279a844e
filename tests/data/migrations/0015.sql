INSERT INTO written (ticket_id, account_id, text, reply, lang, recipients, replaced, saved_at, outbox_id)
VALUES ('t1', 'p1', 'Bonjour, voici', 'sill', 'fr', '["solenn@example.org"]', NULL, '2026-11-26T11:30:00+00:00', NULL);
INSERT INTO presence (ticket_id, account_id, writing, until) VALUES ('t1', 'p1', TRUE, '2026-11-26T11:31:00+00:00');
INSERT INTO ticket (id, reference, status, channel, lang, category, subject, requester_name, requester_email, organisation,
    assignee, history, contested, version, opened_at, updated_at, decision, draft)
SELECT 't15', 'ABCD2346', 'closed', channel, lang, category, subject, requester_name, requester_email, organisation,
    assignee, history, contested, version, opened_at, updated_at, decision, NULL FROM ticket WHERE id = 't1';
INSERT INTO merged (ticket_id, into_id, at, moved)
VALUES ('t15', 't1', '2026-11-26T11:30:00+00:00',
    '{"status":"open","messages":[],"ids":[],"outbox":[],"hand_overs":[],"inquiries":[],"shared":[]}');
INSERT INTO message_shared (ticket_id, message_id) VALUES ('t15', 'm1');
INSERT INTO meeting (ticket_id, at, place) VALUES ('t1', '2026-12-03T13:00:00+00:00', 'Ségur');
INSERT INTO sketch (key, ticket_id, at) VALUES (42, 't1', '2026-11-25T10:00:00+00:00');
