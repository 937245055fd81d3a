"""Templates: the one renderer, the filters and globals every page may use."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, current_app, redirect, render_template, url_for
from flask_babel import gettext
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response

from market.kernel.clock import SHANGHAI, shanghai_date
from market.kernel.money import format_fen
from market.kernel.quantity import UNITS, decimal_text
from market.web import context, feedback
from market.web.assets import Assets


def render(template: str, **values: Any) -> str:
    """The page as text."""
    return render_template(template, **values)


def back_to(endpoint: str, **values: Any) -> Response:
    """Redirect after a POST."""
    return redirect(url_for(endpoint, **values), 303)


def yuan(fen: int | None) -> str:
    """Fen as 1,234.50; a missing amount is said, not shown as zero."""
    return gettext("暂无数据") if fen is None else format_fen(fen)


def yuan0(fen: int) -> str:
    """Fen as whole yuan, rounded half up, for estimates only."""
    whole = (abs(fen) + 50) // 100
    return ("\u2212" if fen < 0 and whole else "") + f"{whole:,}"


def day(value: date | datetime | None) -> str:
    """2026-11-22 in Shanghai; an instant is converted."""
    if value is None:
        return ""
    return (shanghai_date(value) if isinstance(value, datetime) else value).isoformat()


def moment(value: datetime | None) -> str:
    """11-22 14:32 within the year of the request, with the year otherwise."""
    if value is None:
        return ""
    local = value.astimezone(SHANGHAI)
    this_year = context.now().astimezone(SHANGHAI).year
    return local.strftime("%m-%d %H:%M" if local.year == this_year else "%Y-%m-%d %H:%M")


def clock_time(value: datetime) -> str:
    """14:32 in Shanghai."""
    return value.astimezone(SHANGHAI).strftime("%H:%M")


def quantity(value: Decimal | int | float | None) -> str:
    """A number without trailing zeros."""
    return gettext("暂无数据") if value is None else decimal_text(value)


def unit(key: str) -> str:
    """The name of a unit in the visitor's language."""
    return gettext(UNITS.get(key, key))


def percent(share: Decimal | float) -> str:
    """A share of one as whole percent."""
    return f"{round(float(share) * 100)}\u00a0%"


def name_of(thing: Any) -> str:
    """The Chinese or English name of anything that has both."""
    values: Mapping[str, Any] = thing if isinstance(thing, Mapping) else _Attributes(thing)
    english = values.get("name_en") if context.language() == "en" else None
    return str(english or values.get("name_zh") or values.get("name") or "")


class _Attributes(dict[str, Any]):
    """The names of an object, read as a mapping."""

    def __init__(self, thing: Any) -> None:
        names = ("name_zh", "name_en", "name")
        super().__init__({name: getattr(thing, name, None) for name in names})


def nb(text: Any) -> Markup:
    """A number and its unit that never part."""
    return Markup('<span class="nb">{}</span>').format(text)


def href(endpoint: str, **values: Any) -> str:
    """The address of a page; `#` while no blueprint serves it (no shipped page may hold one)."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return "#"


def static_url(path: str) -> str:
    """The address of a static file, with its content hash."""
    assets: Assets = current_app.extensions["market.assets"]
    return assets.url(path)


def init_app(app: Flask) -> None:
    """Install filters, globals and strictness."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        yuan=yuan, yuan0=yuan0, day=day, moment=moment, clock_time=clock_time,
        quantity=quantity, unit=unit, percent=percent, nb=nb, name_of=name_of,
    )  # fmt: skip
    env.globals.update(
        name_of=name_of,
        href=href,
        current_actor=context.actor,
        current_region=context.region,
        large_text=context.large_text,
        lang=context.language,
        feedback=feedback.take,
        now=context.now,
        static_url=static_url,
    )
