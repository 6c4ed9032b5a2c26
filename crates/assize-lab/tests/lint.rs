//! x
use assize_model::atlas::Atlas;
use assize_model::atlas::lint::{Options, lint};
use assize_model::catalogue::Crosswalk;

#[test]
fn quick() {
    let c = assize_lab::catalogue().cloned().unwrap();
    let t = std::time::Instant::now();
    let a = Atlas::new(&c);
    eprintln!("atlas {:?}", t.elapsed());
    let all: Vec<&Crosswalk> = c.crosswalks.iter().collect();
    let t = std::time::Instant::now();
    let l = lint(&a, &all, &Options { embedded: true, ..Options::default() });
    eprintln!("lint {:?} rows {} judged {} not {} {:?}", t.elapsed(), l.rows, l.judged, l.not_judged, l.counts);
    for f in l.faults.iter() {
        eprintln!("{}:{} {} {}/{} {}/{} | {} | {} | {:?}", f.file, f.line, f.rule, f.edge.from_edition, f.edge.from, f.edge.to_edition, f.edge.to, f.message, f.remedy, f.suggestions);
    }
}
