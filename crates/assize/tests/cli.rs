//! The command line as a user meets it: real processes, real files, exit codes and machine shapes.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

fn assize() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
    command.env_remove("ASSIZE_EVALUATOR").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    assize().args(args).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(args: &[&str]) -> Value {
    let output = run(args);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!("{args:?}: {e}\n{}\n{}", text(&output), String::from_utf8_lossy(&output.stderr))
    })
}

fn path(dir: &TempDir) -> &str {
    dir.path().to_str().unwrap()
}

#[test]
fn the_catalogue_has_the_published_counts() {
    let c = json(&["catalogue", "--format", "json"]);
    let edition =
        |id: &str| c["editions"].as_array().unwrap().iter().find(|e| e["id"] == id).unwrap().clone();
    for (id, all, mandatory, recommended) in
        [("ts-103-645@1.1.1", 37, 10, 27), ("en-303-645@2.1.1", 68, 33, 35), ("en-303-645@3.1.3", 78, 36, 42)]
    {
        let e = edition(id);
        assert_eq!(
            (&e["requirements"], &e["mandatory"], &e["recommended"]),
            (&all.into(), &mandatory.into(), &recommended.into()),
            "{id}"
        );
    }
    assert_eq!(edition("uk-cop@2018")["requirements"], 13);
    assert_eq!(edition("uk-cop@2018")["statements"], 60);
    assert_eq!(edition("en-303-645@3.1.3")["void"], 6);
    let spec = |id: &str| c["test_specs"].as_array().unwrap().iter().find(|e| e["id"] == id).unwrap().clone();
    let s = spec("ts-103-701@1.1.1");
    let counts = ["scenarios", "groups", "cases", "units", "ixit_tables"].map(|k| s[k].as_u64().unwrap());
    assert_eq!(counts, [15, 68, 109, 226, 29]);
    let s = spec("ts-103-701@2.1.1");
    assert_eq!(["groups", "cases", "units"].map(|k| s[k].as_u64().unwrap()), [78, 131, 258]);
}

