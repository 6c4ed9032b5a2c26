//! Wrong passwords sent over the network run into the limit that IXIT 1-AuthMech declares.
//! What counts as impractical, and from how many attempts on an unhindered series tells, is our reading, adr 0006.

use assize_model::declaration::ixit::AuthMech;
use assize_model::declaration::ixit::auth_mech::Factor;
use assize_model::declaration::play::Act;
use assize_model::fact::{DefaultLogins, Fact, LoginThrottle};
use assize_model::judgement::Outcome;
use assize_model::scene::Scene;

use super::password_demanded::driven;
use super::{bits, home, user_names, years};
use crate::Check;
use crate::beside::off_network;
use crate::drive::{Driven, facts_of, is_told, undriven, untried};
use crate::say::{Row, Said, gravest, shown};
use crate::table;

pub(crate) const CHECK: Check = Check {
    name: "auth.guessing_limited",
    establishes: "Wrong passwords sent over the network run into the limit that IXIT 1-AuthMech declares.",
    probes: &["guess"],
    partial: true,
    judge: |scene| user_names::noted(scene, table::auth_mech(scene, |m, row| rule(m, row, scene))),
};

const FEW_PER_HOUR: u64 = 100;
const MANY_PER_HOUR: u64 = 3600;
/// Fewer attempts than this say nothing where no limit is declared.
const LEAST_ATTEMPTS: u32 = 20;
const MS_PER_HOUR: u64 = 3_600_000;
/// Attempts in a row that are said to be put off, from which on a login counts as locked.
const LEAST_SAID: u32 = 3;
const NOBODY: &str = "nobody sent wrong passwords";
const LOOK: &str =
    "look at the log of the DUT, and see by hand whether the right password is let in before and after";
const WAIT: &str = "see by hand how many wrong passwords are judged after the wait";
const BY_HAND: &str = "give a play that logs in there in product.toml, or try it there by hand";
const LEFT: &str = "give it an account that has a password, and run `assize assess` again";
const REMEDY: &str = "slow guesses down, or lock after a few";

fn rule(m: &AuthMech, row: Row, scene: &Scene) -> Said {
    match m.network {
        None => row.leaves_out("network", "whether it can be addressed over a network interface"),
        Some(true) => tried(m, row, scene),
        Some(false) => off_network(row, &m.reached_at, tried(m, row, scene)),
    }
}

/// What came of the wrong passwords that were sent to it.
fn tried(m: &AuthMech, row: Row, scene: &Scene) -> Said {
    match m.factor {
        None => return row.leaves_out("factor", "which authentication factor it uses"),
        Some(Factor::Password) => {}
        Some(_) => {
            let words = "uses no password, and only passwords are guessed at";
            return row.is_open("factor", words, "weigh the size of its value and what stops guessing at it");
        }
    }
    let ids = scene.declaration.ixit.ids("1-AuthMech");
    let is_own = |driven: &Driven| driven.is_of(&m.id, &ids, &m.reached_at);
    let tried = facts_of(scene, |fact| match fact {
        Fact::LoginThrottle(f) => is_own(&Driven::by_play(&f.entry, f.port)).then_some(f),
        _ => None,
    });
    let plays: Vec<&str> = tried.iter().map(|(_, f)| f.play.as_str()).collect();
    let logins = facts_of(scene, |fact| match fact {
        Fact::DefaultLogins(f) => is_own(&driven(f)).then_some(f),
        _ => None,
    });
    // Two logins of one port, as ONVIF beside a page, are measured apart.
    let is_measured = |f: &DefaultLogins| tried.iter().any(|(_, t)| (t.port, &t.play) == (f.port, &f.login));
    let beside = logins.iter().find(|(_, f)| !is_measured(f)).map(|(_, f)| {
        let words = format!("has the login \"{}\" at tcp/{}, where {NOBODY}", f.login, f.port);
        row.is_open("reached_at", words, BY_HAND)
    });
    let home = home(m, scene);
    let all: Vec<Driven> = tried.iter().map(|(_, f)| Driven::by_play(&f.entry, f.port)).collect();
    let said = tried.iter().map(|(record, f)| {
        let said = of(m, row, f, is_told(scene, &f.play));
        let own = [Driven::by_play(&f.entry, f.port)];
        let left = || undriven(scene, row, is_own, &plays, (NOBODY, LEFT));
        let gap = || {
            home.shared(row, &own)
                .or_else(|| home.unseen(row, &all, (NOBODY, BY_HAND)))
                .or_else(left)
                .or_else(|| beside.clone())
        };
        let gap = (said.0 == Outcome::Pass).then(gap).flatten();
        shown(gap.unwrap_or(said), *record)
    });
    gravest(said).unwrap_or_else(|| {
        untried(scene, row, ("brute_force", Act::Guess), NOBODY, "a play that logs in and an account")
    })
}

