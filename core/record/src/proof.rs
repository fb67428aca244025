//! Proofs: that an entry is in a tree, and that a later tree only added to an earlier one.

use kernel::Digest;

use crate::tree::{Nodes, TreeError, empty_root, node_hash, range_root};

/// The largest power of two smaller than `size`, which is at least 2: where RFC 6962 splits.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The audit path of entry `index` in the tree of `size` entries (RFC 6962 section 2.1.1), from
/// the leaf's neighbour up.
///
/// # Errors
/// When the entry is beyond the tree or a hash is not at hand.
pub fn inclusion_proof(nodes: &dyn Nodes, index: u64, size: u64) -> Result<Vec<Digest>, TreeError> {
    if index >= size {
        return Err(TreeError::Beyond { index, size });
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range_root(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range_root(nodes, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Checks that `leaf` is entry `index` of the tree of `size` entries with `root` (RFC 9162
/// section 2.1.3.2, which states the check for the proofs of RFC 6962).
///
/// # Errors
/// When it is not shown.
pub fn check_inclusion(
    proof: &[Digest],
    leaf: &Digest,
    index: u64,
    size: u64,
    root: &Digest,
) -> Result<(), TreeError> {
    if index >= size {
        return Err(TreeError::Beyond { index, size });
    }
    let wrong_length = TreeError::ProofLength { given: proof.len() };
    let (mut fn_, mut sn) = (index, size - 1);
    let mut node = *leaf;
    for sibling in proof {
        if sn == 0 {
            return Err(wrong_length);
        }
        if fn_ & 1 == 1 || fn_ == sn {
            node = node_hash(sibling, &node);
            if fn_ & 1 == 0 {
                // The right edge: climb to where the node is a right child, or to the top.
                let climb = fn_.trailing_zeros();
                (fn_, sn) = (shift(fn_, climb), shift(sn, climb));
            }
        } else {
            node = node_hash(&node, sibling);
        }
        (fn_, sn) = (fn_ >> 1, sn >> 1);
    }
    if sn != 0 {
        return Err(wrong_length);
    }
    same_root(node, root)
}

/// The proof that the tree of `size` entries extends that of `old` (RFC 6962 section 2.1.2).
///
/// # Errors
/// When the later tree is smaller or a hash is not at hand.
pub fn consistency_proof(nodes: &dyn Nodes, old: u64, size: u64) -> Result<Vec<Digest>, TreeError> {
    if old > size {
        return Err(TreeError::Shrunk { old, size });
    }
    if old == 0 || old == size {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, size);
    let mut proof = Vec::new();
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            proof.push(range_root(nodes, middle, end)?);
            end = middle;
        } else {
            proof.push(range_root(nodes, start, middle)?);
            start = middle;
        }
    }
    // The verifier knows the old root, so it is sent only where it is not the whole old tree.
    if start > 0 {
        proof.push(range_root(nodes, start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the tree of `size` entries with `root` extends the one of `old` entries with
/// `old_root` (RFC 9162 section 2.1.4.2).
///
/// # Errors
/// When it is not shown.
pub fn check_consistency(
    proof: &[Digest],
    old: u64,
    old_root: &Digest,
    size: u64,
    root: &Digest,
) -> Result<(), TreeError> {
    let wrong_length = TreeError::ProofLength { given: proof.len() };
    if old > size {
        return Err(TreeError::Shrunk { old, size });
    }
    if old == 0 || old == size {
        if !proof.is_empty() {
            return Err(wrong_length);
        }
        return same_root(if old == 0 { empty_root() } else { *root }, old_root);
    }
    let whole_old = old.is_power_of_two();
    let mut hashes = whole_old.then_some(old_root).into_iter().chain(proof);
    let first = *hashes.next().ok_or(wrong_length)?;
    let climb = (old - 1).trailing_ones();
    let (mut fn_, mut sn) = (shift(old - 1, climb), shift(size - 1, climb));
    let (mut old_node, mut node) = (first, first);
    for sibling in hashes {
        if sn == 0 {
            return Err(wrong_length);
        }
        if fn_ & 1 == 1 || fn_ == sn {
            old_node = node_hash(sibling, &old_node);
            node = node_hash(sibling, &node);
            if fn_ & 1 == 0 {
                let climb = fn_.trailing_zeros();
                (fn_, sn) = (shift(fn_, climb), shift(sn, climb));
            }
        } else {
            node = node_hash(&node, sibling);
        }
        (fn_, sn) = (fn_ >> 1, sn >> 1);
    }
    if sn != 0 {
        return Err(wrong_length);
    }
    same_root(old_node, old_root)?;
    same_root(node, root)
}

/// A right shift that gives 0 where all 64 bits go (`trailing_zeros` of 0 is 64).
fn shift(value: u64, by: u32) -> u64 {
    value.checked_shr(by).unwrap_or(0)
}

fn same_root(computed: Digest, stated: &Digest) -> Result<(), TreeError> {
    if computed == *stated {
        return Ok(());
    }
    Err(TreeError::Root { computed, stated: *stated })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::{Leaves, Tree, leaf_hash, root_at};

    fn leaves(count: u64) -> Vec<Digest> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    #[test]
    fn every_proof_of_every_small_tree_holds() {
        let leaves = leaves(40);
        let tree: Tree = leaves.iter().copied().collect();
        for size in 1..=40 {
            let root = root_at(&tree, size).unwrap();
            for index in 0..size {
                let proof = inclusion_proof(&tree, index, size).unwrap();
                assert_eq!(inclusion_proof(&Leaves(&leaves), index, size).unwrap(), proof);
                let leaf = &leaves[index as usize];
                assert_eq!(check_inclusion(&proof, leaf, index, size, &root), Ok(()));
            }
            for old in 0..=size {
                let proof = consistency_proof(&tree, old, size).unwrap();
                let old_root = root_at(&tree, old).unwrap();
                assert_eq!(check_consistency(&proof, old, &old_root, size, &root), Ok(()));
            }
        }
    }

    #[test]
    fn impossible_proofs_are_refused() {
        let tree: Tree = leaves(3).into_iter().collect();
        assert_eq!(inclusion_proof(&tree, 3, 3), Err(TreeError::Beyond { index: 3, size: 3 }));
        assert_eq!(consistency_proof(&tree, 4, 3), Err(TreeError::Shrunk { old: 4, size: 3 }));
        let long = vec![tree.root(); 70];
        let refused = check_inclusion(&long, &tree.root(), 0, u64::MAX, &tree.root());
        assert_eq!(refused, Err(TreeError::ProofLength { given: 70 }));
        let refused = check_consistency(&long, 1, &tree.root(), u64::MAX, &tree.root());
        assert_eq!(refused, Err(TreeError::ProofLength { given: 70 }));
    }

    proptest! {
        #[test]
        fn a_tampered_inclusion_proof_never_holds(
            size in 1_u64..300, pick in any::<u64>(), which in any::<usize>(), bit in 0_u8..8,
            other in any::<u64>(),
        ) {
            let leaves = leaves(size);
            let (index, root) = (pick % size, root_at(&Leaves(&leaves), size).unwrap());
            let proof = inclusion_proof(&Leaves(&leaves), index, size).unwrap();
            let leaf = leaves[index as usize];
            let holds = |proof: &[Digest], leaf: &Digest, index| {
                check_inclusion(proof, leaf, index, size, &root).is_ok()
            };
            prop_assert!(holds(&proof, &leaf, index));
            let mut changed = proof.clone();
            if !changed.is_empty() {
                let which = which % changed.len();
                changed[which].0[(pick % 32) as usize] ^= 1 << bit;
                prop_assert!(!holds(&changed, &leaf, index));
                prop_assert!(!holds(&proof[1..], &leaf, index));
            }
            prop_assert!(!holds(&[&proof[..], &[leaf]].concat(), &leaf, index));
            prop_assert!(!holds(&proof, &leaf_hash(b"forged"), index));
            if other % size != index {
                prop_assert!(!holds(&proof, &leaf, other % size));
            }
        }

        #[test]
        fn a_tampered_consistency_proof_never_holds(
            size in 2_u64..300, pick in any::<u64>(), which in any::<usize>(), bit in 0_u8..8,
        ) {
            let leaves = leaves(size);
            let old = 1 + pick % (size - 1);
            let roots = [old, size].map(|size| root_at(&Leaves(&leaves), size).unwrap());
            let proof = consistency_proof(&Leaves(&leaves), old, size).unwrap();
            let holds = |proof: &[Digest], old, roots: [Digest; 2]| {
                check_consistency(proof, old, &roots[0], size, &roots[1]).is_ok()
            };
            prop_assert!(holds(&proof, old, roots));
            let mut changed = proof.clone();
            let which = which % changed.len();
            changed[which].0[(pick % 32) as usize] ^= 1 << bit;
            prop_assert!(!holds(&changed, old, roots));
            prop_assert!(!holds(&proof[1..], old, roots));
            prop_assert!(!holds(&[&proof[..], &roots[..1]].concat(), old, roots));
            prop_assert!(!holds(&proof, old, [leaf_hash(b"forged"), roots[1]]));
            prop_assert!(!holds(&proof, old, [roots[0], leaf_hash(b"forged")]));
        }

        #[test]
        fn a_cut_or_reordered_record_has_another_root(size in 2_u64..200, pick in any::<u64>()) {
            let leaves = leaves(size);
            let root = root_at(&Leaves(&leaves), size).unwrap();
            let at = (pick % (size - 1)) as usize;
            let mut cut = leaves.clone();
            cut.remove(at);
            prop_assert_ne!(root_at(&Leaves(&cut), size - 1).unwrap(), root);
            let mut swapped = leaves.clone();
            swapped.swap(at, at + 1);
            prop_assert_ne!(root_at(&Leaves(&swapped), size).unwrap(), root);
        }
    }
}
