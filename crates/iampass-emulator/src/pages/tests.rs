//! What all pages keep to, whatever is shown on them.

use std::collections::HashSet;
use std::time::Duration;

use iampass_auth::ApplicationId;
use iampass_authentication::SessionStatus;
use iampass_management::UserId;
use iampass_reference::Contract;

use super::banner::Banner;
use super::console::{Application, Console};
use super::controls::{Controls, Fault};
use super::error::Failure;
use super::phone::registration::{self, Closed, Invited};
use super::phone::sign_in::{self as phone, NotAnswered, Phone};
use super::reference::{AUTHENTICATION, MANAGEMENT};
use super::request::Details;
use super::requests::{Request, Requests};
use super::sign_ins::{Shown, SignIns};
use super::sign_ins_of_user::SignInsOfUser;
use super::try_out::SigningApplication;
use super::user::{Link, User as OneUser};
use super::users::{Phones, User, Users};
use super::{
    Page, assets, closed_console, confirm, console, controls, error, reference, request, requests, security,
    sign_ins, user, users,
};
use crate::sign_in::{SignIn, SignInOutcome};

const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\u{202e}";

fn sign_in(status: &str) -> SignIn {
    SignIn {
        session_token: HOSTILE.to_owned(),
        application_id: ApplicationId::new("\"'><script>alert(1)</script>").unwrap(),
        user_id: UserId::new(HOSTILE).unwrap(),
        methods: Vec::new(),
        session_status: status.into(),
        duration_seconds: 3_600,
        started_at: 86_399,
        ends_at: Some(86_459),
    }
}

/// Every page there is, with hostile text wherever text comes from elsewhere.
fn pages() -> Vec<(&'static str, Page)> {
    [console_pages(), phone_pages()].concat()
}

fn phone_pages() -> Vec<(&'static str, Page)> {
    let invited = Invited { application_id: HOSTILE, user_id: HOSTILE, display_name: Some(HOSTILE) };
    let waiting = sign_in("pending");
    let asked = Phone {
        application_id: HOSTILE,
        user_id: HOSTILE,
        asked: Some(&waiting),
        others: 2,
        past: Vec::new(),
    };
    vec![
        ("invitation", registration::invitation(invited)),
        ("nameless invitation", registration::invitation(Invited { display_name: None, ..invited })),
        ("registered", registration::registered(HOSTILE)),
        ("used", registration::closed(Closed::Used)),
        ("dead", registration::closed(Closed::Dead)),
        ("expired", registration::closed(Closed::Expired)),
        ("second phone", registration::closed(Closed::SecondPhone)),
        ("unknown", registration::closed(Closed::Unknown)),
        ("failed", registration::closed(Closed::Failed)),
        ("phone", phone::phone(&Phone { past: vec![&waiting], ..asked.clone() })),
        ("idle phone", phone::phone(&Phone { asked: None, others: 0, ..asked })),
        ("unknown phone", phone::unknown()),
        ("too late", phone::not_answered(&NotAnswered::Over(&SessionStatus::Timeout), HOSTILE)),
        ("over", phone::not_answered(&NotAnswered::Over(&SessionStatus::Unknown(HOSTILE.into())), HOSTILE)),
        ("not asked", phone::not_answered(&NotAnswered::Unknown, HOSTILE)),
        ("not answered", phone::not_answered(&NotAnswered::Failed, HOSTILE)),
    ]
}

