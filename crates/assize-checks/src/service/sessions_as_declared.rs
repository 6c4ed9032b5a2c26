//! The proofs that logins give are as random as IXIT 1-AuthMech declares, and end with the session.

use assize_model::declaration::ixit::auth_mech::Factor;
use assize_model::declaration::ixit::{AuthMech, SoftServ};
use assize_model::declaration::play::Act;
use assize_model::fact::{Fact, SessionPosture};
use assize_model::judgement::Outcome;
use assize_model::scene::Scene;

use crate::Check;
use crate::auth::bits;
use crate::beside::flagged;
use crate::drive::{Driven, Home, facts_of, undriven, untried};
use crate::say::{Row, Said, gravest, list, shown};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "service.sessions_as_declared",
    establishes: "The proofs that logins give are as random as IXIT 1-AuthMech declares, and end with the session.",
    probes: &["session"],
    partial: true,
    judge: |scene| table::soft_serv(scene, |s, row| flagged(row, s, scene, rule(s, row, scene))),
};

/// Fewer logins show no randomness.
const LEAST_LOGINS: u32 = 3;

const NOBODY: &str = "nobody compared what its logins give";
const BY_HAND: &str = "let the play that logs in there name in `take` what it gives, or compare it by hand";

fn rule(s: &SoftServ, row: Row, scene: &Scene) -> Said {
    let seen = facts_of(scene, |fact| match fact {
        Fact::SessionPosture(f) => is_own(s, scene, &driven(f)).then_some(f),
        _ => None,
    });
    let mechanisms = scene.declaration.ixit.auth_mech.iter();
    let tokens: Vec<(&str, f64)> =
        mechanisms.filter(|m| s.authentication.contains(&m.id)).filter_map(declared_bits).collect();
    let said = seen.iter().map(|(record, f)| {
        let said = of(row, f, &tokens);
        let gap = (said.0 == Outcome::Pass).then(|| gap(s, row, scene, f, &seen)).flatten();
        shown(gap.unwrap_or(said), *record)
    });
    gravest(said).unwrap_or_else(|| {
        let plays = "a play that logs in and takes its proof";
        untried(scene, row, ("authentication", Act::LogIn), "nobody compared its logins", plays)
    })
}

fn driven(f: &SessionPosture) -> Driven<'_> {
    Driven::by_play(&f.entry, f.port)
}

/// Whether a play names a mechanism of the service.
fn is_named(s: &SoftServ, driven: &Driven) -> bool {
    driven.entry.is_some_and(|entry| s.authentication.iter().any(|id| id == entry))
}

/// Whether a login is one of the service. A play that names the mechanism of another service logs in to that one.
fn is_own(s: &SoftServ, scene: &Scene, driven: &Driven) -> bool {
    let ixit = &scene.declaration.ixit;
    let is_login = driven.entry.is_some_and(|entry| ixit.auth_mech.iter().any(|m| m.id == entry));
    let is_others = is_login && !s.authentication.is_empty() && !is_named(s, driven);
    driven.is_of(&s.id, &ixit.ids("13-SoftServ"), &s.reached_at) && !is_others
}

/// What leaves a PASS by one login open: another service that it may be of, or a port or login that nobody compared.
fn gap(
    s: &SoftServ,
    row: Row,
    scene: &Scene,
    f: &SessionPosture,
    seen: &[(u64, &SessionPosture)],
) -> Option<Said> {
    let others = scene.declaration.ixit.soft_serv.iter().filter(|o| o.id != s.id && o.network != Some(false));
    let others = others.map(|o| (o.id.as_str(), o.reached_at.as_slice())).collect();
    let home = Home { reached_at: &s.reached_at, others };
    let all: Vec<Driven> = seen.iter().map(|(_, f)| driven(f)).collect();
    let plays: Vec<&str> = seen.iter().map(|(_, f)| f.play.as_str()).collect();
    let shared = home.shared(row, &[driven(f)]).filter(|_| !is_named(s, &driven(f)));
    shared
        .or_else(|| home.unseen(row, &all, (NOBODY, BY_HAND)))
        .or_else(|| undriven(scene, row, |d| is_own(s, scene, d), &plays, (NOBODY, BY_HAND)))
}

/// The random bits that a token has by its declaration; one that holds none declares nothing.
fn declared_bits(m: &AuthMech) -> Option<(&str, f64)> {
    let generation = m.generation.as_ref().filter(|_| m.factor == Some(Factor::Token))?;
    let bits = bits(generation.alphabet?, generation.length?);
    (bits > 0.0).then_some((m.id.as_str(), bits))
}

