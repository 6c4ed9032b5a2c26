//! Each product pattern reads a known field, has a source, and finds in its example what it says.

use super::{Catalogue, Faults};
use crate::catalogue::products::{ProductPattern, recognise};
use crate::fact::Saying;

/// Most `*` of a pattern.
const MOST_RUNS: usize = 3;

pub(super) fn faults(catalogue: &Catalogue, faults: &mut Faults) {
    let patterns = &catalogue.lists.products;
    let keys = patterns.iter().map(|p| format!("{}: {}", p.field, p.pattern)).collect::<Vec<_>>();
    faults.unique("lists/products", "pattern", keys.iter().map(String::as_str));
    for pattern in patterns {
        if let Some((message, remedy)) = fault(pattern, patterns) {
            let message = format!("pattern `{}` of {} {message}", pattern.pattern, pattern.field);
            faults.add("lists/products", message, remedy);
        }
    }
}

fn fault(p: &ProductPattern, all: &[ProductPattern]) -> Option<(String, &'static str)> {
    if p.source.trim().is_empty() || p.vendor.trim().is_empty() || p.product.trim().is_empty() {
        return Some(("leaves out vendor, product or source".into(), "fill them in"));
    }
    if p.pattern.trim().len() < 3 || p.pattern.matches('*').count() > MOST_RUNS {
        return Some(("is too short, or has too many `*`".into(), "say more text of the product"));
    }
    match p.version_in(&p.example) {
        None => return Some(("does not match its example".into(), "correct the pattern or the example")),
        Some(found) if found != p.version => {
            let message = format!("finds version `{found}` in its example, and states `{}`", p.version);
            return Some((message, "correct the pattern or `version`"));
        }
        Some(_) => {}
    }
    let saying = Saying { field: p.field.clone(), text: p.example.clone() };
    let product = recognise(all, &[saying])?;
    (product.name != p.product || (product.version != p.version && !p.version.is_empty())).then(|| {
        let message = format!("loses its example to {}, recognised by `{}`", product.name, product.pattern);
        (message, "put the narrower pattern first, or narrow the other one")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &str) -> Vec<String> {
        let catalogue = Catalogue::read(&[("lists/products/x.toml", rows)]).expect("the rows read");
        catalogue.check(&[]).into_iter().map(|f| f.message).collect()
    }

    const GOOD: &str = "[[pattern]]\nfield='f'\npattern='Boa/{version}'\nvendor='V'\nproduct='Boa'\nsource='s'\n\
        example='Boa/0.94'\nversion='0.94'\n";

    #[test]
    fn data_tests_itself() {
        assert_eq!(check(GOOD), [""; 0]);
        assert!(check(&GOOD.replace("version='0.94'", "version='0.9'"))[0].contains("states `0.9`"));
        assert!(check(&GOOD.replace("Boa/0.94'", "Bob/0.94'"))[0].contains("does not match"));
        assert!(check(&GOOD.replace("source='s'", "source=''"))[0].contains("leaves out"));
        let other = GOOD.replace("Boa/{version}", "Bo*{version}").replace("'Boa'", "'Other'");
        assert!(check(&[other.as_str(), GOOD].concat())[0].contains("loses its example to Other"));
        assert!(check(&[GOOD, GOOD].concat())[0].contains("twice"));
    }
}
