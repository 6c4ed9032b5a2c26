//! Updates: the honest package goes in, every other one is refused with its reason.

use assize_dut::{Config, Offer};

use crate::bench::{Web, eventually, initialised, start};

/// A device that does not install by itself, so that the test decides when.
fn by_hand() -> Config {
    // With automatic updates off from the start nothing races with the test.
    let mut config = initialised();
    config.update_every = std::time::Duration::from_secs(3600);
    config
}

async fn installed(web: &Web<'_>) -> String {
    web.get("/api/update").await.json()["installed"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_next_version_is_found_and_installed() {
    let running = start(by_hand()).await;
    let web = Web::admin(&running).await;
    // The look at start is over once it has left its word.
    assert!(eventually(async || web.get("/api/update").await.json()["last"] == "up to date").await);
    assert_eq!(web.post("/api/update/check", "{}").await.json()["available"], serde_json::Value::Null);
    running.offer(Offer::Next);
    assert_eq!(web.post("/api/update/check", "{}").await.json()["available"], "1.5.0");
    assert_eq!(installed(&web).await, "1.4.2");
    assert_eq!(web.post("/api/update/install", "{}").await.json()["version"], "1.5.0");
    assert_eq!(installed(&web).await, "1.5.0");
    assert_eq!(web.get("/api/status").await.json()["version"], "1.5.0");
    // What was the current version is now an old one.
    running.offer(Offer::Current);
    assert_eq!(web.post("/api/update/install", "{}").await.status, 409);
    assert_eq!(installed(&web).await, "1.5.0");
}

#[tokio::test]
async fn dishonest_packages_are_refused() {
    let running = start(by_hand()).await;
    let web = Web::admin(&running).await;
    for (offer, reason) in [
        (Offer::Unsigned, "the signature is missing"),
        (Offer::ForeignKey, "the signature does not match"),
        (Offer::BitFlipped, "the package is not the one that was signed"),
        (Offer::Downgrade, "the version is older than the installed one"),
        (Offer::OtherModel, "it is made for another model"),
    ] {
        running.offer(offer);
        let reply = web.post("/api/update/install", "{}").await;
        assert_eq!(reply.status, 409, "{offer}");
        assert!(reply.body.contains(reason), "{offer}: {}", reply.body);
        assert_eq!(installed(&web).await, "1.4.2", "{offer}");
    }
}

#[tokio::test]
async fn updates_install_themselves_unless_switched_off() {
    let mut config = initialised();
    config.update_every = std::time::Duration::from_millis(100);
    let running = start(config).await;
    let web = Web::admin(&running).await;
    for word in ["off", "postpone"] {
        let body = format!(r#"{{"auto":"{word}"}}"#);
        assert_eq!(web.post("/api/update/auto", &body).await.status, 200);
        running.offer(Offer::Next);
        assert!(eventually(async || web.get("/api/update").await.json()["available"] == "1.5.0").await);
        assert_eq!(installed(&web).await, "1.4.2", "{word}");
    }
    assert_eq!(web.post("/api/update/auto", r#"{"auto":"on"}"#).await.status, 200);
    assert!(eventually(async || installed(&web).await == "1.5.0").await);
}
