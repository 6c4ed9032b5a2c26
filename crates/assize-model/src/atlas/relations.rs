//! The algebra of relations: what is known of two requirements, and what follows when two such facts are joined
//! (`docs/adr/0011-relation-algebra.md`).
//!
//! A requirement is the set of outcomes it asks for, and asks for at least one. Two such sets stand in exactly one of
//! five base relations. What is known is the set of base relations that are still possible; the fewer, the more is
//! known. Joining follows the composition table of the region connection calculus RCC5, which is exact for non-empty
//! sets, so nothing is lost and nothing is gained that the two facts do not say.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::catalogue::{Change, Relation};

/// What is known of how one requirement relates to another: the base relations that are still possible.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relations(u8);

impl Relations {
    /// Both ask for the same.
    pub const EQUAL: Self = Self(1);
    /// The second asks for all of the first and more.
    pub const INSIDE: Self = Self(2);
    /// The first asks for all of the second and more.
    pub const AROUND: Self = Self(4);
    /// They share something, and each has something of its own.
    pub const PARTLY: Self = Self(8);
    /// They share nothing.
    pub const APART: Self = Self(16);
    /// Nothing is known.
    pub const OPEN: Self = Self(31);
    /// The first holds all of the second, perhaps nothing more: a clause and its only requirement.
    pub const HOLDS: Self = Self(1 | 4);
    /// The second holds all of the first, perhaps nothing more.
    pub const HELD: Self = Self(1 | 2);
    /// They share something; what else is not known.
    pub const TOUCH: Self = Self(1 | 2 | 4 | 8);
    /// Contradiction: no base relation is possible.
    pub const NEVER: Self = Self(0);

    /// What a stated relation says. `related` says nothing about outcomes.
    pub fn of(relation: Relation) -> Self {
        match relation {
            Relation::Equal => Self::EQUAL,
            Relation::SubsetOf => Self::INSIDE,
            Relation::SupersetOf => Self::AROUND,
            Relation::Intersects => Self::PARTLY,
            Relation::Related => Self::OPEN,
            Relation::None => Self::APART,
        }
    }

    /// What a change between two editions says, read from the older to the newer. Words that do not tell whether
    /// something was lost on the way say only that the two share something.
    pub fn of_change(change: Change) -> Self {
        match change {
            Change::Carried | Change::Renumbered => Self::EQUAL,
            Change::Strengthened | Change::Widened => Self::HELD,
            Change::Narrowed | Change::Weakened => Self::HOLDS,
            Change::Changed | Change::Merged | Change::Promoted | Change::Reworded | Change::Split => {
                Self::TOUCH
            }
            Change::Demoted | Change::Dropped | Change::New | Change::NotPromoted => Self::OPEN,
        }
    }

    /// What follows for the first and the third, when this holds of the first and the second and `next` of the second
    /// and the third.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self(JOINED[self.0 as usize][next.0 as usize])
    }

    /// The bit for this among the 32 relations there are.
    pub(super) fn bit(self) -> u32 {
        1 << self.0
    }

    /// The bits for all relations that make this one needless: those that say at least as much, itself among them. A
    /// connection that somebody saw, where nothing is known, is needless only where something is known to be shared
    /// or not; that a path excludes a little tells a reader less.
    pub(super) fn covered_by(self) -> u32 {
        COVERED[self.0 as usize]
    }

    /// The same knowledge read from the second to the first.
    #[must_use]
    pub fn inverse(self) -> Self {
        let swapped = (self.0 & 2) << 1 | (self.0 & 4) >> 1;
        Self(self.0 & (1 | 8 | 16) | swapped)
    }

    /// What both say together; [`Self::NEVER`] when they contradict each other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether these base relations are all still possible.
    pub fn allows(self, base: Self) -> bool {
        self.0 & base.0 == base.0
    }

    /// Whether this says at least as much as `other`.
    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether nothing is known.
    pub fn is_open(self) -> bool {
        self == Self::OPEN
    }

    /// Whether the two contradict each other.
    pub fn contradicts(self, other: Self) -> bool {
        self.and(other) == Self::NEVER
    }

    /// Whether meeting the first is meeting the second: they are equal, or the first is the stronger.
    pub fn carries(self) -> bool {
        self != Self::NEVER && self.is_within(Self::HOLDS)
    }

    /// Whether failing the first is failing the second: they are equal, or the second is the stronger.
    pub fn carries_failure(self) -> bool {
        self != Self::NEVER && self.is_within(Self::HELD)
    }

    /// Whether the two are known to share something.
    pub fn touches(self) -> bool {
        self != Self::NEVER && self.is_within(Self::TOUCH)
    }

    /// The word for it. `overlaps` says that something is shared and leaves open what else; `open` says nothing.
    pub fn word(self) -> &'static str {
        match self {
            Self::NEVER => "contradiction",
            Self::EQUAL => "equal",
            Self::PARTLY => "intersects",
            Self::APART => "none",
            known if known.is_within(Self::HELD) => "subset-of",
            known if known.is_within(Self::HOLDS) => "superset-of",
            known if known.is_within(Self::TOUCH) => "overlaps",
            _ => "open",
        }
    }

    /// How much it is worth to a reader: equal, one-sided, shared, apart, nothing.
    pub fn rank(self) -> u8 {
        match self.word() {
            "equal" => 5,
            "subset-of" | "superset-of" => 4,
            "intersects" => 3,
            "overlaps" => 2,
            "none" => 1,
            _ => 0,
        }
    }

    /// The five base relations as bits, for the property tests.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// Knowledge from its bits; the upper three are left out.
    pub fn from_bits(bits: u8) -> Self {
        Self(bits & 31)
    }
}

