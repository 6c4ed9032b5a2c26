//! Each implementation of network or security functions was reviewed or evaluated.

use assize_model::declaration::ixit::NetSecImpl;
use assize_model::declaration::ixit::net_sec_impl::ReviewKind;

use crate::Check;
use crate::say::{Row, Said};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "implementation.reviewed",
    establishes: "Each implementation of network or security functions was reviewed or evaluated.",
    probes: &[],
    partial: true,
    judge: |scene| table::net_sec_impl(scene, rule),
};

fn rule(n: &NetSecImpl, row: Row) -> Said {
    match n.review_kind {
        Some(ReviewKind::None) => row.fails(
            "review_kind",
            "was not reviewed",
            "have it reviewed, or use an implementation that was",
        ),
        Some(ReviewKind::Certified) => row.passes("review_kind", "was evaluated under a scheme"),
        Some(ReviewKind::Independent) => row.passes("review_kind", "was reviewed by an independent party"),
        Some(ReviewKind::Internal) => row.passes("review_kind", "was reviewed inside the organisation"),
        Some(ReviewKind::Public) => row.passes("review_kind", "is open to public review"),
        None => row.leaves_out("review_kind", "how it was reviewed"),
    }
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(&CHECK, "12-NetSecImpl = [{ id = 'A', review_kind = 'none' }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "12-NetSecImpl = [{ id = 'A', review_kind = 'public' }, \
             { id = 'B', review_kind = 'certified' }]",
            &nothing(),
            "A PASS, B PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "12-NetSecImpl = [{ id = 'A', review = 'yes' }]", &nothing(), "A INCONCLUSIVE");
    }
}
