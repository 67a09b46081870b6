//! The emulator's pages: they ask the state what there is to show.
//!
//! All of it is GET, and none of it changes anything; the one form that does is the phone's.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header::{HeaderMap, HeaderValue, VARY};
use axum::http::{StatusCode, Uri};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::get;
use iampass_auth::ApplicationId;
use iampass_reference::{Contract, ContractError};

use crate::admin::admit_reader;
use crate::app_state::AppState;
use crate::caller_origin::CallerOrigin;
use crate::http::methods::{only, only_reads};
use crate::http::path::{parameter_values, path_param, query_param};
use crate::http::reader::Reader;
use crate::http::rejection::Rejection;
use crate::http::response;
use crate::middleware::record::Unlisted;
use crate::pages::assets;
use crate::pages::try_out::SigningApplication;
use crate::pages::{closed_console, console, reference, requests, users};
use crate::request_log::RequestRecord;
use crate::store::UserFilter;

/// How many requests the console shows, and how many the page of requests.
const LATEST: usize = 12;
const SHOWN: usize = 200;
/// How many users a page has.
const USERS: usize = 50;
/// Where an application's users are shown.
const USERS_PATH: &str = "/applications/{application_id}";

static CONTRACT: LazyLock<Result<Contract, ContractError>> =
    LazyLock::new(|| Contract::parse(reference::TEXT));

/// What programs that wait for a server ask with `HEAD`.
const WAITED_FOR: [&str; 4] = ["/", "/docs", "/openapi.yaml", "/openapi.json"];

/// What can be looked at. What tells of the state is there only with the admin API.
pub(crate) fn router(state: &Arc<AppState>, with_admin: bool) -> Router<Arc<AppState>> {
    let mut routes = vec![("/openapi.yaml", get(contract_yaml)), ("/openapi.json", get(contract_json))];
    routes.extend(assets::ALL.map(|asset| {
        (asset.path, get(move || async move { response::file(asset.content_type, asset.text) }))
    }));
    if with_admin {
        let guard = from_fn_with_state(state.clone(), admit_reader);
        let of_state = [
            ("/", get(show_console)),
            (USERS_PATH, get(show_users)),
            ("/requests", get(show_requests)),
            ("/docs", get(show_reference)),
        ];
        routes.extend(of_state.map(|(path, page)| (path, page.route_layer(guard.clone()))));
    } else {
        routes.extend([("/", get(show_closed_console)), ("/docs", get(show_closed_reference))]);
    }
    routes.into_iter().fold(Router::new(), |router, (path, page)| {
        let page = page.route_layer(map_response(unlisted));
        router.route(path, if WAITED_FOR.contains(&path) { only_reads(page) } else { only("GET", page) })
    })
}

async fn unlisted(mut response: Response) -> Response {
    response.extensions_mut().insert(Unlisted::Page);
    response
}

async fn contract_yaml() -> Response {
    response::file("application/yaml", reference::TEXT)
}

async fn contract_json() -> Result<Response, Rejection> {
    let json = contract()?.to_json().map_err(|error| broken(&error))?;
    Ok(response::file("application/json", json))
}

async fn show_console(
    State(state): State<Arc<AppState>>,
    CallerOrigin(origin): CallerOrigin,
    RawQuery(query): RawQuery,
) -> Result<Response, Rejection> {
    let query = query.unwrap_or_default();
    let counts = state.store.application_counts()?;
    let records = state.log.records();
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let applications = counts.iter().map(|one| console::Application {
        id: &one.id,
        users: count(one.users),
        phones: count(one.devices),
    });
    Ok(response::page(
        StatusCode::OK,
        console::console(&console::Console {
            base_url: &origin,
            applications: applications.collect(),
            latest: records.iter().rev().take(LATEST).map(shown).collect(),
            refresh: param(&query, "refresh")? == "on",
        }),
    ))
}

/// In the place of the console, for those who may not see it.
async fn show_closed_console(headers: HeaderMap) -> Response {
    let mut response = match Reader::of(&headers) {
        Reader::Person => response::page(StatusCode::OK, closed_console::closed_console()),
        Reader::Program => response::text(StatusCode::OK, closed_console::TEXT),
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    response
}

async fn show_users(State(state): State<Arc<AppState>>, uri: Uri) -> Result<Response, Rejection> {
    let query = uri.query().unwrap_or_default();
    let application_id = parameter_values(USERS_PATH, uri.path()).next().unwrap_or_default();
    let application_id = path_param(application_id)?;
    let id =
        ApplicationId::new(&application_id).map_err(|_| Rejection::unknown_application(&application_id))?;
    let (search, after) = (param(query, "search")?, param(query, "after")?);
    let phones = users::Phones::from_word(&param(query, "phone")?);
    let has_device = match phones {
        users::Phones::Any => None,
        users::Phones::Registered => Some(true),
        users::Phones::Missing => Some(false),
    };
    // One more than is shown tells whether there are more.
    let filter = UserFilter { after: &after, part: &search, has_device, limit: USERS + 1 };
    let found = state.store.find_users(&id, filter)?;
    let open_links = |number: i64| u64::try_from(number).unwrap_or_default();
    let shown = found.iter().take(USERS).map(|user| users::User {
        id: &user.id,
        has_phone: user.has_device,
        open_links: open_links(user.open_links),
    });
    Ok(response::page(
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

async fn show_requests(
    State(state): State<Arc<AppState>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Rejection> {
    let query = query.unwrap_or_default();
    let refused_only = param(&query, "only")? == "refused";
    let records = state.log.records();
    let wanted = || records.iter().rev().filter(|record| !refused_only || record.refusal.is_some());
    Ok(response::page(
        StatusCode::OK,
        requests::requests(&requests::Requests {
            shown: wanted().take(SHOWN).map(shown).collect(),
            older: wanted().skip(SHOWN).count(),
            refused_only,
            refresh: param(&query, "refresh")? == "on",
        }),
    ))
}

async fn show_reference(State(state): State<Arc<AppState>>) -> Result<Response, Rejection> {
    let secrets = state.store.secret_texts()?;
    let applications = secrets
        .iter()
        .map(|(id, secret)| SigningApplication { id, secret: secret.as_ref().map(|text| text.as_str()) });
    let applications: Vec<_> = applications.collect();
    Ok(response::page(StatusCode::OK, reference::reference(contract()?, Some(&applications))))
}

/// The reader may know neither the applications nor their secrets.
async fn show_closed_reference() -> Result<Response, Rejection> {
    Ok(response::page(StatusCode::OK, reference::reference(contract()?, None)))
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
fn param(query: &str, name: &str) -> Result<String, Rejection> {
    query_param(query, name).map(Option::unwrap_or_default)
}

fn contract() -> Result<&'static Contract, Rejection> {
    CONTRACT.as_ref().map_err(broken)
}

fn broken(error: &ContractError) -> Rejection {
    tracing::error!(%error, "the contract cannot be shown");
    Rejection::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "The contract cannot be shown.")
}
