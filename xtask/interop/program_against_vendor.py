"""Our program calls a server that checks each signature with the vendor's own function.

Argument: the program `iampass`. Settings: IAMPASS_APPLICATION_ID, IAMPASS_APPLICATION_SECRET.
"""

import json
import sys
from urllib.parse import parse_qs

from common import (
    APPLICATION_ID,
    APPLICATION_SECRET,
    DISPLAY_NAMES,
    USER_WITH_SPACE,
    USERS,
    WRONG_SECRET,
    Checks,
    path_of,
    run_program,
)
from verifying_server import EXISTING_USER, REFUSAL, REFUSED_USER, UNKNOWN_USER, VerifyingServer

REFUSED, NOT_FOUND, NOT_AUTHORISED, USAGE = 3, 4, 5, 2
EVERYONE = [*USERS, USER_WITH_SPACE]


class Program:
    """Runs `iampass` and compares what it printed and what the server saw with what was asked."""

    def __init__(self, checks, binary, server):
        self.checks = checks
        self.binary = binary
        self.server = server

    def run(self, arguments, secret):
        return run_program(self.binary, arguments, self.server.url, secret)

    def succeeds(self, command, users, expected, **request):
        """`command` on `users` prints `expected`, after exactly one request as described."""
        arguments = [*command, "--output", "json", "--", *users]
        done = self.run(arguments, APPLICATION_SECRET)
        what = f"iampass {arguments}"
        self.checks.equal(f"{what}: exit code (it says {done.stderr!r})", done.returncode, 0)
        try:
            printed = json.loads(done.stdout)
        except ValueError:
            printed = done.stdout
        self.checks.equal(f"{what}: prints", printed, expected)
        self.sends(what, **request)

    def fails(self, command, users, exit_code, mention=None, secret=APPLICATION_SECRET, **request):
        """`command` on `users` ends with `exit_code` and says why, on stderr alone."""
        arguments = [*command, "--output", "json", "--", *users]
        done = self.run(arguments, secret)
        what = f"iampass {arguments}"
        self.checks.equal(f"{what}: exit code (it says {done.stderr!r})", done.returncode, exit_code)
        self.checks.equal(f"{what}: prints", done.stdout, "")
        says_why = done.stderr.strip() and (mention is None or mention in done.stderr)
        self.checks.that(f"{what}: says why", says_why, f"expected {mention or 'a message'!r}, came {done.stderr!r}")
        self.checks.that(f"{what}: keeps the secret", secret not in done.stderr, "the message has it")
        if exit_code == USAGE:
            self.checks.equal(f"{what}: requests", self.server.take_seen(), [])
        else:
            self.sends(what, **request)

    def sends(self, what, method, path, body=None, query=None):
        """The server saw exactly one request, this one, and found nothing wrong with it."""
        self.checks.equal(f"{what}: problems", self.server.take_problems(), [])
        seen = self.server.take_seen()
        self.checks.equal(f"{what}: number of requests", len(seen), 1)
        for request in seen:
            sent_path, _, sent_query = request.target.partition("?")
            self.checks.equal(f"{what}: request", (request.method, sent_path), (method, path))
            self.checks.equal(f"{what}: query", parse_qs(sent_query, keep_blank_values=True), query or {})
            sent_body = json.loads(request.body) if request.body else None
            self.checks.equal(f"{what}: body", sent_body, body)


def commands(server):
    """(command, its request, what it prints on success) as functions of users, one per operation."""
    return [
        (["users", "add"], "add_users", lambda users: {"created": users, "existing": [EXISTING_USER]}),
        (["users", "delete", "--yes"], "delete_users", lambda users: {"deleted": users}),
        (
            ["device", "link"],
            "device_registration_link",
            lambda users: {"register_url": server.link("device_registration_link", users[0])},
        ),
        (
            ["device", "status"],
            "has_registered_mobile_device",
            lambda users: {"device_registered": users[0] in server.users_with_phone},
        ),
        (
            ["device", "lost", "--yes"],
            "lost_user_mobile_device",
            lambda users: {"register_url": server.link("lost_user_mobile_device", users[0])},
        ),
    ]


def request_of(operation, users):
    """The one request that an operation on users is."""
    if operation in ("add_users", "delete_users"):
        return {"method": "POST", "path": path_of(operation, APPLICATION_ID), "body": {"users": users}}
    return {"method": "GET", "path": path_of(operation, APPLICATION_ID, users[0])}


def main():
    checks = Checks()
    with VerifyingServer(APPLICATION_ID, APPLICATION_SECRET) as server:
        program = Program(checks, sys.argv[1], server)
        server.users_with_phone = set(EVERYONE[::2])
        for command, operation, prints in commands(server):
            takes_many = command[0] == "users"
            for users in [[user] for user in EVERYONE] + ([EVERYONE] if takes_many else []):
                program.succeeds(command, users, prints(users), **request_of(operation, users))

            user = ["user1"]
            program.fails(command, user, NOT_AUTHORISED, secret=WRONG_SECRET, **request_of(operation, user))
            program.fails(command, [REFUSED_USER], REFUSED, REFUSAL, **request_of(operation, [REFUSED_USER]))
            if not takes_many:
                unknown = [UNKNOWN_USER]
                program.fails(command, unknown, NOT_FOUND, "not found", **request_of(operation, unknown))
            # A URL path cannot carry these: they would make the request another operation's.
            for user in ["", ".", ".."]:
                program.fails(command, [user], USAGE)

        for name in DISPLAY_NAMES:
            for user in ["user1", USER_WITH_SPACE]:
                link = {"register_url": server.link("device_registration_link", user)}
                request = request_of("device_registration_link", [user])
                command = ["device", "link", "--display-name", name]
                program.succeeds(command, [user], link, query={"display_name": [name]}, **request)
    checks.finish()


if __name__ == "__main__":
    main()
