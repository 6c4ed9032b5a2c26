//! Challenges as servers write them, and answers that the RFCs print.

use proptest::prelude::*;

use super::*;

fn head(challenges: &[&str]) -> Vec<u8> {
    let lines: Vec<String> = challenges.iter().map(|c| format!("WWW-Authenticate: {c}\r\n")).collect();
    format!("HTTP/1.1 401 Unauthorized\r\n{}\r\nWWW-Authenticate: Basic\r\n", lines.concat()).into_bytes()
}

fn schemes(challenge: &str) -> Vec<String> {
    challenges(&head(&[challenge])).into_iter().map(|c| c.scheme).collect()
}

/// The answer to a challenge, by its parts.
fn proof(challenge: &str, pair: (&str, &str), cnonce: &str) -> String {
    let request = Request { method: "GET", uri: "/dir/index.html" };
    let proof = asked(&head(&[challenge])).unwrap().proof(pair, request, cnonce);
    String::from_utf8(proof).unwrap()
}

#[test]
fn several_in_one_header_or_in_many() {
    assert_eq!(schemes("Basic realm=\"a, Digest b\", Digest realm=\"x\", nonce=\"y\""), ["basic", "digest"]);
    assert_eq!(schemes("Negotiate"), ["negotiate"]);
    assert_eq!(schemes("Negotiate TlRM, Basic"), ["negotiate", "basic"]);
    assert_eq!(schemes("NTLM TlRMTVNTUA==, Basic realm=x"), ["ntlm", "basic"]);
    assert_eq!(schemes("Basic , Digest"), ["basic", "digest"]);
    assert_eq!(schemes(""), [""; 0]);
    assert_eq!(challenges(&head(&["Basic", "Digest nonce=1"])).len(), 2);
    let escaped = &challenges(&head(&[r#"Digest realm="a \" b" nonce = "n",stale=TRUE"#]))[0];
    assert_eq!(escaped.parameters[0].1, br#"a \" b"#);
    assert_eq!(escaped.parameters[2], ("stale".to_owned(), b"TRUE".to_vec()));
}

#[test]
fn the_strongest_that_can_be_answered() {
    let md5 = "Digest realm=\"x\", nonce=\"n\"";
    let sha = "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-256, qop=\"auth-int,auth\"";
    let best = |all: &[&str]| asked(&head(all));
    let hash = |all: &[&str]| match best(all) {
        Some(Asked::Digest(digest)) => Some(digest.hash),
        _ => None,
    };
    assert_eq!(hash(&["Basic realm=\"x\"", md5, sha]), Some(Hash::Sha256));
    assert_eq!(hash(&[sha, md5]), Some(Hash::Sha256));
    assert_eq!(best(&["Basic realm=\"x\""]), Some(Asked::Basic));
    for unknown in [
        "Digest realm=\"x\"",
        "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-512-256",
        "Digest realm=\"x\", nonce=\"n\", qop=\"auth-int\"",
        "Digest realm=\"x\", nonce=\"a\rb\"",
        "Bearer",
    ] {
        assert_eq!(best(&[unknown]), None, "{unknown}");
        assert_eq!(best(&[unknown, "Basic realm=\"x\""]), Some(Asked::Basic), "{unknown}");
    }
    assert!(best(&["Digest nonce=\"n\", stale=true"]).unwrap().is_stale());
    assert!(!best(&[md5]).unwrap().is_stale());
}

#[test]
fn answers_as_the_rfcs_print_them() {
    // RFC 7616 clause 3.9.1.
    let (user, cnonce) = (("Mufasa", "Circle of Life"), "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
    let rest = "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
                nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
    let md5 = proof(&format!("Digest {rest}, algorithm=MD5"), user, cnonce);
    assert!(md5.contains("response=\"8ca523f5e9506fed4657c9700eebdbec\""), "{md5}");
    assert!(md5.contains("opaque=\"FQhe/") && md5.contains("qop=auth, nc=00000001, cnonce=\"f2/"), "{md5}");
    let sha = proof(&format!("Digest {rest}, algorithm=SHA-256"), user, cnonce);
    assert!(
        sha.contains("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""),
        "{sha}"
    );
    // RFC 2617 clause 3.5, which writes no algorithm.
    let old = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
    let said = proof(old, ("Mufasa", "Circle Of Life"), "0a4f113b");
    assert!(said.contains("response=\"6629fae49393a05397450978507c4ef1\"") && !said.contains("algorithm"));
}

/// The values come from Python's hashlib, by the formulas of RFC 7616 clause 3.4.2 and RFC 2617 clause 3.2.2.1.
#[test]
fn sessions_and_servers_without_qop() {
    let (pair, cnonce) = (("Mufasa", "Circle Of Life"), "0a4f113b");
    let realm = "realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
    let bare = proof(&format!("Digest {realm}"), pair, cnonce);
    assert!(bare.ends_with("response=\"670fd8c2df070c60b045671b8b24ff02\""), "{bare}");
    let md5 = proof(&format!("Digest {realm}, algorithm=MD5-sess, qop=\"auth\""), pair, cnonce);
    assert!(
        md5.contains("response=\"8e3825c57e897f5a0dec6c2d4e5059d0\"") && md5.contains("algorithm=MD5-sess"),
        "{md5}"
    );
    let sha = proof(&format!("Digest {realm}, algorithm=SHA-256-sess, qop=auth"), pair, cnonce);
    assert!(
        sha.contains("response=\"b8822e12417cb7750f4e2b8515f0dcf25b7dd26993e80bee1426201446a7f59b\""),
        "{sha}"
    );
    let basic = proof("Basic realm=\"x\"", ("Aladdin", "open sesame"), "");
    assert_eq!(basic, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "RFC 7617 clause 2");
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), user: String, password: String) {
        for answer in [bytes.clone(), [b"\nWWW-Authenticate: Digest nonce=", &bytes[..]].concat()] {
            let all = challenges(&answer);
            prop_assert!(all.len() <= MOST_CHALLENGES);
            prop_assert!(all.iter().all(|c| c.parameters.len() <= MOST_PARAMETERS));
            if let Some(asked) = asked(&answer) {
                let request = Request { method: "GET", uri: "/" };
                let proof = asked.proof((&user.replace(char::is_control, ""), &password), request, "c");
                prop_assert!(!proof.iter().any(u8::is_ascii_control));
            }
        }
    }

    #[test]
    fn what_is_written_is_read(realm in "[ -!#-\\[\\]-~]{0,20}", nonce in "[a-zA-Z0-9+/=]{1,20}") {
        let all = challenges(&head(&[&format!("Digest realm=\"{realm}\",nonce={nonce}, qop=\"auth\"")]));
        prop_assert_eq!(all.len(), 1);
        let held: Vec<&[u8]> = all[0].parameters.iter().map(|(_, v)| &v[..]).collect();
        prop_assert_eq!(held, [realm.as_bytes(), nonce.as_bytes(), b"auth"]);
    }
}
