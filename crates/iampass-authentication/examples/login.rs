//! A login page to start from: a user registers a phone, signs in with it, and is signed out when the session ends
//! elsewhere. `cargo run -p iampass-authentication --example login -- --emulator` brings a local IAMPASS along. Without
//! `--emulator` it calls the service that the three `IAMPASS_…` variables name, and is to be reached by https.
#![allow(clippy::print_stdout, reason = "it tells where it listens")]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use iampass_authentication::{
    AuthenticationClient, Connection, Error, Session, SessionStatus, Settings, SignIn, SignInOptions, UserId,
};
use iampass_emulator::Emulator;
use iampass_management::ManagementClient;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use qrcode::{QrCode, render::svg};
use serde::Deserialize;
use tokio::sync::Mutex;

/// What did not work, for the person in front of the page.
type Failure = (StatusCode, Markup);
type Page = Result<Response, Failure>;

const COOKIE: &str = "login";
const SIGNED_IN: Duration = Duration::from_secs(8 * 60 * 60);
/// For how long a phone is waited for, and another sign-in of its user refused.
const PENDING: Duration = Duration::from_secs(60);
/// What a user without a phone is told, and one who is not known: which of the two is not for strangers.
const CANNOT_SIGN_IN: &str = "This user cannot sign in. Have you registered a phone?";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = std::env::args().any(|arg| arg == "--emulator").then(Emulator::start).transpose()?;
    let settings = match &emulator {
        Some(iampass) => Settings::new(iampass.base_url().parse()?, iampass.credentials().clone()),
        None => Settings::from_env()?,
    };
    let connection = Connection::new(settings)?;
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{} signs in through {}", listener.local_addr()?, connection.base_url());
    axum::serve(listener, service(&connection, emulator.is_none())).await?;
    Ok(())
}

/// What the handlers share. Several instances of an application share `logins` and `key`, in a database for example.
#[derive(Clone)]
struct App {
    users: ManagementClient,
    sign_ins: AuthenticationClient,
    logins: Arc<Mutex<HashMap<u128, Login>>>,
    key: Key,
    is_https: bool,
}

/// One browser's sign-in. The browser has nothing but its id, in a signed cookie.
#[derive(Clone)]
struct Login {
    user: UserId,
    /// `None` while IAMPASS is being called.
    session: Option<Session>,
    is_signed_in: bool,
    since: Instant,
}

impl FromRef<App> for Key {
    fn from_ref(app: &App) -> Self {
        app.key.clone()
    }
}

fn service(connection: &Connection, is_https: bool) -> Router {
    let (users, sign_ins) = (connection.clone().into(), connection.clone().into());
    let app = App { users, sign_ins, logins: Arc::default(), key: Key::generate(), is_https };
    let router = Router::new().route("/", get(home)).route("/register", post(register));
    let router = router.route("/sign-in", post(sign_in)).route("/sign-out", post(sign_out));
    router.layer(DefaultBodyLimit::max(1024)).layer(from_fn(guard)).with_state(app)
}

/// Forms come from this site's own pages, and no other site shows these in a frame.
async fn guard(headers: HeaderMap, request: Request, next: Next) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://"));
    if request.method() == Method::POST && origin.is_none_or(|(_, host)| Some(host) != text(header::HOST)) {
        return (StatusCode::FORBIDDEN, "this form is not from here").into_response();
    }
    let policy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
    let added = [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")];
    (added, next.run(request).await).into_response()
}

/// Shows where this browser's sign-in stands. It asks IAMPASS each time, because a session can end elsewhere; a busy
/// application keeps the state for some seconds.
async fn home(State(app): State<App>, jar: SignedCookieJar) -> Page {
    let Some((id, login)) = app.login(&jar).await else { return Ok(forms("").into_response()) };
    let status = match &login.session {
        Some(session) => session.status().await,
        None => Ok(SessionStatus::Pending),
    };
    let (title, text) = match status {
        Ok(SessionStatus::Active) if !login.is_signed_in => {
            // A new id: the one from before, which somebody may have seen or planted, is worth nothing any more.
            let mut logins = app.logins.lock().await;
            let Some(login) = logins.remove(&id) else { return Ok(Redirect::to("/").into_response()) };
            let (id, since) = (rand::random(), Instant::now());
            logins.insert(id, Login { is_signed_in: true, since, ..login });
            return Ok((app.with_cookie(jar, id), Redirect::to("/")).into_response());
        }
        Ok(SessionStatus::Active) => ("You are signed in", "this page is yours alone."),
        Ok(SessionStatus::Walkaway) => ("Where is your phone?", "this page waits until it is back."),
        Ok(status) if !status.is_final() => ("Look at your phone", "it asks whether you sign in here."),
        // 401 and 404: IAMPASS does not know the session any more.
        Err(error) if !error.is_unauthorized() && !error.is_not_found() => return Err(failure(error)),
        _ => {
            app.logins.lock().await.remove(&id);
            return Ok(forms("You are not signed in.").into_response());
        }
    };
    let form = html! { form method="post" action="/sign-out" { button { "Sign out" } } };
    Ok(page(title, true, &html! { p { (login.user) ": " (text) } (form) }).into_response())
}

