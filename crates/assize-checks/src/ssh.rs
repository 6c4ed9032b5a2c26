//! Declared SSH against what an SSH port offers: protocol 1, algorithms of poor standing, short keys and groups, and
//! the gap of CVE-2023-48795 (Terrapin).

use assize_model::catalogue::cryptography::{Part, Primitive, is_same_name};
use assize_model::catalogue::{Lists, Standing};
use assize_model::declaration::ixit::common::{Crypto, Place};
use assize_model::fact::{Fact, Protocol, Service, SshOffer, SshPosture, Transport};
use assize_model::scene::Scene;

use crate::drive::facts_of;
use crate::lifetime::{UNSAID, ends_before, horizon, may_end};
use crate::look::{HOST_TAKES, REMEDY, SEE_OFFER};
use crate::say::{Row, Said, list, shown};

/// How declarations name SSH in version 2.
const NAMES: [&str; 4] = ["SSH", "SSH 2", "SSH 2.0", "SSHv2"];
const OLD_NAMES: [&str; 3] = ["SSH 1", "SSH 1.5", "SSHv1"];
/// RFC 8270 and NIST SP 800-131A Rev. 2 agree on this length for RSA and for groups.
const LEAST_BITS: u32 = 2048;
/// How the methods begin in which the server gives a group of a size asked for (RFC 4419), and a size too small to give.
const GROUP_EXCHANGE: &str = "diffie-hellman-group-exchange-";
const SMALL_GROUP: u32 = 1024;
/// How the methods begin that use the fixed group of 2048 bits (RFC 3526).
const GROUP_2048: &str = "diffie-hellman-group14-";

/// Whether a declaration names SSH.
pub(crate) fn is_declared(crypto: &Crypto) -> bool {
    names_one_of(crypto, &NAMES) || names_one_of(crypto, &OLD_NAMES)
}

fn names_one_of(crypto: &Crypto, names: &[&str]) -> bool {
    crypto.protocols.iter().any(|p| names.iter().any(|name| is_same_name(p, name)))
}

/// Whether a service speaks SSH by itself.
pub(crate) fn speaks(service: &Service) -> bool {
    service.protocol == Protocol::Ssh && !service.tls
}

/// Whether an SSH server takes passwords, by the methods that it names; none of other logins, where nobody could ask, and
/// where it names only a dialogue, which may ask for anything.
pub(crate) fn takes(scene: &Scene, transport: Transport, port: u16) -> Option<bool> {
    let is_there = |p: &SshPosture| transport == Transport::Tcp && p.port == port && p.methods.is_some();
    let (_, posture) = of_dut(scene).find(|(_, p)| is_there(p))?;
    let methods = posture.methods.as_deref()?;
    let has = |name: &str| methods.iter().any(|m| m == name);
    match (has("password"), has("keyboard-interactive")) {
        (true, _) => Some(true),
        (false, true) => None,
        (false, false) => Some(false),
    }
}

/// How SSH servers of the DUT stand, the last look first.
pub(crate) fn of_dut<'a>(scene: &Scene<'a>) -> impl Iterator<Item = (u64, &'a SshPosture)> {
    let mut all: Vec<(u64, &SshPosture)> = facts_of(scene, |fact| match fact {
        Fact::SshPosture(posture) => Some(posture),
        _ => None,
    });
    all.reverse();
    all.into_iter()
}

/// Judges an SSH port that the entry declares as SSH.
pub(crate) fn at_place(row: Row, crypto: &Crypto, place: &Place, scene: &Scene) -> Vec<Said> {
    let seen = postures(scene, place);
    if seen.is_empty() {
        let words = format!("was not examined at {place}: nobody looked at its algorithms");
        return vec![row.is_open("reached_at", words, REMEDY)];
    }
    let said =
        |(record, posture)| of(row, crypto, place, posture, scene).into_iter().map(move |s| shown(s, record));
    seen.into_iter().flat_map(said).collect()
}

fn of(row: Row, crypto: &Crypto, place: &Place, posture: &SshPosture, scene: &Scene) -> Vec<Said> {
    let mut said = weak(row, crypto, place, posture, scene.lists);
    if said.is_empty() {
        said.extend(unclear(row, crypto, place, posture, scene.lists));
    }
    if said.is_empty() {
        said.extend(outlived(row, crypto, place, posture, scene));
    }
    if said.is_empty() {
        let words = format!(
            "offers at {place} only SSH 2 with algorithms that are declared, or agreed where none of their kind is declared"
        );
        said.push(row.passes("crypto", words));
    }
    said
}

