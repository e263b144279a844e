//! A throw-away PostgreSQL: a real cluster from the system's packages, never a mock, one for each test process and one
//! fresh database for each test.
//!
//! The cluster is owned by a small shell, the keeper, which holds a pipe to the test process. However that process ends
//! (last test, panic, `kill -9`), the pipe closes, and the keeper, deaf to every signal that can be ignored, stops the server
//! and removes its folder. PostgreSQL
//! refuses to run as root: there the keeper becomes the `postgres` user that the Debian package creates. The server
//! listens on a socket in its private folder only, so no port is taken and nobody else on the machine can reach it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection as _, PgConnection};

/// Answers `ready <folder>` once the server takes connections, or the log of what failed; stops and starts it when told to,
/// and lives until its input ends. What reaches the disk is left to the system: nothing of this cluster outlives the tests.
const KEEPER: &str = r#"
# The tests may be gone before the server is ready; and whoever ends them may tell everything they started to end as well.
trap "" PIPE TERM INT HUP
bin=$1
more=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/guichet-postgres.XXXXXX" 2>&1) || { echo "$folder"; exit 1; }
cd "$folder"
log="$folder/log"
start() {
    "$bin/pg_ctl" -D data -l "$log" -w -t 120 -o "-k $folder -c listen_addresses= -c max_connections=300 \
        -c shared_buffers=32MB -c fsync=off -c full_page_writes=off -c autovacuum=off $more" start
}
{
    "$bin/initdb" -D data -U guichet -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions && start
} >>"$log" 2>&1 && echo "ready $folder" || { cat "$log"; exec >&-; }
while read -r order; do
    case $order in
    stop) "$bin/pg_ctl" -D data -m immediate stop ;;
    start) start ;;
    esac >>"$log" 2>&1 && echo "$order" || cat "$log"
done
"$bin/pg_ctl" -D data -m immediate stop >>"$log" 2>&1
cd / && rm -rf "$folder"
"#;

/// A running cluster. The keeper's pipe closes with the process (or with the drop of this), which ends it.
pub(crate) struct Cluster {
    folder: String,
    keeper: Child,
    said: BufReader<ChildStdout>,
}

/// A new, empty database of this process's cluster, as a `postgres://` URL for `database.url`.
///
/// # Panics
/// When PostgreSQL is not installed or does not start: the message says what to do.
pub(crate) async fn fresh_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(1);
    // A commit that a crash of the system would lose is good enough for a test.
    let cluster = CLUSTER.get_or_init(|| Cluster::start("-c synchronous_commit=off"));
    let name = format!("t_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&cluster.url("postgres")).await.expect("the cluster answers");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create).execute(&mut admin).await.expect("the name is new in this cluster");
    cluster.url(&name)
}

impl Cluster {
    /// A cluster of one's own, which can be stopped and started without harm to other tests. Its commits survive that.
    pub(crate) fn own() -> Self {
        Self::start("")
    }

    /// The URL of one of its databases; `postgres` is there from the start.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://guichet@{}/{database}", self.folder.replace('/', "%2F"))
    }

    /// Stops the server as a crash does: every connection is cut.
    pub(crate) fn stop(&mut self) {
        self.order("stop");
    }

    /// Starts it again.
    pub(crate) fn start_again(&mut self) {
        self.order("start");
    }

    fn order(&mut self, order: &str) {
        writeln!(self.keeper.stdin.as_ref().expect("stdin was asked for"), "{order}")
            .expect("the keeper lives");
        let mut said = String::new();
        self.said.read_line(&mut said).expect("the keeper speaks");
        assert_eq!(said.trim(), order, "PostgreSQL did not {order}");
    }

    fn start(more: &str) -> Self {
        let bin = binaries()
            .expect("PostgreSQL's initdb and pg_ctl: run scripts/setup-test, or install postgresql");
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
            .arg(more)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A group of its own: Ctrl-C or a runner that ends a test's group must not end the keeper before its work.
            .process_group(0)
            .spawn()
            .expect("sh and setpriv stand on every Debian");
        let mut said = BufReader::new(child.stdout.take().expect("stdout was asked for"));
        let mut words = String::new();
        said.read_line(&mut words).expect("the keeper speaks");
        let Some(folder) = words.trim().strip_prefix("ready ").map(str::to_owned) else {
            said.read_to_string(&mut words).expect("a log is text");
            panic!("PostgreSQL did not start:\n{words}");
        };
        Self { folder, keeper: child, said }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
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

#[test]
fn nothing_is_left_of_a_cluster_whose_keeper_was_told_to_end() {
    let cluster = Cluster::own();
    let folder = PathBuf::from(&cluster.folder);
    for signal in ["TERM", "INT", "HUP"] {
        let told = Command::new("kill").args(["-s", signal, &cluster.keeper.id().to_string()]).status();
        assert!(told.unwrap().success());
    }
    assert!(folder.exists());
    drop(cluster);
    assert!(!folder.exists());
}
