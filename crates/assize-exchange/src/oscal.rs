//! What the OSCAL importers and exporters agree on: the namespace, the relation words, the names of properties.

use assize_model::catalogue::Relation;

/// The namespace of properties and relations that OSCAL has no word for.
pub const NAMESPACE: &str = "https://assize.example/ns/oscal";

/// The version of OSCAL that is written.
pub(crate) const VERSION: &str = "1.2.1";

/// The property that names an edition; where it stands, the file is one of ours.
pub(crate) const EDITION: &str = "edition-id";

/// The property that holds the reason of a row which names no counterpart.
pub(crate) const ALONE: &str = "without-counterpart";

/// The word for a relation, and whether it is one of OSCAL's own.
pub(crate) fn relationship(relation: Relation) -> (&'static str, bool) {
    match relation {
        Relation::Equal => ("equivalent-to", true),
        Relation::SubsetOf => ("subset-of", true),
        Relation::SupersetOf => ("superset-of", true),
        Relation::Intersects => ("intersects-with", true),
        Relation::None => ("no-relationship", true),
        Relation::Related => ("related", false),
    }
}
