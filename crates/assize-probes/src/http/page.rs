//! Reads HTML tolerantly: title, password fields, and the words a person would see.

use crate::text::{printable, squeeze};

/// Elements whose content no person reads.
const UNREAD: [&str; 5] = ["noscript", "script", "style", "svg", "template"];

/// The page title as one line, empty when there is none.
pub fn title(html: &[u8]) -> String {
    let text = String::from_utf8_lossy(html);
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title").and_then(|at| Some(at + lower[at..].find('>')? + 1));
    let Some(start) = start else { return String::new() };
    let end = lower[start..].find("</title").map_or(text.len(), |end| start + end);
    printable(unescape(&text[start..end]).as_bytes(), 200)
}

/// Whether the page, or a script in it, has an input of type `password`.
pub fn has_password_field(html: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(html).to_ascii_lowercase();
    password_fields(&lower).next().is_some()
}

/// Whether one of these fields is for a password of somebody: all but those that are named like the key of a network or
/// the password of a service that the device itself uses, as set-up pages ask for them.
pub fn asks_password(html: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(html).to_ascii_lowercase();
    password_fields(&lower).take(MOST_FIELDS).any(|at| !is_own_use(&lower, at))
}

/// Where inputs of type `password` say so, in a page in lower case.
fn password_fields(lower: &str) -> impl Iterator<Item = usize> {
    let types = lower.match_indices("type").filter(|(at, word)| {
        let rest = lower[at + word.len()..].trim_start_matches(['"', '\'', '\\']).trim_start();
        let value = rest.strip_prefix(['=', ':']).unwrap_or_default().trim_start();
        value.trim_start_matches(['"', '\'', '\\']).starts_with("password")
    });
    types.map(|(at, _)| at)
}

/// Password fields of a page whose names are looked at.
const MOST_FIELDS: usize = 64;
/// What names of fields for a network's key hold. `key` counts at the end of a name only.
const NETWORK_KEYS: [&str; 7] = ["psk", "wpa", "wep", "wifi", "wi-fi", "wlan", "passphrase"];
/// What names of fields for a password hold with which the device logs in elsewhere.
const SERVICES: [&str; 7] = ["mqtt", "smtp", "ddns", "dyndns", "proxy", "pppoe", "ntrip"];
/// Attributes of a field that name it, for programs and for people.
const NAMES: [&str; 4] = ["name", "id", "placeholder", "aria-label"];

/// Whether the tag around a place names its field like the key of a network or the password of such a service.
fn is_own_use(lower: &str, at: usize) -> bool {
    let Some(start) = lower[..at].rfind('<').filter(|start| lower[*start..].starts_with("<input")) else {
        return false;
    };
    let tag = &lower[start..];
    let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
    let mut names = attributes(tag).filter(|(name, _)| NAMES.contains(name));
    names.any(|(attribute, name)| {
        let is_key = || ["name", "id"].contains(&attribute) && name.ends_with("key");
        NETWORK_KEYS.iter().chain(&SERVICES).any(|word| name.contains(word)) || is_key()
    })
}

/// Attributes of a tag, each name as it is written, with its value. An unclosed quote reaches to the end.
pub(crate) fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    let each = std::iter::from_fn(move || {
        let (before, value) = rest.split_once('=')?;
        let name = before.trim_end().rsplit(|c: char| c.is_whitespace() || "\"'/".contains(c)).next();
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_once(char::is_whitespace).unwrap_or((value, "")),
        };
        rest = after;
        Some((name.unwrap_or_default(), value.trim()))
    });
    each.filter(|(name, _)| !name.is_empty())
}

/// Whether an element of the page itself, and not only a script in it, is an input of type `password`.
pub fn shows_password_field(html: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(html).to_ascii_lowercase();
    let mut at = 0;
    while let Some(open) = lower[at..].find('<').map(|open| at + open) {
        at = after_tag(&lower, open);
        let tag = &lower[open..at];
        if tag_name(tag) == "input" && has_password_field(tag.as_bytes()) {
            return true;
        }
    }
    false
}

