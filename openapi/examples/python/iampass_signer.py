"""Signs whatever httpx sends, as IAMPASS asks for it ("Authentication Protocol 1")."""

import base64
import hashlib
import hmac
import secrets
import time

import httpx


def sign(application_id, secret, signed_url, nonce, timestamp):
    """The headers for a URL (as sent, without `scheme://`), a nonce and a time in Unix seconds."""
    token = hashlib.sha256(f"{nonce}{secret}".encode()).digest()[:16]
    message = f"{nonce}{signed_url}{timestamp}".encode()
    signature = base64.b64encode(hmac.digest(token, message, "sha256")[:16]).decode()
    return {
        "Authentication": f"hmac {application_id}:{nonce}:{signature}",
        "X-IAMPASS-Authentication-Timestamp": str(timestamp),
        "X-IAMPASS-Authentication-Version": "1",
        "X-IAMOASS-Authentication-Version": "1",
    }


class IampassAuth(httpx.Auth):
    """Give it to the generated client: `Client(…, httpx_args={"auth": IampassAuth(id, secret)})`."""

    def __init__(self, application_id, secret):
        self._credentials = application_id, secret

    def auth_flow(self, request):
        # What goes into the Host header and the request line, so what is signed is what is sent.
        signed_url = (request.url.netloc + request.url.raw_path).decode("ascii")
        headers = sign(*self._credentials, signed_url, secrets.randbits(64), int(time.time()))
        request.headers.update({**headers, "Cache-Control": "no-cache"})
        yield request
