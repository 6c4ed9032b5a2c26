//! Pages as earlier versions recorded them are still read, and a page without news is written as they read it.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

use assize_model::fact::{FetchOutcome, HostCertificate, Publication};
use proptest::prelude::*;

const OLD: &str =
    r#"{"url":"https://x/policy","outcome":{"status":200},"text":"Write to us","asks_login":false}"#;

#[test]
fn a_page_of_an_earlier_version() {
    let page: Publication = serde_json::from_str(OLD).unwrap();
    assert_eq!(page.outcome, FetchOutcome::Status(200));
    assert!(page.served_from.is_none() && page.certificates.is_empty() && !page.scripted_login);
    assert_eq!(serde_json::to_string(&page).unwrap(), OLD);
}

proptest! {
    #[test]
    fn any_page(
        words in prop::collection::vec(".{0,20}", 4),
        served_from in prop::option::of(".{0,20}"),
        (not_before, not_after, seen_at) in any::<(i64, i64, i64)>(),
        (asks_login, scripted_login) in any::<(bool, bool)>(),
    ) {
        let [url, text, host, name] = words.try_into().unwrap();
        let shown = HostCertificate { host, sha256: String::new(), not_before, not_after, seen_at, names: vec![name], self_signed: Some(asks_login) };
        let outcome = FetchOutcome::LeavesTargets(text.clone());
        let certificates = vec![shown];
        let page =
            Publication { url, outcome, text, unread: None, asks_login, scripted_login, served_from, certificates };
        prop_assert_eq!(&page, &serde_json::from_str(&serde_json::to_string(&page).unwrap()).unwrap());
    }
}
