//! What the tests share: the embedded catalogue, and comparison of mappings without what a file cannot carry.

use std::sync::OnceLock;

use assize_model::catalogue::{Catalogue, Crosswalk};

/// The embedded catalogue.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(assize_catalogue::FILES).expect("the catalogue is sound"))
}

/// The mapping without lines and file, with its rows in one order.
pub fn settled(c: &Crosswalk) -> Crosswalk {
    let mut c = c.clone();
    c.file.clear();
    c.rows.iter_mut().for_each(|r| r.line = 0);
    c.rows.sort_by(|a, b| (&a.from, &a.to, a.basis, &a.source).cmp(&(&b.from, &b.to, b.basis, &b.source)));
    c
}
