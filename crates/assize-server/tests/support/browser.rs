//! A real browser, spoken to over WebDriver: enough of it to open pages, run a script and click a link.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Chromium under its driver; both end when it is dropped.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: TempDir,
    /// One browser at a time, so that none waits for the others' pages.
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

impl Browser {
    /// Starts it, or says what is missing.
    pub fn start() -> Result<Self, String> {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let profile = TempDir::new().map_err(|e| e.to_string())?;
        let (driver, port) = driver()?;
        let mut browser = Self { driver, port, session: String::new(), _profile: profile, _turn: turn };
        let folder = browser._profile.path().display();
        let arguments = json!([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            format!("--user-data-dir={folder}"),
        ]);
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": { "args": arguments } } } });
        let opened = browser.call("POST", "/session", &wanted)?;
        browser.session = format!("/session/{}", opened["sessionId"].as_str().ok_or("no session")?);
        Ok(browser)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if method == "GET" || method == "DELETE" { String::new() } else { body.to_string() };
        let text = |e: std::io::Error| format!("the driver does not answer: {e}");
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).map_err(text)?;
        socket.set_read_timeout(Some(Duration::from_secs(60))).map_err(text)?;
        write!(
            socket,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        )
        .map_err(text)?;
        // The driver keeps the connection open; its answer is as long as it says.
        let mut answer = BufReader::new(socket);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).map_err(text)?;
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(|_| "a length that is none")?;
            }
            if line.is_empty() {
                break;
            }
        }
        let mut bytes = vec![0; length];
        answer.read_exact(&mut bytes).map_err(text)?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|e| e.to_string())?;
        match value["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["value"]["message"])),
            None => Ok(value["value"].clone()),
        }
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call("POST", &format!("{}{path}", self.session), body).unwrap()
    }

    /// A command of the browser's own protocol.
    pub fn command(&self, name: &str, arguments: Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": name, "params": arguments }))
    }

    /// Opens a page and waits until it is loaded.
    pub fn open(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
    }

    /// What a script gives back; it runs as the driver's, not as the page's, so the page's policy does not stop it.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// What a script hands to its last argument.
    pub fn wait_for(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Clicks the first element that a selector finds.
    pub fn click(&self, selector: &str) {
        let id = self.element(selector);
        self.post(&format!("/element/{id}/click"), &json!({}));
    }

    /// Types into the first element that a selector finds.
    pub fn type_into(&self, selector: &str, text: &str) {
        let id = self.element(selector);
        self.post(&format!("/element/{id}/value"), &json!({ "text": text }));
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        let id = found.as_object().and_then(|o| o.values().next()).and_then(Value::as_str);
        id.unwrap_or_else(|| panic!("no {selector}")).to_owned()
    }

    /// The text of the first element that a selector finds, as a reader sees it.
    pub fn text(&self, selector: &str) -> String {
        let id = self.element(selector);
        let path = format!("{}/element/{id}/text", self.session);
        self.call("GET", &path, &Value::Null).unwrap().as_str().unwrap_or_default().to_owned()
    }

    /// Waits until it is where a part of the address says; following a link or sending a form takes a moment.
    pub fn arrives(&self, part: &str) {
        for _ in 0..200 {
            let loaded = self.run_ready();
            if loaded && self.address().contains(part) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it is at {} and not at {part}", self.address());
    }

    /// Whether the page has been read to its end, as the driver sees it: its last element is there.
    fn run_ready(&self) -> bool {
        self.call(
            "POST",
            &format!("{}/elements", self.session),
            &json!({ "using": "css selector", "value": "main" }),
        )
        .is_ok_and(|found| found.as_array().is_some_and(|a| !a.is_empty()))
    }

    /// Where it is.
    pub fn address(&self) -> String {
        let path = format!("{}/url", self.session);
        self.call("GET", &path, &Value::Null).unwrap().as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.call("DELETE", &self.session, &Value::Null);
        }
        // Ends browsers too whose session never came to be known here.
        let _ = self.call("GET", "/shutdown", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts the driver on a free port.
fn driver() -> Result<(Child, u16), String> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("chromedriver does not start ({e}); scripts/setup.sh installs it"))?;
    let output = driver.stdout.take().expect("piped");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let port =
        lines.find_map(|line| line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok());
    // The pipe is read to its end, or the driver would stand still when it is full.
    std::thread::spawn(move || lines.for_each(drop));
    match port {
        Some(port) => Ok((driver, port)),
        None => {
            let _ = driver.kill();
            let _ = driver.wait();
            Err("chromedriver names no port".into())
        }
    }
}

/// The accessibility checker, where scripts/setup.sh has put it.
pub fn axe() -> Result<String, String> {
    let path: PathBuf = super::root().join("target/tools/axe/axe.min.js");
    let missing = |e| format!("axe-core is not at target/tools/axe ({e}); scripts/setup.sh fetches it");
    std::fs::read_to_string(path).map_err(missing)
}
