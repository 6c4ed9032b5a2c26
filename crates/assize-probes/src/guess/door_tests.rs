//! Loopback servers that ask with a challenge or a token: HTTP, RTSP and ONVIF.

use assize_model::catalogue::DefaultCredential;
use assize_model::fact::{DefaultLogins, Login, Protocol};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rustls::version::TLS13;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::tests::{door, rows, service};
use crate::bench;

/// The answers of support / support in the realm "cam" to the nonces n1 and n2, for GET /, without a qop; by Python's
/// hashlib.
const TO_N1: &str = "dcc4ef59a41f20efed0610666af21457";
const TO_N2: &str = "9dc2812d5ef083cef98b5b7c36632414";

fn users(found: &DefaultLogins) -> Vec<&str> {
    found.accepted.iter().map(|d| d.user.as_str()).collect()
}

/// What a web server with memory shows.
async fn web<M: Default + Send + 'static>(answer: fn(&mut M, &str) -> String) -> DefaultLogins {
    let target = bench::target();
    let port = bench::device(&target, answer).await;
    door(&target, service(port, Protocol::Http, Some(Login::HttpChallenge), ""), &rows()).await
}

fn refused(challenge: &str) -> String {
    bench::http("401 No", &format!("WWW-Authenticate: {challenge}\r\n"), "")
}

fn digests(_: &mut (), head: &str) -> String {
    match head.contains(TO_N1) {
        true => bench::http("200 OK", "", "in"),
        false => refused("Digest realm=\"cam\", nonce=\"n1\""),
    }
}

#[tokio::test]
async fn a_digest_is_answered() {
    let found = web(digests).await;
    assert_eq!((found.tried, users(&found), found.login.as_str()), (4, vec!["support"], "http"), "{found:?}");
}

/// Takes no nonce twice, and says that the first was too old.
fn forgets(asked: &mut u32, head: &str) -> String {
    *asked += 1;
    match head {
        _ if head.contains(TO_N2) => bench::http("200 OK", "", "in"),
        _ if head.contains("nonce=\"n1\"") => refused("Digest realm=\"cam\", stale=true, nonce=\"n2\""),
        _ => refused("Digest realm=\"cam\", nonce=\"n1\""),
    }
}

#[tokio::test]
async fn a_nonce_that_was_too_old_is_no_refusal() {
    let found = web(forgets).await;
    assert_eq!((found.tried, users(&found)), (4, vec!["support"]), "{found:?}");
}

fn always_stale(asked: &mut u32, _: &str) -> String {
    *asked += 1;
    // One without a login, and three for the made-up pair.
    assert!(*asked <= 4, "{asked}");
    refused("Digest realm=\"cam\", stale=true, nonce=\"n1\"")
}

#[tokio::test]
async fn a_server_that_calls_every_nonce_old_judges_nothing() {
    let found = web(always_stale).await;
    assert_eq!((found.tried, users(&found)), (0, vec![]), "{found:?}");
    assert!(found.stopped.contains("no answer that tells"), "{found:?}");
}

/// Knows no nonce of another connection, and says of the right password alone that its nonce was too old.
fn binds_nonces(_: &mut (), head: &str) -> String {
    match head.contains(TO_N1) {
        true => refused("Digest realm=\"cam\", stale=true, nonce=\"n1\""),
        false => refused("Digest realm=\"cam\", nonce=\"n1\""),
    }
}

#[tokio::test]
async fn a_right_password_to_an_old_nonce_is_no_refusal() {
    let found = web(binds_nonces).await;
    assert!(found.tried < 4 && !found.stopped.is_empty(), "{found:?}");
}

/// Lets in whoever sends anything.
fn takes_anything(_: &mut (), head: &str) -> String {
    match head.contains("Authorization:") {
        true => bench::http("200 OK", "", "in"),
        false => refused("Digest realm=\"cam\", nonce=\"n1\""),
    }
}

/// Refuses the first pair, and lets in whoever comes then.
fn gives_way(sent: &mut u32, head: &str) -> String {
    *sent += u32::from(head.contains("Authorization:"));
    match head.contains("Authorization:") && *sent > 1 {
        true => bench::http("200 OK", "", "in"),
        false => refused("Digest realm=\"cam\", nonce=\"n1\""),
    }
}

fn asks_in_another_way(_: &mut (), _: &str) -> String {
    refused("Digest realm=\"cam\", nonce=\"n1\", algorithm=SHA-512-256")
}

