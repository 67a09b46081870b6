//! The applications, at hand for each request.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use iampass_auth::{ApplicationId, ApplicationSecret, Credentials};

use crate::error::StateError;

/// The applications of the database, by id. Every request asks for one, and there are few.
#[derive(Debug, Default)]
pub(super) struct KnownApplications(RwLock<BTreeMap<String, KnownApplication>>);

/// An application, and what its users are found by.
#[derive(Clone, Debug)]
pub(super) struct KnownApplication {
    pub(super) key: i64,
    pub(super) id: ApplicationId,
    /// `None` when neither the file nor the program that started the emulator has given it.
    pub(super) secret: Option<ApplicationSecret>,
}

impl KnownApplications {
    pub(super) fn insert(&self, application: KnownApplication) {
        self.write().insert(application.id.as_str().to_owned(), application);
    }

    /// Takes these in the place of all that were known.
    pub(super) fn replace(&self, applications: Vec<KnownApplication>) {
        let by_id = applications.into_iter().map(|known| (known.id.as_str().to_owned(), known));
        *self.write() = by_id.collect();
    }

    pub(super) fn key(&self, id: &ApplicationId) -> Result<i64, StateError> {
        let known = self.read();
        let known = known.get(id.as_str()).map(|known| known.key);
        known.ok_or_else(|| StateError::UnknownApplication { application_id: id.clone() })
    }

    pub(super) fn secret(&self, id: &str) -> Option<ApplicationSecret> {
        self.read().get(id)?.secret.clone()
    }

    /// Sorted.
    pub(super) fn ids(&self) -> Vec<ApplicationId> {
        self.read().values().map(|known| known.id.clone()).collect()
    }

    /// Those of the application that was known first, of those whose secret is known.
    pub(super) fn first_credentials(&self) -> Option<Credentials> {
        let known = self.read();
        let with_secret = known.values().filter(|known| known.secret.is_some());
        let first = with_secret.min_by_key(|known| known.key)?;
        Some(Credentials::new(first.id.clone(), first.secret.clone()?))
    }

    /// A map is whole after every call, so a poisoned lock does not matter.
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<String, KnownApplication>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<String, KnownApplication>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
