//! Random things as the vendor issues them.

use rand::RngExt as _;

const SECRET_ALPHABET: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const SECRET_LENGTH: usize = 32;

/// 128 random bits as 32 hexadecimal digits.
pub(crate) fn random_hex() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// 32 random capitals and digits.
pub(crate) fn random_secret() -> String {
    let mut rng = rand::rng();
    (0..SECRET_LENGTH)
        .filter_map(|_| SECRET_ALPHABET.get(rng.random_range(0..SECRET_ALPHABET.len())))
        .map(|byte| char::from(*byte))
        .collect()
}
