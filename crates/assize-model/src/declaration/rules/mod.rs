//! Rules over a declaration that was read: what fits together and what is left out. Nothing here stops reading.

mod annex_b;
mod blanks;
mod claims;
mod driving;
mod entries;
mod identification;
mod loops;
mod proxies;
mod relays;
mod switches;
mod units;
mod when;

pub(super) use annex_b::{keys_of, properties_of};
#[cfg(test)]
pub(super) use when::KNOWN;

use super::Declaration;
use super::file::DeclarationFile;
use super::findings::Findings;
use super::walk::{Walked, subject};
use crate::catalogue::TestSpec;
use crate::diagnostic::Diagnostic;

/// What the rules look at. A file that could not be read stands as an empty one, and rules that need it are left out.
pub(super) struct Context<'a> {
    pub(super) spec: &'a TestSpec,
    pub(super) declaration: &'a Declaration,
    pub(super) product: Option<&'a Walked>,
    pub(super) ics: Option<&'a Walked>,
    pub(super) ixit: Option<&'a Walked>,
}

impl Context<'_> {
    /// The diagnostic with place and subject of a path.
    fn at(&self, file: DeclarationFile, path: &[&str], diagnostic: Diagnostic) -> Diagnostic {
        let diagnostic = diagnostic.at(self.declaration.places.of(file.name(), path));
        match subject(file, path) {
            Some(subject) => diagnostic.about(subject),
            None => diagnostic,
        }
    }

    /// Whether a key is written, valid or not.
    fn is_written(&self, file: DeclarationFile, path: &[&str]) -> bool {
        self.declaration.places.has(file.name(), path)
    }
}

/// Runs all rules; each adds to the findings of the file it points at.
pub(super) fn run(context: &Context<'_>, [product, ics, ixit]: [&mut Findings; 3]) {
    if context.product.is_some() {
        identification::check(context, product);
        driving::check(context, product);
        relays::check(context, product);
        proxies::check(context, product);
        units::check(context, product);
        switches::check(context, product);
    }
    if context.ics.is_some() {
        claims::check(context, ics);
    }
    if let Some(walked) = context.ixit {
        entries::check(context, walked, ixit);
        loops::check(context, ixit);
        units::shown_keys(context, ixit);
        blanks::check(context, &walked.valid, ixit);
        if context.ics.is_some() {
            annex_b::check(context, &walked.valid, ixit);
        }
    }
}

fn is_blank(text: Option<&String>) -> bool {
    text.is_none_or(|t| t.trim().is_empty())
}
