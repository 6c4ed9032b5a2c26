//! The page holds together: no dead link, nothing loaded, nothing from outside becomes markup, and everything that was
//! concluded is on it, contradictions first.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

#[path = "support/full.rs"]
mod full;
#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/page.rs"]
mod page;
mod support;

use std::collections::BTreeSet;

use assize_model::verdict::Verdict;
use assize_report::{Report, html};
use base64::prelude::{BASE64_STANDARD, Engine};
use hostile::hostile;
use page::{Tag, tags, words, words_between};
use sha2::{Digest, Sha256};
use support::{Sample, plug};

fn attribute<'a>(tags: &'a [Tag], name: &str) -> Vec<&'a str> {
    tags.iter().filter_map(|t| t.attributes.get(name).map(String::as_str)).collect()
}

fn page(sample: &Sample) -> String {
    html(&sample.report())
}

/// The sample, the sample with hostile texts, and a report as large as a real one.
fn pages() -> [String; 3] {
    let (sample, full) = (plug(), full::full());
    let report = Report {
        assessment: &full.assessment,
        product: &full.declaration.product,
        ics: &full.declaration.ics,
        spec: Some(&full.spec),
        ..sample.report()
    };
    [page(&sample), page(&hostile(&sample)), html(&report)]
}

#[test]
fn every_link_has_its_target_and_every_target_its_own_name() {
    for page in pages() {
        let tags = tags(&page);
        let ids = attribute(&tags, "id");
        let names: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(names.len(), ids.len(), "an id is used twice");
        assert!(ids.iter().all(|id| !id.contains(char::is_whitespace)));
        let hrefs = attribute(&tags, "href");
        assert!(hrefs.len() > 60);
        for href in hrefs {
            assert!(names.contains(href.strip_prefix('#').unwrap()), "{href} leads nowhere");
        }
        for label in attribute(&tags, "aria-labelledby") {
            assert!(names.contains(label), "{label} labels nothing");
        }
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    for page in pages() {
        let tags = tags(&page);
        for name in ["src", "srcset", "data", "action", "style", "onclick", "onload", "onerror"] {
            assert_eq!(attribute(&tags, name), Vec::<&str>::new(), "{name}");
        }
        assert!(tags.iter().all(|t| !["img", "link", "iframe", "object", "form"].contains(&t.name.as_str())));
        let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        assert!(!style.contains("url(") && !style.contains("@import") && !style.contains("http"));
    }
}

#[test]
fn hostile_text_stays_text() {
    let sample = plug();
    let names = |page: &str| tags(page).into_iter().map(|t| t.name).collect::<Vec<_>>();
    let spoilt = page(&hostile(&sample));
    assert!(names(&page(&sample)) == names(&spoilt), "a text became markup");
    assert!(!spoilt.contains("<img") && !spoilt.contains('\u{202e}') && !spoilt.contains('\u{0}'));
    assert!(spoilt.contains("[U+202E][U+0000]") && spoilt.contains("&#60;img src=x"));
}

#[test]
fn only_the_pages_own_script_may_run() {
    let page = page(&plug());
    let script = page.split_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
    let hash = BASE64_STANDARD.encode(Sha256::digest(script));
    assert!(page.contains(&format!("script-src 'sha256-{hash}'")), "the hash in html.rs has to be {hash}");
}

#[test]
fn headings_stand_in_order() {
    for page in pages() {
        let levels: Vec<u8> = tags(&page)
            .iter()
            .filter_map(|t| t.name.strip_prefix('h').and_then(|n| n.parse().ok()))
            .collect();
        assert_eq!(levels.iter().filter(|l| **l == 1).count(), 1);
        assert_eq!(levels[0], 1);
        assert!(levels.windows(2).all(|w| w[1] <= w[0] + 1), "{levels:?}");
    }
}

#[test]
fn readers_of_all_kinds_find_their_way() {
    for page in pages() {
        let tags = tags(&page);
        let all = |name: &str| tags.iter().filter(|t| t.name == name).collect::<Vec<_>>();
        assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
        for landmark in ["main", "nav", "footer", "title"] {
            assert_eq!(all(landmark).len(), 1, "{landmark}");
        }
        assert_eq!(all("a")[0].text, "Skip to the report");
        assert_eq!(all("table").len(), all("caption").len());
        assert!(all("th").iter().all(|th| th.attributes.contains_key("scope")));
        assert!(all("summary").len() == all("details").len());
    }
}

#[test]
fn every_tag_is_closed_in_turn() {
    const VOID: [&str; 4] = ["!doctype", "meta", "path", "br"];
    for page in pages() {
        let mut open: Vec<String> = Vec::new();
        for tag in tags(&page) {
            let name = tag.name.trim_end_matches('/');
            match name.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop().as_deref(), Some(closed)),
                None if VOID.contains(&name) || ["circle", "use"].contains(&name) => {}
                None => open.push(name.to_owned()),
            }
        }
        assert_eq!(open, Vec::<String>::new());
    }
}

