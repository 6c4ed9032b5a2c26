//! Each flaw changes what is seen from outside: every test looks at a conformant device and at a flawed one in the same way.

use std::net::SocketAddr;
use std::time::Duration;

use assize_dut::{Config, Offer, Running};
use serde_json::json;
use simple_dns::TYPE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::bench::{
    PASSWORD, Web, bytes, eventually, exchange, exchange_all, flawed, initialised, mdns, mqtt_connect, page,
    request, shaken, start, unpacked, until,
};

/// What is seen on a conformant device, and on one with the flaw.
pub(crate) async fn both<T>(config: fn() -> Config, flaw: &str, look: impl AsyncFn(&Running) -> T) -> (T, T) {
    let conformant = start(config()).await;
    let before = look(&conformant).await;
    conformant.stop().await;
    let with_flaw = start(flawed(config(), flaw)).await;
    (before, look(&with_flaw).await)
}

/// Whether a TCP port of the device is open.
pub async fn is_open(running: &Running, port: u16) -> bool {
    TcpStream::connect(on_device(running, port)).await.is_ok()
}

pub fn on_device(running: &Running, port: u16) -> SocketAddr {
    SocketAddr::new(running.endpoint("web").unwrap().ip(), port)
}

async fn site_status(running: &Running, path: &str) -> u16 {
    page(running, "site", path).await.status
}

#[test]
fn every_flaw_has_a_test() {
    let tests = [
        include_str!("attacks.rs"),
        include_str!("flaws.rs"),
        include_str!("led.rs"),
        include_str!("power.rs"),
        include_str!("tls.rs"),
        include_str!("web.rs"),
    ]
    .concat();
    for flaw in assize_dut::flaws().unwrap() {
        assert!(tests.contains(&format!("\"{}\"", flaw.name)), "{}", flaw.name);
    }
}

#[tokio::test]
async fn automatic_updates_off() {
    let look = async |r: &Running| Web::admin(r).await.get("/api/update").await.json()["auto"].clone();
    assert_eq!(both(initialised, "automatic-updates-off", look).await, (json!("on"), json!("off")));
}

#[tokio::test]
async fn security_txt() {
    let look = async |r: &Running| page(r, "site", "/.well-known/security.txt").await.body;
    let (good, expired) = both(unpacked, "security-txt-expired", look).await;
    let expires =
        |text: &str| text.lines().find_map(|l| l.strip_prefix("Expires: ").map(str::to_owned)).unwrap();
    // RFC 3339 moments in UTC have the order of their texts.
    assert!(expires(&expired) < expires(&good), "{expired}{good}");
    let (good, other) = both(unpacked, "security-txt-other-policy", look).await;
    assert!(
        good.contains("/security/disclosure")
            && other.contains("Policy: https://")
            && !other.contains("/security/disclosure")
    );
    let (good, altered) = both(unpacked, "security-txt-altered", look).await;
    let signature = |text: &str| text.split("-----BEGIN PGP SIGNATURE-----").nth(1).map(str::to_owned);
    assert!(good.contains("mailto:security@") && signature(&good).is_some(), "{good}");
    assert!(altered.contains("mailto:desk@") && signature(&altered).is_some(), "{altered}");
}

#[tokio::test]
async fn backup_for_anyone() {
    let look = async |r: &Running| {
        let reply = Web::stranger(r).get("/backup.cfg").await;
        (reply.status, reply.body.contains("\"hash\""))
    };
    let seen = both(initialised, "backup-for-anyone", look).await;
    assert_eq!(seen, ((404, false), (200, true)));
}

#[tokio::test]
async fn session_token_counted() {
    let look = async |r: &Running| Web::admin(r).await.token.is_some_and(|t| t.starts_with("00000000"));
    assert_eq!(both(initialised, "session-token-counted", look).await, (false, true));
}

#[tokio::test]
async fn support_account() {
    let look = async |r: &Running| Web::stranger(r).log_in("support", "support").await.status;
    assert_eq!(both(initialised, "support-account", look).await, (401, 200));
}

