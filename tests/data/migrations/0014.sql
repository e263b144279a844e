INSERT INTO snooze (ticket_id, until, account_id, set_at) VALUES ('t1', NULL, 'p1', '2026-11-25T11:00:00+00:00');
INSERT INTO saved_view (id, account_id, name, address, shared, made_at)
VALUES ('v1', 'p1', 'SILL', '/equipe?vue=toutes&categorie=sill', TRUE, '2026-11-25T11:00:00+00:00');
INSERT INTO preference (account_id, keys_on, keys) VALUES ('p1', TRUE, '{"c":"m"}');
INSERT INTO bulk_act (id, account_id, kind, made_at) VALUES ('b1', 'p1', 'close', '2026-11-25T11:00:00+00:00');
INSERT INTO bulk_item (bulk_id, ticket_id, version, before) VALUES ('b1', 't1', 1, '{"status":"open","assignee":null,"contested":false,"draft":null,"due":[],"example":null}');
