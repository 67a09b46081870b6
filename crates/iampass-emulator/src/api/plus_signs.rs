//! Clients that write a space in a path as `+`, as forms do, and as the vendor's does (`quote_plus`).

use iampass_auth::ApplicationId;
use iampass_management::UserId;

use crate::app_state::AppState;
use crate::http::path::path_param;
use crate::http::rejection::Rejection;
use crate::request_log::RecordedRefusal;

/// The refusal of an unknown user, if the same path segment with spaces for its plus signs names one that is known.
pub(super) fn refusal(
    state: &AppState,
    application_id: &ApplicationId,
    segment: &str,
    user_id: &UserId,
) -> Option<Rejection> {
    if !segment.contains('+') || state.store.has_device(application_id, user_id).is_ok() {
        return None;
    }
    let meant = UserId::new(path_param(&segment.replace('+', " ")).ok()?).ok()?;
    state.store.has_device(application_id, &meant).ok()?;
    let explanation = format!(
        "There is no user {:?}, but there is {:?}: in a path `+` is a plus sign. Write a space as `%20`; \
         `quote_plus`, `URLSearchParams` and `URLEncoder` are for forms and queries.",
        user_id.as_str(),
        meant.as_str()
    );
    let refusal = RecordedRefusal { code: "plus_for_space", explanation, mistakes: Vec::new() };
    let unknown = Rejection::unknown_user(application_id.as_str(), user_id.as_str());
    Some(unknown.explained(refusal, state.explain))
}
