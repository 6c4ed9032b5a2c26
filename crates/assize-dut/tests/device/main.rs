//! The reference device, met from outside: a client of its own on loopback, one instance per test.

#![expect(
    clippy::unwrap_used,
    reason = "what the tests share is test code too, though no function of it is marked so"
)]

mod account;
mod addresses;
mod attacks;
mod bench;
mod flaws;
mod led;
mod power;
mod program;
mod services;
mod tls;
mod update;
mod web;
