//! Who may connect to what the bench opens, and who else did.

use std::collections::BTreeMap;
use std::net::IpAddr;

use assize_model::declaration::Declaration;

/// The addresses from which the DUT's connections come.
pub(crate) fn senders(declaration: &Declaration, from: &[String]) -> Result<Vec<IpAddr>, String> {
    let all = declaration.product.bench.address.iter().chain(from);
    let all: Result<Vec<IpAddr>, String> =
        all.map(|text| text.parse().map_err(|_| format!("`{text}` is no address"))).collect();
    match all {
        Ok(none) if none.is_empty() => Err("write the DUT's `address` in [bench]".to_owned()),
        all => all,
    }
}

/// Who else connected to a place of the bench, if anybody did.
pub(crate) fn strangers(what: &str, listen: &str, strangers: &BTreeMap<IpAddr, u64>) -> Option<String> {
    let came = match strangers.values().sum::<u64>() {
        0 => return None,
        1 => "1 connection".to_owned(),
        n => format!("{n} connections"),
    };
    let from: Vec<String> = strangers.keys().map(ToString::to_string).collect();
    Some(format!(
        "at the {what} {listen}, {came} came from elsewhere than the DUT and ended at once: {}; if the DUT reaches the \
         bench from there, write it as `from` in [[bench.{what}]]",
        from.join(", ")
    ))
}
