//! What the web servers of the DUT show to anybody: what their pages hold, and what they let into them.

use assize_model::declaration::ixit::common::Place;
use assize_model::fact::{Fact, Transport, WebPosture};
use assize_model::judgement::Indication;
use assize_model::scene::Scene;

use crate::say::{Row, Said, list, shown};

/// The looks at the web server at a port of the DUT.
pub(crate) fn postures<'a>(port: u16, scene: &Scene<'a>) -> impl Iterator<Item = (u64, &'a WebPosture)> {
    all(scene).filter(move |(_, w)| w.port == port)
}

fn all<'a>(scene: &Scene<'a>) -> impl Iterator<Item = (u64, &'a WebPosture)> {
    scene.facts().filter_map(move |(record, fact)| match fact {
        Fact::WebPosture(w) if scene.is_dut(&w.target) => Some((record, w)),
        _ => None,
    })
}

/// What a page served inside TLS draws in without it, at one of these places.
pub(crate) fn drawn_in_clear(row: Row, places: &[Place], scene: &Scene) -> Option<Said> {
    let (record, seen) = all(scene).find(|(_, w)| !w.mixed.is_empty() && is_at(places, w))?;
    let words = format!("serves a page at tcp/{} that draws in {} without TLS", seen.port, list(&seen.mixed));
    let remedy = "find out by hand whether that belongs to the mechanism, and draw it in inside TLS";
    Some(shown(row.is_open("reached_at", words, remedy), record))
}

/// Markup of a request that came back in a page, at the ports that `is_tried` takes.
pub(crate) fn let_into_pages(row: Row, scene: &Scene, is_tried: impl Fn(u16) -> bool) -> Option<Said> {
    let (record, seen) = all(scene).find(|(_, w)| !w.reflects.is_empty() && is_tried(w.port))?;
    let words = format!(
        "lets markup of a request into a page: tcp/{} answers {} with it unescaped",
        seen.port,
        list(&seen.reflects)
    );
    let remedy = "escape in each page what comes from a request";
    Some(shown(row.fails("description", words, remedy), record))
}

/// What the front pages at the ports that `is_tried` takes do not tell a browser to hold back.
pub(crate) fn unheld(row: Row, scene: &Scene, is_tried: impl Fn(u16) -> bool) -> Vec<Indication> {
    let lacking = all(scene).filter(|(_, w)| !w.lacks.is_empty() && is_tried(w.port));
    let note = |(record, seen): (u64, &WebPosture)| {
        let words = format!("The front page at tcp/{} is sent without {}.", seen.port, list(&seen.lacks));
        let remedy = "send these headers with each page, so that a browser holds back what slips into it";
        Indication::note(words, remedy).shown_by([record]).at(row.at("description"))
    };
    lacking.map(note).collect()
}

fn is_at(places: &[Place], seen: &WebPosture) -> bool {
    places.iter().any(|place| place.is_dut(Transport::Tcp, seen.port))
}