/// Composition of base relations (RCC5): row first to second, column second to third; equal,
/// inside, around, partly, apart.
const TABLE: [[u8; 5]; 5] = {
    const EQ: u8 = 1;
    const IN: u8 = 2;
    const AR: u8 = 4;
    const PO: u8 = 8;
    const DR: u8 = 16;
    [
        [EQ, IN, AR, PO, DR],
        [IN, IN, EQ | IN | AR | PO | DR, IN | PO | DR, DR],
        [AR, EQ | IN | AR | PO, AR, AR | PO, AR | PO | DR],
        [PO, IN | PO, AR | PO | DR, EQ | IN | AR | PO | DR, AR | PO | DR],
        [DR, IN | PO | DR, DR, IN | PO | DR, EQ | IN | AR | PO | DR],
    ]
};

/// [`TABLE`] for sets of base relations: the union over their members, by bits.
const JOINED: [[u8; 32]; 32] = {
    let mut joined = [[0; 32]; 32];
    let mut cell = 0;
    while cell < 32 * 32 * 25 {
        let (first, second, row, column) = (cell / 800, cell / 25 % 32, cell / 5 % 5, cell % 5);
        if first >> row & 1 == 1 && second >> column & 1 == 1 {
            joined[first][second] |= TABLE[row][column];
        }
        cell += 1;
    }
    joined
};

/// For each set of base relations what covers it ([`Relations::covered_by`]), one bit for each.
const COVERED: [u32; 32] = {
    let mut covered = [0; 32];
    let mut cell = 0;
    while cell < 32 * 32 {
        let (whole, part) = (cell / 32, cell % 32);
        let leaves_open = part > Relations::APART.0 as usize && part != whole;
        if part & !whole == 0 && !(whole == Relations::OPEN.0 as usize && leaves_open) {
            covered[whole] |= 1 << part;
        }
        cell += 1;
    }
    covered
};

impl fmt::Display for Relations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Debug for Relations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:05b})", self.word(), self.0)
    }
}

