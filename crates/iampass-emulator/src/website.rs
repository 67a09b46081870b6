//! The emulator's pages: asks the state what there is to show, and answers with it.
//!
//! All of it is GET, and none of it changes anything; the one form that does is the phone's.

use std::sync::LazyLock;

use hyper::StatusCode;
use hyper::http::request::Parts;
use iampass_auth::ApplicationId;
use iampass_reference::{Contract, ContractError};

use crate::admin::admit_reader;
use crate::app_state::AppState;
use crate::error::StateError;
use crate::http::answer::Answer;
use crate::http::path::{decode, query_value};
use crate::pages::assets::{self, Asset};
use crate::pages::try_out::SigningApplication;
use crate::pages::{console, reference, requests, users};
use crate::request_log::RequestRecord;
use crate::store::UserFilter;

/// How many requests the console shows, and how many the page of requests.
const LATEST: usize = 12;
const SHOWN: usize = 200;
/// How many users a page has.
const USERS: usize = 50;

static CONTRACT: LazyLock<Result<Contract, ContractError>> =
    LazyLock::new(|| Contract::parse(reference::TEXT));

/// What can be looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum View {
    Console,
    Users,
    Requests,
    Reference {
        /// Whether the reader may know the applications and their secrets.
        open: bool,
    },
    ContractYaml,
    ContractJson,
    File(Asset),
}

/// Where it is looked at. What tells of the state is there only with the admin API.
pub(crate) fn routes(with_admin: bool) -> Vec<(&'static str, View)> {
    let mut routes = vec![
        ("/docs", View::Reference { open: with_admin }),
        ("/openapi.yaml", View::ContractYaml),
        ("/openapi.json", View::ContractJson),
    ];
    routes.extend(assets::ALL.map(|asset| (asset.path, View::File(asset))));
    if with_admin {
        routes.extend([
            ("/", View::Console),
            ("/applications/{application_id}", View::Users),
            ("/requests", View::Requests),
        ]);
    }
    routes
}

/// What pages are made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Website<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) base_url: &'a str,
}

