//! What the measurements of `cargo xtask bench` have in common.

mod server;

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};
use iampass_management::{Connection, ManagementClient, Settings};

pub use server::serve;

/// Of the usual length.
pub const APPLICATION_ID: &str = "f2f73bb47a41331fe204258ef046efee";
/// As issued, 32 characters.
const APPLICATION_SECRET: &str = "9R4ESXSXCF6RRR412XCFPP8CLVXCDN1V";
/// What a call's URL looks like: 103 characters.
pub const URL: &str = "https://main.iam-api.com/management/has_registered_mobile_device/\
                       f2f73bb47a41331fe204258ef046efee/user1";
/// SHA-256 compressions that the signature for that URL takes: one for the token, six for the HMAC.
pub const COMPRESSIONS: usize = 7;

/// The application that signs.
///
/// # Panics
/// Not with the values above.
#[must_use]
#[expect(clippy::unwrap_used, reason = "the values above are valid")]
pub fn credentials() -> Credentials {
    Credentials::new(
        ApplicationId::new(APPLICATION_ID).unwrap(),
        ApplicationSecret::new(APPLICATION_SECRET).unwrap(),
    )
}

/// The least that a signature costs: seven bare compressions, one after the other.
pub fn compressions(state: &mut [u32; 8], blocks: &[[u8; 64]; COMPRESSIONS]) {
    for block in blocks {
        sha2::block_api::compress256(state, std::slice::from_ref(block));
    }
}

/// A reqwest client as it comes.
///
/// # Panics
/// If the machine's TLS or proxy settings are of no use.
#[must_use]
#[expect(clippy::unwrap_used, reason = "there is nothing to measure without a client")]
pub fn bare_reqwest() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// Our client, as it comes, for a server on this machine.
///
/// # Panics
/// If the address or the machine's TLS settings are of no use.
#[must_use]
#[expect(clippy::unwrap_used, reason = "there is nothing to measure without a client")]
pub fn client(address: &str) -> ManagementClient {
    let settings = Settings::new(format!("http://{address}").parse().unwrap(), credentials());
    Connection::builder(settings).no_proxy().build().unwrap().into()
}
