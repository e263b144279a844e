//! Who may see the team's pages: accounts with a password, sessions kept on the server, one-time links. The browser
//! holds a random token and nothing else; the store holds its digest and nothing else. Trying costs: failed sign-ins
//! are counted by account and by client address, and an unknown address answers like a known one, as slowly.

mod link;
mod pages;
mod password;
mod return_path;
mod session;
mod throttle;

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::error::{Kind, WebError};
use crate::keys::hex;
use crate::store::StoreError;

pub use link::{FirstAccess, LINK_HOURS, add_account, demo_account, first_access, new_link};
pub(super) use pages::routes;
pub use password::{MAX_OCTETS, MIN_CHARACTERS, Weak};
pub use session::{COOKIE, SignedIn};

/// Why a sign-in could not even be tried.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The password could not be hashed.
    #[error("argon2 : {0}")]
    Hash(String),
    /// The program is stopping.
    #[error("le service s’arrête")]
    Stopped,
}

impl From<AuthError> for WebError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Store(error) => error.into(),
            other => Self::new(Kind::Internal).because(Arc::new(other)),
        }
    }
}

/// SHA-256 in hexadecimal: what the store keeps of a token or an address somebody typed.
fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_digest_is_sha_256_in_hexadecimal() {
        assert_eq!(super::digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
