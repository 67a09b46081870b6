"""What the scripts of this folder share: settings, user ids, the vendor's signing, and checks."""

import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import types
from unittest import mock
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import IAMPASS.hmac as vendor_hmac
from IAMPASS.hmac import make_authentication_headers

# The vendor's calls have no timeout of their own.
socket.setdefaulttimeout(20)
# The vendor's client logs each failed call; here, failing is what many calls should do.
logging.getLogger("IAMPASS").setLevel(logging.CRITICAL)


def setting(name):
    """An environment variable that the script cannot do without."""
    value = os.environ.get(name)
    if not value:
        sys.exit(f"{name} is not set; `cargo xtask interop` sets it")
    return value


APPLICATION_ID = setting("IAMPASS_APPLICATION_ID")
APPLICATION_SECRET = setting("IAMPASS_APPLICATION_SECRET")
WRONG_SECRET = "WRONGWRONGWRONGWRONGWRONGWRONG12"

# Ids that something between a caller's string and a server's router gets wrong easily.
USERS = [
    "user1",
    "alice@example.com",
    "a/b",
    "a%b",
    "a%2Fb",
    "x+y",
    "DOMAIN\\alice",
    "é/ä",
    "日本語",
    "🦀",
    "a?b#c&d=e",
    "..hidden",
    "...",
    "-dash",
    "x" * 200,
    "a\\..\\..\\..\\lost_user_mobile_device\\app\\victim",
]
USER_WITH_SPACE = "a b"
DISPLAY_NAMES = ["user1@my_application", "Zoë & 100% + more", "https://example.com/?a=b#c", "日本語 🦀"]

OPERATIONS_ON_USERS = ["add_users", "delete_users"]
OPERATIONS_ON_DEVICES = [
    "device_registration_link",
    "has_registered_mobile_device",
    "lost_user_mobile_device",
]


def path_of(operation, application_id, user=None):
    """The path of an operation, with the user's id as RFC 3986 wants it in a segment."""
    path = f"/management/{operation}/{application_id}"
    return path if user is None else f"{path}/{quote(user, safe='')}"


def send(url, headers=None, body=None, method=None):
    """One request below the vendor's client, which hides statuses: (status, content type, text)."""
    try:
        response = urlopen(Request(url, headers=headers or {}, data=body, method=method))
    except HTTPError as error:
        response = error
    with response:
        return response.code, response.headers.get_content_type(), response.read().decode()


def last_request(server):
    """What the emulator recorded of the last request: (operation, status, code of the refusal)."""
    _, _, text = send(server + "/_emulator/v1/requests")
    last = json.loads(text)["requests"][-1]
    return last["operation"], last["status"], (last["refusal"] or {}).get("code")


def run_program(binary, arguments, server, secret):
    """Runs `iampass` with the settings for a server, and gives what it printed and its exit code."""
    settings = {
        "IAMPASS_SERVER": server,
        "IAMPASS_APPLICATION_ID": APPLICATION_ID,
        "IAMPASS_APPLICATION_SECRET": secret,
    }
    return subprocess.run(
        [binary, *arguments],
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


@contextlib.contextmanager
def frozen(nonce, timestamp):
    """Makes the vendor's signing use this nonce and this time instead of fresh ones."""
    random = mock.patch.object(vendor_hmac, "urandom", lambda size: nonce.to_bytes(size, sys.byteorder))
    clock = types.SimpleNamespace(time=lambda: timestamp)
    with random, mock.patch.object(vendor_hmac, "time", clock):
        yield


def vendor_headers(application_id, secret, url, nonce, timestamp):
    """The headers that the vendor's package makes for this URL, nonce and time."""
    with frozen(nonce, timestamp):
        return make_authentication_headers(application_id, secret, url)


class Checks:
    """Counts checks and tells of those that fail what was expected and what came."""

    # One mistake fails hundreds of checks; the first of them are enough to see it.
    TOLD = 20

    def __init__(self):
        self.made = 0
        self.failed = 0

    def equal(self, what, got, expected):
        self.that(what, got == expected, f"expected {expected!r}\n  came     {got!r}")

    def that(self, what, holds, otherwise):
        self.made += 1
        if not holds:
            self.failed += 1
            if self.failed <= self.TOLD:
                print(f"FAILED: {what}\n  {otherwise}")

    def finish(self):
        """Ends the program; the last line is what the caller reports."""
        if self.failed > self.TOLD:
            print(f"... and {self.failed - self.TOLD} more")
        print(f"{self.made} checks, {self.failed} failed")
        sys.exit(1 if self.failed or not self.made else 0)
