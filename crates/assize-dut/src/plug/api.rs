//! The web server of the plug: the table of its pages and calls, who may use each, and the way from a request to an answer.

mod account;
mod settings;
mod update;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::access::{Role, Session};
use super::{Plug, page};
use crate::http::{Request, Response};

/// What a call comes to: the answer, or the answer that says why not.
type Answer = Result<Response, Response>;

/// Who may use a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Anyone, in every state.
    Nobody,
    /// Anyone, once set-up is done.
    SetUp,
    /// Someone logged in with at least this role.
    Login(Role),
}

const ADMIN: Need = Need::Login(Role::Admin);
const GUEST: Need = Need::Login(Role::Guest);

/// The deepest nesting at which a parser with the flaw `input-stops-web-server` has stack left.
const DEPTH: usize = 64;

/// Every call of the plug.
const CALLS: &[(&str, &str, Need)] = &[
    ("GET", "/", Need::Nobody),
    ("GET", "/api/product", Need::Nobody),
    ("POST", "/api/setup", Need::Nobody),
    ("POST", "/api/login", Need::SetUp),
    ("POST", "/api/logout", GUEST),
    ("POST", "/api/password", GUEST),
    ("POST", "/api/users", ADMIN),
    ("POST", "/api/reset", ADMIN),
    ("GET", "/api/status", GUEST),
    ("POST", "/api/relay", GUEST),
    ("GET", "/api/schedule", ADMIN),
    ("POST", "/api/schedule", ADMIN),
    ("GET", "/api/consent", ADMIN),
    ("POST", "/api/consent", ADMIN),
    ("GET", "/api/update", ADMIN),
    ("POST", "/api/update/check", ADMIN),
    ("POST", "/api/update/install", ADMIN),
    ("POST", "/api/update/auto", ADMIN),
];

/// Answers one request to the plug's web server; `None` when the server falls over instead.
pub(crate) async fn respond(plug: Arc<Plug>, mut request: Request) -> Option<Response> {
    if !plug.knobs.foreign_sites_refused && request.is_of_type("text/plain") {
        request.headers.retain(|(name, _)| name != "content-type");
        request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    if plug.is_web_down() || (!plug.knobs.offline_function && plug.is_initialised() && plug.is_cut_off()) {
        return None;
    }
    let response = answered(&plug, &request).await;
    (!plug.is_web_down()).then_some(response)
}

async fn answered(plug: &Arc<Plug>, request: &Request) -> Response {
    let response = match permitted(plug, request) {
        Ok(session) => dispatch(plug, request, session).await.unwrap_or_else(|refusal| refusal),
        Err(refusal) if refusal.status == 404 && !plug.knobs.paths_escaped => page::missing(&request.path),
        Err(refusal) => refusal,
    };
    if !plug.knobs.web_server_named.is_empty() {
        return response.with("server", plug.knobs.web_server_named.clone());
    }
    if plug.knobs.version_hidden {
        return response;
    }
    let version = plug.lock().memory().version;
    response.with("server", format!("halden-plug/{version}"))
}

async fn dispatch(plug: &Arc<Plug>, request: &Request, session: Option<Session>) -> Answer {
    let user = session.as_ref().map_or("", |s| s.user.as_str());
    if !plug.knobs.nesting_survived && depth(&request.body) > DEPTH {
        plug.stop_web();
    }
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => Ok(page::front(plug, session.as_ref(), "")),
        ("GET", "/api/product") => Ok(settings::product(plug)),
        ("GET", "/backup.cfg") if plug.knobs.backup_open => Ok(settings::backup(plug)),
        ("GET", "/logs/") if plug.knobs.folder_listed => Ok(page::listing()),
        ("POST", "/api/setup") => account::set_up(plug, request),
        ("POST", "/api/login") => account::log_in(plug, request),
        ("POST", "/api/logout") => Ok(account::log_out(plug, request)),
        ("POST", "/api/password") => account::change_password(plug, request, user),
        ("POST", "/api/users") => account::add_user(plug, request),
        ("POST", "/api/reset") => account::reset(plug),
        ("GET", "/api/status") => Ok(settings::status(plug)),
        ("POST", "/api/relay") => settings::switch(plug, request),
        ("GET", "/api/schedule") => Ok(settings::schedule(plug)),
        ("POST", "/api/schedule") => settings::set_schedule(plug, request),
        ("GET", "/api/consent") => Ok(settings::consent(plug)),
        ("POST", "/api/consent") => settings::set_consent(plug, request),
        ("GET", "/api/update") => Ok(update::state(plug)),
        ("POST", "/api/update/check") => update::check(plug).await,
        ("POST", "/api/update/install") => update::install(plug).await,
        ("POST", "/api/update/auto") => update::set_auto(plug, request),
        _ => Err(Response::error(404, "there is nothing at this place")),
    }
}

