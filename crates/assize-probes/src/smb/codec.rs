//! The messages of a session set-up in SMB 2 and 3 (MS-SMB2, clauses 2.2.3 to 2.2.6), and what their answers say.

/// Dialects offered: 2.0.2, 2.1, 3.0, 3.0.2 and 3.1.1.
const DIALECTS: [u16; 5] = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311];
/// Length of the header.
const HEADER: usize = 64;
const NEGOTIATE: u16 = 0;
const SESSION_SETUP: u16 = 1;
/// The flag of an answer.
const IS_ANSWER: u32 = 1;
/// Flags of a session: of a guest, of nobody.
const NO_USER: u16 = 3;
/// The server has not made up its mind yet; the answer follows.
const PENDING: u32 = 0x0000_0103;
const SUCCESS: u32 = 0;
/// The server asks for the next token.
const MORE: u32 = 0xc000_0016;

/// One answer of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    status: u32,
    command: u16,
    /// The session that it is about.
    pub session: u64,
    message: &'a [u8],
}

/// What an answer to a session set-up means (MS-ERREF, clause 2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The user is let in.
    LetIn,
    /// Somebody is let in, though not as this user: as a guest, or as nobody.
    Guest,
    /// The next token is asked for.
    More,
    /// There is no such user, or the password is wrong.
    Refused,
    /// Too many attempts have locked the account.
    Locked,
    /// The password is right, and has to be changed first.
    Expired,
    /// The account may not log in this way, whatever its password.
    Barred,
    /// Anything else.
    Else,
}

/// The first message; `random` makes the client's name and the salt.
pub fn negotiate(random: [u8; 16]) -> Vec<u8> {
    let mut body = [36, 5, 1, 0].map(u16::to_le_bytes).concat();
    // The client can encrypt, as some servers demand before they take a login.
    body.extend(0x40_u32.to_le_bytes());
    body.extend(random);
    // Two contexts, at a multiple of eight behind the dialects.
    body.extend([&112_u32.to_le_bytes()[..], &[2, 0, 0, 0]].concat());
    body.extend(DIALECTS.map(u16::to_le_bytes).concat());
    body.extend([0; 2]);
    // A hash over the first messages: SHA-512, with a salt of 32 bytes.
    body.extend([1, 38, 0, 0, 1, 32, 1].map(u16::to_le_bytes).concat());
    body.extend([random, random].concat());
    body.extend([0; 2]);
    // Ciphers: AES-128-GCM and AES-128-CCM.
    body.extend([2, 6, 0, 0, 2, 2, 1].map(u16::to_le_bytes).concat());
    framed(NEGOTIATE, 0, 0, &body)
}

/// A message that carries a token of a login; `id` counts the messages of the connection. None where the token is too
/// long for it.
pub fn session_setup(id: u64, session: u64, token: &[u8]) -> Option<Vec<u8>> {
    let size = u16::try_from(token.len()).ok()?;
    let mut body = 25_u16.to_le_bytes().to_vec();
    // A new session whose messages may be signed; no capabilities, no channel.
    body.extend([0, 1]);
    body.extend([0; 8]);
    body.extend([88, size].map(u16::to_le_bytes).concat());
    body.extend([0; 8]);
    body.extend(token);
    Some(framed(SESSION_SETUP, id, session, &body))
}

fn framed(command: u16, id: u64, session: u64, body: &[u8]) -> Vec<u8> {
    let mut message =
        [b"\xfeSMB\x40\0\0\0\0\0\0\0", &command.to_le_bytes()[..], &31_u16.to_le_bytes()].concat();
    message.extend([0; 8]);
    message.extend(id.to_le_bytes());
    message.extend([0; 8]);
    message.extend(session.to_le_bytes());
    message.extend([0; 16]);
    message.extend(body);
    let size = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&size.to_be_bytes()[..], &message].concat()
}

/// The answer to the message with this number among everything that a server sent; none until it is whole.
pub fn answer(mut bytes: &[u8], id: u64) -> Option<Answer<'_>> {
    loop {
        let (kind, message) = frame(bytes)?;
        bytes = bytes.get(4 + message.len()..)?;
        let found = if kind == 0 { read(message, id) } else { None };
        if found.is_some() {
            return found;
        }
    }
}

/// The first frame: its type, and what it holds.
fn frame(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let [kind, size @ ..] = *bytes.first_chunk::<4>()?;
    let size = size.into_iter().fold(0, |sum, byte| sum << 8 | usize::from(byte));
    Some((kind, bytes.get(4..4 + size)?))
}

fn read(message: &[u8], id: u64) -> Option<Answer<'_>> {
    let (status, flags) = (long(message, 8)?, long(message, 16)?);
    let is_it = message.starts_with(b"\xfeSMB")
        && message.len() >= HEADER
        && flags & IS_ANSWER != 0
        && wide(message, 24)? == id
        && status != PENDING;
    let (command, session) = (short(message, 12)?, wide(message, 40)?);
    is_it.then_some(Answer { status, command, session, message })
}

