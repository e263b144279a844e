INSERT INTO directory_entry (id, state, role, organisation, contract, deputy, name, email, valid_from, valid_until,
    absent_from, absent_until, confirmed_on, note, version, changed_at)
VALUES ('d1', 'kept', 'coordinator', 'culture', 'support', FALSE, 'Bureau des marchés', 'marches@culture.example.org',
    '2024-01-01', NULL, '2026-12-20', '2027-01-03', '2026-11-01', '', 2, '2026-11-25T10:00:00+00:00');
INSERT INTO directory_change (id, entry_id, at, actor, through, old, new)
VALUES ('c1', 'd1', '2026-11-25T10:00:00+00:00', '{"who":"person","id":"p1"}', 'page', NULL,
    '{"state":"kept","entry":{"id":"d1","role":"coordinator","organisation":"culture","contract":"support","deputy":false,"name":"Bureau des marchés","email":"marches@culture.example.org","period":{"from":"2024-01-01","until":null},"absence":{"from":"2026-12-20","until":"2027-01-03"},"confirmed_on":"2026-11-01","note":""}}');
UPDATE directory_state SET version = 'v1' WHERE id = 1;