#[test]
fn contradictions_come_before_what_fails_and_before_the_cases() {
    let page = page(&plug());
    let at = |text: &str| page.find(text).unwrap();
    let verdict = at("class=\"verdict fail\"");
    let sections =
        ["contradictions", "deciding", "glance", "open", "detail", "dut", "ics", "quantum", "evidence"];
    let places: Vec<usize> = sections.iter().map(|s| at(&format!("<section id=\"{s}\""))).collect();
    assert!(verdict < places[0] && places.is_sorted());
    assert!(at("answers with a telnet login") < at("<details class=\"case\""));
}

#[test]
fn everything_concluded_is_on_the_page() {
    let full = full::full();
    let [_, _, page] = pages();
    let ids: BTreeSet<String> =
        tags(&page).into_iter().filter_map(|t| t.attributes.get("id").cloned()).collect();
    assert_eq!(full.assessment.cases.len(), full.spec.totals.cases);
    for case in &full.assessment.cases {
        assert!(ids.contains(&format!("case-{}", case.id)), "{}", case.id);
        for unit in &case.units {
            assert!(
                ids.contains(&format!("unit-{}_-{}", case.id, unit.letter)),
                "{} {}",
                case.id,
                unit.letter
            );
        }
    }
    for provision in &full.assessment.provisions {
        assert!(ids.contains(&format!("provision-{}", provision.id)), "{}", provision.id);
        assert!(ids.contains(&format!("claim-{}", provision.id)), "{}", provision.id);
    }
    let waits = full.assessment.counts.to_answer;
    assert!(
        waits > 0 && words(&page).contains(&format!("Waits for an evaluator to answer: {waits} test units"))
    );
}

#[test]
fn failing_cases_are_unfolded_and_others_are_not() {
    let full = full::full();
    let [_, _, page] = pages();
    let tags = tags(&page);
    for case in &full.assessment.cases {
        let fold =
            tags.iter().find(|t| t.attributes.get("id") == Some(&format!("case-{}", case.id))).unwrap();
        assert_eq!(fold.attributes.contains_key("open"), case.verdict == Verdict::Fail, "{}", case.id);
    }
}

#[test]
fn a_shared_observation_is_told_once_with_all_it_refutes() {
    let page = page(&plug());
    assert_eq!(
        words_between(&page, "<ol class=\"clashes\">", "</li>\n<li class=\"clash\">"),
        "Claimed Every password mechanism is declared. Every open interface is declared. \
         Seen tcp/23 answers with a telnet login that no entry declares. \
         Place plug/ixit.toml:41:1, IXIT 1-AuthMech plug/ixit.toml:41:1, IXIT 15-Intf \
         Evidence record 7 , tcp/23 of 127.77.3.10 is open \
         record 9 , tcp/23 of 127.77.3.10 speaks telnet and asks for a login \
         Concerns 5.1-1 , 5.6-1 Remedy Close the login, or declare it."
    );
}

#[test]
fn a_failure_is_told_in_the_parts_of_a_diagnostic() {
    let page = page(&plug());
    assert_eq!(
        words_between(&page, "<ul class=\"failures\">", "</ul>\n\n</section>"),
        "FAIL[ICS check c] 5.3-14 is claimed \"n/a\", but SoftComp-Boot cannot be updated. \
         Place plug/ics.toml:41:1, ICS 5.3-14 Provision 5.3-14 Remedy Claim the provision, or correct the entry. \
         FAIL[ 5.1-1-2 a ] Login on tcp/23 is not declared. \
         Place plug/ixit.toml:41:1, IXIT 1-AuthMech \
         Evidence record 7 , tcp/23 of 127.77.3.10 is open \
         record 9 , tcp/23 of 127.77.3.10 speaks telnet and asks for a login record 400 \
         Remedy Close the login, or declare it."
            .replace('"', "&#34;")
    );
}

