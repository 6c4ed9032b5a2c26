//! The DUT refuses the wrong updates that the bench offers it.
//! The bench tries what it has; whether that is every attack the design invites stays with a person.

use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::ixit::upd_mech::Trust;
use assize_model::declaration::relay::Variant;
use assize_model::fact::{Fact, UpdateAttempt};
use assize_model::judgement::Finding;
use assize_model::scene::Scene;

use crate::Check;
use crate::look::looked;
use crate::say::{Row, Said, list, shown, worst};

pub(crate) const CHECK: Check = Check {
    name: "update.misuse_withstood",
    establishes: "The DUT refuses the wrong updates that the bench offers it.",
    probes: &["update"],
    partial: true,
    judge,
};

type Attempt<'a> = (u64, &'a UpdateAttempt);

fn judge(scene: &Scene) -> Vec<Finding> {
    let finding = |m: &UpdMech| {
        let own = attempts(scene, m);
        let (outcome, indications) = worst(said(scene, m, &own)).expect("something is always said");
        Finding { entry: Some(m.id.clone()), outcome, indications }
    };
    scene.declaration.ixit.upd_mech.iter().map(finding).collect()
}

/// The attempts at the places of a mechanism, the earliest first.
fn attempts<'a>(scene: &Scene<'a>, m: &UpdMech) -> Vec<Attempt<'a>> {
    let is_own = |a: &UpdateAttempt| {
        scene.is_dut(&a.target) && m.reached_at.iter().any(|place| place.to_string() == a.place)
    };
    let own = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::UpdateAttempt(a) if is_own(a) => Some((record, a)),
        _ => None,
    });
    let mut own: Vec<Attempt> = own.collect();
    own.sort_by_key(|(record, _)| *record);
    own
}

fn said(scene: &Scene, m: &UpdMech, own: &[Attempt]) -> Vec<Said> {
    let row = Row { table: "7-UpdMech", id: &m.id };
    let mut said: Vec<Said> = own.iter().filter_map(|(r, a)| Some(shown(fault(row, m, a)?, *r))).collect();
    if own.is_empty() {
        let remedy =
            "take the update server's place with a [[bench.relay]] and [[bench.offer]], or try it by hand";
        said.push(row.is_open("reached_at", "was not tried: nobody offered a wrong update there", remedy));
        return said;
    }
    let withstood: Vec<Attempt> = own.iter().filter(|(_, a)| is_withstood(a)).copied().collect();
    let tried = |wanted: &[Variant]| withstood.iter().any(|(_, a)| wanted.contains(&a.variant));
    for (wanted, what) in [(&TAMPERED[..], "altered"), (&[Variant::Older], "older")] {
        if !tried(wanted) {
            let words = format!("was not tried with an {what} package that reached the DUT");
            said.push(row.is_open(
                "reached_at",
                words,
                "add a [[bench.offer]] for it, and see that the DUT asks there",
            ));
        }
    }
    if !looked(scene, "update") {
        let words = "was not tried to the end: the probe stopped before";
        said.push(row.is_open("reached_at", words, "run `assize assess` again with the DUT on the bench"));
    }
    if said.is_empty() {
        let names: Vec<&str> = withstood.iter().map(|(_, a)| a.variant.name()).collect();
        let (outcome, indication) =
            row.passes("trust", format!("withstood the offers {}: the DUT kept its version", list(&names)));
        said.push((outcome, indication.shown_by(withstood.iter().map(|(record, _)| *record))));
    }
    said
}

const TAMPERED: [Variant; 4] =
    [Variant::BitFlipped, Variant::Truncated, Variant::Unsigned, Variant::WrongSignature];

/// Whether what was wrong reached the DUT, and the DUT stayed what it was.
fn is_withstood(a: &UpdateAttempt) -> bool {
    a.variant != Variant::Genuine && a.changed > 0 && a.accepted() == Some(false)
}

