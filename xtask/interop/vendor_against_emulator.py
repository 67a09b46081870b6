"""The vendor's own client calls our emulator.

Settings: IAMPASS_SERVER is the emulator (the vendor's package reads it when it is imported),
IAMPASS_APPLICATION_ID and IAMPASS_APPLICATION_SECRET are an application that it knows, and
INTEROP_OTHER_APPLICATION_ID and INTEROP_OTHER_APPLICATION_SECRET are a second one.
"""

import json
import time

from common import (
    APPLICATION_ID,
    APPLICATION_SECRET,
    DISPLAY_NAMES,
    OPERATIONS_ON_DEVICES,
    OPERATIONS_ON_USERS,
    USER_WITH_SPACE,
    USERS,
    WRONG_SECRET,
    Checks,
    last_request,
    path_of,
    send,
    setting,
    vendor_headers,
)
from IAMPASS.config import IAMPASS_SERVER
from IAMPASS.hmac import make_authentication_headers
from IAMPASS.management_api import ManagementAPI, ManagementAPIResult as Result

OTHER_ID = setting("INTEROP_OTHER_APPLICATION_ID")
OTHER_SECRET = setting("INTEROP_OTHER_APPLICATION_SECRET")


def call(path, body=None, application_id=APPLICATION_ID, secret=APPLICATION_SECRET):
    """A request signed by the vendor's function: (status, content type, text)."""
    url = IAMPASS_SERVER + path
    headers = make_authentication_headers(application_id, secret, url)
    if body is not None:
        headers["Content-Type"] = "application/json"
    return send(url, headers, body)


def users_body(*users):
    return json.dumps({"users": users}).encode()


def register(checks, link):
    """Does what the user's phone would do with the link."""
    checks.that("a registration link leads to the emulator", str(link).startswith(IAMPASS_SERVER), f"came {link!r}")
    status, _, text = send(link, body=b"")
    checks.that("a registration link takes a POST", 200 <= status < 300, f"came {status} {text}")


def life_of_a_user(checks, api, user):
    """Every call that the vendor's client has for a user, in an order that shows their effects."""

    def has(what, expected):
        got = api.has_registered_mobile_device(user)
        checks.equal(f"{what}: has_registered_mobile_device({user!r})", got, expected)

    has("before the user is added", Result.failed)
    checks.equal(f"add_user({user!r})", api.add_user(user), Result.success)
    checks.equal(f"add_user({user!r}) again", api.add_user(user), Result.user_exists)
    has("after the user is added", Result.no_mobile_device)

    for display_name in [None, *DISPLAY_NAMES]:
        link = api.get_registration_link(user, display_name)
        checks.that(f"get_registration_link({user!r}, {display_name!r})", link, f"expected a link, came {link!r}")
    has("after a link is made", Result.no_mobile_device)
    register(checks, link)
    has("after the link is used", Result.has_mobile_device)

    # The vendor's client has no method for this operation, only its signature.
    status, _, text = call(path_of("lost_user_mobile_device", APPLICATION_ID, user))
    checks.equal(f"lost_user_mobile_device for {user!r}", (status, json.loads(text).get("status")), (200, True))
    has("after the device is lost", Result.no_mobile_device)
    next_link = json.loads(text).get("register_url")
    checks.that("a lost device yields a new link", next_link != link, f"came the old one, {link!r}")
    register(checks, next_link)
    has("after the next device is registered", Result.has_mobile_device)

    checks.equal(f"delete_user({user!r})", api.delete_user(user), Result.success)
    has("after the user is deleted", Result.failed)
    status, content_type, text = call(path_of("has_registered_mobile_device", APPLICATION_ID, user))
    checks.equal(f"a deleted user {user!r}", (status, content_type, bool(text)), (404, "text/plain", True))


