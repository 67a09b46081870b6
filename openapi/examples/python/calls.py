"""All five calls, for users with all kinds of ids.

Settings: IAMPASS_SERVER, IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET. It adds users, disables
their phones and deletes them: point it at `iampass emulator`, not at the service.
"""

import os

import httpx
from iampass_management import Client
from iampass_management.api.devices import (
    device_registration_link,
    has_registered_mobile_device,
    lost_user_mobile_device,
)
from iampass_management.api.users import add_users, delete_users
from iampass_management.models import UserList
from iampass_signer import IampassAuth

APPLICATION = os.environ["IAMPASS_APPLICATION_ID"]
USERS = ["user1", "alice+test@example.com", "é/ä b", "DOMAIN\\alice", "a%2Fb?c#d", "日本語 🦀", "(a)!'*;b"]


def succeeded(answer):
    """A refusal is an HTTP 200: only `status` tells. Anything but 200 and 201 comes as text."""
    if isinstance(answer.parsed, str) or answer.parsed is None or not answer.parsed.status:
        raise RuntimeError(f"{answer.status_code}: {answer.parsed}")
    return answer.parsed


def segment(user):
    """A URL path cannot carry these three; the call would arrive elsewhere."""
    if user in ("", ".", ".."):
        raise ValueError(f"{user!r} cannot be a user id")
    return user


def main():
    auth = IampassAuth(APPLICATION, os.environ["IAMPASS_APPLICATION_SECRET"])
    client = Client(base_url=os.environ["IAMPASS_SERVER"], httpx_args={"auth": auth}, timeout=httpx.Timeout(20))

    def ask(call, user, **arguments):
        return call.sync_detailed(APPLICATION, segment(user), client=client, **arguments)

    for user in USERS:
        added = succeeded(add_users.sync_detailed(APPLICATION, client=client, body=UserList(users=[user])))
        assert added.users.created == [user], added
        assert succeeded(ask(has_registered_mobile_device, user)).device_registered is False

        link = succeeded(ask(device_registration_link, user, display_name="Zoë & 100% + more")).register_url
        # What the user's phone does with the link.
        httpx.post(link).raise_for_status()
        assert succeeded(ask(has_registered_mobile_device, user)).device_registered is True

        next_link = succeeded(ask(lost_user_mobile_device, user)).register_url
        assert next_link != link
        assert succeeded(ask(has_registered_mobile_device, user)).device_registered is False

        succeeded(delete_users.sync_detailed(APPLICATION, client=client, body=UserList(users=[user])))
        unknown = ask(has_registered_mobile_device, user)
        assert unknown.status_code == 404 and "not found" in unknown.parsed, unknown
    print(f"five calls for each of {len(USERS)} users")


if __name__ == "__main__":
    main()
