-- One document a ticket: exclusions speak of the whole request. Its words are cut by the program, the same for both
-- databases. The documents are written anew by upkeep.
DROP TABLE search;
CREATE TABLE search (ticket_id TEXT PRIMARY KEY REFERENCES ticket (id), doc TSVECTOR NOT NULL);
CREATE INDEX search_doc ON search USING gin (doc);