/// The readable words of a page, at most `max` bytes: without tags, scripts, styles and comments, and with the address
/// or number that a link writes to or calls where its own words do not show it.
pub fn readable(html: &[u8], max: usize) -> String {
    let text = String::from_utf8_lossy(html);
    let lower = text.to_ascii_lowercase();
    let mut words = String::new();
    let mut at = 0;
    while let Some(open) = lower[at..].find('<').map(|open| at + open) {
        words.push_str(&text[at..open]);
        at = after_tag(&lower, open);
        if let Some(contact) =
            contact(&text[open..at], &lower[open..at]).filter(|c| !shown(&text[at..]).contains(c.address))
        {
            words.push_str(&format!(" {}:{} ", contact.scheme, contact.address));
        } else if at == open + 1 {
            words.push('<');
        } else if is_break(&lower[open..]) {
            words.push(' ');
        }
    }
    words.push_str(&text[at..]);
    clip(&squeeze(&unescape(&words)), max).to_owned()
}

/// The text up to `max` bytes, without half a character at the end.
pub fn clip(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// Where the reading goes on after the tag that opens at `open`. An unclosed one reaches to the end.
fn after_tag(lower: &str, open: usize) -> usize {
    let tag = &lower[open..];
    let past = |end: &str| tag.find(end).map_or(lower.len(), |at| open + at + end.len());
    if tag.starts_with("<!--") {
        return past("-->");
    }
    match UNREAD.iter().find(|name| tag_name(tag) == **name) {
        Some(name) => {
            let close = past(&format!("</{name}"));
            lower[close..].find('>').map_or(lower.len(), |at| close + at + 1)
        }
        None if tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) => past(">"),
        None => open + 1,
    }
}

fn tag_name(tag: &str) -> &str {
    let name = tag[1..].trim_start_matches('/');
    &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())]
}

/// Where a link leads that writes to somebody or calls somebody.
struct Contact<'a> {
    scheme: &'static str,
    address: &'a str,
}

/// The contact in the `href` of a link, without what its message should say.
fn contact<'a>(tag: &'a str, lower: &str) -> Option<Contact<'a>> {
    if tag_name(lower) != "a" || lower.starts_with("</") {
        return None;
    }
    let (_, target) = attributes(tag).find(|(name, _)| name.eq_ignore_ascii_case("href"))?;
    let scheme = ["mailto", "tel"].into_iter().find(|s| {
        target.get(..s.len()).is_some_and(|t| t.eq_ignore_ascii_case(s)) && target[s.len()..].starts_with(':')
    })?;
    let address = &target[scheme.len() + 1..];
    let end = address.find(|c: char| c.is_whitespace() || "?\"'>".contains(c)).unwrap_or(address.len());
    Some(Contact { scheme, address: &address[..end] }).filter(|c| !c.address.is_empty())
}

/// The words between a tag and the next.
fn shown(rest: &str) -> &str {
    &rest[..rest.find('<').unwrap_or(rest.len())]
}

/// Inline elements join the words around them; all others part them.
fn is_break(tag: &str) -> bool {
    !["a", "abbr", "b", "code", "em", "font", "i", "mark", "small", "span", "strong", "u"]
        .contains(&tag_name(tag))
}

