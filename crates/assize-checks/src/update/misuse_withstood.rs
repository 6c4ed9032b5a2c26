//! The DUT refuses the wrong updates that the bench offers it.
//! The bench tries what it has; whether that is every attack the design invites stays with a person.

use assize_model::declaration::ixit::UpdMech;
use assize_model::declaration::ixit::common::Place;
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
    let is_own = |a: &UpdateAttempt| m.reached_at.iter().any(|place| is_at(Some(place), a));
    let all = scene.facts().filter_map(|(record, fact)| attempt_of(scene, record, fact));
    let mut own: Vec<Attempt> = all.filter(|(_, a)| is_own(a)).collect();
    own.sort_by_key(|(record, _)| *record);
    own
}

fn attempt_of<'a>(scene: &Scene<'a>, record: u64, fact: &'a Fact) -> Option<Attempt<'a>> {
    match fact {
        Fact::UpdateAttempt(a) if scene.is_dut(&a.target) => Some((record, a)),
        _ => None,
    }
}

fn said(scene: &Scene, m: &UpdMech, own: &[Attempt]) -> Vec<Said> {
    let row = Row { table: "7-UpdMech", id: &m.id };
    let faults = own.iter().enumerate().filter_map(|(at, (record, a))| {
        let earlier = at.checked_sub(1).map(|at| own[at].1);
        let said = looked_late(row, earlier, a).or_else(|| fault(row, m, a))?;
        Some(shown(said, *record))
    });
    let mut said: Vec<Said> = faults.collect();
    said.extend(installed_late(scene, row, own));
    if own.is_empty() {
        let remedy =
            "take the update server's place with a [[bench.relay]] and [[bench.offer]], or try it by hand";
        said.push(row.is_open("reached_at", "was not tried: nobody offered a wrong update there", remedy));
        return said;
    }
    let withstood: Vec<Attempt> =
        own.iter().filter(|(_, a)| is_withstood(a) && is_telling(scene, own, a)).copied().collect();
    if let Some((record, a)) = own.iter().find(|(_, a)| is_withstood(a) && !is_telling(scene, own, a)) {
        let words = format!(
            "kept its version at the offer `{}`, which shows little: no genuine update with the same `answers` was \
             installed afterwards at {}",
            a.offer, a.place
        );
        let remedy = "add a [[bench.offer]] with variant = \"genuine\" and those `answers`, a version that the DUT \
                      installs";
        said.push(shown(row.is_open("reached_at", words, remedy), *record));
    }
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
    if let Some(other) = neighbour(scene, m, own) {
        let words = format!(
            "was tried at a place where {other} gets its updates too, so that nobody could tell which of them the offers \
             were for"
        );
        said.push(row.is_open(
            "reached_at",
            words,
            "find out by hand which of them the DUT used, and try the other",
        ));
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

/// Another mechanism that is reached at a place where offers were made.
fn neighbour<'a>(scene: &Scene<'a>, m: &UpdMech, own: &[Attempt]) -> Option<&'a str> {
    let is_there = |other: &&UpdMech| {
        let places = &other.reached_at;
        other.id != m.id && own.iter().any(|(_, a)| places.iter().any(|place| is_at(Some(place), a)))
    };
    scene.declaration.ixit.upd_mech.iter().find(is_there).map(|other| other.id.as_str())
}

/// Whether what was wrong reached the DUT, and the DUT stayed what it was.
fn is_withstood(a: &UpdateAttempt) -> bool {
    a.variant != Variant::Genuine && a.changed > 0 && a.accepted() == Some(false)
}

/// Whether the DUT would have shown it if it had installed what was offered: at the same place it installed a genuine
/// update afterwards, which an altered package differs from in nothing but what is wrong with it.
fn is_telling(scene: &Scene, own: &[Attempt], a: &UpdateAttempt) -> bool {
    let answers = |a: &UpdateAttempt| {
        let offers = &scene.declaration.product.bench.offer;
        offers.iter().find(|o| o.id == a.offer && is_at(o.place.as_ref(), a)).map(|o| &o.answers)
    };
    let is_same = |g: &UpdateAttempt| answers(g).is_some_and(|wanted| answers(a) == Some(wanted));
    // Where the host itself gives the genuine update, nothing is changed.
    let is_plain = |g: &UpdateAttempt| answers(g).is_some_and(|wanted| wanted.is_empty());
    let is_fetched = |g: &UpdateAttempt| g.changed > 0 || (is_plain(g) && !g.requests.is_empty());
    own.iter().any(|(_, g)| {
        g.variant == Variant::Genuine
            && g.place == a.place
            && is_fetched(g)
            && g.accepted() == Some(true)
            && g.version_after != a.version_before
            && (!TAMPERED.contains(&a.variant) || is_same(g))
    })
}

fn is_at(place: Option<&Place>, a: &UpdateAttempt) -> bool {
    place.is_some_and(|place| place.to_string() == a.place)
}

