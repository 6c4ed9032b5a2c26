//! No key that the DUT shows is also that of another unit. It only refutes: keys that differ on two units may still be
//! the same on two others, and whether a declared provisioning is applied in operation shows in more than keys.

use assize_model::declaration::ixit::SecParam;
use assize_model::declaration::ixit::sec_param::Provisioning;
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::Scene;

use crate::Check;
use crate::keys::{Compared, Shared, compare};
use crate::say::{Row, Said, count, list, worst};

pub(crate) const CHECK: Check = Check {
    name: "parameter.keys_differ",
    establishes: "No key that the DUT shows at a port is also that of another unit of the product on the bench.",
    probes: &["keys"],
    partial: true,
    judge,
};

const TABLE: &str = "10-SecParam";
const REMEDY: &str = "give each unit a key of its own, made on it or drawn for it in production; if the unit on the \
                      bench is the DUT itself at another address, take it out of product.toml";

fn judge(scene: &Scene) -> Vec<Finding> {
    if scene.declaration.product.bench.unit.is_empty() {
        return Vec::new();
    }
    let compared = compare(scene);
    if compared.shared.is_empty() {
        return vec![unrefuted(&compared)];
    }
    let parameters = &scene.declaration.ixit.sec_param;
    let mut findings: Vec<Finding> =
        parameters.iter().filter_map(|p| of_parameter(p, &compared.shared)).collect();
    let nobodys = compared.shared.iter().filter(|shared| !parameters.iter().any(|p| shared.is_of(p)));
    let against: Vec<Indication> = nobodys.map(undeclared).collect();
    if !against.is_empty() {
        findings.push(Finding::whole(Outcome::Fail, against));
    }
    findings
}

/// What the shared keys say of a parameter that is declared to be one of them.
fn of_parameter(p: &SecParam, shared: &[Shared]) -> Option<Finding> {
    let row = Row { table: TABLE, id: &p.id };
    let own = shared.iter().filter(|shared| shared.is_of(p));
    let said = own.map(|shared| {
        let (outcome, indication) = said(p, row, shared);
        (outcome, indication.shown_by(shared.records))
    });
    let (outcome, indications) = worst(said.collect())?;
    Some(Finding { entry: Some(p.id.clone()), outcome, indications })
}

fn said(p: &SecParam, row: Row, shared: &Shared) -> Said {
    let unique = p.generation.as_ref().and_then(|g| g.unique_per_unit);
    let how = match (p.provisioned_from, unique) {
        (Some(Provisioning::User), _) => {
            let words = format!("is entered by a user, and {}", shared.words());
            return row.is_open(
                "provisioned_from",
                words,
                "give both units keys of their own and assess again",
            );
        }
        (Some(Provisioning::AssociatedService), Some(true)) => {
            "comes from an associated service as a value of the unit's own"
        }
        (Some(Provisioning::AssociatedService), _) => {
            let words = format!("comes from an associated service, and {}", shared.words());
            return row.is_open(
                "provisioned_from",
                words,
                "find out whether the service gives it to every unit",
            );
        }
        (Some(Provisioning::Production), _) => "is declared to be written for each unit in production",
        (Some(Provisioning::OnDevice), _) => "is declared to be generated on the unit",
        (Some(Provisioning::SourceCode), _) => "is declared to be compiled in",
        (None, Some(true)) => "is declared to be the unit's own",
        (None, _) => "does not say where it comes from",
    };
    let joint = if p.provisioned_from == Some(Provisioning::SourceCode) { "and" } else { "but" };
    row.fails("provisioned_from", format!("{how}, {joint} {}", shared.words()), REMEDY)
}

/// A shared key that no critical parameter is declared to be.
fn undeclared(shared: &Shared) -> Indication {
    let words = format!(
        "No critical parameter of {TABLE} is declared to be shown there (`shown_at`), and {}.",
        shared.words()
    );
    Indication::against(words, REMEDY).shown_by(shared.records).at(Pointer::ixit([TABLE]))
}

/// Nothing speaks against the DUT: what was compared, for the evaluator.
fn unrefuted(compared: &Compared) -> Finding {
    let (words, remedy) = match (compared.keys, compared.with.as_slice()) {
        (_, []) => (
            format!("No key of the unit {} was read.", list(&compared.without)),
            "run `assize assess` with the DUT and the unit on the bench",
        ),
        (0, _) => (
            "The DUT shows no key at its ports that could be compared with another unit's.".to_owned(),
            "compare by hand what the units hold",
        ),
        (keys, units) => (
            format!(
                "The DUT shows {}, of which the unit {} shows none; a few units do not prove that every one has keys \
                 of its own.",
                count(keys as u64, "key"),
                list(units)
            ),
            "weigh it with the other steps of the unit, and answer",
        ),
    };
    let note = Indication::note(words, remedy).shown_by(compared.records.iter().copied());
    Finding::whole(Outcome::Inconclusive, vec![note.at(Pointer::product(["bench", "unit"]))])
}