#[derive(Deserialize)]
struct UserForm {
    user: String,
}

/// Whoever comes first gets the link that registers a phone. An application that knows its users shows it to the one who
/// has just proved to be that user, and to nobody else.
async fn register(State(app): State<App>, Form(form): Form<UserForm>) -> Page {
    let user = UserId::new(form.user)
        .map_err(|_| sorry(StatusCode::UNPROCESSABLE_ENTITY, "Choose another name."))?;
    app.users.add_users([&user]).await.map_err(failure)?;
    if app.users.has_registered_mobile_device(&user).await.map_err(failure)? {
        return Err(sorry(StatusCode::CONFLICT, "This user has a phone already."));
    }
    let link = app.users.device_registration_link(&user, None).await.map_err(failure)?;
    let code = QrCode::new(link.as_str()).map(|code| code.render::<svg::Color<'_>>().build());
    let content = html! {
        p { "Scan this with your phone, or open " a href=(link.as_str()) { "the link" } " there." }
        @if let Ok(code) = code { (PreEscaped(code)) } p { "Then " a href="/" { "sign in" } "." }
    };
    Ok(page("Register a phone", false, &content).into_response())
}

/// A user's phone asks one question at a time, so that nobody can heap them on it until the user gives in. An
/// application limits as well how often it asks.
async fn sign_in(State(app): State<App>, jar: SignedCookieJar, Form(form): Form<UserForm>) -> Page {
    let user = UserId::new(form.user)
        .map_err(|_| sorry(StatusCode::UNPROCESSABLE_ENTITY, "Choose another name."))?;
    if app.login(&jar).await.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let Some(id) = app.reserve(&user).await else {
        return Err(sorry(StatusCode::CONFLICT, "The phone is being asked. Answer it, or wait a minute."));
    };
    let options = SignInOptions::default().with_duration(SIGNED_IN);
    match app.sign_ins.authenticate_with(&user, &options).await.map(SignIn::started) {
        Ok(Some(session)) => {
            app.logins.lock().await.entry(id).and_modify(|login| login.session = Some(session));
            Ok((app.with_cookie(jar, id), Redirect::to("/")).into_response())
        }
        refused => {
            app.logins.lock().await.remove(&id);
            Err(refused.err().map_or_else(|| sorry(StatusCode::CONFLICT, CANNOT_SIGN_IN), failure))
        }
    }
}

async fn sign_out(State(app): State<App>, jar: SignedCookieJar) -> Result<Redirect, Failure> {
    if let Some((id, login)) = app.login(&jar).await {
        app.logins.lock().await.remove(&id);
        if let Some(session) = login.session {
            session.end().await.map_err(failure)?;
        }
    }
    Ok(Redirect::to("/"))
}

impl App {
    async fn login(&self, jar: &SignedCookieJar) -> Option<(u128, Login)> {
        let id = jar.get(COOKIE)?.value().parse().ok()?;
        let login = self.logins.lock().await.get(&id)?.clone();
        Some((id, login))
    }

    /// The id of a new sign-in of this user, unless the user's phone is being asked.
    async fn reserve(&self, user: &UserId) -> Option<u128> {
        let mut logins = self.logins.lock().await;
        let lifetime = |login: &Login| if login.is_signed_in { SIGNED_IN } else { PENDING };
        logins.retain(|_, login| login.since.elapsed() < lifetime(login));
        if logins.values().any(|login| login.user == *user && !login.is_signed_in) {
            return None;
        }
        let (id, user, since) = (rand::random(), user.clone(), Instant::now());
        logins.insert(id, Login { user, session: None, is_signed_in: false, since });
        Some(id)
    }

    fn with_cookie(&self, jar: SignedCookieJar, id: u128) -> SignedCookieJar {
        let cookie = Cookie::build((COOKIE, id.to_string())).path("/").http_only(true);
        jar.add(cookie.same_site(SameSite::Lax).secure(self.is_https))
    }
}

fn sorry(status: StatusCode, text: &str) -> Failure {
    (status, forms(text))
}

#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failure(error: Error) -> Failure {
    if error.is_not_found() {
        return sorry(StatusCode::CONFLICT, CANNOT_SIGN_IN);
    }
    // It shows no user id, so it can be logged.
    tracing::error!(%error, "a call of IAMPASS failed");
    sorry(StatusCode::SERVICE_UNAVAILABLE, "This did not work. Please try again in a minute.")
}

fn forms(text: &str) -> Markup {
    let content = html! {
        p role="status" { (text) }
        @for (action, label) in [("/sign-in", "Sign in"), ("/register", "Register a phone")] {
            form method="post" action=(action) { input name="user" required aria-label="User name"; button { (label) } }
        }
    };
    page("Sign in", false, &content)
}

/// A page; one that waits loads itself again.
fn page(title: &str, waits: bool, content: &Markup) -> Markup {
    html! {
        (DOCTYPE) html lang="en" {
            head { meta name="viewport" content="width=device-width"; title { (title) } @if waits { meta http-equiv="refresh" content="2"; } }
            body { h1 { (title) } (content) }
        }
    }
}

#[cfg(test)]
#[path = "login/tests.rs"]
mod tests;
