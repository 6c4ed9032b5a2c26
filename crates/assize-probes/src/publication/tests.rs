//! Fetching against real servers on loopback addresses of their own.

use std::time::Duration;

use assize_model::fact::{KeyFound, Signature, SignatureFault};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::bench;

async fn fetched(url: &str, allowed: &[Target]) -> (Publication, Vec<Observation>) {
    let mut seen: Vec<Observation> = Vec::new();
    fetch(url, allowed, &bench::budget(), &mut seen).await.unwrap();
    let Some(Observation { fact: Fact::Publication(page), .. }) = seen.last().cloned() else {
        panic!("{seen:?}")
    };
    (page, seen)
}

#[tokio::test]
async fn a_page_behind_a_redirect_between_allowed_hosts() {
    let maker = Target::with_name(bench::address(), "acme.test").unwrap();
    let page = |head: &str| {
        assert!(head.starts_with("GET /policy HTTP/1.1\r\nHost: acme.test:"), "{head}");
        bench::http("200 OK", "Content-Type: text/html\r\n", "<h1>Report a bug</h1>security@acme.test")
    };
    let port = bench::web(&maker, page).await;
    let front = bench::target();
    let answer = bench::http("302 Found", &format!("Location: http://acme.test:{port}/policy\r\n"), "");
    let first = bench::script(&front, b"", answer.leak().as_bytes()).await;
    let url = format!("http://{}:{first}/", front.address());
    let (page, seen) = fetched(&url, &[front.clone(), maker]).await;
    assert_eq!((page.outcome, page.url), (FetchOutcome::Status(200), url.clone()));
    assert_eq!(page.text, "Report a bug security@acme.test");
    assert!(!page.asks_login);
    assert_eq!(seen[0].raw.len(), 4, "both requests and both answers");

    let (page, _) = fetched(&url, &[front]).await;
    assert_eq!(page.outcome, FetchOutcome::LeavesTargets(format!("http://acme.test:{port}/policy")));
}

#[tokio::test]
async fn a_page_inside_tls_with_its_certificate() {
    let maker = Target::with_name(bench::address(), "acme.test").unwrap();
    let page =
        |_: &str| bench::http("401 No", "WWW-Authenticate: Basic\r\nContent-Type: text/plain\r\n", "who?");
    let (port, der) =
        bench::tls(&maker, rustls::ALL_VERSIONS, move |session| bench::page(session, page)).await;
    let (page, seen) = fetched(&format!("https://acme.test:{port}/x"), &[maker]).await;
    assert_eq!(
        (page.outcome, page.text.as_str(), page.asks_login),
        (FetchOutcome::Status(401), "who?", true)
    );
    assert!(matches!(&seen[0].fact, Fact::TlsCertificate(certificate) if certificate.port == port));
    assert_eq!(seen[0].raw[0].bytes, der);
    assert!(seen[1].raw.iter().any(|raw| raw.label == "received, inside tls"));
}

#[tokio::test]
async fn endless_redirects_and_endless_pages_end() {
    let host = bench::target();
    let round = bench::web(&host, |_| bench::http("302 Found", "Location: /\r\n", "")).await;
    let ended = trouble(&format!("http://{}:{round}/", host.address()), &host).await;
    assert!(matches!(ended, Trouble::Redirects { most: 3, .. }), "{ended}");
    assert!(ended.to_string().contains("`--redirects`"), "{ended}");

    let endless = bench::serve(&host, |mut stream| async move {
        let _request = stream.read(&mut [0; 512]).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok();
        while stream.write_all(&[b'a'; 8192]).await.is_ok() {}
    })
    .await;
    let (page, seen) = fetched(&format!("http://{}:{endless}/", host.address()), &[host]).await;
    assert_eq!(page.text.len(), TEXT.min(bench::budget().page_bytes - "HTTP/1.1 200 OK\r\n\r\n".len()));
    assert!(matches!(page.unread, Some(Unread::TooLong | Unread::TooMuch)), "{:?}", page.unread);
    let received = &seen[0].raw[1];
    assert_eq!(received.bytes.len(), bench::budget().page_bytes);
    assert!(received.label.starts_with("received (first"), "{}", received.label);
}

