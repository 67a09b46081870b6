"""How fast the vendor's package signs and calls, and how much memory it takes. Read by `cargo xtask bench`.

IAMPASS_SERVER is a server that answers every request alike.
"""

import json
import resource
import statistics
import time
import timeit

from IAMPASS.hmac import make_authentication_headers
from IAMPASS.management_api import ManagementAPI, ManagementAPIResult as Result

APPLICATION_ID = "f2f73bb47a41331fe204258ef046efee"
APPLICATION_SECRET = "9R4ESXSXCF6RRR412XCFPP8CLVXCDN1V"
URL = f"https://main.iam-api.com/management/has_registered_mobile_device/{APPLICATION_ID}/user1"
SIGNATURES, CALLS, TURNS = 2_000, 400, 60


def sign():
    make_authentication_headers(APPLICATION_ID, APPLICATION_SECRET, URL)


def call(api):
    assert api.has_registered_mobile_device("user1") == Result.has_mobile_device


def turn(api):
    before = time.process_time_ns()
    for _ in range(CALLS):
        call(api)
    return (time.process_time_ns() - before) / CALLS


api = ManagementAPI(APPLICATION_ID, APPLICATION_SECRET)
signatures = [seconds / SIGNATURES * 1e9 for seconds in timeit.repeat(sign, number=SIGNATURES, repeat=TURNS)]
print(
    json.dumps(
        {
            "sign_nanoseconds": statistics.median(signatures),
            "call_nanoseconds": statistics.median(turn(api) for _ in range(TURNS)),
            "resident_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        }
    )
)
