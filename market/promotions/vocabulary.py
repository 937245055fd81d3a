"""The names of what promotions may ask for."""

from collections.abc import Iterable

from flask_babel import gettext as _

from market.accounts.types import HOUSEHOLD_FLAGS
from market.kernel.i18n import N_

WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
ZONES: dict[str, str] = {
    "1": N_("严寒地区"),
    "2": N_("寒冷地区"),
    "3": N_("夏热冬冷地区"),
    "4": N_("夏热冬暖地区"),
    "5": N_("温和地区"),
}
FLAGS = HOUSEHOLD_FLAGS
BEARERS: dict[str, str] = {
    "seller": N_("商家"),
    "maker": N_("厂家"),
    "region": N_("地区"),
    "platform": N_("平台"),
}
OWNERS: dict[str, str] = {
    "seller": N_("卖家优惠"),
    "region": N_("地区优惠"),
    "platform": N_("平台优惠"),
}


def listed(names: Iterable[str]) -> str:
    """Names of a table in the visitor's language, one after the other."""
    return _("、").join(_(name) for name in names)


def hours(first: int, last: int) -> str:
    """Two times of day."""
    return f"{first // 60:02d}:{first % 60:02d}–{last // 60:02d}:{last % 60:02d}"
