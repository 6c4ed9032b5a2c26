//! Set-up, login, roles, passwords, reset, and the bounds on what is sent.

use serde_json::json;
use std::time::Duration;

use assize_dut::Device;

use crate::bench::{PASSWORD, Web, exchange, initialised, request, shaken, start, unpacked};

fn password(word: &str) -> String {
    json!({ "password": word }).to_string()
}

#[tokio::test]
async fn set_up_demands_a_password_before_anything_else() {
    let running = start(unpacked()).await;
    let web = Web::stranger(&running);
    assert_eq!(web.get("/api/product").await.json()["state"], "factory");
    assert!(web.get("/").await.body.contains("action=\"/api/setup\""));
    for path in ["/api/status", "/api/update", "/api/schedule"] {
        assert_eq!(web.get(path).await.status, 403, "{path}");
    }
    assert_eq!(web.log_in("admin", "admin").await.status, 403);
    for weak in ["", "short", "password123", "1234567890"] {
        assert_eq!(web.post("/api/setup", &password(weak)).await.status, 422, "{weak}");
    }
    assert_eq!(web.post("/api/setup", "{}").await.status, 422);
    assert_eq!(web.post("/api/setup", &password(PASSWORD)).await.status, 200);
    assert_eq!(web.get("/api/product").await.json()["state"], "initialised");
    assert_eq!(web.post("/api/setup", &password("another password")).await.status, 409);
    assert_eq!(Web::admin(&running).await.get("/api/status").await.status, 200);
}