/// How deep the brackets of a body are nested.
fn depth(body: &[u8]) -> usize {
    let (mut now, mut deepest) = (0_usize, 0);
    for byte in body {
        match byte {
            b'[' | b'{' => now += 1,
            b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

/// The session behind a request that may proceed; otherwise the refusal.
fn permitted(plug: &Plug, request: &Request) -> Result<Option<Session>, Response> {
    let is_left_open = match request.path.as_str() {
        "/backup.cfg" => plug.knobs.backup_open,
        "/logs/" => plug.knobs.folder_listed,
        _ => false,
    };
    if is_left_open {
        return Ok(None);
    }
    let need = need_of(request)?;
    let session = token(request).and_then(|t| plug.lock().sessions.find(t).cloned());
    if need == Need::Nobody {
        return Ok(session);
    }
    if !plug.is_initialised() {
        return Err(Response::error(403, "set-up is not finished: choose a password first"));
    }
    let Need::Login(role) = need else { return Ok(session) };
    if request.path == "/api/update/auto" && !plug.knobs.settings_need_login {
        return Ok(session);
    }
    match session {
        None => {
            let refusal = Response::error(401, "log in first");
            Err(refusal.with("www-authenticate", "Bearer realm=\"plug\"".to_owned()))
        }
        Some(session) if session.role < role && plug.knobs.guest_limited => {
            Err(Response::error(403, "this needs the role admin"))
        }
        some => Ok(some),
    }
}

fn need_of(request: &Request) -> Result<Need, Response> {
    let here: Vec<_> = CALLS.iter().filter(|(_, path, _)| *path == request.path).collect();
    if let Some((_, _, need)) = here.iter().find(|(method, _, _)| *method == request.method) {
        return Ok(*need);
    }
    if here.is_empty() {
        return Err(Response::error(404, "there is nothing at this place"));
    }
    let allowed: Vec<&str> = here.iter().map(|(method, _, _)| *method).collect();
    Err(Response::error(405, "this method is not for this place").with("allow", allowed.join(", ")))
}

/// The token a request carries, as bearer or in the cookie.
fn token(request: &Request) -> Option<&str> {
    if let Some(bearer) = request.header("authorization") {
        return bearer.strip_prefix("Bearer ");
    }
    request.header("cookie")?.split(';').find_map(|part| part.trim().strip_prefix("session="))
}

/// The JSON body of a request, of exactly the expected shape.
fn json<T: DeserializeOwned>(request: &Request) -> Result<T, Response> {
    if !request.is_of_type("application/json") {
        return Err(Response::error(415, "send application/json"));
    }
    let wrong = |e: serde_json::Error| match e.classify() {
        Category::Data => Response::error(422, "a field is missing, unknown or of the wrong type"),
        _ => Response::error(400, "the JSON does not read"),
    };
    // Only an object will do; serde alone would take a list of the values as well.
    let fields: Map<String, Value> = serde_json::from_slice(&request.body).map_err(wrong)?;
    serde_json::from_value(Value::Object(fields)).map_err(wrong)
}

/// The answer when the plug could not write its memory.
fn not_stored(_: std::io::Error) -> Response {
    Response::error(500, "the plug could not store the change")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Request {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Request { method: method.into(), path: path.into(), headers, body: Vec::new() }
    }

    #[test]
    fn unknown_places_and_methods_are_told_apart() {
        assert_eq!(need_of(&request("GET", "/nowhere", &[])).unwrap_err().status, 404);
        assert_eq!(need_of(&request("DELETE", "/api/schedule", &[])).unwrap_err().status, 405);
        assert_eq!(need_of(&request("GET", "/api/status", &[])).unwrap(), GUEST);
    }

    #[test]
    fn the_token_is_found_in_either_place() {
        assert_eq!(token(&request("GET", "/", &[("authorization", "Bearer abc")])), Some("abc"));
        assert_eq!(token(&request("GET", "/", &[("cookie", "x=y; session=abc")])), Some("abc"));
        assert_eq!(token(&request("GET", "/", &[("authorization", "Basic abc")])), None);
        assert_eq!(token(&request("GET", "/", &[])), None);
    }
}