fn console_pages() -> Vec<(&'static str, Page)> {
    let banner = Banner { faults: 2, clock_moved_by: -60 };
    let one = Request {
        number: 7,
        method: HOSTILE,
        path: HOSTILE,
        unix_seconds: 86_399,
        times: 2,
        status: 401,
        refusal: Some((HOSTILE, HOSTILE)),
        fault: Some((HOSTILE, true)),
    };
    let application =
        Application { id: HOSTILE, users: 2, phones: 1, waiting: 1, signed_in: 2, secret: Some(HOSTILE) };
    let contract = Contract::parse(MANAGEMENT.text).unwrap();
    let signing = [
        SigningApplication { id: HOSTILE, secret: Some(HOSTILE) },
        SigningApplication { id: "b", secret: None },
    ];
    let user = User { id: HOSTILE, has_phone: true, open_links: 1 };
    let of_users = Users {
        application_id: HOSTILE,
        search: HOSTILE,
        phones: Phones::Missing,
        shown: vec![user],
        before: 1,
        matching: 3,
        total: 4,
        with_phone: 1,
        banner,
    };
    let nobody = Users { shown: Vec::new(), before: 0, matching: 0, ..of_users.clone() };
    let link = Link { url: format!("http://127.0.0.1:1/register/{HOSTILE}"), display_name: Some(HOSTILE) };
    let in_each_state = SessionStatus::KNOWN.map(|status| sign_in(status.as_str()));
    let shown: Vec<_> =
        in_each_state.iter().map(|sign_in| Shown { sign_in, phone_path: Some(HOSTILE.to_owned()) }).collect();
    let outcome = SignInOutcome::new(SessionStatus::Active, Duration::from_millis(200)).unwrap();
    let totals = SessionStatus::KNOWN.map(|status| (status, 2));
    let of_sign_ins =
        SignIns { application_id: Some(HOSTILE), shown: shown.clone(), totals: &totals, banner };
    let no_sign_ins = SignIns { application_id: None, shown: Vec::new(), totals: &[], banner };
    let of_user = OneUser {
        application_id: HOSTILE,
        id: HOSTILE,
        has_phone: true,
        phone_url: Some(HOSTILE.to_owned()),
        sign_ins: SignInsOfUser { shown: shown.clone(), older: 1, outcome: Some(&outcome) },
        links: vec![link.clone(), link],
        older_links: 1,
        banner,
    };
    let fault = Fault { what: HOSTILE.to_owned(), calls: HOSTILE.to_owned(), struck: 1 };
    let of_controls = Controls { unix_seconds: 1, faults: vec![fault], operations: vec![HOSTILE], banner };
    let details = Details { operation: Some(HOSTILE), body_bytes: Some(1), mistakes: vec![HOSTILE] };
    let failure = Failure { status: 400, text: HOSTILE, back: Some(HOSTILE) };
    let of_console =
        Console { base_url: HOSTILE, applications: vec![application], latest: vec![one], banner };
    let empty = Console {
        applications: Vec::new(),
        latest: Vec::new(),
        banner: Banner::default(),
        ..of_console.clone()
    };
    let of_requests = Requests { shown: vec![one], older: 1, refused_only: true, banner };
    vec![
        ("console", console::console(&of_console)),
        ("empty console", console::console(&empty)),
        ("closed console", closed_console::closed_console()),
        ("requests", requests::requests(&of_requests)),
        ("users", users::users(&of_users)),
        ("no users", users::users(&nobody)),
        ("user", user::user(&of_user)),
        ("sign-ins", sign_ins::sign_ins(&of_sign_ins)),
        ("no sign-ins", sign_ins::sign_ins(&no_sign_ins)),
        ("controls", controls::controls(&of_controls)),
        ("request", request::request(&one, &details, banner)),
        ("delete a user", confirm::delete_user(HOSTILE, HOSTILE, banner)),
        ("reset", confirm::reset(banner)),
        ("error", error::error(failure, Some(banner))),
        ("closed error", error::error(Failure { back: None, ..failure }, None)),
        ("closed reference", reference::reference(&MANAGEMENT, &contract, None, None)),
        ("reference", reference::reference(&MANAGEMENT, &contract, Some(&signing), Some(banner))),
    ]
}

/// The values of an attribute, wherever it stands.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The tags of a page, which must be free of hostile ones.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|rest| rest.split('>').next())
}

#[test]
fn no_text_from_elsewhere_becomes_markup_or_script() {
    for (name, page) in pages() {
        assert!(!page.html.contains("<script>") && !page.html.contains("<img src=x"), "{name}");
        for tag in tags(&page.html) {
            assert!(!tag.contains(" style="), "{name}: {tag}");
            // Inside quotes it is text; the template puts all values there.
            let outside = tag.split('"').step_by(2).collect::<String>();
            assert!(!outside.contains(" on") && !outside.contains("script>"), "{name}: {tag}");
        }
    }
}

