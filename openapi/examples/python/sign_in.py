"""Signs users in, waits for what their phones answer, and ends the sessions.

Settings: IAMPASS_SERVER, IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET. It adds and deletes users, and
has their phones answer by themselves: point it at `iampass emulator`, not at the service.
"""

import os
import time
from urllib.parse import quote

import httpx
import iampass_authentication as authentication
import iampass_management as management
from iampass_authentication.api.sessions import authenticate_user
from iampass_authentication.models import AuthenticateUserMethodsItem as Method
from iampass_authentication.models import EndSessionResponse, SessionStatusResponse
from iampass_management.api.devices import device_registration_link
from iampass_management.api.users import add_users, delete_users
from iampass_management.models import UserList
from iampass_signer import IampassAuth

SERVER = os.environ["IAMPASS_SERVER"]
APPLICATION = os.environ["IAMPASS_APPLICATION_ID"]


class ApplicationAuth(IampassAuth):
    """The generated client sends one pair for each method; the contract has one list, joined by commas."""

    def auth_flow(self, request):
        pairs = request.url.params
        request.url = request.url.copy_with(params={name: ",".join(pairs.get_list(name)) for name in pairs})
        yield from super().auth_flow(request)


class Session:
    """A sign-in that has started. The service gives the URLs of its calls; its own token and secret sign them."""

    def __init__(self, started):
        self.started = started
        auth = IampassAuth(started.session_token, started.session_secret)
        self._http = httpx.Client(auth=auth, timeout=20, follow_redirects=False)

    def _call(self, method, url):
        # Whoever can change a response must not choose where signed requests go.
        if origin(url) != origin(SERVER):
            raise ValueError(f"not at {SERVER}: {url}")
        response = self._http.request(method, url)
        response.raise_for_status()
        return response.json()

    def status(self):
        response = SessionStatusResponse.from_dict(self._call("GET", self.started.status_url))
        status = response.session_status or response.authentication_status.session_status
        return "timeout" if status == "time_out" else status

    def wait(self, seconds):
        """Polls every two seconds until the user has answered."""
        deadline = time.monotonic() + seconds
        while (status := self.status()) in ("pending", "identifying"):
            if time.monotonic() + 2 > deadline:
                raise TimeoutError(f"{status} after {seconds} seconds")
            time.sleep(2)
        return status

    def end(self):
        return EndSessionResponse.from_dict(self._call("POST", self.started.logout_url)).status


def origin(url):
    """Scheme, host, and port unless it is the scheme's own."""
    url = httpx.URL(url)
    return url.scheme, url.host, url.port


def client_of(package, auth):
    secret = os.environ["IAMPASS_APPLICATION_SECRET"]
    httpx_args = {"auth": auth(APPLICATION, secret)}
    return package.Client(base_url=SERVER, httpx_args=httpx_args, timeout=httpx.Timeout(20))


def sign_in(client, user):
    """The session, or the reason why the sign-in has not started. Other responses come as text."""
    methods = [Method.ACCEPTANCE, Method.DEVICE]
    response = authenticate_user.sync_detailed(
        APPLICATION, user, client=client, methods=methods, duration_seconds=600
    )
    if response.status_code not in (200, 202):
        raise RuntimeError(f"{response.status_code}: {response.parsed}")
    started = response.parsed.authentication_status
    return Session(started) if started.authenticated else started.reason


def main():
    users = client_of(management, IampassAuth)
    client = client_of(authentication, ApplicationAuth)
    for user in ["user1", "é/ä b"]:
        assert add_users.sync(APPLICATION, client=users, body=UserList(users=[user])).status
        assert sign_in(client, user) == "NO_MOBILE_DEVICE"

        # What the user's phone does with the link, and then with what it is asked.
        link = device_registration_link.sync(APPLICATION, user, client=users).register_url
        httpx.post(link).raise_for_status()
        phone = f"{SERVER}/_emulator/v1/applications/{APPLICATION}/users/{quote(user, safe='')}/sign-in"

        httpx.put(phone, json={"outcome": "active", "after_ms": 200}).raise_for_status()
        session = sign_in(client, user)
        assert session.wait(30) == "active"
        asked = httpx.get(f"{SERVER}/_emulator/v1/sign-ins").raise_for_status().json()[-1]
        assert asked["user_id"] == user and asked["methods"] == ["acceptance", "device"], asked
        # To end it twice is no error.
        assert session.end() and session.end()
        assert session.status() == "closed"

        httpx.put(phone, json={"outcome": "cancelled", "after_ms": 200}).raise_for_status()
        session = sign_in(client, user)
        assert session.wait(30) == "cancelled"

        session.started.logout_url = session.started.logout_url.replace("://", "://elsewhere.example/")
        try:
            session.end()
            raise AssertionError("a foreign host was called")
        except ValueError:
            pass

        assert delete_users.sync(APPLICATION, client=users, body=UserList(users=[user])).status
        try:
            sign_in(client, user)
            raise AssertionError(f"{user} is still there")
        except RuntimeError as error:
            assert "404" in str(error) and "not found" in str(error), error
    print("two users signed in, turned down and signed out")


if __name__ == "__main__":
    main()
