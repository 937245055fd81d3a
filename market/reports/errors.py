"""Refusals of the desks' pages."""

from market.kernel.errors import Forbidden
from market.kernel.i18n import N_


class RegionElsewhere(Forbidden):
    """An official asks for another region's records."""

    message = N_("这个地区不归你管")
