//! Loopback devices that lock, slow down, answer all alike, tell users apart, or let a default in.