fn of(m: &AuthMech, row: Row, f: &LoginThrottle, tells: bool) -> Said {
    let field = "brute_force";
    let declared = m.brute_force.as_ref().and_then(|b| b.attempts_per_hour);
    if let Some(said) = beside_the_pace(row, f, tells, declared) {
        return said;
    }
    let limit = declared.map_or(FEW_PER_HOUR, |d| u64::from(d).min(FEW_PER_HOUR));
    let rate = f.attempts_per_hour();
    match rate {
        Some(rate) if !f.is_slowed() => {
            let is_many = declared.is_none() && f.refused >= LEAST_ATTEMPTS && rate > MANY_PER_HOUR;
            let words = format!(
                "answered {} wrong passwords one like the other, at {rate} an hour over one connection{}",
                f.refused,
                pace_words(m, rate)
            );
            match is_many {
                true => row.fails(field, words, REMEDY),
                false => {
                    row.is_open(field, words, "raise `login_attempts` in [bench], or weigh the pace by hand")
                }
            }
        }
        Some(rate) if rate > limit => {
            let words = format!(
                "slowed down after {} wrong passwords, to {rate} an hour at the last pace seen{}",
                f.refused,
                pace_words(m, rate)
            );
            row.is_open(field, words, "weigh that pace, and whether the waits go on growing")
        }
        Some(rate) if f.said_so > 0 => match f.most_per_hour() {
            Some(most) if most <= limit => {
                let words =
                    format!("slowed down after {} wrong passwords, to {most} an hour at most", f.refused);
                row.passes(field, words)
            }
            most => {
                row.is_open(field, anew(f, &format!("to {rate} an hour if each waits as long"), most), WAIT)
            }
        },
        Some(rate) => {
            let words = format!(
                "slowed down after {} wrong passwords, to {rate} an hour, without a word that these are why",
                f.refused
            );
            row.is_open(field, words, LOOK)
        }
        None if f.refused > 0 && f.right_accepted != Some(true) => locked(row, f, limit),
        None if f.refused > 0 => {
            let words =
                format!("put logins off after {} wrong passwords, and let the tester in again", f.refused);
            row.is_open(field, words, "weigh how long the lock holds")
        }
        None => {
            row.is_open(field, "judged no wrong password at all", "look at the answers, and mend the play")
        }
    }
}

/// A login that let nobody in to the end. Only where it says why, the wrong passwords are known to be the reason.
fn locked(row: Row, f: &LoginThrottle, limit: u64) -> Said {
    let n = f.refused;
    let words = match f.put_off {
        0 => format!(
            "refused {n} wrong passwords and then the right one: a lock that says nothing does so, and so does a \
             login that broke or a password that never was right; how many it judged cannot be told"
        ),
        _ if f.said_so >= LEAST_SAID => match (f.most_per_hour(), f.watched_ms) {
            (Some(most), Some(ms)) if most <= limit => {
                let words = format!(
                    "refused {n} wrong passwords, and put off each further attempt for {} s, saying so",
                    ms / 1000
                );
                return row.passes("brute_force", words);
            }
            (most, _) => {
                return row.is_open(
                    "brute_force",
                    anew(f, "and put off each further attempt", most),
                    longer(f, limit),
                );
            }
        },
        _ => format!(
            "refused {n} wrong passwords, and then answered otherwise, to the right one too: a lock does so, and so \
             does a login that broke"
        ),
    };
    row.is_open("brute_force", words, LOOK)
}

/// A device that counts anew after each wait or lock judges all the guesses again.
fn anew(f: &LoginThrottle, how: &str, most: Option<u64>) -> String {
    let most =
        most.map(|most| format!(", which would let {most} guesses an hour through")).unwrap_or_default();
    format!(
        "slowed down after {} wrong passwords, {how}; nobody saw whether counting starts again after that{most}",
        f.refused
    )
}

