-- The team and what the pages need to remember.

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- token_hash is the SHA-256 of the cookie: a stolen database opens no session.
CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    opened_at TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL
);
CREATE INDEX session_account ON session (account_id);

CREATE TABLE sign_in_failure (
    id TEXT PRIMARY KEY,
    throttle_key TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_failure_key ON sign_in_failure (throttle_key, at);

-- One-time links that were used.
CREATE TABLE used_link (
    link TEXT PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL
);

-- Files of a form that must be corrected, kept for an hour under the form's nonce.
CREATE TABLE form_file (
    id TEXT PRIMARY KEY,
    nonce TEXT NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    until TIMESTAMPTZ NOT NULL
);
CREATE INDEX form_file_nonce ON form_file (nonce, id);
CREATE INDEX form_file_until ON form_file (until);

-- Switches thrown on a page, which hold over restarts and instances (the kill switch of automatic mail).
CREATE TABLE switch (
    name TEXT PRIMARY KEY,
    thrown BOOLEAN NOT NULL,
    account_id TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
