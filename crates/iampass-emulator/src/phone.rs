//! The phone's side: what a registration link leads to, as a page for people or as a line of text.

use hyper::StatusCode;
use hyper::header::{ACCEPT, HeaderMap, HeaderValue, VARY};

use crate::error::StateError;
use crate::http::answer::Answer;
use crate::link::LinkToken;
use crate::pages::phone::{self as pages, Closed, Invited};
use crate::store::Store;

/// Who looks at a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A browser: it names `text/html` in `Accept`.
    Person,
    Program,
}

impl Reader {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut ranges = accepted.flat_map(|value| value.split(','));
        let wants_html = ranges.any(|range| {
            let media_type = range.split(';').next().unwrap_or_default();
            media_type.trim().eq_ignore_ascii_case("text/html")
        });
        if wants_html { Self::Person } else { Self::Program }
    }
}

/// Tells what using the link would do. It changes nothing, so that a preview of the link in a chat
/// does not use it up.
pub(crate) fn show(store: &Store, token: &LinkToken, reader: Reader) -> Answer {
    let invitation = match store.invitation(token) {
        Ok(invitation) => invitation,
        Err(error) => return refusal(&error, reader),
    };
    let (user, application) = (invitation.user_id.as_str(), invitation.application_id.as_str());
    let display_name = invitation.display_name.as_deref();
    varying(match reader {
        Reader::Person => {
            let invited = Invited { application_id: application, user_id: user, display_name };
            Answer::page(StatusCode::OK, pages::invitation(invited))
        }
        Reader::Program => {
            let name = display_name.unwrap_or(user);
            let text = format!(
                "A POST to this URL registers a phone for {name} \
                 (user {user} of the application {application})."
            );
            Answer::text(StatusCode::OK, text)
        }
    })
}

/// Registers a phone with the link.
pub(crate) async fn register(store: &Store, token: &LinkToken, reader: Reader) -> Answer {
    match store.register_device(token).await {
        Ok(()) => varying(match reader {
            Reader::Person => Answer::page(StatusCode::OK, pages::registered()),
            Reader::Program => Answer::text(StatusCode::OK, "The phone is registered."),
        }),
        Err(error) => refusal(&error, reader),
    }
}

fn refusal(error: &StateError, reader: Reader) -> Answer {
    let (status, closed, text) = match error {
        StateError::UsedLink => {
            (StatusCode::GONE, Closed::Used, "This link was used before. Ask for a new one.")
        }
        StateError::DeadLink => {
            (StatusCode::GONE, Closed::Dead, "This link no longer works. Ask for a new one.")
        }
        StateError::Storage(error) => {
            let answer = Answer::storage_failure(error);
            return varying(match reader {
                Reader::Person => Answer::page(answer.status(), pages::closed(Closed::Failed)),
                Reader::Program => answer,
            });
        }
        _ => (StatusCode::NOT_FOUND, Closed::Unknown, "This link is not known."),
    };
    varying(match reader {
        Reader::Person => Answer::page(status, pages::closed(closed)),
        Reader::Program => Answer::text(status, text),
    })
}

fn varying(answer: Answer) -> Answer {
    answer.header(VARY, HeaderValue::from_static("accept"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_from_programs() {
        let reader = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            Reader::of(&headers)
        };
        for accept in ["text/html", "text/html,application/xhtml+xml,*/*;q=0.8", "image/*, TEXT/HTML ;q=0.9"]
        {
            assert_eq!(reader(accept), Reader::Person, "{accept}");
        }
        for accept in ["*/*", "text/plain", "text/*", "application/json", "text/htmlx", ""] {
            assert_eq!(reader(accept), Reader::Program, "{accept}");
        }
        assert_eq!(Reader::of(&HeaderMap::new()), Reader::Program);
    }
}
