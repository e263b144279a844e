//! One-time links: how a person gets into an account for the first time, or again after a forgotten password. A link
//! names its account and its end, and its signature covers the account's present password hash: choosing a password,
//! by this link or another, makes every older link worthless. It is used by the POST that sets the password, not by
//! looking at it, because mail scanners look at links.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{AuthError, password};
use crate::clock::Clock;
use crate::desk::Desk;
use crate::keys::{self, Keys, Purpose};
use crate::store::{Account, Store};

/// How long a one-time link may be used.
pub const LINK_HOURS: i64 = 72;

/// A fresh one-time link for an account, below `public_url`. It needs no desk, so that people can be let in whatever
/// state rules and replies are in.
pub fn new_link(keys: &Keys, clock: &Clock, public_url: &str, account: &Account) -> String {
    let expires = (clock.now() + Duration::hours(LINK_HOURS)).timestamp();
    let claim = format!("{}.{expires}.{}", account.id, keys::random_token());
    let signature = keys.sign(Purpose::SignInLink, &signed_data(&claim, account));
    format!("{public_url}/equipe/premier-acces/{claim}.{signature}")
}

/// The account a link still lets in; `None` when it is forged, past its time, or made worthless by a later password.
pub(super) async fn account_of(desk: &Desk, token: &str) -> Result<Option<Account>, AuthError> {
    let Some((claim, signature)) = token.rsplit_once('.') else { return Ok(None) };
    let mut parts = claim.split('.');
    let (Some(id), Some(expires), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    let expires = expires.parse().ok().and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0));
    if expires.is_none_or(|expires| expires < desk.clock().now()) {
        return Ok(None);
    }
    let Some(account) = desk.store().account(id).await? else { return Ok(None) };
    let genuine = desk.keys().verify(Purpose::SignInLink, &signed_data(claim, &account), signature);
    Ok((genuine && !account.disabled).then_some(account))
}

/// Uses a link up and gives its account this password (already checked): `false` when the link was used meanwhile.
pub(super) async fn use_link(
    desk: &Desk,
    token: &str,
    account: &Account,
    password: String,
) -> Result<bool, AuthError> {
    let phc = password::hash(password).await?;
    if !desk.store().link_use(&super::digest(token), desk.clock().now()).await? {
        return Ok(false);
    }
    desk.store().account_set_password(&account.id, &phc).await?;
    Ok(true)
}

/// Adds an account without a password and returns it; `None` when the address already has one.
pub async fn add_account(
    store: &Store,
    clock: &Clock,
    email: &str,
    name: &str,
) -> Result<Option<Account>, AuthError> {
    let account = Account {
        id: Uuid::now_v7().to_string(),
        email: email.trim().to_lowercase(),
        name: crate::message::one_line(name, 120),
        password_hash: String::new(),
        disabled: false,
        created_at: clock.now(),
    };
    Ok(store.account_add(&account).await?.then_some(account))
}

/// How the first person gets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstAccess {
    /// The account's address.
    pub email: String,
    /// The link to choose a password by: whoever has it gets in.
    pub link: String,
}

/// What to print when nobody can sign in yet: on the first start, and again until somebody used a link. The first
/// account has the service's contact address. `None` once somebody has a password.
pub async fn first_access(desk: &Desk) -> Result<Option<FirstAccess>, AuthError> {
    let accounts = desk.store().accounts().await?;
    if accounts.iter().any(|account| !account.password_hash.is_empty()) {
        return Ok(None);
    }
    let waiting = accounts.into_iter().find(|account| !account.disabled);
    let account = match waiting {
        Some(account) => Some(account),
        None => add_account(desk.store(), desk.clock(), &desk.service().contact, "Équipe").await?,
    };
    Ok(account.map(|account| {
        let link = new_link(desk.keys(), desk.clock(), &desk.service().public_url, &account);
        FirstAccess { email: account.email, link }
    }))
}

/// The account of `guichet demo`, with a fresh password: address and password, to be printed once.
pub async fn demo_account(desk: &Desk) -> Result<(String, String), AuthError> {
    let email = format!("demo@{}", desk.service().domain());
    let account = match desk.store().account_by_email(&email).await? {
        Some(account) => account,
        None => add_account(desk.store(), desk.clock(), &email, "Camille Démo")
            .await?
            .ok_or(AuthError::Stopped)?,
    };
    let password = keys::random_token();
    let phc = password::hash(password.clone()).await?;
    desk.store().account_set_password(&account.id, &phc).await?;
    Ok((account.email, password))
}

fn signed_data(claim: &str, account: &Account) -> String {
    format!("{claim} {}", account.password_hash)
}
