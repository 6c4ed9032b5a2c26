//! Programs that tasks start: cargo, in the root of the workspace.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{Error, Result};

/// Runs cargo with its output going where ours goes.
pub(crate) fn cargo(root: &Path, step: &str, args: &[&str], env: &[(&str, &str)]) -> Result<()> {
    let mut command = command(root, args);
    command.envs(env.iter().copied()).stdin(Stdio::null());
    let status = command.status().map_err(|source| Error::Start { program: "cargo".into(), source })?;
    if status.success() { Ok(()) } else { Err(Error::Step(step.to_owned())) }
}

/// What `cargo metadata` says of the members of the workspace.
///
/// # Errors
/// When cargo cannot be started or says something else than JSON.
pub fn metadata(root: &Path) -> Result<Value> {
    let args = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let program = || "cargo metadata".to_owned();
    let output =
        command(root, &args).output().map_err(|source| Error::Start { program: program(), source })?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::Answer { program: program(), reason });
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| Error::Answer { program: program(), reason: error.to_string() })
}

fn command(root: &Path, args: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(args).current_dir(root);
    command
}