#[test]
fn the_catalogue_is_sound() {
    let output = run(&["catalogue", "check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[test]
fn cryptography_is_looked_up_by_name_and_suite() {
    let rsa = json(&["catalogue", "crypto", "rsa 2048", "--format", "json"]);
    let rows = rsa["rows"].as_array().unwrap();
    let key = rows.iter().find(|r| r["part"] == "RSA key size").unwrap();
    assert_eq!((&key["standing"], &key["accepted_until"]), (&"agreed".into(), &"2030-12-31".into()));
    let sources: Vec<&str> =
        key["says"].as_array().unwrap().iter().filter_map(|s| s["source"].as_str()).collect();
    assert!(sources.contains(&"nist-sp-800-57") && sources.contains(&"bsi-tr-02102-1"), "{sources:?}");
    let suite = text(&run(&["catalogue", "crypto", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"]));
    assert!(suite.contains("3DES") && suite.contains("until 2023-12-31"), "{suite}");
    assert!(text(&run(&["catalogue", "crypto"])).contains("Heartbleed"));
    assert_eq!(run(&["catalogue", "crypto", "no-such-thing"]).status.code(), Some(2));
}

#[test]
fn the_diff_tells_the_seed_story() {
    let d = json(&["diff", "uk-cop@2018", "ts-103-645@1.1.1", "--format", "json"]);
    let with = |origin: &str| -> Vec<String> {
        let targets = d["targets"].as_array().unwrap().iter().filter(|t| t["origin"] == origin);
        targets.map(|t| t["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(with("supporting-text"), ["4.2-3", "4.3-2", "4.3-7", "4.3-9", "4.10-2", "4.10-3"]);
    assert_eq!(with("both"), ["4.3-4", "4.3-6", "4.4-1"]);
    assert_eq!(with("new"), ["4.11-3"]);
    assert_eq!(with("guideline").len(), 27);
    let rows = d["rows"].as_array().unwrap();
    let row = rows.iter().find(|r| r["from"] == "G2-s1").unwrap();
    assert_eq!((&row["to"], &row["change"]), (&"4.2-3".into(), &"promoted".into()));
    assert!(!row["reason"].as_str().unwrap().is_empty());
}

#[test]
fn explain_knows_provisions_cases_and_tables() {
    let provision = text(&run(&["explain", "5.1-1"]));
    assert!(provision.contains("en-303-645@2.1.1") && provision.contains("5.1-1-2"), "{provision}");
    let case = text(&run(&["explain", "5.1-1-2"]));
    assert!(case.contains("Look at.") && case.contains("5.1-1-2 c"), "{case}");
    let table = json(&["explain", "IXIT 1-AuthMech", "--format", "json"]);
    assert_eq!(table["items"][0]["fields"].as_array().unwrap().len(), 7);
    let missing = run(&["explain", "9.9-9"]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn a_new_declaration_is_accepted_step_by_step() {
    let dir = TempDir::new().unwrap();
    let plug = dir.path().join("plug");
    let plug = plug.to_str().unwrap();
    assert_eq!(run(&["new", plug]).status.code(), Some(0));
    let first = json(&["check", plug, "--format", "json"]);
    assert_eq!(first["errors"], 0, "{first:#}");
    assert!(first["warnings"].as_u64().unwrap() > 0);
    assert_eq!(run(&["new", plug]).status.code(), Some(2), "an existing declaration is never overwritten");
    std::fs::write(Path::new(plug).join("ics.toml"), "format = 1\n[claim.\"5.1-1\"]\nsuport = \"yes\"\n")
        .unwrap();
    let output = run(&["check", plug]);
    assert_eq!(output.status.code(), Some(1));
    let shown = text(&output);
    assert!(shown.contains("support") && shown.contains("ics.toml:3"), "{shown}");
}

#[test]
fn the_example_declaration_has_nothing_to_complain_of() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/products/halden-plug");
    let checked = json(&["check", example, "--format", "json"]);
    assert_eq!((&checked["errors"], &checked["warnings"]), (&0.into(), &0.into()), "{checked:#}");
    let plan = json(&["plan", example, "--format", "json"]);
    assert!(plan["units"].as_array().unwrap().len() > 200);
}

#[test]
fn wrong_usage_is_two_and_says_what_to_do() {
    for args in [
        &["judge", "/nowhere/at/all"][..],
        &["diff", "x@1", "y@2"],
        &["demo", "--flaw", "no-such-flaw"],
        &["observe", "not an address"],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("failed to"), "{args:?}: {said}");
    }
    assert_eq!(run(&["frobnicate"]).status.code(), Some(2));
}

/// One assessed device for the tests that need evidence.
fn assessed() -> common::Trial {
    common::Trial::run(&[])
}

#[test]
fn sealed_evidence_is_verified_bundled_and_judged_again_without_the_device() {
    let trial = assessed();
    let dir = path(&trial.dir);
    assert_eq!(run(&["verify", dir, "--unsealed"]).status.code(), Some(0));
    assert_eq!(run(&["verify", dir]).status.code(), Some(1), "unsealed evidence is not passed off as sealed");
    let keys = TempDir::new().unwrap();
    let (private, public) = keypair(&keys);
    assert_eq!(run(&["seal", dir, "--key", &private, "--name", "lab.example/plug"]).status.code(), Some(0));
    let verified = json(&["verify", dir, "--key", &public, "--format", "json"]);
    assert_eq!(verified["signer"], "established");
    let told = text(&run(&["verify", dir]));
    assert!(told.contains("Who sealed is not established"), "{told}");

    let bundle = keys.path().join("plug.bundle");
    let bundle = bundle.to_str().unwrap();
    assert_eq!(run(&["bundle", dir, "-o", bundle]).status.code(), Some(0));
    assert_eq!(run(&["verify", bundle, "--key", &public]).status.code(), Some(0));
    let (from_folder, from_bundle) =
        (json(&["judge", dir, "--format", "json"]), json(&["judge", bundle, "--format", "json"]));
    assert_eq!(from_folder, from_bundle);
    assert_eq!(from_folder, serde_json::to_value(&trial.assessment).unwrap());

    let log = trial.dir.path().join("evidence/log.jsonl");
    let changed = std::fs::read_to_string(&log).unwrap().replacen("tcp-ports", "tcp-portz", 1);
    std::fs::write(&log, changed).unwrap();
    assert_eq!(run(&["verify", dir, "--key", &public]).status.code(), Some(1));
}

/// A key pair as openssl writes it, where openssl is there; otherwise the same format from the library.
fn keypair(dir: &TempDir) -> (String, String) {
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (private, public) = (at("key.pem"), at("pub.pem"));
    let made = Command::new("openssl").args(["genpkey", "-algorithm", "ed25519", "-out", &private]).output();
    if made.is_ok_and(|o| o.status.success()) {
        let out =
            Command::new("openssl").args(["pkey", "-in", &private, "-pubout", "-out", &public]).output();
        assert!(out.unwrap().status.success());
    } else {
        let key = assize_lab::evidence::SigningKey::from_seed(&[7; 32]);
        std::fs::write(&private, key.to_pem()).unwrap();
        std::fs::write(&public, key.verifying_key().to_pem()).unwrap();
    }
    (private, public)
}

#[test]
fn judging_against_the_later_edition_assumes_nothing() {
    let trial = assessed();
    let j = json(&["judge", path(&trial.dir), "--spec", "ts-103-701@2.1.1", "--format", "json"]);
    assert_eq!(j["framework"], "en-303-645@3.1.3");
    assert_eq!(j["cases"].as_array().unwrap().len(), 131);
    assert_ne!(j["overall"], "PASS");
    let provisions = j["provisions"].as_array().unwrap();
    let of = |id: &str| provisions.iter().find(|p| p["id"] == id).unwrap();
    assert_eq!((&of("5.3-3")["assumed"], &of("5.3-4A")["assumed"]), (&false.into(), &true.into()));
    assert!(of("6-6")["claim"].is_null());
}

#[test]
fn answers_are_recorded_under_a_name_and_taken_back_by_a_later_record() {
    let trial = assessed();
    let dir = path(&trial.dir);
    let unit = |case: &str| {
        let j = json(&["judge", dir, "--format", "json"]);
        let cases = j["cases"].as_array().unwrap().clone();
        cases.iter().find(|c| c["id"] == case).unwrap()["units"][0].clone()
    };
    let queue = json(&["answer", dir, "--list", "--format", "json"]);
    let waiting = queue["queue"].as_array().unwrap();
    assert!(waiting.len() > 50 && waiting[0]["setup"] == "papers");
    let nameless = run(&["answer", dir, "5.1-4-2 a", "--verdict", "pass"]);
    assert_eq!(nameless.status.code(), Some(2));
    let photo = trial.dir.path().join("photo.jpg");
    std::fs::write(&photo, b"a picture").unwrap();
    let said = json(&[
        "answer",
        dir,
        "5.1-4-2 a",
        "--verdict",
        "pass",
        "--name",
        "A. Tester",
        "--note",
        "changed on the page",
        "--attach",
        photo.to_str().unwrap(),
        "--format",
        "json",
    ]);
    let record = said["records"][0].as_u64().unwrap();
    assert_eq!((&unit("5.1-4-2")["verdict"], &unit("5.1-4-2")["by"]), (&"PASS".into(), &"evaluator".into()));
    assert_eq!(unit("5.1-4-2")["indications"][0]["evidence"][0], record);
    let undone =
        run(&["answer", dir, "--undo", &record.to_string(), "--name", "A. Tester", "--note", "wrong unit"]);
    assert_eq!(undone.status.code(), Some(0));
    assert_eq!(unit("5.1-4-2")["verdict"], "INCONCLUSIVE");
    assert_eq!(run(&["verify", dir, "--unsealed"]).status.code(), Some(0), "nothing was deleted");
}

#[test]
fn a_confirmed_proposal_counts() {
    let trial = assessed();
    let dir = path(&trial.dir);
    let queue = json(&["answer", dir, "--list", "--format", "json"]);
    let proposed = queue["queue"].as_array().unwrap().iter().find(|q| q["proposed"] == true).unwrap().clone();
    let unit = proposed["unit"].as_str().unwrap();
    let passed = |j: &Value| j["counts"]["pass"].as_u64().unwrap();
    let before = passed(&json(&["judge", dir, "--format", "json"]));
    assert_eq!(
        run(&["answer", dir, unit, "--verdict", "pass", "--name", "A. Tester"]).status.code(),
        Some(0)
    );
    assert!(passed(&json(&["judge", dir, "--format", "json"])) > before);
}

#[test]
fn a_demo_that_is_killed_resumes_and_its_evidence_is_whole() {
    let dir = TempDir::new().unwrap();
    let keep = dir.path().join("plug");
    let keep = keep.to_str().unwrap();
    for millis in [700, 1500, 2500] {
        let mut child = assize()
            .args(["demo", "--keep", keep])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let output = run(&["demo", "--keep", keep, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let shape: Value = serde_json::from_slice(&output.stdout).unwrap();
    let failed =
        shape["assessment"]["cases"].as_array().unwrap().iter().filter(|c| c["verdict"] == "FAIL").count();
    assert_eq!(failed, 0);
    assert!(Path::new(shape["report"].as_str().unwrap()).metadata().unwrap().len() > 10_000);
    assert_eq!(run(&["verify", keep, "--unsealed"]).status.code(), Some(0));
}

#[test]
fn observe_prints_numbered_facts() {
    let listener = std::net::TcpListener::bind("127.231.7.9:7070").unwrap();
    let seen = json(&["observe", "127.231.7.9", "--only", "tcp-ports", "--format", "json"]);
    let facts = seen["facts"].as_array().unwrap();
    let port = facts.iter().find(|f| f["kind"] == "tcp-port" && f["port"] == 7070).unwrap();
    assert_eq!(port["state"], "open");
    assert!(port["record"].as_u64().unwrap() >= 1);
    drop(listener);
}

#[test]
fn a_scan_by_syn_segments_takes_rights_and_says_how_it_went() {
    let listener = std::net::TcpListener::bind("127.231.7.11:7071").unwrap();
    let args = ["observe", "127.231.7.11", "--syn", "--only", "tcp-ports", "--format", "json"];
    let drop_rights = ["--bounding-set=-net_raw", "--inh-caps=-net_raw", env!("CARGO_BIN_EXE_assize")];
    let without = Command::new("setpriv").args(drop_rights).args(args).output();
    let output = run(&args);
    let is_root = output.status.code() == Some(0);
    let refused = if is_root { without.unwrap() } else { output };
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("CAP_NET_RAW") && words.contains("leave `--syn` away"), "{words}");
    if is_root {
        let seen = json(&args);
        let facts = seen["facts"].as_array().unwrap();
        assert!(facts.iter().any(|f| f["kind"] == "scan-conduct" && f["half_open"] == true), "{seen}");
        let scan = facts.iter().find(|f| f["kind"] == "port-scan").unwrap();
        assert!(scan["open"].as_array().unwrap().contains(&7071.into()), "{scan}");
    }
    drop(listener);
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(text(&run(&["completions", shell])).contains("assize"));
    }
}
