"""Refusals of application classes."""

from market.kernel.errors import Conflict, Invalid, NotFound
from market.kernel.i18n import N_


class UseRuleNotFound(NotFound):
    """No such rule."""

    message = N_("没有这条用途规则")


class KindOrGroup(Invalid):
    """Neither or both."""

    message = N_("品类和大类选一个")


class NothingAsked(Invalid):
    """A rule that asks for nothing."""

    message = N_("最低星级和 VOC 限值至少写一个")


class StarOfUngraded(Invalid):
    """Stars where nobody gives any."""

    message = N_("这个品类不分星级，不能要求星级")


class UseRuleKnown(Conflict):
    """One rule for one use and kind."""

    message = N_("这个用途对它已经有规则，去改那一条")
