//! The disclosure policy opens for anybody at the declared address, and a declared `security.txt` leads to it.

use super::{POLICY, security_txt};
use crate::Check;

pub(crate) const CHECK: Check = Check {
    name: "publication.policy_reachable",
    establishes: "The disclosure policy opens for anybody at the declared address, and a declared security.txt leads to it.",
    probes: &["publication", "security-txt"],
    partial: true,
    judge: |scene| security_txt::beside(scene, POLICY.judged(scene)),
};

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, FetchOutcome, Publication, Unread};

    use super::CHECK;
    use crate::stage::{check, looked, nothing, page, published, shown_by};

    #[test]
    fn flawed() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' } }",
            &looked(&[page("https://x/policy", 404, "")]),
            "FAIL",
        );
    }

    #[test]
    fn conformant() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' } }",
            &looked(&[page("https://x/policy", 200, "Policy")]),
            "PASS",
        );
    }

    #[test]
    fn never_looked() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' } }",
            &looked(&[page("https://x/other", 200, "")]),
            "INCONCLUSIVE",
        );
    }

    const DECLARED: &str = "2-UserInfo = { disclosure_policy = { url = 'https://x/policy' } }";

    /// A page that opened, changed by `change`.
    fn judged(text: &str, change: impl Fn(&mut Publication), expect: &str) {
        let mut facts = page("https://x/policy", 200, text);
        if let Fact::Publication(page) = &mut facts[0] {
            change(page);
        }
        check(&CHECK, DECLARED, &looked(&[facts]), expect);
    }

    #[test]
    fn behind_login() {
        let menu = "Products Support Company ".repeat(30);
        let asks = |p: &mut Publication| p.asks_login = true;
        let moves = |p: &mut Publication| p.served_from = Some("https://x/login?next=/policy".into());
        judged("E-mail Password", asks, "FAIL");
        judged(&menu, |p| (asks(p), moves(p)).0, "FAIL");
        judged("E-mail Password", moves, "INCONCLUSIVE");
        judged(&"word ".repeat(49), asks, "FAIL");
        judged(&"word ".repeat(50), asks, "INCONCLUSIVE");
    }

    #[test]
    fn a_login_beside_the_text() {
        let text = "Write to us when you find a weakness, and we answer you. ".repeat(10);
        judged(&text, |p| p.asks_login = true, "INCONCLUSIVE");
        judged("Acme", |p| (p.asks_login, p.scripted_login) = (true, true), "INCONCLUSIVE");
    }

    #[test]
    fn served_from_elsewhere() {
        let from = |to: &str, expect: &str| {
            let moves = |p: &mut Publication| {
                p.served_from = Some(to.into());
                p.certificates.extend(["www.x", "y"].map(shown_by));
            };
            judged("Policy", moves, expect);
        };
        for same in ["https://x/policy/", "https://www.x/policy"] {
            from(same, "PASS");
        }
        for other in ["https://x/", "https://x/en/policy", "http://x/policy", "https://y/policy"] {
            from(other, "INCONCLUSIVE");
        }
    }

    #[test]
    fn a_certificate_that_stops_browsers() {
        judged("Policy", |p| p.certificates[0].not_after = 999, "INCONCLUSIVE");
        judged("Policy", |p| p.certificates[0].not_before = 1001, "INCONCLUSIVE");
        judged("Policy", |p| p.certificates[0].names = vec!["y".into()], "INCONCLUSIVE");
        judged("Policy", |p| p.certificates[0].self_signed = Some(true), "INCONCLUSIVE");
        judged("Policy", |p| p.certificates[0].self_signed = None, "INCONCLUSIVE");
        judged("Policy", |p| p.certificates.clear(), "INCONCLUSIVE");
        judged("Policy", |p| p.certificates.push(shown_by("y")), "PASS");
        judged("Policy", |p| p.certificates = vec![shown_by("y")], "INCONCLUSIVE");
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'http://x' } }",
            &looked(&[page("http://x", 200, "Policy")]),
            "PASS",
        );
    }

    #[test]
    fn the_last_of_two_looks_counts() {
        let (gone, there) = (page("https://x/policy", 404, ""), page("https://x/policy", 200, "Policy"));
        check(&CHECK, DECLARED, &looked(&[gone.clone(), there.clone()]), "PASS");
        check(&CHECK, DECLARED, &looked(&[there, gone]), "FAIL");
    }

    #[test]
    fn without_text() {
        judged("", |_| (), "INCONCLUSIVE");
        judged("", |p| p.unread = Some(Unread::NoText), "INCONCLUSIVE");
    }

    #[test]
    fn refused() {
        let answers = |status, asks_login, expect| {
            let seen = published("https://x/policy", FetchOutcome::Status(status), "", asks_login);
            check(&CHECK, DECLARED, &looked(&[seen]), expect);
        };
        answers(401, true, "FAIL");
        answers(403, true, "FAIL");
        answers(403, false, "INCONCLUSIVE");
        answers(451, false, "INCONCLUSIVE");
    }

    #[test]
    fn server_in_trouble() {
        let answers = |status, expect| {
            check(&CHECK, DECLARED, &looked(&[page("https://x/policy", status, "")]), expect)
        };
        for status in [501, 505, 519, 531, 599] {
            answers(status, "FAIL");
        }
        // One look at a fault does not tell how long it lasts.
        for status in [500, 502, 520, 530] {
            answers(status, "INCONCLUSIVE");
        }
        answers(406, "INCONCLUSIVE");
    }

    #[test]
    fn a_script_without_blanks_has_words() {
        let text = |sentences: usize| {
            "我们会在五个工作日内确认收到每一份漏洞报告，并且每两周告知一次进展。 ".repeat(sentences)
        };
        judged(&text(3), |p| p.asks_login = true, "INCONCLUSIVE");
        judged(&text(2), |p| p.asks_login = true, "FAIL");
        judged("账号登录 密码 忘记密码", |p| p.asks_login = true, "FAIL");
        // A long word of letters with accents here and there is one word.
        judged(&"Donaudampfschifffahrtskapitänsmütze ".repeat(49), |p| p.asks_login = true, "FAIL");
    }

    #[test]
    fn not_http() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[published("https://x", FetchOutcome::NotHttp, "", false)]),
            "FAIL",
        );
    }

    #[test]
    fn leaves() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { url = 'https://x' } }",
            &looked(&[published("https://x", FetchOutcome::LeavesTargets("y".into()), "", false)]),
            "INCONCLUSIVE",
        );
    }

    #[test]
    fn unsaid() {
        check(
            &CHECK,
            "2-UserInfo = { disclosure_policy = { words = 'on our site' } }",
            &nothing(),
            "INCONCLUSIVE",
        );
    }
}
