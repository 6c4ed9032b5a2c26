//! Templates, requests, what is taken, and that no secret is left in evidence.

use proptest::prelude::*;

use super::*;
use crate::http;

fn values(pairs: &[(&str, &str)]) -> Values {
    pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

fn login() -> Play {
    Play {
        method: Some("POST".into()),
        path: Some("/api/login".into()),
        body: Some(r#"{"user": "{user}", "password": "{password}"}"#.into()),
        take: values(&[("token", "json:/token"), ("session", "cookie:session"), ("who", "header:X-Who")]),
        ..Play::default()
    }
}

#[test]
fn a_json_body_is_filled_and_stays_json() {
    let sent = request(&login(), &values(&[("user", "a\"b"), ("password", "{user}")]), "plug").unwrap();
    let text = String::from_utf8(sent).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("Content-Type: application/json\r\n"));
    assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["user"], "a\"b");
    assert_eq!(body["password"], "{user}", "a value is not filled again");
}

#[test]
fn values_cannot_break_out_of_path_and_headers() {
    let play = Play { path: Some("/x?u={user}".into()), ..Play::default() };
    let sent = request(&play, &values(&[("user", "a b\r\nEvil: 1&c=d")]), "plug").unwrap();
    assert!(
        String::from_utf8(sent).unwrap().starts_with("GET /x?u=a%20b%0D%0AEvil%3A%201%26c%3Dd HTTP/1.1\r\n")
    );
    let play = Play { headers: values(&[("Cookie", "s={token}")]), ..Play::default() };
    assert!(request(&play, &values(&[("token", "a\r\nEvil: 1")]), "plug").is_err());
    assert!(request(&Play { path: Some("x".into()), ..Play::default() }, &Values::new(), "plug").is_err());
}

#[test]
fn an_answer_gives_what_the_play_takes() {
    let bytes =
        b"HTTP/1.1 200 OK\r\nX-Who: admin\r\nSet-Cookie: session=abc; Path=/\r\n\r\n{\"token\": \"t1\"}";
    let answer = http::codec::answer(bytes).unwrap();
    assert_eq!(taken(&login(), &answer), values(&[("token", "t1"), ("session", "abc"), ("who", "admin")]));
    assert!(succeeded(&login(), &answer));
    assert!(!succeeded(&Play { status: vec![204], ..login() }, &answer));
    assert!(!succeeded(&Play { contains: Some("welcome".into()), ..login() }, &answer));
}

#[test]
fn no_secret_is_left_in_evidence() {
    let secret = values(&[("password", "pä\"ss w%rd")]);
    for place in [Place::Text, Place::Url, Place::Json, Place::Form] {
        let bytes = format!("before {} after", written(&secret["password"], place));
        let kept = redacted(vec![Raw::new("sent", bytes)], &secret);
        assert_eq!(String::from_utf8_lossy(&kept[0].bytes), "before {password} after");
    }
}

proptest! {
    #[test]
    fn whatever_the_play_says_nothing_breaks(
        path in ".{0,40}", body in ".{0,80}", name in ".{0,10}", value in ".{0,20}", answer in any::<Vec<u8>>(),
    ) {
        let play = Play {
            path: Some(path), body: Some(body), headers: values(&[(&name, &value)]),
            take: values(&[("a", "json:/a"), ("b", "cookie:b"), ("c", &value)]),
            contains: Some(value.clone()), ..Play::default()
        };
        let _ = request(&play, &values(&[("a", &name), ("user", &value)]), "plug");
        let answer = Answer { body: answer, ..Answer::default() };
        let _ = taken(&play, &answer);
        let _ = succeeded(&play, &answer);
    }
}