def many_users(checks, api):
    everyone = [*USERS, USER_WITH_SPACE]
    created, existing = api.add_users(everyone)
    checks.equal("add_users: created", sorted(created or []), sorted(everyone))
    checks.equal("add_users: existing", existing or [], [])
    created, existing = api.add_users([*everyone, "one-more"])
    checks.equal("add_users again: created", created or [], ["one-more"])
    checks.equal("add_users again: existing", sorted(existing or []), sorted(everyone))
    checks.equal("delete_users", api.delete_users([*everyone, "one-more"]), Result.success)
    checks.equal("nobody is left", api.has_registered_mobile_device("one-more"), Result.failed)


def spaces_and_plus_signs(checks, api):
    """The one difference between the vendor's client and ours, kept in sight.

    The vendor encodes path segments with `quote_plus`, which writes a space as "+". In a path that is
    a plus sign (RFC 3986), so the vendor asks for another user than the caller meant. A server
    that took "+" for a space would hide this, and lose the users that have a plus sign.
    """
    user, mistaken_for = "a b", "a+b"
    checks.equal("add the user with the space", api.add_user(user), Result.success)
    checks.equal("the vendor cannot find it", api.has_registered_mobile_device(user), Result.failed)
    told = ("has_registered_mobile_device", 404, "plus_for_space")
    checks.equal("the emulator knows why", last_request(IAMPASS_SERVER), told)
    status, _, _ = call(path_of("has_registered_mobile_device", APPLICATION_ID, user))
    checks.equal("with %20 it is found", status, 200)

    checks.equal("add the user with the plus sign", api.add_user(mistaken_for), Result.success)
    register(checks, api.get_registration_link(mistaken_for, None))
    got = api.has_registered_mobile_device(user)
    checks.equal("the vendor gets the other user's answer", got, Result.has_mobile_device)
    _, _, text = call(path_of("has_registered_mobile_device", APPLICATION_ID, user))
    checks.equal("the right answer", json.loads(text).get("device_registered"), False)
    checks.equal("delete both", api.delete_users([user, mistaken_for]), Result.success)


def what_is_not_emulated(checks, api):
    """The vendor's client takes the refusal for any other, and the emulator says which it is."""
    sent = api.send_registration_sms("user1", "User", "+15550100", None)
    checks.that("no message is sent", not sent, f"came {sent!r}")
    checks.equal("send_registration_sms", last_request(IAMPASS_SERVER), ("send_registration_sms", 501, "not_emulated"))


def statuses(checks):
    """What the vendor's client does not show: HTTP statuses, on success and on bad requests."""
    add, delete = (path_of(operation, APPLICATION_ID) for operation in OPERATIONS_ON_USERS)
    checks.equal("add_users answers", call(add, users_body("user1"))[0], 201)
    for what, body in [("not JSON", b"{"), ("users is a number", b'{"users": 1}'), ("no users", b"{}")]:
        checks.equal(f"add_users, {what}", call(add, body)[:2], (400, "text/plain"))
        checks.equal(f"delete_users, {what}", call(delete, body)[:2], (400, "text/plain"))
    for dots in [".", ".."]:
        path = f"{path_of('has_registered_mobile_device', APPLICATION_ID)}/{dots}"
        status = call(path)[0]
        checks.that(f"{path} is no user", 400 <= status < 500, f"came {status}")
    checks.equal("delete_users answers", call(delete, users_body("user1"))[0], 200)


