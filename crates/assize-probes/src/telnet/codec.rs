//! Parts a telnet stream into text and commands (RFC 854), answers option negotiation, and knows prompts.

const IAC: u8 = 255;
const SB: u8 = 250;
const SE: u8 = 240;
const WILL: u8 = 251;
const WONT: u8 = 252;
const DO: u8 = 253;
const DONT: u8 = 254;
const ECHO: u8 = 1;
const SUPPRESS_GO_AHEAD: u8 = 3;
/// Most commands that are answered.
const MOST_COMMANDS: usize = 64;
/// What a probe says to a silent port: a request for a clean line, and a key press.
pub const KNOCK: &[u8] = &[IAC, DO, SUPPRESS_GO_AHEAD, b'\r', b'\n'];

/// A stream, parted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parted {
    /// The bytes that are no commands.
    pub text: Vec<u8>,
    /// Negotiations as verb and option.
    pub commands: Vec<(u8, u8)>,
}

/// Parts text from commands. An unfinished command at the end is left out.
pub fn part(bytes: &[u8]) -> Parted {
    let mut parted = Parted::default();
    let mut rest = bytes;
    loop {
        rest = match rest {
            [IAC, verb @ WILL..=DONT, option, after @ ..] => {
                parted.commands.push((*verb, *option));
                after
            }
            [IAC, IAC, after @ ..] => {
                parted.text.push(IAC);
                after
            }
            [IAC, SB, inside @ ..] => match inside.windows(2).position(|pair| pair == [IAC, SE]) {
                Some(end) => &inside[end + 2..],
                None => return parted,
            },
            [IAC, WILL..=DONT] | [IAC] | [] => return parted,
            [IAC, _, after @ ..] => after,
            [byte, after @ ..] => {
                parted.text.push(*byte);
                after
            }
        };
    }
}

/// Whether bytes hold telnet option negotiation.
pub fn is_telnet(bytes: &[u8]) -> bool {
    // A first IAC that is no command means that the stream is something else.
    let first = bytes.iter().position(|b| *b == IAC).map(|at| &bytes[at..]);
    matches!(first, Some([IAC, WILL..=DONT, 0..=60 | 138..=140 | 255, ..] | [IAC, SB, 0..=60, ..]))
}

/// Replies to negotiations: lets the server echo and stream, declines everything else.
pub fn reply(commands: &[(u8, u8)]) -> Vec<u8> {
    let replies = commands.iter().take(MOST_COMMANDS).filter_map(|(verb, option)| match (*verb, *option) {
        (WILL, ECHO | SUPPRESS_GO_AHEAD) => Some([IAC, DO, *option]),
        (WILL, _) => Some([IAC, DONT, *option]),
        (DO, SUPPRESS_GO_AHEAD) => Some([IAC, WILL, *option]),
        (DO, _) => Some([IAC, WONT, *option]),
        _ => None,
    });
    replies.flatten().collect()
}

/// Whether text ends in a prompt for a name or a password.
pub fn is_login_prompt(text: &[u8]) -> bool {
    let tail = &text[text.len().saturating_sub(200)..];
    let tail = String::from_utf8_lossy(tail).to_ascii_lowercase();
    let last = tail.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim_end();
    let Some(question) = last.strip_suffix([':', '>', '?']) else { return false };
    ["login", "user", "username", "user name", "account", "name", "password", "passwd", "passcode", "pin"]
        .iter()
        .any(|word| question.trim_end().ends_with(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn negotiation_and_text() {
        let bytes = [&[IAC, DO, 24, IAC, WILL, ECHO, IAC, SB, 24, 1, IAC, SE][..], b"plug login: "].concat();
        let parted = part(&bytes);
        assert!(is_telnet(&bytes));
        assert_eq!(parted.text, b"plug login: ");
        assert_eq!(parted.commands, [(DO, 24), (WILL, ECHO)]);
        assert_eq!(reply(&parted.commands), [IAC, WONT, 24, IAC, DO, ECHO]);
        assert!(is_login_prompt(&parted.text));
    }

    #[test]
    fn prompts() {
        for yes in ["Password:", "Welcome\r\n\r\nUsername: ", "plug login:\r\n", "Enter PIN: "] {
            assert!(is_login_prompt(yes.as_bytes()), "{yes}");
        }
        for no in ["", "login", "220 ftp ready", "time: 12", "/ # ", "Last login: Monday"] {
            assert!(!is_login_prompt(no.as_bytes()), "{no}");
        }
        assert!(!is_telnet(b"\xff\xff\xff") && !is_telnet(b"plain") && !is_telnet(&[1, IAC, 7]));
    }

    proptest! {
        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let parted = part(&bytes);
            prop_assert!(parted.text.len() <= bytes.len());
            prop_assert!(reply(&parted.commands).len() <= 3 * MOST_COMMANDS);
            is_login_prompt(&bytes);
            is_telnet(&bytes);
        }

        #[test]
        fn text_comes_back(text in prop::collection::vec(any::<u8>(), 0..100)) {
            let escaped: Vec<u8> = text.iter().flat_map(|b| vec![*b; if *b == IAC { 2 } else { 1 }]).collect();
            prop_assert_eq!(part(&escaped).text, text);
        }
    }
}
