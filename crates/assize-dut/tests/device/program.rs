//! The program `assize-dut`: ready line, ends, lists.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::bench::{PASSWORD, addresses};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_assize-dut"))
}

fn output(args: &[&str]) -> Output {
    program().args(args).stdin(Stdio::null()).output().unwrap()
}

/// Starts an instance and reads its ready line.
fn started(more: &[&str]) -> (Child, Value) {
    let (device, services) = addresses();
    let mut command = program();
    command.args(["--device", &device.to_string(), "--services", &services.to_string()]).args(more);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (&ready["ready"], ready["device"].as_str()),
        (&true.into(), Some(device.to_string().as_str()))
    );
    (child, ready)
}

#[test]
fn it_says_where_it_is_and_ends_with_its_input() {
    let (mut child, ready) = started(&["--state", "initialised", "--flaw", "ssh-open"]);
    assert_eq!(ready["pid"], child.id());
    assert_eq!(ready["password"].as_str().unwrap().len(), 16);
    assert!(std::fs::read_to_string(ready["ca"].as_str().unwrap()).unwrap().contains("BEGIN CERTIFICATE"));
    let names: Vec<_> =
        ready["endpoints"].as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["broker", "site", "updates", "web", "mdns", "ssh"]);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_given_password_is_not_repeated_and_sigterm_ends_it() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{PASSWORD}").unwrap();
    let (mut child, ready) =
        started(&["--state", "initialised", "--password-file", file.path().to_str().unwrap()]);
    assert_eq!((&ready["password"], ready["state"].as_str()), (&Value::Null, Some("initialised")));
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn flaws_are_listed_for_people_and_programs() {
    let list: Value = serde_json::from_slice(&output(&["--list-flaws", "--json"]).stdout).unwrap();
    let text = String::from_utf8(output(&["--list-flaws"]).stdout).unwrap();
    assert_eq!(list.as_array().unwrap().len(), text.lines().count());
    assert!(text.lines().any(|line| line.starts_with("telnet-login ")));
}

#[test]
fn what_cannot_start_says_why() {
    for (args, word) in [
        (&["--flaw", "no-such"][..], "--list-flaws"),
        (&["--bogus"], "--help"),
        (&["--device", "192.0.2.9"], "loopback"),
    ] {
        let output = output(args);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(error.starts_with("assize-dut: failed to ") && error.contains(word), "{error}");
    }
}