def wrong_secret(checks, api):
    """With a wrong secret every call fails, with 401, and changes nothing."""
    user = "user1"
    checks.equal("add the user", api.add_user(user), Result.success)
    register(checks, api.get_registration_link(user, None))

    wrong = ManagementAPI(APPLICATION_ID, WRONG_SECRET)
    checks.equal("wrong secret: add_users", wrong.add_users(["intruder"]), (None, None))
    checks.equal("wrong secret: add_user", wrong.add_user("intruder"), Result.failed)
    checks.equal("wrong secret: delete_users", wrong.delete_users([user]), Result.failed)
    checks.equal("wrong secret: delete_user", wrong.delete_user(user), Result.failed)
    checks.equal("wrong secret: get_registration_link", wrong.get_registration_link(user, None), None)
    checks.equal("wrong secret: has_registered_mobile_device", wrong.has_registered_mobile_device(user), Result.failed)
    for who, secret in [("a wrong secret", WRONG_SECRET), ("another application's secret", OTHER_SECRET)]:
        for operation in OPERATIONS_ON_USERS:
            status, content_type, text = call(path_of(operation, APPLICATION_ID), users_body(user), secret=secret)
            checks.equal(f"{operation} with {who}", (status, content_type, bool(text)), (401, "text/plain", True))
        for operation in OPERATIONS_ON_DEVICES:
            status, content_type, text = call(path_of(operation, APPLICATION_ID, user), secret=secret)
            checks.equal(f"{operation} with {who}", (status, content_type, bool(text)), (401, "text/plain", True))

    got = api.has_registered_mobile_device(user)
    checks.equal("the user is still there, with a device", got, Result.has_mobile_device)
    checks.equal("the intruder is not", api.has_registered_mobile_device("intruder"), Result.failed)


def signatures_that_must_not_pass(checks):
    """Needs `user1` to exist."""
    path = path_of("has_registered_mobile_device", APPLICATION_ID, "user1")
    url = IAMPASS_SERVER + path
    now = int(time.time())

    headers = make_authentication_headers(APPLICATION_ID, APPLICATION_SECRET, url)
    checks.equal("a signature works once", send(url, headers)[0], 200)
    checks.equal("a signature works only once", send(url, headers)[0], 401)
    checks.equal("no signature", send(url)[0], 401)
    for what, timestamp in [("yesterday's", now - 86400), ("tomorrow's", now + 86400)]:
        headers = vendor_headers(APPLICATION_ID, APPLICATION_SECRET, url, 42, timestamp)
        checks.equal(f"{what} signature", send(url, headers)[0], 401)
    lost = IAMPASS_SERVER + path_of("lost_user_mobile_device", APPLICATION_ID, "user1")
    headers = make_authentication_headers(APPLICATION_ID, APPLICATION_SECRET, url)
    checks.equal("a signature for another URL", send(lost, headers)[0], 401)


def applications_are_apart(checks, api):
    """Needs `user1` to exist in the first application, and leaves both empty."""
    other = ManagementAPI(OTHER_ID, OTHER_SECRET)
    checks.equal("the other application lacks the user", other.has_registered_mobile_device("user1"), Result.failed)
    checks.equal("the other application adds the user", other.add_user("user1"), Result.success)
    checks.equal("its user has no device", other.has_registered_mobile_device("user1"), Result.no_mobile_device)
    checks.equal("the first one's still has", api.has_registered_mobile_device("user1"), Result.has_mobile_device)

    # A good signature of one application is no entry to another.
    path = path_of("lost_user_mobile_device", APPLICATION_ID, "user1")
    status = call(path, application_id=OTHER_ID, secret=OTHER_SECRET)[0]
    checks.that("one application in the path, the other in the signature", status in (401, 404), f"came {status}")
    checks.equal("the device is untouched", api.has_registered_mobile_device("user1"), Result.has_mobile_device)

    checks.equal("the other application deletes its user", other.delete_user("user1"), Result.success)
    checks.equal("the first one deletes its own", api.delete_user("user1"), Result.success)


def main():
    checks = Checks()
    api = ManagementAPI(APPLICATION_ID, APPLICATION_SECRET)
    for user in USERS:
        life_of_a_user(checks, api, user)
    many_users(checks, api)
    spaces_and_plus_signs(checks, api)
    what_is_not_emulated(checks, api)
    statuses(checks)
    wrong_secret(checks, api)
    signatures_that_must_not_pass(checks)
    applications_are_apart(checks, api)
    checks.finish()


if __name__ == "__main__":
    main()
