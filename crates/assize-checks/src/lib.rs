//! Pure judgements from a declaration and recorded facts.
