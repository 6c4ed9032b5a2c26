//! Each component that uses cryptography has an update mechanism.

use assize_model::declaration::ixit::SoftComp;
use assize_model::scene::Scene;

use super::without_cryptography;
use crate::Check;
use crate::say::{Row, Said, list};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "component.cryptography_updatable",
    establishes: "Each component that uses cryptography has an update mechanism.",
    probes: &[],
    partial: true,
    judge: |scene| table::soft_comp(scene, |c, row| rule(c, row, scene)),
};

fn rule(c: &SoftComp, row: Row, scene: &Scene) -> Said {
    match c.uses_cryptography {
        Some(false) => without_cryptography(row, scene),
        None => row.leaves_out("uses_cryptography", "whether it uses cryptography"),
        Some(true) if c.update_mechanisms.is_empty() => {
            let words = "uses cryptography, but no mechanism updates it";
            row.fails("update_mechanisms", words, "make it updateable, and name the mechanism")
        }
        Some(true) => {
            let words = format!("uses cryptography and is updated by {}", list(&c.update_mechanisms));
            row.passes("update_mechanisms", words)
        }
    }
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Login, Protocol};

    use super::CHECK;
    use crate::stage::{check, login, looked, nothing, web};

    #[test]
    fn flawed() {
        check(&CHECK, "6-SoftComp = [{ id = 'A', uses_cryptography = true }]", &nothing(), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "6-SoftComp = [{ id = 'A', uses_cryptography = true, update_mechanisms = ['U'] }, \
             { id = 'B', uses_cryptography = false }]",
            &nothing(),
            "A PASS, B N/A",
        );
    }

    #[test]
    fn some_component_does_the_cryptography_that_is_seen_or_declared() {
        let none = "6-SoftComp = [{ id = 'A', uses_cryptography = false }]";
        check(&CHECK, none, &looked(&[web(80, false)]), "A N/A");
        check(&CHECK, none, &looked(&[web(443, true)]), "A INCONCLUSIVE");
        check(&CHECK, none, &looked(&[login(22, Protocol::Ssh, Login::Ssh)]), "A INCONCLUSIVE");
        let declared =
            format!("{none}\n11-ComMech = [{{ id = 'C', crypto = {{ protocols = ['TLS 1.3'] }} }}]");
        check(&CHECK, &declared, &nothing(), "A INCONCLUSIVE");
        check(&CHECK, &declared.replace("TLS 1.3", "none"), &nothing(), "A N/A");
    }

    #[test]
    fn unsaid() {
        check(&CHECK, "6-SoftComp = [{ id = 'A' }]", &nothing(), "A INCONCLUSIVE");
    }
}
