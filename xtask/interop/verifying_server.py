"""A small IAMPASS that checks each signature with the vendor's own function.

It answers with the payloads of the vendor's pages and keeps what it saw, for the caller to compare. What it says of
sessions is the caller's to set.
"""

import base64
import http.server
import json
import re
import threading
import time
from typing import NamedTuple
from urllib.parse import unquote

from common import OPERATIONS_ON_DEVICES, OPERATIONS_ON_USERS, frozen
from IAMPASS.hmac import encode_auth_token

# Users that answers other than success are tried with.
REFUSED_USER = "refused-user"
UNKNOWN_USER = "unknown-user"
REFUSAL = "interop refuses this user"
EXISTING_USER = "existing-user1"


class Seen(NamedTuple):
    """One request as it came over the wire."""

    method: str
    target: str
    headers: list
    body: bytes


class VerifyingServer(http.server.HTTPServer):
    """Listens on a free port of the loopback interface until the `with` block ends."""

    def __init__(self, application_id, secret):
        super().__init__(("127.0.0.1", 0), Handler)
        self.application_id = application_id
        self.secret = secret
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.seen = []
        # What was wrong with requests, apart from their signatures.
        self.problems = []
        self.nonces = set()
        self.users_with_phone = set()
        # One session, its credentials, what starting it is answered with, and each question for its state; the last
        # of these again and again.
        self.session = ("5e5510e0d35100b1e5e5510e0d35100b", "5353C12E70F5E5510E0123456789ABCD")
        self.started = (202, self.session_status())
        self.statuses = []
        self.end = {"status": True}

    def session_status(self, **changes):
        """The response that starts a session; a member that is `None` is left out."""
        token, secret = self.session
        status = {
            "authenticated": True,
            "session_status": "pending",
            "session_token": token,
            "session_secret": secret,
            "status_url": f"{self.url}/made/up/{token}?what=status",
            "logout_url": f"{self.url}/made/up/{token}/out",
        }
        status = {name: value for name, value in (status | changes).items() if value is not None}
        return {"authentication_status": status}

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def take_seen(self):
        seen, self.seen = self.seen, []
        return seen

    def take_problems(self):
        problems, self.problems = self.problems, []
        return problems

    def link(self, kind, user):
        """A link that shows whose it is."""
        return f"{self.url}/{kind}/{base64.urlsafe_b64encode(user.encode()).decode()}"


