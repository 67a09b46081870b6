"""Our program signs users in at a server that checks each signature with the vendor's own function.

Argument: the program `iampass`. Settings: IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET. The server responds in
each form that a source shows, and in some that none does.
"""

import json
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, quote

from common import APPLICATION_ID, APPLICATION_SECRET, USER_WITH_SPACE, USERS, WRONG_SECRET, Checks, run_program
from verifying_server import UNKNOWN_USER, VerifyingServer

OK, FAILED, REFUSED, NOT_FOUND, NOT_AUTHORISED = 0, 1, 3, 4, 5
ENDINGS = {"active": OK, "failed": REFUSED, "cancelled": REFUSED, "timeout": REFUSED, "closed": REFUSED, "walkaway": REFUSED}


class Program:
    """Runs `iampass` and looks at what it says and what the server saw."""

    def __init__(self, checks, binary, server):
        self.checks, self.binary, self.server = checks, binary, server

    def run(self, what, arguments, exit_code, secret=APPLICATION_SECRET):
        """The JSON that is printed; `None` if there is none."""
        done = run_program(self.binary, arguments, self.server.url, secret)
        self.checks.equal(f"{what}: exit code (it says {done.stderr!r})", done.returncode, exit_code)
        self.checks.equal(f"{what}: problems", self.server.take_problems(), [])
        for hidden in [secret, self.server.session[1]]:
            shown = hidden in done.stdout + done.stderr
            self.checks.that(f"{what}: keeps the secret", not shown, f"it prints {done.stdout!r} {done.stderr!r}")
        try:
            return json.loads(done.stdout)
        except ValueError:
            return None

    def requests(self):
        """Method and path of each request, and its query."""
        seen = [(request.method, *request.target.partition("?")[::2]) for request in self.server.take_seen()]
        return [(method, path, parse_qs(query)) for method, path, query in seen]

    def sign_in(self, what, exit_code, *arguments, user="user1", **run):
        printed = self.run(what, ["sign-in", "--output", "json", *arguments, "--", user], exit_code, **run)
        return printed, self.requests()


def start_of(user):
    return f"/authentication/authenticate_user/{APPLICATION_ID}/{quote(user, safe='')}"


def hostile_users(checks, program):
    program.server.statuses = [{"session_status": "active"}]
    for user in [*USERS, USER_WITH_SPACE]:
        printed, requests = program.sign_in(f"user {user!r}", OK, user=user)
        checks.equal(f"user {user!r}: state", (printed or {}).get("session_status"), "active")
        checks.equal(f"user {user!r}: request", requests[0], ("POST", start_of(user), {}))


def forms_of_states(checks, program):
    """Flat as the vendor's page has it, nested as the vendor's package reads it, or both."""
    forms = {
        "flat": lambda status: {"authenticated": False, "session_status": status},
        "nested": lambda status: {"authentication_status": {"session_status": status}},
        "both": lambda status: {"session_status": status, "authentication_status": {"session_status": status}},
        "flat beside null": lambda status: {"session_status": status, "authentication_status": None},
        "nested beside null": lambda status: {"session_status": None, "authentication_status": {"session_status": status}},
        "with more": lambda status: {"session_status": status, "more": [1], "authentication_status": {"more": {}}},
    }
    for name, form in forms.items():
        for status, exit_code in ENDINGS.items():
            program.server.statuses = [form("pending"), form(status)] if status == "active" else [form(status)]
            printed, requests = program.sign_in(f"{name}, {status}", exit_code)
            checks.equal(f"{name}, {status}: state", (printed or {}).get("session_status"), status)
            checks.equal(f"{name}, {status}: requests", len(requests), 1 + (2 if status == "active" else 1))
        program.server.statuses = [form("time_out")]
        printed, _ = program.sign_in(f"{name}, time_out", REFUSED)
        checks.equal(f"{name}, time_out is timeout", (printed or {}).get("session_status"), "timeout")


def unknown_and_missing(checks, program):
    program.server.statuses = [{"session_status": "teleported"}]
    printed, _ = program.sign_in("an unknown word", FAILED, "--timeout", "1s")
    checks.that("an unknown word is not signed in", "active" not in json.dumps(printed), f"came {printed}")
    for body in [{}, {"authentication_status": {}}, {"session_status": None}, [], "active", {"session_status": 1}]:
        program.server.statuses = [body]
        printed, _ = program.sign_in(f"a state of {body!r}", FAILED)
        checks.that(f"a state of {body!r} signs nobody in", "active" not in json.dumps(printed), f"came {printed}")