#[tokio::test]
async fn other_protocols_and_undeclared_hosts() {
    let host = bench::target();
    let ssh = bench::script(&host, b"SSH-2.0-x\r\n", b"").await;
    let (page, _) = fetched(&format!("http://{}:{ssh}/", host.address()), std::slice::from_ref(&host)).await;
    assert_eq!(page.outcome, FetchOutcome::NotHttp);

    let mut none: Vec<Observation> = Vec::new();
    let budget = bench::budget();
    let ended = fetch("http://elsewhere.test/", std::slice::from_ref(&host), &budget, &mut none).await;
    assert!(matches!(ended, Err(Trouble::NotAllowed { .. })), "{ended:?}");
    let closed = format!("http://{}:{}/", host.address(), bench::free_port(host.address()));
    let ended = fetch(&closed, std::slice::from_ref(&host), &budget, &mut none).await;
    assert!(matches!(ended, Err(Trouble::Unreachable { .. })), "{ended:?}");
    let ended = fetch("gopher://x/", &[host], &budget, &mut none).await;
    assert!(matches!(ended, Err(Trouble::BadAddress { .. })), "{ended:?}");
    assert!(none.is_empty());
}

async fn trouble(url: &str, host: &Target) -> Trouble {
    let mut none: Vec<Observation> = Vec::new();
    fetch(url, std::slice::from_ref(host), &short(), &mut none).await.unwrap_err()
}

/// A budget with little patience for pages.
fn short() -> Budget {
    Budget { page: Duration::from_millis(400), ..bench::budget() }
}

