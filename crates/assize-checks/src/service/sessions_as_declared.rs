//! The proofs that logins give are as random as IXIT 1-AuthMech declares, and end with the session.

use assize_model::declaration::ixit::auth_mech::Factor;
use assize_model::declaration::ixit::{AuthMech, SoftServ};
use assize_model::declaration::play::Act;
use assize_model::fact::{Fact, SessionPosture};
use assize_model::scene::Scene;

use crate::Check;
use crate::beside::flagged;
use crate::drive::{Driven, facts_of, untried};
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

fn rule(s: &SoftServ, row: Row, scene: &Scene) -> Said {
    let ids = scene.declaration.ixit.ids("13-SoftServ");
    let seen = facts_of(scene, |fact| match fact {
        Fact::SessionPosture(f) => {
            let driven = Driven::by_play(&f.entry, f.port);
            driven.is_of(&s.id, &ids, &s.reached_at).then_some(f)
        }
        _ => None,
    });
    let mechanisms = scene.declaration.ixit.auth_mech.iter();
    let token = mechanisms.filter(|m| s.authentication.contains(&m.id)).find_map(declared_bits);
    let said = seen.iter().map(|(record, f)| shown(of(row, f, token), *record));
    gravest(said).unwrap_or_else(|| {
        let plays = "a play that logs in and takes its proof";
        untried(scene, row, ("authentication", Act::LogIn), "nobody compared its logins", plays)
    })
}

/// The random bits that a token has by its declaration.
fn declared_bits(m: &AuthMech) -> Option<(&str, f64)> {
    let generation = m.generation.as_ref().filter(|_| m.factor == Some(Factor::Token))?;
    let bits = f64::from(generation.length?) * f64::from(generation.alphabet?.max(1)).log2();
    Some((&m.id, bits))
}

fn of(row: Row, f: &SessionPosture, token: Option<(&str, f64)>) -> Said {
    let field = "authentication";
    let remedy = "draw each proof of a login from a cryptographic random number generator";
    if f.logins < LEAST_LOGINS {
        let words = "let too few logins in to compare what they give";
        return row.is_open(field, words, "name in `take` what a login gives, and run `assize assess` again");
    }
    if !f.distinct {
        return row.fails(field, "gives the same proof for more than one login", remedy);
    }
    let Some((id, declared)) = token else {
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
    let mut doubts = Vec::new();
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
