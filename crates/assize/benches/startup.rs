//! How long the program takes to start: `assize --version` as a whole process. Repeat with `cargo bench -p assize`.

use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};

fn startup(c: &mut Criterion) {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
        command.args(arguments).stdout(Stdio::null()).stdin(Stdio::null());
        assert!(command.status().expect("the program starts").success());
    };
    c.bench_function("assize --version, whole process", |b| b.iter(|| run(&["--version"])));
    c.bench_function("assize catalogue, whole process", |b| b.iter(|| run(&["catalogue"])));
}

criterion_group!(whole_processes, startup);
criterion_main!(whole_processes);
