//! What `security.txt` (RFC 9116) adds to the judgement of the disclosure policy. Where 2-UserInfo declares the file,
//! one that is missing, has expired or leads elsewhere refutes the declaration; where it does not, all of that is a
//! hint. That there is none is no fault.

use assize_model::fact::{Fact, FetchOutcome, SecurityTxt, Signature};
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::Scene;

use crate::look::REMEDY;
use crate::page::is_passing;
use crate::say::{list, text};

/// The findings on the policy with what `security.txt` says.
pub(super) fn beside(scene: &Scene, findings: Vec<Finding>) -> Vec<Finding> {
    let info = scene.declaration.ixit.user_info.as_ref();
    let declared = info.and_then(|i| text(i.security_txt.as_ref()));
    let policy = info.and_then(|i| i.disclosure_policy.as_ref()).and_then(|s| text(s.url.as_ref()));
    let found = newest(scene, declared);
    let said: Vec<(Outcome, Indication)> = match (found, declared) {
        (None, None) => Vec::new(),
        (None, Some(url)) => {
            let words = format!("Nobody fetched {url}, the declared security.txt.");
            vec![(Outcome::Inconclusive, Indication::note(words, REMEDY).at(place(declared)))]
        }
        (Some((record, file)), _) => {
            let said = judged(file, declared.is_some(), policy).into_iter().chain(hints(file));
            said.map(|(outcome, i)| (outcome, i.shown_by([record]).at(place(declared)))).collect()
        }
    };
    findings.into_iter().map(|finding| joined(finding, &said)).collect()
}

fn place(declared: Option<&str>) -> Pointer {
    let field = if declared.is_some() { "security_txt" } else { "disclosure_policy" };
    Pointer::ixit(["2-UserInfo", field])
}

fn newest<'a>(scene: &Scene<'a>, declared: Option<&str>) -> Option<(u64, &'a SecurityTxt)> {
    let files = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::SecurityTxt(f) if declared.is_none_or(|url| f.url == url) => Some((record, f.as_ref())),
        _ => None,
    });
    files.max_by_key(|(record, _)| *record)
}

/// A finding with more said about it: the worse outcome counts, and only indications that fit it are kept.
fn joined(finding: Finding, said: &[(Outcome, Indication)]) -> Finding {
    let rank = |outcome: Outcome| match outcome {
        Outcome::Fail => 0,
        Outcome::Inconclusive => 1,
        Outcome::Pass | Outcome::NotApplicable => 2,
    };
    let all = said.iter().map(|(outcome, _)| *outcome).chain([finding.outcome]);
    let outcome = all.min_by_key(|o| rank(*o)).unwrap_or(finding.outcome);
    let kept = |of: Outcome, i: &Indication| of == outcome || i.sense == assize_model::judgement::Sense::Note;
    let own = finding.indications.into_iter().filter(|i| kept(finding.outcome, i));
    let more = said.iter().filter(|(of, i)| kept(*of, i)).map(|(_, i)| i.clone());
    Finding { outcome, indications: own.chain(more).collect(), ..finding }
}

/// Whether the file does what a declaration of it promises. Undeclared, it only informs.
fn judged(file: &SecurityTxt, is_declared: bool, policy: Option<&str>) -> Vec<(Outcome, Indication)> {
    let at = &file.found_at;
    if let FetchOutcome::LeavesTargets(to) = &file.outcome {
        let words = format!("{at} points to {to}, which is not declared.");
        let outcome = if is_declared { Outcome::Inconclusive } else { Outcome::Pass };
        return vec![(outcome, Indication::note(words, "name that host in product.toml"))];
    }
    if let FetchOutcome::Status(status) = file.outcome
        && is_passing(status)
    {
        let words = format!("{at} answers with status {status} for now, so that what it says is unknown.");
        let outcome = if is_declared { Outcome::Inconclusive } else { Outcome::Pass };
        return vec![(outcome, Indication::note(words, "assess again, when the server takes requests"))];
    }
    let troubles = troubles(file, policy);
    let told = troubles.into_iter().map(|(words, remedy)| match is_declared {
        true => (Outcome::Fail, Indication::against(words, remedy)),
        false => (Outcome::Pass, Indication::note(words, format!("tell the supplier: {remedy}"))),
    });
    let told: Vec<_> = told.collect();
    if told.is_empty() && file.is_there() {
        let words = format!("{at} is in force and contradicts nothing that is declared.");
        return vec![(Outcome::Pass, Indication::favour(words))];
    }
    told
}

/// What is wrong with a file that somebody relies on, each with its remedy.
fn troubles(file: &SecurityTxt, policy: Option<&str>) -> Vec<(String, &'static str)> {
    let at = &file.found_at;
    if !file.is_there() {
        let words = format!("There is no security.txt at {at}.");
        return vec![(words, "publish the file, or leave it out of the declaration")];
    }
    let mut troubles = Vec::new();
    if file.expires.is_some_and(|expires| expires < file.seen_at) {
        let words = format!("{at} has expired, so that nobody may rely on it any longer.");
        troubles.push((words, "publish it with a new `Expires`"));
    }
    if let Some(policy) =
        policy.filter(|p| !file.policies.is_empty() && !file.policies.iter().any(|f| f == p))
    {
        let words = format!("{at} names {} as the policy and not {policy}.", list(&file.policies));
        troubles.push((words, "let `Policy` and the declaration name the same page"));
    }
    troubles
}

