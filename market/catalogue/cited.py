"""What the library of standards says of the codes that a product or kind cites, as they carry
it. Pure.

The library stands above the catalogue and writes this (`catalogue.service.note_cited`), so that
pages and publishing need no other table. With the days in it every answer follows the clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Cited:
    """An edition that is cited: from `ended_on` it is superseded by `by`, or withdrawn when
    nothing replaces it; goods made before may be published until the end of `until`."""

    code: str
    slug: str
    name_zh: str
    name_en: str
    effective_on: date
    ended_on: date | None = None
    until: date | None = None
    by: str = ""
    by_slug: str = ""

    def is_ended(self, day: date) -> bool:
        """Whether it is superseded or withdrawn on a day."""
        return self.ended_on is not None and self.ended_on <= day

    def keeps_back(self, day: date) -> bool:
        """Whether nothing that cites it is published on a day."""
        return self.is_ended(day) and (self.until is None or self.until < day)


@dataclass(frozen=True)
class Unread:
    """A mandatory edition whose text a maker has not acknowledged yet."""

    code: str
    effective_on: date


def outdated_from(cited: Iterable[Cited]) -> date | None:
    """The day from which something that is cited is superseded or withdrawn; None: never, as
    far as the library goes."""
    return min((one.ended_on for one in cited if one.ended_on is not None), default=None)


def ended(cited: Iterable[Cited], day: date) -> list[Cited]:
    """What is superseded or withdrawn on a day."""
    return [one for one in cited if one.is_ended(day)]


def encode_cited(cited: Sequence[Cited]) -> list[dict[str, str]]:
    """What is stored; empty parts are left out."""
    return [
        {
            key: text
            for key, text in {
                "code": one.code, "slug": one.slug, "zh": one.name_zh, "en": one.name_en,
                "from": one.effective_on.isoformat(), "ended": _text(one.ended_on),
                "until": _text(one.until), "by": one.by, "by_slug": one.by_slug,
            }.items()
            if text
        }
        for one in cited
    ]  # fmt: skip


def decode_cited(stored: Iterable[Mapping[str, Any]] | None) -> tuple[Cited, ...]:
    """What is stored, as values."""
    return tuple(
        Cited(
            one["code"], one["slug"], one["zh"], one.get("en", ""),
            date.fromisoformat(one["from"]), _day(one.get("ended")), _day(one.get("until")),
            one.get("by", ""), one.get("by_slug", ""),
        )
        for one in stored or ()
    )  # fmt: skip


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
