//! One request from its head to its answer.

use std::borrow::Cow;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, DATE, HeaderMap};
use hyper::http::request::Parts;
use hyper::{Request, Response};
use iampass_auth::{ApplicationId, Clock as _};
use iampass_management::UserId;

use crate::admin::{self, Guard};
use crate::app_state::AppState;
use crate::builder::Builder;
use crate::explain::{Explained, explain};
use crate::faults::Fault;
use crate::faults::{self, Reset, ResponseAction};
use crate::http::answer::Answer;
use crate::http::answer_body::AnswerBody;
use crate::http::body;
use crate::http::path::decode;
use crate::link::{LINK_PATH, LinkToken};
use crate::management::authentication::{Authenticator, Denied, same_application, signed_url};
use crate::management::handlers::{Context, Handler};
use crate::phone::{self, Reader};
use crate::request_log::{RecordedFault, RecordedRefusal, RequestRecord};
use crate::routes::{Routes, Target};
use crate::website::Website;

/// Everything that answering takes.
#[derive(Debug)]
pub(crate) struct Service {
    routes: Routes,
    authenticator: Authenticator,
    state: Arc<AppState>,
    guard: Guard,
    base_url: String,
    limits: body::Limits,
    explain: bool,
}

/// How a request ends, and what the log says beyond it.
struct Outcome {
    action: ResponseAction,
    target: Option<Target>,
    refusal: Option<RecordedRefusal>,
    fault: Option<Fault>,
}

/// Why a call is not carried out.
enum Rejection {
    Denied(Box<Explained>),
    Answer(Answer),
}

impl From<Answer> for Rejection {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

/// A call of the Management API.
#[derive(Clone, Copy)]
struct Call<'a> {
    head: &'a Parts,
    target: Target,
    operation_id: &'static str,
    handler: Handler,
    /// The path's parameters as received.
    values: &'a [&'a str],
}

impl Service {
    pub(crate) fn new(settings: &Builder, base_url: &str, routes: Routes, state: Arc<AppState>) -> Self {
        Self {
            routes,
            authenticator: Authenticator::new(
                state.store.clone(),
                state.clock.clone(),
                settings.clock_window,
            ),
            state,
            guard: Guard { scheme: if settings.tls.is_some() { "https" } else { "http" } },
            base_url: base_url.to_owned(),
            limits: body::Limits { bytes: settings.body_limit, time: settings.read_timeout },
            explain: settings.explain,
        }
    }

    /// # Errors
    /// [`Reset`] when the connection is to be reset in the place of an answer.
    pub(crate) async fn respond(&self, request: Request<Incoming>) -> Result<Response<AnswerBody>, Reset> {
        let (head, mut body) = request.into_parts();
        let outcome = self.outcome(&head, &mut body).await;
        if !matches!(outcome.action, ResponseAction::Reset) {
            body::discard(&head.headers, &mut body, self.limits).await;
        }
        self.note(&head, &outcome);
        if let Some(fault) = outcome.fault.filter(|fault| fault.applied) {
            tokio::time::sleep(fault.delay).await;
        }
        let mut response = outcome.action.into_response()?;
        if let Some(date) = self.state.clock.date() {
            response.headers_mut().entry(DATE).or_insert(date);
        }
        Ok(response)
    }

    async fn outcome(&self, head: &Parts, body: &mut Incoming) -> Outcome {
        let unstruck = |answer, target| {
            let action = ResponseAction::Answer(answer);
            Outcome { action, target, refusal: None, fault: None }
        };
        let (target, values) = match self.routes.find(&head.method, head.uri.path()) {
            Ok(found) => found,
            Err(answer) => return unstruck(answer, None),
        };
        let reader = Reader::of(&head.headers);
        let token = || LinkToken::from_segment(values.first().copied().unwrap_or_default());
        match target {
            Target::Admin(call) => {
                let answer = match self.guard.admit(&head.headers) {
                    Ok(()) => admin::answer(call, &self.state, &head.headers, body, self.limits.time).await,
                    Err(refusal) => refusal,
                };
                unstruck(answer, Some(target))
            }
            Target::ShowLink => unstruck(phone::show(&self.state.store, &token(), reader), Some(target)),
            Target::UseLink => {
                unstruck(phone::register(&self.state.store, &token(), reader).await, Some(target))
            }
            Target::View(view) => {
                let website = Website { state: &self.state, base_url: &self.base_url };
                unstruck(website.answer(view, head, &values), Some(target))
            }
            Target::Management { operation_id, handler } => {
                let call = Call { head, target, operation_id, handler, values: &values };
                self.call(call, body).await
            }
        }
    }

