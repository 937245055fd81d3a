"""Refusals of the register of substances."""

from market.kernel.errors import Conflict, Invalid, NotFound
from market.kernel.i18n import N_


class SubstanceNotFound(NotFound):
    """Not in the register."""

    message = N_("登记表里没有这种物质")


class CasWrong(Invalid):
    """The number does not add up."""

    message = N_("CAS 号不对，末位校验不符。例如甲醛是 50-00-0")


class CasKnown(Conflict):
    """It is in the register."""

    message = N_("CAS 号 %(cas)s 已经登记过")


class UnknownUnit(Invalid):
    """A unit nobody defined: refused, never guessed."""

    message = N_("不认识的单位 %(unit)s，请选列表里的")


class LimitMissing(Invalid):
    """A limit without a value."""

    message = N_("限用要写限值，要大于 0")


class LimitNotAsked(Invalid):
    """A value where there is no limit."""

    message = N_("只有限用才写限值")


class UnitsDiffer(Invalid):
    """The declared unit cannot be compared with the limit's."""

    message = N_("限值按 %(unit)s 定的，这个单位不能和它比，请换一个")


class KindUnknown(Invalid):
    """No such kind."""

    message = N_("没有品类 %(code)s")


class ContentNotFound(NotFound):
    """The product does not declare it."""

    message = N_("没有申报过这种物质")
