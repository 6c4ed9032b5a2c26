//! The atlas: how the documents of the catalogue fit together.

/// The thirteen topics of the UK Code of Practice, and data protection, which the European standard adds.
pub const TOPICS: [&str; 14] = [
    "Passwords",
    "Vulnerability reports",
    "Software updates",
    "Secrets and keys",
    "Secure communication",
    "Attack surface",
    "Software integrity",
    "Personal data",
    "Resilience",
    "Telemetry",
    "Deletion of data",
    "Ease of use",
    "Input validation",
    "Data protection",
];
