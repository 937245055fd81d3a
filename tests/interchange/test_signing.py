"""Signatures are those of Standard Webhooks, to the letter."""

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from market.interchange import signing
from market.interchange.errors import SignatureWrong, TimestampOutside
from market.interchange.types import Envelope

# The example that the specification and its libraries are tested with.
KEY = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
KNOWN = Envelope(
    "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}',
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
)  # fmt: skip
THEN = datetime.fromtimestamp(KNOWN.timestamp, UTC)


def test_the_known_signature_is_made_and_verified():
    assert signing.sign(KEY, KNOWN.id, KNOWN.timestamp, KNOWN.content) == KNOWN.signature
    signing.verify(KEY, KNOWN, THEN)
    signing.verify(KEY, replace(KNOWN, signature=f"v1,AAAA {KNOWN.signature}"), THEN)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "msg_other"},
        {"timestamp": KNOWN.timestamp + 1},
        {"content": KNOWN.content + " "},
        {"signature": "v1,"},
        {"signature": KNOWN.signature.removeprefix("v1,")},
        {"signature": "签名"},
    ],
)
def test_whatever_is_changed_is_seen(changed):
    with pytest.raises(SignatureWrong):
        signing.verify(KEY, replace(KNOWN, **changed), THEN)


def test_another_key_does_not_verify():
    with pytest.raises(SignatureWrong):
        signing.verify(KEY[:-1] + b"x", KNOWN, THEN)


@pytest.mark.parametrize("minutes", [6, -6])
def test_a_timestamp_far_away_is_refused(minutes):
    with pytest.raises(TimestampOutside):
        signing.verify(KEY, KNOWN, THEN + timedelta(minutes=minutes))


def test_keys_differ_by_partner_generation_and_secret():
    keys = {
        signing.key_of(secret, partner, generation)
        for secret in ("s" * 40, "t" * 40)
        for partner in ("a", "b")
        for generation in (1, 2)
    }
    assert len(keys) == 8
    assert {len(key) for key in keys} == {32}
    assert signing.shown(KEY) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