/// The postures of the port, in the order of their records.
fn postures<'a>(scene: &Scene<'a>, place: &Place) -> Vec<(u64, &'a SshPosture)> {
    let Some(address) = scene.address_of(place) else { return Vec::new() };
    let postures = scene.facts().filter_map(|(record, fact)| match fact {
        Fact::SshPosture(p) if p.target == address && p.port == place.port => Some((record, p)),
        _ => None,
    });
    let mut all: Vec<_> = postures.collect();
    all.sort_by_key(|(record, _)| *record);
    all
}

/// What speaks against the port.
fn weak(row: Row, crypto: &Crypto, place: &Place, seen: &SshPosture, lists: &Lists) -> Vec<Said> {
    let mut said = Vec::new();
    // A host may take it for the sake of others, and the DUT never offer it; its key is what every DUT gets.
    let mut against = |words: String, remedy: &str| match place.host {
        None => said.push(row.fails("crypto", words, remedy)),
        Some(_) => {
            let words = format!("{words}; {HOST_TAKES}");
            said.push(row.is_open("crypto", words, format!("{SEE_OFFER} at {place}, or {remedy}")));
        }
    };
    if seen.protocol_1 && !names_one_of(crypto, &OLD_NAMES) {
        against(format!("does not declare SSH 1, which {place} offers"), "switch protocol 1 off");
    }
    let poor = |name: &&str| {
        let row = lists.cryptography.iter().find(|row| row.name == *name);
        row.is_some_and(|row| row.standing != Standing::Agreed) && !is_named(crypto, name)
    };
    let offered = seen.offer.as_ref().map(|offer| offer.algorithms()).unwrap_or_default();
    let poor: Vec<&str> = offered.into_iter().filter(poor).collect();
    if !poor.is_empty() {
        let words =
            format!("does not declare {}, which {place} offers and no catalogue agrees on", list(&poor));
        against(words, "switch them off, or declare them in `algorithms`");
    }
    let terrapin = seen.offer.as_ref().map(|offer| offer.terrapin()).unwrap_or_default();
    if !terrapin.is_empty() {
        let words =
            format!("offers {} at {place} without strict key exchange (CVE-2023-48795)", list(&terrapin));
        against(words, "update the SSH server to a release with strict key exchange");
    }
    if let Some(bits) = seen.groups.iter().filter_map(|g| g.given).filter(|bits| *bits < LEAST_BITS).min() {
        let words = format!("agrees on a group of {bits} bits at {place}");
        against(words, "give groups of 2048 bits and more only (RFC 8270)");
    }
    let short = seen.host_keys.iter().filter(|key| matches!(key.kind.as_str(), "ssh-rsa" | "ssh-dss"));
    for key in short.filter(|key| key.bits < LEAST_BITS) {
        let words = format!("shows at {place} an {} host key of {} bits", key.kind, key.bits);
        said.push(row.fails("crypto", words, "make a host key of 3072 bits, or one of another kind"));
    }
    said
}

/// What cannot be told of the port.
fn unclear(row: Row, crypto: &Crypto, place: &Place, seen: &SshPosture, lists: &Lists) -> Option<Said> {
    let Some(offer) = &seen.offer else {
        let words = format!("was not examined at {place}: the server named no algorithms");
        return Some(row.is_open("crypto", words, "look at it by hand"));
    };
    let is_known =
        |name: &&str| lists.cryptography.iter().any(|row| row.name == *name) || is_named(crypto, name);
    let unknown: Vec<&str> = offer.algorithms().into_iter().filter(|name| !is_known(name)).collect();
    if !unknown.is_empty() {
        let words =
            format!("offers {} at {place}, which the list of cryptography does not hold", list(&unknown));
        return Some(row.is_open("crypto", words, "declare them in `algorithms`, or switch them off"));
    }
    let beside = beside(offer, crypto);
    if !beside.is_empty() {
        let words = format!("offers {} at {place} beside what it declares of the same kind", list(&beside));
        return Some(row.is_open("crypto", words, "declare them in `algorithms`, or switch them off"));
    }
    if offer.kex.iter().any(|name| name.starts_with(GROUP_EXCHANGE))
        && !seen.groups.iter().any(|group| group.asked == SMALL_GROUP)
    {
        let words =
            format!("was not examined in full at {place}: the server was not asked for a small group");
        return Some(row.is_open("crypto", words, "assess again, or look at its groups by hand"));
    }
    let is_rsa =
        |name: &String| matches!(name.as_str(), "ssh-rsa" | "rsa-sha2-256" | "rsa-sha2-512" | "ssh-dss");
    seen.keys_unseen.iter().any(is_rsa).then(|| {
        let words = format!(
            "was not examined in full at {place}: the server did not show its {} key",
            list(&seen.keys_unseen)
        );
        row.is_open("crypto", words, "look at the length of the key by hand")
    })
}

