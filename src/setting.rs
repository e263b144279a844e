//! The kinds of values that settings share: durations a person can read, secrets that no log shows, ranges of
//! addresses, texts that may be left empty. Every module writes its own `Settings` with them and its own checks, which
//! return [`Finding`](crate::fault::Finding)s; `config` gathers them.

mod human_duration;
mod ip_range;
mod secret;

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de::Error as _};

pub use human_duration::HumanDuration;
pub use ip_range::IpRange;
pub use secret::{Secret, file_fault, open_to_others};

/// For `#[serde(deserialize_with)]`: a path, where the empty text means none.
pub fn optional_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    Ok(optional_text(deserializer)?.map(PathBuf::from))
}

/// For `#[serde(deserialize_with)]`: a text, where the empty one means none.
pub fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// For `#[serde(deserialize_with)]`: a socket address (`127.0.0.1:8080`, `[::1]:8080`).
pub fn socket_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<std::net::SocketAddr, D::Error> {
    parsed(deserializer, |_: std::net::AddrParseError| "ce n’est pas une adresse suivie d’un port")
}

/// Reads a text and parses it, the error in the words that settings use.
fn parsed<'de, D: Deserializer<'de>, T: FromStr, Says: Display>(
    deserializer: D,
    says: impl Fn(T::Err) -> Says,
) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(|error| D::Error::custom(says(error)))
}