#[tokio::test]
async fn who_lets_anybody_in_has_no_default() {
    for found in [web(takes_anything).await, web(gives_way).await] {
        assert!(found.accepted.is_empty() && found.stopped.contains("made-up"), "{found:?}");
    }
    let found = web(asks_in_another_way).await;
    assert_eq!((found.tried, found.stopped.contains("no password in a way")), (0, true), "{found:?}");
}

/// The next request of a connection, up to the empty line.
async fn request<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

/// A camera that binds its nonce to the connection, numbers its answers, and has no stream at the root.
async fn camera<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, answer_after_login: &'static str) {
    let mut number = 0;
    while let Some(head) = request(&mut stream).await {
        number += 1;
        assert!(head.contains(&format!("CSeq: {number}\r\n")), "{head}");
        assert!(!head.contains("Authorization") || number == 2, "{head}");
        let is_in = head.contains("Authorization: Basic c3VwcG9ydDpzdXBwb3J0");
        let said = if is_in { answer_after_login } else { "401 No\r\nWWW-Authenticate: Basic realm=\"cam\"" };
        let said = format!("RTSP/1.0 {said}\r\nCSeq: {number}\r\n\r\n");
        stream.write_all(said.as_bytes()).await.ok();
        stream.flush().await.ok();
    }
}

#[tokio::test]
async fn a_camera_is_asked_twice_over_one_connection() {
    let target = bench::target();
    for answer in ["200 OK", "404 Not Found"] {
        let port = bench::serve(&target, move |stream| camera(stream, answer)).await;
        let found = door(&target, service(port, Protocol::Rtsp, Some(Login::Rtsp), ""), &rows()).await;
        assert_eq!(
            (found.tried, users(&found), found.login.as_str()),
            (4, vec!["support"], "rtsp"),
            "{found:?}"
        );
    }
    let port = bench::serve(&target, |stream| camera(stream, "503 Busy")).await;
    let found = door(&target, service(port, Protocol::Rtsp, Some(Login::Rtsp), ""), &rows()).await;
    assert_eq!((found.tried, users(&found)), (1, vec![]), "{found:?}");
}

#[tokio::test]
async fn a_camera_inside_tls() {
    let target = bench::target();
    let (port, _) = bench::tls(&target, &[&TLS13], |stream| camera(stream, "200 OK")).await;
    let mut seen = service(port, Protocol::Rtsp, Some(Login::Rtsp), "");
    seen.tls = true;
    let found = door(&target, seen, &rows()).await;
    assert_eq!((found.tried, users(&found)), (4, vec!["support"]), "{found:?}");
}

#[tokio::test]
async fn a_stream_that_is_open_or_hangs_up() {
    let target = bench::target();
    let open = bench::script(&target, b"", b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n").await;
    let found = door(&target, service(open, Protocol::Rtsp, Some(Login::Rtsp), ""), &rows()).await;
    assert!(found.accepted.is_empty() && found.stopped.contains("without a password"), "{found:?}");
    let none = bench::script(&target, b"", b"RTSP/1.0 404 No\r\nCSeq: 1\r\n\r\n").await;
    let found = door(&target, service(none, Protocol::Rtsp, Some(Login::Rtsp), ""), &rows()).await;
    assert!(found.accepted.is_empty() && found.stopped.contains("no password in a way"), "{found:?}");
}

const DATE: &str = "<tt:UTCDateTime><tt:Time><tt:Hour>1</tt:Hour><tt:Minute>2</tt:Minute><tt:Second>3</tt:Second>\
                    </tt:Time><tt:Date><tt:Year>2031</tt:Year><tt:Month>4</tt:Month><tt:Day>5</tt:Day></tt:Date>";

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.split_once(start)?.1.split_once(end).map(|(part, _)| part)
}

/// Whether a token is one of support / support, by the device's own clock, and not seen before.
fn is_support(seen: &mut Vec<String>, said: &str) -> bool {
    let held = (|| {
        let nonce = between(said, "Base64Binary\">", "<")?;
        let proof = between(said, "PasswordDigest\">", "<")?;
        (between(said, "Created xmlns", "<")?.ends_with(">2031-04-05T01:02:03Z")).then_some((nonce, proof))
    })();
    let Some((nonce, proof)) = held.filter(|(nonce, _)| !seen.iter().any(|s| s == nonce)) else {
        return false;
    };
    seen.push(nonce.to_owned());
    let bytes = [&STANDARD.decode(nonce).unwrap()[..], b"2031-04-05T01:02:03Z", b"support"].concat();
    said.contains("Username>support<") && proof == STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &bytes))
}