#[test]
fn pages_load_nothing_but_the_emulator_s_files() {
    for (name, page) in pages() {
        let has_script = page.html.contains("<script");
        assert_eq!(has_script, page.policy != security::PASSIVE, "{name}");
        let loaded = values(&page.html, "src");
        let styles =
            page.html.split("<link").skip(1).flat_map(|rest| values(rest.split('>').next().unwrap(), "href"));
        for path in loaded.into_iter().chain(styles) {
            assert!(assets::ALL.iter().any(|asset| asset.path == path), "{name}: {path}");
        }
    }
    for policy in [security::PASSIVE, security::CONSOLE, security::REFERENCE] {
        assert!(policy.content.starts_with("default-src 'none';") && !policy.content.contains("unsafe"));
    }
}

#[test]
fn every_page_can_be_found_one_s_way_in() {
    for (name, page) in pages() {
        let html = &page.html;
        let count = |tag: &str| html.matches(tag).count();
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{name}");
        assert_eq!((count("<h1"), count("<main"), count("<title>")), (1, 1, 1), "{name}");
        let ids = values(html, "id");
        let different: HashSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len(), "{name}: {ids:?}");
        let within = values(html, "href").into_iter().filter_map(|target| target.strip_prefix('#'));
        for target in within.chain(values(html, "for")).chain(values(html, "aria-labelledby")) {
            assert!(ids.contains(&target), "{name}: {target}");
        }
        let labelled = values(html, "for").len();
        let inputs = count("<input") - count("<input type=\"hidden\"");
        assert_eq!(labelled, inputs + count("<select") + count("<textarea"), "{name}");
    }
}

#[test]
fn the_phone_shows_the_name_and_has_one_button() {
    let invited = Invited { application_id: "app", user_id: "alice", display_name: Some("Zoë <3") };
    let html = registration::invitation(invited).html;
    assert!(html.contains("Zoë &lt;3") && html.contains("<form method=\"post\">"), "{html}");
    assert_eq!(html.matches("<button").count(), 1);
    let html = registration::invitation(Invited { display_name: None, ..invited }).html;
    let (screen, developers) = html.split_once("<aside").unwrap();
    assert!(screen.contains("your account") && !screen.contains("alice"), "{html}");
    assert!(developers.contains("alice"), "{html}");
}

#[test]
fn the_reference_has_all_that_the_contract_has() {
    let operations = [
        (&MANAGEMENT, &iampass_management::generated::OPERATIONS[..]),
        (&AUTHENTICATION, &iampass_authentication::generated::OPERATIONS[..]),
    ];
    for (document, operations) in operations {
        let contract = Contract::parse(document.text).unwrap();
        let html = reference::reference(document, &contract, None, None).html;
        for operation in operations {
            let form = format!("data-method=\"{}\" data-path=\"{}\"", operation.method, operation.path);
            assert_eq!(html.matches(&form).count(), 1, "{form}");
        }
        // Calls of given URLs are signed with what the page does not have.
        assert_eq!(html.matches("data-path=").count(), operations.len());
        for line in document.text.lines() {
            let Some((member, value)) = line.trim().split_once(": ") else { continue };
            if ["summary", "operationId"].contains(&member) {
                assert!(html.contains(value), "{value}");
            }
        }
    }
}

/// Relative luminance, WCAG 2.
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[test]
fn text_has_contrast_in_light_and_in_dark() {
    let schemes: Vec<_> = iampass_reference::STYLE.split(":root {").skip(1).collect();
    assert_eq!(schemes.len(), 2);
    for scheme in schemes {
        let color = |name: &str| {
            let (_, rest) = scheme.split_once(&format!("--{name}: ")).unwrap();
            luminance(&rest[..7])
        };
        let on_grounds =
            ["ink", "faint", "accent"].map(|text| ["ground", "paper", "code"].map(|ground| (text, ground)));
        let chips = [
            ("good", "good-ground"),
            ("warn", "warn-ground"),
            ("bad", "bad-ground"),
            ("note", "note-ground"),
        ];
        for (text, ground) in on_grounds.into_iter().flatten().chain(chips).chain([("accent-ink", "accent")])
        {
            let (one, other) = (color(text), color(ground));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
        }
    }
}
