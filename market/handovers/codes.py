"""Pick-up codes. Pure.

A code is worked out of the site's secret and the place at the point: the household's page shows
it, the agent's page compares what is told with it, and no table holds it. With another secret
every code that was not used yet is another one; the household's page shows the new one.
"""

import hashlib
import hmac

DIGITS = 8


def code_of(secret: str, place_id: str) -> str:
    """The eight digits of a place."""
    digest = hmac.new(secret.encode(), f"pickup:{place_id}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def shown(code: str) -> str:
    """In two groups, to be read aloud: 4821 9036."""
    return f"{code[:4]} {code[4:]}"


def plain(typed: str) -> str:
    """The digits of what was typed or scanned."""
    return "".join(char for char in typed if char.isdecimal() and char.isascii())[:16]


def is_code(secret: str, place_id: str, told: str) -> bool:
    """Whether the digits that were told are those of the place."""
    return hmac.compare_digest(code_of(secret, place_id), told)
