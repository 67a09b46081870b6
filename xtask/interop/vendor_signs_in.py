"""The vendor's own AuthenticationAPI and Session call our emulator.

Settings: as for vendor_against_emulator.py.
"""

import json
from urllib.parse import quote

from common import (
    APPLICATION_ID,
    APPLICATION_SECRET,
    USERS,
    WRONG_SECRET,
    Checks,
    last_request,
    path_of,
    send,
    setting,
)
from IAMPASS.authentication_api import AuthenticationAPI
from IAMPASS.authentication_method import AuthenticationMethod
from IAMPASS.config import IAMPASS_SERVER
from IAMPASS.management_api import ManagementAPI, ManagementAPIResult as Result
from IAMPASS.hmac import make_authentication_headers
from IAMPASS.session import Session
from IAMPASS.status import Status

OTHER_ID = setting("INTEROP_OTHER_APPLICATION_ID")
OTHER_SECRET = setting("INTEROP_OTHER_APPLICATION_SECRET")
ADMIN = IAMPASS_SERVER + "/_emulator/v1"
# The state, and which of the session's three properties the vendor's package says of it.
PROPERTIES = {
    Status.pending: "in_progress",
    Status.identifying: "in_progress",
    Status.active: "active",
    Status.failed: "failed",
    Status.cancelled: "failed",
    Status.timeout: "failed",
    Status.walkaway: None,
    Status.closed: None,
}
# How a sign-in gets to each state, by what the phone, the user and the service do.
WAYS = {
    Status.pending: [],
    Status.identifying: ["identifying"],
    Status.active: ["identifying", "active"],
    Status.failed: ["identifying", "failed"],
    Status.cancelled: ["cancelled"],
    Status.timeout: ["timeout"],
    Status.walkaway: ["active", "walkaway"],
    Status.closed: ["active", "closed"],
}


def admin(path, method="GET", value=None):
    """A call of the emulator's admin API: (status, text)."""
    body = None if value is None else json.dumps(value).encode()
    status, _, text = send(f"{ADMIN}/{path}", {"Content-Type": "application/json"}, body, method)
    return status, text


def move(checks, session, status):
    """The phone, or the service, takes a session to another state."""
    code, text = admin(f"sign-ins/{session.session_token}", "POST", {"session_status": status})
    checks.that(f"to {status}", 200 <= code < 300, f"came {code} {text}")


def refusal():
    """Status, and code of the refusal, of the last request."""
    return last_request(IAMPASS_SERVER)[1:]


def with_phone(checks, user):
    api = ManagementAPI(APPLICATION_ID, APPLICATION_SECRET)
    checks.that(f"add_user({user!r})", api.add_user(user) in (Result.success, Result.user_exists), "it failed")
    # The vendor's client writes a space in a path as a plus sign; none of these users has one.
    send(api.get_registration_link(user, None), method="POST")


def says(checks, what, session, status):
    """The state, and what the vendor's three properties say of it."""
    checks.equal(f"{what}: state", session.session_status, status)
    said = [name for name in ("in_progress", "active", "failed") if getattr(session, name)]
    expected = [PROPERTIES[status]] if PROPERTIES[status] else []
    checks.equal(f"{what}: properties", said, expected)


def every_state(checks, api, user):
    for status, way in WAYS.items():
        session = api.authenticate_user(user)
        what = f"{user!r} to {status.name}"
        if not session:
            checks.that(f"{what}: starts", False, f"came {session!r}")
            continue
        says(checks, f"{what}, started", session, Status.pending)
        for url in (session.status_url, session.logout_url):
            checks.that(f"{what}: leads to the emulator", url.startswith(IAMPASS_SERVER + "/"), f"came {url!r}")
        for step in way:
            move(checks, session, step)
        checks.equal(f"{what}: get_status", session.get_status(), status)
        says(checks, what, session, status)


def methods_and_duration(checks, api, user):
    one, all_three = [AuthenticationMethod.acceptance], list(AuthenticationMethod)
    for methods in [None, [], one, all_three]:
        for duration in [None, 1, 3600, 10**15]:
            session = api.authenticate_user(user, methods, duration)
            checks.that(f"authenticate_user with {methods}, {duration}", session and session.in_progress, f"came {session!r}")
    _, text = admin("sign-ins")
    asked = json.loads(text)[-1]["methods"]
    checks.equal("the phone is told how to ask", asked, [method.name for method in all_three])
    for duration in [0, -1]:
        checks.equal(f"authenticate_user for {duration} s", api.authenticate_user(user, None, duration), None)
        checks.equal("it is a bad request", refusal()[0], 400)


def ending(checks, api, user):
    session = api.authenticate_user(user)
    move(checks, session, "active")
    for what in ["once", "twice"]:
        checks.equal(f"destroy, {what}", session.destroy(), True)
        checks.equal(f"destroyed {what}", session.get_status(), Status.closed)
    pending = api.authenticate_user(user)
    checks.equal("destroy while the phone asks", pending.destroy(), True)
    checks.that("it asks no longer", pending.get_status() not in (Status.pending, Status.active), "it does")