#[tokio::test]
async fn a_host_that_says_nothing_says_nothing_of_the_page() {
    let host = bench::target();
    let silent =
        bench::serve(
            &host,
            |mut stream| async move { while let Ok(1..) = stream.read(&mut [0; 512]).await {} },
        )
        .await;
    let closing = bench::serve(&host, |mut stream| async move {
        let _request = stream.read(&mut [0; 512]).await;
    })
    .await;
    let begun = bench::script(&host, b"", b"HT").await;
    // A fatal alert: handshake_failure (RFC 8446 section 6).
    let other_suites = bench::script(&host, b"", b"\x15\x03\x03\0\x02\x02\x28").await;
    for (scheme, port, said) in [
        ("http", silent, "did not answer"),
        ("http", closing, "did not answer"),
        ("http", begun, "did not answer"),
        ("https", silent, "did not answer"),
        ("https", closing, "did not answer"),
        ("https", other_suites, "no TLS session"),
    ] {
        let ended = trouble(&format!("{scheme}://{}:{port}/", host.address()), &host).await;
        assert!(matches!(ended, Trouble::Unreachable { .. }), "{scheme} {port}: {ended}");
        assert!(ended.to_string().contains(said), "{scheme} {port}: {ended}");
    }
    let plain = bench::script(&host, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let (page, _) =
        fetched(&format!("https://{}:{plain}/", host.address()), std::slice::from_ref(&host)).await;
    assert_eq!(page.outcome, FetchOutcome::NotHttp, "other bytes are an answer");
}

#[tokio::test]
async fn where_a_page_came_from_and_what_its_host_showed() {
    let host = Target::with_name(bench::address(), "acme.test").unwrap();
    let page = |head: &str| match head.starts_with("GET /security ") {
        true => bench::http("302 Found", "Location: /login\r\n", ""),
        false => bench::http(
            "200 OK",
            "Content-Type: text/html\r\n",
            "<script>f('<input type=password>')</script>",
        ),
    };
    let (port, _) = bench::tls(&host, rustls::ALL_VERSIONS, move |session| bench::page(session, page)).await;
    let site = format!("https://acme.test:{port}");
    let (page, seen) = fetched(&format!("{site}/security"), std::slice::from_ref(&host)).await;
    assert_eq!(page.served_from, Some(format!("{site}/login")));
    assert!(page.asks_login && page.scripted_login);
    assert_eq!(page.certificates.len(), 2, "one for each request");
    let Fact::TlsCertificate(shown) = &seen[0].fact else { panic!("{seen:?}") };
    let kept = &page.certificates[0];
    assert_eq!((kept.host.as_str(), &kept.sha256, &kept.names), ("acme.test", &shown.sha256, &shown.names));
    let (page, _) = fetched(&format!("{site}/login"), &[host]).await;
    assert_eq!(page.served_from, None);
}

#[tokio::test]
async fn policies_that_security_txt_names_are_fetched_from_allowed_hosts() {
    let host = bench::target();
    let site = bench::serve(&host, |mut stream| async move {
        let at = stream.local_addr().unwrap();
        let mut head = [0; 512];
        let read = stream.read(&mut head).await.unwrap_or(0);
        let file = format!("Contact: mailto:a@b.example\nPolicy: http://{at}/a\nPolicy: http://{at}/a\nPolicy: https://elsewhere.test/\n");
        let body = if head[..read].starts_with(b"GET /a ") { "The policy" } else { file.as_str() };
        let answer = bench::http("200 OK", "Content-Type: text/plain\r\n", body);
        stream.write_all(answer.as_bytes()).await.ok();
    })
    .await;
    let mut seen: Vec<Observation> = Vec::new();
    let url = format!("http://{}:{site}/.well-known/security.txt", host.address());
    fetch_security_txt(&url, None, std::slice::from_ref(&host), &bench::budget(), &mut seen).await.unwrap();
    let [Fact::Publication(policy), Fact::SecurityTxt(_)] = [&seen[0].fact, &seen[1].fact] else {
        panic!("{seen:?}")
    };
    assert_eq!(
        (policy.url.clone(), policy.text.as_str()),
        (format!("http://{}:{site}/a", host.address()), "The policy")
    );
    assert_eq!(seen.len(), 2);
}

/// Most text that is kept of a page.
const TEXT: usize = 512 * 1024;

/// What is read of a page that answers so, and closes.
async fn answered(bytes: Vec<u8>, page_bytes: usize) -> (String, Option<Unread>) {
    let host = bench::target();
    let port = bench::serve(&host, move |mut stream| {
        let bytes = bytes.clone();
        async move {
            let _request = stream.read(&mut [0; 512]).await;
            stream.write_all(&bytes).await.ok();
            stream.shutdown().await.ok();
        }
    })
    .await;
    let budget = Budget { page_bytes, ..bench::budget() };
    let mut seen: Vec<Observation> = Vec::new();
    let url = format!("http://{}:{port}/", host.address());
    fetch(&url, &[host], &budget, &mut seen).await.unwrap();
    match seen.pop() {
        Some(Observation { fact: Fact::Publication(page), .. }) => (page.text, page.unread),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_page_that_is_not_read_whole_says_so() {
    let page = |head: &str, body: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n{body}").into_bytes()
    };
    let long = format!("<p>{}</p><p>security@acme.test", "word ".repeat(20_000));
    let most = 1024 * 1024;
    let (text, unread) = answered(page("", &long), most).await;
    assert!(text.ends_with("security@acme.test") && unread.is_none(), "the close is its end: {unread:?}");
    let (text, unread) = answered(page("", &long), 64 * 1024).await;
    assert!(!text.contains('@') && unread == Some(Unread::TooLong), "{unread:?}");
    let stated = format!("Content-Length: {}\r\n", long.len());
    assert_eq!(answered(page(&stated, &long), most).await.1, None);
    assert_eq!(answered(page(&stated, &long), 64 * 1024).await.1, Some(Unread::TooLong));
    assert_eq!(answered(page(&stated, "<p>Write"), most).await, ("Write".into(), Some(Unread::Unfinished)));
    let chunk = "8\r\n<p>Write\r\n";
    let (text, unread) = answered(page("Transfer-Encoding: chunked\r\n", chunk), most).await;
    assert_eq!((text.as_str(), unread), ("Write", Some(Unread::Unfinished)));
    assert_eq!(answered(b"HTTP/1.1 200 OK\r\nContent".to_vec(), most).await.1, Some(Unread::Unfinished));
    let endless = "word ".repeat(200_000);
    let (text, unread) = answered(page("", &endless), 2 * most).await;
    assert!(text.len() <= TEXT && unread == Some(Unread::TooMuch), "{unread:?}");
}

#[tokio::test]
async fn a_page_that_is_a_pdf_file() {
    let host = bench::target();
    let port = bench::web(&host, |_| {
        let paper = "%PDF-1.4\n1 0 obj << /Type /Page /Contents 2 0 R /Resources << /Font << /F << >> >> >> >> endobj\n\
            2 0 obj << >> stream\nBT /F 9 Tf (Until 2031-12-31) Tj ET\nendstream endobj\n%%EOF\n";
        bench::http("200 OK", "Content-Type: application/octet-stream\r\n", paper)
    })
    .await;
    let (page, _) = fetched(&format!("http://{}:{port}/", host.address()), &[host]).await;
    assert_eq!((page.text.as_str(), page.unread), ("Until 2031-12-31", None));
}

async fn security_txt(url: &str, allowed: &[Target]) -> (SecurityTxt, Vec<Raw>) {
    let mut seen: Vec<Observation> = Vec::new();
    fetch_security_txt(url, None, allowed, &bench::budget(), &mut seen).await.unwrap();
    match seen.pop() {
        Some(Observation { fact: Fact::SecurityTxt(file), raw }) => (*file, raw),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn security_txt_in_its_old_place_and_in_none() {
    let host = bench::target();
    let site = bench::web(&host, |head| {
        let file = "Contact: mailto:a@b.example\nExpires: 2020-01-01T00:00:00Z\n";
        match head.starts_with("GET /security.txt ") {
            true => bench::http("200 OK", "Content-Type: text/plain; charset=utf-8\r\n", file),
            false => bench::http("404 Not Found", "Content-Type: text/html\r\n", "none"),
        }
    })
    .await;
    let url = format!("http://{}:{site}/.well-known/security.txt", host.address());
    let (file, raw) = security_txt(&url, std::slice::from_ref(&host)).await;
    assert_eq!((file.outcome.clone(), file.url.clone()), (FetchOutcome::Status(200), url));
    assert!(file.found_at.ends_with(&format!(":{site}/security.txt")));
    assert!(file.expires.unwrap() < file.seen_at);
    assert_eq!((file.faults, raw.len()), (vec![SecurityTxtFault::NotOverTls], 4));

    let elsewhere = format!("http://{}:{site}/other.txt", host.address());
    let (file, _) = security_txt(&elsewhere, &[host]).await;
    assert!(!file.is_there() && file.faults.is_empty(), "a file that is not there has no faults: {file:?}");
    assert_eq!(file.found_at, elsewhere, "only the well-known place has an older one");
}

#[tokio::test]
async fn a_page_instead_of_security_txt_is_no_plain_text() {
    let host = Target::with_name(bench::address(), "acme.test").unwrap();
    let page = |_: &str| bench::http("200 OK", "Content-Type: text/html\r\n", "<p>Welcome</p>");
    let (port, _) = bench::tls(&host, rustls::ALL_VERSIONS, move |session| bench::page(session, page)).await;
    let (file, _) =
        security_txt(&format!("https://acme.test:{port}/.well-known/security.txt"), &[host]).await;
    let faults = [
        SecurityTxtFault::LineUnreadable,
        SecurityTxtFault::NoContact,
        SecurityTxtFault::NoExpires,
        SecurityTxtFault::NotPlainText,
    ];
    assert_eq!(file.faults, faults);
}

const SIGNED: &[u8] = include_bytes!("openpgp/fixtures/ed.msg.asc");
const KEY: &[u8] = include_bytes!("openpgp/fixtures/ed.key.asc");
const OTHER_KEY: &[u8] = include_bytes!("openpgp/fixtures/rsa.key.asc");

fn key_file(bytes: &[u8]) -> KeyFile {
    KeyFile { file: "keys/maker.asc".into(), bytes: bytes.to_vec() }
}

async fn signed_site(answer: fn(&str) -> String) -> (Target, String) {
    let host = Target::with_name(bench::address(), "acme.test").unwrap();
    let (port, _) =
        bench::tls(&host, rustls::ALL_VERSIONS, move |session| bench::page(session, answer)).await;
    (host, format!("https://acme.test:{port}"))
}

#[tokio::test]
async fn a_signed_security_txt_with_the_declared_key() {
    let (host, site) = signed_site(|head| {
        let text = String::from_utf8_lossy(SIGNED).into_owned();
        let text = if head.contains("/altered") { text.replace("security@", "else@") } else { text };
        bench::http("200 OK", "Content-Type: text/plain; charset=utf-8\r\n", &text)
    })
    .await;
    let look = async |path: &str, key: &[u8]| {
        let mut seen: Vec<Observation> = Vec::new();
        let (url, key, hosts) = (format!("{site}{path}"), key_file(key), [host.clone()]);
        fetch_security_txt(&url, Some(&key), &hosts, &bench::budget(), &mut seen).await.unwrap();
        match seen.pop() {
            Some(Observation { fact: Fact::SecurityTxt(file), raw }) => (*file, raw),
            other => panic!("{other:?}"),
        }
    };
    let (file, raw) = look("/security.txt", KEY).await;
    let Signature::Good(signer) = &file.signature else { panic!("{file:?}") };
    assert_eq!(signer.key_from, "keys/maker.asc");
    assert_eq!(file.keys[0].found, KeyFound::Keys(vec![signer.fingerprint.clone()]));
    assert_eq!(raw.last().unwrap().bytes, KEY, "the key is kept beside the file");
    let bad = |fault| Signature::Bad(fault);
    assert_eq!(look("/altered", KEY).await.0.signature, bad(SignatureFault::AnotherText));
    assert_eq!(look("/security.txt", OTHER_KEY).await.0.signature, bad(SignatureFault::AnotherKey));
    let (file, _) = look("/security.txt", b"no key").await;
    assert_eq!((file.signature, &file.keys[0].found), (Signature::NoKey, &KeyFound::Unusable));
}

/// GnuPG holds this signature for good. Its key is bound to the declared certificate by SHA-1, which proves nothing
/// here, and none the less it is no other key than the declared one.
#[tokio::test]
async fn a_declared_key_that_cannot_be_proven_is_no_other_key() {
    let said = security_txt::read(include_bytes!("openpgp/fixtures/sub.msg.asc"));
    let budget = bench::budget();
    let reach = Reach { allowed: &[], budget: &budget, now: now() };
    let look = async |key: &[u8]| {
        let key = key_file(key);
        let found = keys::verified(&said, Some(&key), &reach, &mut Vec::<Observation>::new()).await.unwrap();
        found.signature
    };
    assert_eq!(look(include_bytes!("openpgp/fixtures/sub.key.asc")).await, Signature::UnknownKind);
    assert_eq!(look(OTHER_KEY).await, Signature::Bad(SignatureFault::AnotherKey));
}

#[tokio::test]
async fn keys_that_the_file_names_come_from_declared_hosts_only() {
    let (host, site) = signed_site(|head| {
        let plain = "Content-Type: text/plain\r\n";
        match head.split(' ').nth(1).unwrap_or_default() {
            "/key" => bench::http("200 OK", plain, &String::from_utf8_lossy(KEY)),
            "/page" => bench::http("200 OK", plain, "<p>our key</p>"),
            "/away" => bench::http("302 Found", "Location: https://elsewhere.test/key\r\n", ""),
            _ => bench::http("404 Not Found", plain, ""),
        }
    })
    .await;
    let (hosts, budget) = ([host], bench::budget());
    let look = async |named: &[String]| {
        let said = Said { encryption: named.to_vec(), ..security_txt::read(SIGNED) };
        let reach = Reach { allowed: &hosts, budget: &budget, now: now() };
        let found = keys::verified(&said, None, &reach, &mut Vec::<Observation>::new()).await.unwrap();
        (found.signature, found.looks.into_iter().map(|look| look.found).collect::<Vec<_>>())
    };
    let (signature, _) = look(&[format!("{site}/page"), format!("{site}/key")]).await;
    let Signature::Good(signer) = signature else { panic!("{signature:?}") };
    assert_eq!(signer.key_from, format!("{site}/key"));
    let others = ["/page", "/away", "/none"].map(|path| format!("{site}{path}"));
    let strange = ["openpgp4fpr:AB", "dns:x", "https://elsewhere.test/key", "http://acme.test/key"];
    let all: Vec<String> = others.into_iter().chain(strange.map(str::to_owned)).collect();
    let (signature, looks) = look(&all).await;
    let away = "it points to https://elsewhere.test/key, which is not declared";
    let not_looked = KeyFound::NotLookedUp;
    assert_eq!(signature, Signature::NoKey);
    assert_eq!(
        looks,
        [
            KeyFound::Unusable,
            KeyFound::NotReached(away.into()),
            KeyFound::NotReached("it answers with status 404".into()),
            KeyFound::FingerprintOnly,
            not_looked.clone(),
            not_looked.clone(),
            not_looked,
        ]
    );
}
