"""Refusals of the regions package."""

from market.kernel.errors import Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class UnknownRegion(NotFound):
    """No such place, or one that cannot be chosen."""

    message = N_("没有这个地方，请从列表里重新选")
    step = ("regions.show_region", N_("选乡镇"))


class UnknownZone(Invalid):
    """The climate zone is none of the eleven."""

    message = N_("没有这个气候分区，请从列表里选")


class NotACounty(Invalid):
    """Climate zones are overridden per county only."""

    message = N_("气候分区按县调整，请选到县")


class ReasonMissing(Invalid):
    """An override says why."""

    message = N_("写明调整的理由")


class NotYourRegion(Forbidden):
    """The official is not responsible there."""

    message = N_("这个地方不归你管")