/// Replaces the common character references.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(reference: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match reference {
        "amp" => Some('&'),
        "apos" | "rsquo" | "lsquo" => Some('\''),
        "gt" => Some('>'),
        "lt" => Some('<'),
        "nbsp" => Some(' '),
        "ndash" | "mdash" => Some('-'),
        "quot" | "ldquo" | "rdquo" => Some('"'),
        _ => match reference.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => number(&hex[1..], 16),
            digits => number(digits, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_of_a_page() {
        let html = b"<html><head><TITLE>Report a &quot;bug&quot;</TITLE><style>p{}</style></head><body><!-- no > -->\
            <script>var x = '<p>never</p>';</script><p>Write to <b>security</b>@acme.test</p><p>5 &lt; 7 &#x41;&#66; &x;";
        assert_eq!(title(html), "Report a \"bug\"");
        let text = readable(html, 1000);
        assert_eq!(text, "Report a \"bug\" Write to security@acme.test 5 < 7 AB &x;");
        assert_eq!(readable("äöü".as_bytes(), 3), "ä");
        assert_eq!(readable(b"1 < 2 <script>forever", 99), "1 < 2");
    }

    #[test]
    fn password_fields() {
        for yes in [
            "<input type=password>",
            "<INPUT name=p TYPE = 'Password'>",
            r#"e.innerHTML="<input type=\"password\">""#,
            r#"h("input",{type:"password"})"#,
            r#"{"type": "password"}"#,
        ] {
            assert!(has_password_field(yes.as_bytes()), "{yes}");
        }
        for key in [
            "<input type=password name=wifi_password>",
            "<input id='psk' type=\"password\" name=p1>",
            "<INPUT TYPE=password NAME=\"WPAKey\" autocomplete=off>",
            "<input type=password name=passphrase></form><p>name=login",
            "<input type=password name=mqtt_password>",
            "<input type=password id=SmtpPass name=p2>",
            "<input type=password name=p3 placeholder='Your Wi-Fi password'>",
            "<input type=password name=p4 aria-label=\"Proxy password\">",
            "<input type=password name=DDNSpwd>",
        ] {
            assert!(has_password_field(key.as_bytes()) && !asks_password(key.as_bytes()), "{key}");
            let beside = format!("{key}<input type=password name=pw>");
            assert!(asks_password(beside.as_bytes()), "{beside}");
        }
        for login in [
            "<input type=password name=keyboard>",
            "<input type=password data-name=psk name=pass>",
            "<p id=wifi>{type:'password'}",
            "<input type=password name=pw placeholder=Password>",
            "<input type=password name=pw placeholder='Access key'>",
            "<input type=password name=pw title='not your wifi password'>",
            "<input type=password",
        ] {
            assert!(asks_password(login.as_bytes()), "{login}");
        }
        for no in ["<input type=text name=password>", "type your password", "<p>password</p>", "type"] {
            assert!(!has_password_field(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn password_fields_that_a_page_shows_itself() {
        assert!(shows_password_field(b"<form><INPUT type='password'></form>"));
        for no in [
            r#"<script>h("<input type=password>")</script><p>x"#,
            "<template><input type=password></template>",
            "<!-- <input type=password> --><input type=text>",
            r#"{"type": "password"}"#,
        ] {
            assert!(!shows_password_field(no.as_bytes()), "{no}");
        }
    }

    #[test]
    fn contacts_behind_links() {
        let read = |html: &str| readable(html.as_bytes(), 1000);
        assert_eq!(
            read("<a class=x HREF = 'MailTo:psirt@x?subject=Bug'>Write to us</a>."),
            "mailto:psirt@x Write to us."
        );
        assert_eq!(read("Call <a href=\"tel:+49301\">us</a>"), "Call tel:+49301 us");
        assert_eq!(read("<a href='mailto:psirt@x'>psirt@x</a>"), "psirt@x");
        assert_eq!(read("<a hreflang=en href=mailto:psirt@x>us</a>"), "mailto:psirt@x us");
        assert_eq!(read("<a href=/mailto>form</a><a href=mailto:>x</a><abbr href=tel:1>y</abbr>"), "formxy");
    }

    proptest! {
        #[test]
        fn any_bytes(html in prop::collection::vec(any::<u8>(), 0..300)) {
            title(&html);
            has_password_field(&html);
            shows_password_field(&html);
            prop_assert!(readable(&html, 100).len() <= 100);
        }

        #[test]
        fn any_soup(html in "(<|>|&|;|#|x|title|script|/|!--|type|=|password|input|a|href=|mailto:|tel:|ü| ){0,40}") {
            title(html.as_bytes());
            has_password_field(html.as_bytes());
            shows_password_field(html.as_bytes());
            readable(html.as_bytes(), 100);
        }
    }
}
