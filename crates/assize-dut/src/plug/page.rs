//! The page a person sees: set-up, login, or the plug's state. Before a login it tells the designation and no version.

use super::Plug;
use super::access::Session;
use crate::http::{Response, escape, percent_decoded};

/// The page at `/`, with words about what was just refused; empty when nothing was.
pub(super) fn front(plug: &Plug, session: Option<&Session>, words: &str) -> Response {
    let body = if !plug.is_initialised() {
        set_up(plug)
    } else if let Some(session) = session {
        overview(plug, session)
    } else {
        LOG_IN.to_owned()
    };
    let notice =
        if words.is_empty() { String::new() } else { format!("<p role=\"alert\">{}</p>\n", escape(words)) };
    let model = escape(&plug.knobs.model_designation);
    let logo = match plug.knobs.logo_in_clear {
        true => format!("<img src=\"http://{}/logo.png\" alt=\"\">\n", plug.unit.site),
        false => String::new(),
    };
    let footer = footer(plug);
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{model}</title></head>\n<body>\n\
         {logo}<h1>{model}</h1>\n{notice}{body}{footer}</body>\n</html>\n"
    );
    Response::html(200, page)
}

/// What is told of an address that is not there by a plug that does not mind what the address holds: that is the flaw.
pub(super) fn missing(path: &str) -> Response {
    let path = percent_decoded(path).unwrap_or_else(|| path.to_owned());
    Response::html(
        404,
        format!("<!doctype html>\n<title>Not found</title>\n<p>There is nothing at {path}.</p>\n"),
    )
}

/// The names of the logs, as a web server lists them that was not told to keep them to itself.
pub(super) fn listing() -> Response {
    let names = ["plug-1.log", "plug-2.log"].map(|name| format!("<li>{name}</li>\n")).concat();
    Response::html(
        200,
        format!("<!doctype html>\n<title>Index of /logs/</title>\n<h1>Index of /logs/</h1>\n{names}"),
    )
}

const LOG_IN: &str = "<form method=\"post\" action=\"/api/login\">\n\
    <p><label>User <input name=\"user\" value=\"admin\" autocomplete=\"username\"></label></p>\n\
    <p><label>Password <input type=\"password\" name=\"password\" autocomplete=\"current-password\" required></label></p>\n\
    <p><button>Log in</button></p>\n</form>\n";

fn set_up(plug: &Plug) -> String {
    let rule = if plug.knobs.setup_needs_password { " minlength=\"10\" required" } else { "" };
    let site = plug.unit.site;
    format!(
        "<h2>Set up your plug</h2>\n<form method=\"post\" action=\"/api/setup\">\n\
         <p><label>Choose a password of at least 10 characters \
         <input type=\"password\" name=\"password\" autocomplete=\"new-password\"{rule}></label></p>\n\
         <p><label><input type=\"checkbox\" name=\"auto_update\" value=\"on\" checked> Install security updates by \
         themselves (recommended)</label></p>\n\
         <p><label><input type=\"checkbox\" name=\"telemetry\" value=\"on\"> Send usage data to Halden Home, to improve \
         the plug. You can stop this at any time. <a href=\"https://{site}/telemetry\">What is sent</a></label></p>\n\
         <p><a href=\"https://{site}/setup-guide\">How to set up the plug securely</a></p>\n\
         <p><button>Finish set-up</button></p>\n</form>\n"
    )
}

fn overview(plug: &Plug, session: &Session) -> String {
    let power = plug.power();
    let state = plug.lock();
    let memory = state.memory();
    let mut page = format!(
        "<p>Logged in as {}. The relay is {}, the load draws {power} W.</p>\n<p>Firmware {}, serial number {}.</p>\n",
        escape(&session.user),
        if memory.relay { "on" } else { "off" },
        memory.version,
        plug.unit.serial,
    );
    for entry in &memory.schedule {
        // Without the input check the label reaches the page as it was sent: that is the flaw.
        let label = if plug.knobs.input_checked { escape(&entry.label) } else { entry.label.clone() };
        page += &format!("<p>{} {} {label}</p>\n", escape(&entry.at), if entry.on { "on" } else { "off" });
    }
    page + "<form method=\"post\" action=\"/api/logout\"><button>Log out</button></form>\n"
}

fn footer(plug: &Plug) -> String {
    let site = plug.unit.site;
    let version = if plug.knobs.version_hidden {
        String::new()
    } else {
        format!("<p>Firmware {}</p>\n", plug.lock().memory().version)
    };
    format!(
        "{version}<p><a href=\"https://{site}/support-period\">Support and security at {}</a></p>\n",
        crate::MAKER
    )
}
