//! The atlas over the embedded catalogue: what the data says, and how the engine reads it.

use std::collections::BTreeMap;

use assize_model::atlas::{Atlas, Gap, Reach, Relations, Search, Standing};
use assize_model::catalogue::Catalogue;
use assize_model::verdict::Verdict;

fn catalogue() -> Catalogue {
    assize_lab::catalogue().cloned().expect("the catalogue is sound")
}

#[test]
fn quick() {
    let c = catalogue();
    let t = std::time::Instant::now();
    let a = Atlas::new(&c);
    eprintln!("build {:?} nodes {} edges {}", t.elapsed(), a.nodes().count(), a.edges().len());
    let t = std::time::Instant::now();
    let mut n = 0;
    let mut words: BTreeMap<&str, usize> = BTreeMap::new();
    let mut conflicts = 0;
    for node in a.nodes() {
        for d in a.derive(node, Reach::default()) {
            n += 1;
            *words.entry(d.relations.word()).or_default() += 1;
        }
        for c in a.conflicts(node, Reach::default()) {
            conflicts += 1;
            if conflicts < 12 {
                let show = |d: &assize_model::atlas::Derived| {
                    d.path
                        .iter()
                        .map(|h| format!("{} {} ({})", h.relations, a.name(h.other), h.edge.basis.word()))
                        .collect::<Vec<_>>()
                        .join(" > ")
                };
                eprintln!("CONFLICT {} : {} // {}", a.name(node), show(&c.one), show(&c.other));
            }
        }
    }
    eprintln!("all {:?} {n} {words:?} conflicts {conflicts}", t.elapsed());
    let t = std::time::Instant::now();
    let p = a.pair("uk-cop@2018", "ts-103-645@1.1.1", Reach::default());
    eprintln!("pair {:?} rows {} gaps {} {}", t.elapsed(), p.rows.len(), p.gaps_from.len(), p.gaps_to.len());
    let p = a.pair("en-303-645@2.1.1", "nist-ir-8425@2022", Reach::default());
    eprintln!("rows {} gaps {} {}", p.rows.len(), p.gaps_from.len(), p.gaps_to.len());
    let t = std::time::Instant::now();
    let s = Search::new(&a);
    eprintln!("index {:?}", t.elapsed());
    let t = std::time::Instant::now();
    for q in ["defualt pasword", "support period", "5.3-13", "secure boot nist", "debug interface"] {
        let f = s.find(q, 5);
        eprintln!(
            "{q}: {:?}",
            f.iter().map(|f| format!("{} {}", a.name(f.node), a.item(f.node).words())).collect::<Vec<_>>()
        );
    }
    eprintln!("5 searches {:?}", t.elapsed());
    for r in a.gap(&["en-303-645@2.1.1"], "eu-cra@2024", Reach::default()) {
        eprintln!("{} {:?} {:?}", a.name(r.node), r.gap, r.path.map(|p| p.relations));
    }
    let _ = (Gap::Met, Standing::Not, Relations::OPEN, Verdict::Pass);
}
