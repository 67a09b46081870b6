"""schemathesis makes up requests from the contract, signs each and looks at the emulator's answers.

Settings: IAMPASS_SERVER is the emulator, IAMPASS_APPLICATION_ID and IAMPASS_APPLICATION_SECRET are an application
that it knows; INTEROP_FOLDER is where files may be written, and INTEROP_CONTRACT is the contract. The second run
has a wrong secret, and no request of it may come through.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import requests
import yaml

HERE = Path(__file__).resolve().parent
SERVER = os.environ["IAMPASS_SERVER"]
FOLDER = Path(os.environ["INTEROP_FOLDER"])
CONTRACT = Path(os.environ["INTEROP_CONTRACT"])
PATHS = yaml.safe_load(CONTRACT.read_text())["paths"]
COUNTS = FOLDER / "schemathesis-counts.json"
# A case for each way that schemathesis has of making one up, many times over.
AT_LEAST = 150 * len(PATHS)

os.environ["INTEROP_COUNTS"] = str(COUNTS)
from schemathesis_hooks import APPLICATION_ID, USERS, Signed  # noqa: E402


def give_up(message):
    print(f"FAILED: {message}")
    sys.exit(1)


def call(method, path, **options):
    answer = requests.request(method, f"{SERVER}/management/{path}", auth=Signed(), **options)
    if not answer.ok:
        give_up(f"{path}: {answer.status_code} {answer.text}")
    return answer.json()


def add_users():
    """Where there are sign-ins, all but the first have a phone: some start, and some do not."""
    call("POST", f"add_users/{APPLICATION_ID}", json={"users": USERS})
    if "authentication" not in CONTRACT.name:
        return
    for user in USERS[1:]:
        link = call("GET", f"device_registration_link/{APPLICATION_ID}/{quote(user, safe='')}")["register_url"]
        requests.post(link).raise_for_status()


def run(what, arguments, settings=(), configuration=""):
    """One run of schemathesis: the number of answers by operation, method and status."""
    file = FOLDER / "schemathesis.toml"
    file.write_text((HERE / "schemathesis.toml").read_text() + configuration)
    COUNTS.unlink(missing_ok=True)
    python_path = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": python_path}
    environment |= dict(settings)
    st = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(file), "run", "--url", SERVER]
    done = subprocess.run([*st, *arguments, str(CONTRACT)], env=environment, cwd=FOLDER)
    if done.returncode != 0:
        give_up(f"schemathesis, {what}; seen above")
    counts = {tuple(key.split()): count for key, count in json.loads(COUNTS.read_text()).items()}
    total = sum(counts.values())
    if total < AT_LEAST:
        give_up(f"only {total} cases, {what}; raise max-examples in schemathesis.toml")
    return total, counts


def documented():
    """The answers that the contract has, but for some: the application that signs is a known one, and no text makes
    a URL whose path is not UTF-8."""
    for item in PATHS.values():
        for method, operation in item.items():
            for status in operation.get("responses", {}) if isinstance(operation, dict) else {}:
                if (method, status) not in [("post", "404"), ("get", "400")]:
                    yield operation["operationId"], method.upper(), status


def main():
    add_users()
    # Its own check of invalid data knows no refusals that are an HTTP 200; ours does.
    total, counts = run("with the right secret", ["--exclude-checks", "negative_data_rejection"])
    missing = [answer for answer in documented() if answer not in counts]
    if missing:
        give_up(f"answers that no request brought about: {missing}")

    # A method that an operation does not have is told before anything is verified.
    configuration = "[phases.coverage]\nunexpected-methods = []\n"
    settings = {"INTEROP_SECRET_IS_WRONG": "1", "IAMPASS_APPLICATION_SECRET": "WRONGWRONGWRONGWRONGWRONGWRONG12"}
    arguments = ["--phases", "examples,coverage,fuzzing", "--checks", "every_answer_is_401"]
    refused, counts = run("with a wrong secret", arguments, settings.items(), configuration)
    others = {answer: count for answer, count in counts.items() if answer[2] != "401"}
    if others:
        give_up(f"with a wrong secret there were other answers than 401: {others}")
    print(f"{total} cases, none failed; {refused} with a wrong secret, each a 401")


if __name__ == "__main__":
    main()