/// How long a lock has to be watched before all the guesses once more stay within the limit.
fn longer(f: &LoginThrottle, limit: u64) -> String {
    let guesses = u64::from(f.refused) + u64::from(f.earlier.unwrap_or(0));
    let seconds = (guesses * 3600).div_ceil(limit.max(1)) + 10;
    match f.earlier {
        Some(_) if seconds <= 7200 => format!(
            "watch the lock for longer, with `--login-seconds {seconds} --probe-seconds {}`, or see by hand how long \
             it holds",
            seconds * 2 + 600
        ),
        Some(_) => "see by hand how long the lock holds".to_owned(),
        None => "run `assize assess` again".to_owned(),
    }
}

/// What settles it, or leaves it open, whatever the pace.
fn beside_the_pace(row: Row, f: &LoginThrottle, tells: bool, declared: Option<u32>) -> Option<Said> {
    let field = "brute_force";
    if f.accepted > 0 && !tells {
        let words = "seems to let a wrong password in, but no play says what success holds";
        return Some(row.is_open(
            field,
            words,
            "add `contains` or `take` to the play that logs in, or try it by hand",
        ));
    }
    if f.accepted > 0 {
        return Some(row.fails(field, "lets a wrong password in", "compare the whole password"));
    }
    if f.right_while_put_off == Some(true) {
        let words = "says that it puts logins off, and lets the right password in all the same";
        return Some(row.fails(field, words, "judge no password while logins are put off"));
    }
    // A login that ends locked without having put an attempt off may have judged none for long.
    let is_silent = f.put_off == 0 && (f.locked || f.opened_ms.is_some());
    if let Some(declared) = declared.filter(|d| is_silent && f.refused > *d) {
        let words = format!(
            "answered {} wrong passwords one like the other and had locked by then; whether it judged more than the \
             {declared} that it declares for an hour cannot be told",
            f.refused
        );
        return Some(row.is_open(
            field,
            words,
            "lower `login_attempts` in [bench] to the declared limit, or try it by hand",
        ));
    }
    if let Some(declared) = declared.filter(|d| f.refused > *d && f.took_ms < MS_PER_HOUR) {
        let words = format!(
            "judged {} wrong passwords within {} s, more than the {declared} an hour that it declares",
            f.refused,
            f.took_ms.div_ceil(1000)
        );
        return Some(row.fails(field, words, REMEDY));
    }
    None
}

