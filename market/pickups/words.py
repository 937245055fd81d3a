"""How a point reads: its days, its limits, why goods do not go there."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from market.pickups.forms import WEEKDAYS
from market.pickups.types import PointView, Unfit
from market.web.context import language
from market.web.templating import name_of

EVERY_DAY = tuple(range(1, 8))


def say_days(point: PointView) -> str:
    """On which weekdays goods are dropped."""
    if point.weekdays == EVERY_DAY:
        return _("每天")
    comma = ", " if language() == "en" else "、"
    return comma.join(_(WEEKDAYS[day]) for day in point.weekdays)


def say_day(day: date) -> str:
    """A drop day with its weekday."""
    return f"{day.isoformat()} {_(WEEKDAYS[day.isoweekday()])}"


def kilos(grams: int) -> str:
    """Grams as kilograms, without needless noughts."""
    return f"{grams / 1000:,.1f}".removesuffix(".0")


def metres(millimetres: int) -> str:
    """Millimetres as metres."""
    return f"{millimetres / 1000:.2f}".rstrip("0").rstrip(".")


def say_limits(point: PointView) -> str:
    """What the point takes on a day, and the largest piece."""
    parts = [_("一个到货日最多 %(kg)s kg", kg=kilos(point.capacity_g))]
    if point.max_pack_g is not None:
        parts.append(_("一包最重 %(kg)s kg", kg=kilos(point.max_pack_g)))
    if point.max_piece_mm is not None:
        parts.append(_("一件最长 %(m)s m", m=metres(point.max_piece_mm)))
    return str(_l("，")).join(parts)


def say_unfit(unfit: Unfit) -> str:
    """Why the goods do not go there."""
    if unfit.reason == "whole" or unfit.piece is None:
        return _("这一单太重，这里一天最多放 %(kg)s kg，请送到家门口", kg=kilos(unfit.most))
    name = name_of(unfit.piece)
    if unfit.reason == "pack":
        return _(
            "%(product)s一包 %(kg)s kg，这里最重收 %(most)s kg，请送到家门口",
            product=name, kg=kilos(unfit.piece.weight_g), most=kilos(unfit.most),
        )  # fmt: skip
    return _(
        "%(product)s长 %(m)s m，这里最长收 %(most)s m，请送到家门口",
        product=name, m=metres(unfit.piece.longest_mm or 0), most=metres(unfit.most),
    )  # fmt: skip
