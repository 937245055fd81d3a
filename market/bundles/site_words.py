"""What a bundle is written for, and why it may not suit a house: in sentences."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from market.bundles.archetypes import ARCHETYPES
from market.bundles.house import HouseAnswers
from market.bundles.siting import Doubt, Site, doubts
from market.web.templating import name_of


def say_doubts(site: Site, house: HouseAnswers) -> list[str]:
    """Why the bundle may not suit the house; each says what to do about it."""
    return [_said(doubt, site, house) for doubt in doubts(site, house)]


def _said(doubt: Doubt, site: Site, house: HouseAnswers) -> str:
    most = site.most_altitude_m or 0
    if doubt is Doubt.ARCHETYPE:
        return _(
            "这套方案是给%(houses)s写的，你选的是%(house)s：做法只作参考，先问施工队",
            houses=_names(site.archetypes), house=name_of(house.picture),
        )  # fmt: skip
    if doubt is Doubt.TOO_HIGH:
        return _(
            "这套方案给海拔 %(most)s m 以下的地方，你家大约 %(here)s m：先问卖家和施工队",
            most=most, here=house.altitude_m,
        )  # fmt: skip
    if doubt is Doubt.ALTITUDE_UNKNOWN:
        return _("海拔不清楚：这套方案给海拔 %(most)s m 以下的地方，下单前问一下村里", most=most)
    if doubt is Doubt.SNOW:
        return _("这套方案没有按屋顶压厚雪算，你那里雪厚：先问施工队屋顶承不承得住")
    return _("积雪不清楚：这套方案没有按屋顶压厚雪算，雪厚的地方先问施工队")


def say_site(site: Site) -> list[str]:
    """What a bundle is written for; empty when nothing is said."""
    rows = []
    if site.archetypes:
        rows.append(_("给这些房型：%(houses)s", houses=_names(site.archetypes)))
    if site.most_altitude_m is not None:
        rows.append(_("给海拔 %(most)s m 以下的地方", most=site.most_altitude_m))
    if site.little_snow:
        rows.append(_("没有按屋顶压厚雪算"))
    return rows


def say_stored(site: Mapping[str, Any]) -> str:
    """`say_site` of a document."""
    read = Site(
        tuple(site.get("archetypes", ())), site.get("most_altitude_m"),
        bool(site.get("little_snow")),
    )  # fmt: skip
    return _("；").join(say_site(read)) or "—"


def _names(keys: tuple[str, ...]) -> str:
    return _("、").join(name_of(ARCHETYPES[key]) for key in keys if key in ARCHETYPES)
