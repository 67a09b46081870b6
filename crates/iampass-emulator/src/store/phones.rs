//! Phones: the store's methods for them.

use iampass_auth::ApplicationId;
use iampass_management::UserId;

use super::Store;
use super::database::lock;
use super::phone_tokens::{self, PhoneOwner};
use crate::error::StateError;
use crate::phone_token::PhoneToken;

impl Store {
    /// Whose phone has this token; `None` if it was lost or replaced, or never was.
    pub(crate) fn phone_owner(&self, token: &PhoneToken) -> Result<Option<PhoneOwner>, StateError> {
        phone_tokens::owner(&lock(&self.reader), token)
    }

    /// The token of a user's phone; `None` if there is no such user, or the user has none.
    pub(crate) fn phone_token(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
    ) -> Result<Option<PhoneToken>, StateError> {
        phone_tokens::of_user(&lock(&self.reader), application_id, user_id)
    }
}
