//! The pictures hold together: whole XML, the same bytes each time, every document in them, and nothing from outside
//! becomes markup.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

use std::collections::BTreeSet;

use assize_model::atlas::Atlas;
use assize_model::catalogue::{Catalogue, DocumentKind, Framework};
use assize_report::picture::{
    GraphOptions, HeatOptions, Href, Layout, Look, Target, graph, heat, lineage, region, timeline, topics,
};

const CHAIN: [&str; 4] = ["uk-cop@2018", "ts-103-645@1.1.1", "en-303-645@2.1.1", "en-303-645@3.1.3"];

fn catalogue() -> Catalogue {
    Catalogue::read(assize_catalogue::FILES).unwrap()
}

/// Every picture of a catalogue in both layouts.
fn pictures(catalogue: &Catalogue, href: Option<Href<'_>>) -> Vec<String> {
    let atlas = Atlas::new(catalogue);
    let mut ids: Vec<&str> = catalogue.frameworks.iter().take(12).map(|f| f.id.as_str()).collect();
    ids.extend(CHAIN);
    let mut made = Vec::new();
    for layout in [Layout::Wide, Layout::Narrow] {
        let look = Look { layout, href };
        made.push(graph(&atlas, &GraphOptions { look, ..GraphOptions::default() }));
        let highlight = Some(CHAIN[0].to_owned());
        made.push(graph(
            &atlas,
            &GraphOptions { look, highlight, topic: Some(3), ..GraphOptions::default() },
        ));
        made.push(heat(&atlas, &HeatOptions { look, ..HeatOptions::default() }));
        made.push(lineage(&atlas, &CHAIN, &look));
        made.push(timeline(&atlas, &look));
        made.push(topics(&atlas, &ids, &look));
    }
    made
}

