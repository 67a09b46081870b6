//! What the author of a signer did wrong, as the log and, if wanted, the client are told.

use axum::http::request::Parts;
use iampass_auth::explain::{Explanation, Mistake, RefusedRequest, explain as diagnose};
use iampass_auth::{ApplicationSecret, Authentication, headers};

use crate::api::signature::Denied;
use crate::http::rejection::Rejection;
use crate::request_log::RecordedRefusal;
use crate::store::Store;

/// Explains a refusal of a request for this URL, to the client as well if that is wanted.
pub(crate) fn explain(denied: &Denied, head: &Parts, url: &str, store: &Store, to_client: bool) -> Rejection {
    let found = match denied {
        Denied::Refused(refusal) => {
            let headers = head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
            let request = RefusedRequest::new(head.method.as_str(), url, headers);
            let secret = secret_of_signer(head, store);
            let ids = store.applications().into_iter();
            let others = ids.filter_map(|id| Some((id.as_str().to_owned(), store.secret(id.as_str())?)));
            diagnose(refusal, &request, secret.as_ref(), others)
        }
        _ => Explanation::default(),
    };
    let explanation = worded(denied, &found);
    let mistakes = found.mistakes.iter().map(Mistake::code).collect();
    denied.rejection(RecordedRefusal { code: denied.code(), explanation, mistakes }, to_client)
}

fn secret_of_signer(head: &Parts, store: &Store) -> Option<ApplicationSecret> {
    let value = head.headers.get(headers::AUTHENTICATION)?.to_str().ok()?;
    let authentication = Authentication::parse(value).ok()?;
    let id = authentication.application_id();
    store.secret(id).or_else(|| store.session_secret(id))
}

/// Describes a refusal with the texts that were signed and to be signed, which contain the URL. The mistakes
/// come first, since the log cuts long texts.
fn worded(denied: &Denied, found: &Explanation) -> String {
    let mistakes = Some(found.text()).filter(|text| !text.is_empty());
    let signed = found.signed.as_ref().map(|text| format!("what was signed is {:?}", text.as_str()));
    let (refused, expected) = match denied {
        Denied::Refused(refusal) => (found.refusal_text(refusal), refusal.expected_text()),
        _ => (denied.to_string(), None),
    };
    let expected = expected.map(|text| format!("the text to sign was {text:?}"));
    let parts = [mistakes, signed, Some(refused), expected];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
