//! The style sheet, the script and the icon, embedded.

use std::sync::LazyLock;

use crate::answer::{Answer, Kind};

const STYLE: &str = include_str!("../templates/style.css");
const SCRIPT: &str = include_str!("../templates/comfort.js");
const ICON: &str = include_str!("../templates/icon.svg");

/// Changes whenever an asset does, so that browsers may keep each for good.
pub(crate) static VERSION: LazyLock<String> = LazyLock::new(|| {
    // FNV-1a: nothing rests on it but a fresh address.
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let all = [STYLE, SCRIPT, ICON].concat();
    format!("{:016x}", all.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, mix))
});

/// The asset with this name.
pub(crate) fn find(name: &str) -> Option<Answer> {
    match name {
        "style.css" => Some(Answer::of(Kind::Css, STYLE)),
        "comfort.js" => Some(Answer::of(Kind::Script, SCRIPT)),
        "icon.svg" => Some(Answer::of(Kind::Svg, ICON)),
        _ => None,
    }
}
