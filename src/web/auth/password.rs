//! Passwords: argon2id with the parameters OWASP names first (19 MiB, two passes), at most two at a time so that a
//! flood of sign-ins costs a bounded amount of memory; and what a password must be, after NIST SP 800-63B: long, not
//! obvious, and no composition rules.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use tokio::sync::Semaphore;

use super::AuthError;
use crate::keys;

/// Fewest characters of a password.
pub const MIN_CHARACTERS: usize = 12;
/// Most octets of a password: far above any passphrase, low enough that hashing stays cheap.
pub const MAX_OCTETS: usize = 1024;

/// Sign-ins and password changes that hash at the same time.
pub(super) static HASHING: Semaphore = Semaphore::const_new(2);

/// What an unknown address is verified against, so that an answer takes as long as for a known one.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now(&keys::random_token()).ok());

/// Words on which a password may not rest.
const OBVIOUS: [&str; 9] =
    ["motdepasse", "password", "azerty", "qwerty", "123456789", "1234567", "guichet", "equipe", "bonjour"];

/// Why a password was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`MIN_CHARACTERS`] characters.
    Short,
    /// More than [`MAX_OCTETS`] octets.
    Long,
    /// Rests on the account's address, on a word everybody tries, or on very few different characters.
    Obvious,
}

impl Weak {
    /// What the person reads.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Short => {
                "Choisissez au moins 12 caractères : une suite de plusieurs mots convient très bien."
            }
            Self::Long => "Ce mot de passe est trop long : 1 000 caractères au plus.",
            Self::Obvious => {
                "Ce mot de passe est trop facile à deviner. Évitez votre adresse, les suites et les mots courants \
                 seuls."
            }
        }
    }
}

/// Whether `password` may protect the account with this address.
pub(super) fn check(password: &str, email: &str) -> Result<(), Weak> {
    if password.chars().count() < MIN_CHARACTERS {
        return Err(Weak::Short);
    }
    if password.len() > MAX_OCTETS {
        return Err(Weak::Long);
    }
    let folded = password.to_lowercase();
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let own = [email.to_lowercase(), local];
    let rests_on =
        |word: &str| word.len() >= 4 && folded.contains(word) && folded.replace(word, "").chars().count() < 8;
    let obvious = OBVIOUS.into_iter().chain(own.iter().map(String::as_str)).any(rests_on);
    if different.len() < 5 || obvious { Err(Weak::Obvious) } else { Ok(()) }
}

/// The PHC string of a password. Runs where blocking is allowed.
pub(super) async fn hash(password: String) -> Result<String, AuthError> {
    let _permit = HASHING.acquire().await.map_err(|_| AuthError::Stopped)?;
    tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(|_| AuthError::Stopped)?
}

/// Whether `password` is the one of this PHC string. An empty string (an account whose link was never used, or no
/// account) costs the same time and is always wrong. The caller holds a permit of [`HASHING`].
pub(super) async fn verify(password: String, phc: String) -> Result<bool, AuthError> {
    tokio::task::spawn_blocking(move || {
        let known = !phc.is_empty();
        let stored = if known { Some(phc.as_str()) } else { NOBODY.as_deref() };
        let matches = stored.and_then(|phc| PasswordHash::new(phc).ok()).is_some_and(|phc| {
            password.len() <= MAX_OCTETS
                && Argon2::default().verify_password(password.as_bytes(), &phc).is_ok()
        });
        known && matches
    })
    .await
    .map_err(|_| AuthError::Stopped)
}

fn hash_now(password: &str) -> Result<String, AuthError> {
    let salt = SaltString::encode_b64(&keys::random::<16>()).map_err(|e| AuthError::Hash(e.to_string()))?;
    let hash = Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map_err(|e| AuthError::Hash(e.to_string()))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_composition_does_not() {
        assert_eq!(check("cheval agrafe pile", "a@x.fr"), Ok(()));
        assert_eq!(check("éàüéàüôîçèùê", "a@x.fr"), Ok(()));
        assert_eq!(check("Tr0ub4dor&3", "a@x.fr"), Err(Weak::Short));
        assert_eq!(check(&"ab c d e ".repeat(200), "a@x.fr"), Err(Weak::Long));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for obvious in
            ["motdepasse2026", "aaaaaaaaaaaaaaaa", "marie.durand26", "1234567891234567", "Azerty123456!"]
        {
            assert_eq!(check(obvious, "marie.durand@exemple.fr"), Err(Weak::Obvious), "{obvious}");
        }
        assert_eq!(check("le mot de passe de marie.durand", "marie.durand@exemple.fr"), Ok(()));
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_verified() {
        let phc = hash("cheval agrafe pile".to_owned()).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("cheval agrafe pile".to_owned(), phc.clone()).await.unwrap());
        assert!(!verify("cheval agrafe pilE".to_owned(), phc).await.unwrap());
        assert!(!verify("cheval agrafe pile".to_owned(), String::new()).await.unwrap());
    }
}