fn of(row: Row, f: &SessionPosture, tokens: &[(&str, f64)]) -> Said {
    let field = "authentication";
    let remedy = "draw each proof of a login from a cryptographic random number generator";
    if f.logins < LEAST_LOGINS {
        let words = "let too few logins in to compare what they give";
        return row.is_open(field, words, "name in `take` what a login gives, and run `assize assess` again");
    }
    if !f.distinct {
        return row.fails(field, "gives the same proof for more than one login", remedy);
    }
    let weakest = tokens.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1));
    let strongest = tokens.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    let (Some((id, declared)), Some((strong, most))) = (weakest, strongest) else {
        let words = format!(
            "gives proofs of at most {} random bits, and no mechanism of its own declares how random they are",
            f.bits
        );
        return row.is_open(field, words, "declare its token in 1-AuthMech with `alphabet` and `length`");
    };
    // Half of what is declared lies beyond anything that a few samples differ by.
    if f64::from(f.bits) < declared / 2.0 {
        let words = format!(
            "gives proofs that differ by at most {} bits from login to login, where {id} declares {declared:.0}",
            f.bits
        );
        return row.fails(field, words, remedy);
    }
    if f64::from(f.bits) < most / 2.0 {
        let words = format!(
            "gives proofs that differ by at most {} bits from login to login, which may be those of {id} or of {strong}",
            f.bits
        );
        return row.is_open(field, words, "find out which of them the login gives, and compare by hand");
    }
    let doubts = doubts(f);
    match doubts.is_empty() {
        true => {
            let words =
                format!("gives each login another proof of up to {} random bits, and ends it", f.bits);
            row.passes(field, words)
        }
        false => {
            let remedy = "compare that with what the declaration promises; let the play that logs in take the value \
                          that proves a login, and no other";
            row.is_open(field, list(&doubts), remedy)
        }
    }
}

/// What a person has to weigh of proofs that are random enough.
fn doubts(f: &SessionPosture) -> Vec<String> {
    let mut doubts = Vec::new();
    if f.repeated {
        doubts.push("gave two logins the same proof, and another one a second later".to_owned());
    }
    if f.outlives_logout != Some(false) {
        doubts.push(match f.outlives_logout {
            Some(_) => "still takes the proof after the logout".to_owned(),
            None => "showed no clear answer after a logout, or nobody asked".to_owned(),
        });
    }
    match f.values {
        Some(1) => {}
        Some(n) => doubts.push(format!("gives {n} values at a login, of which only one may prove it")),
        None => doubts.push("may give several values at a login, of which only one may prove it".to_owned()),
    }
    let weak = f.cookies.iter().filter(|c| !c.secure || !c.http_only || c.same_site.is_empty());
    let weak: Vec<String> = weak.map(|c| c.name.clone()).collect();
    if !weak.is_empty() {
        doubts.push(format!("sets {} without Secure, HttpOnly or SameSite", list(&weak)));
    }
    doubts
}

#[cfg(test)]
mod tests {
    use assize_model::fact::CookieFlags;

    use super::*;
    use crate::stage::{DUT, check, looked, nothing};

    const WEB: &str = "1-AuthMech = [{ id = 'T', factor = 'token', generation = { alphabet = 16, length = 32 } }]\n\
                       13-SoftServ = [{ id = 'A', network = true, reached_at = ['tcp/8443'], \
                       authentication = ['T'] }, { id = 'B', network = false }]";

    fn posture(bits: u32, distinct: bool, outlives_logout: Option<bool>) -> SessionPosture {
        let (target, logins) = (DUT.to_owned(), 4);
        SessionPosture {
            target,
            port: 8443,
            logins,
            values: Some(1),
            bits,
            distinct,
            outlives_logout,
            ..SessionPosture::default()
        }
    }

    fn seen(f: SessionPosture) -> assize_model::scene::Facts {
        looked(&[vec![Fact::SessionPosture(f)]])
    }

    #[test]
    fn flawed() {
        check(&CHECK, WEB, &seen(posture(8, true, Some(false))), "A FAIL, B N/A");
        check(&CHECK, WEB, &seen(posture(0, false, Some(false))), "A FAIL, B N/A");
    }

    #[test]
    fn every_login_counts() {
        let of = |f| vec![Fact::SessionPosture(f)];
        let both = [of(posture(128, true, Some(false))), of(posture(8, true, Some(false)))];
        check(&CHECK, WEB, &looked(&both), "A FAIL, B N/A");
    }

