//! Judging a full stored assessment again: 226 units, 10,000 facts. Repeat with `cargo bench -p assize-lab`.

use std::path::PathBuf;

use assize_evidence::{Draft, Store};
use assize_lab::{Folder, catalogue, judge};
use assize_model::fact::{Fact, HttpAnswer, PortScan, PortState, Protocol, Service, TcpPort, Transport};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use tempfile::TempDir;

const DUT: &str = "127.77.3.10";
const TIME: &str = "2026-01-01T00:00:00Z";

/// A folder with the example declaration in which every provision is claimed, and 10,000 facts.
fn stored() -> TempDir {
    let dir = TempDir::new().expect("a temporary folder can be made");
    let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/products/halden-plug");
    let mut store = Store::open(dir.path().join("evidence")).expect("a new store opens");
    let mut files = serde_json::Map::new();
    let mut objects = Vec::new();
    for name in ["product.toml", "ics.toml", "ixit.toml"] {
        let mut text = std::fs::read_to_string(example.join(name)).expect("the example is there");
        if name == "ics.toml" {
            text = text
                .replace("support = \"no\"", "support = \"yes\"")
                .replace("support = \"n/a\"", "support = \"yes\"");
        }
        std::fs::write(dir.path().join(name), &text).expect("the folder is writable");
        let digest = store.put(text.as_bytes()).expect("the store takes objects");
        files.insert(name.into(), json!(digest));
        objects.push(digest);
    }
    let mut write = |kind: &str, body: Value, objects: &[assize_evidence::Digest]| {
        store.append(Draft { time: TIME, kind, body, objects }).expect("the store takes records");
    };
    write("run-start", json!({ "format": 1, "tool": "bench", "spec": "ts-103-701@1.1.1" }), &[]);
    write("declaration", json!({ "files": files }), &objects);
    write("step-start", json!({ "probe": "tcp-ports", "target": DUT }), &[]);
    for n in 0..10_000u32 {
        write("fact", json!({ "probe": "tcp-ports", "target": DUT, "fact": fact(n), "raw": [] }), &[]);
    }
    write("step-end", json!({ "probe": "tcp-ports", "target": DUT, "facts": 10_000 }), &[]);
    write("run-end", json!({ "steps": 1, "troubles": 0 }), &[]);
    drop(store);
    dir
}

fn fact(n: u32) -> Fact {
    let target = DUT.to_owned();
    let port = u16::try_from(1 + n % 60_000).expect("below 65536");
    match n % 4 {
        _ if n == 0 => Fact::PortScan(PortScan {
            target,
            transport: Transport::Tcp,
            tried: 65_535,
            open: vec![8443],
            closed: 65_534,
            silent: 0,
            control: false,
        }),
        0 => Fact::TcpPort(TcpPort { target, port: 8443, state: PortState::Open, momentary: false }),
        1 => Fact::TcpPort(TcpPort { target, port, state: PortState::Closed, momentary: false }),
        2 => Fact::Service(Service {
            tls: true,
            banner: format!("HTTP/1.1 200 OK {n}"),
            ..Service::new(target, Transport::Tcp, 8443, Protocol::Http)
        }),
        _ => Fact::HttpAnswer(HttpAnswer {
            target,
            port: 8443,
            tls: true,
            path: format!("/{n}"),
            status: 200,
            server: String::new(),
            title: "Halden Plug P1".into(),
            challenge: None,
            password_field: true,
            redirect: None,
        }),
    }
}

fn benches(c: &mut Criterion) {
    let held = catalogue().expect("the catalogue is sound");
    let dir = stored();
    let folder = Folder::open(dir.path()).expect("the folder is there");
    c.bench_function("judge 226 units, 10,000 facts", |b| {
        b.iter(|| judge(&folder, held, None).expect("it judges"))
    });
    c.bench_function("load the catalogue", |b| {
        b.iter(|| assize_model::catalogue::Catalogue::read(assize_catalogue::FILES).expect("it reads"));
    });
}

criterion_group!(judge_again, benches);
criterion_main!(judge_again);
