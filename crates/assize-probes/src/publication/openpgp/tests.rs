//! Signatures that other programs made. `fixtures/rfc.*` are the samples of RFC 9580 appendices A.3 and A.6; all else
//! is what GnuPG 2.2 made with `--faked-system-time` in January and February 2026 over a text with blanks at the end
//! of a line and hyphens at the beginning of others.

use assize_model::fact::{Signature as Verdict, SignatureFault as Fault};
use proptest::prelude::*;

use super::*;

/// The 15th of January 2026.
const NOW: i64 = 1_768_435_200;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("fixtures/", $name, ".asc")).as_slice()
    };
}

const KEYS: [&[u8]; 10] = [
    fixture!("rsa.key"),
    fixture!("ed.key"),
    fixture!("p256.key"),
    fixture!("p384.key"),
    fixture!("weak.key"),
    fixture!("dsa.key"),
    fixture!("rev.key"),
    fixture!("cert.key"),
    fixture!("old.key"),
    fixture!("rfc.key"),
];

fn known(keys: &[&[u8]]) -> Vec<(String, Certificate)> {
    let read = keys.iter().flat_map(|key| certificates(key, NOW));
    read.map(|certificate| ("here".to_owned(), certificate)).collect()
}

fn judged(text: &[u8], keys: &[&[u8]]) -> Verdict {
    verify(&cleartext(text).expect("a signed text"), &known(keys), NOW)
}

