//! The Merkle tree of RFC 6962: leaf and node hashes, a frontier that grows, a tree that is kept.

use kernel::Digest;
use sha2::{Digest as _, Sha256};

/// Why a tree or a proof is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TreeError {
    /// The leaf lies beyond the tree.
    #[error("entry {index} is not in a tree of {size} entries")]
    Beyond {
        /// Position asked for.
        index: u64,
        /// Entries in the tree.
        size: u64,
    },
    /// A tree cannot shrink.
    #[error("a tree of {size} entries does not extend one of {old}")]
    Shrunk {
        /// Entries in the earlier tree.
        old: u64,
        /// Entries in the later tree.
        size: u64,
    },
    /// A hash that the proof needs is not at hand.
    #[error("the hash of node {index} at level {level} is missing")]
    Missing {
        /// Level above the leaves.
        level: u8,
        /// Index within the level.
        index: u64,
    },
    /// The proof has too many or too few hashes.
    #[error("a proof of {given} hashes does not fit trees of this size")]
    ProofLength {
        /// Hashes given.
        given: usize,
    },
    /// The proof leads to another root.
    #[error("the proof leads to the root {computed} and not to {stated}")]
    Root {
        /// Root the proof leads to.
        computed: Digest,
        /// Root it should lead to.
        stated: Digest,
    },
}

/// The hash of a leaf: SHA-256 of 0x00 and the entry (RFC 6962 section 2.1).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

/// The hash of an inner node: SHA-256 of 0x01, left and right (RFC 6962 section 2.1).
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let hash = Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0);
    Digest(hash.finalize().into())
}

/// The root of the tree without entries: SHA-256 of nothing (RFC 6962 section 2.1).
#[must_use]
pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// The right edge of a tree: enough to append and to know the root, in O(log n) room.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Frontier {
    size: u64,
    /// Roots of the complete subtrees, largest first: one for each 1 bit of `size`.
    peaks: Vec<Digest>,
}

impl Frontier {
    /// Appends a leaf hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }
    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
    /// The root (RFC 6962 section 2.1): the peaks folded from the smallest up.
    #[must_use]
    pub fn root(&self) -> Digest {
        fold_peaks(self.peaks.iter().copied())
    }
}

impl FromIterator<Digest> for Frontier {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut frontier = Self::default();
        leaves.into_iter().for_each(|leaf| frontier.push(leaf));
        frontier
    }
}

fn fold_peaks(peaks: impl DoubleEndedIterator<Item = Digest>) -> Digest {
    peaks.rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}

/// Where the hashes of complete subtrees come from: a kept tree, leaf hashes, or tiles.
pub trait Nodes {
    /// The hash over the leaves `index << level` up to but not including `(index + 1) << level`.
    ///
    /// # Errors
    /// When it is not at hand.
    fn node(&self, level: u8, index: u64) -> Result<Digest, TreeError>;
}

/// The root over the leaves from `start` to `end`, where `start` is a multiple of the largest
/// power of two that fits (as every subtree of RFC 6962 is).
pub(crate) fn range_root(nodes: &dyn Nodes, start: u64, end: u64) -> Result<Digest, TreeError> {
    let mut peaks = Vec::new();
    let mut at = start;
    while at < end {
        let level = (end - at).ilog2() as u8;
        peaks.push(nodes.node(level, at >> level)?);
        at += 1 << level;
    }
    Ok(fold_peaks(peaks.into_iter()))
}

/// The root of the first `size` leaves.
///
/// # Errors
/// When a hash is not at hand.
pub fn root_at(nodes: &dyn Nodes, size: u64) -> Result<Digest, TreeError> {
    range_root(nodes, 0, size)
}

/// Leaf hashes as they are stored; each inner hash is computed when asked for.
#[derive(Clone, Copy, Debug)]
pub struct Leaves<'a>(pub &'a [Digest]);

impl Nodes for Leaves<'_> {
    fn node(&self, level: u8, index: u64) -> Result<Digest, TreeError> {
        let missing = TreeError::Missing { level, index };
        let width = 1_u64.checked_shl(level.into()).ok_or(missing)?;
        let start = index.checked_mul(width).ok_or(missing)?;
        let end = start.checked_add(width).ok_or(missing)?;
        let (start, end) =
            usize::try_from(start).ok().zip(usize::try_from(end).ok()).ok_or(missing)?;
        let leaves = self.0.get(start..end).ok_or(missing)?;
        Ok(leaves.iter().copied().collect::<Frontier>().root())
    }
}

/// A whole tree in memory, every complete subtree's hash kept: 64 bytes an entry, and any proof at
/// any size in O(log n).
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Tree {
    /// `levels[0]` are the leaves; each level above has one hash for two complete ones below.
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    /// Appends a leaf hash.
    pub fn push(&mut self, leaf: Digest) {
        let mut node = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(nodes) = self.levels.get_mut(level) else { return };
            nodes.push(node);
            match nodes[..] {
                [.., left, right] if nodes.len() % 2 == 0 => node = node_hash(&left, &right),
                _ => return,
            }
        }
    }
    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }
    /// The root of the whole tree.
    #[must_use]
    pub fn root(&self) -> Digest {
        // One complete subtree stands at the end of each level with an odd number of nodes.
        let peaks = self.levels.iter().filter(|level| level.len() % 2 == 1);
        fold_peaks(peaks.rev().filter_map(|level| level.last()).copied())
    }
}

impl FromIterator<Digest> for Tree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut tree = Self::default();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }
}

impl Nodes for Tree {
    fn node(&self, level: u8, index: u64) -> Result<Digest, TreeError> {
        let nodes = self.levels.get(usize::from(level));
        let found = usize::try_from(index).ok().and_then(|index| nodes?.get(index));
        found.copied().ok_or(TreeError::Missing { level, index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MTH as RFC 6962 section 2.1 writes it, split by split.
    fn by_definition(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node_hash(&by_definition(&leaves[..split]), &by_definition(&leaves[split..]))
            }
        }
    }

    #[test]
    fn every_way_to_the_root_is_the_definition() {
        let leaves: Vec<Digest> = (0..70_u8).map(|n| leaf_hash(&[n])).collect();
        let whole: Tree = leaves.iter().copied().collect();
        for size in 0..=leaves.len() {
            let expected = by_definition(&leaves[..size]);
            let first = leaves[..size].iter().copied();
            assert_eq!(first.clone().collect::<Frontier>().root(), expected);
            assert_eq!(first.collect::<Tree>().root(), expected);
            assert_eq!(root_at(&whole, size as u64), Ok(expected));
            assert_eq!(root_at(&Leaves(&leaves), size as u64), Ok(expected));
        }
    }

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        // The reference leaves and roots of google/certificate-transparency, merkle_tree_test.
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut frontier = Frontier::default();
        for (leaf, root) in leaves.iter().zip(roots) {
            frontier.push(leaf_hash(leaf));
            assert_eq!(frontier.root().to_string(), root);
        }
    }

    #[test]
    fn a_missing_hash_is_named() {
        let missing = root_at(&Leaves(&[]), 2);
        assert_eq!(missing, Err(TreeError::Missing { level: 1, index: 0 }));
    }
}