/// How long half of all passwords take at a pace, where their number is declared.
fn pace_words(m: &AuthMech, rate: u64) -> String {
    let size = m.generation.as_ref().and_then(|g| Some((g.alphabet?, g.length?)));
    let Some((alphabet, length)) = size else { return String::new() };
    let bits = bits(alphabet, length);
    #[expect(clippy::cast_precision_loss, reason = "a rate is told to two digits")]
    let years = years(bits, rate as f64);
    match years {
        y if y > 1e6 => format!("; half of all passwords of {bits:.0} bits take over a million years"),
        y => format!("; half of all passwords of {bits:.0} bits take {y:.1} years"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{DUT, check, defaults, looked, nothing};

    const FREE: &str =
        "1-AuthMech = [{ id = 'A', network = true, factor = 'password', reached_at = ['tcp/8443'] }]";
    const LIMITED: &str = "1-AuthMech = [{ id = 'A', network = true, factor = 'password', \
                           reached_at = ['tcp/8443'], brute_force = { attempts_per_hour = 100 }, \
                           generation = { alphabet = 10, length = 6 } }, { id = 'B', network = false }, \
                           { id = 'C', network = true, factor = 'key' }]";

    fn throttle(refused: u32, waits: &[u64]) -> LoginThrottle {
        LoginThrottle {
            target: DUT.into(),
            port: 8443,
            refused,
            earlier: Some(0),
            answer_ms: vec![20; refused as usize],
            put_off: u32::try_from(waits.len()).unwrap(),
            said_so: u32::try_from(waits.iter().filter(|ms| **ms > 0).count()).unwrap(),
            waits_ms: waits.to_vec(),
            took_ms: 3000,
            right_accepted: Some(true),
            ..LoginThrottle::default()
        }
    }

    fn seen(f: LoginThrottle) -> assize_model::scene::Facts {
        looked(&[vec![Fact::LoginThrottle(f)]])
    }

    #[test]
    fn flawed() {
        check(&CHECK, FREE, &seen(throttle(30, &[])), "A FAIL");
        let wrong = LoginThrottle { accepted: 1, play: "log in".into(), ..throttle(1, &[]) };
        check(&CHECK, FREE, &seen(wrong.clone()), "A INCONCLUSIVE");
        let told =
            format!("{FREE}\nproduct = {{ bench = {{ play = [{{ id = 'log in', contains = 'in' }}] }} }}");
        check(&CHECK, &told, &seen(wrong), "A FAIL");
        let told = LoginThrottle { right_while_put_off: Some(true), ..throttle(5, &[60_000]) };
        check(&CHECK, FREE, &seen(told), "A FAIL");
        check(&CHECK, LIMITED, &seen(throttle(101, &[])), "A FAIL, B N/A, C INCONCLUSIVE");
    }

    #[test]
    fn conformant() {
        check(&CHECK, FREE, &seen(throttle(5, &[180_000])), "A PASS");
        check(&CHECK, FREE, &seen(locked(Some(180_000))), "A PASS");
    }

    /// A lock that says so, watched for so long.
    fn locked(watched_ms: Option<u64>) -> LoginThrottle {
        LoginThrottle {
            locked: true,
            right_accepted: Some(false),
            said_so: 3,
            watched_ms,
            ..throttle(5, &[0, 0, 0])
        }
    }

    #[test]
    fn a_count_that_may_begin_anew_after_the_wait_passes_nothing() {
        // Five guesses for each wait of a minute are 300 an hour, and 60 for each of five minutes.
        check(&CHECK, FREE, &seen(throttle(5, &[60_000])), "A INCONCLUSIVE");
        let limited = "A INCONCLUSIVE, B N/A, C INCONCLUSIVE";
        let sixteen = LIMITED.replace("= 100 }", "= 16 }");
        check(&CHECK, &sixteen, &seen(throttle(5, &[300_000])), limited);
        check(
            &CHECK,
            &sixteen,
            &seen(throttle(5, &[1_200_000])),
            &limited.replacen("INCONCLUSIVE", "PASS", 1),
        );
        // A hundred an hour is the most that passes.
        check(&CHECK, FREE, &seen(throttle(5, &[179_000])), "A INCONCLUSIVE");
        for watched in [None, Some(60_000), Some(90_000), Some(179_000)] {
            check(&CHECK, FREE, &seen(locked(watched)), "A INCONCLUSIVE");
        }
        check(&CHECK, &sixteen, &seen(locked(Some(180_000))), limited);
        // What was sent before may count as well, and in old evidence nobody knows how much it was.
        for earlier in [Some(10), None] {
            let later = LoginThrottle { earlier, ..throttle(1, &[60_000]) };
            check(&CHECK, FREE, &seen(later), "A INCONCLUSIVE");
        }
    }

    #[test]
    fn a_door_that_nobody_tried_passes_nothing() {
        let two = FREE.replace("['tcp/8443']", "['tcp/8443', 'tcp/554', 'cloud:tcp/9']");
        let web = throttle(5, &[180_000]);
        check(&CHECK, &two, &seen(web.clone()), "A INCONCLUSIVE");
        let rtsp = LoginThrottle { port: 554, play: "rtsp".into(), ..web.clone() };
        let both = |f| looked(&[vec![Fact::LoginThrottle(web.clone()), Fact::LoginThrottle(f)]]);
        check(&CHECK, &two, &both(rtsp.clone()), "A PASS");
        let free = LoginThrottle { port: 554, ..throttle(30, &[]) };
        check(&CHECK, &two, &both(free), "A FAIL");
    }

    #[test]
    fn a_login_that_nobody_guessed_at_passes_nothing() {
        let plays = |second: &str| {
            format!(
                "{FREE}\nproduct = {{ bench = {{ play = [{{ id = 'in', purpose = 'log-in', at = 'tcp/8443', path = '/in' }}, \
                 {{ id = 'app', purpose = 'log-in', at = 'tcp/8443', {second} }}] }} }}"
            )
        };
        let web = LoginThrottle { play: "in".into(), ..throttle(5, &[180_000]) };
        check(&CHECK, &plays("path = '/app'"), &seen(web.clone()), "A INCONCLUSIVE");
        let app = LoginThrottle { play: "app".into(), ..web.clone() };
        let both = looked(&[vec![Fact::LoginThrottle(web.clone()), Fact::LoginThrottle(app)]]);
        check(&CHECK, &plays("path = '/app'"), &both, "A PASS");
        // The same request, for another account.
        check(&CHECK, &plays("path = '/in', accounts = ['guest']"), &seen(web), "A PASS");
    }

    #[test]
    fn a_door_at_the_same_port_passes_nothing_unmeasured() {
        let web = throttle(5, &[180_000]);
        let onvif = DefaultLogins { login: "onvif".into(), ..defaults(8443, false) };
        let with = |more: Vec<Fact>| looked(&[vec![Fact::LoginThrottle(web.clone())], more]);
        check(&CHECK, FREE, &with(vec![Fact::DefaultLogins(onvif.clone())]), "A INCONCLUSIVE");
        let measured = LoginThrottle { play: "onvif".into(), ..web.clone() };
        let both = vec![Fact::DefaultLogins(onvif), Fact::LoginThrottle(measured)];
        check(&CHECK, FREE, &with(both), "A PASS");
        let own = DefaultLogins { login: String::new(), ..defaults(8443, false) };
        check(&CHECK, FREE, &with(vec![Fact::DefaultLogins(own)]), "A PASS");
    }

    #[test]
    fn a_cookie_that_strangers_get_too_tells_no_success() {
        let with = |from: &str| {
            format!(
                "{FREE}\nproduct = {{ bench = {{ play = [{{ id = 'in', take = {{ sid = '{from}' }} }}] }} }}"
            )
        };
        let wrong = LoginThrottle { accepted: 1, play: "in".into(), ..throttle(0, &[]) };
        check(&CHECK, &with("cookie:PHPSESSID"), &seen(wrong.clone()), "A INCONCLUSIVE");
        check(&CHECK, &with("json:/token"), &seen(wrong), "A FAIL");
    }

    #[test]
    fn a_login_that_broke_looks_like_a_lock() {
        let broken =
            |waits: &[u64]| LoginThrottle { locked: true, right_accepted: Some(false), ..throttle(5, waits) };
        check(&CHECK, FREE, &seen(broken(&[])), "A INCONCLUSIVE");
        check(&CHECK, FREE, &seen(broken(&[0, 0, 0])), "A INCONCLUSIVE");
        // A server in trouble names a wait as well (503).
        let overloaded = LoginThrottle { said_so: 0, ..throttle(5, &[60_000]) };
        check(&CHECK, FREE, &seen(overloaded), "A INCONCLUSIVE");
        let slow = LoginThrottle { answer_ms: vec![20, 20, 20, 60_000, 60_000, 60_000], ..throttle(6, &[]) };
        check(&CHECK, FREE, &seen(slow), "A INCONCLUSIVE");
    }

    #[test]
    fn a_lock_passes_by_what_it_refused_said_and_kept() {
        let whole = locked(Some(600_000));
        check(&CHECK, FREE, &seen(whole.clone()), "A PASS");
        for other in [
            LoginThrottle { refused: 0, earlier: Some(5), ..whole.clone() },
            LoginThrottle { right_accepted: Some(true), ..whole.clone() },
            LoginThrottle { said_so: 2, ..whole },
        ] {
            check(&CHECK, FREE, &seen(other), "A INCONCLUSIVE");
        }
    }

    #[test]
    fn a_silent_lock_does_not_tell_how_many_were_judged() {
        let silent = LoginThrottle { locked: true, right_accepted: Some(false), ..throttle(101, &[]) };
        check(&CHECK, LIMITED, &seen(silent.clone()), "A INCONCLUSIVE, B N/A, C INCONCLUSIVE");
        let opened = LoginThrottle { locked: false, opened_ms: Some(5000), ..silent.clone() };
        check(&CHECK, LIMITED, &seen(opened), "A INCONCLUSIVE, B N/A, C INCONCLUSIVE");
        let early = LoginThrottle { refused: 5, ..silent };
        check(&CHECK, LIMITED, &seen(early), "A INCONCLUSIVE, B N/A, C INCONCLUSIVE");
    }

    #[test]
    fn a_login_without_a_play_is_judged_by_its_port() {
        let at = |port| LoginThrottle { port, play: "ssh".into(), ..throttle(30, &[]) };
        check(&CHECK, FREE, &seen(at(8443)), "A FAIL");
        check(&CHECK, FREE, &seen(at(22)), "A INCONCLUSIVE");
        let wrong = LoginThrottle { accepted: 1, ..at(8443) };
        check(&CHECK, FREE, &seen(wrong), "A INCONCLUSIVE");
    }

    #[test]
    fn of_two_on_one_port_no_one_passes_by_the_other() {
        let two = FREE.replace(
            " }]",
            " }, { id = 'B', network = true, factor = 'password', reached_at = ['tcp/8443'] }]",
        );
        let door = LoginThrottle { play: "http".into(), ..throttle(5, &[180_000]) };
        check(&CHECK, &two, &seen(door.clone()), "A INCONCLUSIVE, B INCONCLUSIVE");
        let named = LoginThrottle { entry: Some("A".into()), ..door.clone() };
        check(&CHECK, &two, &seen(named), "A PASS, B INCONCLUSIVE");
        check(&CHECK, &two, &seen(throttle(30, &[])), "A FAIL, B FAIL");
        let apart = two.replace(
            "factor = 'password', reached_at = ['tcp/8443'] }]",
            "factor = 'password', reached_at = ['tcp/22'] }]",
        );
        check(&CHECK, &apart, &seen(door.clone()), "A PASS, B INCONCLUSIVE");
        // One that asks for no password, or on no network, is none of them.
        let keyed = two.replace(
            "{ id = 'B', network = true, factor = 'password'",
            "{ id = 'B', network = true, factor = 'key'",
        );
        check(&CHECK, &keyed, &seen(door.clone()), "A PASS, B INCONCLUSIVE");
        let off = two.replace("{ id = 'B', network = true,", "{ id = 'B', network = false,");
        check(&CHECK, &off, &seen(door.clone()), "A PASS, B INCONCLUSIVE");
    }

    #[test]
    fn too_little_to_tell() {
        check(&CHECK, FREE, &seen(throttle(5, &[])), "A INCONCLUSIVE");
        check(&CHECK, FREE, &seen(throttle(5, &[1000, 2000])), "A INCONCLUSIVE");
        check(&CHECK, FREE, &seen(LoginThrottle { locked: true, ..throttle(0, &[0]) }), "A INCONCLUSIVE");
        check(&CHECK, LIMITED, &seen(throttle(30, &[])), "A INCONCLUSIVE, B N/A, C INCONCLUSIVE");
    }

    #[test]
    fn a_lock_that_opens_again_is_weighed_by_its_pace() {
        let opened = LoginThrottle { opened_ms: Some(2100), ..throttle(5, &[0, 0, 0]) };
        check(&CHECK, FREE, &seen(opened.clone()), "A INCONCLUSIVE");
        let late = LoginThrottle { opened_ms: Some(600_000), ..opened };
        check(&CHECK, FREE, &seen(late.clone()), "A INCONCLUSIVE");
        check(&CHECK, FREE, &seen(LoginThrottle { said_so: 3, ..late }), "A PASS");
        let recorded = LoginThrottle { locked: true, ..throttle(5, &[0, 0, 0]) };
        check(&CHECK, FREE, &seen(recorded), "A INCONCLUSIVE");
    }

    #[test]
    fn a_pace_above_the_declared_one_is_open() {
        let declared = |rate: u32| {
            format!(
                "1-AuthMech = [{{ id = 'A', network = true, factor = 'password', reached_at = ['tcp/8443'], \
                 brute_force = {{ attempts_per_hour = {rate} }} }}]"
            )
        };
        check(&CHECK, &declared(10), &seen(throttle(5, &[180_000])), "A INCONCLUSIVE");
        check(&CHECK, &declared(100), &seen(throttle(5, &[180_000])), "A PASS");
        check(&CHECK, &declared(5000), &seen(throttle(5, &[180_000])), "A PASS");
        check(&CHECK, &declared(5000), &seen(throttle(5, &[179_000])), "A INCONCLUSIVE");
        check(&CHECK, &declared(5000), &seen(throttle(5, &[1000, 2000])), "A INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, FREE, &nothing(), "A INCONCLUSIVE");
        check(
            &CHECK,
            "1-AuthMech = [{ id = 'A', network = true, factor = 'password' }]",
            &seen(throttle(30, &[])),
            "A INCONCLUSIVE",
        );
    }

    #[test]
    fn what_no_network_should_reach_is_judged_by_what_was_driven() {
        let off = FREE.replace("network = true", "network = false");
        check(&CHECK, &off, &seen(throttle(30, &[])), "A FAIL");
        check(&CHECK, &off, &seen(throttle(5, &[1000])), "A INCONCLUSIVE");
        check(&CHECK, &off, &nothing(), "A INCONCLUSIVE");
        let inside = off.replace("'tcp/8443'", "'cloud:tcp/8443'");
        check(&CHECK, &inside, &nothing(), "A N/A");
        let named = LoginThrottle { entry: Some("A".into()), ..throttle(30, &[]) };
        check(&CHECK, &inside, &seen(named), "A FAIL");
    }
}
