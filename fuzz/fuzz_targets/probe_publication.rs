//! The address of a page, and where a redirect from it points.
#![no_main]

use assize_probes::publication::codec::{address, redirected};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|pair: (&str, &str)| {
    if let Ok(from) = address(pair.0)
        && let Some(to) = redirected(&from, pair.1)
    {
        assert!(to.path.starts_with('/') && to.path.bytes().all(|b| b.is_ascii_graphic()));
    }
});