fn told(operation: &str) -> String {
    bench::http("200 OK", "", &format!("<Envelope><Body><{operation}Response/>"))
}

fn device_service(seen: &mut Vec<String>, said: &str) -> String {
    assert!(said.starts_with("POST /onvif/device_service HTTP/1.1\r\n"), "{said}");
    match () {
        () if said.contains("GetSystemDateAndTime") => bench::http("200 OK", "", DATE),
        () if is_support(seen, said) => told("GetDeviceInformation"),
        () => bench::http("400 Bad Request", "", "<Subcode><Value>ter:NotAuthorized</Value></Subcode>"),
    }
}

fn tells_its_model(seen: &mut Vec<String>, said: &str) -> String {
    match () {
        () if said.contains("GetDeviceInformation") => told("GetDeviceInformation"),
        () if said.contains("GetUsers") && is_support(seen, said) => told("GetUsers"),
        () => device_service(seen, said),
    }
}

fn tells_all(_: &mut Vec<String>, said: &str) -> String {
    told(if said.contains("GetUsers") { "GetUsers" } else { "GetDeviceInformation" })
}

fn asks_by_http(_: &mut Vec<String>, said: &str) -> String {
    assert!(!said.contains("UsernameToken"), "{said}");
    match said.contains("Basic c3VwcG9ydDpzdXBwb3J0") {
        true => told("GetDeviceInformation"),
        false => refused("Basic realm=\"cam\""),
    }
}

async fn onvif(answer: fn(&mut Vec<String>, &str) -> String) -> DefaultLogins {
    let target = bench::target();
    let port = bench::device(&target, answer).await;
    door(&target, service(port, Protocol::Onvif, None, ""), &rows()).await
}

#[tokio::test]
async fn an_onvif_device_takes_a_token() {
    for answer in [device_service, tells_its_model, asks_by_http] {
        let found = onvif(answer).await;
        assert_eq!(
            (found.tried, users(&found), found.login.as_str()),
            (4, vec!["support"], "onvif"),
            "{found:?}"
        );
    }
    let found = onvif(tells_all).await;
    assert!(found.accepted.is_empty() && found.stopped.contains("without a password"), "{found:?}");
}

/// A server that lets every listed user in, and counts who else knocks: the made-up pair, before and after each.
#[tokio::test]
async fn knocking_again_after_a_default_is_within_the_share() {
    let target = bench::target();
    let port = bench::device(&target, |wrong: &mut u32, head: &str| {
        let is_listed = |user: &str| head.contains(&STANDARD.encode(format!("{user}:support")));
        if (0..40).any(|n| is_listed(&format!("user{n:02}"))) {
            return bench::http("200 OK", "", "in");
        }
        *wrong += u32::from(head.contains("Authorization:"));
        assert!(*wrong <= 6, "thirty attempts leave six for defaults");
        refused("Basic realm=\"cam\"")
    })
    .await;
    let one = DefaultCredential { password: "support".into(), ..rows().remove(0) };
    let many: Vec<_> =
        (0..40).map(|n| DefaultCredential { user: format!("user{n:02}"), ..one.clone() }).collect();
    let found = door(&target, service(port, Protocol::Http, Some(Login::HttpChallenge), ""), &many).await;
    assert_eq!((found.accepted.len(), found.tried), (5, 5), "{found:?}");
    assert!(found.stopped.contains("share"), "{found:?}");
}

#[tokio::test]
async fn the_share_of_wrong_pairs_is_kept() {
    let target = bench::target();
    let port = bench::device(&target, |sent: &mut u32, head: &str| {
        *sent += u32::from(head.contains("Authorization:"));
        assert!(*sent <= 12, "thirty attempts leave twelve less the six for names");
        refused("Digest realm=\"cam\", nonce=\"n1\"")
    })
    .await;
    let one = rows().remove(0);
    let many: Vec<_> =
        (0..40).map(|n| DefaultCredential { user: format!("user{n}"), ..one.clone() }).collect();
    let found = door(&target, service(port, Protocol::Http, Some(Login::HttpChallenge), ""), &many).await;
    assert!(found.tried > 0 && found.tried < 12 && found.stopped.contains("share"), "{found:?}");
}