class Handler(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def log_message(self, *_):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # `self.path` is the target as sent, but for slashes at its beginning.
        target = self.requestline.split(" ")[1]
        self.server.seen.append(Seen(self.command, target, self.headers.items(), body))
        try:
            status, answer = self.decide(target, body)
        except (ValueError, LookupError, TypeError) as error:
            self.server.problems.append(f"the request cannot be read: {error!r}, body {body!r}")
            status, answer = 400, "The request cannot be read."
        text = isinstance(answer, str)
        data = answer.encode() if text else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8" if text else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def decide(self, target, body):
        """(status, object or text) for a request."""
        self.look_at_headers()
        token, secret = self.server.session
        if target.startswith("/made/up/"):
            if not self.signature_fits(target, token, secret):
                return 401, "The signature does not fit."
            return self.about_session(target.removeprefix(f"/made/up/{token}"), body)
        if not self.signature_fits(target, self.server.application_id, self.server.secret):
            return 401, "The signature does not fit."
        match = re.fullmatch(r"/authentication/authenticate_user/([^/?]+)/([^/?]+)(?:\?.*)?", target)
        if match and self.command == "POST" and unquote(match[1]) == self.server.application_id:
            if body:
                self.server.problems.append(f"a sign-in has the body {body!r}")
            if unquote(match[2]) == UNKNOWN_USER:
                return 404, f"Client Application {match[1]} or User {UNKNOWN_USER} not found."
            return self.server.started
        match = re.fullmatch(r"/management/([a-z_]+)/([^/?]+)(?:/([^/?]+))?(?:\?.*)?", target)
        if not match:
            self.server.problems.append(f"no operation has the target {target!r}")
            return 404, "not found"
        operation, application_id, segment = match.groups()
        if unquote(application_id) != self.server.application_id:
            return 404, f"Client Application {application_id} not found"
        if operation in OPERATIONS_ON_USERS and segment is None and self.command == "POST":
            return self.users(operation, body)
        if operation in OPERATIONS_ON_DEVICES and segment is not None and self.command == "GET":
            return self.device(operation, application_id, unquote(segment))
        self.server.problems.append(f"no operation has the request line {self.command} {target!r}")
        return 404, "not found"

    def about_session(self, call, body):
        if body:
            self.server.problems.append(f"a call about a session has the body {body!r}")
        if (self.command, call) == ("GET", "?what=status"):
            statuses = self.server.statuses
            return 200, statuses.pop(0) if len(statuses) > 1 else statuses[0]
        if (self.command, call) == ("POST", "/out"):
            return 200, self.server.end
        self.server.problems.append(f"no call about a session is {self.command} {call!r}")
        return 404, "not found"

    def users(self, operation, body):
        users = json.loads(body)["users"]
        if self.headers.get_content_type() != "application/json":
            self.server.problems.append(f"the body's content type is {self.headers.get_content_type()!r}")
        if REFUSED_USER in users:
            return 200, {"status": False, "reason": REFUSAL}
        if operation == "delete_users":
            return 200, {"status": True}
        return 201, {"status": True, "users": {"created": users, "existing": [EXISTING_USER]}}

    def device(self, operation, application_id, user):
        if user == UNKNOWN_USER:
            return 404, f"Client Application {application_id} or User {user} not found."
        if user == REFUSED_USER:
            return 200, {"status": False, "reason": REFUSAL}
        if operation == "has_registered_mobile_device":
            return 200, {"status": True, "device_registered": user in self.server.users_with_phone}
        return 200, {"status": True, "register_url": self.server.link(operation, user)}

    def look_at_headers(self):
        """What every request must have beside a good signature."""
        host = self.server.url.removeprefix("http://")
        for name, expected in [
            ("X-IAMPASS-Authentication-Version", ["1"]),
            ("X-IAMOASS-Authentication-Version", ["1"]),
            ("Cache-Control", ["no-cache"]),
            ("Host", [host]),
            # What progenitor adds of its own accord, and no server of IAMPASS has asked for.
            ("Api-Version", None),
        ]:
            values = self.headers.get_all(name)
            if values != expected:
                self.server.problems.append(f"header {name}: expected {expected}, came {values}")

    def signature_fits(self, target, signer, secret):
        """Signs the request's URL as the vendor does, with the nonce and time that came with it."""
        tokens = self.headers.get_all("Authentication") or []
        timestamps = self.headers.get_all("X-IAMPASS-Authentication-Timestamp") or []
        parts = re.fullmatch(r"hmac ([^:]+):([0-9]+):(\S+)", tokens[0]) if len(tokens) == 1 else None
        if parts is None or len(timestamps) != 1 or not re.fullmatch(r"[0-9]{1,12}", timestamps[0]):
            self.server.problems.append(f"authentication headers: {tokens} {timestamps}")
            return False
        nonce, timestamp = int(parts[2]), int(timestamps[0])
        if nonce >= 2**64 or nonce in self.server.nonces:
            self.server.problems.append(f"the nonce {nonce} is too large or was used before")
            return False
        self.server.nonces.add(nonce)
        if abs(timestamp - time.time()) > 60:
            self.server.problems.append(f"the time {timestamp} is not the time")
        url = f"http://{self.headers['Host']}{target}"
        with frozen(nonce, timestamp):
            # Compared as a whole: a padded nonce or another application's id does not pass either.
            return encode_auth_token(signer, secret, url)[0] == tokens[0]
