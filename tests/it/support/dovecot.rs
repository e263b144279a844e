//! A throw-away Dovecot: the real IMAP server (and LMTP, with Sieve) of the system's packages, with its own settings, users,
//! certificate and mail in a folder that goes with the test. It listens on loopback ports that were free.
//!
//! Its master is owned by a small shell, the keeper, which holds a pipe to the test process: however that process ends, the
//! pipe closes and the keeper ends the server. It never runs as root: there it becomes the `dovecot` user that the package
//! creates, and is then set up just as an ordinary user would.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::imap_client::Client;
use super::smtp_session::key_pair;

/// The password of every user.
pub(crate) const PASSWORD: &str = "sésame, ouvre-toi";

/// Starts the master in the foreground, answers `ready` once it listens, and ends it when the input ends: with TERM, which
/// ends every connection too.
const KEEPER: &str = r#"
trap "" PIPE
/usr/sbin/dovecot -F -c "$1/dovecot.conf" >>"$1/log" 2>&1 &
server=$!
for _ in $(seq 200); do
    [ -S "$1/run/auth-login" ] || [ -S "$1/run/login/login" ] && break
    kill -0 $server 2>/dev/null || break
    sleep 0.05
done
kill -0 $server 2>/dev/null && echo ready || cat "$1/log"
exec >&-
cat >/dev/null
kill $server 2>/dev/null
wait $server
"#;

/// How the server is set up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Users, each with an empty INBOX.
    pub(crate) users: Vec<String>,
    /// More lines of `dovecot.conf`.
    pub(crate) more: String,
}

/// A running server. Dropped, it ends.
pub(crate) struct Dovecot {
    folder: tempfile::TempDir,
    keeper: Option<Child>,
    imap: u16,
    imaps: u16,
    lmtp: u16,
    ca_pem: String,
}

impl Dovecot {
    /// A server with one user, `contact`.
    pub(crate) fn start() -> Self {
        Self::start_with(&Options { users: vec!["contact".to_owned()], ..Options::default() })
    }

    pub(crate) fn start_with(options: &Options) -> Self {
        let folder = tempfile::Builder::new().prefix("guichet-dovecot.").tempdir_in("/tmp").unwrap();
        let (certificate, key, ca_pem) = key_pair();
        let [imap, imaps, lmtp] = free_ports();
        let server = Self { folder, keeper: None, imap, imaps, lmtp, ca_pem };
        let place = server.path();
        for folder in ["run", "state", "home"] {
            std::fs::create_dir(place.join(folder)).unwrap();
        }
        let mut users = String::new();
        for user in &options.users {
            std::fs::create_dir(place.join("home").join(user)).unwrap();
            writeln!(users, "{user}:{{PLAIN}}{PASSWORD}").unwrap();
        }
        for (file, text) in [
            ("users", &users),
            ("cert.pem", &certificate),
            ("key.pem", &key),
            ("dovecot.conf", &server.settings(&options.more)),
        ] {
            std::fs::write(place.join(file), text).unwrap();
        }
        server.hand_over();
        let mut server = server;
        server.run();
        server
    }

    /// Where its files stand: `home/USER/Maildir`, `log`.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The port of IMAP in clear, STARTTLS offered.
    pub(crate) fn imap(&self) -> u16 {
        self.imap
    }

    /// The port of IMAP over TLS.
    pub(crate) fn imaps(&self) -> u16 {
        self.imaps
    }

