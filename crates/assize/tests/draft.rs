//! `assize observe --draft`: a declaration begun from what the reference device shows.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use assize_dut::{Config, Device, InitialState};
use assize_lab::{Folder, catalogue};
use assize_model::fact::Transport;
use serde_json::Value;
use tempfile::TempDir;

fn run(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
    command.env("NO_COLOR", "1").stdin(Stdio::null()).args(args).output().unwrap()
}

fn json(args: &[&str]) -> Value {
    let output = run(args);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{args:?}: {e}\n{}", String::from_utf8_lossy(&output.stderr)))
}

/// Runs the work while a device with these flaws is on; gives its address.
fn with_device<T>(flaws: &[&str], work: impl FnOnce(&str) -> T) -> T {
    let [a, b, ..] = std::process::id().to_le_bytes();
    let [device, services] = [10, 20].map(|last| format!("127.{}.{b}.{last}", 232 + a % 16));
    let mut config = Config::new(device.parse().unwrap(), services.parse().unwrap());
    config.flaws = flaws.iter().map(|f| (*f).to_owned()).collect();
    config.initial_state = InitialState::Initialised { password: "correct horse battery".into() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let running = runtime.block_on(Device::start(config)).unwrap();
    let out = work(&device);
    runtime.block_on(running.stop());
    out
}

#[test]
fn the_draft_holds_what_was_seen_and_names_what_is_open() {
    let dir = TempDir::new().unwrap();
    let plug = dir.path().join("plug");
    let at = plug.to_str().unwrap();
    let address = with_device(&["telnet-login"], |address| {
        let seen = json(&["observe", address, "--draft", at, "--format", "json"]);
        assert_eq!(seen["draft"], at, "{seen:#}");
        address.to_owned()
    });
    let checked = json(&["check", at, "--format", "json"]);
    assert_eq!(checked["errors"], 0, "{checked:#}");
    let shown = checked.to_string();
    assert!(shown.contains("left-empty") && shown.contains("ComMech-tcp-8443"), "{checked:#}");

    let (reading, _) = Folder::open(&plug).unwrap().declaration(catalogue().unwrap()).unwrap();
    let declaration = reading.declaration.unwrap();
    assert_eq!(declaration.product.bench.address, Some(address));
    let ixit = &declaration.ixit;
    let https = ixit.com_mech.iter().find(|m| m.reached_at[0].is_dut(Transport::Tcp, 8443)).unwrap();
    let crypto = https.crypto.as_ref().unwrap();
    assert_eq!(
        (&crypto.protocols[..], crypto.valid_certificate),
        (&["TLS 1.3", "TLS 1.2"].map(String::from)[..], Some(true))
    );
    let logins: Vec<String> = ixit.auth_mech.iter().map(|m| m.reached_at[0].to_string()).collect();
    assert!(["tcp/2323", "tcp/8443"].iter().all(|l| logins.iter().any(|x| x == l)), "{logins:?}");
    assert!(ixit.soft_serv.iter().any(|s| s.authentication == ["AuthMech-tcp-2323"]));
    assert!(ixit.user_intf.iter().any(|i| i.id == "UserIntf-tcp-8443"));
    let plan = json(&["plan", at, "--format", "json"]);
    assert!(plan["units"].is_array());
}

#[test]
fn nothing_is_overwritten() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("notes.txt"), "mine").unwrap();
    let at = dir.path().to_str().unwrap();
    let output = run(&["observe", "127.231.7.10", "--only", "udp-services", "--draft", at]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("not empty") && said.contains(at), "{said}");
    assert!(!Path::new(at).join("ixit.toml").exists());

    let file = dir.path().join("notes.txt");
    let output =
        run(&["observe", "127.231.7.10", "--only", "udp-services", "--draft", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
}
