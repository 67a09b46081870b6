"""Every positive signing vector, made again by the vendor's own package; no signature of a wrong vector is.

Argument: the file with the vectors.
"""

import hashlib
import json
import sys

from common import Checks, vendor_headers

AUTHENTICATION = "Authentication"
TIMESTAMP = "X-IAMPASS-Authentication-Timestamp"
VERSION = "X-IAMPASS-Authentication-Version"


def positive(checks, vector):
    """The headers are the vendor's; the vendor never sends the version under its right name."""
    credentials = vector["id"], vector["secret"]
    made = vendor_headers(*credentials, vector["url"], int(vector["nonce"]), int(vector["timestamp"]))
    checks.equal(f"{vector['name']}: headers", {**made, VERSION: "1"}, vector["headers"])
    # The vendor's function shows nothing of what is in between; this much can be said without it.
    key = (vector["nonce"] + vector["secret"]).encode()
    checks.equal(f"{vector['name']}: token", vector["token"], hashlib.sha256(key).hexdigest()[:32])
    message = vector["nonce"] + vector["url"].partition("://")[2] + vector["timestamp"]
    checks.equal(f"{vector['name']}: message", vector["message"], message)


def mismatch(checks, vector):
    """The vendor's package does not make the signature that is to be refused."""
    headers = dict(vector["request"]["headers"])
    application_id, nonce, _ = headers[AUTHENTICATION].removeprefix("hmac ").split(":")
    secret = vector["secrets"][application_id]
    made = vendor_headers(application_id, secret, vector["request"]["url"], int(nonce), int(headers[TIMESTAMP]))
    other = made[AUTHENTICATION] != headers[AUTHENTICATION]
    checks.that(f"{vector['name']}: not the vendor's", other, "the vendor's package signs just so")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        vectors = json.load(file)
    checks = Checks()
    for vector in vectors["positive"]:
        positive(checks, vector)
    for vector in vectors["negative"]:
        if vector["reason"] == "signature_mismatch":
            mismatch(checks, vector)
    checks.finish()


if __name__ == "__main__":
    main()
