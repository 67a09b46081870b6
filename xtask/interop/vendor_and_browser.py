"""The whole life of a user: the vendor's own client calls our emulator, and a browser registers the phone.

Settings: IAMPASS_SERVER is the emulator, IAMPASS_APPLICATION_ID and IAMPASS_APPLICATION_SECRET are an application
that it knows; NODE_PATH is the folder that has playwright-core. Without a browser it says "skipped".
"""

import json
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from common import APPLICATION_ID, APPLICATION_SECRET, Checks, path_of
from IAMPASS.config import IAMPASS_SERVER
from IAMPASS.hmac import make_authentication_headers
from IAMPASS.management_api import ManagementAPI, ManagementAPIResult as Result

# Not one of the other script's users, who may be here too.
USER = "zoë@example.com"
DISPLAY_NAME = "Zoë <&> 100 %"
REGISTERED = "This phone is registered"


def press_register(link):
    """What a person does with a link, and what the browser shows then."""
    script = Path(__file__).with_name("press_register.mjs")
    done = subprocess.run(["node", script, link], capture_output=True, text=True)
    if done.stdout.startswith("skipped"):
        print(done.stdout.strip())
        sys.exit(0)
    if done.returncode != 0:
        sys.exit(f"the browser failed: {done.stderr}")
    return json.loads(done.stdout)


def lose_the_phone():
    """The vendor's client has no method for this operation, only its signature."""
    url = IAMPASS_SERVER + path_of("lost_user_mobile_device", APPLICATION_ID, USER)
    with urlopen(Request(url, headers=make_authentication_headers(APPLICATION_ID, APPLICATION_SECRET, url))) as answer:
        return json.load(answer)["register_url"]


def main():
    checks = Checks()
    api = ManagementAPI(APPLICATION_ID, APPLICATION_SECRET)

    def has(what, expected):
        checks.equal(what, api.has_registered_mobile_device(USER), expected)

    has("nobody knows the user", Result.failed)
    checks.equal("add_user", api.add_user(USER), Result.success)
    checks.equal("add_user again", api.add_user(USER), Result.user_exists)
    has("the user has no phone", Result.no_mobile_device)

    link = api.get_registration_link(USER, DISPLAY_NAME)
    seen = press_register(link)
    checks.that("the page shows the name", DISPLAY_NAME in seen["before"], f"came {seen['before']!r}")
    checks.equal("the button is pressed", seen["after"], REGISTERED)
    has("the phone is registered", Result.has_mobile_device)
    checks.equal("the link is used up", press_register(link)["after"], "This link was used before")
    has("the phone still is", Result.has_mobile_device)

    next_link = lose_the_phone()
    has("the phone is lost", Result.no_mobile_device)
    checks.equal("the next phone", press_register(next_link)["after"], REGISTERED)
    has("the next phone is registered", Result.has_mobile_device)

    dead = api.get_registration_link(USER, None)
    checks.equal("delete_user", api.delete_user(USER), Result.success)
    has("nobody knows the user any more", Result.failed)
    checks.equal("the link died with the user", press_register(dead)["after"], "This link no longer works")
    checks.equal("add_user after all", api.add_user(USER), Result.success)
    has("with no phone", Result.no_mobile_device)
    checks.equal("delete_user again", api.delete_user(USER), Result.success)
    checks.finish()


if __name__ == "__main__":
    main()
