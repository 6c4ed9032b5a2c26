//! The field's words as types, and the pure rules over them. No I/O, clock, randomness or async.

pub mod assessment;
pub mod atlas;
pub mod catalogue;
pub mod declaration;
pub mod diagnostic;
pub mod fact;
mod fact_words;
pub mod judgement;
pub mod plan;
pub mod scene;
pub mod verdict;
