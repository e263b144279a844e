-- One document a ticket, found by its number: exclusions speak of the whole request, and listing what was found never
-- reads its text. The documents are written anew by upkeep.
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (text, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3 4 5');
ALTER TABLE ticket ADD COLUMN search_id BIGINT;
-- What is rare is found by its numbers, what is frequent by going through the list in its order: either in an index alone.
CREATE INDEX ticket_search ON ticket (search_id, opened_at, id, status, category, channel, assignee, organisation_kind);
DROP INDEX ticket_status;
CREATE INDEX ticket_status
    ON ticket (status, opened_at, id, category, channel, assignee, organisation_kind, contested, search_id);
DROP INDEX ticket_opened;
CREATE INDEX ticket_opened ON ticket (opened_at, id, status, category, channel, assignee, organisation_kind, search_id);
DROP INDEX ticket_category;
CREATE INDEX ticket_category ON ticket (category, opened_at, id, status, channel, assignee, organisation_kind, search_id);
DROP INDEX ticket_assignee;
CREATE INDEX ticket_assignee ON ticket (assignee, opened_at, id, status, category, channel, organisation_kind, search_id);
DROP INDEX ticket_kind;
CREATE INDEX ticket_kind ON ticket (organisation_kind, opened_at, id, status, category, channel, assignee, search_id);
