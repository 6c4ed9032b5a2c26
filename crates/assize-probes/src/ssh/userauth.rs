//! Messages of user authentication (RFC 4252) and of the end of a connection.

use super::{codec::names, exchange::string};
use crate::cursor::Cursor;

/// Most prompts of one request that are read.
const MOST_PROMPTS: usize = 16;
/// The reason of a disconnect after which no method is left.
const NO_MORE_METHODS: u8 = 14;

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

/// What a message of the server says to a request with a password, or to the answer to its prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The user is in.
    LetIn,
    /// This proof was right, and a further one is asked for.
    Partial,
    /// It was wrong.
    Refused,
    /// Prompts, as whether each shows what is typed; or, after the method `password`, a request for a new one. None
    /// when they do not read as prompts.
    Asks(Option<Vec<bool>>),
    /// Nothing yet.
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
    request(user, b"none")
}

/// The method `password` (RFC 4252, clause 8).
pub fn password(user: &str, password: &str) -> Vec<u8> {
    [&request(user, b"password")[..], &[0], &string(password.as_bytes())].concat()
}

/// The method `keyboard-interactive` (RFC 4256, clause 3.1), without language and submethods.
pub fn keyboard_interactive(user: &str) -> Vec<u8> {
    [request(user, b"keyboard-interactive"), string(b""), string(b"")].concat()
}

/// Answers to the prompts of a request for information (RFC 4256, clause 3.4).
pub fn responses(all: &[&str]) -> Vec<u8> {
    let count = u32::try_from(all.len()).expect("a few answers");
    let all: Vec<u8> = all.iter().flat_map(|answer| string(answer.as_bytes())).collect();
    [&[61][..], &count.to_be_bytes(), &all].concat()
}

fn request(user: &str, method: &[u8]) -> Vec<u8> {
    [&[50][..], &string(user.as_bytes()), &string(b"ssh-connection"), &string(method)].concat()
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

/// Reads a judgement. A server that hangs up because no method is left (RFC 4253, clause 11.1) has refused.
pub fn judged(payload: &[u8]) -> Judged {
    match payload {
        [51, rest @ ..] => {
            let mut rest = Cursor(rest);
            match rest.run32().and_then(|_| rest.u8()) {
                Some(0) => Judged::Refused,
                Some(_) => Judged::Partial,
                None => Judged::Over,
            }
        }
        [52, ..] => Judged::LetIn,
        [60, rest @ ..] => Judged::Asks(prompts(rest)),
        [1, 0, 0, 0, NO_MORE_METHODS, ..] => Judged::Refused,
        [2..=4 | 6 | 7 | 53, ..] => Judged::Aside,
        _ => Judged::Over,
    }
}

/// What a message tells whoever sits at the keyboard: a banner (RFC 4252, clause 5.4), or a request for information with
/// its prompts (RFC 4256, clause 3.2).
pub fn words(payload: &[u8]) -> Vec<&[u8]> {
    let (mut rest, mut words) = (Cursor(payload.get(1..).unwrap_or_default()), Vec::new());
    match payload.first() {
        Some(53) => words.extend(rest.run32()),
        Some(60) => {
            words.extend([rest.run32(), rest.run32()].into_iter().flatten());
            // The language, and how many prompts.
            if rest.run32().and_then(|_| rest.u32()).is_some() {
                let prompt = || rest.run32().filter(|_| rest.u8().is_some());
                words.extend(std::iter::from_fn(prompt).take(MOST_PROMPTS));
            }
        }
        _ => {}
    }
    words
}

/// Whether each prompt of a request for information shows what is typed (RFC 4256, clause 3.2).
fn prompts(rest: &[u8]) -> Option<Vec<bool>> {
    let mut rest = Cursor(rest);
    for _ in ["name", "instruction", "language"] {
        rest.run32()?;
    }
    let count = usize::try_from(rest.u32()?).ok().filter(|count| *count <= MOST_PROMPTS)?;
    let shows = |_| rest.run32().and_then(|_| rest.u8()).map(|echo| echo != 0);
    (0..count).map(shows).collect()
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

    #[test]
    fn words_at_the_keyboard() {
        assert_eq!(words(&[&[53][..], &string(b"keep out"), &string(b"")].concat()), [b"keep out"]);
        let asked =
            [string(b"n"), string(b"why"), string(b""), vec![0, 0, 0, 1], string(b"Password: "), vec![0]];
        let asked = [&[60][..], &asked.concat()].concat();
        assert_eq!(words(&asked), [&b"n"[..], b"why", b"Password: "]);
        assert_eq!(words(&asked[..asked.len() - 1]), [&b"n"[..], b"why"]);
        assert!(words(&[52]).is_empty() && words(&[]).is_empty());
    }

    #[test]
    fn judgements() {
        let failure = |partial| [&[51][..], &string(b"password"), &[partial]].concat();
        assert_eq!((judged(&failure(0)), judged(&failure(1))), (Judged::Refused, Judged::Partial));
        assert_eq!((judged(&[52]), judged(&[51])), (Judged::LetIn, Judged::Over));
        assert_eq!((judged(&[1, 0, 0, 0, 14]), judged(&[1, 0, 0, 0, 2])), (Judged::Refused, Judged::Over));
        let ask = |count: u32, prompts: &[u8]| {
            [&[60][..], &string(b""), &string(b""), &string(b""), &count.to_be_bytes(), prompts].concat()
        };
        let hidden = [&string(b"Password: ")[..], &[0]].concat();
        assert_eq!(judged(&ask(1, &hidden)), Judged::Asks(Some(vec![false])));
        assert_eq!(judged(&ask(0, b"")), Judged::Asks(Some(Vec::new())));
        assert_eq!(judged(&ask(2, &hidden)), Judged::Asks(None));
        assert_eq!(judged(&ask(u32::MAX, &hidden)), Judged::Asks(None));
    }

    #[test]
    fn requests_are_laid_out_as_their_clauses_say() {
        let asked = password("x", "yz");
        assert_eq!(asked[asked.len() - 7..], [0, 0, 0, 0, 2, b'y', b'z']);
        assert!(keyboard_interactive("x").ends_with(&[0; 8]));
        assert_eq!(responses(&["a"]), [61, 0, 0, 0, 1, 0, 0, 0, 1, b'a']);
        assert_eq!(responses(&[]), [61, 0, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            read(&bytes);
            judged(&bytes);
            judged(&[&[60], &bytes[..]].concat());
            for kind in [1, 53, 60] {
                words(&[&[kind], &bytes[..]].concat());
            }
            read(&[&[51], &bytes[..]].concat());
        }
    }
}
