//! The tester's accounts with their passwords, from the places that product.toml names. They are never recorded.

use std::collections::BTreeMap;
use std::path::Path;

use assize_model::declaration::Declaration;
use assize_model::declaration::play::Account;
use assize_probes::play::Credentials;

use crate::inside;

/// A longer file is no password.
const LONGEST: u64 = 4096;

/// The accounts whose password was found, by id, and what is wrong with the others, a sentence each.
pub(crate) fn accounts(
    folder: &Path,
    declaration: &Declaration,
) -> (BTreeMap<String, Credentials>, Vec<String>) {
    let bench = &declaration.product.bench;
    let (mut found, mut missing) = (BTreeMap::new(), Vec::new());
    for account in &bench.account {
        let own = account.password_env.is_some() || account.password_file.is_some();
        let (env, file) = match own {
            true => (account.password_env.as_deref(), account.password_file.as_deref()),
            false => (bench.password_env.as_deref(), bench.password_file.as_deref()),
        };
        match password(folder, env, file) {
            Ok(password) => {
                found.insert(account.id.clone(), Credentials { user: account.user.clone(), password });
            }
            Err(why) => missing.push(lacks(account, &why)),
        }
    }
    (found, missing)
}

fn lacks(account: &Account, why: &str) -> String {
    format!("the account `{}` cannot be used: {why}", account.id)
}

fn password(folder: &Path, env: Option<&str>, file: Option<&str>) -> Result<String, String> {
    // A declaration comes from somebody else: it must not pick any secret of the laboratory and send it to a device.
    if let Some(name) = env.filter(|name| !name.contains("PASSWORD")) {
        return Err(format!("{name} may be anything; name a variable with PASSWORD in its name"));
    }
    if let Some(name) = env
        && let Ok(value) = std::env::var(name)
    {
        return Ok(value);
    }
    let Some(name) = file else {
        return Err(match env {
            Some(name) => format!("set the environment variable {name} to its password"),
            None => "name `password_env` or `password_file` for it".to_owned(),
        });
    };
    let bytes = inside::read(folder, name, LONGEST).map_err(|why| format!("{name} cannot be read: {why}"))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{name} holds no text"))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use assize_model::declaration::product::Bench;

    use super::*;

    #[test]
    fn a_password_comes_from_its_file_and_what_is_missing_is_said() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("pw"), "geheim wort\r\n").unwrap();
        let account = |id: &str, env: Option<&str>, file: Option<&str>| Account {
            id: id.into(),
            user: id.into(),
            password_env: env.map(Into::into),
            password_file: file.map(Into::into),
        };
        let bench = Bench {
            password_file: Some("pw".into()),
            account: vec![
                account("admin", None, None),
                account("guest", Some("ASSIZE_NO_SUCH_PASSWORD"), None),
                account("third", None, Some("nowhere")),
            ],
            ..Bench::default()
        };
        let mut declaration = Declaration::default();
        declaration.product.bench = bench;
        let (found, missing) = accounts(dir.path(), &declaration);
        assert_eq!(found["admin"].password, "geheim wort");
        assert_eq!(found.len(), 1);
        assert!(missing[0].contains("`guest`") && missing[0].contains("ASSIZE_NO_SUCH_PASSWORD"));
        assert!(missing[1].contains("nowhere"));
        assert!(password(dir.path(), Some("HOME"), None).unwrap_err().contains("may be anything"));
        let elsewhere = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(elsewhere.path(), "secret of the laboratory").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("link")).unwrap();
        for name in ["link", elsewhere.path().to_str().unwrap(), "../pw"] {
            assert!(password(dir.path(), None, Some(name)).is_err(), "{name}");
        }
        assert!(!format!("{found:?}").contains("geheim"));
    }
}
