//! Flaw `debug-http`: a page left over from development tells everything to anyone.

use serde_json::json;

use crate::http::{Request, Response};
use crate::plug::Plug;

pub(crate) fn respond(plug: &Plug, request: &Request) -> Response {
    if request.method != "GET" {
        return Response::text(405, "only GET\n").with("allow", "GET".to_owned());
    }
    if !matches!(request.path.as_str(), "/" | "/debug") {
        return Response::text(404, "try /debug\n");
    }
    let state = plug.lock();
    let memory = state.memory();
    let value = json!({
        "version": memory.version,
        "serial": plug.unit.serial,
        "accounts": memory.accounts.keys().collect::<Vec<_>>(),
        "schedule": memory.schedule,
        "relay": memory.relay,
    });
    Response::json(200, &value)
}