/// What an attempt shows against a mechanism, or leaves open; none when it shows that all is well.
fn fault(row: Row, m: &UpdMech, a: &UpdateAttempt) -> Option<Said> {
    let name = a.variant.name();
    let remedy = "verify signature, target and version of a package on the DUT before it is installed";
    match (a.variant, a.accepted()) {
        (Variant::Genuine, Some(false)) if a.changed > 0 => {
            let words = "did not bring a genuine update through either, so that a refusal shows little";
            Some(row.is_open(
                "reached_at",
                words,
                "find out why the DUT refuses what the server really offers",
            ))
        }
        (Variant::Genuine, _) => None,
        (Variant::UntrustedCertificate, _) if a.tls_trusted_bench == Some(true) && is_channel_alone(m) => {
            let words = "rests on an authenticated channel alone, and the DUT took a certificate that nobody it trusts has signed";
            Some(row.fails("trust", words, "verify the server's certificate, and sign packages"))
        }
        // What came over that channel was the genuine package; its signature is another question.
        (Variant::UntrustedCertificate, _) => None,
        (_, Some(true)) if a.changed > 0 => {
            let [before, after] = [&a.version_before, &a.version_after].map(|v| v.as_deref().unwrap_or("?"));
            let words = format!(
                "let in a wrong update ({name}, offer `{}`): the DUT went from {before} to {after}",
                a.offer
            );
            Some(row.fails("trust", words, remedy))
        }
        (_, Some(true)) => {
            let words = format!(
                "changed its version while the offer `{}` was out, without having asked for it",
                a.offer
            );
            Some(row.is_open("reached_at", words, "find out where that update came from"))
        }
        (_, None) => {
            let words = format!("could not be judged after the offer `{}`: the DUT told no version", a.offer);
            Some(row.is_open(
                "reached_at",
                words,
                "add a play with purpose = \"version\", or look at the DUT",
            ))
        }
        (_, Some(false)) => None,
    }
}

fn is_channel_alone(m: &UpdMech) -> bool {
    m.trust.contains(&Trust::AuthenticatedChannel) && !m.trust.contains(&Trust::DigitalSignature)
}

#[cfg(test)]
mod tests {
    use assize_model::fact::Fact;

    use super::*;
    use crate::stage::{DUT, check, looked as seen, nothing};

    const DECLARED: &str =
        "7-UpdMech = [{ id = 'A', reached_at = ['cloud:tcp/443'], trust = ['digital-signature'] }]";

    fn attempt(variant: Variant, after: Option<&str>) -> Fact {
        Fact::UpdateAttempt(UpdateAttempt {
            target: DUT.into(),
            place: "cloud:tcp/443".into(),
            offer: variant.name().into(),
            variant,
            tls_trusted_bench: Some(variant != Variant::UntrustedCertificate),
            changed: u32::from(variant != Variant::UntrustedCertificate),
            version_before: Some("1.4".into()),
            version_after: after.map(Into::into),
            ..UpdateAttempt::default()
        })
    }

    fn refused() -> Vec<Fact> {
        [Variant::UntrustedCertificate, Variant::WrongSignature, Variant::Older]
            .map(|v| attempt(v, Some("1.4")))
            .into()
    }

    #[test]
    fn flawed() {
        for variant in [Variant::Unsigned, Variant::Older, Variant::WrongTarget] {
            let mut facts = refused();
            facts.push(attempt(variant, Some("1.5")));
            check(&CHECK, DECLARED, &seen(&[facts]), "A FAIL");
        }
    }

    #[test]
    fn channel_alone() {
        let channel = DECLARED.replace("digital-signature", "authenticated-channel");
        let mut facts = refused();
        check(&CHECK, &channel, &seen(&[facts.clone()]), "A PASS");
        let Some(Fact::UpdateAttempt(first)) = facts.first_mut() else { panic!("the first is one") };
        first.tls_trusted_bench = Some(true);
        check(&CHECK, &channel, &seen(&[facts.clone()]), "A FAIL");
        check(&CHECK, DECLARED, &seen(&[facts]), "A PASS");
    }

    #[test]
    fn conformant() {
        let mut facts = refused();
        facts.push(attempt(Variant::Genuine, Some("1.5")));
        check(&CHECK, DECLARED, &seen(&[facts]), "A PASS");
    }

    #[test]
    fn doubtful() {
        let mut blocked = refused();
        blocked.push(attempt(Variant::Genuine, Some("1.4")));
        let mut silent = refused();
        silent.push(attempt(Variant::BitFlipped, None));
        let only_older = vec![attempt(Variant::Older, Some("1.4"))];
        let mut never_fetched = refused();
        for fact in &mut never_fetched {
            let Fact::UpdateAttempt(a) = fact else { continue };
            a.changed = 0;
        }
        for facts in [blocked, silent, only_older, never_fetched] {
            check(&CHECK, DECLARED, &seen(&[facts]), "A INCONCLUSIVE");
        }
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &nothing(), "A INCONCLUSIVE");
    }

    #[test]
    fn half_looked() {
        let mut facts = seen(&[refused()]);
        facts.done.clear();
        check(&CHECK, DECLARED, &facts, "A INCONCLUSIVE");
    }
}