def serialisation(checks, api, user):
    """The vendor's sample application keeps its sessions so."""
    session = api.authenticate_user(user)
    schema = Session.Schema()
    restored = schema.loads(schema.dumps(session))
    checks.equal("a session comes back as it was", restored, session)
    move(checks, session, "active")
    checks.equal("and can be asked for", restored.get_status(), Status.active)
    checks.equal("and ended", restored.destroy(), True)


def not_started(checks, api, user):
    without_phone = "nobody-s-phone"
    ManagementAPI(APPLICATION_ID, APPLICATION_SECRET).add_user(without_phone)
    session = api.authenticate_user(without_phone)
    checks.equal("no phone", (session.session_status, session.failure_reason), (Status.failed, "NO_MOBILE_DEVICE"))
    checks.that("no phone: failed", session.failed, "it has not")
    checks.equal("an unknown user", api.authenticate_user("unknown"), None)
    checks.equal("is not found", refusal()[0], 404)


def wrong_secrets(checks, api, user):
    wrong = AuthenticationAPI(APPLICATION_ID, WRONG_SECRET)
    checks.equal("a wrong secret starts nothing", wrong.authenticate_user(user), None)
    checks.equal("it is not authorised", refusal(), (401, "signature_mismatch"))
    other = AuthenticationAPI(OTHER_ID, OTHER_SECRET)
    checks.equal("another application has no such user", other.authenticate_user(user), None)

    session, second = api.authenticate_user(user), api.authenticate_user(user)
    move(checks, session, "active")
    strangers = {
        "a wrong secret": (session.session_token, WRONG_SECRET),
        "another session's secret": (session.session_token, second.session_secret),
        "another session": (second.session_token, second.session_secret),
        "the application": (APPLICATION_ID, APPLICATION_SECRET),
        "a token that there is not": ("0" * 32, session.session_secret),
    }
    for who, (token, secret) in strangers.items():
        for url, method in [(session.status_url, "GET"), (session.logout_url, "POST")]:
            headers = make_authentication_headers(token, secret, url)
            code, _, _ = send(url, headers, method=method)
            checks.equal(f"{method} by {who}", code, 401)
    thief = Session(session.session_status, session.session_token, WRONG_SECRET, session.logout_url, session.status_url)
    checks.equal("a wrong secret learns nothing", thief.get_status(), Status.failed)
    checks.equal("a wrong secret ends nothing", thief.destroy(), False)
    checks.equal("the session goes on", session.get_status(), Status.active)
    # A session's credentials are good for the session alone.
    url = IAMPASS_SERVER + path_of("has_registered_mobile_device", APPLICATION_ID, user)
    headers = make_authentication_headers(session.session_token, session.session_secret, url)
    code, _, _ = send(url, headers)
    checks.that("a session makes no call of its application", code in (401, 404), f"came {code}")
    headers = make_authentication_headers(session.session_token, session.session_secret, session.status_url)
    checks.equal("a signature works once", send(session.status_url, headers)[0], 200)
    checks.equal("a signature works only once", send(session.status_url, headers)[0], 401)


def the_service_ends_them(checks, api, user):
    """What the contract says becomes of sessions when the phone or the user is gone."""
    management = ManagementAPI(APPLICATION_ID, APPLICATION_SECRET)
    lost = IAMPASS_SERVER + path_of("lost_user_mobile_device", APPLICATION_ID, user)
    for what in ["the phone is lost", "the user is deleted"]:
        with_phone(checks, user)
        active, pending = api.authenticate_user(user), api.authenticate_user(user)
        move(checks, active, "active")
        if what == "the phone is lost":
            send(lost, make_authentication_headers(APPLICATION_ID, APPLICATION_SECRET, lost))
        else:
            management.delete_user(user)
        checks.equal(f"{what}: a session", active.get_status(), Status.closed)
        checks.equal(f"{what}: a sign-in", pending.get_status(), Status.failed)


def automatic_outcome(checks, api, user):
    """A user whose phone answers by itself, for those who test against the emulator."""
    path = f"applications/{APPLICATION_ID}/users/{quote(user, safe='')}/sign-in"
    for outcome in ["active", "failed", "cancelled"]:
        code, text = admin(path, "PUT", {"outcome": outcome, "after_ms": 0})
        checks.that(f"PUT {outcome}", 200 <= code < 300, f"came {code} {text}")
        checks.equal(f"outcome {outcome}", api.authenticate_user(user).get_status(), Status[outcome])


def main():
    checks = Checks()
    api = AuthenticationAPI(APPLICATION_ID, APPLICATION_SECRET)
    for user in USERS:
        with_phone(checks, user)
        every_state(checks, api, user)
    user = USERS[0]
    for check in [methods_and_duration, ending, serialisation, not_started, wrong_secrets, the_service_ends_them]:
        check(checks, api, user)
    with_phone(checks, user)
    automatic_outcome(checks, api, user)
    checks.finish()


if __name__ == "__main__":
    main()
