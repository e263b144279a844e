//! A small disk of memory (tmpfs), so that "no space left on device" is the real one. It takes root and the right to
//! mount: where there is none, the soak says so and does without.
//!
//! As with the tests' PostgreSQL, a small shell keeps it: however the tests end, its input ends, and it is unmounted.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const KEEPER: &str = r#"
trap "" PIPE
mount -t tmpfs -o "size=$2m,mode=0777" guichet-soak "$1" 2>/dev/null && echo ready || { echo refused; exit 1; }
exec >&-
cat >/dev/null
umount -l "$1"
"#;

/// A mounted disk; unmounted when dropped.
pub(super) struct Disk {
    folder: PathBuf,
    keeper: Child,
}

impl Disk {
    /// Mounts one of so many megabytes over an empty folder; `None` where that is not allowed.
    pub(super) fn mount(folder: &Path, megabytes: usize) -> Option<Self> {
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(folder)
            .arg(megabytes.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let mut disk = Self { folder: folder.to_owned(), keeper: keeper.expect("there is a shell") };
        let mut said = String::new();
        let output = disk.keeper.stdout.take().expect("stdout was asked for");
        BufReader::new(output).read_line(&mut said).expect("the keeper speaks");
        (said.trim() == "ready").then_some(disk)
    }

    /// Leaves not one octet free.
    pub(super) fn fill(&self) {
        let mut ballast = File::create(self.ballast()).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            let block = vec![0; size];
            while ballast.write_all(&block).is_ok() {}
        }
    }

    /// Makes room again.
    pub(super) fn free(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
