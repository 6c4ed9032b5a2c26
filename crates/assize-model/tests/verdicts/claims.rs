//! Waivers, their refusals, and evidence from elsewhere.

use super::*;

#[test]
fn accepted_external_evidence_stands_in_for_an_open_group_but_never_for_a_failed_one() {
    let mut d = declaration(&["5.6-9"]);
    let group = |a: &Assessment| a.provisions.iter().find(|p| p.id == "5.6-9").map(|p| p.verdict);
    assert_eq!(group(&judged(&d, &[], &[], &["5.6-9"])), Some(Verdict::Inconclusive));
    d.ics.claim.get_mut("5.6-9").unwrap().external_evidence = Some(ExternalEvidence::default());
    assert_eq!(group(&judged(&d, &[], &[], &["5.6-9"])), Some(Verdict::Pass));
    assert_eq!(group(&judged(&d, &[], &[], &[])), Some(Verdict::Inconclusive));
    let failed = said("5.6-9-1 a", None, Outcome::Fail, By::Evaluator);
    assert_eq!(group(&judged(&d, &[failed], &[], &["5.6-9"])), Some(Verdict::Fail));
}

#[test]
fn external_evidence_stands_in_for_no_fail_that_lapsed() {
    let mut d = declaration(&["5.1-5", "5.8-1"]);
    d.ixit.pers_data = vec![assize_model::declaration::ixit::PersData {
        communication: vec!["ComMech-Cloud".into()],
        ..Default::default()
    }];
    for (group, unit) in [("5.1-5", "5.1-5-2 b"), ("5.8-1", "5.5-1-1 a")] {
        d.ics.claim.get_mut(group).unwrap().external_evidence = Some(ExternalEvidence::default());
        let verdict = |a: &Assessment| a.provisions.iter().find(|p| p.id == group).unwrap().verdict;
        let open = said(unit, None, Outcome::Inconclusive, By::Evaluator);
        let lapsed = || Judgement { lapsed_fail: true, ..open.clone() };
        assert_eq!(verdict(&judged(&d, std::slice::from_ref(&open), &[], &[group])), Verdict::Pass);
        let a = judged(&d, &[lapsed()], &[], &[group]);
        assert_eq!(verdict(&a), Verdict::Inconclusive, "{group}");
        assert!(a.reasons.iter().any(|r| r.contains(&format!("external evidence for {group}"))));
        assert_eq!(verdict(&judged(&d, &[lapsed(), open.clone()], &[], &[group])), Verdict::Pass);
    }
}

#[test]
fn a_waiver_that_the_declaration_does_not_show_to_be_right_is_for_a_person() {
    let d = declaration(&[]);
    // Nothing in the declaration speaks of sensors, so the n/a of 5.8-3 is neither shown nor refuted.
    let a = judged(&d, &[], &[], &[]);
    assert!(a.ics.unsettled.contains(&"5.8-3".to_owned()), "{:?}", a.ics.unsettled);
    assert!(a.reasons.iter().any(|r| r.contains("accept or refuse") && r.contains("5.8-3")));
    let mut shown = d;
    shown.ixit.auth_mech[0].password_origin = Some(PasswordOrigin::UserDefined);
    assert!(!judged(&shown, &[], &[], &[]).ics.unsettled.contains(&"5.1-2".to_owned()));
}

#[test]
fn a_product_without_a_function_to_erase_does_not_justify_its_own_waiver() {
    let mut d = declaration(&[]);
    d.ixit.pers_data = vec![assize_model::declaration::ixit::PersData {
        id: "PersData-Schedule".into(),
        ..Default::default()
    }];
    claim(&mut d, "5.11-1", Support::NotApplicable);
    assert!(judged(&d, &[], &[], &[]).ics.broken.iter().any(|b| b.check == 'c' && b.provision == "5.11-1"));
}

#[test]
fn a_refused_waiver_breaks_the_ics_although_the_declaration_shows_it_to_be_right() {
    let mut d = declaration(&[]);
    d.ixit.auth_mech[0].password_origin = Some(PasswordOrigin::UserDefined);
    let plan: TestPlan = plan(spec(), &d, &[]);
    let after = |decision: Option<ClaimDecision>| {
        let decided_claims = decision.map(|said| ("5.1-2".to_owned(), said)).into_iter().collect();
        let (accepted_groups, assumed) = (BTreeSet::new(), BTreeSet::new());
        let basis = Basis {
            spec: spec(),
            declaration: &d,
            plan: &plan,
            judgements: &[],
            contradictions: &[],
            accepted_groups: &accepted_groups,
            decided_claims: &decided_claims,
            assumed: &assumed,
        };
        conclude(&basis).ics
    };
    let is_broken = |decision| after(decision).broken.iter().any(|b| b.provision == "5.1-2");
    assert!(!is_broken(None) && !is_broken(Some(ClaimDecision::Accepted)));
    assert!(is_broken(Some(ClaimDecision::Refused)));
    let lapsed = after(Some(ClaimDecision::RefusalLapsed));
    assert!(!lapsed.broken.iter().any(|b| b.provision == "5.1-2"));
    assert!(lapsed.unsettled.contains(&"5.1-2".to_owned()));
    assert_eq!(lapsed.refusals_lapsed, ["5.1-2"]);
    assert!(!after(None).unsettled.contains(&"5.1-2".to_owned()), "the declaration shows it");
}
