//! Library half of the binary, so that xtask can reach its command definitions.