#[tokio::test]
async fn people_set_up_and_log_in_by_form() {
    let running = start(unpacked()).await;
    let form = async |path: &str, body: &str| {
        let head = "connection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n";
        let length = body.len();
        let wire = format!("POST {path} HTTP/1.1\r\n{head}content-length: {length}\r\n\r\n{body}");
        Web::stranger(&running).send(wire.as_bytes()).await
    };
    assert_eq!(form("/api/setup", "password=short").await.status, 422);
    assert_eq!(form("/api/setup", "password=seven+quiet%20owls&telemetry=on").await.status, 303);
    assert_eq!(form("/api/login", "user=admin&password=wrong").await.status, 401);
    let reply = form("/api/login", "user=admin&password=seven+quiet+owls").await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/")));
    let cookie = reply.header("set-cookie").unwrap();
    for word in ["HttpOnly", "Secure", "SameSite=Strict"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let session = cookie.split(';').next().unwrap();
    let wire = format!("GET / HTTP/1.1\r\nconnection: close\r\ncookie: {session}\r\n\r\n");
    let overview = Web::stranger(&running).send(wire.as_bytes()).await;
    assert!(overview.body.contains("Logged in as admin") && overview.body.contains("1.4.2"));
    let admin = Web::admin(&running).await;
    assert_eq!(admin.get("/api/consent").await.json()["telemetry"], true);
    // The box for automatic updates was not ticked.
    assert_eq!(admin.get("/api/update").await.json()["auto"], "off");
}

#[tokio::test]
async fn everything_but_the_front_needs_a_login() {
    let running = start(initialised()).await;
    let web = Web::stranger(&running);
    for path in ["/api/status", "/api/schedule", "/api/consent", "/api/update"] {
        assert_eq!(web.get(path).await.status, 401, "{path}");
    }
    for path in [
        "/api/relay",
        "/api/password",
        "/api/schedule",
        "/api/consent",
        "/api/users",
        "/api/update/check",
        "/api/update/install",
        "/api/update/auto",
        "/api/reset",
        "/api/logout",
    ] {
        assert_eq!(web.post(path, "{}").await.status, 401, "{path}");
    }
    let forged = Web { running: &running, token: Some("0".repeat(64)) };
    assert_eq!(forged.get("/api/status").await.status, 401);
    assert!(!web.get("/").await.body.contains("1.4.2"));
}

#[tokio::test]
async fn failed_logins_wait_longer_and_longer() {
    let running = start(initialised()).await;
    let web = Web::stranger(&running);
    for _ in 0..5 {
        assert_eq!(web.log_in("admin", "a wrong guess").await.status, 401);
    }
    // Even the right password has to wait now.
    let early = web.log_in("admin", PASSWORD).await;
    assert_eq!((early.status, early.header("retry-after")), (429, Some("1")));
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert_eq!(web.log_in("admin", "a wrong guess").await.status, 401);
    let later = web.log_in("someone", "a wrong guess").await;
    assert_eq!((later.status, later.header("retry-after")), (429, Some("2")));
}

#[tokio::test]
async fn a_guest_switches_the_relay_and_nothing_more() {
    let running = start(initialised()).await;
    let admin = Web::admin(&running).await;
    let guest = json!({ "user": "mona", "password": "a guest came by", "role": "guest" }).to_string();
    assert_eq!(admin.post("/api/users", &guest).await.status, 200);
    assert_eq!(admin.post("/api/users", &guest).await.status, 409);
    let guest = Web::with_login(&running, "mona", "a guest came by").await;
    assert_eq!(guest.post("/api/relay", r#"{"on":true}"#).await.status, 200);
    assert_eq!(guest.get("/api/status").await.json()["relay"], true);
    assert_eq!(guest.post("/api/update/auto", r#"{"auto":"off"}"#).await.status, 403);
    assert_eq!(guest.post("/api/reset", "{}").await.status, 403);
    assert_eq!(guest.get("/api/schedule").await.status, 403);
}

#[tokio::test]
async fn a_changed_password_replaces_the_old_one() {
    let running = start(initialised()).await;
    let admin = Web::admin(&running).await;
    let change = |old: &str, new: &str| json!({ "old": old, "new": new }).to_string();
    assert_eq!(admin.post("/api/password", &change("a wrong guess", "eight loud crows")).await.status, 403);
    assert_eq!(admin.post("/api/password", &change(PASSWORD, "short")).await.status, 422);
    assert_eq!(admin.post("/api/password", &change(PASSWORD, "eight loud crows")).await.status, 200);
    assert_eq!(admin.get("/api/status").await.status, 401);
    let web = Web::stranger(&running);
    assert_eq!(web.log_in("admin", PASSWORD).await.status, 401);
    assert_eq!(web.log_in("admin", "eight loud crows").await.status, 200);
}

#[tokio::test]
async fn a_reset_erases_users_schedule_and_settings() {
    let running = start(initialised()).await;
    let admin = Web::admin(&running).await;
    let schedule = r#"{"entries":[{"at":"07:30","on":true,"label":"kettle"}]}"#;
    assert_eq!(admin.post("/api/schedule", schedule).await.status, 200);
    assert_eq!(admin.post("/api/consent", r#"{"telemetry":true}"#).await.status, 200);
    let stored = || std::fs::read_to_string(running.state_dir().join("device.json")).unwrap();
    assert!(stored().contains("kettle"));

    assert_eq!(admin.post("/api/reset", "{}").await.json()["state"], "factory");
    assert!(!stored().contains("kettle"));
    let web = Web::stranger(&running);
    assert_eq!(admin.get("/api/schedule").await.status, 403);
    assert_eq!(web.log_in("admin", PASSWORD).await.status, 403);
    assert_eq!(web.post("/api/setup", &password("the next owner")).await.status, 200);
    let next = Web::with_login(&running, "admin", "the next owner").await;
    assert_eq!(next.get("/api/schedule").await.json(), json!({ "entries": [] }));
    assert_eq!(next.get("/api/consent").await.json()["telemetry"], false);
    assert_eq!(web.log_in("admin", PASSWORD).await.status, 401);
}

#[tokio::test]
async fn a_power_cut_loses_no_setting() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = initialised();
    config.state_dir = Some(dir.path().to_owned());
    let running = start(config.clone()).await;
    let serial = running.serial().to_owned();
    assert_eq!(Web::admin(&running).await.post("/api/relay", r#"{"on":true}"#).await.status, 200);
    running.stop().await;
    let running = Device::start(config).await.unwrap();
    assert_eq!(running.serial(), serial);
    assert_eq!(Web::admin(&running).await.get("/api/status").await.json()["relay"], true);
}

#[tokio::test]
async fn odd_input_is_refused_and_the_device_lives_on() {
    let running = start(initialised()).await;
    let admin = Web::admin(&running).await;
    for (path, body, status) in [
        ("/api/relay", "{", 400),
        ("/api/relay", "", 400),
        ("/api/relay", "[true]", 422),
        ("/api/relay", r#"{"on":"yes"}"#, 422),
        ("/api/relay", r#"{"on":true,"off":1}"#, 422),
        ("/api/schedule", r#"{"entries":[{"at":"25:00","on":true}]}"#, 422),
        ("/api/users", r#"{"user":"../x","password":"long enough pw","role":"guest"}"#, 422),
        ("/api/update/auto", r#"{"auto":"never"}"#, 422),
        ("/api/nowhere", "{}", 404),
        ("/api/status", "{}", 405),
    ] {
        assert_eq!(admin.post(path, body).await.status, status, "{path} {body}");
    }
    let deep = format!("{{\"on\":{}", "[".repeat(8000));
    assert_eq!(admin.post("/api/relay", &deep).await.status, 400);
    let huge = "x".repeat(40_000);
    assert_eq!(admin.post("/api/relay", &huge).await.status, 413);
    let token = admin.token.as_deref();
    let untyped = request("POST", "/api/relay", token, None);
    assert_eq!(admin.send(&untyped).await.status, 415);
    let stream = shaken(&running, running.endpoint("web").unwrap()).await.unwrap();
    assert_eq!(exchange(stream, b"\x00\x01 nonsense\r\n\r\n").await.status, 400);
    assert_eq!(admin.get("/api/status").await.status, 200);
}