fn edited(text: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn what_others_signed_holds() {
    for (text, key) in [
        (fixture!("rsa.msg"), fixture!("rsa.key")),
        (fixture!("ed.msg"), fixture!("ed.key")),
        (fixture!("p256.msg"), fixture!("p256.key")),
        (fixture!("p384.msg"), fixture!("p384.key")),
        (fixture!("cert.msg"), fixture!("cert.key")),
        (fixture!("rfc.msg"), fixture!("rfc.key")),
    ] {
        let Verdict::Good(signer) = judged(text, &[key]) else { panic!("{:?}", judged(text, &[key])) };
        assert_eq!(signer.fingerprint, known(&[key])[0].1.fingerprint);
        assert_eq!(judged(text, &[]), Verdict::NoKey);
        assert!(matches!(judged(text, &KEYS), Verdict::Good(found) if found == signer), "among many keys");
        // Other line ends and more blanks at line ends are the same text.
        let other = String::from_utf8(text.to_vec())
            .unwrap()
            .replace('\n', " \t\r\n")
            .replace("-----\r\n", "-----\n");
        let other = other.replace(" \t\r\n\r\n", "\r\n\r\n").replace("\n \t\r\n", "\n\r\n");
        assert!(matches!(judged(other.as_bytes(), &[key]), Verdict::Good(_)), "{other}");
    }
    let signed = cleartext(fixture!("ed.msg")).unwrap();
    let text = String::from_utf8(signed.text).unwrap();
    assert!(text.starts_with("# Our file\r\n- a line"), "{text}");
    assert!(text.contains("00Z\r\n-----BEGIN ELSE-----\r\n") && text.ends_with("security.txt"), "{text}");
}

#[test]
fn an_altered_text_never_holds() {
    let (text, key) = (fixture!("ed.msg"), fixture!("ed.key"));
    let bad = |fault| Verdict::Bad(fault);
    for (from, to, fault) in [
        ("security@maker", "security@faker", Fault::AnotherText),
        ("Expires", "\nExpires", Fault::AnotherText),
        ("# Our", " # Our", Fault::AnotherText),
        ("- - a line", "-  a line", Fault::AnotherText),
        ("- -----BEGIN ELSE", "-----BEGIN ELSE", Fault::Malformed),
        ("- - a line", "-a line", Fault::Malformed),
        ("Hash: SHA256", "Hash: SHA256\nContact: mailto:evil@else.example", Fault::Malformed),
        ("Hash: SHA256", "Hash: SHA512", Fault::HashHeader),
        ("Hash: SHA256\n", "Hash: SHA256\n \n", Fault::AnotherText),
        (
            "-----BEGIN PGP SIGNED",
            "Contact: mailto:evil@else.example\n-----BEGIN PGP SIGNED",
            Fault::TextOutside,
        ),
        (
            "END PGP SIGNATURE-----\n",
            "END PGP SIGNATURE-----\nContact: mailto:evil@else.example\n",
            Fault::TextOutside,
        ),
        ("-----END PGP SIGNATURE-----", "", Fault::Malformed),
        ("-----BEGIN PGP SIGNATURE-----", "", Fault::Malformed),
    ] {
        assert_eq!(judged(&edited(text, from, to), &[key]), bad(fault), "{from} as {to}");
    }
    assert!(
        matches!(judged(&edited(text, "Hash: SHA256\n", ""), &[key]), Verdict::Good(_)),
        "the header may be left out"
    );
}

#[test]
fn the_signed_text_is_all_that_is_taken() {
    let text = fixture!("ed.msg");
    let more =
        edited(text, "-----BEGIN PGP SIGNED", "Contact: mailto:evil@else.example\n-----BEGIN PGP SIGNED");
    assert_eq!(cleartext(&more).unwrap().text, cleartext(text).unwrap().text);
    assert!(cleartext(b"Contact: mailto:a@b.example\n").is_none());
}

#[test]
fn keys_that_may_not_sign() {
    let bad = |text: &[u8], key: &[u8]| match judged(text, &[key]) {
        Verdict::Bad(fault) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(bad(fixture!("rev.msg"), fixture!("rev.key")), Fault::KeyRevoked);
    let weak = judged(fixture!("weak.msg"), &[fixture!("weak.key")]);
    assert_eq!(weak, Verdict::NoKey, "a key of 1024 bits cannot speak for itself");
    assert_eq!(bad(fixture!("sha1.msg"), fixture!("ed.key")), Fault::Weak);
    let late = |text: &[u8], key: &[u8], now| {
        let known: Vec<_> = certificates(key, now).into_iter().map(|c| (String::new(), c)).collect();
        verify(&cleartext(text).unwrap(), &known, now)
    };
    let march = NOW + 60 * 86_400;
    assert_eq!(late(fixture!("late.msg"), fixture!("old.key"), march), Verdict::Bad(Fault::KeyExpired));
    assert!(
        matches!(late(fixture!("old.msg"), fixture!("old.key"), march), Verdict::Good(_)),
        "made while it was in force"
    );
    assert_eq!(late(fixture!("sigexp.msg"), fixture!("ed.key"), march), Verdict::Bad(Fault::Expired));
    assert_eq!(late(fixture!("late.msg"), fixture!("old.key"), NOW), Verdict::Bad(Fault::MisDated));
    assert_eq!(
        judged(fixture!("dsa.msg"), &[fixture!("dsa.key")]),
        Verdict::NoKey,
        "a DSA key cannot speak for itself"
    );
}

#[test]
fn a_certificate_that_is_changed_is_none() {
    let bytes = armour::unarmoured(fixture!("cert.key"), "PUBLIC KEY BLOCK").unwrap();
    let whole = certificates(&bytes, NOW);
    assert_eq!((whole.len(), whole[0].keys.len()), (1, 2));
    assert!(!whole[0].keys[0].may_sign && whole[0].keys[1].may_sign);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let read: Vec<_> = certificates(&changed, NOW).into_iter().map(|c| (String::new(), c)).collect();
        let same = verify(&cleartext(fixture!("cert.msg")).unwrap(), &read, NOW);
        if let Verdict::Good(signer) = same {
            assert_eq!(signer.fingerprint, whole[0].fingerprint, "byte {at}");
        }
    }
    assert!(certificates(&bytes[..bytes.len() - 1], NOW).is_empty(), "cut off");
    assert!(certificates(&bytes, NOW - 365 * 86_400).is_empty(), "not made yet");
    assert_eq!(
        certificates(&[fixture!("ed.key"), fixture!("rsa.key")].concat(), NOW).len(),
        1,
        "one armour is read"
    );
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = certificates(&bytes, NOW);
        let _ = holds_signer(&bytes, &cleartext(fixture!("ed.msg")).unwrap());
        let packets = Cleartext { packets: bytes, ..Cleartext::default() };
        prop_assert!(!matches!(verify(&packets, &known(&[fixture!("ed.key")]), NOW), Verdict::Good(_)));
    }

    #[test]
    fn a_changed_byte(at in 0_usize..900, bit in 0_u8..8, which in 0_usize..4) {
        let texts: [(&[u8], &[u8]); 4] = [
            (fixture!("rsa.msg"), fixture!("rsa.key")),
            (fixture!("ed.msg"), fixture!("ed.key")),
            (fixture!("p256.msg"), fixture!("p256.key")),
            (fixture!("rfc.msg"), fixture!("rfc.key")),
        ];
        let (text, key) = texts[which];
        let mut changed = text.to_vec();
        let at = at % changed.len();
        changed[at] ^= 1 << bit;
        if let Some(signed) = cleartext(&changed)
            && let Verdict::Good(_) = verify(&signed, &known(&[key]), NOW)
        {
            prop_assert_eq!(signed.text, cleartext(text).unwrap().text);
        }
    }
}
