//! SHA-256 and HMAC-SHA-256 of texts that fit on the stack, as those of nearly every request do.
//!
//! The compression is `sha2`'s. What is done here is the padding (FIPS 180-4, 5.1.1) and the two passes of HMAC (RFC
//! 2104): passing a short text through a hasher's buffer takes a third as long as hashing it.

use sha2::block_api::compress256;
use zeroize::Zeroize as _;

/// SHA-256 works on blocks of this many bytes.
pub(crate) const BLOCK: usize = 64;
/// How many bytes a hash has.
const HASH: usize = 32;
/// What follows a text: a byte that ends it, and its length in bits.
const ENDING: usize = 1 + size_of::<u64>();
/// What SHA-256 begins with (FIPS 180-4, 5.3.3).
const INITIAL_STATE: [u32; 8] =
    [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19];
/// Room for the text that an HMAC signs, its key and the ending.
const INNER: usize = 6 * BLOCK;

/// A hash as its eight words. Who must not let it be seen wipes it.
pub(crate) type Words = [u32; 8];

/// Puts the hash of the pieces, one after the other, where it is wanted: what is given back leaves copies on its way.
/// `None` if they do not fit into one block.
pub(crate) fn sha256<const PIECES: usize>(pieces: [&[u8]; PIECES], hash: &mut Words) -> Option<()> {
    let mut text = Text::<BLOCK>::new();
    text.push_all(pieces)?;
    text.hash(hash);
    Some(())
}

/// The HMAC of the pieces, one after the other, under a key filled up with zeros. `None` if they are longer than a few
/// blocks.
pub(crate) fn hmac_sha256<const PIECES: usize>(key: &[u8; BLOCK], pieces: [&[u8]; PIECES]) -> Option<Words> {
    let mut inner = Text::<INNER>::new();
    inner.push_key(key, 0x36);
    inner.push_all(pieces)?;
    let mut outer = Text::<{ 2 * BLOCK }>::new();
    outer.push_key(key, 0x5C);
    let mut hash = Words::default();
    inner.hash(&mut hash);
    outer.push_words(&hash);
    outer.hash(&mut hash);
    Some(hash)
}

/// The first half of a hash.
pub(crate) fn first_half(words: &Words) -> [u8; HASH / 2] {
    words[..4].iter().fold(0, |half, word| (half << 32) | u128::from(*word)).to_be_bytes()
}

/// A text with room for its ending. What it holds in the first block, a secret in each use, is wiped.
struct Text<const SIZE: usize> {
    bytes: [u8; SIZE],
    end: usize,
}

impl<const SIZE: usize> Text<SIZE> {
    fn new() -> Self {
        Self { bytes: [0; SIZE], end: 0 }
    }

    /// `None` if there is no room for all of them.
    fn push_all<const PIECES: usize>(&mut self, pieces: [&[u8]; PIECES]) -> Option<()> {
        let mut rest = self.bytes[self.end..SIZE - ENDING].as_mut();
        for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
            let (place, after) = rest.split_at_mut_checked(piece.len())?;
            place.copy_from_slice(piece);
            rest = after;
        }
        self.end = SIZE - ENDING - rest.len();
        Some(())
    }

    /// For the beginning: each byte of the key, changed by HMAC's padding.
    fn push_key(&mut self, key: &[u8; BLOCK], padding: u8) {
        for (byte, key) in self.bytes.iter_mut().zip(key) {
            *byte = key ^ padding;
        }
        self.end = BLOCK;
    }

    fn push_words(&mut self, words: &Words) {
        for word in words {
            self.bytes[self.end..self.end + size_of::<u32>()].copy_from_slice(&word.to_be_bytes());
            self.end += size_of::<u32>();
        }
    }

    fn hash(&mut self, hash: &mut Words) {
        self.bytes[self.end] = 0x80;
        let blocks = (self.end + ENDING).next_multiple_of(BLOCK);
        self.bytes[blocks - size_of::<u64>()..blocks].copy_from_slice(&(8 * self.end as u64).to_be_bytes());
        *hash = INITIAL_STATE;
        compress256(hash, self.bytes[..blocks].as_chunks().0);
    }
}

impl<const SIZE: usize> Drop for Text<SIZE> {
    fn drop(&mut self) {
        self.bytes[..BLOCK].zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha2::{Digest as _, Sha256};

    /// Each length up to well beyond what fits.
    fn texts() -> impl Iterator<Item = Vec<u8>> {
        (0..2 * INNER).map(|length| (0..=250).cycle().take(length).collect())
    }

    fn in_pieces(text: &[u8]) -> [&[u8]; 3] {
        let (start, rest) = text.split_at(text.len() / 3);
        [start, &[], rest]
    }

    #[test]
    fn short_texts_hash_as_sha2_hashes_them_and_longer_ones_not_at_all() {
        for text in texts() {
            let (length, expected) = (text.len(), Sha256::digest(&text));
            let mut words = Words::default();
            match sha256(in_pieces(&text), &mut words) {
                Some(()) => assert_eq!(first_half(&words), expected[..HASH / 2], "{length} bytes"),
                None => assert!(length > BLOCK - ENDING, "{length} bytes"),
            }
        }
    }

    #[test]
    fn short_texts_are_signed_as_hmac_signs_them_and_longer_ones_not_at_all() {
        let key = [7; BLOCK];
        for text in texts() {
            let length = text.len();
            let expected = Hmac::<Sha256>::new(&key.into()).chain_update(&text).finalize().into_bytes();
            match hmac_sha256(&key, in_pieces(&text)) {
                Some(words) => assert_eq!(first_half(&words), expected[..HASH / 2], "{length} bytes"),
                None => assert!(length > INNER - BLOCK - ENDING, "{length} bytes"),
            }
        }
    }
}
