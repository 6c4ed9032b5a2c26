//! The documentation of sensors opens at the declared address.

use super::SENSORS;
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.sensors_reachable",
    establishes: "The documentation of sensors opens at the declared address.",
    probes: &["publication"],
    partial: true,
    judge: |scene| SENSORS.judged(scene),
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, nothing, page};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { sensors = { url = 'https://x/s' } }",
            &looked(&[page("https://x/s", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { sensors = { url = 'https://x/s' } }",
            &looked(&[page("https://x/s", 200, "All of it.")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(&CHECK, "2-UserInfo = { sensors = { url = 'https://x/s' } }", &nothing(), "INCONCLUSIVE");
    }
}
