//! Where pages and forms are.

use super::text::encode;

/// Where the users of an application are shown.
pub(crate) fn users_path(application_id: &str) -> String {
    format!("/applications/{}", encode(application_id))
}

/// Where sign-ins are shown, or what is done to them, with the query that leaves out other applications' if one is given.
pub(crate) fn sign_ins_path(path: &str, application_id: Option<&str>) -> String {
    let query = application_id.map(|id| format!("?application={}", encode(id)));
    format!("{path}{}", query.unwrap_or_default())
}

/// Where a user is shown.
pub(crate) fn user_path(application_id: &str, user_id: &str) -> String {
    format!("{}/users/{}", users_path(application_id), encode(user_id))
}
