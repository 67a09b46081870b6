//! Registration links and the devices that they register: the store's methods for them.

use iampass_auth::ApplicationId;
use iampass_management::UserId;

use super::Store;
use super::database::lock;
use super::mutations::{self, NewLink};
use super::queries::{self, Invitation, OpenLink};
use crate::error::StateError;
use crate::events::Part;
use crate::link::LinkToken;
use crate::phone_token::PhoneToken;

impl Store {
    /// Makes a link beside those that the user may have already.
    pub(crate) async fn make_link(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
        display_name: Option<String>,
    ) -> Result<LinkToken, StateError> {
        let (application_id, user_id) = (application_id.clone(), user_id.clone());
        let link = NewLink::random(self.rules.now());
        self.mutate(&[Part::Links], move |connection| {
            mutations::make_link(connection, &application_id, &user_id, display_name.as_deref(), &link)?;
            Ok(link.token)
        })
        .await
    }

    /// Disables the user's device, ends the earlier links and makes a new one.
    pub(crate) async fn lose_device(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
    ) -> Result<LinkToken, StateError> {
        let (application_id, user_id) = (application_id.clone(), user_id.clone());
        let link = NewLink::random(self.rules.now());
        self.mutate_with_sign_ins(&[Part::Devices, Part::Links], move |connection, moment, changed| {
            mutations::lose_device(connection, &application_id, &user_id, &link, moment, changed)?;
            Ok(link.token)
        })
        .await
    }

    /// A user's open links that can be used now, the newest first.
    pub(crate) fn open_links(
        &self,
        application_id: &ApplicationId,
        user_id: &UserId,
    ) -> Result<Vec<OpenLink>, StateError> {
        queries::open_links(&lock(&self.reader), application_id, user_id, self.rules.at_present())
    }

    /// Whom an open link is for that can be used now.
    pub(crate) fn invitation(&self, token: &LinkToken) -> Result<Invitation, StateError> {
        queries::invitation(&lock(&self.reader), token, self.rules.at_present())
    }

    /// Registers a device with a link, which is used up. Replaces a device that the user had, unless that is refused.
    pub(crate) async fn register_device(&self, token: &LinkToken) -> Result<PhoneToken, StateError> {
        let (token, rules, phone) = (token.clone(), self.rules.at_present(), PhoneToken::random());
        self.mutate(&[Part::Devices, Part::Links], move |connection| {
            mutations::register_device(connection, &token, &phone, rules)?;
            Ok(phone)
        })
        .await
    }
}