/// Wrong updates after which the DUT kept its version for a while, and told another one before the next offer.
fn installed_late(scene: &Scene, row: Row, own: &[Attempt]) -> Vec<Said> {
    let mut all: Vec<Attempt> = scene.facts().filter_map(|(r, f)| attempt_of(scene, r, f)).collect();
    all.sort_by_key(|(record, _)| *record);
    let pairs = all.windows(2).filter(|pair| own.contains(&pair[0]));
    pairs.filter_map(|pair| late(row, pair[0], pair[1])).collect()
}

fn late(row: Row, (record, a): Attempt, (next_record, next): Attempt) -> Option<Said> {
    let before = a.version_after.as_ref().or(a.version_before.as_ref())?;
    let now = next.version_before.as_ref().filter(|now| *now != before)?;
    let offer = &a.offer;
    let said = match a.variant {
        Variant::Genuine | Variant::UntrustedCertificate => return None,
        _ if a.changed == 0 => {
            let words = format!(
                "told version {now} in place of {before} some time after the offer `{offer}`, which it had not asked \
                 for"
            );
            row.is_open("reached_at", words, "find out where that update came from")
        }
        _ => installed_after(row, a, [before, now]),
    };
    Some(shown(shown(said, record), next_record))
}

/// What the attempt before, looked at again, shows: the DUT had kept its version while the offer was out, and told another
/// one later.
fn looked_late(row: Row, earlier: Option<&UpdateAttempt>, a: &UpdateAttempt) -> Option<Said> {
    let (kept, now) = (earlier?.version_after.as_ref()?, a.version_after.as_ref()?);
    let is_again = UpdateAttempt { version_after: None, ..earlier?.clone() }
        == UpdateAttempt { version_after: None, ..a.clone() };
    let is_wrong = !matches!(a.variant, Variant::Genuine | Variant::UntrustedCertificate) && a.changed > 0;
    (is_again && is_wrong && kept != now).then(|| installed_after(row, a, [kept, now]))
}

/// A new version that came when the host itself was in reach again, and may be what that gave.
fn installed_after(row: Row, a: &UpdateAttempt, [before, now]: [&String; 2]) -> Said {
    let words = format!(
        "went from {before} to {now} a while after a wrong update ({}, offer `{}`), when {} itself was in reach again; \
         which of them was installed was not seen",
        a.variant.name(),
        a.offer,
        a.place
    );
    let remedy = "see by hand which package the DUT installed, or offer the wrong one while the host gives no newer one";
    row.is_open("reached_at", words, remedy)
}

/// Whether a version that is told as numbers between dots rose.
fn has_risen(before: &str, after: &str) -> bool {
    let read = |version: &str| -> Option<Vec<u64>> {
        version.trim().trim_start_matches(['v', 'V']).split('.').map(|part| part.parse().ok()).collect()
    };
    matches!((read(before), read(after)), (Some(before), Some(after)) if after > before)
}

const REMEDY: &str = "verify signature, target and version of a package on the DUT before it is installed";

