INSERT INTO account (id, email, name, password_hash, disabled, created_at)
VALUES ('p1', 'camille@example.org', 'Camille', '', FALSE, '2026-11-25T10:00:00+00:00');
INSERT INTO session (token_hash, account_id, opened_at, until)
VALUES ('h1', 'p1', '2026-11-25T10:00:00+00:00', '2026-11-25T22:00:00+00:00');
INSERT INTO sign_in_failure (id, throttle_key, at) VALUES ('f1', 'camille@example.org', '2026-11-25T09:00:00+00:00');
INSERT INTO used_link (link, at) VALUES ('l1', '2026-11-25T09:00:00+00:00');
INSERT INTO form_file (id, nonce, name, content_type, bytes, until)
VALUES ('ff1', 'n2', 'a.pdf', 'application/pdf', 'x', '2026-11-25T11:00:00+00:00');
INSERT INTO switch (name, thrown, account_id, at) VALUES ('automatic-stopped', FALSE, 'p1', '2026-11-25T09:00:00+00:00');