/// A key or group of a size that all catalogues give up before the product's end, or may where that end is not declared. It
/// holds today, and an update may end it.
fn outlived(row: Row, crypto: &Crypto, place: &Place, seen: &SshPosture, scene: &Scene) -> Option<Said> {
    let (lists, horizon) = (scene.lists, horizon(scene));
    let is_declared =
        |size: &Primitive| crypto.algorithms.iter().any(|a| lists.agreed.named(a).contains(&size));
    let (what, ends) = sizes(seen).into_iter().find_map(|(what, part, bits)| {
        let size = lists.agreed.size(part, bits).filter(|size| !is_declared(size))?;
        let before = ends_before(size, lists, horizon);
        let until = || horizon.map(|h| h.words()).unwrap_or_default();
        let ends = before.map(|ends| format!("{ends}, and {}", until()));
        Some((what, ends.or_else(|| Some(format!("{}, and {UNSAID}", may_end(size, scene)?)))?))
    })?;
    let words = format!("uses {what} at {place}, but {ends}");
    Some(row.is_open("crypto", words, "use 3072 bits and more, or plan to by an update"))
}

/// The sizes of RSA keys and of groups that an SSH port uses.
fn sizes(seen: &SshPosture) -> Vec<(String, Part, u32)> {
    let keys = seen.host_keys.iter().filter(|key| key.kind == "ssh-rsa");
    let keys = keys.map(|key| (format!("an RSA host key of {} bits", key.bits), Part::RsaKey, key.bits));
    let given = seen.groups.iter().filter_map(|group| group.given);
    let given = given.map(|bits| (format!("a group of {bits} bits"), Part::DhKey, bits));
    let fixed = seen.offer.iter().flat_map(|offer| &offer.kex).filter(|name| name.starts_with(GROUP_2048));
    keys.chain(given).chain(fixed.map(|name| (name.clone(), Part::DhKey, 2048))).collect()
}

/// What is offered and not declared, of the kinds of which anything is declared.
fn beside<'a>(offer: &'a SshOffer, crypto: &Crypto) -> Vec<&'a str> {
    let kinds = [
        vec![&offer.kex],
        vec![&offer.host_keys],
        vec![&offer.ciphers_in, &offer.ciphers_out],
        vec![&offer.macs_in, &offer.macs_out],
    ];
    let mut beside: Vec<&str> = Vec::new();
    for kind in kinds {
        let (named, other): (Vec<&String>, Vec<&String>) =
            kind.into_iter().flatten().partition(|name| is_named(crypto, name));
        let other = other.into_iter().map(String::as_str).filter(|_| !named.is_empty());
        other.for_each(|name| {
            if !beside.contains(&name) {
                beside.push(name)
            }
        });
    }
    beside
}

fn is_named(crypto: &Crypto, name: &str) -> bool {
    crypto.algorithms.iter().any(|declared| is_same_name(declared, name))
}

#[cfg(test)]
mod tests {
    use assize_model::fact::{Fact, Login, Protocol, SshGroup, SshPosture};

    use crate::auth::cryptography_as_declared::CHECK;
    use crate::stage::{at_cloud, check, login, looked, ssh, web};

    const DECLARED: &str = "1-AuthMech = [{ id = 'A', reached_at = ['tcp/22'], crypto = { protocols = ['SSH 2'] } }]\n\
         2-UserInfo = { support_period = { until = '2029-12-31' } }";

    fn with(change: impl Fn(&mut SshPosture)) -> Vec<Fact> {
        let mut facts = ssh(22, &["curve25519-sha256"], 3072);
        for fact in &mut facts {
            if let Fact::SshPosture(posture) = fact {
                change(posture);
            }
        }
        facts
    }

    #[test]
    fn flawed() {
        let cases = [
            ssh(22, &["diffie-hellman-group1-sha1"], 3072),
            ssh(22, &["curve25519-sha256"], 1024),
            with(|posture| posture.protocol_1 = true),
            with(|posture| posture.groups = vec![SshGroup { asked: 1024, given: Some(1024) }]),
            with(|posture| {
                let offer = posture.offer.as_mut().unwrap();
                offer.strict_kex = false;
                offer.ciphers_in = vec!["chacha20-poly1305@openssh.com".into()];
            }),
            web(22, false),
        ];
        for facts in cases {
            check(&CHECK, DECLARED, &looked(&[facts]), "A FAIL");
        }
    }

