//! The socket that clients come to: a file, or a port of the loopback.

use std::fmt;
use std::fs::Permissions;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use super::Listen;
use crate::fault::io_words;

/// Who may connect to the socket file: its owner and its group, the mail server's.
const MODE: u32 = 0o660;

/// Why nothing can be listened at.
#[derive(Debug, thiserror::Error)]
#[error("lmtp.listen : « {place} » ne peut pas être ouvert ({})", io_words(source))]
pub struct ListenError {
    place: Place,
    source: io::Error,
}

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A Unix socket.
    Unix(PathBuf),
    /// A port of the loopback.
    Tcp(SocketAddr),
}

/// As the settings write it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(address) => write!(f, "{address}"),
        }
    }
}

pub(super) enum Listener {
    Unix(UnixListener, SocketFile),
    Tcp(TcpListener, SocketAddr),
}

/// A socket file of ours: removed when nobody listens any more, unless it is another's by then.
pub(super) struct SocketFile {
    path: PathBuf,
    inode: (u64, u64),
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if inode(&self.path).is_ok_and(|now| now == self.inode) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn inode(path: &Path) -> io::Result<(u64, u64)> {
    std::fs::symlink_metadata(path).map(|file| (file.dev(), file.ino()))
}

impl Listener {
    /// Listens; `None` for [`Listen::Closed`].
    pub(super) async fn bind(listen: &Listen) -> Result<Option<Self>, ListenError> {
        match listen {
            Listen::Closed => Ok(None),
            Listen::Unix(path) => {
                let bound = Self::bind_unix(path);
                bound.map(Some).map_err(|source| ListenError { place: Place::Unix(path.clone()), source })
            }
            Listen::Tcp(address) => {
                let bound = Self::bind_tcp(*address).await;
                bound.map(Some).map_err(|source| ListenError { place: Place::Tcp(*address), source })
            }
        }
    }

    fn bind_unix(path: &Path) -> io::Result<Self> {
        make_way(path)?;
        let listener = UnixListener::bind(path)?;
        // Until here the process's mask rules, which never opens it to more than its owner's writing.
        std::fs::set_permissions(path, Permissions::from_mode(MODE))?;
        let file = SocketFile { path: path.to_owned(), inode: inode(path)? };
        Ok(Self::Unix(listener, file))
    }

    async fn bind_tcp(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self::Tcp(listener, address))
    }

    pub(super) fn place(&self) -> Place {
        match self {
            Self::Unix(_, file) => Place::Unix(file.path.clone()),
            Self::Tcp(_, address) => Place::Tcp(*address),
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Unix(listener, _) => Ok(Stream::Unix(listener.accept().await?.0)),
            Self::Tcp(listener, _) => {
                let stream = listener.accept().await?.0;
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            }
        }
    }
}

/// Removes the socket file of a process that died. One at which somebody listens stays, and so does any other file.
fn make_way(path: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(file) if !file.file_type().is_socket() => return Err(ErrorKind::AlreadyExists.into()),
        Ok(_) => {}
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Ok(_) => Err(ErrorKind::AddrInUse.into()),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => std::fs::remove_file(path),
        Err(error) => Err(error),
    }
}

/// A connection of either kind.
pub(super) enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unix(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Unix(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unix(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
