//! The binary: parses arguments, calls the lab, prints.

fn main() {}
