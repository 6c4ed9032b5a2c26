//! What the pages say, asked for without a socket.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

mod support;

use std::collections::BTreeSet;
use std::io::Write as _;

use assize_model::catalogue::Catalogue;
use assize_server::Explorer;
use support::{answer, assessment, between, explorer, page, text_of};

/// The numbers that stand as links of a section.
fn numbers(page: &str, section: &str) -> Vec<String> {
    let part = between(page, &format!("<section id=\"{section}\""), "</section>");
    let links = part.split("<a class=\"id\"").skip(1);
    links.map(|link| between(link, ">", "</a>").to_owned()).collect()
}

#[test]
fn the_code_and_its_specification_show_where_each_provision_came_from() {
    let diff = page("/diff/uk-cop@2018/ts-103-645@1.1.1");
    assert_eq!(
        numbers(&diff, "supporting-text"),
        ["4.2-3", "4.3-2", "4.3-7", "4.3-9", "4.10-2", "4.10-3"],
        "from supporting text alone"
    );
    assert_eq!(numbers(&diff, "both"), ["4.3-4", "4.3-6", "4.4-1"], "from box and supporting text");
    assert_eq!(numbers(&diff, "new"), ["4.11-3"]);
    assert_eq!(numbers(&diff, "guideline").len(), 27);
    let pair = text_of(&page("/map/uk-cop@2018/ts-103-645@1.1.1"));
    for told in ["13 of 13 requirements", "37 of 37 requirements", "6 from supporting text alone", "1 new"] {
        assert!(pair.contains(told), "{told}");
    }
}

#[test]
fn a_diff_tells_split_promoted_new_and_void() {
    let diff = page("/diff/en-303-645@2.1.1/en-303-645@3.1.3");
    assert_eq!(numbers(&diff, "new").len(), 4);
    assert_eq!(numbers(&diff, "split").len(), 12);
    let void = text_of(between(&diff, "<section id=\"void\"", "</section>"));
    assert!(void.contains("5.3-4") && void.contains("5.13-1"), "{void}");
    let joined = text_of(&page("/diff/uk-cop@2018/en-303-645@3.1.3"));
    assert!(joined.contains("Joined from the lineages by way of ts-103-645@1.1.1 and en-303-645@2.1.1"));
    let by_number = text_of(&page("/diff/iotsf-cf@2.0/iotsf-cf@2.1"));
    assert!(by_number.contains("proves nothing"));
}

#[test]
fn a_requirement_leads_back_to_the_code_and_on_to_its_tests() {
    let told = text_of(&page("/f/en-303-645@2.1.1/5.3-7"));
    for words in
        ["G3-s1", "supporting text", "Promoted from G3-s1", "Split from 4.3-7", "5.3-7-1", "Condition 12"]
    {
        assert!(told.contains(words), "{words}");
    }
    let far = text_of(&page("/f/uk-cop@2018/G6"));
    for words in ["Doubted.", "Why it does not seem to fit", "Superset of", "confidence", "Sources"] {
        assert!(far.contains(words), "{words}");
    }
}

#[test]
fn a_path_is_shown_step_by_step() {
    let page = page("/f/uk-cop@2018/G1");
    let derived = between(&page, "<section id=\"derived\"", "id=\"sources\"");
    let first = between(derived, "<details class=\"path\">", "</details>");
    assert!(first.matches("<li>").count() >= 2, "a derived relation has at least two steps");
    assert!(text_of(first).contains("confidence"));
}

#[test]
fn gaps_tell_not_mapped_from_mapped_to_nothing() {
    let pair = text_of(&page("/map/en-303-645@2.1.1/owasp-isvs@1.0"));
    assert!(pair.contains("Not mapped Nobody has said anything."));
    let files = [
        ("frameworks/a/1.toml", framework("a@1", &["1", "2", "3"])),
        ("frameworks/b/1.toml", framework("b@1", &["7"])),
        (
            "mappings/a@1--b@1.toml",
            "from = \"a@1\"\nto = \"b@1\"\n[sources]\ns = \"S\"\n".to_owned()
                + &row("1", "7", "equal")
                + &row("2", "", "none"),
        ),
    ];
    let files = files.each_ref().map(|(path, text)| (*path, text.as_str()));
    let catalogue = Box::leak(Box::new(Catalogue::read(&files).unwrap()));
    let pair = text_of(Explorer::new(catalogue, None).answer("/map/a@1/b@1").text());
    assert!(
        pair.contains("1 of 3 requirements with a counterpart, 1 without, 1 mapped to nothing"),
        "{pair}"
    );
    assert!(pair.contains("Mapped to nothing A source says that nothing corresponds. 2 asks 2"), "{pair}");
    assert!(pair.contains("Not mapped Nobody has said anything. 3 asks 3"), "{pair}");
}

