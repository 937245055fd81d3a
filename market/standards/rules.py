"""Codes of standards out of what people write, and what follows from editions. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from market.kernel.clock import shanghai_date
from market.standards.types import Code, EditionView

# Industries as the ministry assigns them, those that building materials meet.
_INDUSTRIES = (
    "JGJ", "CJJ", "JC", "JG", "CJ", "HG", "QB", "HJ", "LY", "YB", "YD", "NB", "DL", "SL", "SY",
    "SH", "JT", "MT", "TB", "WS", "AQ", "XF", "GA", "BB", "FZ", "YS", "SJ", "JB", "NY", "SN",
)  # fmt: skip
_TEMPLATE = r"""
    (?<![A-Z0-9])
    (?:
        (?P<national>GBJ|GB(?:[\s/]*(?P<sort>[TZ]))?)\s*
      | (?P<industry>{industries})(?P<advised>[\s/]*T)?\s*
      | DB\s*(?P<place>\d{{2}}(?:\d{{2}})?)(?:(?P<local>[\s/]*T)\s*|\s+)
      | T\s*/\s*(?P<group>[A-Z]{{2,12}})\s*
      | Q\s*/\s*(?P<firm>[A-Z0-9]{{2,12}})\s+
      | (?P<other>CECS|ISO|IEC|EN)\s*
    )
    (?P<number>\d{{1,6}}(?:\.\d{{1,3}}){{0,3}})(?![\d.]*\d)
    (?:\s*[-:]\s*(?P<year>(?:19|20)\d{{2}}|\d{{2}})(?!\d))?
"""
_CODE = re.compile(_TEMPLATE.format(industries="|".join(_INDUSTRIES)), re.VERBOSE)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─ー﹣_"), "-")
_SLASHES = dict.fromkeys(map(ord, "∕⁄╱"), "/")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad"), None)
_FOLDED = {**_DASHES, **_SLASHES, **_UNSEEN}


def codes(text: str) -> tuple[Code, ...]:
    """Every code in a text, in its order, however it is written: full width, any dash, with or
    without spaces and the slash of GB/T. Years of two digits are of the 20th century."""
    folded = unicodedata.normalize("NFKC", text.translate(_FOLDED)).translate(_FOLDED).upper()
    return tuple(dict.fromkeys(_code(match) for match in _CODE.finditer(folded)))


def edition_code(text: str) -> Code | None:
    """The one code with a year that a text consists of; None when it is something else."""
    found = codes(text)
    return found[0] if len(found) == 1 and found[0].year else None


def slug_of(body: str) -> str:
    """How a standard is written in an address: "GB-T-8624"."""
    return body.replace("/", "-").replace(" ", "-")


def newest(editions: Iterable[EditionView]) -> EditionView | None:
    """The edition that a code without a year means: the latest."""
    return max(editions, key=lambda one: (one.effective_on, one.code), default=None)


def leads_to(start: str, goal: str, successors: Mapping[str, str]) -> bool:
    """Whether following what replaces what (by id) from `start` comes to `goal`."""
    seen: set[str] = set()
    at: str | None = start
    while at is not None and at not in seen:
        if at == goal:
            return True
        seen.add(at)
        at = successors.get(at)
    return False


def must_be_read(edition: EditionView, pledged_at: datetime | None, today: date) -> bool:
    """Whether a maker of its kinds has to acknowledge an edition: a mandatory one that is not
    over and came into force after the maker pledged to meet what was in force."""
    if not edition.mandatory:
        return False
    if edition.ending is not None and edition.ending.from_on <= today:
        return False
    return pledged_at is None or edition.effective_on > shanghai_date(pledged_at)


def _code(match: re.Match[str]) -> Code:
    part = match.groupdict()
    if part["national"]:
        head = "GBJ" if part["national"] == "GBJ" else "GB"
        head += f"/{part['sort']}" if part["sort"] else ""
    elif part["industry"]:
        head = part["industry"] + ("/T" if part["advised"] else "")
    elif part["place"]:
        head = f"DB{part['place']}" + ("/T" if part["local"] else "")
    elif part["group"]:
        head = f"T/{part['group']}"
    elif part["firm"]:
        head = f"Q/{part['firm']}"
    else:
        head = part["other"]
    year = part["year"] or ""
    return Code(f"{head} {part['number']}", f"19{year}" if len(year) == 2 else year)
