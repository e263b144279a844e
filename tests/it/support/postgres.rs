//! A throw-away PostgreSQL: a real cluster from the system's packages, never a mock, one for each test process and one
//! fresh database for each test.
//!
//! The cluster is owned by a small shell, the keeper, which holds a pipe to the test process. However that process ends
//! (last test, panic, `kill -9`), the pipe closes, and the keeper stops the server and removes its folder. PostgreSQL
//! refuses to run as root: there the keeper becomes the `postgres` user that the Debian package creates. The server
//! listens on a socket in its private folder only, so no port is taken and nobody else on the machine can reach it.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection as _, PgConnection};

/// Answers `ready <folder>` once the server takes connections, or the log of what failed; lives until its input ends.
/// Durability is off: nothing of this cluster outlives the tests.
const KEEPER: &str = r#"
trap "" PIPE # the tests may be gone before the server is ready
bin=$1
folder=$(mktemp -d "${TMPDIR:-/tmp}/guichet-postgres.XXXXXX" 2>&1) || { echo "$folder"; exit 1; }
cd "$folder"
log="$folder/log"
{
    "$bin/initdb" -D data -U guichet -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions &&
    "$bin/pg_ctl" -D data -l "$log" -w -t 120 -o "-k $folder -c listen_addresses= -c max_connections=300 \
        -c shared_buffers=32MB -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c autovacuum=off" start
} >>"$log" 2>&1 && echo "ready $folder" || cat "$log"
exec >&-
cat >/dev/null
"$bin/pg_ctl" -D data -m immediate stop >>"$log" 2>&1
cd / && rm -rf "$folder"
"#;

/// The running cluster. The keeper's pipe closes with the process, which ends it.
struct Cluster {
    folder: String,
    _keeper: Child,
}

/// A new, empty database of this process's cluster, as a `postgres://` URL for `database.url`.
///
/// # Panics
/// When PostgreSQL is not installed or does not start: the message says what to do.
pub(crate) async fn fresh_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let cluster = CLUSTER.get_or_init(start);
    let name = format!("t_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&cluster.url("postgres")).await.expect("the cluster answers");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create).execute(&mut admin).await.expect("the name is new in this cluster");
    cluster.url(&name)
}

impl Cluster {
    fn url(&self, database: &str) -> String {
        format!("postgres://guichet@{}/{database}", self.folder.replace('/', "%2F"))
    }
}

fn start() -> Cluster {
    let bin =
        binaries().expect("PostgreSQL's initdb and pg_ctl: run scripts/setup-test, or install postgresql");
    let mut keeper = if is_root() {
        let mut command = Command::new("setpriv");
        // The folder that the invoking user has for temporary files is often closed to the postgres user.
        command.env_remove("TMPDIR");
        command.args([
            "--reuid=postgres",
            "--regid=postgres",
            "--init-groups",
            "--",
            "sh",
            "-c",
            KEEPER,
            "keeper",
        ]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "keeper"]);
        command
    };
    let mut child = keeper
        .arg(bin)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // A group of its own: Ctrl-C or a runner that ends a test's group must not end the keeper before its work.
        .process_group(0)
        .spawn()
        .expect("sh and setpriv stand on every Debian");
    let said: Vec<String> = BufReader::new(child.stdout.take().expect("stdout was asked for"))
        .lines()
        .map_while(Result::ok)
        .collect();
    let folder = said.last().and_then(|line| line.strip_prefix("ready ")).map(str::to_owned);
    let folder = folder.unwrap_or_else(|| panic!("PostgreSQL did not start:\n{}", said.join("\n")));
    Cluster { folder, _keeper: child }
}

/// The newest PostgreSQL of the Debian packages, else the one on the path.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let packaged = versions.into_iter().rev().map(|(_, bin)| bin);
    let path = std::env::var_os("PATH").unwrap_or_default();
    packaged.chain(std::env::split_paths(&path)).find(|bin| bin.join("initdb").exists())
}

/// Whether the tests run as root, told from who owns this process's entry in `/proc`.
fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|entry| entry.uid() == 0)
}

#[tokio::test]
async fn each_database_is_empty_and_its_own() {
    let (one, other) = (fresh_database().await, fresh_database().await);
    assert_ne!(one, other);
    for url in [one, other] {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("CREATE TABLE note (id TEXT PRIMARY KEY)").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}
