//! Where pages and forms are.

use super::text::encode;

/// Where the users of an application are shown.
pub(crate) fn users_path(application_id: &str) -> String {
    format!("/applications/{}", encode(application_id))
}

/// Where a user is shown.
pub(crate) fn user_path(application_id: &str, user_id: &str) -> String {
    format!("{}/users/{}", users_path(application_id), encode(user_id))
}
