//! Tiles (C2SP tlog-tiles): the tree and its entries cut into files of 256 that never change.

use std::fmt;
use std::str::FromStr;

use kernel::Digest;

use crate::entry::MAX_ENTRY_BYTES;
use crate::tree::{Frontier, Nodes, TreeError};

/// Hashes or entries in a full tile (C2SP tlog-tiles, "Merkle tree": height 8).
pub const TILE_WIDTH: u64 = 256;

/// Highest tile level (C2SP tlog-tiles: `<L>` is 0 to 63).
const MAX_LEVEL: u8 = 63;

/// Why a tile is not accepted.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TileError {
    /// Not the path of a tile.
    #[error("`{0}` is not the path of a tile (C2SP tlog-tiles)")]
    Path(String),
    /// The bundle ends inside an entry, or bytes are left over.
    #[error("entry bundle: entry {entry} is cut short or {left} bytes are left over after it")]
    Bundle {
        /// Entry within the bundle, from 0.
        entry: usize,
        /// Bytes that do not fit.
        left: usize,
    },
    /// An entry that a bundle cannot hold.
    #[error("an entry of {0} bytes does not fit in a bundle: at most 65535 do")]
    TooLong(usize),
    /// A hash the tile needs is not at hand.
    #[error("{0}")]
    Tree(#[from] TreeError),
}

/// Names a tile: what it holds, where it stands, and how many of its 256 places are filled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TilePath {
    /// Hashes of level `8 * level` of the tree.
    Hashes {
        /// Tile level, 0 to 63.
        level: u8,
        /// Index within the level.
        index: u64,
        /// Hashes in it, 1 to 256.
        width: u16,
    },
    /// An entry bundle.
    Entries {
        /// Index: it starts at entry `256 * index`.
        index: u64,
        /// Entries in it, 1 to 256.
        width: u16,
    },
}

impl TilePath {
    /// The entry bundles of a log of `size` entries, in order, the last one partial.
    pub fn bundles(size: u64) -> impl Iterator<Item = Self> {
        widths(size).map(|(index, width)| Self::Entries { index, width })
    }

    /// The hash tiles of a log of `size` entries, level by level, each level's last one partial.
    pub fn hash_tiles(size: u64) -> impl Iterator<Item = Self> {
        let hashes = (0..8_u8).map(move |level| (level, size >> (8 * u32::from(level))));
        hashes.flat_map(|(level, hashes)| {
            widths(hashes).map(move |(index, width)| Self::Hashes { level, index, width })
        })
    }
}

/// Index and width of the tiles that hold `count` things.
fn widths(count: u64) -> impl Iterator<Item = (u64, u16)> {
    (0..count.div_ceil(TILE_WIDTH)).map(move |index| {
        let width = (count - index * TILE_WIDTH).min(TILE_WIDTH);
        (index, width as u16)
    })
}

impl fmt::Display for TilePath {
    /// `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`, the index in groups of three digits
    /// with `x` before all but the last (C2SP tlog-tiles, "Merkle tree").
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, width) = match *self {
            Self::Hashes { level, index, width } => {
                write!(f, "tile/{level}/")?;
                (index, width)
            }
            Self::Entries { index, width } => {
                f.write_str("tile/entries/")?;
                (index, width)
            }
        };
        let groups =
            (0..7_u32).map(|place| index / 1000_u64.pow(place)).take_while(|rest| *rest > 0);
        for place in (1..groups.count().max(1) as u32).rev() {
            write!(f, "x{:03}/", index / 1000_u64.pow(place) % 1000)?;
        }
        write!(f, "{:03}", index % 1000)?;
        if u64::from(width) < TILE_WIDTH { write!(f, ".p/{width}") } else { Ok(()) }
    }
}

impl FromStr for TilePath {
    type Err = TileError;
    fn from_str(path: &str) -> Result<Self, TileError> {
        let refuse = || TileError::Path(path.to_owned());
        let rest = path.strip_prefix("tile/").ok_or_else(refuse)?;
        let (kind, rest) = rest.split_once('/').ok_or_else(refuse)?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().map_err(|_| refuse())?),
            None => (rest, TILE_WIDTH as u16),
        };
        let index = number.split('/').try_fold(0_u64, |index, group| {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let value: u64 = digits.parse().ok()?;
            index.checked_mul(1000)?.checked_add(value)
        });
        let index = index.ok_or_else(refuse)?;
        let read = if kind == "entries" {
            Self::Entries { index, width }
        } else {
            let level = kind.parse().ok().filter(|level| *level <= MAX_LEVEL);
            Self::Hashes { level: level.ok_or_else(refuse)?, index, width }
        };
        let sound = (1..=TILE_WIDTH).contains(&u64::from(width)) && read.to_string() == path;
        if sound { Ok(read) } else { Err(refuse()) }
    }
}

/// The bytes of a hash tile: its hashes one after the other.
///
/// # Errors
/// When a hash is not at hand.
pub fn hash_tile(
    nodes: &dyn Nodes,
    level: u8,
    index: u64,
    width: u16,
) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::with_capacity(32 * usize::from(width));
    let missing = TreeError::Missing { level, index };
    let tree_level = level.checked_mul(8).ok_or(missing)?;
    let first = index.checked_mul(TILE_WIDTH).ok_or(missing)?;
    for place in 0..u64::from(width) {
        bytes.extend_from_slice(&nodes.node(tree_level, first + place)?.0);
    }
    Ok(bytes)
}

