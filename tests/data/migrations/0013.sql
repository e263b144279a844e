INSERT INTO status_code (id, reference, recipient, digest, made_at, until, tries, used)
VALUES ('c1', 'ABCD2345', 'hash', 'digest', '2026-11-26T08:00:00+00:00', '2026-11-26T08:15:00+00:00', 1, FALSE);
INSERT INTO status_session (token_hash, reference, recipient, until) VALUES ('hash', 'ABCD2345', 'hash', '2026-11-27T08:00:00+00:00');
