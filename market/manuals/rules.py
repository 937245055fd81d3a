"""What a manual must say, and which version goes with what was made on a day. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from market.kernel.clock import end_of_day
from market.kernel.errors import DomainError
from market.manuals.errors import SectionBoth, SectionEmpty
from market.manuals.types import ManualText, Section, Words


def complaints(text: ManualText) -> list[DomainError]:
    """Every section that says nothing, or says something and that it does not apply."""
    found: list[DomainError] = []
    for section in Section:
        words = text.of(section)
        if words.is_empty:
            found.append(SectionEmpty(field=f"{section}_zh"))
        elif words.not_applicable and (words.zh.strip() or words.en.strip()):
            found.append(SectionBoth(field=f"{section}_none"))
    return found


def in_force_on(published: Iterable[tuple[int, datetime]], made_on: date) -> int | None:
    """The newest of (version, instant of publishing) by the end of a day; what was made before
    there was any manual has none."""
    before = [version for version, at in published if at < end_of_day(made_on)]
    return max(before, default=None)


def encoded(text: ManualText) -> dict[str, Any]:
    """A text as it is stored."""
    return {
        str(section): {
            "zh": words.zh.strip(), "en": words.en.strip(), "none": words.not_applicable,
        }
        for section in Section
        if (words := text.of(section))
    }  # fmt: skip


def decoded(stored: Mapping[str, Any]) -> ManualText:
    """A stored text."""
    return ManualText(
        {
            Section(key): Words(value["zh"], value["en"], value["none"])
            for key, value in stored.items()
        }
    )
