"""The words of every kind of message, each area's in a file of its own."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations

from market.kernel.clock import SHANGHAI
from market.kernel.money import format_fen
from market.notifications import (
    adoption_texts,
    benefit_texts,
    certificate_texts,
    firm_texts,
    household_texts,
    job_texts,
    order_texts,
    pickup_texts,
    product_texts,
    renovation_texts,
)
from market.notifications.types import Kind
from market.web.i18n import load_english

KINDS: dict[str, Kind] = {
    **order_texts.KINDS, **pickup_texts.KINDS, **certificate_texts.KINDS, **product_texts.KINDS,
    **firm_texts.KINDS, **benefit_texts.KINDS, **household_texts.KINDS, **renovation_texts.KINDS,
    **job_texts.KINDS, **adoption_texts.KINDS,
}  # fmt: skip


def words(kind: str, params: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Title and text in a language, whoever is asking. An unknown kind says itself."""
    known = KINDS.get(kind)
    if known is None:
        return kind, ""
    say = _translations(language).gettext
    if language == "en" and params.get("name_en"):
        params = {**params, "name": params["name_en"]}
    shown = {name: _shown(name, value) for name, value in params.items()}
    return _filled(say(known.title), shown), _filled(say(known.text), shown)


def _shown(name: str, value: Any) -> str:
    if name.endswith("_fen"):
        return format_fen(int(value))
    if name.endswith("_at"):
        return f"{datetime.fromisoformat(str(value)).astimezone(SHANGHAI):%m-%d %H:%M}"
    return str(value)


def _filled(text: str, shown: Mapping[str, str]) -> str:
    plain = {name.removesuffix("_fen").removesuffix("_at"): value for name, value in shown.items()}
    return text % plain


@lru_cache(maxsize=2)
def _translations(language: str) -> NullTranslations:
    if language != "en":
        return NullTranslations()
    english: Translations = load_english()
    return english
