use ct_merkle::mem_backed_tree::MemoryBackedTree;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::tree::TreeError;
use mingjing_ledger::tree::frontier::Frontier;
use mingjing_ledger::tree::proof::ProofPlan;
use mingjing_ledger::tree::tile::{TILE_WIDTH, TileId, TileNeed, entries_path};
use mingjing_ledger::tree::verify;
use proptest::prelude::*;
use sm3::Sm3;

use crate::support::Log;

const SM: Suite = Suite::Sm;

fn data(index: u64) -> Vec<u8> {
    index.to_be_bytes().to_vec()
}

fn leaf(index: u64) -> Digest {
    SM.leaf_hash(&data(index))
}

fn leaves(from: u64, to: u64) -> Vec<Digest> {
    (from..to).map(leaf).collect()
}

fn log_of(size: u64) -> Log {
    let mut log = Log::new(SM);
    log.grow(&leaves(0, size));
    log
}

fn reference(size: u64) -> MemoryBackedTree<Sm3, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    (0..size).for_each(|index| tree.push(data(index)));
    tree
}

fn bytes(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// Sizes around the powers of two and the widths of tiles, where trees go wrong, and one of three levels of tiles.
const SIZES: [u64; 11] = [1, 2, 3, 7, 8, 255, 256, 257, 513, 1000, 65_537];

#[test]
fn roots_and_proofs_are_those_of_the_reference_tree_at_awkward_sizes() {
    for size in SIZES {
        let (log, tree) = (log_of(size), reference(size));
        let root = log.frontier.root(SM);
        assert_eq!(
            &root.as_bytes()[..],
            &tree.root().as_bytes()[..],
            "root of {size}"
        );
        assert_eq!(log.compute(&ProofPlan::root(size).unwrap()), [root]);
        for index in [0, size / 3, size / 2, size - 1] {
            let proof = log.compute(&ProofPlan::inclusion(index, size).unwrap());
            let expected = tree.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(bytes(&proof), expected.as_bytes(), "{index} in {size}");
            verify::inclusion(SM, &leaf(index), (index, size), &proof, &root).unwrap();
        }
        for old in [1, size / 2, size - 1]
            .into_iter()
            .filter(|old| *old > 0 && *old < size)
        {
            let proof = log.compute(&ProofPlan::consistency(old, size).unwrap());
            let expected = tree.prove_consistency(usize::try_from(size - old).unwrap());
            assert_eq!(bytes(&proof), expected.as_bytes(), "{old} to {size}");
            let old_root = log_of(old).frontier.root(SM);
            verify::consistency(SM, (old, &old_root), (size, &root), &proof).unwrap();
        }
    }
}

#[test]
fn every_pair_of_small_trees_is_consistent_and_every_leaf_included() {
    let roots: Vec<Digest> = (0..=40)
        .map(|size| log_of(size).frontier.root(SM))
        .collect();
    let root = |size: u64| &roots[usize::try_from(size).unwrap()];
    for new in 0..=40 {
        let log = log_of(new);
        for old in 0..=new {
            let proof = log.compute(&ProofPlan::consistency(old, new).unwrap());
            verify::consistency(SM, (old, root(old)), (new, root(new)), &proof).unwrap();
        }
        for index in 0..new {
            let proof = log.compute(&ProofPlan::inclusion(index, new).unwrap());
            verify::inclusion(SM, &leaf(index), (index, new), &proof, root(new)).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_way_a_log_was_batched_does_not_matter(cuts in prop::collection::vec(1_u64..400, 1..8)) {
        let size = cuts.iter().sum();
        let mut log = Log::new(SM);
        let mut at = 0;
        for cut in cuts {
            log.grow(&leaves(at, at + cut));
            // What the store does between two batches.
            log.frontier = Frontier::from_bytes(&log.frontier.to_bytes()).unwrap();
            at += cut;
        }
        let whole = log_of(size);
        prop_assert_eq!(log.frontier, whole.frontier);
        prop_assert_eq!(log.tiles, whole.tiles);
    }

    #[test]
    fn proofs_at_any_size_are_those_of_the_reference_tree(new in 1_u64..1500, old in any::<prop::sample::Index>(), index in any::<prop::sample::Index>()) {
        let (log, tree) = (log_of(new), reference(new));
        let count = usize::try_from(new).unwrap();
        let index = index.index(count);
        let proof = log.compute(&ProofPlan::inclusion(index as u64, new).unwrap());
        let expected = tree.prove_inclusion(index);
        prop_assert_eq!(bytes(&proof), expected.as_bytes());
        let old = old.index(count);
        if old > 0 {
            let proof = log.compute(&ProofPlan::consistency(old as u64, new).unwrap());
            let expected = tree.prove_consistency(count - old);
            prop_assert_eq!(bytes(&proof), expected.as_bytes());
        }
    }

    #[test]
    fn a_proof_with_one_bit_changed_proves_nothing(size in 2_u64..600, index in any::<prop::sample::Index>(), step in any::<prop::sample::Index>(), bit in 0_usize..256) {
        let log = log_of(size);
        let root = log.frontier.root(SM);
        let index = index.index(usize::try_from(size).unwrap()) as u64;
        let mut proof = log.compute(&ProofPlan::inclusion(index, size).unwrap());
        let step = step.index(proof.len());
        let mut hash = *proof[step].as_bytes();
        hash[bit / 8] ^= 1 << (bit % 8);
        proof[step] = Digest::new(hash);
        prop_assert!(verify::inclusion(SM, &leaf(index), (index, size), &proof, &root).is_err());
    }

    #[test]
    fn a_changed_past_is_not_consistent(old in 1_u64..300, more in 1_u64..300, changed in any::<prop::sample::Index>()) {
        let new = old + more;
        let before = log_of(old).frontier.root(SM);
        let changed = changed.index(usize::try_from(old).unwrap());
        let mut forged = leaves(0, new);
        forged[changed] = leaf(1_000_000);
        let mut log = Log::new(SM);
        log.grow(&forged);
        let proof = log.compute(&ProofPlan::consistency(old, new).unwrap());
        let after = log.frontier.root(SM);
        prop_assert!(verify::consistency(SM, (old, &before), (new, &after), &proof).is_err());
    }
}

#[test]
fn proofs_of_the_wrong_length_or_place_are_refused() {
    let log = log_of(21);
    let root = log.frontier.root(SM);
    let proof = log.compute(&ProofPlan::inclusion(5, 21).unwrap());
    let longer = [&proof[..], &[root]].concat();
    let check = |index, size, proof: &[Digest]| {
        verify::inclusion(SM, &leaf(5), (index, size), proof, &root)
    };
    assert_eq!(check(5, 21, &proof), Ok(()));
    assert!(check(6, 21, &proof).is_err());
    assert!(check(5, 33, &proof).is_err());
    assert!(check(5, 21, &longer).is_err());
    assert!(check(5, 21, &proof[1..]).is_err());
    assert!(check(21, 21, &proof).is_err());
    let old = log_of(13).frontier.root(SM);
    let proof = log.compute(&ProofPlan::consistency(13, 21).unwrap());
    let longer = [&proof[..], &[root]].concat();
    let check =
        |old_size, proof: &[Digest]| verify::consistency(SM, (old_size, &old), (21, &root), proof);
    assert_eq!(check(13, &proof), Ok(()));
    assert!(check(12, &proof).is_err());
    assert!(check(13, &longer).is_err());
    assert!(check(13, &proof[..proof.len() - 1]).is_err());
    assert!(check(13, &[]).is_err());
    assert!(check(22, &proof).is_err());
    assert!(check(21, &[]).is_err());
    assert!(check(0, &[]).is_err(), "the empty tree has its own root");
}

#[test]
fn a_proof_asks_for_few_tiles_and_only_as_wide_as_needed() {
    let needs = ProofPlan::inclusion(70_000, 70_001).unwrap().tiles();
    let tile = |level, index, width| TileNeed {
        tile: TileId { level, index },
        width,
    };
    // The path: leaves of its own tile, then whole tiles beside it, then the whole first 65,536 leaves.
    assert_eq!(needs, [tile(0, 273, 112), tile(1, 1, 17), tile(2, 0, 1)]);
}

#[test]
fn short_tiles_gaps_and_torn_frontiers_are_refused() {
    let log = log_of(300);
    let plan = ProofPlan::inclusion(299, 300).unwrap();
    let short = plan.compute(SM, |need| {
        let tile = &log.tiles[&need.tile];
        Ok::<_, TreeError>(tile[..tile.len() - Digest::LEN].to_vec())
    });
    assert!(
        matches!(short, Err(TreeError::ShortTile { .. })),
        "{short:?}"
    );
    let growth = log.frontier.append(SM, &[leaf(300)]).unwrap().growth;
    assert!(matches!(
        growth[0].apply(&[]),
        Err(TreeError::GrowthGap { .. })
    ));
    let bytes = log.frontier.to_bytes();
    assert!(Frontier::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    assert!(Frontier::from_bytes(&bytes[..bytes.len() - 32]).is_err());
    assert!(Frontier::from_bytes(&[]).is_err());
    assert!(Frontier::from_bytes(&u64::MAX.to_be_bytes()).is_err());
}

#[test]
fn questions_outside_the_tree_are_refused() {
    assert!(matches!(
        ProofPlan::inclusion(5, 5),
        Err(TreeError::NoSuchLeaf { .. })
    ));
    assert!(matches!(
        ProofPlan::consistency(6, 5),
        Err(TreeError::Shrunk { .. })
    ));
    assert!(matches!(
        ProofPlan::inclusion(0, u64::MAX),
        Err(TreeError::TooLarge { .. })
    ));
    assert!(ProofPlan::root(0).is_err());
}

#[test]
fn paths_are_those_of_the_tile_layout() {
    let path = |level, index, width| TileId { level, index }.path(width);
    assert_eq!(path(0, 0, TILE_WIDTH), "tile/0/000");
    assert_eq!(path(1, 999, 5), "tile/1/999.p/5");
    assert_eq!(path(2, 1000, TILE_WIDTH), "tile/2/x001/000");
    assert_eq!(path(0, 1_234_067, TILE_WIDTH), "tile/0/x001/x234/067");
    assert_eq!(entries_path(1_234_067, 1), "tile/entries/x001/x234/067.p/1");
}
