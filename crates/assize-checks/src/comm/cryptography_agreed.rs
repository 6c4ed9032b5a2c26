//! The cryptography of communication counts as good practice by a reference catalogue.

use super::bare;
use crate::Check;
use crate::{cryptography, table};

pub(crate) const CHECK: Check = Check {
    name: "comm.cryptography_agreed",
    establishes: "The cryptography of communication counts as good practice by a reference catalogue, for as long as the product is supported.",
    probes: &[],
    partial: false,
    judge: |scene| {
        table::com_mech(scene, |m, row| {
            bare(m, row).unwrap_or_else(|| cryptography::agreed(row, m.crypto.as_ref(), scene))
        })
    },
};

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "11-ComMech = [{ id = 'A', crypto = { protocols = ['WEP'] } }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A', crypto = { protocols = ['TLS 1.3'], \
             algorithms = ['X25519', 'Ed25519'] } }, \
             { id = 'B', crypto = { protocols = ['none'] } }]\n\
             2-UserInfo = { support_period = { until = '2031-12-31' } }",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "11-ComMech = [{ id = 'A' }, { id = 'B', crypto = { protocols = ['OurOwn 1'] } }]",
            &nothing(),
            "A INCONCLUSIVE, B INCONCLUSIVE",
        );
    }

    const SUPPORT: &str = "2-UserInfo = { support_period = { until = '2031-12-31' } }";

    fn of(algorithm: &str, rest: &str) -> String {
        format!(
            "11-ComMech = [{{ id = 'A', crypto = {{ algorithms = ['{algorithm}'] {rest} }} }}]\n{SUPPORT}"
        )
    }

    #[test]
    fn ends_before_the_product() {
        check(&CHECK, &of("RSA-2048", ""), &nothing(), "A FAIL");
        check(&CHECK, &of("ffdhe2048", ""), &nothing(), "A FAIL");
        check(&CHECK, &of("RSA-3072", ""), &nothing(), "A PASS");
        check(&CHECK, &of("RSA-2048", "").replace("2031", "2029"), &nothing(), "A PASS");
    }

    #[test]
    fn ends_by_the_catalogue_referred_to() {
        let refers = of("RSA-2048", ", reference = 'SOG-IS ACM 1.3'").replace("2031", "2029");
        check(&CHECK, &refers, &nothing(), "A INCONCLUSIVE");
    }

    #[test]
    fn a_reference_does_not_vouch_for_what_no_list_holds() {
        for reference in ["ours", "none", "SOG-IS ACM 1.3"] {
            let refers = of("OurOwn 1", &format!(", reference = '{reference}'"));
            check(&CHECK, &refers, &nothing(), "A INCONCLUSIVE");
        }
    }

    #[test]
    fn an_end_to_come_is_open_where_nobody_says_how_long_support_lasts() {
        let in_words = "2-UserInfo = { support_period = { words = 'as long as we can' } }";
        let dated = "product = { dut = { date = '2026-11-25' } }";
        for rest in [String::new(), in_words.to_owned(), format!("{in_words}\n{dated}")] {
            let judged = |algorithm: &str, expect: &str| {
                check(&CHECK, &of(algorithm, "").replace(SUPPORT, &rest), &nothing(), expect);
            };
            judged("RSA-2048", "A INCONCLUSIVE");
            judged("RSA-3072", "A PASS");
            judged("AES-GCM", "A PASS");
        }
    }

    #[test]
    fn suites_and_families_are_known() {
        check(&CHECK, &of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", ""), &nothing(), "A PASS");
        check(&CHECK, &of("TLS_ECDHE_RSA_WITH_RC4_128_SHA", ""), &nothing(), "A FAIL");
        check(&CHECK, &of("AES-GCM", ""), &nothing(), "A PASS");
        check(&CHECK, &of("Camellia", ""), &nothing(), "A FAIL");
    }
}
