INSERT INTO reference_correction (id, sheet, row_key, cells, source, valid_from, valid_until, note, ticket_id, actor, made_at,
    retired_at, retired_by)
VALUES ('c1', 'domains', 'nouveau.example', '{"organisation":"culture","confidence":"sure"}', 'courriel du ministère',
    '2026-11', '', '', 't1', '{"who":"person","id":"p1"}', '2026-11-26T11:30:00+00:00', NULL, NULL);
UPDATE reference_state SET version = 'v1' WHERE id = 1;
INSERT INTO inquiry (id, ticket_id, email, organisation, contract, outbox_id, actor, asked_at, message_id, answered_at)
VALUES ('q1', 't1', 'pilote@ministere.example', 'culture', 'support', 'o1', '{"who":"person","id":"p1"}',
    '2026-11-26T11:30:00+00:00', NULL, NULL);
