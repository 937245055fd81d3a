"""Codes, their check character, and when scans look like copies. Pure."""

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from market.traceability.types import Apart, CodesWanted, Level, NewCode, PastScan

# 31 characters that nobody mistakes for each other (no 0/O, 1/I/L). 31 is a prime, so the
# weighted sum below finds every single wrong character and every two that changed places.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
BODY = 12  # 31^12, about 60 bits: nobody guesses a code that was given out
MOST_CODES = 5_000

# Two people who hold the same pack cannot be this far apart so soon: goods in a household's
# hands stay there, and a parcel from a county warehouse to a township takes days. A shorter
# distance may be a visitor whose chosen township is not where he stands.
FAR_KM = 100
FAR_WITHIN = timedelta(hours=48)
# One unit is for one buyer: the second person who says "this one is in my hands" raises an alarm,
# and when officials found it in order, every further five do. Whoever has units of a pallet scans
# its code, so only every twenty of them are worth a look; papers of a batch go to everyone.
DUPLICATE = 2
MANY_SCANS = {Level.UNIT: 5, Level.PALLET: 20}
# What one code may gather at all; more would only fill the table.
MOST_SCANS = 500
# How long the mark of a visitor is kept, by which a second scan of one visitor is no new one.
KEEP_VISITORS = timedelta(days=90)
TELL_AGAIN_AFTER = timedelta(hours=24)


def check_character(body: str) -> str:
    """The last character of a code: the weighted sum of the others modulo 31."""
    total = sum((i + 1) * ALPHABET.index(char) for i, char in enumerate(body))
    return ALPHABET[total % len(ALPHABET)]


def normal_code(typed: str) -> str | None:
    """A code as it is stored, from what was typed or scanned; None when it is none."""
    text = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(char for char in text if char not in " -—_.")
    if len(code) != BODY + 1 or any(char not in ALPHABET for char in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def count_of(wanted: CodesWanted) -> int:
    """How many codes are made for a wish, the batch's own code not counted."""
    if wanted.pallets:
        return wanted.pallets * (1 + wanted.units)
    return wanted.units


def tree(
    wanted: CodesWanted,
    new_body: Callable[[], str],
    *,
    root: str | None = None,
    pallets_before: int = 0,
    units_before: int = 0,
) -> list[NewCode]:
    """The codes of a wish, each before those under it; the batch's own first when it has none.

    Serials go on where earlier ones of the level ended.
    """

    def fresh() -> str:
        body = new_body()
        return body + check_character(body)

    made: list[NewCode] = []
    if root is None:
        root = fresh()
        made.append(NewCode(root, Level.BATCH, None, 1))
    unit = units_before
    for pallet in range(max(1, wanted.pallets)):
        parent = root
        if wanted.pallets:
            parent = fresh()
            made.append(NewCode(parent, Level.PALLET, root, pallets_before + pallet + 1))
        for _ in range(wanted.units):
            unit += 1
            made.append(NewCode(fresh(), Level.UNIT, parent, unit))
    return made


def recent(scans: Iterable[PastScan], at: datetime) -> list[PastScan]:
    """Those of earlier scans that count for the distance, in known counties."""
    return [scan for scan in scans if scan.county and at - scan.at <= FAR_WITHIN]


def farthest(scans: Iterable[PastScan], at: datetime, km: Mapping[str, int | None]) -> Apart | None:
    """The farthest of recent scans when it is too far; `km` by county. None when all is well."""
    found = [
        Apart(scan.county, distance, int((at - scan.at) / timedelta(hours=1)))
        for scan in recent(scans, at)
        if (distance := km.get(scan.county)) is not None and distance > FAR_KM
    ]
    return max(found, key=lambda apart: apart.km, default=None)


def too_many(level: Level, scans: int) -> bool:
    """Whether this many scans of one code raise an alarm."""
    if level is Level.UNIT and scans == DUPLICATE:
        return True
    many = MANY_SCANS.get(level)
    return many is not None and scans > 0 and scans % many == 0


def visitor_mark(secret: str, code: str, visitor: str) -> str:
    """What a scan keeps of its visitor: worth nothing without the secret, and different for
    each code, so that nobody can be followed from one code to another."""
    text = f"trace:{code}:{visitor}".encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()[:32]
