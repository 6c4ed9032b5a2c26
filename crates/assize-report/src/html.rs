//! The report as one HTML page: no network, no script needed, readable on paper, on a phone and aloud. Every text
//! goes through the escaping of the templates; the policy in the head lets nothing but the page's own script run.

mod claims;
mod contradictions;
mod deciding;
mod detail;
mod evidence;
mod front;
mod glance;
mod mark;
mod open;
mod quantum;
mod shown;

use askama::Template;

use crate::{Report, words};

const STYLE: &str = include_str!("../templates/style.css");
const SCRIPT: &str = include_str!("../templates/comfort.js");

/// SHA-256 of [`SCRIPT`] as the content security policy wants it; a test holds it to the script.
const SCRIPT_HASH: &str = "sha256-tyTctt+pJznvYPKO33yVmVExeU9pMV4G06uS/p/rxIw=";

/// The frame around the sections.
#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    style: &'static str,
    script: &'static str,
    script_hash: &'static str,
    front: front::Front<'a>,
    contradictions: contradictions::Contradictions<'a>,
    deciding: deciding::Deciding<'a>,
    glance: glance::Glance,
    open: open::Open<'a>,
    detail: detail::Detail<'a>,
    claims: claims::Claims<'a>,
    quantum: quantum::Quantum<'a>,
    evidence: evidence::Evidence<'a>,
}

/// The report as one self-contained page.
pub fn html(report: &Report) -> String {
    let context = shown::Context::new(report);
    let page = Page {
        style: STYLE,
        script: SCRIPT,
        script_hash: SCRIPT_HASH,
        front: front::Front::new(report),
        contradictions: contradictions::Contradictions::new(&context),
        deciding: deciding::Deciding::new(&context),
        glance: glance::Glance::new(report),
        open: open::Open::new(&context),
        detail: detail::Detail::new(&context),
        claims: claims::Claims::new(report),
        quantum: quantum::Quantum::new(&context),
        evidence: evidence::Evidence::new(report),
    };
    words::visible(&page.render().expect("writing to a string cannot fail"))
}
