"""Hashing and judging of passwords. Slow on purpose: call it outside transactions."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from market.accounts.errors import PasswordIsPhone, PasswordTooLong, PasswordTooShort, WeakPassword

LEAST, MOST = 8, 128
WEAK_WORDS = Path(__file__).parent / "data" / "weak_words.txt"
# OWASP's argon2id setting for interactive logins: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_LEET = str.maketrans("@$0134!57", "asoieaist")
_NUMBERS = frozenset(
    {
        "5201314", "1314520", "520520", "520131", "5211314", "7758521", "7758258",
        "147258369", "147852369", "741852963", "789456123", "159357", "123698745",
        "112233", "11223344", "123321", "1234554321", "31415926", "10086", "12306", "110120",
    }
)  # fmt: skip
_ROWS = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_COLUMNS = "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol."


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(_normal(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password fits. Takes the same time when there is no hash to compare with."""
    try:
        _hasher.verify(stored or _dummy(), _normal(password))
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with older settings."""
    return _hasher.check_needs_rehash(stored)


def check_strength(password: str, phone: str | None = None, field: str = "password") -> None:
    """Raises PasswordTooShort, PasswordTooLong, PasswordIsPhone or WeakPassword."""
    text = _normal(password)
    if len(text) < LEAST:
        raise PasswordTooShort(field=field, least=LEAST)
    if len(text) > MOST:
        raise PasswordTooLong(field=field, most=MOST)
    if phone and phone in text:
        raise PasswordIsPhone(field=field)
    if is_weak(text):
        raise WeakPassword(field=field)


def is_weak(password: str) -> bool:
    """Whether it is what everybody tries first.

    Digits alone below 12, keyboard runs, one block repeated, or a common word with
    common trimmings: "password1", "P@ssw0rd!", "woaini520", "a123456789".
    """
    text = password.lower()
    if len(set(text)) <= 2 or _is_run(text) or _is_repeated(text):
        return True
    if text.isdigit():
        return len(text) < 12 or _is_common_number(text)
    return any(_is_trimmed_word(form) for form in (text, _plain(text)))


def _plain(text: str) -> str:
    """Look-alikes read as letters, except in what trails the word."""
    core = re.sub(r"[\W\d_]+$", "", text)
    return core.translate(_LEET) + text[len(core) :]


def _is_trimmed_word(text: str) -> bool:
    match = re.fullmatch(r"([\W\d_]*)([^\W\d_]+)([\W\d_]*)", text)
    if match is None:
        return False
    before, word, after = match.groups()
    if word not in _weak() and not _is_run(word) and len(set(word)) > 1:
        return False
    digits = re.sub(r"\D", "", before + after)
    return len(digits) <= 4 or _is_common_number(digits)


def _is_common_number(digits: str) -> bool:
    return (
        digits in _NUMBERS
        or _is_run(digits)
        or _is_repeated(digits)
        or len(set(digits)) <= 2
        or re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])", digits) is not None
    )


def _is_run(text: str) -> bool:
    doubled = [*(row * 2 for row in _ROWS), _COLUMNS]
    return any(text in row or text[::-1] in row for row in doubled)


def _is_repeated(text: str) -> bool:
    """One short block over and over ("123123123", "abcabcabc")."""
    return any(
        len(text) // size >= 2 and (text[:size] * (len(text) // size + 1))[: len(text)] == text
        for size in range(1, 5)
    )


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _dummy() -> str:
    return _hasher.hash("not the password of anybody")


@cache
def _weak() -> frozenset[str]:
    return frozenset(WEAK_WORDS.read_text(encoding="utf-8").split())
