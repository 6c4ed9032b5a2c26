//! Sends a GET and turns the answers into facts.

use assize_model::fact::{Fact, HttpAnswer, Login, Protocol, Service};

use super::{
    codec::{self, Answer},
    page,
};
use crate::{
    Budget, Observation, Raw,
    identify::{Visit, add_saying},
    tap::{Patience, Stream, Tap},
    text::{self, merge, printable, products, versions},
};

/// One page that was asked for.
pub(crate) struct Page {
    pub path: String,
    pub answer: Answer,
    pub raw: Vec<Raw>,
}

/// Asks for a path. `None` when what comes back is no HTTP; the line's log holds it.
pub(crate) async fn get<S: Stream>(
    line: &mut Tap<S>,
    path: &str,
    host: &str,
    budget: &Budget,
) -> Option<Answer> {
    line.say(&codec::get(path, host), budget.read).await.ok();
    line.hear(Patience::whole(budget.read), is_over).await;
    codec::answer(line.heard())
}

/// A whole answer, or a beginning that is no HTTP.
pub(crate) fn is_over(bytes: &[u8]) -> bool {
    let shown = &bytes[..bytes.len().min(7)];
    if !b"HTTP/1.".starts_with(shown) && !b"HTTP/0.".starts_with(shown) {
        return true;
    }
    codec::is_complete(bytes)
}

/// The service and its answers as facts. `pages` is what was asked on this port, in order.
pub(crate) fn observations(visit: &Visit<'_>, pages: &[Page]) -> Vec<Observation> {
    let mut service = visit.service(Protocol::Http);
    for page in pages {
        merge(&mut service.discloses, disclosures(&page.answer));
        service.login = Login::surer(service.login, login(&page.answer));
    }
    if let Some(first) = pages.first() {
        let head = [first.answer.header("server"), &page::title(&first.answer.body)].join(" ");
        service.banner = printable(format!("{} {head}", first.answer.status).as_bytes(), 512);
    }
    for page in pages {
        say(&mut service, &page.answer);
    }
    let raw = pages.iter().flat_map(|page| page.raw.clone()).collect();
    let mut all = vec![Observation { fact: Fact::Service(service), raw }];
    all.extend(pages.iter().map(|page| answer(visit, page)));
    all
}

fn answer(visit: &Visit<'_>, page: &Page) -> Observation {
    let seen = &page.answer;
    let fact = HttpAnswer {
        target: visit.target.address().to_string(),
        port: visit.port,
        tls: visit.tls,
        path: page.path.clone(),
        status: seen.status,
        server: seen.header("server").to_owned(),
        title: page::title(&seen.body),
        challenge: seen.challenge(),
        password_field: page::has_password_field(&seen.body),
        redirect: seen.redirect().map(str::to_owned),
    };
    Observation { fact: Fact::HttpAnswer(fact), raw: page.raw.clone() }
}

/// What an answer says of the server, field by field.
fn say(service: &mut Service, answer: &Answer) {
    let fields =
        [("http.server", "server"), ("http.powered", "x-powered-by"), ("http.realm", "www-authenticate")];
    for (field, header) in fields {
        add_saying(&mut service.says, field, answer.header(header).as_bytes());
    }
    add_saying(&mut service.says, "http.title", page::title(&answer.body).as_bytes());
}

fn login(answer: &Answer) -> Option<Login> {
    let is_refusal = matches!(answer.status, 401 | 403 | 407);
    match answer.challenge() {
        Some(_) if is_refusal => Some(Login::HttpChallenge),
        _ if page::asks_password(&answer.body) => Some(Login::HttpForm),
        _ if answer.status == 403 => Some(Login::HttpForbidden),
        _ if is_refusal => Some(Login::HttpToken),
        _ => page::has_password_field(&answer.body).then_some(Login::HttpKey),
    }
}

/// What an answer gives away about product versions, without a login.
fn disclosures(answer: &Answer) -> Vec<String> {
    let mut all = Vec::new();
    for header in ["server", "x-powered-by", "x-generator", "x-aspnet-version"] {
        merge(&mut all, products(answer.header(header)));
    }
    merge(&mut all, products(&page::title(&answer.body)));
    merge(&mut all, versions(&text::squeeze(&page::readable(&answer.body, 64 * 1024))));
    all
}
