"""`iampass sign` makes the headers that the vendor's package makes for the same URL, nonce and time.

Argument: the program `iampass`. Settings: IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET.
"""

import json
import subprocess
import sys
from urllib.parse import quote

from common import (
    APPLICATION_ID,
    APPLICATION_SECRET,
    DISPLAY_NAMES,
    OPERATIONS_ON_DEVICES,
    USER_WITH_SPACE,
    USERS,
    Checks,
    path_of,
    vendor_headers,
)

SERVERS = [
    "https://main.iam-api.com",
    "https://iam-api.com",
    "https://staging.example:8443",
    "http://127.0.0.1:8080",
    "http://[::1]:9000",
]
# Zero, one that the vendor's decimal text has twenty digits for, and times beyond 32 bits.
MOMENTS = [(0, 0), (1, 1700000000), (9007199254740993, 2147483648), (2**64 - 1, 4102444800)]


def urls():
    for server in SERVERS:
        yield server + path_of("add_users", APPLICATION_ID)
    for user in [*USERS, USER_WITH_SPACE]:
        yield SERVERS[0] + path_of(OPERATIONS_ON_DEVICES[1], APPLICATION_ID, user)
    for name in DISPLAY_NAMES:
        link = SERVERS[0] + path_of(OPERATIONS_ON_DEVICES[0], APPLICATION_ID, "user1")
        yield f"{link}?display_name={quote(name, safe='')}"


def signed(binary, url, nonce, timestamp):
    """The headers that `iampass sign` prints, names in lower case."""
    arguments = ["sign", url, "--nonce", str(nonce), "--timestamp", str(timestamp), "--output", "json"]
    done = subprocess.run(
        [binary, *arguments], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=30
    )
    if done.returncode != 0:
        return f"exit code {done.returncode}: {done.stderr}"
    return {name.lower(): value for name, value in json.loads(done.stdout).items()}


def main():
    checks = Checks()
    cases = [(url, *moment) for url, moment in zip(urls(), MOMENTS * 100)]
    cases += [(SERVERS[0] + path_of("delete_users", APPLICATION_ID), *moment) for moment in MOMENTS]
    for url, nonce, timestamp in cases:
        headers = vendor_headers(APPLICATION_ID, APPLICATION_SECRET, url, nonce, timestamp)
        expected = {name.lower(): value for name, value in headers.items()}
        # Ours sends the version under its right name too.
        expected["x-iampass-authentication-version"] = "1"
        got = signed(sys.argv[1], url, nonce, timestamp)
        if isinstance(got, dict):
            # Not the vendor's, and not part of the signature.
            got.pop("cache-control", None)
        checks.equal(f"iampass sign {url} --nonce {nonce} --timestamp {timestamp}", got, expected)
    checks.finish()


if __name__ == "__main__":
    main()
