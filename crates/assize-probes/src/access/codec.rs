//! The same play without the proof of a login, or with a made-up one of the right shape.

use assize_model::declaration::play::Play;
use assize_model::fact::CookieFlags;

use crate::{http::codec::Answer, play::Values, session::codec::cookies};

/// What is asked for and proves no login.
const STAYS: [&str; 2] = ["mark", "user"];

/// Headers that a browser lets any site set, beside the media types of forms.
const ANYBODYS: [&str; 3] = ["accept", "accept-language", "content-language"];
const FORMS: [&str; 3] = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

/// The play as somebody would send it who never logged in: headers that carry anything a login gave are left out.
pub fn bare(play: &Play) -> Play {
    let mut bare = play.clone();
    bare.headers.retain(|_, value| !placeholders(value).any(|name| !STAYS.contains(&name)));
    bare
}

/// The play as another site has a browser send it: `{cookie}` is all that proves the login, and of the headers go those alone
/// that a browser lets any site set. None for a method that it sends only where the device said before that it may.
pub fn foreign(play: &Play) -> Option<Play> {
    let method = play.method.as_deref().unwrap_or("GET");
    let is_post = method.eq_ignore_ascii_case("POST");
    if !is_post && !["GET", "HEAD"].iter().any(|m| method.eq_ignore_ascii_case(m)) {
        return None;
    }
    let mut foreign = bare(play);
    let is_media = |name: &str| name.eq_ignore_ascii_case("content-type");
    let own = foreign.headers.iter().find(|(name, _)| is_media(name)).map(|(_, media)| media.clone());
    foreign.headers.retain(|name, _| ANYBODYS.contains(&name.to_ascii_lowercase().as_str()));
    let mut sent = vec![("Cookie", "{cookie}".to_owned()), ("Sec-Fetch-Site", "cross-site".to_owned())];
    if is_post {
        let is_object = play.body.as_deref().is_none_or(|b| b.trim_start().starts_with(['{', '[']));
        let usual = if is_object { FORMS[0] } else { FORMS[1] };
        let is_form = |media: &String| FORMS.iter().any(|form| media.to_ascii_lowercase().starts_with(form));
        let media = own.filter(is_form).unwrap_or_else(|| usual.to_owned());
        sent.extend([("Content-Type", media), ("Origin", "http://assize.invalid".to_owned())]);
    } else {
        foreign.body = None;
    }
    foreign.headers.extend(sent.into_iter().map(|(name, value)| (name.to_owned(), value)));
    Some(foreign)
}

/// The cookies that an answer sets, as a browser sends them back; none when it sets none.
pub fn cookie_header(answer: &Answer) -> Option<String> {
    let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let pairs = set.filter_map(|(_, value)| value.split(';').next().map(str::trim));
    let pairs: Vec<&str> = pairs.filter(|p| p.split_once('=').is_some_and(|(_, v)| !v.is_empty())).collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}

/// Whether browsers keep the cookies that an answer sets from what another site has them send; none where only some of
/// them are kept, or none is set. `Lax` does not keep them from a GET.
pub fn same_site(answer: &Answer, is_get: bool) -> Option<bool> {
    let is_kept = |cookie: CookieFlags| {
        let is = |word: &str| cookie.same_site.eq_ignore_ascii_case(word);
        is("strict") || (is("lax") && !is_get)
    };
    let mut kept = cookies(answer).into_iter().map(is_kept);
    let first = kept.next()?;
    kept.all(|other| other == first).then_some(first)
}

/// The values of somebody who never logged in: every name that a login fills stands for nothing. What is asked for stays,
/// so that nobody is refused for an empty field.
pub fn nothing(values: &Values) -> Values {
    let stays = |name: &str| STAYS.contains(&name);
    let emptied = |(name, value): (&String, &String)| {
        (name.clone(), if stays(name) { value.clone() } else { String::new() })
    };
    values.iter().map(emptied).collect()
}

