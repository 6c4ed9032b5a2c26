//! Messages of user authentication (RFC 4252) and of the end of a connection.

use super::{codec::names, exchange::string};
use crate::cursor::Cursor;

/// What a message of the server says to a request without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// These methods may go on.
    Methods(Vec<String>),
    /// The request was let in.
    LetIn,
    /// Nothing yet: a banner, the service accepted, something to be passed over.
    Aside,
    /// Anything else; the server does not go on.
    Over,
}

/// Asks for the service of user authentication.
pub fn service() -> Vec<u8> {
    [&[5][..], &string(b"ssh-userauth")].concat()
}

/// The method `none` (RFC 4252, clause 5.2), which carries no credentials.
pub fn none(user: &str) -> Vec<u8> {
    [&[50][..], &string(user.as_bytes()), &string(b"ssh-connection"), &string(b"none")].concat()
}

/// Leaves in order: disconnected by the application.
pub fn bye() -> Vec<u8> {
    [&[1, 0, 0, 0, 11][..], &string(b""), &string(b"")].concat()
}

/// Reads a message.
pub fn read(payload: &[u8]) -> Asked {
    match payload {
        [51, rest @ ..] => Cursor(rest).run32().map_or(Asked::Over, |list| Asked::Methods(names(list))),
        [52, ..] => Asked::LetIn,
        [2..=4 | 6 | 7 | 53, ..] => Asked::Aside,
        _ => Asked::Over,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn answers() {
        let refusal = [&[51][..], &string(b"publickey,password"), &[0]].concat();
        assert_eq!(read(&refusal), Asked::Methods(vec!["publickey".into(), "password".into()]));
        assert_eq!(read(&[52]), Asked::LetIn);
        assert_eq!(read(&[6]), Asked::Aside);
        assert_eq!(read(&[1, 0, 0, 0, 2]), Asked::Over);
        assert_eq!(none("x").len(), 1 + 5 + 18 + 8);
        assert_eq!((service()[0], bye()[4]), (5, 11));
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            read(&bytes);
            read(&[&[51], &bytes[..]].concat());
        }
    }
}
