//! The product's name, the relay, the schedule, the consent.

use serde::Deserialize;
use serde_json::json;

use super::account::state_word;
use super::{Answer, json as json_of, not_stored};
use crate::http::{Request, Response};
use crate::plug::Plug;
use crate::plug::memory::Switching;

/// Entries a schedule holds.
const SCHEDULE: usize = 32;
/// Characters a label holds.
const LABEL: usize = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Relay {
    on: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Schedule {
    entries: Vec<Switching>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consent {
    telemetry: bool,
}

/// What anyone may know: the designation, so that a user can look up the support period, and the state.
pub(super) fn product(plug: &Plug) -> Response {
    let value = json!({
        "maker": crate::MAKER,
        "model": plug.knobs.model_designation,
        "state": state_word(plug),
    });
    Response::json(200, &value)
}

pub(super) fn status(plug: &Plug) -> Response {
    let power = plug.power();
    let connected = plug.is_connected();
    let uptime = plug.started.elapsed().as_secs();
    let state = plug.lock();
    let memory = state.memory();
    let value = json!({
        "relay": memory.relay,
        "power_w": power,
        "version": memory.version,
        "serial": plug.unit.serial,
        "connected": connected,
        "uptime_s": uptime,
    });
    Response::json(200, &value)
}

pub(super) fn switch(plug: &Plug, request: &Request) -> Answer {
    let Relay { on } = json_of(request)?;
    plug.lock().store.change(|m| m.relay = on).map_err(not_stored)?;
    Ok(Response::json(200, &json!({ "relay": on })))
}

pub(super) fn schedule(plug: &Plug) -> Response {
    Response::json(200, &json!({ "entries": plug.lock().memory().schedule }))
}

pub(super) fn set_schedule(plug: &Plug, request: &Request) -> Answer {
    let Schedule { entries } = json_of(request)?;
    if plug.knobs.input_checked && (entries.len() > SCHEDULE || !entries.iter().all(is_sound)) {
        let words =
            "a schedule has up to 32 entries, each at a time like 07:30 with a label of up to 32 characters";
        return Err(Response::error(422, words));
    }
    plug.lock().store.change(|m| m.schedule = entries).map_err(not_stored)?;
    Ok(schedule(plug))
}

/// Flaw `backup-for-anyone`: what the plug remembers, as a file.
pub(super) fn backup(plug: &Plug) -> Response {
    let state = plug.lock();
    Response::bytes(serde_json::to_vec_pretty(state.memory()).expect("memory is plain data"))
}

pub(super) fn consent(plug: &Plug) -> Response {
    Response::json(200, &json!({ "telemetry": plug.lock().memory().telemetry }))
}

pub(super) fn set_consent(plug: &Plug, request: &Request) -> Answer {
    let Consent { telemetry } = json_of(request)?;
    plug.lock().store.change(|m| m.telemetry = telemetry).map_err(not_stored)?;
    Ok(consent(plug))
}

fn is_sound(entry: &Switching) -> bool {
    let label_reads = entry.label.chars().count() <= LABEL && !entry.label.chars().any(char::is_control);
    label_reads && is_time(&entry.at)
}

fn is_time(text: &str) -> bool {
    let two = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once(':') {
        Some((hour, minute)) if two(hour) && two(minute) => hour < "24" && minute < "60",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        assert!(is_time("00:00") && is_time("23:59"));
        for wrong in ["24:00", "7:30", "07:60", "+7:30", "07-30", "", "07:3٠"] {
            assert!(!is_time(wrong), "{wrong}");
        }
    }
}