/// The same values with what the login gave replaced by something of the same length and alphabet.
pub fn forged(values: &Values, given: &[String]) -> Values {
    let forge = |(name, value): (&String, &String)| {
        let value = if given.contains(name) { turned(value) } else { value.clone() };
        (name.clone(), value)
    };
    values.iter().map(forge).collect()
}

/// Bytes of a body that are read for words of a refusal.
const LONGEST_SAYING: usize = 2048;
/// What bodies hold that refuse with the status of success.
const REFUSALS: [&str; 12] = [
    "denied",
    "error",
    "expired",
    "forbidden",
    "invalid",
    "log in",
    "login",
    "not authorized",
    "permission",
    "session",
    "token",
    "unauthorized",
];

/// Whether a body may tell an error, which everybody is given alike, and not what was asked for: by its words, or in
/// another language than English.
pub fn may_refuse(body: &[u8]) -> bool {
    let head = &body[..body.len().min(LONGEST_SAYING)];
    let lower = String::from_utf8_lossy(head).to_ascii_lowercase();
    REFUSALS.iter().any(|word| lower.contains(word)) || is_foreign(head)
}

/// Whether bytes are text, up to a character that is cut at the end, with letters beyond those of English.
fn is_foreign(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(cut) if cut.error_len().is_none() => {
            std::str::from_utf8(&head[..cut.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    text.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
}

/// Whether a play sends one of these values.
pub fn sends(play: &Play, names: &[String]) -> bool {
    let holds = |text: &str| names.iter().any(|name| text.contains(&format!("{{{name}}}")));
    play.headers.values().any(|v| holds(v))
        || play.path.as_deref().is_some_and(holds)
        || play.body.as_deref().is_some_and(holds)
}

/// The names that stand between braces.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let name = |after: &'_ str| after.find('}').unwrap_or(0);
    let names = text.split('{').skip(1).map(move |after| &after[..name(after)]);
    names.filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

/// Every digit and every second letter moved on within its own kind, so that hexadecimal stays hexadecimal.
fn turned(value: &str) -> String {
    let turn = |c: char| match c {
        '0'..='8' | 'a'..='e' | 'A'..='E' => char::from_u32(c as u32 + 1).unwrap_or(c),
        '9' => '0',
        'f' => 'a',
        'F' => 'A',
        'g'..='y' | 'G'..='Y' => char::from_u32(c as u32 + 1).unwrap_or(c),
        'z' => 'g',
        'Z' => 'G',
        other => other,
    };
    value.chars().map(turn).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_made_up_proof_has_the_shape_of_a_real_one() {
        let values: Values =
            [("token", "09afZz-"), ("user", "admin")].map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        let forged = forged(&values, &["token".to_owned()]);
        assert_eq!(forged["token"], "10baGg-");
        assert_eq!(forged["user"], "admin");
        let nothing = nothing(&values);
        assert_eq!((nothing["token"].as_str(), nothing["user"].as_str()), ("", "admin"));
    }

    #[test]
    fn an_error_for_everybody_is_told_from_what_was_asked_for() {
        for body in [
            "{\"Error\": \"no session\"}",
            "Please log in",
            "<h1>403 Forbidden</h1>",
            "{\"code\":102,\"msg\":\"Invalid\"}",
            "your time has expired",
            "{\"ok\":false,\"why\":\"token\"}",
            "SESSION OVER",
            "request denied",
            "Bitte zuerst anmelden, die Sitzung ist ungültig",
            "请先登录",
        ] {
            assert!(may_refuse(body.as_bytes()), "{body}");
        }
        for body in ["{\"entries\": []}", "07:30", "", "21.5 °C"] {
            assert!(!may_refuse(body.as_bytes()), "{body}");
        }
        // Bytes that are no text say nothing, and a letter at the end may be cut.
        assert!(!may_refuse(b"\x1f\x8b\xc3\xbc\xff\x00"));
        assert!(may_refuse("ü".repeat(LONGEST_SAYING).as_bytes()) && may_refuse(&"xüü".as_bytes()[..4]));
        assert!(!may_refuse(&"xü".as_bytes()[..2]));
    }

    #[test]
    fn what_carries_the_login_is_left_out_and_nothing_else() {
        let mut play = Play { path: Some("/x?t={token}".into()), ..Play::default() };
        for (name, value) in [
            ("Authorization", "Bearer {token}"),
            ("X-App", "1"),
            ("X-Odd", "{ }{"),
            ("X-User", "{user}"),
            ("X-Who", "{user}:{password}"),
        ] {
            play.headers.insert(name.into(), value.into());
        }
        // Who names a user only shows no proof of a login.
        assert_eq!(bare(&play).headers.keys().collect::<Vec<_>>(), ["X-App", "X-Odd", "X-User"]);
        assert!(sends(&play, &["token".to_owned()]) && !sends(&play, &["basic".to_owned()]));
    }

    #[test]
    fn another_site_sends_the_cookie_and_nothing_else() {
        let mut play =
            Play { method: Some("post".into()), body: Some("{\"on\": true}".into()), ..Play::default() };
        for (name, value) in [
            ("authorization", "Bearer {token}"),
            ("content-type", "application/json"),
            ("accept", "application/json"),
            ("X-Requested-With", "XMLHttpRequest"),
        ] {
            play.headers.insert(name.into(), value.into());
        }
        let sent = foreign(&play).unwrap();
        let names: Vec<&str> = sent.headers.keys().map(String::as_str).collect();
        assert_eq!(names, ["Content-Type", "Cookie", "Origin", "Sec-Fetch-Site", "accept"]);
        assert_eq!(sent.headers["Content-Type"], "text/plain");
        play.headers.insert("content-type".into(), "multipart/form-data; boundary=x".into());
        assert_eq!(foreign(&play).unwrap().headers["Content-Type"], "multipart/form-data; boundary=x");
        let of = |method: &str| foreign(&Play { method: Some(method.into()), ..play.clone() });
        assert!(of("put").is_none() && of("DELETE").is_none());
        // As a link to it does.
        let read = of("GET").unwrap();
        assert!(read.body.is_none() && !read.headers.contains_key("Origin"), "{read:?}");
        let headers = ["a=1; Secure", "gone=; Max-Age=0", "b=2"];
        let headers = headers.iter().map(|v| ("set-cookie".to_owned(), (*v).to_owned())).collect();
        assert_eq!(cookie_header(&Answer { headers, ..Answer::default() }).as_deref(), Some("a=1; b=2"));
        assert_eq!(cookie_header(&Answer::default()), None);
    }

    #[test]
    fn cookies_that_a_browser_keeps_from_other_sites() {
        let kept = |set: &[&str], is_get| {
            let headers = set.iter().map(|v| ("set-cookie".to_owned(), (*v).to_owned())).collect();
            same_site(&Answer { headers, ..Answer::default() }, is_get)
        };
        assert_eq!(kept(&["a=1; Secure; samesite = strict"], true), Some(true));
        assert_eq!(kept(&["a=1; SameSite=Lax"], false), Some(true));
        assert_eq!(kept(&["a=1; SameSite=Lax"], true), Some(false));
        assert_eq!(kept(&["a=1; SameSite=None", "gone=; SameSite=Strict"], false), Some(false));
        assert_eq!(kept(&["a=1", "b=2; SameSite=Strict"], false), None);
        assert_eq!(kept(&["gone="], false), None);
    }

    proptest! {
        #[test]
        fn whatever_stands_there(value in ".{0,60}") {
            let mut play = Play::default();
            play.headers.insert("A".into(), value.clone());
            let _ = bare(&play);
            may_refuse(value.as_bytes());
            prop_assert_eq!(turned(&value).chars().count(), value.chars().count());
        }
    }
}
