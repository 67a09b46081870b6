//! What an emulator needs before it listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use iampass_auth::Credentials;
use pollster::block_on;

use crate::application::Application;
use crate::builder::Builder;
use crate::error::StartError;
use crate::movable_clock::MovableClock;
use crate::origin::PublicUrl;
use crate::rules::Rules;
use crate::store::Store;

/// The store, and the credentials of its first application: the first that was given, else the
/// file's oldest, else a new one.
pub(crate) fn opened(
    settings: &Builder,
    clock: &Arc<MovableClock>,
) -> Result<(Arc<Store>, Credentials), StartError> {
    let given = &settings.applications;
    for (index, application) in given.iter().enumerate() {
        if given.iter().take(index).any(|earlier| earlier.id() == application.id()) {
            return Err(StartError::DuplicateApplication { application_id: application.id().clone() });
        }
    }
    let rules = Rules {
        clock: clock.clone(),
        link_lifetime: settings.link_lifetime,
        second_phone: settings.second_phone,
        sign_in_timeout: settings.sign_in_timeout,
    };
    let store = Arc::new(Store::open(settings.data.as_deref(), settings.import.clone(), given, rules)?);
    if let Some(first) = given.first() {
        return Ok((store, first.credentials().clone()));
    }
    if let Some(credentials) = store.first_credentials().map_err(StartError::FirstApplication)? {
        return Ok((store, credentials));
    }
    let fresh = Application::fresh().map_err(StartError::FreshCredentials)?;
    let credentials = fresh.credentials().clone();
    block_on(store.add_application(fresh)).map_err(StartError::FirstApplication)?;
    Ok((store, credentials))
}

pub(crate) fn public_url(settings: &Builder) -> Result<Option<PublicUrl>, StartError> {
    let Some(url) = settings.public_url.as_deref() else { return Ok(None) };
    let parsed = PublicUrl::parse(url);
    parsed.map(Some).map_err(|source| StartError::PublicUrl { url: url.to_owned(), source })
}

/// "All addresses" is no address that a client could connect to everywhere.
pub(crate) fn base_url(scheme: &str, mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("{scheme}://{address}")
}
