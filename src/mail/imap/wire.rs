//! The connection below a session: TCP, with TLS over it or not.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, BufWriter};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::error::ImapError;
use super::guard::{Guard, Heard};
use super::settings::Mailbox;

/// A connection that is silent for so long is asked whether it lives: gateways forget idle ones, mostly after five minutes or
/// more, and a peer that lost its power says nothing.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// What a session reads from and writes to.
pub(super) trait Octets: AsyncRead + AsyncWrite + Unpin + Send + Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Octets for T {}

/// Watched on the way in, gathered on the way out: `async-imap` writes a command in four pieces.
pub(super) type Wire = Guard<BufWriter<Box<dyn Octets>>>;

/// A wire on which literals of more than `limit` octets end the session, and whose incoming octets are counted in `heard`.
pub(super) fn wire(stream: Box<dyn Octets>, limit: u64, heard: &Heard) -> Wire {
    Guard::new(BufWriter::new(stream), limit, heard.clone())
}

/// TLS to the host of a mailbox over a connection.
pub(super) async fn encrypted(
    mailbox: &Mailbox,
    stream: Box<dyn Octets>,
) -> Result<Box<dyn Octets>, ImapError> {
    let wrong = |error: &dyn std::fmt::Display| ImapError::Tls(error.to_string());
    let host = ServerName::try_from(mailbox.host.clone()).map_err(|error| wrong(&error))?;
    let config = config(mailbox.ca_file.as_deref())?;
    let stream = TlsConnector::from(Arc::new(config)).connect(host, stream).await;
    Ok(Box::new(stream.map_err(|error| wrong(&error))?))
}

/// The roots of the system, and one more authority when the settings name it.
fn config(ca_file: Option<&Path>) -> Result<ClientConfig, ImapError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca_file {
        let unusable = |why: &dyn std::fmt::Display| ImapError::Tls(format!("{} : {why}", file.display()));
        let certificates = CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))?;
        let mut added = 0;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| unusable(&error))?;
            roots.add(certificate).map_err(|error| unusable(&error))?;
            added += 1;
        }
        if added == 0 {
            return Err(unusable(&"aucun certificat"));
        }
    }
    // Named, not taken from the process: nothing else decides which cryptography is used.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ImapError::Tls(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// A TCP connection to the server of a mailbox.
pub(super) async fn tcp(mailbox: &Mailbox) -> Result<Box<dyn Octets>, ImapError> {
    let stream = TcpStream::connect((mailbox.host.as_str(), mailbox.port())).await;
    let stream = stream.map_err(ImapError::Connect)?;
    stream.set_nodelay(true).map_err(ImapError::Connect)?;
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE);
    SockRef::from(&stream).set_tcp_keepalive(&keepalive).map_err(ImapError::Connect)?;
    Ok(Box::new(stream))
}