impl Serialize for Relations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The base relation of two non-empty sets, given as bits.
    fn base(a: u8, b: u8) -> Relations {
        match (a & !b == 0, b & !a == 0, a & b == 0) {
            (true, true, _) => Relations::EQUAL,
            (true, false, _) => Relations::INSIDE,
            (false, true, _) => Relations::AROUND,
            (_, _, true) => Relations::APART,
            _ => Relations::PARTLY,
        }
    }

    fn all() -> impl Iterator<Item = Relations> {
        (0..32).map(Relations::from_bits)
    }

    #[test]
    fn the_table_is_what_sets_of_outcomes_do() {
        // Every triple of non-empty sets of up to four outcomes shows each cell of the table, and nothing beyond it.
        let mut seen = [[0; 5]; 5];
        for (a, b, c) in (1..16).flat_map(|a| (1..16).flat_map(move |b| (1..16).map(move |c| (a, b, c)))) {
            let (first, second, whole) = (base(a, b), base(b, c), base(a, c));
            assert!(first.then(second).allows(whole), "{first} then {second} misses {whole}");
            let row = first.bits().trailing_zeros() as usize;
            seen[row][second.bits().trailing_zeros() as usize] |= whole.bits();
        }
        assert_eq!(seen, TABLE);
    }

    #[test]
    fn joining_is_the_union_over_what_is_possible() {
        for (a, b) in all().flat_map(|a| all().map(move |b| (a, b))) {
            let cells = (0..5).flat_map(|row| (0..5).map(move |column| (row, column)));
            let possible = cells.filter(|(r, c)| a.bits() >> r & 1 == 1 && b.bits() >> c & 1 == 1);
            let union = possible.fold(0, |so_far, (r, c)| so_far | TABLE[r][c]);
            assert_eq!(a.then(b).bits(), union, "{a:?} {b:?}");
            let is_covered = b.is_within(a) && (!a.is_open() || b.is_open() || b.word() != "open");
            assert_eq!(a.covered_by() & b.bit() != 0, is_covered, "{a:?} {b:?}");
        }
    }

    #[test]
    fn the_catalogue_s_relations_join_to_thirteen() {
        // What bounds the labels of a search per item: a change here changes the cost of every search.
        let changes = [Relations::HOLDS, Relations::HELD, Relations::TOUCH];
        let mut known: Vec<Relations> = Relation::ALL.map(Relations::of).into_iter().chain(changes).collect();
        for (a, b) in all().flat_map(|_| all().flat_map(|a| all().map(move |b| (a, b)))) {
            if known.contains(&a) && known.contains(&b) && !known.contains(&a.then(b)) {
                known.push(a.then(b));
            }
        }
        assert_eq!(known.len(), 13, "{known:?}");
        assert!(!known.contains(&Relations::NEVER));
    }

    #[test]
    fn joining_is_associative() {
        for a in all() {
            for b in all() {
                for c in all() {
                    assert_eq!(a.then(b).then(c), a.then(b.then(c)), "{a:?} {b:?} {c:?}");
                }
            }
        }
    }

    #[test]
    fn joining_reads_the_same_backwards() {
        for a in all() {
            assert_eq!(a.inverse().inverse(), a);
            for b in all() {
                assert_eq!(a.then(b).inverse(), b.inverse().then(a.inverse()));
                assert_eq!(a.and(b).inverse(), a.inverse().and(b.inverse()));
            }
        }
    }

    #[test]
    fn joining_never_strengthens() {
        for a in all().filter(|a| *a != Relations::NEVER) {
            for b in all().filter(|b| *b != Relations::NEVER) {
                let joined = a.then(b);
                assert!(!joined.carries() || (a.carries() && b.carries()), "{a:?} then {b:?} carries");
                assert!(!joined.carries_failure() || (a.carries_failure() && b.carries_failure()));
                // Knowing less beforehand never means knowing more afterwards.
                assert!(all().filter(|x| a.is_within(*x)).all(|x| joined.is_within(x.then(b))));
            }
            assert_eq!(a.then(Relations::EQUAL), a);
            assert_eq!(Relations::EQUAL.then(a), a);
            assert!(a.then(Relations::OPEN).is_open());
        }
    }

    #[test]
    fn related_and_intersects_carry_nothing() {
        for relation in [Relation::Intersects, Relation::Related, Relation::None] {
            let known = Relations::of(relation);
            assert!(!known.carries() && !known.carries_failure(), "{relation}");
        }
        assert!(Relations::of(Relation::Equal).carries());
        assert!(Relations::of(Relation::SupersetOf).carries());
        assert!(!Relations::of(Relation::SubsetOf).carries());
        assert!(Relations::of(Relation::SubsetOf).carries_failure());
    }

    #[test]
    fn words_and_inverses_agree_with_the_stated_relations() {
        for relation in Relation::ALL.into_iter().filter(|r| *r != Relation::Related) {
            assert_eq!(Relations::of(relation).word(), relation.word());
            assert_eq!(Relations::of(relation.inverse()), Relations::of(relation).inverse());
        }
    }
}
