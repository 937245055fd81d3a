"""Templates: the one renderer, the filters and globals every page may use."""

import re
from collections.abc import Callable, Mapping, MutableMapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.templating import Environment
from jinja2 import StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from werkzeug.wrappers import Response

from market.kernel.clock import SHANGHAI, shanghai_date
from market.kernel.money import format_fen
from market.kernel.quantity import UNITS, decimal_text
from market.web import context, feedback
from market.web.assets import Assets
from market.web.i18n import gettext

_BY_LANGUAGE = "market.templates"


class Templates(Environment):
    """Templates of one language. What stays the same while the process runs is put in when a
    template is compiled: texts without values, drawings and addresses of static files."""

    language = ""

    def of(self, language: str) -> "Templates":
        """The same templates in one language."""
        found = self.overlay()
        assert isinstance(found, Templates)
        found.language = language
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names of a template in one mapping, as they are when it is loaded: those of the
        application are complete before its first page, and every import of a page compares
        them all, for which the base has a chain of mappings."""
        return {**self.globals, **(d or {})}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.language:
            _PutIn(self).visit(tree)
        return tree


class _PutIn(NodeTransformer):
    """Puts the values of calls with constant texts in their places."""

    def __init__(self, env: Templates) -> None:
        self._env = env

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (the visitor's name)
        """`_("…")`, `icon("…")`, `static_url("…")` and `lang()`; of `_("… %(n)s …", n=…)` the
        text, into which the page puts its values."""
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        values = [one.value for one in node.args if isinstance(one, nodes.Const)]
        if node.dyn_args or node.dyn_kwargs or len(values) != len(node.args):
            return node
        if name == "_" and node.kwargs:
            return nodes.Mod(_constant(node, gettext(*values)), _mapping(node.kwargs))
        if name == "lang":
            return nodes.Const(self._env.language)
        if name in _CONSTANT and values and not node.kwargs:
            return _constant(node, _CONSTANT[name](*values))
        return node


def _constant(node: nodes.Call, text: str) -> nodes.Expr:
    return nodes.MarkSafeIfAutoescape(nodes.Const(str(text)), lineno=node.lineno)


def _mapping(given: list[nodes.Keyword]) -> nodes.Expr:
    return nodes.Dict([nodes.Pair(nodes.Const(one.key), one.value) for one in given])


def render(template: str, **values: Any) -> str:
    """The page as text, in the language of the request."""
    language = context.language()
    known = current_app.extensions[_BY_LANGUAGE]
    if language not in known:
        known[language] = current_app.jinja_env.of(language)  # type: ignore[attr-defined]
    return render_template(known[language].get_template(template), **values)


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


def last_day(end: datetime) -> str:
    """The last day of what ends at an instant that is no longer part of it."""
    return day(end - timedelta(seconds=1))


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
    names = ("name_en", "name_zh", "name") if context.language() == "en" else ("name_zh", "name")
    for name in names:
        found = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
        if found:
            return str(found)
    return ""


def nb(text: Any) -> Markup:
    """A number and its unit that never part."""
    return Markup('<span class="nb">{}</span>').format(text)


def href(endpoint: str, **values: Any) -> str:
    """The address of a page. Raises BuildError for one that does not exist."""
    if endpoint.startswith("."):  # relative to the blueprint of the request
        return url_for(endpoint, **values)
    if all(type(value) is str and _is_plain(value) for value in values.values()):
        shape = _shape(request.script_root, endpoint, *values)
        if shape:
            return shape % values
    return _address(request.script_root, endpoint, **values)


_is_plain = re.compile("[A-Za-z0-9]+").fullmatch  # what stands in an address as it is


@lru_cache(2048)
def _shape(_root: str, endpoint: str, *names: str) -> str:
    """An address with places for plain values, most of which are ids that no other page has;
    empty where they are not texts."""
    places: dict[str, Any] = {name: f"0{name}0" for name in names}
    try:
        address = url_for(endpoint, **places)
    except ValueError:  # a number is asked for
        return ""
    address = address.replace("%", "%%")
    for name in names:
        address = address.replace(f"0{name}0", f"%({name})s")
    return address


@lru_cache(1024, typed=True)
def _address(_root: str, endpoint: str, /, **values: Any) -> str:
    """Kept, because a page has dozens and to build one costs as much as ten texts. What is put
    into an address are keys, numbers, texts and tuples of them, never lists."""
    return url_for(endpoint, **values)


def static_url(path: str) -> str:
    """The address of a static file, with its content hash."""
    assets: Assets = current_app.extensions["market.assets"]
    return assets.url(path)


def icon(name: str) -> Markup:
    """A drawing of the common sheet."""
    address = static_url("img/icons.svg")
    return Markup('<svg class="ico" aria-hidden="true"><use href="{}#{}"/></svg>').format(
        address, name
    )


def _text(text: str) -> str:
    found = gettext(text)
    return found % {} if "%" in found else found


_CONSTANT: dict[str, Callable[[str], str]] = {"_": _text, "icon": icon, "static_url": static_url}


def in_query(text: str) -> str:
    """A text as the value of a query."""
    return quote(text, safe="/:?,")


def init_app(app: Flask) -> None:
    """Install filters, globals and strictness."""
    app.extensions[_BY_LANGUAGE] = {}
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        yuan=yuan, yuan0=yuan0, day=day, last_day=last_day, moment=moment, clock_time=clock_time,
        quantity=quantity, unit=unit, percent=percent, nb=nb, name_of=name_of,
        in_query=in_query,
    )  # fmt: skip
    env.globals.update(
        name_of=name_of,
        href=href,
        icon=icon,
        current_actor=context.actor,
        current_region=context.region,
        large_text=context.large_text,
        lang=context.language,
        feedback=feedback.take,
        now=context.now,
        static_url=static_url,
        sample_prices=not app.extensions["market.settings"].is_production,
    )
