//! SMB 2 and 3 as far as a login goes: the messages of a session set-up and the tokens of NTLM in them, without I/O.

pub mod codec;
pub mod ntlm;
