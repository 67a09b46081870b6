//! The operating system's keyring, for programs that are built with the feature `keyring`.

use zeroize::Zeroizing;

use super::name::ProfileName;
use super::problem::SettingsProblem;

/// The service name of the secrets in the keyring; the account is the profile's name.
#[cfg(feature = "keyring")]
const SERVICE: &str = "iampass";

#[cfg(feature = "keyring")]
fn entry(profile: &ProfileName) -> Result<::keyring::Entry, SettingsProblem> {
    if let Err(error) = ::keyring::Entry::store_status() {
        return Err(SettingsProblem::Keyring { profile: profile.clone(), source: error.to_string().into() });
    }
    ::keyring::Entry::new(SERVICE, profile.as_str()).map_err(|error| failed(profile, error))
}

#[cfg(feature = "keyring")]
fn failed(profile: &ProfileName, error: ::keyring::Error) -> SettingsProblem {
    SettingsProblem::Keyring { profile: profile.clone(), source: error.into() }
}

/// The secret of a profile.
#[cfg(feature = "keyring")]
pub(super) fn read(profile: &ProfileName) -> Result<Zeroizing<String>, SettingsProblem> {
    let secret = entry(profile)?.get_password();
    secret.map(Zeroizing::new).map_err(|error| failed(profile, error))
}

/// Keeps the secret of a profile.
#[cfg(feature = "keyring")]
pub(super) fn store(profile: &ProfileName, secret: &Zeroizing<String>) -> Result<(), SettingsProblem> {
    entry(profile)?.set_password(secret).map_err(|error| failed(profile, error))
}

/// Deletes the secret of a profile. It is no error if there is none.
#[cfg(feature = "keyring")]
pub(super) fn forget(profile: &ProfileName) -> Result<(), SettingsProblem> {
    match entry(profile)?.delete_credential() {
        Err(::keyring::Error::NoEntry) => Ok(()),
        deleted => deleted.map_err(|error| failed(profile, error)),
    }
}

#[cfg(not(feature = "keyring"))]
pub(super) fn read(_profile: &ProfileName) -> Result<Zeroizing<String>, SettingsProblem> {
    Err(SettingsProblem::NoKeyring)
}

#[cfg(not(feature = "keyring"))]
pub(super) fn store(_profile: &ProfileName, _secret: &Zeroizing<String>) -> Result<(), SettingsProblem> {
    Err(SettingsProblem::NoKeyring)
}

#[cfg(not(feature = "keyring"))]
pub(super) fn forget(_profile: &ProfileName) -> Result<(), SettingsProblem> {
    Err(SettingsProblem::NoKeyring)
}
