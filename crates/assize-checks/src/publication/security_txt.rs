//! What `security.txt` (RFC 9116) adds to the judgement of the disclosure policy. Where 2-UserInfo declares the file,
//! one that is missing, has expired, leads elsewhere, or tells its readers itself not to trust it refutes the
//! declaration; where it does not, all of that is a hint. That there is none is no fault.
//!
//! A reader has two means to tell the supplier's file from somebody else's. RFC 9116 only recommends that a file be
//! signed (section 2.3), so one without a signature, or with one that nobody could verify here, is as good as any. A
//! signature that does not hold is another matter: whoever verifies it learns that the text is not the supplier's, and
//! nobody can rely on such a publication. Only a hash or key that is too weak stays a hint, for programs still differ
//! in what they refuse. And a file that names where it belongs (section 2.5.2), but not the place it was fetched from,
//! tells its readers not to trust it there.
//!
//! Many sites answer every address with a page. What names neither a contact nor an expiry is no such file, whatever its
//! status. And a policy under another address is another one only when both were fetched, and that one is missing or is in
//! English about something else: one policy may be published in two languages, or short and long.

use std::collections::BTreeSet;

use assize_model::fact::{
    Fact, FetchOutcome, KeyFound, Publication, SecurityTxt, SecurityTxtFault as Fault, Signature,
    SignatureFault,
};
use assize_model::judgement::{Finding, Indication, Outcome, Pointer};
use assize_model::scene::Scene;

