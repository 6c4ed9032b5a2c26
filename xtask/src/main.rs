//! Automation: `cargo xtask new|gen|tidy|ci`.

fn main() {}
