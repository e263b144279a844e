//! The people of the team: accounts, sessions, throttled sign-in.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::db::{all, change, one};
use super::{Store, StoreError, Tx, new_id, on};

/// A person of the team.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Account {
    /// UUIDv7.
    pub id: String,
    /// Address to sign in with, lower case.
    pub email: String,
    /// Name as colleagues read it.
    pub name: String,
    /// PHC string (argon2id); empty until the one-time link was used.
    pub password_hash: String,
    /// A disabled account cannot sign in; its acts stay in the audit trail.
    pub disabled: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

const ADD: &str = "INSERT INTO account (id, email, name, password_hash, disabled, created_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (email) DO NOTHING";
const BY_EMAIL: &str =
    "SELECT id, email, name, password_hash, disabled, created_at FROM account WHERE email = $1";
const STAFF: &str = "SELECT COUNT(*) FROM account WHERE email = $1 AND NOT disabled";
const BY_ID: &str = "SELECT id, email, name, password_hash, disabled, created_at FROM account WHERE id = $1";
const EVERY: &str =
    "SELECT id, email, name, password_hash, disabled, created_at FROM account ORDER BY name, id";
const SET_PASSWORD: &str = "UPDATE account SET password_hash = $2 WHERE id = $1";
const SET_DISABLED: &str = "UPDATE account SET disabled = $2 WHERE id = $1";
const END_SESSIONS: &str = "DELETE FROM session WHERE account_id = $1";
const SESSION_OPEN: &str =
    "INSERT INTO session (token_hash, account_id, opened_at, until) VALUES ($1, $2, $3, $4)";
const SESSION_ACCOUNT: &str = "SELECT a.id, a.email, a.name, a.password_hash, a.disabled, a.created_at
    FROM session s JOIN account a ON a.id = s.account_id
    WHERE s.token_hash = $1 AND s.until > $2 AND NOT a.disabled";
const SESSION_END: &str = "DELETE FROM session WHERE token_hash = $1";
const SESSIONS_EXPIRE: &str = "DELETE FROM session WHERE until <= $1";
const FAILED: &str = "INSERT INTO sign_in_failure (id, throttle_key, at) VALUES ($1, $2, $3)";
const FAILURES: &str = "SELECT COUNT(*) FROM sign_in_failure WHERE throttle_key = $1 AND at >= $2";
const FAILURES_EXPIRE: &str = "DELETE FROM sign_in_failure WHERE at < $1";
const LINK_USE: &str = "INSERT INTO used_link (link, at) VALUES ($1, $2) ON CONFLICT (link) DO NOTHING";

impl Store {
    /// Adds an account; `false` when the address already has one.
    pub async fn account_add(&self, account: &Account) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let added = change!(
            tx.db(),
            ADD,
            &account.id,
            account.email.to_lowercase(),
            &account.name,
            &account.password_hash,
            account.disabled,
            account.created_at
        )?;
        tx.commit().await?;
        Ok(added > 0)
    }

    /// The account with this address (any case).
    pub async fn account_by_email(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(Account, link.db(), BY_EMAIL, email.to_lowercase())?)
    }

    /// The account with this id.
    pub async fn account(&self, id: &str) -> Result<Option<Account>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(Account, link.db(), BY_ID, id)?)
    }

    /// All accounts by name.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let mut link = self.read().await?;
        Ok(all!(Account, link.db(), EVERY)?)
    }

    /// Replaces the password hash and ends every session of the account.
    pub async fn account_set_password(&self, id: &str, password_hash: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SET_PASSWORD, id, password_hash)?;
        change!(tx.db(), END_SESSIONS, id)?;
        tx.commit().await
    }

    /// Disables or enables an account; disabling ends its sessions.
    pub async fn account_set_disabled(&self, id: &str, disabled: bool) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SET_DISABLED, id, disabled)?;
        if disabled {
            change!(tx.db(), END_SESSIONS, id)?;
        }
        tx.commit().await
    }

    /// Opens a session; `token_hash` is the SHA-256 (hex) of the cookie, never the cookie itself.
    pub async fn session_open(
        &self,
        token_hash: &str,
        account_id: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SESSION_OPEN, token_hash, account_id, now, until)?;
        tx.commit().await
    }

    /// The enabled account of a session that has not ended.
    pub async fn session_account(
        &self,
        token_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Account>, StoreError> {
        let mut link = self.read().await?;
        Ok(one!(Account, link.db(), SESSION_ACCOUNT, token_hash, now)?)
    }

    /// Ends a session.
    pub async fn session_end(&self, token_hash: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SESSION_END, token_hash)?;
        tx.commit().await
    }

    /// Notes a failed sign-in under a key (an address, a client).
    pub async fn sign_in_failed(&self, key: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), FAILED, new_id(), key, now)?;
        tx.commit().await
    }

    /// Failed sign-ins under a key since an instant.
    pub async fn sign_in_failures(&self, key: &str, since: DateTime<Utc>) -> Result<i64, StoreError> {
        let mut link = self.read().await?;
        Ok(
            on!(link.db(), c => sqlx::query_scalar::<_, i64>(FAILURES).bind(key).bind(since).fetch_one(c).await)?,
        )
    }

    /// Marks a one-time link as used; `false` when it was used before.
    pub async fn link_use(&self, link: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let fresh = change!(tx.db(), LINK_USE, link, now)?;
        tx.commit().await?;
        Ok(fresh > 0)
    }

    /// Forgets ended sessions, and failed sign-ins from before `failures_before`.
    pub async fn sign_ins_expire(
        &self,
        now: DateTime<Utc>,
        failures_before: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        change!(tx.db(), SESSIONS_EXPIRE, now)?;
        change!(tx.db(), FAILURES_EXPIRE, failures_before)?;
        tx.commit().await
    }
}

impl Tx {
    /// Whether an address is that of a person of the team.
    pub async fn is_staff(&mut self, email: &str) -> Result<bool, StoreError> {
        let email = email.to_lowercase();
        Ok(on!(self.db(), c => sqlx::query_scalar::<_, i64>(STAFF).bind(email).fetch_one(c).await)? > 0)
    }

    /// The account, still open, of whoever writes from one of these addresses or under this name: people who share a
    /// mailbox sign with their name.
    pub async fn colleague(&mut self, emails: &[String], name: &str) -> Result<Option<Account>, StoreError> {
        let accounts = all!(Account, self.db(), EVERY)?;
        let theirs =
            |account: &&Account| emails.iter().any(|email| account.email.eq_ignore_ascii_case(email));
        let named = |account: &&Account| account.name.to_lowercase() == name.trim().to_lowercase();
        let mut open = accounts.iter().filter(|account| !account.disabled);
        Ok(open.clone().find(theirs).or_else(|| open.find(named)).cloned())
    }

    /// The account with this id, as this transaction sees it.
    pub async fn account(&mut self, id: &str) -> Result<Option<Account>, StoreError> {
        Ok(one!(Account, self.db(), BY_ID, id)?)
    }
}
