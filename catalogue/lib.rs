//! The standards as data, embedded. This crate holds no logic: `assize-model` parses and cross-checks the files.

include!(concat!(env!("OUT_DIR"), "/files.rs"));
