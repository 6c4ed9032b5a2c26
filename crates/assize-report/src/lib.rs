//! Renders an assessment, one file per format.