impl Website<'_> {
    /// `values` are those of the path's parameters, as received.
    pub(crate) fn answer(self, view: View, head: &Parts, values: &[&str]) -> Answer {
        self.answered(view, head, values).unwrap_or_else(|refusal| refusal)
    }

    fn answered(self, view: View, head: &Parts, values: &[&str]) -> Result<Answer, Answer> {
        let query = head.uri.query().unwrap_or_default();
        Ok(match view {
            View::File(asset) => Answer::file(asset.content_type, asset.text),
            View::ContractYaml => Answer::file("application/yaml", reference::TEXT),
            View::ContractJson => {
                let json = contract()?.to_json().map_err(|error| broken(&error))?;
                Answer::file("application/json", json)
            }
            View::Reference { open } => {
                if open {
                    admit_reader(&head.headers)?;
                }
                self.reference(open)?
            }
            View::Console => {
                admit_reader(&head.headers)?;
                self.console(query)?
            }
            View::Users => {
                admit_reader(&head.headers)?;
                self.users(values.first().copied().unwrap_or_default(), query)?
            }
            View::Requests => {
                admit_reader(&head.headers)?;
                self.requests(query)?
            }
        })
    }

    fn console(self, query: &str) -> Result<Answer, Answer> {
        let counts = self.state.store.application_counts().map_err(|error| failed(&error))?;
        let records = self.state.log.records();
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let applications = counts.iter().map(|one| console::Application {
            id: &one.id,
            users: count(one.users),
            phones: count(one.devices),
        });
        Ok(Answer::page(
            StatusCode::OK,
            console::console(&console::Console {
                base_url: self.base_url,
                applications: applications.collect(),
                latest: records.iter().rev().take(LATEST).map(shown).collect(),
                refresh: asked(query, "refresh")? == "on",
            }),
        ))
    }

    fn users(self, application_id: &str, query: &str) -> Result<Answer, Answer> {
        let application_id = decode(application_id)
            .map_err(|error| Answer::bad_request(format!("The path cannot be read: {error}.")))?;
        let id =
            ApplicationId::new(&application_id).map_err(|_| Answer::unknown_application(&application_id))?;
        let (search, after) = (asked(query, "search")?, asked(query, "after")?);
        let phones = users::Phones::from_word(&asked(query, "phone")?);
        let has_device = match phones {
            users::Phones::Any => None,
            users::Phones::Registered => Some(true),
            users::Phones::Missing => Some(false),
        };
        // One more than is shown tells whether there are more.
        let filter = UserFilter { after: &after, part: &search, has_device, limit: USERS + 1 };
        let found = self.state.store.find_users(&id, filter).map_err(|error| failed(&error))?;
        let open_links = |number: i64| u64::try_from(number).unwrap_or_default();
        let shown = found.iter().take(USERS).map(|user| users::User {
            id: &user.id,
            has_phone: user.has_device,
            open_links: open_links(user.open_links),
        });
        Ok(Answer::page(
            StatusCode::OK,
            users::users(&users::Users {
                application_id: &application_id,
                search: &search,
                phones,
                after: Some(after.as_str()).filter(|after| !after.is_empty()),
                shown: shown.collect(),
                more: found.len() > USERS,
            }),
        ))
    }

    fn requests(self, query: &str) -> Result<Answer, Answer> {
        let refused_only = asked(query, "only")? == "refused";
        let records = self.state.log.records();
        let wanted = || records.iter().rev().filter(|record| !refused_only || record.refusal.is_some());
        Ok(Answer::page(
            StatusCode::OK,
            requests::requests(&requests::Requests {
                shown: wanted().take(SHOWN).map(shown).collect(),
                older: wanted().skip(SHOWN).count(),
                refused_only,
                refresh: asked(query, "refresh")? == "on",
            }),
        ))
    }

    fn reference(self, open: bool) -> Result<Answer, Answer> {
        let secrets =
            if open { self.state.store.secret_texts().map_err(|error| failed(&error))? } else { Vec::new() };
        let signing: Vec<_> = secrets
            .iter()
            .map(|(id, secret)| SigningApplication { id, secret: secret.as_ref().map(|text| text.as_str()) })
            .collect();
        let page = reference::reference(contract()?, open.then_some(signing.as_slice()));
        Ok(Answer::page(StatusCode::OK, page))
    }
}

fn shown(record: &RequestRecord) -> requests::Request<'_> {
    let refusal = record.refusal.as_ref();
    requests::Request {
        method: &record.method,
        path: &record.path,
        unix_seconds: record.unix_seconds,
        status: record.status,
        refusal: refusal.map(|refusal| (refusal.code, refusal.explanation.as_str())),
        fault: record.fault.map(|fault| (fault.code, fault.applied)),
    }
}

/// A value of the query; nothing if it is not there.
fn asked(query: &str, name: &str) -> Result<String, Answer> {
    query_value(query, name)
        .map(Option::unwrap_or_default)
        .map_err(|error| Answer::bad_request(format!("The query cannot be read: {error}.")))
}

fn contract() -> Result<&'static Contract, Answer> {
    CONTRACT.as_ref().map_err(broken)
}

fn broken(error: &ContractError) -> Answer {
    tracing::error!(%error, "the contract cannot be shown");
    Answer::text(StatusCode::INTERNAL_SERVER_ERROR, "The contract cannot be shown.")
}

fn failed(error: &StateError) -> Answer {
    match error {
        StateError::UnknownApplication { application_id } => {
            Answer::unknown_application(application_id.as_str())
        }
        StateError::Storage(error) => Answer::storage_failure(error),
        error => {
            tracing::error!(%error, "the store gave an error that no page knows");
            Answer::text(StatusCode::INTERNAL_SERVER_ERROR, "The emulator failed.")
        }
    }
}