#[cfg(test)]
mod tests {
    use assize_model::fact::Fact;
    use assize_model::scene::Facts;

    use super::CHECK;
    use crate::stage::{DUT, UNIT, check, looked, nothing, scan, unit_keys, with_key};

    const BENCH: &str =
        "product = { bench = { control = '192.0.2.9', unit = [{ id = 'B', address = '192.0.2.3' }] } }\n";

    fn judged(parameters: &str, seen: &Facts, expect: &str) {
        check(&CHECK, &format!("{BENCH}10-SecParam = [{parameters}]"), seen, expect);
    }

    fn shared() -> Facts {
        looked(&[with_key(443, "aa"), unit_keys(UNIT, 443, &["aa"])])
    }

    const OWN: &str = "{ id = 'A', kind = 'critical', shown_at = ['tcp/443'], provisioned_from = 'on-device', \
                       generation = { unique_per_unit = true } }";

    #[test]
    fn flawed() {
        judged(OWN, &shared(), "A FAIL");
        judged(&format!("{OWN}, {{ id = 'O', kind = 'critical' }}"), &shared(), "A FAIL");
        judged("{ id = 'A', shown_at = ['tcp/443'], provisioned_from = 'source-code' }", &shared(), "A FAIL");
        // A key that nobody declares is none the less shared.
        judged("", &shared(), "FAIL");
        judged("{ id = 'A', kind = 'public', shown_at = ['tcp/443'] }", &shared(), "FAIL");
        judged("{ id = 'A', kind = 'critical', shown_at = ['tcp/22', 'udp/443'] }", &shared(), "FAIL");
        // Whatever the port of the other unit.
        judged(OWN, &looked(&[with_key(443, "aa"), unit_keys(UNIT, 8443, &["bb", "aa"])]), "A FAIL");
    }

    #[test]
    fn a_user_or_a_service_may_have_given_the_key_to_both() {
        let from = |source: &str, unique: bool| {
            format!(
                "{{ id = 'A', kind = 'critical', shown_at = ['tcp/443'], provisioned_from = '{source}', \
                 generation = {{ unique_per_unit = {unique} }} }}"
            )
        };
        judged(&from("user", true), &shared(), "A INCONCLUSIVE");
        judged(&from("associated-service", false), &shared(), "A INCONCLUSIVE");
        judged(&from("associated-service", true), &shared(), "A FAIL");
    }

    #[test]
    fn conformant() {
        let differ = looked(&[with_key(443, "aa"), unit_keys(UNIT, 443, &["bb"])]);
        judged(OWN, &differ, "INCONCLUSIVE");
        // The unit's keys are no keys of the DUT, and two of its ports may share one.
        judged(OWN, &looked(&[unit_keys(UNIT, 443, &["aa"]), unit_keys(UNIT, 444, &["aa"])]), "INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        judged(OWN, &nothing(), "INCONCLUSIVE");
        judged(OWN, &looked(&[with_key(443, "aa")]), "INCONCLUSIVE");
        // Without another unit there is nothing to say.
        check(&CHECK, &format!("10-SecParam = [{OWN}]"), &shared(), "");
    }

    #[test]
    fn what_is_no_other_unit_is_not_compared() {
        for address in ["192.0.2.4", DUT] {
            judged(OWN, &looked(&[with_key(443, "aa"), unit_keys(address, 443, &["aa"])]), "INCONCLUSIVE");
        }
        let itself = format!("product = {{ bench = {{ unit = [{{ id = 'B', address = '{DUT}' }}] }} }}\n");
        let seen = looked(&[with_key(443, "aa"), unit_keys(DUT, 443, &["aa"])]);
        check(&CHECK, &itself, &seen, "INCONCLUSIVE");
    }

    #[test]
    fn a_digest_that_is_not_there_equals_nothing() {
        judged(OWN, &looked(&[with_key(443, ""), unit_keys(UNIT, 443, &[""])]), "INCONCLUSIVE");
    }

    #[test]
    fn the_bench_s_own_ports_are_left_out() {
        let mut facts = shared();
        let mut control = scan(assize_model::fact::Transport::Tcp, "192.0.2.9", true);
        if let Fact::PortScan(scan) = &mut control {
            scan.open = vec![443];
        }
        facts.recorded.push(assize_model::scene::Recorded { record: 99, fact: control });
        judged("", &facts, "INCONCLUSIVE");
    }
}
