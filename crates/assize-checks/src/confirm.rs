//! Confirmations: the yes or no statements of IXIT 4-Conf.

use assize_model::declaration::ixit::Conf;
use assize_model::declaration::ixit::common::Answer;
use assize_model::judgement::{Finding, Pointer};
use assize_model::scene::Scene;

use crate::say::{fail, leave_open, pass, whole};

/// Whether the supplier confirms that a process, told by `what` in the plural or with its article, is in place.
pub(crate) fn confirmed(
    scene: &Scene,
    field: &str,
    what: &str,
    answer: fn(&Conf) -> Option<Answer>,
) -> Vec<Finding> {
    let place = Pointer::ixit(["4-Conf", field]);
    let said = match scene.declaration.ixit.conf.as_ref().and_then(answer) {
        Some(Answer::Yes) => pass(place, format!("The supplier confirms {what} in 4-Conf.")),
        Some(Answer::No) => {
            let words = format!("The supplier does not confirm {what} in 4-Conf.");
            fail(place, words, format!("put {what} in place, and answer `{field}` with \"yes\""))
        }
        None => {
            let words = format!("4-Conf does not say whether {what} can be confirmed.");
            leave_open(place, words, format!("answer `{field}` with \"yes\" or \"no\""))
        }
    };
    whole(said)
}
