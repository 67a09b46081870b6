//! The login page against an emulator, which plays IAMPASS and the phones.
#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use axum::body::{Body, to_bytes};
use axum::http::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use tower::ServiceExt as _;

use super::*;

struct Site {
    iampass: Emulator,
    router: Router,
}

/// A browser: it keeps the one cookie of the site.
#[derive(Clone, Default)]
struct Browser {
    cookie: Option<String>,
}

struct Seen {
    status: StatusCode,
    page: String,
    goes_to: Option<String>,
    set_cookie: Option<String>,
}

impl Site {
    fn start() -> Self {
        let iampass = Emulator::start().unwrap();
        let settings = Settings::new(iampass.base_url().parse().unwrap(), iampass.credentials().clone());
        Self { router: service(&Connection::new(settings).unwrap(), true), iampass }
    }

    /// A user with a phone.
    async fn with_user(user: &'static str) -> Self {
        let site = Self::start();
        let seen = site.post(&mut Browser::default(), "/register", user).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.page);
        let (_, rest) = seen.page.split_once("href=\"").unwrap();
        site.iampass.register_device(rest.split_once('"').unwrap().0).unwrap();
        site
    }

    async fn get(&self, browser: &mut Browser) -> Seen {
        self.send(browser, Request::get("/").body(Body::empty()).unwrap()).await
    }

    async fn post(&self, browser: &mut Browser, path: &str, user: &str) -> Seen {
        self.post_from(browser, path, user, Some("https://site.example")).await
    }

    async fn post_from(&self, browser: &mut Browser, path: &str, user: &str, origin: Option<&str>) -> Seen {
        let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        self.send(browser, request.body(Body::from(format!("user={user}"))).unwrap()).await
    }

    async fn send(&self, browser: &mut Browser, mut request: Request) -> Seen {
        request.headers_mut().insert(HOST, "site.example".parse().unwrap());
        if let Some(cookie) = &browser.cookie {
            request.headers_mut().insert(COOKIE, cookie.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let text = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (status, goes_to, set_cookie) = (response.status(), text(LOCATION), text(SET_COOKIE));
        if let Some(set) = &set_cookie {
            browser.cookie = set.split(';').next().map(str::to_owned);
        }
        let body = to_bytes(response.into_body(), 256 * 1024).await.unwrap();
        Seen { status, page: String::from_utf8(body.to_vec()).unwrap(), goes_to, set_cookie }
    }

    /// The token of the newest sign-in.
    fn newest(&self) -> String {
        self.iampass.sign_ins().unwrap().last().unwrap().session_token.clone()
    }

    /// Signs a browser in.
    async fn sign_in(&self, browser: &mut Browser, user: &str) {
        assert_eq!(self.post(browser, "/sign-in", user).await.status, StatusCode::SEE_OTHER);
        self.iampass.approve(&self.newest()).unwrap();
        assert_eq!(self.get(browser).await.goes_to.unwrap(), "/");
    }
}

#[tokio::test]
async fn who_approves_on_the_phone_is_signed_in_until_the_session_ends_elsewhere() {
    let site = Site::with_user("alice").await;
    let browser = &mut Browser::default();
    assert_eq!(site.post(browser, "/sign-in", "alice").await.goes_to.unwrap(), "/");
    assert!(site.get(browser).await.page.contains("Look at your phone"));

    site.iampass.approve(&site.newest()).unwrap();
    assert_eq!(site.get(browser).await.goes_to.unwrap(), "/");
    assert!(site.get(browser).await.page.contains("You are signed in"));

    site.iampass.set_session_status(&site.newest(), SessionStatus::Walkaway).unwrap();
    assert!(!site.get(browser).await.page.contains("You are signed in"));
    site.iampass.set_session_status(&site.newest(), SessionStatus::Active).unwrap();
    assert!(site.get(browser).await.page.contains("You are signed in"));
    site.iampass.set_session_status(&site.newest(), SessionStatus::Closed).unwrap();
    assert!(site.get(browser).await.page.contains("You are not signed in."));
    assert!(site.get(browser).await.page.contains("Register a phone"));
}

#[tokio::test]
async fn who_refuses_or_does_not_react_is_not_signed_in() {
    let site = Site::with_user("alice").await;
    let browser = &mut Browser::default();
    site.post(browser, "/sign-in", "alice").await;
    site.iampass.deny(&site.newest()).unwrap();
    assert!(site.get(browser).await.page.contains("You are not signed in"));
    site.post(browser, "/sign-in", "alice").await;
    site.iampass.move_clock(3_600);
    // The clock of the client was right; it is corrected with the first response.
    assert!(site.get(browser).await.page.contains("You are not signed in"));
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let site = Site::with_user("alice").await;
    let browser = &mut Browser::default();
    site.sign_in(browser, "alice").await;
    assert_eq!(site.post(browser, "/sign-out", "").await.goes_to.unwrap(), "/");
    assert_eq!(site.iampass.sign_ins().unwrap()[0].session_status, SessionStatus::Closed);
    assert!(site.get(browser).await.page.contains("Register a phone"));
}

#[tokio::test]
async fn a_sign_in_belongs_to_the_browser_that_started_it() {
    let site = Site::with_user("alice").await;
    let (browser, other) = (&mut Browser::default(), &mut Browser::default());
    site.post(browser, "/sign-in", "alice").await;
    site.iampass.approve(&site.newest()).unwrap();
    assert!(site.get(other).await.page.contains("Register a phone"));
    // An id without the site's signature, and one of a signed cookie with another id in it.
    let forged = browser.cookie.clone().unwrap().replacen("login=", "login=1", 1);
    for cookie in ["login=1".to_owned(), forged] {
        let thief = &mut Browser { cookie: Some(cookie) };
        assert!(site.get(thief).await.page.contains("Register a phone"));
    }
    assert_eq!(site.get(browser).await.goes_to.unwrap(), "/");
}

#[tokio::test]
async fn the_id_changes_when_the_user_approves() {
    let site = Site::with_user("alice").await;
    let browser = &mut Browser::default();
    site.post(browser, "/sign-in", "alice").await;
    let mut before = browser.clone();
    site.iampass.approve(&site.newest()).unwrap();
    site.get(browser).await;
    assert_ne!(browser.cookie, before.cookie);
    assert!(site.get(&mut before).await.page.contains("Register a phone"));
    assert!(site.get(browser).await.page.contains("You are signed in"));
}

#[tokio::test]
async fn the_browser_gets_nothing_that_is_secret() {
    let site = Site::with_user("alice").await;
    let browser = &mut Browser::default();
    let seen = site.post(browser, "/sign-in", "alice").await;
    let cookie = seen.set_cookie.unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let token = site.newest();
    let pages = [cookie, site.get(browser).await.page];
    assert!(pages.iter().all(|page| !page.contains(&token) && !page.contains("authentication/")));
}

#[tokio::test]
async fn a_phone_is_asked_once_at_a_time() {
    let site = Site::with_user("alice").await;
    let (browser, other) = (&mut Browser::default(), &mut Browser::default());
    let (first, second) =
        tokio::join!(site.post(browser, "/sign-in", "alice"), site.post(other, "/sign-in", "alice"));
    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    assert_eq!(site.iampass.sign_ins().unwrap().len(), 1);
    // The browser whose sign-in is under way sees how it stands.
    let browser = if first.status == StatusCode::SEE_OTHER { browser } else { other };
    assert_eq!(site.post(browser, "/sign-in", "alice").await.goes_to.unwrap(), "/");
    assert_eq!(site.iampass.sign_ins().unwrap().len(), 1);
}

#[tokio::test]
async fn who_has_no_phone_is_not_told_from_who_is_not_known() {
    let site = Site::with_user("alice").await;
    let browser = &mut Browser::default();
    site.post(browser, "/register", "without-a-phone").await;
    let without_phone = site.post(browser, "/sign-in", "without-a-phone").await;
    let unknown = site.post(browser, "/sign-in", "nobody").await;
    assert_eq!((without_phone.status, &without_phone.page), (unknown.status, &unknown.page));
    assert_eq!(unknown.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let site = Site::with_user("alice").await;
    let browser = &mut Browser::default();
    for origin in [None, Some("null"), Some("https://other.example"), Some("https://site.example.other")] {
        for path in ["/sign-in", "/sign-out", "/register"] {
            let seen = site.post_from(browser, path, "alice", origin).await;
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{origin:?} {path}");
        }
    }
    assert!(site.iampass.sign_ins().unwrap().is_empty());
}

#[tokio::test]
async fn a_phone_is_not_registered_over_another() {
    let site = Site::with_user("alice").await;
    let seen = site.post(&mut Browser::default(), "/register", "alice").await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn names_are_shown_as_text_and_bad_ones_are_the_visitor_s_to_change() {
    let site = Site::with_user("<script>").await;
    let browser = &mut Browser::default();
    site.post(browser, "/sign-in", "<script>").await;
    assert!(site.get(browser).await.page.contains("&lt;script&gt;"));
    for name in ["", ".", ".."] {
        let seen = site.post(&mut Browser::default(), "/sign-in", name).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
}

/// Anybody can send a form, and what comes with it is passed on to IAMPASS.
#[tokio::test]
async fn a_form_that_is_too_long_for_a_name_goes_nowhere() {
    let site = Site::start();
    let name = "a".repeat(2_000);
    for path in ["/register", "/sign-in"] {
        let seen = site.post(&mut Browser::default(), path, &name).await;
        assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    assert!(site.iampass.requests().is_empty());
}

#[tokio::test]
async fn an_outage_signs_nobody_out_and_a_lost_session_does() {
    let site = Site::with_user("alice").await;
    let browser = &mut Browser::default();
    site.sign_in(browser, "alice").await;
    site.iampass.stop_listening().unwrap();
    assert_eq!(site.get(browser).await.status, StatusCode::SERVICE_UNAVAILABLE);
    site.iampass.start_listening().unwrap();
    assert!(site.get(browser).await.page.contains("You are signed in"));
    site.iampass.reset().unwrap();
    assert!(site.get(browser).await.page.contains("You are not signed in."));
}

/// People copy it, so it is to be read in one go.
#[test]
fn the_application_is_short() {
    assert!(include_str!("../login.rs").lines().count() < 250);
}
