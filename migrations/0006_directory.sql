-- The private directory: who answers for which body and subject. A row is ended by valid_until, never deleted; a person who
-- asks for it has name and address blanked.
CREATE TABLE directory_entry (
    id TEXT PRIMARY KEY,
    -- kept: decisions read it; suggested: somebody named them and no person of the team has looked; erased.
    state TEXT NOT NULL,
    role TEXT NOT NULL,
    organisation TEXT NOT NULL,
    -- NULL: every contract.
    contract TEXT,
    deputy BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    valid_from DATE,
    valid_until DATE,
    absent_from DATE,
    absent_until DATE,
    confirmed_on DATE,
    note TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

-- Every change of an entry, whole before and after, as JSON that serde writes; an erasure blanks those of its entry too.
CREATE TABLE directory_change (
    id TEXT PRIMARY KEY,
    entry_id TEXT NOT NULL REFERENCES directory_entry (id),
    at TIMESTAMPTZ NOT NULL,
    actor JSONB NOT NULL,
    through TEXT NOT NULL,
    -- NULL: the entry was added.
    old JSONB,
    new JSONB NOT NULL
);
CREATE INDEX directory_change_entry ON directory_change (entry_id, at, id);

-- One row: what names the directory as it stands. A new name at each change, so that a snapshot is known to be stale; the
-- row is also what writers queue for.
CREATE TABLE directory_state (
    id BIGINT PRIMARY KEY,
    version TEXT NOT NULL
);
INSERT INTO directory_state (id, version) VALUES (1, '');