/// An entry bundle: each entry after its length in 16 bits, big-endian (C2SP tlog-tiles, "Log
/// entries").
///
/// # Errors
/// When an entry is too long.
pub fn entry_bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| TileError::TooLong(entry.len()))?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle; there must be exactly `width` of them and nothing after.
///
/// # Errors
/// When there are not.
pub fn read_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, TileError> {
    let mut rest = bytes;
    let mut entries = Vec::with_capacity(usize::from(width));
    for entry in 0..usize::from(width) {
        let short = TileError::Bundle { entry, left: rest.len() };
        let (length, after) = rest.split_first_chunk::<2>().ok_or(short.clone())?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (taken, after) = after.split_at_checked(length).ok_or(short)?;
        debug_assert!(taken.len() <= MAX_ENTRY_BYTES);
        entries.push(taken);
        rest = after;
    }
    if rest.is_empty() {
        return Ok(entries);
    }
    Err(TileError::Bundle { entry: usize::from(width), left: rest.len() })
}

/// Node hashes read out of hash tiles, as a client of a published log has them.
pub struct TileNodes<F> {
    size: u64,
    fetch: F,
}

impl<F: Fn(TilePath) -> Option<Vec<u8>>> TileNodes<F> {
    /// The nodes of a log of `size` entries whose tiles `fetch` gives.
    pub fn new(size: u64, fetch: F) -> Self {
        Self { size, fetch }
    }
}

impl<F: Fn(TilePath) -> Option<Vec<u8>>> Nodes for TileNodes<F> {
    fn node(&self, level: u8, index: u64) -> Result<Digest, TreeError> {
        let missing = TreeError::Missing { level, index };
        let (tile_level, within) = (level / 8, level % 8);
        let first = index.checked_mul(1 << within).ok_or(missing)?;
        let in_level = self.size.checked_shr(8 * u32::from(tile_level)).unwrap_or(0);
        let index = first / TILE_WIDTH;
        let width = in_level.saturating_sub(index * TILE_WIDTH).min(TILE_WIDTH) as u16;
        let path = TilePath::Hashes { level: tile_level, index, width };
        let tile = (self.fetch)(path).filter(|tile| tile.len() == 32 * usize::from(width));
        let tile = tile.ok_or(missing)?;
        let start = 32 * (first % TILE_WIDTH) as usize;
        let hashes = tile.get(start..start + (32 << within)).ok_or(missing)?;
        let (hashes, _) = hashes.as_chunks::<32>();
        Ok(hashes.iter().copied().map(Digest).collect::<Frontier>().root())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{consistency_proof, inclusion_proof};
    use crate::tree::{Tree, leaf_hash, root_at};

    #[test]
    fn paths_are_those_of_the_specification() {
        let cases = [
            (TilePath::Hashes { level: 0, index: 1_234_067, width: 256 }, "tile/0/x001/x234/067"),
            (TilePath::Hashes { level: 3, index: 0, width: 112 }, "tile/3/000.p/112"),
            (TilePath::Entries { index: 273, width: 1 }, "tile/entries/273.p/1"),
            (TilePath::Entries { index: 1000, width: 256 }, "tile/entries/x001/000"),
        ];
        for (path, text) in cases {
            assert_eq!(path.to_string(), text);
            assert_eq!(text.parse(), Ok(path));
        }
        for wrong in
            ["tile/0/1", "tile/64/000", "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/x000/001"]
        {
            assert_eq!(wrong.parse::<TilePath>(), Err(TileError::Path(wrong.into())));
        }
        let biggest = TilePath::Entries { index: u64::MAX, width: 256 };
        assert_eq!(biggest.to_string().parse(), Ok(biggest));
    }

    #[test]
    fn bundles_read_back_what_they_write() {
        let entries: [&[u8]; 3] = [b"one", b"", b"three"];
        let bytes = entry_bundle(entries).unwrap();
        assert_eq!(read_bundle(&bytes, 3).unwrap(), entries);
        assert!(read_bundle(&bytes, 2).is_err() && read_bundle(&bytes, 4).is_err());
        assert!(read_bundle(&bytes[..bytes.len() - 1], 3).is_err());
        assert!(entry_bundle([&[0; 65_536][..]]).is_err());
    }

    #[test]
    fn proofs_come_out_of_tiles_too() {
        let size = 70_000_u64;
        let tree: Tree = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        let tiles: std::collections::BTreeMap<TilePath, Vec<u8>> = TilePath::hash_tiles(size)
            .filter_map(|path| match path {
                TilePath::Hashes { level, index, width } => {
                    Some((path, hash_tile(&tree, level, index, width).unwrap()))
                }
                TilePath::Entries { .. } => None,
            })
            .collect();
        assert_eq!(tiles.len(), 274 + 2 + 1);
        let nodes = TileNodes::new(size, |path| tiles.get(&path).cloned());
        assert_eq!(root_at(&nodes, size).unwrap(), tree.root());
        for index in [0, 255, 256, 65_535, 65_536, 69_999] {
            let proof = inclusion_proof(&nodes, index, size);
            assert_eq!(proof, inclusion_proof(&tree, index, size));
            let proof = consistency_proof(&nodes, index, size);
            assert_eq!(proof, consistency_proof(&tree, index, size));
        }
    }

    #[test]
    fn an_independent_implementation_names_the_same_tiles() {
        for size in [1, 255, 256, 257, 66_000] {
            let mut theirs: Vec<String> = tlog_tiles::Tile::new_tiles(8, 0, size)
                .iter()
                .map(tlog_tiles::Tile::path)
                .collect();
            // Theirs is Go's `tile/8/<L>/<N>`; the C2SP paths leave out the height.
            theirs.iter_mut().for_each(|path| *path = path.replacen("tile/8/", "tile/", 1));
            theirs.sort();
            let mut ours: Vec<String> =
                TilePath::hash_tiles(size).map(|path| path.to_string()).collect();
            ours.sort();
            assert_eq!(ours, theirs);
        }
    }
}
