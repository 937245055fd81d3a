"""The region picker: four steps of links, a search field, recent places."""

import re
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from market.db.session import reading
from market.kernel.errors import DomainError
from market.regions import picker, queries
from market.regions.types import ClimateZone, Division
from market.web import context
from market.web.access import PUBLIC, policy
from market.web.cookies import remember
from market.web.feedback import say
from market.web.redirects import asked_next, safe_next
from market.web.templating import render

blueprint = Blueprint("regions", __name__)
RECENT_COOKIE = "recent_townships"
RECENT_KEPT = 5
_KEPT = timedelta(minutes=1)
_FIELD = re.compile(r"[a-z][a-z_]{0,19}")


@blueprint.get("/region")
@policy(PUBLIC)
def show_region() -> str:
    """The picker; `?in=` says how far one is, `?q=` searches, `?next=` where to go back to."""
    return _page("regions/show_region.html")


@blueprint.get("/region/steps")
@policy(PUBLIC)
def show_steps() -> str:
    """Only the list of the present step, for the script."""
    return _page("regions/_steps.html")


def _page(template: str) -> str:
    typed = request.args.get("q", "").strip()
    with reading() as session:
        shown = picker.view(session, request.args.get("in", ""), typed, _recent(), context.region())
    return render(template, picker=shown, typed=typed, to=_links())


@blueprint.post("/region")
@policy(PUBLIC)
def choose_region() -> Response:
    """Remember the township in a cookie and go back to where the visitor came from."""
    with reading() as session:
        place = queries.get_deliverable(session, request.form.get("code", ""))
        zone = queries.climate_zone(session, place.code)
    say(_place_sentence(place, zone), link=None)
    response = redirect(asked_next(), 303)
    remember(response, context.TOWNSHIP_COOKIE, place.code)
    recent = [place.code, *(code for code in _recent() if code != place.code)]
    remember(response, RECENT_COOKIE, "-".join(recent[:RECENT_KEPT]))
    return response


def _place_sentence(place: Division, zone: ClimateZone) -> str:
    name = place.name_en if context.language() == "en" else place.name
    return _(
        "地区换成了%(place)s。%(major)s（%(zone)s），%(advice)s",
        place=name,
        major=_(zone.major),
        zone=zone.zone,
        advice=_(zone.advice),
    )


def _recent() -> list[str]:
    codes = request.cookies.get(RECENT_COOKIE, "").split("-")[:RECENT_KEPT]
    return [code for code in codes if code.isascii() and code.isdigit() and len(code) in (6, 9)]


class _links:  # noqa: N801 (a small namespace for the template)
    """Addresses inside the picker; they carry where to return and what to return with.

    With `?pick=field` the picker chooses nothing itself: it sends the code back to `next`
    as a query parameter of that name (forms use this). `?any=1` lets every level be chosen.
    """

    def __init__(self) -> None:
        asked = request.args
        self.next = safe_next(asked.get("next"))
        field = asked.get("pick", "")
        self.pick = field if _FIELD.fullmatch(field) else ""
        self.any = bool(self.pick and asked.get("any"))

    def _kept(self) -> dict[str, str]:
        kept = {"next": self.next if self.next != "/" else "", "pick": self.pick}
        kept["any"] = "1" if self.any else ""
        return {key: value for key, value in kept.items() if value}

    def kept(self) -> list[tuple[str, str]]:
        """Hidden fields of the search form."""
        return list(self._kept().items())

    def step(self, code: str = "") -> str:
        values: dict[str, Any] = {**({"in": code} if code else {}), **self._kept()}
        return url_for("regions.show_region", **values)

    def chosen(self, code: str) -> str:
        """Back to the asking form with the code."""
        joint = "&" if "?" in self.next else "?"
        return f"{self.next}{joint}{self.pick}={code}"


def current_place() -> tuple[Division, ClimateZone] | None:
    """The visitor's township and its climate zone, for the header; None when not chosen."""
    if "current_place" not in g:
        region = context.region()
        g.current_place = _known_place(region.digits) if region else None
    found: tuple[Division, ClimateZone] | None = g.current_place
    return found


def _known_place(code: str) -> tuple[Division, ClimateZone] | None:
    """Looked up at most once a minute per process: names do not change, zones rarely."""
    kept = current_app.extensions.setdefault("market.places", {})
    entry = kept.get(code)
    now = context.now()
    if entry and timedelta(0) <= now - entry[0] < _KEPT:
        found: tuple[Division, ClimateZone] = entry[1]
        return found
    try:
        with reading() as session:
            found = (queries.get_deliverable(session, code), queries.climate_zone(session, code))
    except DomainError:
        return None
    if len(kept) > 5_000:
        kept.clear()
    kept[code] = (now, found)
    return found


def current_region_label() -> str | None:
    """The township's own name in the visitor's language."""
    found = current_place()
    if found is None:
        return None
    return found[0].name_en if context.language() == "en" else found[0].name


def current_climate_zone() -> ClimateZone | None:
    """The climate zone of the visitor's township."""
    found = current_place()
    return found[1] if found else None


def init_app(app: Flask) -> None:
    """Give the header what it shows about the chosen place."""
    app.jinja_env.globals.update(
        current_region_label=current_region_label, current_climate_zone=current_climate_zone
    )


@blueprint.record_once
def _install(state: object) -> None:
    init_app(state.app)  # type: ignore[attr-defined]
