//! The binary: the commands live in [`guichet::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    guichet::cli::run(std::env::args_os())
}
