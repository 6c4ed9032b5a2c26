//! What the user sees of updates, and how they are steered.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::{Answer, json as json_of, not_stored};
use crate::clock;
use crate::http::{Request, Response};
use crate::plug::Plug;
use crate::plug::memory::AutoUpdate;
use crate::plug::update::{self, Outcome, Refusal};

/// How long a postponement lasts.
const WEEK: u64 = 7 * 86_400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Auto {
    auto: AutoUpdate,
}

pub(super) fn state(plug: &Plug) -> Response {
    let state = plug.lock();
    let value = json!({
        "installed": state.memory().version,
        "available": state.available,
        "auto": state.memory().auto_update,
        "last": state.last_update,
    });
    Response::json(200, &value)
}

pub(super) async fn check(plug: &Arc<Plug>) -> Answer {
    update::look(plug).await.map_err(refused)?;
    Ok(state(plug))
}

pub(super) async fn install(plug: &Arc<Plug>) -> Answer {
    match update::install(plug).await.map_err(refused)? {
        Outcome::UpToDate => Ok(Response::json(200, &json!({ "done": "the firmware is up to date" }))),
        Outcome::Installed(version) => {
            Ok(Response::json(200, &json!({ "done": "installed", "version": version })))
        }
    }
}

pub(super) fn set_auto(plug: &Plug, request: &Request) -> Answer {
    let Auto { auto } = json_of(request)?;
    let changed = plug.lock().store.change(|memory| {
        memory.auto_update = auto;
        memory.postponed_until = if auto == AutoUpdate::Postpone { clock::seconds() + WEEK } else { 0 };
    });
    changed.map_err(not_stored)?;
    Ok(Response::json(200, &json!({ "auto": auto })))
}

fn refused(refusal: Refusal) -> Response {
    let status = if refusal == Refusal::Unreachable { 502 } else { 409 };
    Response::error(status, &format!("the update is refused: {}", refusal.words()))
}
