//! What looks as if it might be a login, and may be something else: who searches for logins is told where to look.

use assize_model::fact::{Fact, Login, Service};
use assize_model::judgement::{Indication, Pointer};
use assize_model::scene::Scene;

use crate::look::{Found, Search};

/// What looks as if it might be a login.
pub(crate) fn may_be_login(scene: &Scene, search: &Search, f: &Found, service: &Service) -> Indication {
    let seen = match service.login {
        Some(Login::HttpKey) => {
            let at = password_page(scene, service).map(|path| format!(" at {path}")).unwrap_or_default();
            format!(
                "a page{at} with a password field that is named like the key of a network, or like the password of a \
                 service that the DUT itself uses,"
            )
        }
        _ => "an answer of 403 to a stranger, without a challenge,".to_owned(),
    };
    let words = format!(
        "The DUT has {seen} on {}, so that there may be a {} that IXIT {} does not declare.",
        f.words(),
        search.what,
        search.table
    );
    Indication::note(words, "find out by hand whether somebody can log in there, and declare it if so")
        .shown_by([f.record])
        .at(Pointer::ixit([search.table]))
}

/// The path of the first page of a web server on which a password field was seen.
fn password_page<'a>(scene: &Scene<'a>, service: &Service) -> Option<&'a str> {
    let pages = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::HttpAnswer(a) if a.password_field && a.target == service.target && a.port == service.port => {
            Some((record, a.path.as_str()))
        }
        _ => None,
    });
    pages.min_by_key(|(record, _)| *record).map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, HttpAnswer, Login, Protocol};

    use crate::auth::undeclared_password_login::CHECK;
    use crate::stage::{answered, check, declaration, findings, login, looked};

    #[test]
    fn where_the_field_stands() {
        let page = |edit: fn(&mut HttpAnswer)| {
            let mut facts = answered(80, 200);
            if let Some(Fact::HttpAnswer(a)) = facts.first_mut() {
                (a.password_field, a.path) = (true, "/setup".to_owned());
                edit(a);
            }
            facts
        };
        let declared = "1-AuthMech = [{ id = 'A' }]";
        let told = |edit: fn(&mut HttpAnswer)| {
            let seen = looked(&[login(80, Protocol::Http, Login::HttpKey), page(edit)]);
            check(&CHECK, declared, &seen, "INCONCLUSIVE");
            let found = findings(&CHECK, &declaration(declared), &seen);
            found[0].indications.iter().map(|i| i.words.clone()).collect::<String>()
        };
        assert!(told(|_| ()).contains("a page at /setup with a password field"), "{}", told(|_| ()));
        for elsewhere in [told(|a| a.port = 81), told(|a| a.password_field = false)] {
            assert!(elsewhere.contains("a page with a password field"), "{elsewhere}");
        }
    }
}
