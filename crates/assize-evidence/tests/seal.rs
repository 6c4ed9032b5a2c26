//! Seals made and read with other programs' keys, resealing, and proofs that need only the root of a seal.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use assize_evidence::{
    ConsistencyProof, Digest, Error, InclusionProof, Log, Mode, Seal, Signer, SigningKey, Store,
    VerifyingKey, seal, verify,
};
use support::{NAME, TIME, add_many, build, expect_error, fresh, key, lines, not_run, write_files};

fn openssl(args: &[&str], dir: &Path) -> Option<String> {
    let output = Command::new("openssl").args(args).current_dir(dir).output().ok()?;
    assert!(output.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The root by the definition in RFC 6962, without this crate's code.
fn defined_root(lines: &[Vec<u8>]) -> Vec<u8> {
    if let [line] = lines {
        return Sha256::digest([&[0], &line[..line.len() - 1]].concat()).to_vec();
    }
    let half = lines.len().next_power_of_two() / 2;
    let (left, right) = (defined_root(&lines[..half]), defined_root(&lines[half..]));
    Sha256::digest([vec![1], left, right].concat()).to_vec()
}

#[test]
fn keys_and_seal_agree_with_openssl() {
    let (dir, path) = fresh();
    let dir = dir.path();
    if openssl(&["genpkey", "-algorithm", "ed25519", "-out", "key.pem"], dir).is_none() {
        return not_run("openssl is not installed");
    }
    openssl(&["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"], dir);
    let key = SigningKey::from_pem(&fs::read_to_string(dir.join("key.pem")).unwrap()).unwrap();
    let public = fs::read_to_string(dir.join("public.pem")).unwrap();
    assert_eq!(key.verifying_key().to_pem(), public);
    let public = VerifyingKey::parse(&public).unwrap();

    add_many(&mut Store::open(&path).unwrap(), 11);
    seal(&path, &key, NAME, TIME).unwrap();
    assert_eq!(verify(&path, Some(&public), Mode::Sealed).unwrap().signer, Signer::Established);

    let note = fs::read_to_string(path.join("checkpoint")).unwrap();
    let (text, signature) = note.split_once("\n\n").unwrap();
    let blob = BASE64.decode(signature.trim_end().rsplit(' ').next().unwrap()).unwrap();
    fs::write(dir.join("text"), format!("{text}\n")).unwrap();
    fs::write(dir.join("signature"), &blob[4..]).unwrap();
    let args = "pkeyutl -verify -pubin -inkey public.pem -rawin -in text -sigfile signature";
    let said = openssl(&args.split(' ').collect::<Vec<_>>(), dir).unwrap();
    assert!(said.contains("Signature Verified Successfully"), "{said}");
    let root = defined_root(&lines(&fs::read(path.join("log.jsonl")).unwrap()));
    assert_eq!(text.lines().nth(2).unwrap(), BASE64.encode(root));

    fs::write(dir.join("back.pem"), key.to_pem()).unwrap();
    assert_eq!(openssl(&["pkey", "-in", "back.pem", "-pubout"], dir).unwrap(), public.to_pem());
}

#[test]
fn keys_of_other_kinds_are_refused() {
    let (dir, _) = fresh();
    let dir = dir.path();
    let args = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem";
    if openssl(&args.split(' ').collect::<Vec<_>>(), dir).is_none() {
        return not_run("openssl is not installed");
    }
    openssl(&["pkey", "-in", "ec.pem", "-pubout", "-out", "public.pem"], dir);
    let private = SigningKey::from_pem(&fs::read_to_string(dir.join("ec.pem")).unwrap());
    let public = VerifyingKey::parse(&fs::read_to_string(dir.join("public.pem")).unwrap());
    assert!(expect_error(private).to_string().contains("Ed25519 private key in PKCS#8 PEM is expected"));
    assert!(expect_error(public).to_string().contains("Ed25519 public key in SPKI PEM is expected"));
    assert!(expect_error(SigningKey::from_pem("")).to_string().contains("PEM"));
}

#[test]
fn sealing_again() {
    let (_dir, path) = fresh();
    build(&path);
    let mut store = Store::open(&path).unwrap();
    let before = store.sealed().unwrap().clone();
    assert_eq!(store.seal(&key(), NAME, "2027-01-01T00:00:00Z").unwrap(), before, "the same seal stands");
    let other = SigningKey::from_seed(&[9; 32]);
    assert!(matches!(store.seal(&other, NAME, TIME), Err(Error::AlreadySealed { size: 12, .. })));
    add_many(&mut store, 1);
    let after = store.seal(&other, "authority.example", TIME).unwrap();
    assert_eq!(after.extends, Some((12, before.root)));
    let verified = verify(&path, Some(&other.verifying_key()), Mode::Sealed).unwrap();
    assert!(verified.is_sound());
    assert_eq!(verified.sealed, Some(after));
    assert_eq!(verified.earlier.last(), Some(&before), "the laboratory's seal stands under the authority's");
}

#[test]
fn nothing_and_bad_names_are_not_sealed() {
    let (_dir, path) = fresh();
    assert!(seal(&path, &key(), NAME, TIME).is_err());
    assert!(!path.exists(), "sealing makes no folder");
    let mut store = Store::open(&path).unwrap();
    assert!(matches!(store.seal(&key(), NAME, TIME), Err(Error::NothingToSeal { .. })));
    add_many(&mut store, 1);
    for (name, time) in
        [("", TIME), ("two words", TIME), ("a+b", TIME), ("two\nlines", TIME), (NAME, "today")]
    {
        assert!(matches!(store.seal(&key(), name, time), Err(Error::BadField { .. })), "{name:?} {time:?}");
    }
    assert!(store.sealed().is_none() && !path.join("checkpoint").exists());
}

#[test]
fn proofs_need_only_the_roots() {
    let (_dir, path) = fresh();
    build(&path);
    let verified = verify(&path, Some(&key().verifying_key()), Mode::Sealed).unwrap();
    let (first, last): (&Seal, _) = (&verified.earlier[0], verified.sealed.unwrap());
    let log = Log::read(&path).unwrap();
    for n in 1..=last.size {
        let json = serde_json::to_string(&log.inclusion(n, last.size).unwrap()).unwrap();
        let proof: InclusionProof = serde_json::from_str(&json).unwrap();
        assert_eq!(proof.verify(&last.root).unwrap(), log.record(n).unwrap());
        assert!(proof.verify(&first.root).is_err());
        let mut forged = proof.clone();
        forged.line = forged.line.replace("true", "null");
        assert!(forged.verify(&last.root).is_err());
    }
    assert!(matches!(log.inclusion(0, 12), Err(Error::NoRecord { .. })));
    assert!(matches!(log.inclusion(12, 11), Err(Error::NoRecord { .. })));
    assert!(matches!(log.inclusion(1, 13), Err(Error::NoRecord { n: 13, records: 12 })));

    let json = serde_json::to_string(&log.consistency(first.size, last.size).unwrap()).unwrap();
    let proof: ConsistencyProof = serde_json::from_str(&json).unwrap();
    assert!(proof.verify(&first.root, &last.root).is_ok());
    assert!(proof.verify(&Digest::ZERO, &last.root).is_err());
    assert!(proof.verify(&first.root, &Digest::ZERO).is_err());
    assert!(log.consistency(0, 12).is_err());
}

/// The fixture was written by `cargo test -p assize-evidence --test seal -- --ignored` and pins format 1.
#[test]
fn format_1_is_read_and_written_as_ever() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/format-1");
    let public = VerifyingKey::parse(&fs::read_to_string(fixture.join("../format-1.vkey")).unwrap()).unwrap();
    let verified = verify(&fixture, Some(&public), Mode::Sealed).unwrap();
    assert!(verified.is_sound(), "{}", support::words(&verified.problems));
    assert_eq!((verified.records, verified.signer), (12, Signer::Established));
    let (_dir, path) = fresh();
    build(&path);
    assert_eq!(support::read_files(&fixture), support::read_files(&path));
}

#[test]
#[ignore = "writes the fixture of format 1; run it by hand, and never for an older format"]
fn write_fixture() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/format-1");
    write_files(&fixture, support::files());
    let vkey = key().verifying_key().to_vkey(NAME).unwrap();
    fs::write(fixture.join("../format-1.vkey"), format!("{vkey}\n")).unwrap();
}