use super::policy_complete::SUBJECT;
use crate::address::{is_same, is_same_page};
use crate::page::{FETCH_IT, is_filtered, is_open, is_passing, publication_at};
use crate::reading::is_english;
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
            vec![(Outcome::Inconclusive, Indication::note(words, FETCH_IT).at(place(declared)))]
        }
        (Some((record, file)), _) => {
            let policies = Policies { scene, declared: policy };
            let said = judged(file, declared.is_some(), policies).into_iter().chain(hints(file));
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

/// What is wrong with a file that somebody relies on, or may be: the outcome, words and a remedy.
type Trouble = (Outcome, String, &'static str);

/// Whether the file does what a declaration of it promises. Undeclared, it only informs.
fn judged(file: &SecurityTxt, is_declared: bool, policies: Policies) -> Vec<(Outcome, Indication)> {
    let at = &file.found_at;
    let troubles = unknown(file).map_or_else(|| troubles(file, policies), |trouble| vec![trouble]);
    let told = troubles.into_iter().map(|(outcome, words, remedy)| match (is_declared, outcome) {
        (true, Outcome::Fail) => (outcome, Indication::against(words, remedy)),
        (true, _) => (outcome, Indication::note(words, remedy)),
        (false, Outcome::Fail) => {
            (Outcome::Pass, Indication::note(words, format!("tell the supplier: {remedy}")))
        }
        (false, _) => (Outcome::Pass, Indication::note(words, remedy)),
    });
    let told: Vec<_> = told.collect();
    if told.is_empty() {
        let words = format!("{at} is in force and contradicts nothing that is declared.");
        return vec![(Outcome::Pass, Indication::favour(words))];
    }
    told
}

/// Why the answer says nothing of the file.
fn unknown(file: &SecurityTxt) -> Option<Trouble> {
    let at = &file.found_at;
    let (words, remedy) = match &file.outcome {
        FetchOutcome::LeavesTargets(to) => {
            (format!("{at} points to {to}, which is not declared."), "name that host in product.toml")
        }
        FetchOutcome::Status(status) if is_passing(*status) => (
            format!("{at} answers with status {status} for now, so that what it says is unknown."),
            "assess again, when the server takes requests",
        ),
        FetchOutcome::Status(status) if is_filtered(*status) => (
            format!("{at} answers with status {status}, as filters against programs and regions do too."),
            "open it in a browser, without an account",
        ),
        FetchOutcome::Status(200..=299) if !holds_fields(file) && (file.is_cut() || !is_other(file)) => (
            format!("Neither a contact nor an expiry was found at {at}, so that it may be no security.txt."),
            "read it by hand",
        ),
        _ => return None,
    };
    Some((Outcome::Inconclusive, words, remedy))
}

/// Whether a contact or an expiry stands in the file, readable or not.
fn holds_fields(file: &SecurityTxt) -> bool {
    let is_read = !file.contacts.is_empty() || file.expires.is_some();
    is_read
        || file
            .faults
            .iter()
            .any(|f| matches!(f, Fault::ContactNoUri | Fault::ExpiresTwice | Fault::ExpiresUnreadable))
}

/// Whether lines stand there that no such file has.
fn is_other(file: &SecurityTxt) -> bool {
    file.faults.contains(&Fault::LineUnreadable)
}

/// What is wrong with a file that somebody relies on, each with its remedy.
fn troubles(file: &SecurityTxt, policies: Policies) -> Vec<Trouble> {
    let at = &file.found_at;
    if !file.is_there() || !holds_fields(file) {
        let words = format!("There is no security.txt at {at}.");
        return vec![(Outcome::Fail, words, "publish the file, or leave it out of the declaration")];
    }
    let fail = |words, remedy| (Outcome::Fail, words, remedy);
    let mut troubles = Vec::new();
    if file.expires.is_some_and(|expires| expires < file.seen_at) {
        let words = format!("{at} has expired, so that nobody may rely on it any longer.");
        troubles.push(fail(words, "publish it with a new `Expires`"));
    }
    if file.is_cut() {
        // What the rest may hold cannot be missed, and no signature holds for a part.
        let words = format!("{at} was not read to its end, where more may stand.");
        let remedy =
            "assess again with a larger `--page-kib` and more `--page-seconds`, or read the file by hand";
        troubles.push((Outcome::Inconclusive, words, remedy));
        return troubles;
    }
    troubles.extend(policies.elsewhere(file));
    match &file.signature {
        Signature::Bad(SignatureFault::Weak) => {}
        Signature::Bad(fault) => {
            let words = format!("The signature of {at} does not hold: {}.", fault.words());
            let remedy = "sign the file again, as it is published, with the key that readers have";
            troubles.push(fail(words, remedy));
        }
        _ => {}
    }
    if !is_at_home(file) {
        let words = format!("{at} says that it belongs at {}, and not where it is.", list(&file.canonical));
        troubles.push(fail(words, "let one `Canonical` name the address at which the file is published"));
    }
    troubles
}

/// The declared policy, and the pages that were fetched.
#[derive(Clone, Copy)]
struct Policies<'a> {
    scene: &'a Scene<'a>,
    declared: Option<&'a str>,
}

impl<'a> Policies<'a> {
    /// Whether the file names another policy than the declared one, or may.
    fn elsewhere(self, file: &SecurityTxt) -> Option<Trouble> {
        let policy = self.declared.filter(|_| !file.policies.is_empty())?;
        let likenesses: Vec<Likeness> =
            file.policies.iter().map(|named| self.likeness(policy, named)).collect();
        if likenesses.contains(&Likeness::Same) {
            return None;
        }
        let (at, named) = (&file.found_at, list(&file.policies));
        if likenesses.contains(&Likeness::Unknown) {
            let words = format!("{at} names {named} as the policy; whether that is {policy} was not seen.");
            return Some((
                Outcome::Inconclusive,
                words,
                "compare both pages, or declare the address that the file names",
            ));
        }
        let words = format!("{at} names {named} as the policy and not {policy}.");
        Some((Outcome::Fail, words, "let `Policy` and the declaration name the same page"))
    }

    /// Whether two addresses show the same policy: they are one in two notations, one leads to the other, or both say
    /// the same.
    fn likeness(self, one: &str, other: &str) -> Likeness {
        if is_same_page(one, other) {
            return Likeness::Same;
        }
        let (Some(one), Some(other)) = (self.page(one), self.page(other)) else { return Likeness::Unknown };
        if matches!(other.outcome, FetchOutcome::Status(404 | 410)) && is_open(one) {
            return Likeness::Other;
        }
        if !is_open(one) || !is_open(other) {
            return Likeness::Unknown;
        }
        let end = |page: &Publication| page.served_from.clone().unwrap_or_else(|| page.url.clone());
        match is_same_page(&end(one), &end(other)) {
            true => Likeness::Same,
            false => match alike(&one.text, &other.text) {
                // Another language, or a short and a long form, is no other policy.
                Likeness::Other if !is_about_else(&other.text) => Likeness::Unknown,
                likeness => likeness,
            },
        }
    }

    fn page(self, url: &str) -> Option<&'a Publication> {
        publication_at(self.scene, url).map(|(_, page)| page)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    Same,
    Other,
    Unknown,
}

/// Whether a text in English says nothing of weaknesses, as every policy on them does.
fn is_about_else(text: &str) -> bool {
    let text = text.to_lowercase();
    is_english(&text) && !SUBJECT.iter().any(|word| text.contains(word))
}

/// Fewer different words say nothing about which text they are from.
const FEWEST_WORDS: usize = 20;

/// How two texts compare by their words: nine of ten in common is one text with a date or a menu of its own, half and
/// fewer are two texts.
fn alike(one: &str, other: &str) -> Likeness {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<BTreeSet<String>>();
    let (one, other) = (words(one), words(other));
    if one.len().min(other.len()) < FEWEST_WORDS {
        return Likeness::Unknown;
    }
    let (shared, all) = (one.intersection(&other).count(), one.union(&other).count());
    match () {
        () if shared * 10 >= all * 9 => Likeness::Same,
        () if shared * 2 <= all => Likeness::Other,
        () => Likeness::Unknown,
    }
}

/// Whether the file names no place of its own, or one of those under which it was reached.
fn is_at_home(file: &SecurityTxt) -> bool {
    let reached = [Some(&file.found_at), file.served_from.as_ref()];
    let is_reached = |home: &String| reached.into_iter().flatten().any(|at| is_same(home, at));
    file.canonical.is_empty() || file.canonical.iter().any(is_reached)
}

/// What a reader should know of the file, whatever is declared.
fn hints(file: &SecurityTxt) -> Vec<(Outcome, Indication)> {
    if !file.is_there() || !holds_fields(file) {
        return Vec::new();
    }
    let at = &file.found_at;
    let mut words = Vec::new();
    if !file.faults.is_empty() {
        let faults: Vec<&str> = file.faults.iter().map(|f| f.words()).collect();
        words.push(format!("{at} departs from RFC 9116: {}.", list(&faults)));
    }
    words.extend(signed(file));
    if !file.contacts.is_empty() {
        words.push(format!("{at} names {} as contact.", list(&file.contacts)));
    }
    let remedy = "weigh it when you read the policy; it decides nothing";
    words.into_iter().map(|words| (Outcome::Pass, Indication::note(words, remedy))).collect()
}

/// What is known of the signature, when it decides nothing.
fn signed(file: &SecurityTxt) -> Option<String> {
    let at = &file.found_at;
    let looked = |found: &KeyFound| match found {
        KeyFound::Keys(_) => "holds another key".to_owned(),
        KeyFound::FingerprintOnly => "is a fingerprint without its key".to_owned(),
        KeyFound::NotLookedUp => "was not looked up".to_owned(),
        KeyFound::NotReached(why) => format!("was not reached: {why}"),
        KeyFound::Unusable => "holds no certificate that can be used".to_owned(),
    };
    match &file.signature {
        Signature::Absent => None,
        Signature::Bad(SignatureFault::Weak) => {
            Some(format!("{at} is signed with a hash or a key that is too weak to prove anything."))
        }
        Signature::Bad(_) => None,
        Signature::Unverified => Some(format!("{at} is signed; the signature was not verified.")),
        Signature::UnknownKind => Some(format!("{at} is signed in a way that is not verified here.")),
        Signature::NoKey if file.keys.is_empty() => {
            Some(format!("{at} is signed, and neither the declaration nor the file names the key."))
        }
        Signature::NoKey => {
            let keys: Vec<String> =
                file.keys.iter().map(|k| format!("{} {}", k.from, looked(&k.found))).collect();
            Some(format!("{at} is signed, and the key was not found: {}.", keys.join("; ")))
        }
        Signature::Good(signer) => {
            let (key, from) = (&signer.fingerprint, &signer.key_from);
            let word = "compare the fingerprint with what the supplier says elsewhere";
            Some(format!("{at} is signed by {key}, whose key is {from}, and the signature holds; {word}."))
        }
    }
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{
        Fact, FetchOutcome, KeyFound, KeyLook, SecurityTxt, SecurityTxtFault as Fault, Signature,
        SignatureFault, Signer,
    };
    use assize_model::judgement::Sense;

    use super::super::policy_reachable::CHECK;
    use super::{Likeness, alike};
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
        check(
            &CHECK,
            DECLARED,
            &seen_beside(security_txt(URL, 200, 2000, OTHER), page(OTHER, 200, TEXTS[1])),
            "FAIL",
        );
        check(
            &CHECK,
            DECLARED,
            &seen_beside(security_txt(URL, 200, 2000, OTHER), page(OTHER, 404, "")),
            "FAIL",
        );
    }

    const OTHER: &str = "https://x/other";
    const TEXTS: [&str; 2] = [
        "Have you found a weakness in one of our products? Write to security@x.example and tell us how to see it. You may \
         stay anonymous. We acknowledge each report within five days.",
        "The plug looks for updates when it starts and several times every day. It installs packages only where our \
         signature fits, for this very model, with newer versions than those installed.",
    ];

    fn seen_beside(file: SecurityTxt, other: Vec<Fact>) -> assize_model::scene::Facts {
        looked(&[page(POLICY, 200, TEXTS[0]), other, vec![Fact::SecurityTxt(Box::new(file))]])
    }

    #[test]
    fn a_policy_under_another_address() {
        let names = |policy: &str, other: Vec<Fact>, expect: &str| {
            let seen = seen_beside(security_txt(URL, 200, 2000, policy), other);
            check(&CHECK, DECLARED, &seen, expect);
            check(&CHECK, UNDECLARED, &seen, "PASS");
        };
        for same in ["https://x/policy/", "https://www.x/policy", "HTTPS://X:443/policy#top"] {
            names(same, Vec::new(), "PASS");
        }
        names(OTHER, Vec::new(), "INCONCLUSIVE");
        names("https://elsewhere.example/policy", Vec::new(), "INCONCLUSIVE");
        names(OTHER, page(OTHER, 200, &format!("{} Today.", TEXTS[0])), "PASS");
        names(OTHER, page(OTHER, 200, "Policy"), "INCONCLUSIVE");
        let german = "Haben Sie eine Schwachstelle in einem unserer Produkte gefunden? Schreiben Sie an \
            security@x.example und sagen Sie uns, wie man sie sieht. Wir bestätigen jede Meldung binnen fünf Tagen.";
        names(OTHER, page(OTHER, 200, german), "INCONCLUSIVE");
        let longer = "This is how we treat a report of a vulnerability: you write, we read it and look for the cause, then \
            we tell you what comes of it and when the corrected version is published for the product.";
        names(OTHER, page(OTHER, 200, longer), "INCONCLUSIVE");
        names(OTHER, page(OTHER, 403, ""), "INCONCLUSIVE");
        let mut moved = page(OTHER, 200, TEXTS[1]);
        if let Fact::Publication(page) = &mut moved[0] {
            page.served_from = Some(POLICY.into());
        }
        names(OTHER, moved, "PASS");
        names(OTHER, page(OTHER, 503, TEXTS[1]), "INCONCLUSIVE");
        // Beside a policy that did not open, nobody compared anything.
        for other in [page(OTHER, 200, TEXTS[1]), page(OTHER, 404, "")] {
            let file = vec![Fact::SecurityTxt(Box::new(security_txt(URL, 200, 2000, OTHER)))];
            let shut = looked(&[page(POLICY, 503, TEXTS[0]), other, file]);
            check(&CHECK, DECLARED, &shut, "INCONCLUSIVE");
        }
        let none = SecurityTxt { policies: Vec::new(), ..security_txt(URL, 200, 2000, POLICY) };
        check(&CHECK, DECLARED, &seen(none), "PASS");
    }

    #[test]
    fn how_alike_two_texts_are() {
        let text = |words: usize| (0..words).map(|n| format!("w{n} ")).collect::<String>();
        let compared = |one, other| alike(&text(one), &text(other));
        assert!(compared(20, 20) == Likeness::Same && compared(20, 19) == Likeness::Unknown);
        assert!(compared(30, 27) == Likeness::Same && compared(30, 26) == Likeness::Unknown);
        assert!(compared(40, 20) == Likeness::Other && compared(40, 21) == Likeness::Unknown);
    }

    #[test]
    fn a_contact_or_an_expiry_makes_the_file() {
        let file = |contacts: &[&str], expires, faults: &[Fault]| SecurityTxt {
            contacts: contacts.iter().map(|c| (*c).to_owned()).collect(),
            expires,
            faults: faults.into(),
            ..security_txt(URL, 200, 2000, POLICY)
        };
        check(&CHECK, DECLARED, &seen(file(&["mailto:a@x"], None, &[Fault::NoExpires])), "PASS");
        check(&CHECK, DECLARED, &seen(file(&[], Some(2000), &[Fault::NoContact])), "PASS");
        for fault in [Fault::ContactNoUri, Fault::ExpiresTwice, Fault::ExpiresUnreadable] {
            check(&CHECK, DECLARED, &seen(file(&[], None, &[fault, Fault::LineUnreadable])), "PASS");
        }
        check(&CHECK, DECLARED, &seen(file(&[], None, &[])), "INCONCLUSIVE");
    }

    #[test]
    fn a_file_that_leads_to_an_undeclared_host() {
        let outcome = FetchOutcome::LeavesTargets("https://y/".into());
        let led = SecurityTxt { outcome, ..security_txt(URL, 200, 2000, POLICY) };
        check(&CHECK, DECLARED, &seen(led.clone()), "INCONCLUSIVE");
        check(&CHECK, UNDECLARED, &seen(led), "PASS");
    }

    #[test]
    fn a_page_instead_of_the_file() {
        let shell = |faults: &[Fault]| SecurityTxt {
            contacts: Vec::new(),
            expires: None,
            canonical: Vec::new(),
            policies: Vec::new(),
            faults: faults.into(),
            ..security_txt(URL, 200, 0, POLICY)
        };
        let html = shell(&[Fault::LineUnreadable, Fault::NoContact, Fault::NoExpires]);
        check(&CHECK, DECLARED, &seen(html.clone()), "FAIL");
        check(&CHECK, UNDECLARED, &seen(html), "PASS");
        check(&CHECK, DECLARED, &seen(shell(&[Fault::NoContact, Fault::NoExpires])), "INCONCLUSIVE");
        check(&CHECK, DECLARED, &seen(shell(&[Fault::LineUnreadable, Fault::CutOff])), "INCONCLUSIVE");
        let filtered = SecurityTxt { outcome: FetchOutcome::Status(403), ..shell(&[]) };
        check(&CHECK, DECLARED, &seen(filtered), "INCONCLUSIVE");
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
    fn faults_are_told_and_decide_nothing() {
        let file = SecurityTxt { faults: vec![Fault::NoContact], ..security_txt(URL, 200, 2000, POLICY) };
        check(&CHECK, DECLARED, &seen(file.clone()), "PASS");
        let told = notes(DECLARED, file).join(" ");
        assert!(told.contains("names no contact"), "{told}");
    }

    #[test]
    fn a_file_that_is_not_read_to_its_end() {
        for fault in [Fault::CutOff, Fault::TooLong] {
            let cut = |file| SecurityTxt { faults: vec![fault], ..file };
            let other = security_txt(URL, 200, 2000, "https://x/other");
            let unsigned = signed(Signature::Bad(SignatureFault::AnotherText));
            for file in [other, unsigned, security_txt(URL, 200, 2000, POLICY)] {
                check(&CHECK, DECLARED, &seen(cut(file.clone())), "INCONCLUSIVE");
                check(&CHECK, UNDECLARED, &seen(cut(file.clone())), "PASS");
                assert!(notes(DECLARED, cut(file)).join(" ").contains("not read to its end"));
            }
            check(&CHECK, DECLARED, &seen(cut(security_txt(URL, 200, 999, POLICY))), "FAIL");
        }
    }

    fn signed(signature: Signature) -> SecurityTxt {
        SecurityTxt { signature, ..security_txt(URL, 200, 2000, POLICY) }
    }

    #[test]
    fn a_signature_that_does_not_hold() {
        for fault in [SignatureFault::AnotherText, SignatureFault::AnotherKey, SignatureFault::TextOutside] {
            check(&CHECK, DECLARED, &seen(signed(Signature::Bad(fault))), "FAIL");
            check(&CHECK, UNDECLARED, &seen(signed(Signature::Bad(fault))), "PASS");
            let told = notes(UNDECLARED, signed(Signature::Bad(fault))).join(" ");
            assert!(told.contains("does not hold") && told.contains(fault.words()), "{told}");
        }
        check(&CHECK, DECLARED, &seen(signed(Signature::Bad(SignatureFault::Weak))), "PASS");
    }

    #[test]
    fn signatures_that_decide_nothing_are_told() {
        let signer = Signer { fingerprint: "AB12".into(), key_from: "keys/here.asc".into(), made_at: 900 };
        let keys = vec![KeyLook { from: "https://y/key".into(), found: KeyFound::NotLookedUp }];
        for (file, word) in [
            (signed(Signature::Unverified), "was not verified"),
            (signed(Signature::UnknownKind), "not verified here"),
            (signed(Signature::NoKey), "neither the declaration nor the file"),
            (SecurityTxt { keys, ..signed(Signature::NoKey) }, "https://y/key was not looked up"),
            (signed(Signature::Good(signer)), "signed by AB12, whose key is keys/here.asc"),
            (signed(Signature::Bad(SignatureFault::Weak)), "too weak"),
        ] {
            check(&CHECK, DECLARED, &seen(file.clone()), "PASS");
            let told = notes(DECLARED, file).join(" ");
            assert!(told.contains(word), "{told}");
        }
    }

    #[test]
    fn a_file_away_from_its_place() {
        let at = |canonical: &[&str], served_from: Option<&str>| SecurityTxt {
            canonical: canonical.iter().map(|c| (*c).to_owned()).collect(),
            served_from: served_from.map(str::to_owned),
            ..security_txt(URL, 200, 2000, POLICY)
        };
        let elsewhere = "https://y/.well-known/security.txt";
        check(&CHECK, DECLARED, &seen(at(&[elsewhere], None)), "FAIL");
        check(&CHECK, UNDECLARED, &seen(at(&[elsewhere], None)), "PASS");
        assert!(notes(UNDECLARED, at(&[elsewhere], None)).join(" ").contains("says that it belongs at"));
        check(&CHECK, DECLARED, &seen(at(&[elsewhere], Some(elsewhere))), "PASS");
        check(
            &CHECK,
            DECLARED,
            &seen(at(&[elsewhere, "HTTPS://X:443/.well-known/security.txt"], None)),
            "PASS",
        );
        check(&CHECK, DECLARED, &seen(at(&[], None)), "PASS");
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