    #[test]
    fn conformant() {
        check(&CHECK, WEB, &seen(posture(128, true, Some(false))), "A PASS, B N/A");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, WEB, &nothing(), "A INCONCLUSIVE, B N/A");
        let few = SessionPosture { logins: 1, ..posture(0, true, None) };
        check(&CHECK, WEB, &seen(few), "A INCONCLUSIVE, B N/A");
    }

    #[test]
    fn a_port_or_login_that_nobody_compared_passes_nothing() {
        let two = WEB.replace("['tcp/8443']", "['tcp/8443', 'tcp/80']");
        let good = || posture(128, true, Some(false));
        check(&CHECK, &two, &seen(good()), "A INCONCLUSIVE, B N/A");
        let both = looked(&[vec![
            Fact::SessionPosture(good()),
            Fact::SessionPosture(SessionPosture { port: 80, ..good() }),
        ]]);
        check(&CHECK, &two, &both, "A PASS, B N/A");
        let plays = |other: &str| {
            format!(
                "{WEB}\nproduct = {{ bench = {{ play = [{{ id = 'in', purpose = 'log-in', at = 'tcp/8443', path = '/in' }}, \
                 {{ id = 'app', purpose = 'log-in', at = 'tcp/8443'{other} }}] }} }}"
            )
        };
        let web = SessionPosture { play: "in".into(), ..good() };
        check(&CHECK, &plays(", path = '/app'"), &seen(web.clone()), "A INCONCLUSIVE, B N/A");
        check(&CHECK, &plays(", path = '/in'"), &seen(web), "A PASS, B N/A");
    }

    #[test]
    fn of_two_services_on_one_port_no_one_passes_by_the_other() {
        let second = "{ id = 'B', network = true, reached_at = ['tcp/8443'], authentication = ['S'] }";
        let two = WEB.replace("{ id = 'B', network = false }", second).replacen(
            "}]",
            "}, { id = 'S', factor = 'token', generation = { alphabet = 16, length = 32 } }]",
            1,
        );
        let good = posture(128, true, Some(false));
        check(&CHECK, &two, &seen(good.clone()), "A INCONCLUSIVE, B INCONCLUSIVE");
        let named = SessionPosture { entry: Some("T".into()), ..good };
        check(&CHECK, &two, &seen(named.clone()), "A PASS, B INCONCLUSIVE");
        check(&CHECK, &two, &seen(SessionPosture { bits: 8, ..named }), "A FAIL, B INCONCLUSIVE");
    }

    #[test]
    fn which_of_two_tokens_it_is_cannot_be_told() {
        let two = WEB.replace("['T']", "['P', 'T']").replacen(
            "[{",
            "[{ id = 'P', factor = 'token', generation = { alphabet = 10, length = 4 } }, {",
            1,
        );
        check(&CHECK, &two, &seen(posture(20, true, Some(false))), "A INCONCLUSIVE, B N/A");
        check(&CHECK, &two, &seen(posture(128, true, Some(false))), "A PASS, B N/A");
        check(&CHECK, &two, &seen(posture(3, true, Some(false))), "A FAIL, B N/A");
        for nothing in ["alphabet = 1, length = 32", "alphabet = 16, length = 0"] {
            let none = WEB.replace("alphabet = 16, length = 32", nothing);
            check(&CHECK, &none, &seen(posture(2, true, Some(false))), "A INCONCLUSIVE, B N/A");
        }
    }

    #[test]
    fn doubts_are_for_a_person() {
        check(&CHECK, WEB, &seen(posture(128, true, Some(true))), "A INCONCLUSIVE, B N/A");
        let cookies = vec![CookieFlags { name: "sid".into(), ..CookieFlags::default() }];
        let weak = SessionPosture { cookies, ..posture(128, true, Some(false)) };
        check(&CHECK, WEB, &seen(weak), "A INCONCLUSIVE, B N/A");
    }

    #[test]
    fn of_several_values_only_one_may_prove_the_login() {
        for values in [Some(2), None] {
            let of = |bits, distinct| SessionPosture { values, ..posture(bits, distinct, Some(false)) };
            check(&CHECK, WEB, &seen(of(128, true)), "A INCONCLUSIVE, B N/A");
            check(&CHECK, WEB, &seen(of(8, true)), "A FAIL, B N/A");
            check(&CHECK, WEB, &seen(of(0, false)), "A FAIL, B N/A");
        }
    }

    #[test]
    fn what_is_seen_goes_before_the_flags() {
        let off = WEB.replacen("network = true", "network = false", 1);
        let excepted = WEB.replacen("network = true", "network = true, excepted_protocol = true", 1);
        for declared in [&off, &excepted] {
            check(&CHECK, declared, &seen(posture(8, true, Some(false))), "A FAIL, B N/A");
            check(&CHECK, declared, &seen(posture(128, true, Some(false))), "A INCONCLUSIVE, B N/A");
        }
        check(&CHECK, &off, &nothing(), "A INCONCLUSIVE, B N/A");
        check(&CHECK, &excepted, &nothing(), "A N/A, B N/A");
    }
}
