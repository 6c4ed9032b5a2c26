//! Where the DUT announces a model over mDNS, it is the declared designation.
//! The unit is about the marking on the DUT. Announcements also repeat other devices, name a model of the software, or
//! add a region, so that another text is for a person to weigh: this never ends in FAIL.

use assize_model::fact::Fact;
use assize_model::judgement::{Finding, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::look::{REMEDY, looked};
use crate::say::{leave_open, pass, quote, shown, text, whole};

pub(crate) const CHECK: Check = Check {
    name: "designation.as_announced",
    establishes: "Where the DUT announces a model over mDNS, it is the declared designation.",
    probes: &["mdns"],
    partial: true,
    judge,
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let place = Pointer::ixit(["2-UserInfo", "model_designation"]);
    let designation = scene.declaration.ixit.user_info.as_ref().and_then(|i| i.model_designation.as_ref());
    let Some(value) = designation.and_then(|d| text(d.value.as_ref())) else {
        let words = "2-UserInfo does not say what the model is called.";
        return whole(leave_open(place, words, "fill in `model_designation.value`"));
    };
    let announced = announced(scene);
    if let Some((record, model)) = announced.iter().find(|(_, model)| !model.eq_ignore_ascii_case(value)) {
        let words =
            format!("The DUT announces the model {}, and {} is declared.", quote(model), quote(value));
        let remedy =
            "read the marking on the DUT, and find out whether the announced text names another model";
        return whole(shown(leave_open(place, words, remedy), *record));
    }
    match announced.first() {
        Some((record, _)) => {
            let words = format!("The DUT announces the model {}, as declared.", quote(value));
            whole(shown(pass(place, words), *record))
        }
        None if !looked(scene, "mdns") => whole(leave_open(place, "Nobody asked the DUT over mDNS.", REMEDY)),
        None => {
            let words = "The DUT announced no model over mDNS.";
            whole(leave_open(place, words, "read the designation by hand"))
        }
    }
}

/// The models that mDNS answers of the DUT name, in the TXT keys that are usual for it.
fn announced<'a>(scene: &Scene<'a>) -> Vec<(u64, &'a str)> {
    let mut models = Vec::new();
    for (record, fact) in scene.facts() {
        let Fact::MdnsAnnouncement(said) = fact else { continue };
        if !scene.is_dut(&said.target) {
            continue;
        }
        for (key, value) in said.services.iter().flat_map(|s| &s.txt).filter_map(|t| t.split_once('=')) {
            if ["model", "md"].contains(&key.to_ascii_lowercase().as_str()) {
                models.push((record, value.trim()));
            }
        }
    }
    models.sort_unstable();
    models
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::stage::{check, looked, mdns, nothing};

    #[test]
    fn another_text_is_for_a_person() {
        check(
            &CHECK,
            "2-UserInfo = { model_designation = { value = 'Plug P1' } }",
            &looked(&[mdns("model=Plug P2")]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { model_designation = { value = 'Plug P1' } }",
            &looked(&[mdns("MODEL=Plug P1")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "2-UserInfo = { model_designation = { value = 'Plug P1' } }",
            &nothing(),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn no_model() {
        check(
            &CHECK,
            "2-UserInfo = { model_designation = { value = 'Plug P1' } }",
            &looked(&[mdns("path=/")]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "2-UserInfo = {}", &looked(&[mdns("model=Plug P1")]), "INCONCLUSIVE");
    }
}
