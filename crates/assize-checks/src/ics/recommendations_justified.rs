//! Every recommendation claimed \"no\" or \"n/a\" has its justification in the detail column.

use assize_model::declaration::ics::Support;
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::say::{leave_open, pass, text, whole};

pub(crate) const CHECK: Check = Check {
    name: "ics.recommendations_justified",
    establishes: "Every recommendation claimed \"no\" or \"n/a\" has words in the detail column.",
    probes: &[],
    // Only a reader tells a reason from a placeholder.
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let claims = &scene.declaration.ics.claim;
    let place = Pointer { file: "ics.toml".into(), path: Vec::new() };
    if claims.is_empty() {
        return whole(leave_open(place, "The ICS makes no claim.", "fill in ics.toml"));
    }
    let waived = claims.iter().filter(|(id, c)| c.support != Support::Yes && scene.recommended.contains(*id));
    let (justified, bare): (Vec<_>, Vec<_>) = waived.partition(|(_, c)| is_worded(c.detail.as_ref()));
    if bare.is_empty() {
        let words = format!(
            "Recommendations claimed \"no\" or \"n/a\" that carry a justification: {} of {0}.",
            justified.len()
        );
        return whole(pass(place, words));
    }
    let against = bare.into_iter().map(|(id, _)| {
        let words = format!("{id} is not claimed and its justification is missing.");
        Indication::against(words, "write the reason into `detail`").at(Pointer::claim(id))
    });
    vec![Finding::whole(Outcome::Fail, against.collect())]
}

/// A dash or a number is no reason.
fn is_worded(detail: Option<&String>) -> bool {
    text(detail).is_some_and(|t| t.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, nothing};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "ics.claim = { 'R-1' = { support = 'n/a', detail = ' ' }, \
             'R-2' = { support = 'yes' } }",
            &nothing(),
            "FAIL",
        );
        check(&CHECK, "ics.claim = { 'R-2' = { support = 'no', detail = '-' } }", &nothing(), "FAIL");
    }

    #[test]
    fn a_mandatory_provision_is_no_recommendation() {
        check(
            &CHECK,
            "ics.claim = { '5.1-2' = { support = 'n/a' }, \
             'R-1' = { support = 'n/a', detail = 'updates come by cable' } }",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "ics.claim = { '5.1-2' = { support = 'n/a', detail = 'there are no passwords' }, \
             'R-1' = { support = 'yes' } }",
            &nothing(),
            "PASS",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "format = 1", &nothing(), "INCONCLUSIVE");
    }
}
