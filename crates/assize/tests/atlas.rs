//! The atlas on the command line, as a user meets it: real processes, real files, exit codes and machine shapes.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

fn run(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
    command.env_remove("ASSIZE_CATALOGUE").env("NO_COLOR", "1").stdin(Stdio::null());
    command.args(args).output().unwrap()
}

fn text(args: &[&str]) -> String {
    let output = run(args);
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn json(args: &[&str]) -> Value {
    let output = run(&[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{args:?}: {e}\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_code_and_the_specification_stand_side_by_side() {
    let pair = json(&["map", "uk-cop@2018", "ts-103-645@1.1.1"]);
    let from = |origin: &str| -> Vec<&str> {
        let of = pair["origins"].as_array().unwrap().iter().filter(|o| o["origin"] == origin);
        of.map(|o| o["item"].as_str().unwrap().trim_start_matches("ts-103-645@1.1.1/")).collect()
    };
    assert_eq!(from("supporting-text"), ["4.2-3", "4.3-2", "4.3-7", "4.3-9", "4.10-2", "4.10-3"]);
    assert_eq!(from("both"), ["4.3-4", "4.3-6", "4.4-1"]);
    assert_eq!(from("new"), ["4.11-3"]);
    let printed = text(&["map", "uk-cop@2018", "ts-103-645@1.1.1"]);
    assert!(
        printed.contains("6 from supporting text alone: 4.2-3, 4.3-2, 4.3-7, 4.3-9, 4.10-2,"),
        "{printed}"
    );
    assert!(printed.contains("not mapped: 0 of 13 in uk-cop@2018, 0 of 37 in ts-103-645@1.1.1"), "{printed}");
}

#[test]
fn one_requirement_comes_with_everything_that_relates_to_it() {
    let items = json(&["map", "en-303-645@2.1.1/5.3-13"]);
    let links = items["items"][0]["links"].as_array().unwrap();
    let later = links.iter().find(|l| l["to"] == "en-303-645@3.1.3/5.3-13").unwrap();
    assert_eq!((later["relation"].as_str(), later["carries_pass"].as_bool()), (Some("equal"), Some(true)));
    let duty = links.iter().find(|l| l["to"] == "uk-psti@2023/sch1-3").unwrap();
    assert_eq!(duty["legal_effect"], "deemed compliance");
    assert_eq!(duty["carries_pass"], false, "a legal effect is no relation");
    assert!(
        text(&["map", "5.3-13"]).contains("en-303-645@3.1.3/5.3-13"),
        "a bare number finds every edition"
    );
}

#[test]
fn tables_are_for_spreadsheets() {
    let table = text(&["gap", "--have", "en-303-645@2.1.1", "--need", "eu-cra@2024", "--format", "csv"]);
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(rows.headers().unwrap().iter().next(), Some("requirement"));
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 27);
    assert!(rows.iter().any(|r| &r[1] == "part") && rows.iter().any(|r| &r[1] == "open"));
}

#[test]
fn unknown_names_are_met_with_the_nearest() {
    for (args, near) in [
        (vec!["map", "en-303-645@9", "eu-cra@2024"], "en-303-645@3.1.3"),
        (vec!["map", "suport perod"], "near are"),
        (vec!["gap", "--have", "eu-cra@2024", "--need", "nist-ir-842"], "nist-ir-8425@2022"),
        (vec!["map", "check", "--only", "nonsense"], "doubtful"),
        (vec!["map", "export", "--as", "nonsense", "-o", "-"], "oscal-mapping"),
        (vec!["diff", "eu-cra@2024", "uk-cop@2018"], "assize map eu-cra@2024 uk-cop@2018"),
    ] {
        let output = run(&args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(said.contains(near), "{args:?}: {said}");
    }
}

#[test]
fn any_two_editions_are_compared() {
    let chained = json(&["diff", "uk-cop@2018", "en-303-645@3.1.3"]);
    assert!(chained["known"].as_str().unwrap().contains("ts-103-645@1.1.1, en-303-645@2.1.1"));
    assert_eq!(chained["targets"].as_array().unwrap().len(), 78);
    let numbered = json(&["diff", "owasp-iot-top10@2014", "owasp-iot-top10@2018"]);
    assert!(numbered["known"].as_str().unwrap().contains("no lineage"));
}

#[test]
fn verdicts_are_told_in_the_terms_of_others() {
    let trial = common::Trial::run(&["telnet-login"]);
    let folder = trial.dir.path();
    text(&["answer", shown(folder), "4-1-1 a", "--verdict", "pass", "--name", "A. Tester"]);
    let coverage = json(&["coverage", shown(folder), "--against", "en-303-645@3.1.3,eu-cra@2024"]);
    let later = coverage["against"][0]["requirements"].as_array().unwrap();
    let standing = |id: &str| {
        let name = format!("en-303-645@3.1.3/{id}");
        later.iter().find(|r| r["item"] == name).unwrap()["standing"].as_str().unwrap().to_owned()
    };
    assert_eq!(standing("5.0-1"), "satisfied", "4-1 is confirmed and is the same in the later edition");
    assert_eq!(standing("5.1-1"), "not", "an undeclared login fails 5.1-1 in both");
    assert_eq!(standing("5.1-2A"), "unknown", "it is new");
    let markets = json(&["markets", shown(folder), "--scheme", "uk-psti"]);
    let route = &markets["markets"][0]["routes"][0];
    assert_eq!(
        (route["id"].as_str(), route["readiness"].as_str()),
        (Some("deemed-compliance"), Some("missing"))
    );
    let printed = text(&["markets", shown(folder)]);
    assert!(printed.contains("no legal advice"), "{printed}");
}

#[test]
fn the_linter_finds_the_doubtful_pairs_of_other_peoples_files() {
    let files = ["owasp-isvs@1.0--en-303-645@2.1.1.toml", "owasp-isvs@1.0--eu-cra@2024.toml"];
    let folder = root().join("examples/catalogues/owasp-isvs/mappings");
    let paths: Vec<PathBuf> = files.iter().map(|f| folder.join(f)).collect();
    let found = json(&["map", "check", shown(&paths[0]), shown(&paths[1]), "--only", "doubtful"]);
    let faults = found["faults"].as_array().unwrap();
    let first = faults.iter().find(|f| f["to"] == "en-303-645@2.1.1/5.6-2").unwrap();
    assert_eq!(first["level"], "warning");
    assert!(first["line"].as_u64().unwrap() > 1);
    let dir = TempDir::new().unwrap();
    let theirs = dir.path().join("theirs.csv");
    std::fs::write(
        &theirs,
        "source_id,target_id,relation\n1.2.4,5.6-44,equal\n1.2.4,Provision 5.6-4,related\n",
    )
    .unwrap();
    let given = ["map", "check", shown(&theirs), "--from", "owasp-isvs@1.0", "--to", "en-303-645@2.1.1"];
    let output = run(&given);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("error[unknown-id]") && said.contains("5.6-4"), "{said}");
}

#[test]
fn the_open_data_of_the_code_is_read_with_its_faults_repaired() {
    let file = root().join("crates/assize-exchange/tests/fixtures/uk-mapping-v4.json");
    let dir = TempDir::new().unwrap();
    let into = dir.path().join("own");
    let found = json(&["map", "import", shown(&file), "--into", shown(&into)]);
    let changes = found["changes"].as_array().unwrap();
    let rows = changes.iter().filter(|c| c["kind"].as_str().unwrap().contains("rows")).count();
    assert!(rows >= 1057, "{rows}");
    assert!(found["repairs"].as_array().unwrap().len() > 50);
    assert!(!into.exists(), "a dry run writes nothing");
}

#[test]
fn an_import_changes_nothing_until_it_is_applied_and_then_counts() {
    let dir = TempDir::new().unwrap();
    let (theirs, own) = (dir.path().join("theirs.csv"), dir.path().join("own"));
    let table = "source_framework,source_id,target_framework,target_id,relation,rationale\n\
                 acme-policy@1,P1,en-303-645@2.1.1,5.3-13,superset-of,the policy asks for more\n\
                 acme-policy@1,P2,en-303-645@2.1.1,5.99-1,equal,there is no such provision\n";
    std::fs::write(&theirs, table).unwrap();
    let import = ["map", "import", shown(&theirs), "--into", shown(&own)];
    let dry = text(&import);
    assert!(dry.contains("nothing is changed without --apply") && dry.contains("5.99-1"), "{dry}");
    assert!(!own.exists());
    assert!(run(&[&import[..], &["--apply"]].concat()).status.success());
    let again = text(&import);
    assert!(again.contains("Nothing changes"), "{again}");
    let items = json(&["map", "acme-policy@1/P1", "--catalogue", shown(&own)]);
    let links = items["items"][0]["links"].as_array().unwrap();
    assert!(
        links.iter().any(|l| l["to"] == "en-303-645@3.1.3/5.3-13" && l["carries_pass"] == true),
        "{links:?}"
    );
    assert_eq!(
        run(&["map", "acme-policy@1/P1"]).status.code(),
        Some(2),
        "the embedded catalogue is as it was"
    );
}

#[test]
fn hostile_files_are_refused_and_change_nothing() {
    let dir = TempDir::new().unwrap();
    let own = dir.path().join("own");
    let huge = dir.path().join("huge.json");
    std::fs::File::create(&huge).unwrap().set_len(1 << 30).unwrap();
    let deep = dir.path().join("deep.json");
    std::fs::write(&deep, format!("{{\"mapping-collection\":{}", "[".repeat(1 << 20))).unwrap();
    let outside = dir.path().join("outside.csv");
    let row = "source_framework,source_id,target_framework,target_id,relation\n../../etc@1,1,eu-cra@2024,I-1,equal\n";
    std::fs::write(&outside, row).unwrap();
    for file in [&huge, &deep] {
        let output = run(&["map", "import", shown(file), "--into", shown(&own), "--apply"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(shown(file)), "{said}");
        assert!(!own.exists(), "{} wrote something", file.display());
    }
    let said = text(&["map", "import", shown(&outside), "--into", shown(&own), "--apply"]);
    assert!(said.contains("reads the document `../../etc@1` as etc-1@undated"), "{said}");
    assert!(own.join("frameworks/etc-1/undated.toml").exists(), "it stays inside");
    assert!(!dir.path().join("etc@1").exists() && !dir.path().join("frameworks").exists());
}

#[test]
fn a_folder_of_ones_own_adds_and_never_changes() {
    let isvs = root().join("examples/catalogues/owasp-isvs");
    let links =
        json(&["map", "owasp-isvs@1.0", "en-303-645@2.1.1", "--hops", "1", "--catalogue", shown(&isvs)]);
    assert!(links["rows"].as_array().unwrap().len() > 80);
    let dir = TempDir::new().unwrap();
    let framework = dir.path().join("frameworks/uk-psti");
    std::fs::create_dir_all(&framework).unwrap();
    let text_of = "id = \"uk-psti@2023\"\ntitle = \"T\"\npublisher = \"P\"\ndate = \"2023\"\nlicence = \"L\"\n[sources]\ns = \"S\"\n[[requirement]]\nid = \"sch1-1\"\nwords = \"nothing at all\"\nsource = \"s\"\nconfidence = \"high\"\n";
    std::fs::write(framework.join("2023.toml"), text_of).unwrap();
    let said = text(&["catalogue", "--catalogue", shown(dir.path())]);
    assert!(said.contains("holds sch1-1 with other words already"), "{said}");
    let missing = text(&["catalogue", "--catalogue", "/nowhere/at/all"]);
    assert!(missing.contains("/nowhere/at/all"), "{missing}");
}

#[test]
fn exports_are_written_and_repeat_byte_for_byte() {
    let dir = TempDir::new().unwrap();
    let export = |name: &str, format: &str| {
        let out = dir.path().join(name);
        let pair = "en-303-645@2.1.1--en-303-645@3.1.3";
        assert!(
            run(&["map", "export", pair, "--as", format, "-o", shown(&out)]).status.success(),
            "{format}"
        );
        let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(&out)
            .unwrap()
            .map(|e| {
                (
                    e.as_ref().unwrap().file_name().into_string().unwrap(),
                    std::fs::read(e.unwrap().path()).unwrap(),
                )
            })
            .collect();
        files.sort();
        files
    };
    for format in
        ["csv", "csv-requirements", "oscal-catalog", "oscal-mapping", "sssom", "skos", "ciso", "reqif"]
    {
        let once = export(&format!("{format}-1"), format);
        assert!(!once.is_empty() && once.iter().all(|(_, text)| !text.is_empty()), "{format}");
        assert_eq!(once, export(&format!("{format}-2"), format), "{format}");
    }
    let nothing = text(&["map", "export", "scf@2025", "--as", "sssom", "-o", "-"]);
    assert!(nothing.contains("holds nothing that the format carries"), "{nothing}");
    let printed = text(&["map", "export", "en-303-645@2.1.1--en-303-645@3.1.3", "--as", "sssom", "-o", "-"]);
    assert!(printed.contains("\npredicate_id") || printed.contains("\tpredicate_id\t"), "{printed}");
}

#[test]
fn search_forgives_and_says_when_nothing_is_like_it() {
    let found = json(&["search", "defualt", "pasword", "--limit", "3"]);
    assert_eq!(found["found"].as_array().unwrap().len(), 3);
    assert_eq!(run(&["search", "zzzzqqqq"]).status.code(), Some(1));
}

#[test]
fn exit_codes_and_checks_do_not_lie() {
    let missing = run(&["catalogue", "check", "--catalogue", "/nowhere/at/all"]);
    assert_eq!(missing.status.code(), Some(2), "a folder that is not there is not sound");
    let reversed = text(&["diff", "en-303-645@3.1.3", "en-303-645@2.1.1"]);
    assert!(reversed.contains("name the older first"), "{reversed}");
    let foreign = text(&["explain", "5.1-1", "--edition", "eu-cra@2024"]);
    assert!(foreign.contains("find provision, case, unit or table `5.1-1`"), "{foreign}");
    if let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
        let status = command.args(["search", "boot"]).stdout(full).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(2), "what is lost is no success");
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_read_or_written_through_a_link() {
    let dir = TempDir::new().unwrap();
    let (own, outside) = (dir.path().join("own"), dir.path().join("outside"));
    std::fs::create_dir_all(&own).unwrap();
    std::fs::create_dir_all(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, own.join("mappings")).unwrap();
    let theirs = dir.path().join("theirs.csv");
    let table = "source_framework,source_id,target_framework,target_id,relation,rationale\n\
                 acme-policy@1,P1,en-303-645@2.1.1,5.3-13,equal,the same\n";
    std::fs::write(&theirs, table).unwrap();
    let output = run(&["map", "import", shown(&theirs), "--into", shown(&own), "--apply"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("is a link"), "{said}");
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
}
