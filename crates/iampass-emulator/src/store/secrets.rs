//! The secrets of the applications, at hand for every request.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use iampass_auth::{ApplicationId, ApplicationSecret};

/// The secret of each application, by its id. `None` when neither the file nor the program that started
/// the emulator has given it.
pub(super) type SecretsById = BTreeMap<String, Option<ApplicationSecret>>;

/// A copy of what is in the database, and of the sealed secrets, which are in no database.
#[derive(Debug, Default)]
pub(super) struct Secrets(RwLock<SecretsById>);

impl Secrets {
    pub(super) fn new(secrets: SecretsById) -> Self {
        Self(RwLock::new(secrets))
    }

    pub(super) fn get(&self, application_id: &str) -> Option<ApplicationSecret> {
        self.read().get(application_id)?.clone()
    }

    pub(super) fn insert(&self, application_id: &ApplicationId, secret: ApplicationSecret) {
        self.write().insert(application_id.as_str().to_owned(), Some(secret));
    }

    pub(super) fn replace(&self, secrets: SecretsById) {
        *self.write() = secrets;
    }

    /// The ids of all applications, sorted.
    pub(super) fn application_ids(&self) -> Vec<ApplicationId> {
        self.read().keys().filter_map(|id| ApplicationId::new(id).ok()).collect()
    }

    /// No method leaves the map half changed, so a poisoned lock does not matter.
    fn read(&self) -> RwLockReadGuard<'_, SecretsById> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, SecretsById> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
