UPDATE outbox SET wanted_at = created_at, tried_at = sent_at;
UPDATE relay SET failures = 2, said = 'la connexion est refusée', failing_since = '2026-11-26T08:00:00+00:00',
    try_at = '2026-11-26T08:01:00+00:00';
INSERT INTO alert (id, kind, recipient, raw, created_at, state, due_at, leased_until, attempts, last_words)
VALUES ('al1', 'breaker', 'exploitation@example.org', 'Subject: x', '2026-11-26T08:00:00+00:00', 'due',
    '2026-11-26T08:00:00+00:00', NULL, 0, '');
