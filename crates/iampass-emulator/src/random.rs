//! Random things as the vendor issues them.

use rand::RngExt as _;

const SECRET_ALPHABET: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const SECRET_LENGTH: usize = 32;

/// How long a token is, in hexadecimal digits.
pub(crate) const TOKEN_LENGTH: usize = 32;

/// 128 random bits as 32 hexadecimal digits.
pub(crate) fn random_hex() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// Whether a text has the form of a token that [`random_hex`] made.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() == TOKEN_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// 32 random capitals and digits.
pub(crate) fn random_secret() -> String {
    let mut rng = rand::rng();
    (0..SECRET_LENGTH)
        .filter_map(|_| SECRET_ALPHABET.get(rng.random_range(0..SECRET_ALPHABET.len())))
        .map(|byte| char::from(*byte))
        .collect()
}