/// What a reader should know of the file, whatever is declared.
fn hints(file: &SecurityTxt) -> Vec<(Outcome, Indication)> {
    if !file.is_there() {
        return Vec::new();
    }
    let at = &file.found_at;
    let mut words = Vec::new();
    if !file.canonical.is_empty() && !file.canonical.contains(at) {
        words.push(format!("{at} says that it belongs at {}.", list(&file.canonical)));
    }
    if !file.faults.is_empty() {
        let faults: Vec<&str> = file.faults.iter().map(|f| f.words()).collect();
        words.push(format!("{at} departs from RFC 9116: {}.", list(&faults)));
    }
    if file.signature == Signature::Unverified {
        words.push(format!("{at} is signed; the signature was not verified."));
    }
    if !file.contacts.is_empty() {
        words.push(format!("{at} names {} as contact.", list(&file.contacts)));
    }
    let remedy = "weigh it when you read the policy; it decides nothing";
    words.into_iter().map(|words| (Outcome::Pass, Indication::note(words, remedy))).collect()
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, SecurityTxt, SecurityTxtFault, Signature};
    use assize_model::judgement::Sense;

    use super::super::policy_reachable::CHECK;
    use crate::stage::{check, declaration, findings, looked, page, security_txt};

    const URL: &str = "https://x/.well-known/security.txt";
    const POLICY: &str = "https://x/policy";
    const UNDECLARED: &str = "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' } }";
    const DECLARED: &str = "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' }, \
        security_txt = 'https://x/.well-known/security.txt' }";

    fn seen(file: SecurityTxt) -> assize_model::scene::Facts {
        looked(&[page(POLICY, 200, "Policy"), vec![Fact::SecurityTxt(Box::new(file))]])
    }

    fn notes(declared: &str, file: SecurityTxt) -> Vec<String> {
        let found = findings(&CHECK, &declaration(declared), &seen(file));
        let notes = found[0].indications.iter().filter(|i| i.sense == Sense::Note);
        notes.map(|i| i.words.clone()).collect()
    }

    #[test]
    fn flawed() {
        check(&CHECK, DECLARED, &seen(security_txt(URL, 200, 999, POLICY)), "FAIL");
        check(&CHECK, DECLARED, &seen(security_txt(URL, 404, 2000, POLICY)), "FAIL");
        check(&CHECK, DECLARED, &seen(security_txt(URL, 200, 2000, "https://x/other")), "FAIL");
    }

    #[test]
    fn conformant() {
        check(&CHECK, DECLARED, &seen(security_txt(URL, 200, 2000, POLICY)), "PASS");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &looked(&[page(POLICY, 200, "Policy")]), "INCONCLUSIVE");
        check(&CHECK, UNDECLARED, &looked(&[page(POLICY, 200, "Policy")]), "PASS");
    }

    #[test]
    fn a_server_that_puts_requests_off_shows_nothing() {
        for status in [429, 503] {
            let file = security_txt(URL, status, 2000, POLICY);
            check(&CHECK, DECLARED, &seen(file.clone()), "INCONCLUSIVE");
            check(&CHECK, UNDECLARED, &seen(file.clone()), "PASS");
            let told = notes(DECLARED, file).join(" ");
            assert!(told.contains("for now") && !told.contains("There is no"), "{told}");
            check(&CHECK, UNDECLARED, &looked(&[page(POLICY, status, "")]), "INCONCLUSIVE");
        }
    }

    #[test]
    fn what_is_not_declared_is_only_a_hint() {
        check(&CHECK, UNDECLARED, &seen(security_txt(URL, 200, 999, "https://x/other")), "PASS");
        check(&CHECK, UNDECLARED, &seen(security_txt(URL, 404, 2000, POLICY)), "PASS");
        let told = notes(UNDECLARED, security_txt(URL, 200, 999, "https://x/other"));
        assert!(told[0].contains("has expired") && told[1].contains("https://x/other"), "{told:?}");
    }

    #[test]
    fn faults_and_signature_are_told_and_decide_nothing() {
        let file = SecurityTxt {
            signature: Signature::Unverified,
            faults: vec![SecurityTxtFault::NoContact],
            canonical: vec!["https://y/security.txt".into()],
            ..security_txt(URL, 200, 2000, POLICY)
        };
        check(&CHECK, DECLARED, &seen(file.clone()), "PASS");
        let told = notes(DECLARED, file).join(" ");
        assert!(told.contains("signature was not verified") && told.contains("names no contact"), "{told}");
        assert!(told.contains("belongs at https://y/security.txt"), "{told}");
    }

    #[test]
    fn a_policy_that_is_missing_stays_so() {
        let seen = looked(&[
            page(POLICY, 404, ""),
            vec![Fact::SecurityTxt(Box::new(security_txt(URL, 200, 2000, POLICY)))],
        ]);
        check(&CHECK, DECLARED, &seen, "FAIL");
    }
}