/// Whether a text is whole: tags close in order, attributes stand in quotes once each, every `&` begins an entity.
fn check_whole(svg: &str) {
    assert!(svg.chars().all(|c| c == '\n' || !c.is_control()), "a control character is left");
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once('<') {
        check_words(before);
        let (tag, after) = after.split_once('>').unwrap();
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let closed = tag.strip_suffix('/');
        let (name, attributes) = closed.unwrap_or(tag).split_once(' ').unwrap_or((closed.unwrap_or(tag), ""));
        assert!(name.chars().all(|c| c.is_ascii_lowercase()), "{name} is no tag of ours");
        let pieces: Vec<&str> = attributes.split('"').collect();
        assert_eq!(pieces.len() % 2, 1, "a quote is open in {tag}");
        let names: Vec<&str> = pieces.iter().step_by(2).map(|p| p.trim()).filter(|p| !p.is_empty()).collect();
        assert!(names.iter().all(|n| n.ends_with('=') && !n.contains(' ')), "{tag}");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{tag} has an attribute twice");
        pieces.iter().skip(1).step_by(2).for_each(|value| check_words(value));
        if closed.is_none() {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} stay open");
}

fn check_words(words: &str) {
    assert!(!words.contains('>'), "{words}");
    for after in words.split('&').skip(1) {
        let entity = after.split(';').next().unwrap();
        assert!(["amp", "lt", "gt", "quot", "#39"].contains(&entity), "&{entity};");
    }
}

fn lead(target: Target<'_>) -> Option<String> {
    Some(match target {
        Target::Edition(id) => format!("/documents/{id}?a=1&b=\"2\""),
        Target::Topic(number) => format!("/topics/{number}"),
        Target::Cell(id, number) => format!("/documents/{id}/{number}"),
        Target::Pair(a, b) => format!("/pairs/{a}/{b}"),
        Target::Item(edition, item) => format!("/documents/{edition}/{item}"),
    })
}

fn spoiled(framework: &Framework, at: usize) -> Framework {
    let mut framework = framework.clone();
    let bad = "</text><script>alert('1')</script>&\"\u{0}\u{202e}\u{fffe}]]>";
    framework.title = format!("{bad}{}", "wide ".repeat(400));
    framework.publisher = bad.into();
    framework.identifier = bad.into();
    if at.is_multiple_of(3) {
        framework.region = format!("{bad} / EU");
        framework.date = "<&\"'".into();
    }
    for requirement in &mut framework.requirements {
        requirement.clause_title = bad.repeat(40);
        requirement.words = bad.into();
    }
    framework.statements.iter_mut().for_each(|s| s.words = bad.into());
    framework
}

#[test]
fn pictures_are_whole_and_the_same_each_time() {
    let catalogue = catalogue();
    for href in [None, Some(&lead as Href<'_>)] {
        let made = pictures(&catalogue, href);
        assert_eq!(made, pictures(&catalogue, href));
        for svg in &made {
            check_whole(svg);
            assert!(!svg.contains("NaN") && !svg.contains("inf "), "a number is none");
            let role = if href.is_some() { "role=\"group\"" } else { "role=\"img\"" };
            assert!(svg.contains(role) && svg.contains("<title>") && svg.contains("<desc>"));
        }
    }
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    for svg in pictures(&catalogue(), None) {
        let svg = svg.replacen("http://www.w3.org/2000/svg", "", 1);
        for word in ["href", "http:", "url(", "@import", "<script", "<image", "<use", "onload"] {
            assert!(!svg.contains(word), "{word}");
        }
    }
}

#[test]
fn hostile_words_stay_words() {
    let mut catalogue = catalogue();
    let frameworks = catalogue.frameworks.iter().enumerate();
    catalogue.frameworks = frameworks.map(|(at, f)| spoiled(f, at)).collect();
    for edge in catalogue.lineages.iter_mut().flat_map(|l| &mut l.edges) {
        edge.reason = "<b>&\"'".into();
    }
    for svg in pictures(&catalogue, Some(&lead)) {
        check_whole(&svg);
        assert!(!svg.contains("<script") && !svg.contains("<b>"));
    }
    let mut renamed = self::catalogue();
    for framework in &mut renamed.frameworks {
        framework.id = format!("\"><i>{}", framework.id);
    }
    pictures(&renamed, Some(&lead)).iter().for_each(|svg| check_whole(svg));
}

#[test]
fn an_empty_catalogue_gives_empty_pictures() {
    pictures(&Catalogue::default(), Some(&lead)).iter().for_each(|svg| check_whole(svg));
}

#[test]
fn every_document_is_in_the_graph_and_on_the_time_line() {
    let catalogue = catalogue();
    let atlas = Atlas::new(&catalogue);
    for layout in [Layout::Wide, Layout::Narrow] {
        let look = Look {
            layout,
            href: Some(&|target| matches!(target, Target::Edition(_)).then(|| lead(target))?),
        };
        for svg in [graph(&atlas, &GraphOptions { look, ..GraphOptions::default() }), timeline(&atlas, &look)]
        {
            for framework in &catalogue.frameworks {
                let link = format!("/documents/{}?", framework.id);
                assert_eq!(svg.matches(&link).count(), 1, "{} stands once", framework.id);
            }
        }
    }
}

#[test]
fn what_came_from_supporting_text_alone_is_marked() {
    let catalogue = catalogue();
    let atlas = Atlas::new(&catalogue);
    for layout in [Layout::Wide, Layout::Narrow] {
        let svg = lineage(&atlas, &CHAIN, &Look { layout, href: None });
        for id in ["4.2-3", "4.3-2", "4.3-7", "4.3-9", "4.10-2", "4.10-3"] {
            assert!(svg.contains(&format!("<title>{id} (from supporting text alone)")), "{id}");
        }
        assert_eq!(svg.matches("class=\"i ir\"").count(), 6);
        // One star per provision and one in the legend.
        assert_eq!(svg.matches("class=\"y\"").count(), 6 + 1);
        assert_eq!(svg.matches("(left empty)").count(), 6, "void numbers of the newest edition");
        assert_eq!(svg.matches("class=\"i iw\"").count(), 1 + 23 + 4, "new in each edition");
        assert_eq!(svg.matches("class=\"x\"").count(), 2, "dropped from the Code");
    }
}

#[test]
fn filters_leave_out_what_is_not_asked_for() {
    let catalogue = catalogue();
    let atlas = Atlas::new(&catalogue);
    let look = Look { href: Some(&lead), ..Look::default() };
    let options = GraphOptions {
        kinds: vec![DocumentKind::Law],
        regions: vec!["EU".into()],
        look,
        ..GraphOptions::default()
    };
    let svg = graph(&atlas, &options);
    for framework in &catalogue.frameworks {
        let is_law = framework.kind == DocumentKind::Law && region(framework) == "EU";
        let is_shown = is_law || CHAIN.contains(&framework.id.as_str());
        assert_eq!(svg.contains(&format!("/documents/{}?", framework.id)), is_shown, "{}", framework.id);
    }
    let editions = vec!["uk-cop@2018".to_owned(), "no-such@1".to_owned()];
    let svg = heat(&atlas, &HeatOptions { editions, look });
    assert!(svg.contains("1 document") && svg.contains("/documents/uk-cop@2018/13"));
    assert!(!svg.contains("/documents/en-303-645"));
}

#[test]
fn a_least_number_of_pairs_leaves_out_small_mappings() {
    let catalogue = catalogue();
    let atlas = Atlas::new(&catalogue);
    let lines = |least| {
        graph(&atlas, &GraphOptions { least, ..GraphOptions::default() }).matches("class=\"c c").count()
    };
    assert!(lines(0) == lines(1) && lines(1) > lines(5) && lines(5) > lines(50));
}

#[test]
fn every_cell_of_the_heat_map_has_its_count_as_text() {
    let catalogue = catalogue();
    let atlas = Atlas::new(&catalogue);
    let svg = heat(&atlas, &HeatOptions::default());
    for row in atlas.heat().rows {
        let name = catalogue.framework(&row.edition).unwrap();
        let edition = name.edition();
        for (topic, number) in assize_model::atlas::TOPICS.iter().zip(row.counts) {
            let told = format!("{edition}, {topic}: {number}</title>");
            assert!(number == 0 || svg.contains(&told), "{} {told}", row.edition);
        }
    }
}