fn framework(id: &str, numbers: &[&str]) -> String {
    let head = format!("id = \"{id}\"\ntitle = \"T\"\npublisher = \"P\"\ndate = \"2020\"\nlicence = \"L\"\n");
    let one = |n: &&str| {
        format!(
            "[[requirement]]\nid = \"{n}\"\nwords = \"asks {n}\"\nsource = \"s\"\nconfidence = \"high\"\n"
        )
    };
    head + &numbers.iter().map(one).collect::<String>()
}

fn row(from: &str, to: &str, relation: &str) -> String {
    format!(
        "[[row]]\nfrom = \"{from}\"\nto = \"{to}\"\nrelation = \"{relation}\"\nbasis = \"editorial\"\nreason = \"r\"\n\
         source = \"s\"\nconfidence = \"high\"\n"
    )
}

#[test]
fn the_switch_leaves_only_what_is_stated() {
    let all = page("/map/en-303-645@2.1.1/owasp-isvs@1.0");
    let stated = page("/map/en-303-645@2.1.1/owasp-isvs@1.0?reach=stated");
    assert!(all.contains("follows in"));
    assert!(!stated.contains("follows in"));
    assert!(text_of(&stated).contains("Nobody states a relation"));
}

#[test]
fn the_heat_map_filters_and_links_to_what_it_counts() {
    let all = page("/");
    assert!(all.contains("<a href=\"/f/en-303-645@3.1.3?topic=3\">"));
    let law = page("/?kind=law&region=UK");
    assert!(law.contains("uk-psti@2023") && !law.contains("/f/eu-cra@2024?"));
    let none = text_of(&page("/?kind=law&region=Nowhere"));
    assert!(none.contains("No document is of this region"));
    let topic = text_of(&page("/f/en-303-645@3.1.3?topic=3"));
    assert!(topic.contains("Requirements: Software updates") && topic.contains("of 78 requirements"));
}

#[test]
fn troubles_name_what_is_near() {
    let cases = [
        ("/nonsense", 404, "no such page"),
        ("/f/en-303-645", 404, "en-303-645@3.1.3"),
        ("/f/en-303-645@2.1.1/5.3-77", 404, "5.3-7"),
        ("/map/uk-cop@2018/nothing@1", 404, "not held"),
        ("/diff/uk-cop@2018/eu-cra@2024", 404, "uk-cop@2018 to ts-103-645@1.1.1"),
        ("/t/ts-103-701@1.1.1/5.1-1-22", 404, "5.1-1-2"),
        ("/schemes/uk-pst", 404, "uk-psti"),
        ("/data/nothing@1.json", 404, "not held"),
        ("/assessment", 404, "assize serve DIR"),
        ("/f/%zz", 400, "broken percent escape"),
    ];
    for (address, status, words) in cases {
        let answer = answer(address);
        assert_eq!(answer.status, status, "{address}");
        assert!(text_of(answer.text()).contains(words), "{address}: {}", text_of(answer.text()));
    }
    assert_eq!(answer(&format!("/search?q={}", "x".repeat(4000))).status, 414);
    assert_eq!(answer("/assets/../../Cargo.toml").status, 404);
    assert_eq!(answer("/assets/..%2F..%2FCargo.toml").status, 404);
}

#[test]
fn no_redirect_leaves_the_server() {
    for address in ["/%2Fevil.example/", "//evil.example/", "/%5Cevil.example/", "/f/%2F%2Fevil.example/"] {
        if let Some(place) = answer(address).location {
            assert!(
                place.starts_with('/') && !place.starts_with("//") && !place.contains('\\'),
                "{address}: {place}"
            );
        }
    }
}

#[test]
fn what_a_reader_types_comes_back_as_text() {
    let page = page("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27");
    assert!(!page.contains("<script>alert"));
    let list = support::page("/f?words=%22%3E%3Cimg%20src%3Dx%3E");
    assert!(!list.contains("<img"));
}

/// Items with spaces, slashes, umlauts and marks in their numbers, and marks in everything that is shown.
#[test]
fn odd_numbers_have_pages_and_odd_words_stay_words() {
    let framework = r#"
id = "odd@1"
title = "<b>Odd</b>"
publisher = "<script>"
date = "2020"
licence = "L"
reference = "javascript:alert(1)"
[[requirement]]
id = "Prüf 1/2 a?b#c&d"
words = "<img src=x onerror=alert(1)>"
source = "s"
confidence = "high"
"#;
    let catalogue = Box::leak(Box::new(Catalogue::read(&[("frameworks/odd/1.toml", framework)]).unwrap()));
    let explorer = Explorer::new(catalogue, None);
    let page = explorer.answer("/f/odd@1");
    let href = between(page.text(), "<a class=\"id\" href=\"", "\"").to_owned();
    let item = explorer.answer(&href);
    assert_eq!(item.status, 200, "{href}");
    for answer in [page, item] {
        for bad in ["<b>Odd", "<img", "href=\"javascript:", "<script>\n", "<dd><script>"] {
            assert!(!answer.text().contains(bad), "{bad}");
        }
    }
}

