//! Signing keys: a list, the first one signs, all verify, so that a key can be changed without breaking the links and
//! tokens already out. Every signature is bound to a [`Purpose`]: a form's stamp is never a valid reply token.

mod settings;

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::fault::io_words;

pub use settings::{MADE_FILE, Settings, made_at};

/// What a signature is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The link by which the requester of a refused question asks that the coordinator be told.
    PassOnLink,
    /// The moment a form was shown and its nonce.
    FormStamp,
    /// The link to a request's status page.
    StatusLink,
    /// A code that opens a status page's acts.
    StatusCode,
    /// The token in a Reply-To address or Message-ID.
    MailToken,
    /// The sum asked of a suspicious form.
    Sum,
    /// The link that lets the first user in.
    SignInLink,
    /// The link to the page of a hand-over.
    HandOverLink,
    /// The token of a mail that the service sends to itself.
    Probe,
}

impl Purpose {
    fn label(self) -> &'static str {
        match self {
            Self::PassOnLink => "pass-on-link",
            Self::FormStamp => "form-stamp",
            Self::StatusLink => "status-link",
            Self::StatusCode => "status-code",
            Self::MailToken => "mail-token",
            Self::Sum => "sum",
            Self::SignInLink => "sign-in-link",
            Self::HandOverLink => "hand-over-link",
            Self::Probe => "probe",
        }
    }
}

/// The keys in force. Cheap to clone is not needed: it lives in the desk and is shared from there.
#[derive(Clone)]
pub struct Keys(Vec<Vec<u8>>);

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({} of them)", self.0.len())
    }
}

