"""Replays the signing vectors. Argument: signing-vectors.json."""

import json
import sys
from unittest import mock

import httpx
from iampass_signer import IampassAuth, sign


def signed_by_the_hook(application_id, secret, url, nonce, timestamp):
    """What httpx would send to `url`, with nonce and clock held still."""
    request = httpx.Request("GET", url)
    with mock.patch("secrets.randbits", lambda bits: nonce), mock.patch("time.time", lambda: timestamp):
        return next(IampassAuth(application_id, secret).auth_flow(request)).headers


with open(sys.argv[1], encoding="utf-8") as file:
    vectors = json.load(file)

for vector in vectors["positive"]:
    given = vector["id"], vector["secret"]
    moment = int(vector["nonce"]), int(vector["timestamp"])
    assert sign(*given, vector["signed_url"], *moment) == vector["headers"], vector["name"]
    sent = signed_by_the_hook(*given, vector["url"], *moment)
    for name, value in vector["headers"].items():
        assert sent[name] == value, (vector["name"], name, sent[name], value)

wrong = [vector for vector in vectors["negative"] if vector["reason"] == "signature_mismatch"]
for vector in wrong:
    headers = dict(vector["request"]["headers"])
    application_id, nonce, _ = headers["Authentication"].removeprefix("hmac ").split(":")
    signed_url = vector["request"]["url"].partition("://")[2]
    timestamp = headers["X-IAMPASS-Authentication-Timestamp"]
    right = sign(application_id, vector["secrets"][application_id], signed_url, nonce, timestamp)
    assert right["Authentication"] != headers["Authentication"], vector["name"]

print(f"{len(vectors['positive'])} vectors signed alike, {len(wrong)} wrong signatures told apart")
