//! The operations of the contracts.

use iampass_authentication::generated::OPERATIONS as AUTHENTICATION;
use iampass_authentication::generated::operations::{END_SESSION, SESSION_STATUS};
use iampass_management::Operation;
use iampass_management::generated::OPERATIONS as MANAGEMENT;

/// All that the emulator serves, and those whose URLs it makes up itself.
pub(crate) fn operations() -> impl Iterator<Item = &'static Operation> {
    let given_urls = [&SESSION_STATUS, &END_SESSION];
    MANAGEMENT.into_iter().chain(AUTHENTICATION).chain(given_urls)
}