#[test]
fn an_empty_catalogue_has_pages_too() {
    let explorer = Explorer::new(Box::leak(Box::default()), None);
    for address in [
        "/",
        "/f",
        "/map",
        "/diff",
        "/t",
        "/schemes",
        "/search?q=x",
        "/data",
        "/reading",
        "/graph",
        "/timeline",
    ] {
        assert_eq!(explorer.answer(address).status, 200, "{address}");
    }
}

#[test]
fn an_assessment_is_read_against_every_document() {
    let dir = assessment();
    let explorer = Explorer::new(assize_lab::catalogue().unwrap(), Some(dir.path().to_owned()));
    let overview = explorer.answer("/assessment");
    assert_eq!(overview.status, 200, "{}", text_of(overview.text()));
    let told = text_of(overview.text());
    for words in ["Halden Plug", "Overall:", "Laws and schemes", "no legal advice"] {
        assert!(told.contains(words), "{words}");
    }
    let own = explorer.answer("/assessment/en-303-645@2.1.1");
    assert!(text_of(own.text()).contains("This is the edition that was judged."));
    let other = explorer.answer("/assessment/en-303-645@3.1.3");
    assert!(other.text().contains("<details class=\"path\">"), "an answer shows its path");
    assert!(!overview.lasting && !other.lasting, "an assessment may go on");
    std::fs::remove_dir_all(dir.path().join("evidence")).unwrap();
    let gone = explorer.answer("/assessment");
    assert_eq!(gone.status, 500);
    assert!(text_of(gone.text()).contains("cannot be judged"), "{}", text_of(gone.text()));
}

#[test]
fn downloads_are_whole_and_the_same_each_time() {
    let json: serde_json::Value =
        serde_json::from_slice(&answer("/data/uk-cop@2018/ts-103-645@1.1.1.json").body).unwrap();
    assert_eq!(json["lineage"].as_array().unwrap().len(), 61);
    let edition: serde_json::Value =
        serde_json::from_slice(&answer("/data/en-303-645@3.1.3.json").body).unwrap();
    assert!(edition["items"].as_array().unwrap().len() >= 78);
    for ending in ["csv", "oscal.json", "sssom.tsv", "skos.jsonld", "ciso.yaml", "reqif"] {
        let address = format!("/data/uk-cop@2018/ts-103-645@1.1.1.{ending}");
        let (one, other) = (answer(&address), answer(&address));
        assert_eq!((one.status, &one.body), (200, &other.body), "{address}");
        assert!(one.text().to_lowercase().contains("g13"), "{address}");
    }
}

/// Every link of every page leads to a page, and every page but the graph stays below 100 KB on the wire.
#[test]
fn every_link_leads_somewhere_and_every_page_is_small() {
    let mut waiting = vec!["/".to_owned()];
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut largest = (0, String::new());
    while let Some(address) = waiting.pop() {
        let answer = explorer().answer(&address);
        assert!(matches!(answer.status, 200 | 303 | 308), "{address}: {}", answer.status);
        let is_data = address.starts_with("/data/") || address.starts_with("/graph");
        let size = if is_data { 0 } else { packed(&answer.body) };
        largest = largest.max((size, address.clone()));
        if answer.kind != assize_server::Kind::Html {
            continue;
        }
        let text = answer.text();
        for href in text.split(" href=\"").skip(1).map(|rest| &rest[..rest.find('"').unwrap()]) {
            let (path, fragment) = href.split_once('#').unwrap_or((href, ""));
            if path.is_empty() && !fragment.is_empty() {
                assert!(text.contains(&format!("id=\"{fragment}\"")), "{address} has no #{fragment}");
            }
            // The other direction of a pair, and what is downloaded, is what another page holds already.
            let is_wanted = path.starts_with('/') && !path.starts_with("/data/") && follows(path);
            if is_wanted && seen.insert(path.to_owned()) {
                waiting.push(path.replace("&amp;", "&").replace("&#38;", "&"));
            }
        }
    }
    assert!(seen.len() > 2000, "{} pages", seen.len());
    assert!(largest.0 < 100_000, "{largest:?}");
}

/// Whether the crawl goes there: of pairs and of lists by topic it takes one in eight, to stay within half a minute.
fn follows(path: &str) -> bool {
    let sum = path.bytes().map(usize::from).sum::<usize>();
    !(path.starts_with("/map/") || path.contains("?topic=")) || sum.is_multiple_of(8)
}

fn packed(body: &[u8]) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap().len()
}