def starts(checks, program):
    server = program.server
    server.statuses = [{"session_status": "active"}]
    for status in [200, 202]:
        server.started = (status, server.session_status(session_status=None, more={"a": 1}))
        printed, _ = program.sign_in(f"started with {status}", OK)
    for missing in ["session_token", "session_secret", "status_url", "logout_url"]:
        server.started = (202, server.session_status(**{missing: None}))
        _, requests = program.sign_in(f"without {missing}", FAILED)
        checks.equal(f"without {missing}: requests", len(requests), 1)
    for body in [{}, [], {"authentication_status": {}}, {"authentication_status": None}]:
        server.started = (202, body)
        program.sign_in(f"started with {body!r}", FAILED)
    for status in [200, 202]:
        for reason in ["NO_MOBILE_DEVICE", "ANOTHER", None]:
            refusal = {"authenticated": False, "session_status": "failed", "reason": reason}
            server.started = (status, {"authentication_status": refusal})
            printed, requests = program.sign_in(f"not started, {reason}", REFUSED)
            checks.equal(f"not started, {reason}: reason", (printed or {}).get("reason"), reason)
            checks.equal(f"not started, {reason}: requests", len(requests), 1)
    server.started = (202, server.session_status())
    program.sign_in("an unknown user", NOT_FOUND, user=UNKNOWN_USER)
    program.sign_in("a wrong secret", NOT_AUTHORISED, secret=WRONG_SECRET)


def urls_elsewhere(checks, program, other):
    """Signed for and called is the server's own origin alone."""
    server = program.server
    port = server.server_port
    for url in [
        f"{other.url}/made/up/x?what=status",
        f"https://127.0.0.1:{port}/made/up/x",
        f"http://localhost:{port}/made/up/x",
        f"http://127.0.0.1:{port}@{other.url.removeprefix('http://')}/x",
        "/made/up/x",
        "//127.0.0.1/x",
        "file:///etc/passwd",
        "",
    ]:
        server.started = (202, server.session_status(status_url=url, logout_url=url))
        _, requests = program.sign_in(f"a state at {url!r}", FAILED)
        checks.equal(f"a state at {url!r}: requests", len(requests), 1)
    checks.equal("nothing was sent elsewhere", other.take_seen(), [])
    server.started = (202, server.session_status())


def options(checks, program):
    program.server.statuses = [{"session_status": "active"}]
    for arguments, query in [
        (["--methods", "acceptance"], {"methods": ["acceptance"]}),
        (["--methods", "acceptance,device,facial"], {"methods": ["acceptance,device,facial"]}),
        (["--duration", "90s"], {"duration_seconds": ["90"]}),
        (["--methods", "device", "--duration", "8h"], {"methods": ["device"], "duration_seconds": ["28800"]}),
    ]:
        _, requests = program.sign_in(f"with {arguments}", OK, *arguments)
        checks.equal(f"with {arguments}: query", requests[0], ("POST", start_of("user1"), query))


def stored_session(checks, program, folder):
    """Started by one process, and gone on with by others, which know no secret but the session's."""
    file = str(Path(folder) / "session")
    program.sign_in("to a file", OK, "--no-wait", "--session-file", file)
    run = lambda what, call, exit_code: program.run(what, ["session", call, "--output", "json", "--session-file", file], exit_code, secret=WRONG_SECRET)
    program.server.statuses = [{"session_status": "pending"}, {"session_status": "active"}]
    checks.equal("status", (run("session status", "status", OK) or {}).get("session_status"), "pending")
    checks.equal("wait", (run("session wait", "wait", OK) or {}).get("session_status"), "active")
    for what in ["once", "twice"]:
        run(f"session end, {what}", "end", OK)
    token = program.server.session[0]
    calls = [(method, path) for method, path, _ in program.requests()]
    status, end = ("GET", f"/made/up/{token}"), ("POST", f"/made/up/{token}/out")
    checks.equal("calls about the session", calls, [status, status, end, end])
    program.server.end = {"status": False}
    run("session end, refused", "end", REFUSED)
    program.server.session = ("another0d35100b1e5e5510e0d35100b", "ANOTHER12E70F5E5510E0123456789AB")
    run("a session that there is not", "status", NOT_AUTHORISED)


def main():
    checks = Checks()
    with (
        VerifyingServer(APPLICATION_ID, APPLICATION_SECRET) as server,
        VerifyingServer(APPLICATION_ID, APPLICATION_SECRET) as other,
        tempfile.TemporaryDirectory() as folder,
    ):
        program = Program(checks, sys.argv[1], server)
        hostile_users(checks, program)
        forms_of_states(checks, program)
        unknown_and_missing(checks, program)
        starts(checks, program)
        urls_elsewhere(checks, program, other)
        options(checks, program)
        stored_session(checks, program, folder)
    checks.finish()


if __name__ == "__main__":
    main()