    #[test]
    fn sizes_that_end_before_the_product_are_left_open() {
        let longer = DECLARED.replace("2029", "2032");
        let unsaid = DECLARED.replace("until = '2029-12-31'", "words = 'long'");
        let cases = [
            ssh(22, &["curve25519-sha256"], 2048),
            ssh(22, &["diffie-hellman-group14-sha256"], 3072),
            with(|posture| posture.groups = vec![SshGroup { asked: 2048, given: Some(2048) }]),
        ];
        for facts in cases {
            check(&CHECK, DECLARED, &looked(std::slice::from_ref(&facts)), "A PASS");
            check(&CHECK, &longer, &looked(std::slice::from_ref(&facts)), "A INCONCLUSIVE");
            check(&CHECK, &unsaid, &looked(&[facts]), "A INCONCLUSIVE");
        }
        check(&CHECK, &longer, &looked(&[ssh(22, &["curve25519-sha256"], 3072)]), "A PASS");
    }

    #[test]
    fn what_a_host_takes_for_others() {
        let at_host = DECLARED.replace("tcp/22", "cloud:tcp/22")
            + "\nproduct = { host = [{ name = 'cloud', address = '192.0.2.2' }] }";
        let cases = [
            (ssh(22, &["diffie-hellman-group1-sha1"], 3072), "A INCONCLUSIVE"),
            (with(|posture| posture.protocol_1 = true), "A INCONCLUSIVE"),
            (ssh(22, &["curve25519-sha256"], 1024), "A FAIL"),
            (ssh(22, &["curve25519-sha256"], 3072), "A PASS"),
        ];
        for (facts, expect) in cases {
            check(&CHECK, &at_host, &looked(&[at_cloud(facts)]), expect);
        }
    }

    #[test]
    fn every_look_counts() {
        let looks = [ssh(22, &["curve25519-sha256"], 3072), ssh(22, &["curve25519-sha256"], 1024)];
        check(&CHECK, DECLARED, &looked(&looks), "A FAIL");
    }

    #[test]
    fn conformant() {
        check(&CHECK, DECLARED, &looked(&[ssh(22, &["curve25519-sha256", "aes128-ctr"], 3072)]), "A PASS");
        let declared = DECLARED.replace("['SSH 2']", "['SSH 2'], algorithms = ['hmac-sha1']");
        check(&CHECK, &declared, &looked(&[ssh(22, &["hmac-sha1"], 2048)]), "A PASS");
    }

    #[test]
    fn what_stands_beside_the_declared_of_its_kind_is_left_open() {
        let declared = DECLARED.replace("['SSH 2']", "['SSH 2'], algorithms = ['curve25519-sha256']");
        let seen = |kex: &[&str]| looked(&[ssh(22, kex, 3072)]);
        check(&CHECK, &declared, &seen(&["curve25519-sha256"]), "A PASS");
        check(&CHECK, &declared, &seen(&["curve25519-sha256", "ecdh-sha2-nistp256"]), "A INCONCLUSIVE");
        let ciphers = |posture: &mut SshPosture| {
            posture.offer.as_mut().unwrap().ciphers_in = vec!["aes128-ctr".into(), "aes256-ctr".into()];
        };
        check(&CHECK, &declared, &looked(&[with(ciphers)]), "A PASS");
        let declared = declared.replace("-sha256'", "-sha256', 'aes128-ctr'");
        check(&CHECK, &declared, &looked(&[with(ciphers)]), "A INCONCLUSIVE");
    }

    #[test]
    fn never_looked() {
        check(&CHECK, DECLARED, &looked(&[login(22, Protocol::Ssh, Login::Ssh)]), "A INCONCLUSIVE");
        check(&CHECK, DECLARED, &looked(&[ssh(22, &["own@example"], 3072)]), "A INCONCLUSIVE");
        check(&CHECK, DECLARED, &looked(&[with(|posture| posture.offer = None)]), "A INCONCLUSIVE");
        let unasked = |groups: &[SshGroup]| {
            let mut facts = ssh(22, &["diffie-hellman-group-exchange-sha256"], 3072);
            if let Some(Fact::SshPosture(posture)) = facts.last_mut() {
                posture.groups = groups.to_vec();
            }
            looked(&[facts])
        };
        let usual = SshGroup { asked: 2048, given: Some(2048) };
        check(&CHECK, DECLARED, &unasked(&[usual]), "A INCONCLUSIVE");
        check(&CHECK, DECLARED, &unasked(&[SshGroup { asked: 1024, given: None }, usual]), "A PASS");
        let hidden = with(|posture| posture.keys_unseen = vec!["ssh-rsa".into()]);
        check(&CHECK, DECLARED, &looked(&[hidden]), "A INCONCLUSIVE");
    }
}
