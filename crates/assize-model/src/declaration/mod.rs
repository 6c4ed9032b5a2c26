//! The declaration: DUT identification, ICS and IXIT as types.

pub mod condition;
pub mod ics;
pub mod ixit;
pub mod product;
pub mod scope;

/// A declaration: what the supplier says of the product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// `product.toml`.
    pub product: product::Product,
    /// `ics.toml`.
    pub ics: ics::Ics,
    /// `ixit.toml`.
    pub ixit: ixit::Ixit,
}