    /// Where LMTP is spoken.
    pub(crate) fn lmtp_address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.lmtp))
    }

    /// Delivers a mail by LMTP, as a mail server does: Sieve runs, and `Return-Path` and `Delivered-To` are written. The
    /// recipient is a user name with any domain.
    pub(crate) async fn lmtp(&self, from: &str, to: &str, mail: &str) {
        let stream = TcpStream::connect(("127.0.0.1", self.lmtp)).await.unwrap();
        let mut stream = tokio::io::BufReader::new(stream);
        let mail = mail.replace('\n', "\r\n").replace("\r\n.", "\r\n..");
        let steps = [
            (String::new(), "220"),
            ("LHLO localhost\r\n".to_owned(), "250"),
            (format!("MAIL FROM:<{from}>\r\n"), "250"),
            (format!("RCPT TO:<{to}>\r\n"), "250"),
            ("DATA\r\n".to_owned(), "354"),
            (format!("{mail}.\r\n"), "250"),
            ("QUIT\r\n".to_owned(), "221"),
        ];
        for (says, code) in steps {
            stream.write_all(says.as_bytes()).await.unwrap();
            let mut line = String::new();
            while !line.starts_with(&format!("{code} ")) {
                line.clear();
                assert!(stream.read_line(&mut line).await.unwrap() > 0, "LMTP ended at {says}");
                assert!(line.starts_with(code), "LMTP: {says}: {line}");
            }
        }
    }

    /// The certificate authority that signed its certificate (for `localhost` and 127.0.0.1), as PEM.
    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// A mail program of a user.
    pub(crate) async fn client(&self, user: &str) -> Client {
        Client::sign_in(self.imap, user, PASSWORD).await
    }

    /// Ends the server and every connection; the mail stays.
    pub(crate) fn stop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().expect("the keeper ends with its input");
        }
    }

    /// SIGKILL to the server and all its processes; the mail stays.
    pub(crate) fn kill(&mut self) {
        let Some(mut keeper) = self.keeper.take() else { return };
        let group = format!("-{}", keeper.id());
        let killed = Command::new("kill").args(["-KILL", "--", &group]).status();
        assert!(killed.expect("kill stands on every Debian").success(), "its processes were there");
        keeper.wait().expect("the keeper is killed");
        // Its sockets and the note of its number would be taken for those of a server that runs.
        std::fs::remove_dir_all(self.path().join("run")).unwrap();
        std::fs::create_dir(self.path().join("run")).unwrap();
        self.hand_over();
    }

    /// Starts it again on the same ports.
    pub(crate) fn run(&mut self) {
        assert!(self.keeper.is_none(), "it runs");
        let user = runs_as();
        let mut keeper = match &user {
            None => Command::new("sh"),
            Some(User { name, .. }) => {
                let mut command = Command::new("setpriv");
                command.args([&format!("--reuid={name}"), &format!("--regid={name}")]);
                command.args(["--init-groups", "--", "sh"]);
                command
            }
        };
        let mut keeper = keeper
            .args(["-c", KEEPER, "keeper"])
            .arg(self.path())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A group of its own: Ctrl-C must not end the keeper before its work.
            .process_group(0)
            .spawn()
            .expect("sh and setpriv stand on every Debian");
        let said: Vec<String> = BufReader::new(keeper.stdout.take().expect("stdout was asked for"))
            .lines()
            .map_while(Result::ok)
            .collect();
        assert!(
            said.last().is_some_and(|line| line == "ready"),
            "Dovecot did not start:\n{}",
            said.join("\n")
        );
        self.keeper = Some(keeper);
    }

    fn settings(&self, more: &str) -> String {
        let place = self.path().display();
        let Self { imap, imaps, lmtp, .. } = self;
        let me = runs_as().map_or_else(me, |user| user.name);
        // Unprivileged: no chroot, no other user, logs in a file.
        format!(
            "base_dir = {place}/run\nstate_dir = {place}/state\nlog_path = {place}/log\nprotocols = imap lmtp\n\
             listen = 127.0.0.1\ndefault_internal_user = {me}\ndefault_internal_group = {me}\ndefault_login_user = {me}\n\
             first_valid_uid = 1\nmail_location = maildir:~/Maildir\ndisable_plaintext_auth = no\nauth_mechanisms = plain login\n\
             auth_username_format = %Ln\nauth_failure_delay = 0\nmail_max_userip_connections = 0\n\
             ssl = yes\nssl_cert = <{place}/cert.pem\nssl_key = <{place}/key.pem\n\
             passdb {{\n driver = passwd-file\n args = {place}/users\n}}\n\
             userdb {{\n driver = static\n args = home={place}/home/%Ln\n}}\n\
             service anvil {{\n chroot =\n}}\nservice stats {{\n chroot =\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n  port = {imap}\n }}\n\
             \x20inet_listener imaps {{\n  port = {imaps}\n  ssl = yes\n }}\n}}\n\
             service lmtp {{\n inet_listener lmtp {{\n  port = {lmtp}\n }}\n}}\n\
             namespace inbox {{\n inbox = yes\n separator = /\n}}\n\
             protocol lmtp {{\n mail_plugins = $mail_plugins sieve\n}}\n\
             plugin {{\n sieve = file:~/sieve;active=~/.dovecot.sieve\n}}\n{more}\n"
        )
    }

    /// Gives every file to whom the server runs as.
    pub(crate) fn hand_over(&self) {
        let Some(User { uid, gid, .. }) = runs_as() else { return };
        let mut todo = vec![self.path().to_path_buf()];
        while let Some(path) = todo.pop() {
            chown(&path, Some(uid), Some(gid)).unwrap();
            if path.is_dir() {
                todo.extend(std::fs::read_dir(&path).unwrap().flatten().map(|entry| entry.path()));
            }
        }
    }

    /// Puts mails into a folder of a user behind the server's back, as a delivery agent does: quick for thousands. The
    /// folder is `""` for INBOX, else its Maildir name (`.Sent`).
    pub(crate) fn deliver(&self, user: &str, folder: &str, mails: impl IntoIterator<Item = String>) {
        let maildir = self.path().join("home").join(user).join("Maildir").join(folder);
        for part in ["cur", "new", "tmp"] {
            std::fs::create_dir_all(maildir.join(part)).unwrap();
        }
        for (n, mail) in mails.into_iter().enumerate() {
            let name = format!("{}.{n}.test", guichet::store::new_id());
            std::fs::write(maildir.join("tmp").join(&name), mail.replace('\n', "\r\n")).unwrap();
            std::fs::rename(maildir.join("tmp").join(&name), maildir.join("new").join(&name)).unwrap();
        }
        self.hand_over();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

struct User {
    name: String,
    uid: u32,
    gid: u32,
}

/// The user a server of root's becomes; `None`: the tests are not root's.
fn runs_as() -> Option<User> {
    if Path::new("/proc/self").metadata().is_ok_and(|entry| entry.uid() != 0) {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = users.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let number = |at: usize| fields.get(at)?.parse::<u32>().ok();
        Some(User { name: (*fields.first()?).to_owned(), uid: number(2)?, gid: number(3)? })
            .filter(|user| user.name == "dovecot")
    });
    Some(user.expect("Debian's dovecot-core makes the user dovecot: run scripts/setup-test"))
}

/// The name of whom the tests belong to.
fn me() -> String {
    let output = Command::new("id").arg("-un").output().expect("id stands on every Debian");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Ports that were free a moment ago. All are held at once, so that they differ.
fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free loopback port"));
    held.map(|listener| listener.local_addr().expect("a bound listener has an address").port())
}
