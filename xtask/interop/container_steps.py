"""Does what the Containerfile's last stage says, step by step, without a container: these cannot be built everywhere.

Arguments: the Containerfile, the program `iampass`. The program runs in an empty environment, as the image's user where
that can be had (root, or sudo without a password), from an entrypoint and arguments as they are written there.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import common


def stage(text):
    """The instructions of the last stage; a later one takes the place of an earlier one."""
    lines = text.replace("\\\n", " ").splitlines()
    found = {}
    for line in lines:
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            found = {}
        if name.isupper():
            found[name] = rest.strip()
    return found


def as_user(user):
    """What makes a command run as the image's user, and a word for it."""
    uid, gid = user.split(":")
    command = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    for before in [], ["sudo", "-n"]:
        if shutil.which("setpriv") and subprocess.run([*before, *command, "true"], capture_output=True).returncode == 0:
            return [*before, *command], f"as {user}"
    return [], "as the caller"


def main():
    containerfile, program = Path(sys.argv[1]), Path(sys.argv[2])
    image = stage(containerfile.read_text(encoding="utf-8"))
    checks = common.Checks()
    entrypoint, arguments = json.loads(image["ENTRYPOINT"]), json.loads(image["CMD"])
    health = json.loads(re.search(r"CMD (\[.*\])", image["HEALTHCHECK"])[1])
    port = int(image["EXPOSE"])
    checks.equal("the program is the entrypoint's and the health check's", {entrypoint[0], health[0]}, {"/iampass"})
    checks.equal("the port is the one that the emulator listens on", f"0.0.0.0:{port}" in entrypoint, True)
    checks.equal("not root", image["USER"].split(":")[0] != "0", True)

    user, word = as_user(image["USER"])
    with tempfile.TemporaryDirectory() as folder:
        # Where the image's user can read it.
        os.chmod(folder, 0o755)
        here = Path(folder, "iampass")
        shutil.copy(program, here)
        os.chmod(here, 0o755)

        def run(command, free):
            # The machine may use the image's port: one that is free takes its place.
            words = [str(here), *(word.replace(f"0.0.0.0:{port}", f"0.0.0.0:{free}") for word in command[1:])]
            return [*user, "env", "-i", *words]

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        url = f"http://127.0.0.1:{free}"
        asked = [*run(health, free), url]
        checks.equal("unhealthy before the start", subprocess.run(asked, cwd="/", capture_output=True).returncode, 1)
        emulator = subprocess.Popen(run([*entrypoint, *arguments], free), cwd="/", stdout=subprocess.PIPE, text=True)
        try:
            checks.equal("the first line", emulator.stdout.readline().strip(), f"listening on {url}")
            checks.equal("healthy", subprocess.run(asked, cwd="/", capture_output=True).returncode, 0)
            checks.equal("the console is there", status(free, "/"), 200)
            checks.equal("a call without a signature", status(free, "/management/has_registered_mobile_device/app/user"), 401)
            emulator.send_signal(signal.SIGTERM)
            checks.equal("what stops a container ends it", emulator.wait(20), 0)
            checks.equal("unhealthy at the end", subprocess.run(asked, cwd="/", capture_output=True).returncode, 1)
        finally:
            emulator.kill()
            emulator.wait()
    print(f"{word}: ", end="")
    checks.finish()


def status(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    return connection.getresponse().status


if __name__ == "__main__":
    main()
