//! How to read the atlas: what the relations mean, who says so, and what carries.

use askama::Template;

use super::{Frame, Part, html};
use crate::Explorer;
use crate::answer::Answer;

#[derive(Template)]
#[template(path = "reading.html")]
struct Page {
    frame: Frame,
}

/// The page.
pub(crate) fn page(explorer: &Explorer) -> Answer {
    html(&Page { frame: Frame::new(explorer, Part::Other, "How to read this atlas") })
}