    /// A call of the Management API. Nothing of it is looked at before its signature is verified, and
    /// no fault strikes before.
    async fn call(&self, call: Call<'_>, body: &mut Incoming) -> Outcome {
        let target = Some(call.target);
        let (signer, values) = match self.admit(call) {
            Ok(admitted) => admitted,
            Err(Rejection::Answer(answer)) => {
                return Outcome {
                    action: ResponseAction::Answer(answer),
                    target,
                    refusal: None,
                    fault: None,
                };
            }
            Err(Rejection::Denied(denied)) => {
                let Explained { refusal, answer } = *denied;
                let action = ResponseAction::Answer(answer);
                return Outcome { action, target, refusal: Some(refusal), fault: None };
            }
        };
        let fault = self.state.faults.next_fault(call.operation_id);
        // Nothing happens before it is awaited.
        let carried_out = self.carry_out(call, body, &signer, &values);
        let action = match &fault {
            None => ResponseAction::Answer(carried_out.await),
            Some(fault) if fault.applied => faults::after(fault, carried_out.await),
            Some(fault) => {
                let unanswered = Unanswered { service: self, call, fault };
                tokio::time::sleep(fault.delay).await;
                unanswered.goes_on();
                match faults::instead(fault) {
                    Some(action) => action,
                    None => ResponseAction::Answer(carried_out.await),
                }
            }
        };
        Outcome { action, target, refusal: None, fault }
    }

    /// Who signed a call, and the path's parameters decoded.
    fn admit<'a>(&self, call: Call<'a>) -> Result<(ApplicationId, Vec<Cow<'a, str>>), Rejection> {
        let head = call.head;
        let url = signed_url(self.guard.scheme, &head.headers, &head.uri).ok_or_else(|| {
            Answer::bad_request("The request must have one `Host` header that names a host.")
        })?;
        let denied = |denied: Denied| Rejection::Denied(Box::new(self.explained(&denied, head, &url)));
        let verified = self.authenticator.verify(&head.headers, &url).map_err(denied)?;
        let values = call
            .values
            .iter()
            .map(|value| decode(value))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| Answer::bad_request(format!("The path cannot be read: {error}.")))?;
        same_application(&verified, values.first().map_or("", |value| value.as_ref())).map_err(denied)?;
        Ok((verified.application_id, values))
    }

    async fn carry_out(
        &self,
        call: Call<'_>,
        body: &mut Incoming,
        signer: &ApplicationId,
        values: &[Cow<'_, str>],
    ) -> Answer {
        let context = Context { store: &self.state.store, base_url: &self.base_url, application_id: signer };
        match call.handler {
            Handler::Users(handle) => match body::json(&call.head.headers, body, self.limits).await {
                Ok(list) => handle(context, list).await,
                Err(answer) => answer,
            },
            Handler::User(handle) => {
                let user_id = values.get(1).map_or("", |value| value.as_ref());
                match UserId::new(user_id) {
                    Ok(user_id) => handle(context, &user_id, call.head.uri.query().unwrap_or_default()).await,
                    // An id that cannot be a user's is one that no user has.
                    Err(_) => Answer::unknown_user(signer.as_str(), user_id),
                }
            }
        }
    }

    fn explained(&self, denied: &Denied, head: &Parts, url: &str) -> Explained {
        explain(denied, head, url, &self.state.store, self.explain)
    }

    fn note(&self, head: &Parts, outcome: &Outcome) {
        let (path, operation) = match outcome.target {
            // Neither is what a test wants to find among its requests.
            Some(Target::View(_)) => {
                let status = outcome.action.status();
                return tracing::debug!(path = head.uri.path(), status, "shown");
            }
            Some(Target::Admin(call)) => {
                return tracing::info!(?call, status = outcome.action.status(), "answered");
            }
            Some(Target::Management { operation_id, .. }) => (head.uri.path(), Some(operation_id)),
            // The token is as good as a key until it is used.
            Some(Target::ShowLink | Target::UseLink) => (LINK_PATH, None),
            None => (head.uri.path(), None),
        };
        let status = outcome.action.status();
        let refusal = outcome.refusal.clone();
        let fault =
            outcome.fault.as_ref().map(|fault| RecordedFault { code: fault.code(), applied: fault.applied });
        if let Some(refusal) = &refusal {
            tracing::warn!(operation, status, refusal = refusal.code, "not authenticated");
            tracing::debug!(refusal = refusal.code, mistakes = ?refusal.mistakes, "diagnosed");
            // It contains the URL, and with it user ids.
            tracing::trace!(refusal = refusal.code, "{}", refusal.explanation);
        } else if let Some(fault) = fault {
            tracing::warn!(operation, status, fault = fault.code, applied = fault.applied, "a fault struck");
        } else {
            tracing::info!(method = %head.method, operation, status, "answered");
        }
        self.state.log.note(RequestRecord {
            unix_seconds: self.state.clock.unix_seconds(),
            method: head.method.to_string(),
            path: path.to_owned(),
            operation,
            body_bytes: declared_length(&head.headers),
            status,
            refusal,
            fault,
        });
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Notes a call whose client hung up while it was delayed. Nothing else would: hyper drops the call.
struct Unanswered<'a> {
    service: &'a Service,
    call: Call<'a>,
    fault: &'a Fault,
}

impl Unanswered<'_> {
    /// The delay is over, and the call will be noted when it is answered.
    fn goes_on(self) {
        std::mem::forget(self);
    }
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        let fault = Some(self.fault.clone());
        let outcome =
            Outcome { action: ResponseAction::Reset, target: Some(self.call.target), refusal: None, fault };
        self.service.note(self.call.head, &outcome);
    }
}
