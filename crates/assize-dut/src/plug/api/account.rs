//! Set-up, login, passwords, users, reset.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, json as json_of, not_stored, token};
use crate::http::{Request, Response, percent_decoded};
use crate::plug::access::{Account, Role, password_objection};
use crate::plug::memory::AutoUpdate;
use crate::plug::{LogIn, Plug, page};

/// Accounts a plug holds.
const ACCOUNTS: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetUp {
    #[serde(default)]
    password: String,
    #[serde(default)]
    telemetry: bool,
    auto_update: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    user: Option<String>,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    old: String,
    new: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUser {
    user: String,
    password: String,
    role: Role,
}

pub(super) fn set_up(plug: &Plug, request: &Request) -> Answer {
    let by_form = is_form(request);
    let wish = if by_form { set_up_form(request)? } else { json_of::<SetUp>(request)? };
    if plug.knobs.setup_needs_password
        && let Some(objection) = password_objection(&wish.password)
    {
        return Err(refused(plug, by_form, 422, objection));
    }
    let mut state = plug.lock();
    if state.memory().setup_done {
        drop(state);
        return Err(refused(plug, by_form, 409, "set-up is done already; a reset allows another"));
    }
    let changed = state.store.change(|memory| {
        memory.set_up(&wish.password);
        memory.telemetry = wish.telemetry;
        match wish.auto_update {
            Some(true) => memory.auto_update = AutoUpdate::On,
            Some(false) => memory.auto_update = AutoUpdate::Off,
            None => {}
        }
    });
    changed.map_err(not_stored)?;
    Ok(if by_form {
        Response::see_other("/")
    } else {
        Response::json(200, &json!({ "state": "initialised" }))
    })
}

pub(super) fn log_in(plug: &Plug, request: &Request) -> Answer {
    let by_form = is_form(request);
    let given = if by_form { log_in_form(request)? } else { json_of::<Credentials>(request)? };
    let user = given.user.as_deref().unwrap_or("admin");
    match plug.log_in(user, &given.password) {
        LogIn::Accepted(role) => Ok(welcome(plug, user, role, by_form)),
        LogIn::Refused if !plug.knobs.user_names_hidden && !plug.has_user(user) => {
            Err(refused(plug, by_form, 401, "there is no such user"))
        }
        LogIn::Refused => Err(refused(plug, by_form, 401, "user or password is wrong")),
        LogIn::Wait(wait) => {
            let seconds = wait.as_millis().div_ceil(1000);
            let refusal = refused(plug, by_form, 429, "too many failed logins; wait before the next");
            Err(refusal.with("retry-after", seconds.to_string()))
        }
    }
}

pub(super) fn log_out(plug: &Plug, request: &Request) -> Response {
    plug.lock().sessions.close(token(request).unwrap_or(""));
    let response = if is_form(request) { Response::see_other("/") } else { Response::json(200, &json!({})) };
    response.with("set-cookie", "session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict".to_owned())
}

pub(super) fn change_password(plug: &Plug, request: &Request, user: &str) -> Answer {
    let wish: PasswordChange = json_of(request)?;
    // Who delivers admin/admin on every unit does not mind weak passwords either.
    if let Some(objection) = password_objection(&wish.new).filter(|_| !plug.knobs.universal_default_password)
    {
        return Err(Response::error(422, objection));
    }
    let role = match plug.log_in(user, &wish.old) {
        LogIn::Accepted(role) => role,
        LogIn::Refused => return Err(Response::error(403, "the old password is wrong")),
        LogIn::Wait(_) => return Err(Response::error(429, "too many failed logins; wait before the next")),
    };
    let mut state = plug.lock();
    if plug.knobs.password_change_effective {
        let account = Account::new(role, &wish.new);
        state.store.change(|m| drop(m.accounts.insert(user.to_owned(), account))).map_err(not_stored)?;
    }
    state.sessions.close_all_of(user);
    Ok(Response::json(200, &json!({ "done": "the password is changed; log in again" })))
}

pub(super) fn add_user(plug: &Plug, request: &Request) -> Answer {
    let wish: NewUser = json_of(request)?;
    let name_reads = (1..=16).contains(&wish.user.len())
        && wish.user.starts_with(|c: char| c.is_ascii_lowercase())
        && wish.user.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !name_reads {
        return Err(Response::error(
            422,
            "a user name has 1 to 16 letters a-z, digits and hyphens, a letter first",
        ));
    }
    if let Some(objection) = password_objection(&wish.password) {
        return Err(Response::error(422, objection));
    }
    let mut state = plug.lock();
    let accounts = &state.memory().accounts;
    if accounts.contains_key(&wish.user) || accounts.len() >= ACCOUNTS {
        return Err(Response::error(409, "there is such a user already, or no room for another"));
    }
    let account = Account::new(wish.role, &wish.password);
    state.store.change(|m| drop(m.accounts.insert(wish.user, account))).map_err(not_stored)?;
    Ok(Response::json(200, &json!({ "done": "the user may log in" })))
}

pub(super) fn reset(plug: &Plug) -> Answer {
    plug.reset().map_err(not_stored)?;
    let done = "your settings, users and schedule are erased on the plug, and your readings at Halden Home";
    Ok(Response::json(200, &json!({ "state": "factory", "done": done })))
}

fn welcome(plug: &Plug, user: &str, role: Role, by_form: bool) -> Response {
    let token = plug.lock().sessions.open(user, role);
    let kept = if plug.knobs.foreign_sites_refused { "; SameSite=Strict" } else { "" };
    let cookie = format!("session={token}; Path=/; Max-Age=1800; Secure; HttpOnly{kept}");
    let response = if by_form {
        Response::see_other("/")
    } else {
        Response::json(200, &json!({ "token": token, "role": role }))
    };
    response.with("set-cookie", cookie)
}

/// A person at the page gets the page again with the words, a program gets JSON.
fn refused(plug: &Plug, by_form: bool, status: u16, words: &str) -> Response {
    if by_form {
        return Response { status, ..page::front(plug, None, words) };
    }
    Response::error(status, words)
}

fn is_form(request: &Request) -> bool {
    request.is_of_type("application/x-www-form-urlencoded")
}

fn set_up_form(request: &Request) -> Result<SetUp, Response> {
    let mut fields = form(request)?;
    let password = fields.remove("password").unwrap_or_default();
    // A box without its tick is not sent at all.
    let (telemetry, auto_update) =
        (fields.contains_key("telemetry"), Some(fields.contains_key("auto_update")));
    Ok(SetUp { password, telemetry, auto_update })
}

fn log_in_form(request: &Request) -> Result<Credentials, Response> {
    let mut fields = form(request)?;
    let user = fields.remove("user").filter(|name| !name.is_empty());
    Ok(Credentials { user, password: fields.remove("password").unwrap_or_default() })
}

fn form(request: &Request) -> Result<BTreeMap<String, String>, Response> {
    let bad = || Response::error(400, "the form does not read");
    let text = str::from_utf8(&request.body).map_err(|_| bad())?;
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((percent_decoded(name)?, percent_decoded(value)?))
        })
        .collect::<Option<_>>()
        .ok_or_else(bad)
}

/// The state word of a plug, as pages and calls use it.
pub(super) fn state_word(plug: &Plug) -> Value {
    json!(if plug.is_initialised() { "initialised" } else { "factory" })
}
