//! The reference device as a program of its own; the arguments and the ready line are those of `assize_dut::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    assize_dut::cli::run(std::env::args().skip(1))
}
