//! Importers, one file per format, and what several of them share.

pub(crate) mod cprt;
pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod oscal_catalog;
pub(crate) mod oscal_mapping;
pub(crate) mod table;
pub(crate) mod uk_mapping;
mod uk_sections;
pub(crate) mod words;
pub(crate) mod xlsx;
