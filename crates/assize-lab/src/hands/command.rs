//! Runs a command of the bench: no shell, a bounded time, a bounded output.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

/// How long a command may take.
const LONGEST: Duration = Duration::from_secs(30);
/// How long its output is waited for when it has ended; what it started may hold it open.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Bytes of each output that are kept.
const MOST_KEPT: usize = 64 * 1024;
/// Characters of an output that a sentence quotes.
const MOST_QUOTED: usize = 160;

/// Runs a command in the assessment folder and gives what it was and said. The reason says why it failed: it cannot be
/// started, takes too long, or ends with another status than 0.
pub(super) async fn run(folder: &Path, command: &[String]) -> Result<String, String> {
    run_within(folder, command, LONGEST).await
}

async fn run_within(folder: &Path, command: &[String], longest: Duration) -> Result<String, String> {
    let [program, arguments @ ..] = command else { return Err("the command is empty".to_owned()) };
    let wrong = |e: std::io::Error| format!("`{program}` cannot be run: {e}");
    let folder = folder.canonicalize().map_err(wrong)?;
    let mut child = Command::new(located(&folder, program));
    child.args(arguments).current_dir(&folder);
    child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    child.process_group(0);
    // The tester's passwords are none of the command's business.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().to_uppercase().contains("PASSWORD") {
            child.env_remove(name);
        }
    }
    let began = Instant::now();
    let mut running = Running { child: child.spawn().map_err(wrong)? };
    let (out, err) = (kept(running.child.stdout.take()), kept(running.child.stderr.take()));
    let status = match timeout(longest, running.child.wait()).await {
        Ok(status) => status.map_err(wrong)?,
        Err(_) => {
            return Err(format!("`{program}` did not end within {} s and was stopped", longest.as_secs()));
        }
    };
    let took = began.elapsed().as_millis();
    let (out, err) = (heard(out).await, heard(err).await);
    if !status.success() {
        let said = if err.trim().is_empty() { &out } else { &err };
        return Err(format!("`{program}` ended with {status}: {}", quoted(said)));
    }
    Ok(format!("{command:?} ended with {status} after {took} ms\n--- output\n{out}\n--- errors\n{err}\n"))
}

/// A command that is stopped, with all that it started, when nobody waits for its end any more.
struct Running {
    child: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        if let Some(group) = id {
            kill_process_group(group, Signal::KILL).ok();
        }
    }
}

/// A program with a path is found from the assessment folder, one without along PATH.
fn located(folder: &Path, program: &str) -> PathBuf {
    if program.contains('/') { folder.join(program) } else { PathBuf::from(program) }
}

/// Reads an output to its end and keeps its beginning.
fn kept(output: Option<impl AsyncRead + Unpin + Send + 'static>) -> JoinHandle<Vec<u8>> {
    tokio::spawn(async move {
        let (mut all, mut chunk) = (Vec::new(), [0; 4096]);
        let Some(mut output) = output else { return all };
        while let Ok(size @ 1..) = output.read(&mut chunk).await {
            let room = MOST_KEPT - all.len();
            all.extend(chunk.get(..size.min(room)).unwrap_or_default());
        }
        all
    })
}

async fn heard(mut output: JoinHandle<Vec<u8>>) -> String {
    match timeout(LAST_WORDS, &mut output).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned(),
        Err(_) => {
            output.abort();
            "(something that the command started holds its output open)".to_owned()
        }
    }
}

fn quoted(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
    line.chars().filter(|c| !c.is_control()).take(MOST_QUOTED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(words: &[&str], longest: u64) -> Result<String, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("here"), "").unwrap();
        let command: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        runtime.block_on(run_within(dir.path(), &command, Duration::from_millis(longest)))
    }

    #[test]
    fn a_command_is_run_in_the_folder_and_without_a_shell() {
        assert!(ran(&["ls"], 5000).unwrap().contains("here"));
        assert!(ran(&["/bin/echo", "$HOME; ls"], 5000).unwrap().contains("$HOME; ls"));
    }

    #[test]
    fn what_fails_says_why() {
        assert!(ran(&["no-such-program"], 5000).unwrap_err().contains("cannot be run"));
        assert!(ran(&["./no-such-program"], 5000).unwrap_err().contains("cannot be run"));
        let failed = ran(&["/bin/sh", "-c", "echo \"it \u{7}sticks\" >&2; exit 3"], 5000).unwrap_err();
        assert!(failed.contains("3: it sticks"), "{failed:?}");
        assert!(ran(&[], 5000).is_err());
    }

    #[test]
    fn neither_time_nor_output_are_without_end() {
        assert!(ran(&["sleep", "30"], 100).unwrap_err().contains("did not end"));
        let flood = ran(&["/bin/sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x"], 20_000).unwrap();
        assert!(flood.len() < MOST_KEPT + 500, "{}", flood.len());
        let left = ran(&["/bin/sh", "-c", "sleep 5 & echo started"], 20_000).unwrap();
        assert!(left.contains("holds its output open"), "{left}");
    }

    #[test]
    fn what_a_stopped_command_started_is_stopped_too() {
        let dir = tempfile::tempdir().unwrap();
        let note = dir.path().join("pid");
        let script = format!("sleep 60 & echo $! > {}; wait", note.display());
        assert!(ran(&["/bin/sh", "-c", &script], 1000).unwrap_err().contains("did not end"));
        let pid = std::fs::read_to_string(note).unwrap();
        let runs = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
            !matches!(stat.rsplit(')').next().map(str::trim_start), Some(rest) if rest.is_empty() || rest.starts_with('Z'))
        };
        let end = std::time::Instant::now() + Duration::from_secs(10);
        while runs() && std::time::Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(!runs(), "{pid} is still there");
    }
}
