//! The tree against the well-known eight-leaf vectors of certificate-transparency and against the definition in RFC 6962.
#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use assize_evidence::merkle::{
    Frontier, consistency_path, included_root, inclusion_path, is_consistent, leaf_hash, root,
};
use assize_evidence::{ConsistencyProof, Digest};

const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const A: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const B: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const C: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
const D: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const E: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const F: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";

/// Leaf from 0, size, path.
const INCLUSION: [(usize, usize, &[&str]); 5] = [
    (0, 1, &[]),
    (0, 8, &[A, B, C]),
    (5, 8, &[D, E, ROOTS[3]]),
    (2, 3, &[ROOTS[1]]),
    (1, 5, &[ROOTS[0], B, D]),
];

/// Old size, new size, path.
const CONSISTENCY: [(usize, usize, &[&str]); 4] =
    [(1, 1, &[]), (1, 8, &[A, B, C]), (6, 8, &[F, E, ROOTS[3]]), (2, 5, &[B, D])];

fn leaves() -> Vec<Digest> {
    LEAVES.iter().map(|leaf| leaf_hash(&hex::decode(leaf).unwrap())).collect()
}

fn digests(path: &[&str]) -> Vec<Digest> {
    path.iter().map(|hash| hash.parse().unwrap()).collect()
}

/// MTH as section 2.1 of RFC 6962 defines it, written without this crate's code.
fn defined_root(leaves: &[Vec<u8>]) -> Digest {
    let bytes = match leaves {
        [] => Sha256::digest(b""),
        [leaf] => Sha256::digest([&[0], leaf.as_slice()].concat()),
        _ => {
            let mut k = 1;
            while k * 2 < leaves.len() {
                k *= 2;
            }
            let (left, right) = (defined_root(&leaves[..k]), defined_root(&leaves[k..]));
            Sha256::digest([&[1], left.as_bytes().as_slice(), right.as_bytes()].concat())
        }
    };
    Digest::from_bytes(bytes.into())
}

#[test]
fn known_roots() {
    let mut frontier = Frontier::default();
    assert_eq!(frontier.root(), Digest::of(b""));
    for (index, leaf) in leaves().into_iter().enumerate() {
        frontier.push(leaf);
        assert_eq!(frontier.root().to_string(), ROOTS[index]);
        assert_eq!(root(&leaves()[..=index]).to_string(), ROOTS[index]);
    }
}

#[test]
fn known_inclusion_paths() {
    for (index, size, path) in INCLUSION {
        let leaves = &leaves()[..size];
        assert_eq!(inclusion_path(leaves, index).unwrap(), digests(path), "{index} in {size}");
        let found = included_root(&leaves[index], index as u64, size as u64, &digests(path));
        assert_eq!(found.unwrap().to_string(), ROOTS[size - 1]);
    }
}

#[test]
fn known_consistency_paths() {
    for (old, new, path) in CONSISTENCY {
        assert_eq!(consistency_path(&leaves()[..new], old).unwrap(), digests(path), "{old} to {new}");
        let proof = ConsistencyProof { old: old as u64, new: new as u64, path: digests(path) };
        let (old_root, new_root) = (ROOTS[old - 1].parse().unwrap(), ROOTS[new - 1].parse().unwrap());
        assert!(proof.verify(&old_root, &new_root).is_ok());
        assert!(old == new || proof.verify(&new_root, &old_root).is_err());
    }
}

#[test]
fn paths_beyond_the_tree_are_not_made() {
    assert_eq!(inclusion_path(&leaves(), 8), None);
    assert_eq!(consistency_path(&leaves(), 9), None);
    assert_eq!(consistency_path(&leaves(), 0), None);
    assert_eq!(included_root(&Digest::ZERO, 0, 0, &[]), None);
    assert!(!is_consistent((0, &Digest::ZERO), (0, &Digest::ZERO), &[]));
    assert!(!is_consistent((3, &Digest::ZERO), (u64::MAX, &Digest::ZERO), &[]));
    assert!(!is_consistent((3, &Digest::ZERO), (u64::MAX, &Digest::ZERO), &[Digest::ZERO; 200]));
    assert_eq!(included_root(&Digest::ZERO, u64::MAX - 1, u64::MAX, &[Digest::ZERO; 200]), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_path_holds_and_no_other_does(size in 1usize..70, a in any::<usize>(), b in any::<usize>()) {
        let raw: Vec<Vec<u8>> = (0..size).map(|leaf| leaf.to_be_bytes().to_vec()).collect();
        let leaves: Vec<Digest> = raw.iter().map(|leaf| leaf_hash(leaf)).collect();
        let (index, old) = (a % size, b % size + 1);
        let new_root = defined_root(&raw);
        prop_assert_eq!(root(&leaves), new_root);

        let path = inclusion_path(&leaves, index).unwrap();
        let found = |leaf: usize, index: usize, path: &[Digest]| {
            included_root(&leaves[leaf], index as u64, size as u64, path) == Some(new_root)
        };
        prop_assert!(found(index, index, &path));
        prop_assert!(size == 1 || !found((index + 1) % size, index, &path));
        prop_assert!(size == 1 || !found(index, (index + 1) % size, &path));
        prop_assert!(!found(index, index, &[path.clone(), vec![Digest::ZERO]].concat()));

        let path = consistency_path(&leaves, old).unwrap();
        let old_root = defined_root(&raw[..old]);
        let holds = |old: u64, old_root: &Digest, path: &[Digest]| {
            is_consistent((old, old_root), (size as u64, &new_root), path)
        };
        prop_assert!(holds(old as u64, &old_root, &path));
        prop_assert!(!holds(old as u64, &Digest::ZERO, &path));
        prop_assert!(!holds(old as u64, &old_root, &[path.clone(), vec![Digest::ZERO]].concat()));
        prop_assert!(path.is_empty() || !holds(old as u64, &old_root, &path[1..]));
    }
}