#[tokio::test]
async fn debug_http() {
    let seen = both(initialised, "debug-http", async |r| is_open(r, 8081).await).await;
    assert_eq!(seen, (false, true));
    let running = start(flawed(initialised(), "debug-http")).await;
    let stream = TcpStream::connect(on_device(&running, 8081)).await.unwrap();
    let reply = exchange(stream, &request("GET", "/debug", None, None)).await;
    assert_eq!((reply.status, &reply.json()["version"]), (200, &json!("1.4.2")));
}

#[tokio::test]
async fn missing_pages() {
    for (flaw, path) in [
        ("deletion-instructions-missing", "/deletion"),
        ("no-disclosure-policy", "/security/disclosure"),
        ("privacy-information-missing", "/privacy"),
        ("replacement-plan-missing", "/replacement"),
        ("security-txt-missing", "/.well-known/security.txt"),
        ("sensor-information-missing", "/sensors"),
        ("setup-check-missing", "/setup-check"),
        ("setup-guide-missing", "/setup-guide"),
        ("support-page-missing", "/support-period"),
        ("telemetry-information-missing", "/telemetry"),
    ] {
        assert_eq!(both(unpacked, flaw, async |r| site_status(r, path).await).await, (200, 404), "{flaw}");
    }
}

#[tokio::test]
async fn disclosure_policy_behind_login() {
    let look = async |r: &Running| {
        page(r, "site", "/security/disclosure").await.header("location").map(str::to_owned)
    };
    let seen = both(unpacked, "disclosure-policy-behind-login", look).await;
    assert_eq!(seen, (None, Some("/login".to_owned())));
}

#[tokio::test]
async fn disclosure_policy_without_times() {
    let look = async |r: &Running| {
        let body = page(r, "site", "/security/disclosure").await.body;
        (
            body.contains("security@halden-home.example"),
            body.contains("5 working days"),
            body.contains("14 days"),
        )
    };
    let seen = both(unpacked, "disclosure-policy-without-times", look).await;
    assert_eq!(seen, ((true, true, true), (true, false, false)));
}

#[tokio::test]
async fn updates_accepted_wrongly() {
    for (flaw, offer, version) in [
        ("downgrade-accepted", Offer::Downgrade, "1.3.0"),
        ("unsigned-update", Offer::Unsigned, "1.5.0"),
        ("update-damaged", Offer::BitFlipped, "1.5.0"),
        ("update-other-model", Offer::OtherModel, "1.5.0"),
    ] {
        let look = async |r: &Running| {
            r.offer(offer);
            let admin = Web::admin(r).await;
            admin.post("/api/update/install", "{}").await;
            admin.get("/api/update").await.json()["installed"].as_str().unwrap().to_owned()
        };
        assert_eq!(both(initialised, flaw, look).await, ("1.4.2".to_owned(), version.to_owned()), "{flaw}");
    }
    // The one flaw does not let in what the other does.
    let running = start(flawed(initialised(), "unsigned-update")).await;
    let admin = Web::admin(&running).await;
    for offer in [Offer::Downgrade, Offer::BitFlipped, Offer::OtherModel] {
        running.offer(offer);
        assert_eq!(admin.post("/api/update/install", "{}").await.status, 409, "{offer}");
    }
    running.offer(Offer::ForeignKey);
    assert_eq!(admin.post("/api/update/install", "{}").await.status, 200);
}

#[tokio::test]
async fn expired_certificate() {
    let look = async |r: &Running| match shaken(r, r.endpoint("web").unwrap()).await {
        Ok(_) => "valid".to_owned(),
        Err(error) => error.to_string(),
    };
    let (before, after) = both(unpacked, "expired-certificate", look).await;
    assert_eq!(before, "valid");
    assert!(after.contains("expired"), "{after}");
}

