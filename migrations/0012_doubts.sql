-- Tries that broke off where the mail may have been taken: each may be a delivery, so there are few of them.
ALTER TABLE outbox ADD COLUMN doubts BIGINT NOT NULL DEFAULT 0;
