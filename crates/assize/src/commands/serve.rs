//! `assize serve`: the explorer on this machine.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use assize_lab::{Error, Result};
use assize_server::Explorer;

use super::held;
use super::judge::judged;
use crate::args::ServeArgs;
use crate::output::{bold, dim, say};

pub(super) fn run(args: &ServeArgs) -> Result<ExitCode> {
    let catalogue = held()?;
    if !args.listen.ip().is_loopback() && !args.public {
        let why = "other machines could read the pages; say `--public` if they may".into();
        return Err(Error::Address { given: args.listen.to_string(), why });
    }
    // A folder that cannot be judged is said here, where the user is, and not on the first page.
    args.dir.as_deref().map(readable).transpose()?;
    let explorer = Arc::new(Explorer::new(catalogue, args.dir.clone()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Runtime)?;
    runtime.block_on(serve(explorer, args)).map_err(|error| match error {
        assize_server::Error::Listen { address, source } => {
            let why = format!("{source}; choose another with `--listen`");
            Error::Address { given: address.to_string(), why }
        }
        assize_server::Error::Serve(source) => Error::Runtime(source),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn readable(dir: &Path) -> Result<()> {
    judged(dir, None).map(|_| ())
}

async fn serve(explorer: Arc<Explorer>, args: &ServeArgs) -> assize_server::Result<()> {
    let listening = assize_server::bind(explorer, args.listen).await?;
    say!("The atlas is at {}", bold(format!("http://{}/", listening.address())));
    if let Some(dir) = &args.dir {
        say!(
            "The assessment in {} is at {}",
            dir.display(),
            bold(format!("http://{}/assessment", listening.address()))
        );
    }
    say!("{}", dim("Ctrl-C ends it."));
    let _ = std::io::stdout().flush();
    listening.warmed().run(assize_server::asked_to_end()).await
}
