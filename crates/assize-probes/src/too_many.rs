//! Whether a device says that there were too many attempts to log in.

/// Bytes of a text that are read for words.
const LONGEST_WORDS: usize = 4096;
/// Words between "too many" and what there were too many of.
const BETWEEN: [&str; 16] = [
    "auth",
    "authentication",
    "bad",
    "consecutive",
    "failed",
    "in",
    "incorrect",
    "invalid",
    "log",
    "login",
    "logon",
    "password",
    "security",
    "sign",
    "unsuccessful",
    "wrong",
];
/// What a threat or an advice holds; neither says that anything was put off.
const MERELY: [&str; 10] = ["avoid", "before", "can", "could", "if", "may", "might", "when", "will", "would"];

/// Whether a text says plainly that there were too many attempts to log in. Too many connections, users or requests
/// are something else, and what will happen has not happened.
pub fn says_too_many(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&text[..text.len().min(LONGEST_WORDS)]).to_ascii_lowercase();
    text.split(['.', '!', '?', '\n', '\r', '\0']).any(|sentence| {
        let parts: Vec<Vec<&str>> = sentence.split([',', ';', ':', '(', ')']).map(words).collect();
        let is_mere = parts.iter().flatten().any(|word| MERELY.contains(word));
        !is_mere && parts.iter().any(|part| holds_too_many(part) || is_locked(part))
    })
}

fn words(part: &str) -> Vec<&str> {
    part.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

fn holds_too_many(words: &[&str]) -> bool {
    let starts = words.windows(2).enumerate().filter(|(_, two)| *two == ["too", "many"]);
    starts.map(|(at, _)| &words[at + 2..]).any(|rest| {
        let between = rest.iter().take_while(|word| BETWEEN.contains(word)).count();
        let is_of_failures =
            || rest[..between].iter().any(|w| ["bad", "failed", "incorrect", "invalid", "wrong"].contains(w));
        match rest.get(between) {
            Some(&("failures" | "attempts" | "tries" | "retries")) => true,
            Some(&("logins" | "passwords")) => is_of_failures(),
            _ => false,
        }
    })
}

/// The words of pam_faillock(8).
fn is_locked(words: &[&str]) -> bool {
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    words.windows(6).any(|six| {
        matches!(six, ["locked", "due", "to", number, "failed", "login" | "logins"] if is_number(number))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = says_too_many(&bytes);
            let _ = says_too_many(&[b"too many ", &bytes[..]].concat());
        }
    }

    #[test]
    fn too_many_attempts_are_said_plainly() {
        for text in [
            "Too many security failures",
            "Too many authentication failures",
            "421 Too many failed login attempts, try again in 5 minutes.\r\n",
            "530-Sorry.\r\n530 Locked: too many incorrect passwords.\r\n",
            "The account is locked due to 3 failed logins.\n(10 minutes left to unlock)\nPassword: ",
        ] {
            assert!(says_too_many(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "421 Too many connections from your internet address.",
            "421 Too many users, failed to serve you; attempts",
            "Too many open files",
            "Too many logins",
            "too many requests",
            "Too many. Login attempts are logged.",
            "530 Login incorrect. Too many failed attempts will lock the account.",
            "If there are too many failed attempts, the account is locked.",
            "Not allowed at this time",
            "The account is locked",
            "service unavailable",
        ] {
            assert!(!says_too_many(text.as_bytes()), "{text}");
        }
    }
}
