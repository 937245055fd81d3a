"""The form of numbers, what is kept of them, and what others may see. Pure."""

import hashlib
import hmac
import re
import unicodedata

from market.households.errors import (
    BookletNumberUnread,
    IdentityNumberGiven,
    PropertyNumberUnread,
)
from market.households.types import NumberKind
from market.kernel.region_code import RegionCode

_BOOKLET = re.compile(r"[0-9A-Z]{6,20}")
_PROPERTY = re.compile(r"[0-9A-Z\u4e00-\u9fff()]{6,60}")
_DROPPED = re.compile(r"[\s\-‐-―_·.,，。:：/\\]+")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LEAST_DIGITS = {NumberKind.BOOKLET: 5, NumberKind.PROPERTY: 6}


def normalised(kind: NumberKind, typed: str) -> str:
    """A number as it is compared: one width, one case, brackets of one shape, no spaces.

    Raises BookletNumberUnread, PropertyNumberUnread, IdentityNumberGiven.
    """
    text = _DROPPED.sub("", unicodedata.normalize("NFKC", typed)).upper()
    text = text.translate(str.maketrans("〔〕[]【】", "()()()"))
    if is_identity(text):
        raise IdentityNumberGiven(field="household_number")
    shape, wrong = {
        NumberKind.BOOKLET: (_BOOKLET, BookletNumberUnread),
        NumberKind.PROPERTY: (_PROPERTY, PropertyNumberUnread),
    }[kind]
    digits = re.sub(r"\D", "", text)
    if not shape.fullmatch(text) or len(digits) < _LEAST_DIGITS[kind] or len(set(digits)) == 1:
        raise wrong(field="household_number")
    return text


def is_identity(text: str) -> bool:
    """Whether a text is a valid number of a person (GB 11643)."""
    if not re.fullmatch(r"[1-9]\d{5}(19|20)\d{9}[0-9X]", text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[-1]


def digest(secret: str, kind: NumberKind, town: RegionCode, number: str) -> str:
    """The keyed digest of a normalised number; without the secret it says nothing.

    Numbers of booklets are given out by counties, those of certificates name their place.
    """
    place = town.digits[:6] if kind is NumberKind.BOOKLET else ""
    key = hmac.new(secret.encode(), b"household numbers", hashlib.sha256).digest()
    return hmac.new(key, f"{kind}:{place}:{number}".encode(), hashlib.sha256).hexdigest()


def last4(number: str) -> str:
    """What is shown of a number: its last four letters or digits, never the most of it."""
    plain = re.sub(r"[^0-9A-Z]", "", number)
    return plain[-min(4, len(plain) // 2) :]