#[test]
fn one_indication_behind_several_units_is_told_once() {
    let mut sample = plug();
    let failing = sample.assessment.cases[2].clone();
    let mut other = failing.clone();
    other.id = "5.1-1-9".into();
    sample.assessment.cases.push(other);
    let page = page(&sample);
    let section = words_between(&page, "<section id=\"deciding\"", "</section>");
    assert!(section.contains("FAIL[ 5.1-1-2 a , 5.1-1-9 a ] Login on tcp/23 is not declared."), "{section}");
    assert_eq!(section.matches("Login on tcp/23").count(), 1);
}

#[test]
fn open_units_say_what_they_wait_for() {
    let page = page(&plug());
    let open = words_between(&page, "<section id=\"open\"", "</section>");
    for sentence in [
        "1 waits for an evaluator to confirm A check found what speaks for PASS.",
        "5.1-1-1 a Passwords must be made so that no pattern shows. \
         Proposed PASS for AuthMech-Web, waits for an evaluator.",
        "5.3-2-1 a A changed package must be refused. The DUT was not examined for this.",
        "Not claimed, therefore not tested: 1 provision 5.3-14 claimed as not applicable: The detail",
        "ssh on 127.77.3.10:22: no answer within 3 seconds",
    ] {
        assert!(open.contains(sentence), "{sentence}\nin {open}");
    }
}

#[test]
fn records_that_the_report_does_not_show_are_no_links() {
    let page = page(&plug());
    assert!(page.contains("<a href=\"#record-7\">record 7</a>"));
    assert!(page.contains("record 400") && !page.contains("#record-400"));
}

#[test]
fn what_is_not_there_is_said() {
    let mut sample = plug();
    sample.assessment.contradictions.clear();
    sample.assessment.ics.broken.clear();
    sample.assessment.cases.remove(2);
    sample.assessment.overall = Verdict::Inconclusive;
    sample.verification = None;
    sample.evidence.sealed_by = None;
    sample.records.clear();
    let page = words(&page(&sample));
    for sentence in [
        "It cannot be told yet whether the product fulfils what its supplier claims for it.",
        "No claim is refuted by what was recorded, or by another part of the declaration.",
        "Nothing that was examined fails. The verdict stays open because of what was not examined",
        "The evidence is not sealed.",
        "No record is cited.",
    ] {
        assert!(page.contains(sentence), "{sentence}");
    }
    assert!(!page.contains("only partly verified"));
}

#[test]
fn a_seal_is_told_with_what_it_does_not_cover() {
    let mut sample = plug();
    assert!(!words(&page(&sample)).contains("after it too"));
    sample.evidence.records_after_seal = 14;
    sample.evidence.problems = vec!["object 60303ae2 is missing".into()];
    let page = words(&page(&sample));
    for sentence in [
        "the verdicts rest on 14 records after it too, which the seal does not cover",
        "the evidence is not whole, see section 9",
        "over the first 200 of 214 records; anybody may have added the rest",
        "The evidence is not whole. What is wrong with it: object 60303ae2 is missing",
    ] {
        assert!(page.contains(sentence), "{sentence}\n{page}");
    }
}

#[test]
fn a_seal_does_not_claim_to_show_who_sealed() {
    let page = words(&page(&plug()));
    assert!(page.contains("under the name lab.example/plug at 2026-11-23 10:00:00 UTC"));
    assert!(page.contains("who sealed is established only by verifying with a public key"));
    assert!(page.contains("assize verify smart-plug --key PUB"));
}

#[test]
fn where_the_testers_secret_lies_stays_on_the_bench() {
    assert!(!page(&plug()).contains("secret-file"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(page(&plug()), page(&plug()));
}

#[test]
fn colours_keep_the_contrast_of_wcag_aa() {
    let style = include_str!("../templates/style.css");
    let palettes: Vec<&str> = style.split("--paper:").skip(1).collect();
    assert_eq!(palettes.len(), 3, "light, dark, paper");
    for palette in palettes {
        let colour = |name: &str| luminance(palette.split_once(name).unwrap().1.split(';').next().unwrap());
        let paper = luminance(palette.split(';').next().unwrap());
        for ground in [paper, colour("--panel:")] {
            for name in ["--ink:", "--soft:", "--link:", "--pass:", "--fail:", "--open:", "--none:"] {
                let (high, low) = (ground.max(colour(name)), ground.min(colour(name)));
                assert!((high + 0.05) / (low + 0.05) >= 4.5, "{name}");
            }
        }
    }
}

/// Relative luminance as WCAG defines it.
fn luminance(hex: &str) -> f64 {
    let hex = hex.trim().trim_start_matches('#');
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}
