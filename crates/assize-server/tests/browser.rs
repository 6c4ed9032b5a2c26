//! The pages in a real browser: no barrier that axe finds on any kind of page, wide and narrow, light and dark; no
//! sideways scrolling on a phone; and the ways through the atlas without JavaScript.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod support;

use serde_json::json;
use support::browser::{Browser, axe};
use support::{Server, assessment, not_run};

/// One of every kind of page.
const PAGES: [&str; 24] = [
    "/",
    "/?sort=region&kind=law",
    "/graph",
    "/timeline",
    "/f",
    "/f/en-303-645@3.1.3",
    "/f/iotsf-cf@2.1",
    "/f/rfc-9116@2022",
    "/f/en-303-645@2.1.1/5.3-7",
    "/f/uk-cop@2018/G1",
    "/map",
    "/map/uk-cop@2018/ts-103-645@1.1.1",
    "/map/en-303-645@2.1.1/owasp-isvs@1.0",
    "/diff",
    "/diff/uk-cop@2018/ts-103-645@1.1.1",
    "/t",
    "/t/ts-103-701@1.1.1",
    "/t/ts-103-701@1.1.1/5.1-1-2",
    "/schemes",
    "/schemes/uk-psti",
    "/search?q=default+pasword",
    "/data",
    "/reading",
    "/f/en-303-645",
];

/// Pages that need an assessment.
const OF_ASSESSMENT: [&str; 2] = ["/assessment", "/assessment/en-303-645@3.1.3"];

/// Runs axe by the rules of WCAG 2.2 AA and gives what it finds, a line each. In the dark only the colours differ.
const RUN_AXE: &str = "const done = arguments[arguments.length - 1];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const colours = { type: 'rule', values: ['color-contrast'] };
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
axe.run(document, { runOnly: dark ? colours : tags, resultTypes: ['violations'] }).then(function (r) {
  done(r.violations.map(function (v) {
    return v.id + ': ' + v.help + ' (' + v.nodes.length + '), first ' + v.nodes[0].html.slice(0, 160) + ' ' + v.nodes[0].failureSummary;
  }));
}, function (e) { done(['axe failed: ' + e]); });";

fn browser() -> Option<Browser> {
    Browser::start().map_err(|why| not_run(&why)).ok()
}

fn screen(browser: &Browser, width: u32, height: u32, scheme: &str) {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
    browser.command("Emulation.setDeviceMetricsOverride", size);
    let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
    browser.command("Emulation.setEmulatedMedia", features);
}

#[test]
fn no_page_has_a_barrier() {
    let axe = match axe() {
        Ok(axe) => axe,
        Err(why) => return not_run(&why),
    };
    let Some(browser) = browser() else { return };
    let dir = assessment();
    let server = Server::start(Some(dir.path().to_owned()));
    let mut found = Vec::new();
    for (width, height, scheme) in
        [(1280, 900, "light"), (1280, 900, "dark"), (390, 844, "light"), (390, 844, "dark")]
    {
        screen(&browser, width, height, scheme);
        for page in PAGES.iter().chain(&OF_ASSESSMENT) {
            browser.open(&format!("http://{}{page}", server.address));
            browser.run(&axe);
            let barriers = browser.wait_for(RUN_AXE);
            let lines = barriers.as_array().into_iter().flatten();
            found.extend(
                lines.map(|line| format!("{page} {width} {scheme}: {}", line.as_str().unwrap_or_default())),
            );
        }
    }
    assert!(found.is_empty(), "{} barriers:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_phone_scrolls_one_way_only() {
    let Some(browser) = browser() else { return };
    let server = Server::start(None);
    for width in [320, 390] {
        screen(&browser, width, 844, "light");
        for page in PAGES {
            browser.open(&format!("http://{}{page}", server.address));
            let wide = browser.run("return document.documentElement.scrollWidth").as_u64().unwrap();
            assert!(wide <= u64::from(width), "{page} is {wide} wide on {width}");
        }
    }
}

#[test]
fn the_policy_stops_nothing_of_ours() {
    let Some(browser) = browser() else { return };
    let server = Server::start(None);
    for page in PAGES {
        // Listens before anything of the page loads.
        browser.command(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": "window.refused = []; document.addEventListener('securitypolicyviolation', e => window.refused.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));" }),
        );
        browser.open(&format!("http://{}{page}", server.address));
        let refused = browser.run("return window.refused");
        assert_eq!(refused, json!([]), "{page}");
    }
}

#[test]
fn the_atlas_is_read_without_javascript() {
    let Some(browser) = browser() else { return };
    let server = Server::start(None);
    screen(&browser, 1280, 900, "light");
    browser.command("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open(&format!("http://{}/", server.address));
    browser.type_into("#q", "unverschlüsselt 5.3-7\n");
    browser.arrives("/search?q=");
    assert!(browser.text("main").contains("5.3-7"));
    browser.open(&format!("http://{}/", server.address));
    browser.click("a[href='/f/en-303-645@3.1.3?topic=3']");
    browser.arrives("/f/en-303-645@3.1.3?topic=3");
    assert!(browser.text("h2").contains("Software updates"));
    browser.click(".items a.id");
    browser.arrives("/f/en-303-645@3.1.3/5.");
    browser.open(&format!("http://{}/map", server.address));
    browser.click("form.choice button");
    browser.arrives("/map/uk-cop@2018/ts-103-645@1.1.1");
    // A fold opens by the browser's own means.
    browser.click("details.path summary");
    assert!(browser.text("details.path").lines().count() > 1);
    browser.click("a[href='/diff/uk-cop@2018/ts-103-645@1.1.1']");
    browser.arrives("/diff/uk-cop@2018/ts-103-645@1.1.1");
    assert!(browser.text("#supporting-text").contains("4.10-3"));
}

#[test]
fn a_list_filters_as_one_types() {
    let Some(browser) = browser() else { return };
    let server = Server::start(None);
    browser.open(&format!("http://{}/f", server.address));
    browser.type_into("input[name=words]", "etsi en-303-645@3");
    assert_eq!(browser.text("[data-count]"), "1");
    assert!(browser.text("#documents").contains("V3.1.3"));
}
