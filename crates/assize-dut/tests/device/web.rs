//! Flaws of what the web server shows beside its functions.

use assize_dut::Running;

use crate::bench::{PASSWORD, Reply, Web, initialised};
use crate::flaws::both;

/// A change as another site has a browser send it: the cookie, and a media type that a form can send.
async fn from_elsewhere(running: &Running) -> (bool, u16) {
    let login = Web::stranger(running).log_in("admin", PASSWORD).await;
    let cookie = login.header("set-cookie").unwrap();
    let (pair, attributes) = cookie.split_once(';').unwrap();
    let body = r#"{"entries":[{"at":"07:30","on":true,"label":"kettle"}]}"#;
    let head = format!(
        "POST /api/schedule HTTP/1.1\r\nhost: plug\r\nconnection: close\r\norigin: http://elsewhere.example\r\n\
         cookie: {pair}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply: Reply = Web::stranger(running).send(head.as_bytes()).await;
    (attributes.contains("SameSite=Strict"), reply.status)
}

#[tokio::test]
async fn foreign_sites_served() {
    let seen = both(initialised, "foreign-sites-served", from_elsewhere).await;
    assert_eq!(seen, ((true, 415), (false, 200)));
}

#[tokio::test]
async fn folder_listed() {
    let look = async |r: &Running| {
        let reply = Web::stranger(r).get("/logs/").await;
        (reply.status, reply.body.contains("Index of /logs/"))
    };
    assert_eq!(both(initialised, "folder-listed", look).await, ((404, false), (200, true)));
}

#[tokio::test]
async fn markup_reflected() {
    let look = async |r: &Running| {
        let reply = Web::stranger(r).get("/%3Cb%22%3E").await;
        (reply.status, reply.body.contains("<b\">"))
    };
    assert_eq!(both(initialised, "markup-reflected", look).await, ((404, false), (404, true)));
}

#[tokio::test]
async fn page_draws_in_clear() {
    let look = async |r: &Running| Web::stranger(r).get("/").await.body.contains("src=\"http://");
    assert_eq!(both(initialised, "page-draws-in-clear", look).await, (false, true));
}

#[tokio::test]
async fn user_names_told() {
    let look = async |r: &Running| {
        let known = Web::stranger(r).log_in("admin", "wrong").await;
        let unknown = Web::stranger(r).log_in("nobody", "wrong").await;
        (known.status, known.body == unknown.body)
    };
    assert_eq!(both(initialised, "user-names-told", look).await, ((401, true), (401, false)));
}