impl<'a> Answer<'a> {
    /// What the server lists as ways to log in; none where it takes no dialect that was offered.
    pub fn offer(&self) -> Option<&'a [u8]> {
        (self.command == NEGOTIATE && self.status == SUCCESS).then(|| self.buffer(120)).flatten()
    }

    /// The token in an answer to a session set-up.
    pub fn token(&self) -> &'a [u8] {
        self.buffer(HEADER + 4).unwrap_or_default()
    }

    /// What an answer to a session set-up means.
    pub fn judged(&self) -> Judged {
        if self.command != SESSION_SETUP {
            return Judged::Else;
        }
        match (self.status, short(self.message, HEADER + 2)) {
            (SUCCESS, Some(flags)) if flags & NO_USER == 0 => Judged::LetIn,
            (SUCCESS, Some(_)) => Judged::Guest,
            (MORE, _) => Judged::More,
            // Logon failure; wrong password and no such user, as some servers have it.
            (0xc000_006d | 0xc000_006a | 0xc000_0064, _) => Judged::Refused,
            (0xc000_0234, _) => Judged::Locked,
            // Expired, and to be changed.
            (0xc000_0071 | 0xc000_0224, _) => Judged::Expired,
            // Restricted, as where its password is empty; wrong hours, wrong place, disabled, expired, wrong kind of login.
            (0xc000_006e | 0xc000_006f | 0xc000_0070 | 0xc000_0072 | 0xc000_0193 | 0xc000_015b, _) => {
                Judged::Barred
            }
            _ => Judged::Else,
        }
    }

    /// A part of the message whose place and length stand at `at`.
    fn buffer(&self, at: usize) -> Option<&'a [u8]> {
        let (from, size) = (usize::from(short(self.message, at)?), usize::from(short(self.message, at + 2)?));
        if size == 0 { Some(&[]) } else { self.message.get(from..from + size) }
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn wide(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An answer to a session set-up.
    fn said(id: u64, status: u32, flags: u16, token: &[u8]) -> Vec<u8> {
        let size = u16::try_from(token.len()).unwrap();
        let body = [&[9, flags, 72, size].map(u16::to_le_bytes).concat()[..], token].concat();
        let mut bytes = framed(SESSION_SETUP, id, 77, &body);
        bytes[12..16].copy_from_slice(&status.to_le_bytes());
        bytes[20] = 1;
        bytes
    }

    #[test]
    fn messages_have_the_lengths_they_name() {
        let first = negotiate([3; 16]);
        assert_eq!(frame(&first).map(|(kind, message)| (kind, message.len())), Some((0, first.len() - 4)));
        let contexts = &first[4 + 112..];
        assert_eq!((contexts[0], contexts[8 + 38 + 2], contexts.len()), (1, 2, 8 + 38 + 2 + 8 + 6));
        let setup = session_setup(2, 77, b"token").unwrap();
        assert_eq!(&setup[4 + 88..], b"token");
        assert_eq!(session_setup(2, 77, &vec![0; 70_000]), None);
    }

    #[test]
    fn an_answer_is_found_behind_others() {
        let bytes = [
            // A sign of life, an echo, and a promise.
            b"\x85\0\0\0".to_vec(),
            session_setup(1, 0, b"x").unwrap(),
            said(1, PENDING, 0, b""),
            said(1, MORE, 0, b"token"),
        ]
        .concat();
        let found = answer(&bytes, 1).unwrap();
        assert_eq!((found.judged(), found.session, found.token()), (Judged::More, 77, &b"token"[..]));
        assert_eq!(answer(&bytes[..bytes.len() - 1], 1), None);
        assert_eq!(answer(&bytes, 2), None);
    }

    #[test]
    fn what_a_status_means() {
        let means = |status, flags| answer(&said(1, status, flags, b""), 1).unwrap().judged();
        assert_eq!((means(0, 0), means(0, 4)), (Judged::LetIn, Judged::LetIn));
        assert_eq!((means(0, 1), means(0, 2), means(0, 5)), (Judged::Guest, Judged::Guest, Judged::Guest));
        assert_eq!(means(0xc000_006d, 0), Judged::Refused);
        assert_eq!((means(0xc000_0234, 0), means(0xc000_0224, 0)), (Judged::Locked, Judged::Expired));
        assert_eq!((means(0xc000_0072, 0), means(0xc000_0022, 0)), (Judged::Barred, Judged::Else));
    }

    #[test]
    fn a_session_set_up_is_no_offer() {
        assert_eq!(answer(&said(1, 0, 0, b""), 1).unwrap().offer(), None);
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), id in 0_u64..3) {
            let mut answers = bytes.clone();
            answers.splice(0..0, said(0, 0, 0, &[]));
            for bytes in [&bytes, &answers, &said(id, 0, 0, &bytes)] {
                if let Some(found) = answer(bytes, id) {
                    let _ = (found.judged(), found.offer(), found.token());
                }
            }
        }
    }
}
