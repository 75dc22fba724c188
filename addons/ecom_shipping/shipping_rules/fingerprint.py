"""Two requests with the same fingerprint ask for the same label (or the same price)."""

import dataclasses
import hashlib
import json

from ..carrier_contract.codec import dump


def ship_fingerprint(request):
    """Hash of what is bought. Key, group and day may change from one attempt to the next."""
    return _hash(dataclasses.replace(request, key="", group="", mailing_date=None))


def rate_fingerprint(account_key, request):
    """Hash of what is asked: the account's terms, the request and its day."""
    return _hash((account_key, request))


def _hash(value):
    text = json.dumps(dump(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
