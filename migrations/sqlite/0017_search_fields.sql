-- One document a ticket, found by its number: exclusions speak of the whole request, and listing what was found never
-- reads its text. The documents are written anew by upkeep.
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (text, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3');
ALTER TABLE ticket ADD COLUMN search_id BIGINT;
CREATE INDEX ticket_search ON ticket (search_id, opened_at, id, status, category, channel, assignee, organisation_kind);
