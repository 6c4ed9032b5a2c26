//! Addresses as a browser sends them: an answer comes, of bounded length, and nothing of the address becomes markup.
#![no_main]

use std::sync::OnceLock;

use assize_model::catalogue::Catalogue;
use assize_server::Explorer;
use libfuzzer_sys::fuzz_target;

const FRAMEWORK: &str = "id = \"a@1\"\ntitle = \"T\"\npublisher = \"P\"\ndate = \"2020\"\nlicence = \"L\"\n\
    [[requirement]]\nid = \"1/2 ä\"\nwords = \"asks\"\nsource = \"s\"\nconfidence = \"high\"\n";

fuzz_target!(|address: &str| {
    static EXPLORER: OnceLock<Explorer> = OnceLock::new();
    let explorer = EXPLORER.get_or_init(|| {
        let catalogue = Catalogue::read(&[("frameworks/a/1.toml", FRAMEWORK)]).expect("it is sound");
        Explorer::new(Box::leak(Box::new(catalogue)), None)
    });
    let answer = explorer.answer(address);
    assert!((200..=414).contains(&answer.status), "{}", answer.status);
    assert!(answer.body.len() < 1 << 20);
    if let Some(place) = answer.location {
        assert!(place.starts_with('/') && !place.starts_with("//"), "{place}");
    }
});
