"""What schemathesis is told about IAMPASS: how to sign, whom to ask for, and what to count.

Settings: IAMPASS_APPLICATION_ID and IAMPASS_APPLICATION_SECRET sign; INTEROP_COUNTS names the file that gets
the number of answers by operation, method and status when the run ends. INTEROP_SECRET_IS_WRONG says that no call
must come through.
"""

import atexit
import base64
import hashlib
import hmac
import json
import os
import secrets
import time
import zlib
from collections import Counter

import requests
import schemathesis
from schemathesis.specs.openapi.checks import negative_data_rejection

APPLICATION_ID = os.environ["IAMPASS_APPLICATION_ID"]
APPLICATION_SECRET = os.environ["IAMPASS_APPLICATION_SECRET"]
COUNTS = os.environ["INTEROP_COUNTS"]
SECRET_IS_WRONG = "INTEROP_SECRET_IS_WRONG" in os.environ
# There from the beginning, and added again by whoever deletes them. The examples of the contract among them.
USERS = ["user1", "alice@example.com", "DOMAIN\\alice", "a/b", "é", "🦀"]

answers = Counter()


class Signed(requests.auth.AuthBase):
    """Signs what is about to be sent, as Authentication Protocol 1 has it."""

    def __call__(self, request):
        nonce, timestamp = str(secrets.randbits(64)), str(int(time.time()))
        signed_url = request.url.split("://", 1)[1].split("#", 1)[0]
        token = hashlib.sha256((nonce + APPLICATION_SECRET).encode()).digest()[:16]
        message = (nonce + signed_url + timestamp).encode()
        signature = base64.b64encode(hmac.digest(token, message, "sha256")[:16]).decode()
        request.headers["Authentication"] = f"hmac {APPLICATION_ID}:{nonce}:{signature}"
        request.headers["X-IAMPASS-Authentication-Timestamp"] = timestamp
        request.headers["X-IAMPASS-Authentication-Version"] = "1"
        return request


schemathesis.auth.set_from_requests(Signed())


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Every request is signed, so headers are nothing to make up. And an emulator has the habits of any HTTP
    server beside what the contract tells of IAMPASS."""
    raw_schema.pop("security")
    habits = {"413": "The body is too large", "415": "The body is said to be something else than JSON"}
    for item in raw_schema["paths"].values():
        if "post" in item:
            answers = {status: {"description": why, "content": {"text/plain": {}}} for status, why in habits.items()}
            item["post"]["responses"].update(answers)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Made-up applications and users are nobody's: three of four calls are for the application that signs, and
    half for users that it may have, so that more than refusals is seen."""
    if path_parameters:
        choice = zlib.crc32(repr(path_parameters).encode("utf-8", "surrogatepass"))
        if choice % 4:
            path_parameters["application_id"] = APPLICATION_ID
        if "user_id" in path_parameters and choice % 2:
            path_parameters["user_id"] = USERS[choice // 4 % len(USERS)]
    return path_parameters


@schemathesis.check
def invalid_data_is_refused(context, response, case):
    """As `negative_data_rejection`, which stands aside for it: here a refusal can be an HTTP 200."""
    if response.status_code == 200:
        body = response.json()
        if body.get("status") is False or body.get("authentication_status", {}).get("authenticated") is False:
            return None
    return negative_data_rejection(context, response, case)


if SECRET_IS_WRONG:

    @schemathesis.check
    def every_answer_is_401(context, response, case):
        assert response.status_code == 401, f"came {response.status_code} {response.text}"


@schemathesis.hook
def after_call(context, case, response):
    operation = case.operation.definition.raw["operationId"]
    answers[f"{operation} {case.method} {response.status_code}"] += 1


@atexit.register
def write():
    with open(COUNTS, "w", encoding="utf-8") as file:
        json.dump(answers, file)
