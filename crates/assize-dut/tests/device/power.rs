//! The power socket: what a loss of power takes and what it leaves, on the conformant device and on the flawed one.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Command, Output};

use crate::bench::{PASSWORD, Web, flawed, initialised, start};
use crate::flaws::{is_open, on_device};

async fn switched(turn: &str, socket: &std::path::Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assize-dut"));
    command.args(["power", turn]).arg(socket);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn power_goes_and_comes_with_what_was_written_down() {
    for (flaw, status) in [(None, 200), (Some("power-loss-resets"), 403)] {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("power.sock");
        let mut config = initialised();
        config.power_socket = Some(socket.clone());
        if let Some(flaw) = flaw {
            config = flawed(config, flaw);
        }
        let running = start(config).await;
        let admin = Web::admin(&running).await;
        assert_eq!(admin.post("/api/relay", r#"{"on":true}"#).await.status, 200);
        assert_eq!(said(&switched("state", &socket).await), "on");
        assert_eq!(said(&switched("off", &socket).await), "off");
        assert!(!is_open(&running, 8443).await);
        assert!(std::net::TcpStream::connect(running.endpoint("updates").unwrap()).is_ok());
        assert_eq!(said(&switched("state", &socket).await), "off");
        assert_eq!(said(&switched("on", &socket).await), "on");
        assert!(std::net::TcpStream::connect(on_device(&running, 8443)).is_ok());
        // A session ends with the power, an account does not.
        assert_ne!(admin.get("/api/status").await.status, 200);
        let web = Web::stranger(&running);
        assert_eq!(web.log_in("admin", PASSWORD).await.status, status, "{flaw:?}");
        running.stop().await;
        assert!(!switched("on", &socket).await.status.success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_at_the_socket_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("power.sock");
    let mut config = initialised();
    config.power_socket = Some(socket.clone());
    let running = start(config).await;
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(&[b'x'; 4096]).ok();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok();
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.is_empty() || answer.contains("say on, off or state"), "{answer}");
    assert!(is_open(&running, 8443).await);
}
