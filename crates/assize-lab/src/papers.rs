//! Reads the papers that 2-UserInfo names: pages at their place of publication, `security.txt`, and copies in the folder.

use assize_model::declaration::Declaration;
use assize_probes::{Budget, KeyFile, ProbeId, Sink, Trouble, copy, fetch, fetch_security_txt};

use crate::steps::{Step, allowed_hosts};
use crate::{Folder, Result};

/// Reads a paper, from the folder or from its place of publication.
pub(crate) async fn read(
    step: &Step,
    folder: &Folder,
    declaration: &Declaration,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<std::result::Result<(), Trouble>> {
    if step.copy {
        return Ok(read_copy(folder, &step.name, sink));
    }
    let hosts = allowed_hosts(declaration)?;
    if step.probe != ProbeId::SecurityTxt {
        return Ok(fetch(&step.name, &hosts, budget, sink).await);
    }
    Ok(match key_file(folder, declaration) {
        Ok(key) => fetch_security_txt(&step.name, key.as_ref(), &hosts, budget, sink).await,
        Err(trouble) => Err(trouble),
    })
}

/// Hands over the copy of a publication; one that cannot be read is the bench's trouble.
fn read_copy(folder: &Folder, file: &str, sink: &mut dyn Sink) -> std::result::Result<(), Trouble> {
    let bytes = folder.paper(file).map_err(|why| Trouble::Copy { file: file.to_owned(), why })?;
    sink.observe(copy(file, bytes)).map_err(Trouble::Stopped)
}

/// The certificate that `security.txt` is declared to be signed with.
fn key_file(folder: &Folder, declaration: &Declaration) -> std::result::Result<Option<KeyFile>, Trouble> {
    let info = declaration.ixit.user_info.as_ref();
    let Some(file) = info.and_then(|info| info.security_txt_key.clone()) else { return Ok(None) };
    match folder.paper(&file) {
        Ok(bytes) => Ok(Some(KeyFile { file, bytes })),
        Err(why) => Err(Trouble::Key { file, why }),
    }
}