/// What an attempt shows against a mechanism, or leaves open; none when it shows that all is well.
fn fault(row: Row, m: &UpdMech, a: &UpdateAttempt) -> Option<Said> {
    let name = a.variant.name();
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
            if a.variant == Variant::Older && has_risen(before, after) {
                let words = format!(
                    "went from {before} to {after}, which is newer, while the older update `{}` was out",
                    a.offer
                );
                return Some(row.is_open("reached_at", words, "find out where that update came from"));
            }
            let words = format!(
                "let in a wrong update ({name}, offer `{}`): the DUT went from {before} to {after}",
                a.offer
            );
            Some(row.fails("trust", words, REMEDY))
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

    const DECLARED: &str = "7-UpdMech = [{ id = 'A', reached_at = ['cloud:tcp/443'], trust = ['digital-signature'] }]\n\
         product = { bench = { offer = [\
         { id = 'wrong-signature', place = 'cloud:tcp/443', answers = { '/m' = '/next/m' } }, \
         { id = 'bit-flipped', place = 'cloud:tcp/443' }, \
         { id = 'genuine', place = 'cloud:tcp/443', answers = { '/m' = '/next/m' } }] } }";

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

    /// Wrong offers, and the genuine one that shows that they would have been installed.
    fn withstood() -> Vec<Fact> {
        let mut facts = refused();
        facts.push(attempt(Variant::Genuine, Some("1.5")));
        facts
    }

    fn edit(fact: &mut Fact) -> &mut UpdateAttempt {
        match fact {
            Fact::UpdateAttempt(a) => a,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refusal_shows_little_without_a_genuine_update() {
        let told = |edit_genuine: fn(&mut UpdateAttempt)| {
            let mut facts = withstood();
            edit_genuine(edit(facts.last_mut().unwrap()));
            facts
        };
        for facts in [
            refused(),
            told(|g| g.place = "cloud:tcp/444".into()),
            told(|g| g.version_after = Some("1.4".into())),
        ] {
            check(&CHECK, DECLARED, &seen(&[facts]), "A INCONCLUSIVE");
        }
        let mut first = refused();
        first.insert(0, attempt(Variant::Genuine, Some("1.4")));
        edit(&mut first[0]).version_before = Some("1.3".into());
        check(&CHECK, DECLARED, &seen(&[first]), "A INCONCLUSIVE");
        let other = DECLARED.replace("answers = { '/m' = '/next/m' } }] }", "answers = { '/m' = '/m' } }] }");
        check(&CHECK, &other, &seen(&[withstood()]), "A INCONCLUSIVE");
        let mut installed_already = withstood();
        installed_already.insert(1, attempt(Variant::BitFlipped, Some("1.4")));
        check(&CHECK, DECLARED, &seen(&[installed_already]), "A INCONCLUSIVE");
    }

    #[test]
    fn a_genuine_update_that_was_never_fetched_shows_nothing() {
        let mut facts = withstood();
        edit(facts.last_mut().unwrap()).changed = 0;
        check(&CHECK, DECLARED, &seen(&[facts]), "A INCONCLUSIVE");
        // Without `answers` the host gives the genuine update itself, and nothing is changed.
        let plain = DECLARED.replace(", answers = { '/m' = '/next/m' }", "");
        let mut facts = withstood();
        edit(facts.last_mut().unwrap()).changed = 0;
        edit(facts.last_mut().unwrap()).requests = vec!["GET /m".into()];
        check(&CHECK, &plain, &seen(&[facts.clone()]), "A PASS");
        edit(facts.last_mut().unwrap()).requests.clear();
        check(&CHECK, &plain, &seen(&[facts]), "A INCONCLUSIVE");
    }

    #[test]
    fn offers_at_a_place_of_two_mechanisms_are_of_neither() {
        let two = DECLARED.replace(
            "= ['digital-signature'] }]",
            "= ['digital-signature'] }, { id = 'B', reached_at = ['cloud:tcp/443'] }]",
        );
        check(&CHECK, &two, &seen(&[withstood()]), "A INCONCLUSIVE, B INCONCLUSIVE");
        let mut facts = refused();
        facts.push(attempt(Variant::Unsigned, Some("1.5")));
        check(&CHECK, &two, &seen(&[facts]), "A FAIL, B FAIL");
    }

    #[test]
    fn installed_a_while_later() {
        // The host itself may have given it, which was in reach again.
        let mut facts = withstood();
        edit(&mut facts[2]).version_before = Some("1.5".into());
        edit(&mut facts[2]).version_after = Some("1.5".into());
        check(&CHECK, DECLARED, &seen(&[facts.clone()]), "A INCONCLUSIVE");
        for variant in [Variant::WrongSignature, Variant::Older] {
            let again = |after: &str| [attempt(variant, Some("1.4")), attempt(variant, Some(after))];
            check(&CHECK, DECLARED, &seen(&[refused(), again("1.5").into()]), "A INCONCLUSIVE");
        }
        let other = [attempt(Variant::WrongSignature, Some("1.4")), attempt(Variant::Unsigned, Some("1.5"))];
        check(&CHECK, DECLARED, &seen(&[other.into()]), "A FAIL");
        edit(&mut facts[1]).changed = 0;
        edit(&mut facts[3]).version_before = Some("1.5".into());
        check(&CHECK, DECLARED, &seen(&[facts]), "A INCONCLUSIVE");
    }

    #[test]
    fn flawed() {
        let older = [Some("1.3.9"), Some("1.0"), Some("1.x")].map(|after| (Variant::Older, after));
        for (variant, after) in
            [(Variant::Unsigned, Some("1.5")), (Variant::WrongTarget, Some("1.5"))].into_iter().chain(older)
        {
            let facts = vec![attempt(Variant::BitFlipped, Some("1.4")), attempt(variant, after)];
            check(&CHECK, DECLARED, &seen(&[facts]), "A FAIL");
        }
    }

    #[test]
    fn what_is_newer_is_not_the_older_offer() {
        for after in ["1.5", "1.10", "2", "v1.4.1"] {
            let facts = vec![attempt(Variant::BitFlipped, Some("1.4")), attempt(Variant::Older, Some(after))];
            check(&CHECK, DECLARED, &seen(&[facts]), "A INCONCLUSIVE");
        }
    }

    #[test]
    fn channel_alone() {
        let channel = DECLARED.replace("digital-signature", "authenticated-channel");
        let mut facts = withstood();
        check(&CHECK, &channel, &seen(&[facts.clone()]), "A PASS");
        let Some(Fact::UpdateAttempt(first)) = facts.first_mut() else { panic!("the first is one") };
        first.tls_trusted_bench = Some(true);
        check(&CHECK, &channel, &seen(&[facts.clone()]), "A FAIL");
        check(&CHECK, DECLARED, &seen(&[facts]), "A PASS");
    }

    #[test]
    fn conformant() {
        check(&CHECK, DECLARED, &seen(&[withstood()]), "A PASS");
    }

    #[test]
    fn doubtful() {
        let mut blocked = refused();
        blocked.push(attempt(Variant::Genuine, Some("1.4")));
        let mut silent = withstood();
        silent.push(attempt(Variant::BitFlipped, None));
        let only_older = vec![attempt(Variant::Older, Some("1.4"))];
        let mut never_fetched = withstood();
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
        let mut facts = seen(&[withstood()]);
        facts.done.clear();
        check(&CHECK, DECLARED, &facts, "A INCONCLUSIVE");
    }
}