#[tokio::test]
async fn guest_changes_settings() {
    let look = async |r: &Running| {
        let user = json!({ "user": "mona", "password": "a guest came by", "role": "guest" }).to_string();
        Web::admin(r).await.post("/api/users", &user).await;
        let guest = Web::with_login(r, "mona", "a guest came by").await;
        guest.post("/api/update/auto", r#"{"auto":"off"}"#).await.status
    };
    assert_eq!(both(initialised, "guest-changes-settings", look).await, (403, 200));
}

#[tokio::test]
async fn implementation_outdated() {
    let look = async |r: &Running| Web::stranger(r).get("/").await.header("server").map(str::to_owned);
    let seen = both(initialised, "implementation-outdated", look).await;
    assert_eq!(seen, (None, Some("halden-net/1.2".to_owned())));
}

#[tokio::test]
async fn mqtt_clear() {
    // A clear CONNECT gets a CONNACK only where TLS is missing.
    let look = async |r: &Running| {
        let mut stream = TcpStream::connect(r.endpoint("broker").unwrap()).await.unwrap();
        stream.write_all(&mqtt_connect(r.serial(), r.unit_password())).await.unwrap();
        let mut answer = [0; 4];
        let _ = timeout(Duration::from_secs(5), stream.read(&mut answer)).await.unwrap();
        answer == [0x20, 2, 0, 0]
    };
    assert_eq!(both(initialised, "mqtt-clear", look).await, (false, true));
    let running = start(flawed(initialised(), "mqtt-clear")).await;
    assert!(eventually(async || !running.messages().is_empty()).await);
}

#[tokio::test]
async fn no_login_throttling() {
    let look = async |r: &Running| {
        let web = Web::stranger(r);
        for _ in 0..8 {
            web.log_in("admin", "a wrong guess").await;
        }
        web.log_in("admin", PASSWORD).await.status
    };
    assert_eq!(both(initialised, "no-login-throttling", look).await, (429, 200));
}

#[tokio::test]
async fn old_password_still_works() {
    let look = async |r: &Running| {
        let change = json!({ "old": PASSWORD, "new": "eight loud crows" }).to_string();
        assert_eq!(Web::admin(r).await.post("/api/password", &change).await.status, 200);
        Web::stranger(r).log_in("admin", PASSWORD).await.status
    };
    assert_eq!(both(initialised, "old-password-still-works", look).await, (401, 200));
}

#[tokio::test]
async fn plain_http_login() {
    let seen = both(initialised, "plain-http-login", async |r| is_open(r, 8080).await).await;
    assert_eq!(seen, (false, true));
    let running = start(flawed(initialised(), "plain-http-login")).await;
    let stream = TcpStream::connect(on_device(&running, 8080)).await.unwrap();
    let clear = exchange(stream, &request("GET", "/", None, None)).await;
    assert_eq!(clear.body, Web::stranger(&running).get("/").await.body);
    assert!(clear.body.contains("type=\"password\""));
}

#[tokio::test]
async fn reset_keeps_data() {
    let look = async |r: &Running| {
        let admin = Web::admin(r).await;
        admin.post("/api/schedule", r#"{"entries":[{"at":"07:30","on":true,"label":"kettle"}]}"#).await;
        assert_eq!(admin.post("/api/reset", "{}").await.json()["state"], "factory");
        Web::stranger(r).post("/api/setup", &json!({ "password": PASSWORD }).to_string()).await;
        Web::admin(r).await.get("/api/schedule").await.body.contains("kettle")
    };
    assert_eq!(both(initialised, "reset-keeps-data", look).await, (false, true));
}

#[tokio::test]
async fn settings_without_auth() {
    let look =
        async |r: &Running| Web::stranger(r).post("/api/update/auto", r#"{"auto":"off"}"#).await.status;
    assert_eq!(both(initialised, "settings-without-auth", look).await, (401, 200));
    let running = start(flawed(initialised(), "settings-without-auth")).await;
    assert_eq!(Web::stranger(&running).get("/api/status").await.status, 401);
}

#[tokio::test]
async fn setup_without_password() {
    let look = async |r: &Running| Web::stranger(r).post("/api/setup", "{}").await.status;
    assert_eq!(both(unpacked, "setup-without-password", look).await, (422, 200));
    let running = start(flawed(unpacked(), "setup-without-password")).await;
    look(&running).await;
    assert_eq!(Web::stranger(&running).log_in("admin", "").await.status, 200);
}

#[tokio::test]
async fn ssh_open() {
    let seen = both(unpacked, "ssh-open", async |r| is_open(r, 2222).await).await;
    assert_eq!(seen, (false, true));
    let running = start(flawed(unpacked(), "ssh-open")).await;
    let mut stream = TcpStream::connect(on_device(&running, 2222)).await.unwrap();
    let banner = until(&mut stream, "\r\n").await;
    assert!(banner.starts_with(b"SSH-2.0-"));
    let [_, _, _, _, _, message] = bytes::<6>(&mut stream).await;
    assert_eq!(message, 20);
}

#[tokio::test]
async fn ssh_old() {
    for (flaw, banner, method) in [
        ("ssh-protocol-1", &b"SSH-1.99-"[..], &b"curve25519-sha256"[..]),
        ("ssh-weak-algorithms", b"SSH-2.0-", b"diffie-hellman-group1-sha1"),
    ] {
        assert_eq!(both(unpacked, flaw, async |r| is_open(r, 2222).await).await, (false, true));
        let running = start(flawed(unpacked(), flaw)).await;
        let mut stream = TcpStream::connect(on_device(&running, 2222)).await.unwrap();
        assert!(until(&mut stream, "\r\n").await.starts_with(banner), "{flaw}");
        let [_, _, _, _, _, message] = bytes::<6>(&mut stream).await;
        assert_eq!(message, 20);
        let lists = bytes::<100>(&mut stream).await;
        assert!(lists.windows(method.len()).any(|w| w == method), "{flaw}");
    }
}

#[tokio::test]
async fn support_period() {
    let look = async |r: &Running| {
        let body = page(r, "site", "/support-period").await.body;
        ["2031-12-31", "2027-06-30"].map(|date| body.contains(date))
    };
    let contradicts = both(unpacked, "support-period-contradicts", look).await;
    assert_eq!(contradicts, ([true, false], [false, true]));
    let missing = both(unpacked, "support-period-missing", look).await;
    assert_eq!(missing, ([true, false], [false, false]));
}

#[tokio::test]
async fn telemetry_without_consent() {
    let look = async |r: &Running| {
        let heard = |what: &str| r.messages().iter().filter(|m| m.topic.ends_with(what)).count();
        assert!(eventually(async || heard("/power") > 3).await);
        heard("/telemetry") > 0
    };
    assert_eq!(both(initialised, "telemetry-without-consent", look).await, (false, true));
}

#[tokio::test]
async fn telnet_login() {
    let seen = both(initialised, "telnet-login", async |r| is_open(r, 2323).await).await;
    assert_eq!(seen, (false, true));
    let running = start(flawed(initialised(), "telnet-login")).await;
    let mut stream = TcpStream::connect(on_device(&running, 2323)).await.unwrap();
    let greeting = until(&mut stream, "login: ").await;
    assert_eq!(greeting[..3], [255, 251, 1]);
    let words = String::from_utf8_lossy(&greeting).to_lowercase();
    assert!(!words.contains("halden") && !words.contains("1.4"), "{words}");
    // The answers of a real terminal stand before the name.
    stream.write_all(b"\xff\xfd\x01\xff\xfd\x03\xff\xfb\x18admin\r\n").await.unwrap();
    until(&mut stream, "Password: ").await;
    stream.write_all(b"a wrong guess\r\n").await.unwrap();
    until(&mut stream, "Login incorrect").await;
    until(&mut stream, "login: ").await;
    stream.write_all(b"admin\r\n").await.unwrap();
    until(&mut stream, "Password: ").await;
    stream.write_all(format!("{PASSWORD}\r\n").as_bytes()).await.unwrap();
    until(&mut stream, "$ ").await;
}

#[tokio::test]
async fn tls10_accepted() {
    // A ClientHello of TLS 1.0 with two suites and no extensions.
    let mut hello = vec![22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 1];
    hello.extend([7; 32]);
    hello.extend([0, 0, 4, 0xc0, 0x13, 0x00, 0x2f, 1, 0]);
    let look = async |r: &Running| {
        let mut stream = TcpStream::connect(r.endpoint("web").unwrap()).await.unwrap();
        stream.write_all(&hello).await.unwrap();
        let head: [u8; 5] = bytes(&mut stream).await;
        (head[0], u16::from_be_bytes([head[1], head[2]]))
    };
    let (before, after) = both(unpacked, "tls10-accepted", look).await;
    assert_eq!(before.0, 21, "an alert");
    assert_eq!(after, (22, 0x0301), "a handshake message of TLS 1.0");

    let running = start(flawed(unpacked(), "tls10-accepted")).await;
    let mut stream = TcpStream::connect(running.endpoint("web").unwrap()).await.unwrap();
    stream.write_all(&hello).await.unwrap();
    let mut messages = Vec::new();
    for _ in 0..3 {
        let head: [u8; 5] = bytes(&mut stream).await;
        let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
        stream.read_exact(&mut body).await.unwrap();
        messages.push(body);
    }
    assert_eq!(messages.iter().map(|m| m[0]).collect::<Vec<_>>(), [2, 11, 14]);
    assert_eq!(messages[0][39..41], [0x00, 0x2f]);
    // Newer clients go on as before.
    assert_eq!(Web::stranger(&running).get("/").await.status, 200);
}

#[tokio::test]
async fn unchecked_input() {
    let look = async |r: &Running| {
        let body = r#"{"entries":[{"at":"whenever","on":true,"label":"<script>alert(1)</script>"}]}"#;
        Web::admin(r).await.post("/api/schedule", body).await.status
    };
    assert_eq!(both(initialised, "unchecked-input", look).await, (422, 200));
    let running = start(flawed(initialised(), "unchecked-input")).await;
    look(&running).await;
    assert!(Web::admin(&running).await.get("/").await.body.contains("<script>"));
}

#[tokio::test]
async fn input_stops_web_server() {
    let look = async |r: &Running| {
        let token = Web::admin(r).await.token;
        let body = "[".repeat(200);
        let stream = shaken(r, r.endpoint("web").unwrap()).await.unwrap();
        exchange_all(stream, &request("POST", "/api/schedule", token.as_deref(), Some(&body)))
            .await
            .is_empty()
    };
    assert_eq!(both(initialised, "input-stops-web-server", look).await, (false, true));
    let running = start(flawed(initialised(), "input-stops-web-server")).await;
    look(&running).await;
    let alive = async || {
        let stream = shaken(&running, running.endpoint("web").unwrap()).await.unwrap();
        !exchange_all(stream, &request("GET", "/", None, None)).await.is_empty()
    };
    assert!(!alive().await);
    assert!(eventually(alive).await, "the watchdog starts it again");
}

#[tokio::test]
async fn undeclared_service() {
    let seen = both(unpacked, "undeclared-service", async |r| is_open(r, 9009).await).await;
    assert_eq!(seen, (false, true));
    let running = start(flawed(unpacked(), "undeclared-service")).await;
    let mut stream = TcpStream::connect(on_device(&running, 9009)).await.unwrap();
    stream.write_all(b"PING\nRELAY\r\nnonsense\n").await.unwrap();
    assert_eq!(until(&mut stream, "ERR\r\n").await, b"PONG\r\nRELAY 0\r\nERR\r\n");
    stream.write_all(&[b'x'; 4096]).await.unwrap();
    let mut rest = Vec::new();
    // An endless line ends the connection, by close or by reset.
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await.unwrap();
    assert_eq!(rest, b"");
}

#[tokio::test]
async fn universal_default_password() {
    let look = async |r: &Running| Web::stranger(r).log_in("admin", "admin").await.status;
    assert_eq!(both(unpacked, "universal-default-password", look).await, (403, 200));
    let (before, after) = both(initialised, "universal-default-password", look).await;
    assert_eq!((before, after), (401, 200));
}

#[tokio::test]
async fn version_disclosed() {
    let look = async |r: &Running| {
        let front = Web::stranger(r).get("/").await;
        let instance = format!("{}._halden-plug._tcp.local", r.serial());
        let text = mdns(r, &instance, TYPE::TXT).await.concat();
        let told = front.header("server").is_some_and(|s| s.contains("1.4.2"));
        // The record's bytes are printed as a list of numbers: compare them as such.
        let in_text = text.contains("1.4.2") || text.contains(&format!("{:?}", b"fw=1.4.2"));
        (told, front.body.contains("1.4.2"), in_text)
    };
    let (before, after) = both(initialised, "version-disclosed", look).await;
    assert_eq!((before, after), ((false, false, false), (true, true, true)));
}

#[tokio::test]
async fn wrong_model_designation() {
    let look = async |r: &Running| Web::stranger(r).get("/api/product").await.json()["model"].clone();
    let seen = both(unpacked, "wrong-model-designation", look).await;
    assert_eq!(seen, (json!("Halden Plug P1"), json!("Halden Plug P2")));
}
