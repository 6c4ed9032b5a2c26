//! What the tests share: one explorer, an assessment, a server on the loopback.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod browser;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use assize_server::{Answer, Explorer, bind};
use tempfile::TempDir;

/// The explorer of the embedded catalogue, without an assessment.
pub fn explorer() -> &'static Explorer {
    static EXPLORER: OnceLock<Explorer> = OnceLock::new();
    EXPLORER.get_or_init(|| Explorer::new(assize_lab::catalogue().unwrap(), None))
}

/// The answer to an address, which has to be a page that is there.
pub fn page(address: &str) -> String {
    let answer = explorer().answer(address);
    assert_eq!(answer.status, 200, "{address}: {}", text_of(answer.text()));
    answer.text().to_owned()
}

pub fn answer(address: &str) -> Answer {
    explorer().answer(address)
}

/// The example product, judged on paper only: nothing of it passes then, and its disclosure policy fails, since it wants an
/// account.
pub fn assessment() -> TempDir {
    let dir = TempDir::new().unwrap();
    let example = root().join("examples/products/halden-plug");
    for name in ["product.toml", "ics.toml", "ixit.toml"] {
        std::fs::copy(example.join(name), dir.path().join(name)).unwrap();
    }
    let ixit = dir.path().join("ixit.toml");
    let text = std::fs::read_to_string(&ixit).unwrap();
    let (before, policy) = text.split_once("[2-UserInfo.disclosure_policy]").unwrap();
    let policy = policy.replacen("precondition = \"none\"", "precondition = \"an account\"", 1);
    std::fs::write(&ixit, format!("{before}[2-UserInfo.disclosure_policy]{policy}")).unwrap();
    let folder = assize_lab::Folder::open(dir.path()).unwrap();
    let catalogue = assize_lab::catalogue().unwrap();
    assize_lab::assess(&folder, catalogue, &assize_lab::Budget::default(), None, &mut Silent).unwrap();
    dir
}

struct Silent;

impl assize_lab::Progress for Silent {
    fn step(&mut self, _: usize, _: usize, _: &assize_lab::Step) {}
    fn part(&mut self, _: u64, _: u64, _: &str) {}
}

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A server on a free port of the loopback, until it is dropped.
pub struct Server {
    pub address: SocketAddr,
    end: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    pub fn start(folder: Option<PathBuf>) -> Self {
        let (tell, told) = std::sync::mpsc::channel();
        let (end, ended) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            let explorer = Arc::new(Explorer::new(assize_lab::catalogue().unwrap(), folder));
            let runtime =
                tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let listening = bind(explorer, "127.0.0.1:0".parse().unwrap()).await.unwrap();
                tell.send(listening.address()).unwrap();
                listening.run(async { drop(ended.await) }).await.unwrap();
            });
        });
        Self { address: told.recv().unwrap(), end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The text of a page without its marks, spaces made single.
pub fn text_of(page: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in page.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The part of a page from one mark to the next.
pub fn between<'p>(page: &'p str, start: &str, end: &str) -> &'p str {
    let from = page.find(start).unwrap_or_else(|| panic!("no {start}")) + start.len();
    &page[from..from + page[from..].find(end).unwrap_or_else(|| panic!("no {end} after {start}"))]
}

/// Says in the test's output that a test could not run here, and why; `ASSIZE_CI` turns it into a failure.
#[expect(clippy::print_stdout, reason = "the test's output is where the reason is looked for")]
pub fn not_run(why: &str) {
    println!("NOT RUN: {why}");
    assert!(std::env::var_os("ASSIZE_CI").is_none(), "not run in CI: {why}");
}
