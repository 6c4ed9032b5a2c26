//! The declaration: DUT identification, ICS and IXIT as types, and the reader that makes them from the supplier's
//! files. The reader lists every problem with file, line and remedy (TS 103 701 clause 4, Annexes A and B).

pub mod condition;
mod draft;
mod file;
mod findings;
mod formats;
pub mod ics;
pub mod ixit;
mod lines;
mod near;
mod places;
pub mod play;
pub mod product;
mod read;
pub mod relay;
mod rules;
pub mod scope;
mod skeleton;
pub mod switch;
#[cfg(test)]
mod tests;
mod tree;
mod walk;
mod wrong_type;

pub use draft::draft;
pub use file::{DeclarationFile, schema};
pub use places::Places;
pub use read::{Reading, Sources, read};
pub use skeleton::{Skeleton, skeleton};

/// A declaration: what the supplier says of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// `product.toml`.
    pub product: product::Product,
    /// `ics.toml`.
    pub ics: ics::Ics,
    /// `ixit.toml`.
    pub ixit: ixit::Ixit,
    /// Where each key stands in the files.
    pub places: Places,
}