/// Why a list of keys was refused.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is no key at all.
    #[error("il n’y a aucune clé de signature")]
    Empty,
    /// A key is shorter than 32 octets.
    #[error("la clé n° {0} a moins de 32 caractères")]
    Short(usize),
    /// Both a list and a file are configured: which one holds would be a guess.
    #[error("keys.secrets et keys.file sont donnés tous deux")]
    Both,
    /// The file that is configured is not there.
    #[error("le fichier de clés « {} » n’existe pas", .0.display())]
    Missing(PathBuf),
    /// Others than the owner may read the file.
    #[error("d’autres que son propriétaire peuvent lire « {} » (droits {mode:o})", path.display())]
    Readable {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file cannot be read or made.
    #[error("le fichier de clés « {} » ne peut être ni lu ni fait ({})", path.display(), io_words(error))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

impl Keys {
    /// Keys from secrets of at least 32 octets each; the first one signs.
    pub fn new(secrets: Vec<Vec<u8>>) -> Result<Self, KeysError> {
        if secrets.is_empty() {
            return Err(KeysError::Empty);
        }
        match secrets.iter().position(|s| s.len() < 32) {
            Some(short) => Err(KeysError::Short(short + 1)),
            None => Ok(Self(secrets)),
        }
    }

    /// A URL-safe signature of 22 characters (128 bits) of `data` for `purpose`.
    pub fn sign(&self, purpose: Purpose, data: &str) -> String {
        URL_SAFE_NO_PAD.encode(&Self::mac(&self.0[0], purpose, data)[..16])
    }

    /// Whether `signature` was made by one of the keys; compared in constant time.
    pub fn verify(&self, purpose: Purpose, data: &str, signature: &str) -> bool {
        let Ok(given) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        self.0.iter().any(|key| {
            bool::from(subtle::ConstantTimeEq::ct_eq(&Self::mac(key, purpose, data)[..16], given.as_slice()))
        })
    }

    /// The same in lower-case letters and digits, 16 characters (80 bits): for mail addresses and Message-IDs, whose
    /// case a relay may fold.
    pub fn sign_folded(&self, purpose: Purpose, data: &str) -> String {
        base32(&Self::mac(&self.0[0], purpose, data)[..10])
    }

    /// The check that goes with [`Keys::sign_folded`]; case is ignored.
    pub fn verify_folded(&self, purpose: Purpose, data: &str, signature: &str) -> bool {
        let given = signature.to_ascii_lowercase();
        self.0.iter().any(|key| {
            let good = base32(&Self::mac(key, purpose, data)[..10]);
            bool::from(subtle::ConstantTimeEq::ct_eq(good.as_bytes(), given.as_bytes()))
        })
    }

    /// The same with 8 characters (40 bits): for what people see and must be able to read, and what never proves anything
    /// alone.
    pub fn sign_short(&self, purpose: Purpose, data: &str) -> String {
        base32(&Self::mac(&self.0[0], purpose, data)[..5])
    }

    /// The check that goes with [`Keys::sign_short`], in constant time; case is ignored.
    pub fn verify_short(&self, purpose: Purpose, data: &str, signature: &str) -> bool {
        let given = signature.to_ascii_lowercase();
        self.0.iter().any(|key| {
            let good = base32(&Self::mac(key, purpose, data)[..5]);
            bool::from(subtle::ConstantTimeEq::ct_eq(good.as_bytes(), given.as_bytes()))
        })
    }

    fn mac(key: &[u8], purpose: Purpose, data: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.update(purpose.label().as_bytes());
        mac.update(&[0]);
        mac.update(data.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// Octets as lower-case hexadecimal digits.
pub fn hex(octets: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    octets
        .iter()
        .flat_map(|octet| [octet >> 4, octet & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// Crockford's alphabet: no letter that is taken for a digit when a reference is read out on the telephone.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(CROCKFORD[(held >> bits & 31) as usize]).to_ascii_lowercase());
        }
    }
    out
}

/// Fresh randomness of the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a system without randomness cannot run a service");
    bytes
}

/// A public ticket reference: 8 random Crockford characters (40 bits), never sequential.
pub fn random_reference() -> String {
    base32(&random::<5>()).to_ascii_uppercase()
}

/// A public reference as people write it: in either case, with dashes, dots or spaces, `O` for `0`, `I` or `L` for `1`.
/// `None` where it is none.
pub fn read_reference(given: &str) -> Option<String> {
    let written = given.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '‐' | '–'));
    let read: String = written
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    (read.len() == 8 && read.bytes().all(|b| CROCKFORD.contains(&b))).then_some(read)
}

/// A random token of 22 URL-safe characters (128 bits): form nonces, sessions, one-time links.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random::<16>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[u8]) -> Keys {
        Keys::new(names.iter().map(|n| vec![*n; 32]).collect()).unwrap()
    }

    #[test]
    fn an_old_key_still_verifies_and_purposes_do_not_mix() {
        let before = keys(b"a").sign(Purpose::StatusLink, "ABCD2345");
        assert!(keys(b"ba").verify(Purpose::StatusLink, "ABCD2345", &before));
        assert!(!keys(b"b").verify(Purpose::StatusLink, "ABCD2345", &before));
        assert!(!keys(b"a").verify(Purpose::FormStamp, "ABCD2345", &before));
        assert!(!keys(b"a").verify(Purpose::StatusLink, "ABCD2346", &before));
    }

    #[test]
    fn a_folded_token_survives_a_relay_that_changes_case() {
        let token = keys(b"a").sign_folded(Purpose::MailToken, "ABCD2345");
        assert_eq!(token.len(), 16);
        assert!(keys(b"a").verify_folded(Purpose::MailToken, "ABCD2345", &token.to_uppercase()));
    }

    #[test]
    fn a_reference_is_read_as_people_write_it() {
        for written in ["7K3M10XZ", " 7k3m-10xz ", "7K3M 1OXZ", "7k3m.lOxz", "7K3M–I0XZ"] {
            assert_eq!(read_reference(written).as_deref(), Some("7K3M10XZ"), "{written}");
        }
        for other in ["", "7K3M10X", "7K3M10XZ9", "7K3M10XU", "7K3M10Xé"] {
            assert_eq!(read_reference(other), None, "{other}");
        }
    }

    #[test]
    fn a_short_or_missing_key_is_refused() {
        assert!(matches!(Keys::new(vec![]), Err(KeysError::Empty)));
        assert!(matches!(Keys::new(vec![vec![1; 32], vec![1; 31]]), Err(KeysError::Short(2))));
    }
}
