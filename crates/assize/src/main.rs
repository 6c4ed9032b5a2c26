//! The binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    assize::main()
}
