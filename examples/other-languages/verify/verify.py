"""verify(body, signature, secrets) for VideoCloud webhooks, and a check of it against vectors.json."""

import base64
import hashlib
import hmac
import json
import re
import sys

HEX64 = re.compile(r"[0-9a-fA-F]{64}")


def verify(body, signature, secrets):
    """Whether one of the secrets signed these raw bytes."""
    if signature is None or not HEX64.fullmatch(signature):
        return False
    given = bytes.fromhex(signature)
    matches = [hmac.compare_digest(hmac.new(s.encode(), body, hashlib.sha256).digest(), given) for s in secrets]
    return any(matches)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        vectors = json.load(file)["vectors"]
    for vector in vectors:
        ok = verify(base64.b64decode(vector["body"]), vector["signature"], vector["secrets"])
        print(vector["name"], "valid" if ok else "refused")
