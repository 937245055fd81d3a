"""The ways in which journeys are walked, and telephone numbers nobody has used yet."""

import itertools
import os
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.journeys.site import DESKTOP, PHONE, Site

_PHONES = itertools.count(13900000000 + int(time.time()) % 10_000_000 * 10)


@dataclass(frozen=True)
class Way:
    """A screen, a language, and whether scripts run."""

    name: str
    size: dict[str, int]
    language: str
    javascript: bool = True


WAYS = (
    Way("phone-zh", PHONE, "zh"),
    Way("phone-en", PHONE, "en"),
    Way("desktop-zh", DESKTOP, "zh"),
    Way("desktop-en", DESKTOP, "en"),
    Way("phone-zh-no-script", PHONE, "zh", javascript=False),
)


def ways(*names: str) -> list[Way]:
    """The ways of these names; with EVERY_WAY set, all of them."""
    return [way for way in WAYS if way.name in names or "EVERY_WAY" in os.environ]


def newcomer(site: Site, way: Way) -> AbstractContextManager[Page]:
    """A page of somebody who has never been here and looks at the site in this way."""
    return site.visitor(size=way.size, language=way.language, javascript=way.javascript)


def new_phone() -> str:
    """A number of somebody who has never been here."""
    return str(next(_PHONES))
