//! Benchmark of recording and verifying.

fn main() {}
