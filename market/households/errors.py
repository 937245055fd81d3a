"""Refusals of households."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class HouseholdNotFound(NotFound):
    """Unknown, or not yours to see."""

    message = N_("没有这一户")


class OutsideYourRegion(Forbidden):
    """Officials decide about households of their own subtree."""

    message = N_("这一户不在你管理的地区")


class BookletNumberUnread(Invalid):
    """Not of the form of a booklet's number."""

    message = N_("户号是户口簿首页的 6 到 20 位数字或字母，照着填，不要填别的")


class IdentityNumberGiven(Invalid):
    """The number of a person, which must not be kept."""

    message = N_("这是身份证号，不要填。户号在户口簿首页，叫“户号”")


class PropertyNumberUnread(Invalid):
    """Not of the form of a certificate's number."""

    message = N_("证号要有至少 6 位数字，例如 冀（2023）定兴县不动产权第0001234号")


class TownMissing(Invalid):
    """A household lies in a township."""

    message = N_("选好这一户在哪个乡镇")


class StatedBefore(Conflict):
    """An account states its household once."""

    message = N_("你已经登记过一户。搬家、分户或填错了，找乡镇或县里的主管部门改")


class SeparatedBefore(Conflict):
    """An official said that the account is not of this household any more."""

    message = N_("主管部门已经把你和这一户分开，不能再自己登记。有误就找他们改")


class ObjectedBefore(Conflict):
    """One objection at a time."""

    message = N_("你已经提过，主管部门正在看")


class ReasonMissing(Invalid):
    """People are told why, and auditors on which evidence."""

    message = N_("写明依据或原因，当事人会看到")


class AlreadyDecided(Conflict):
    """The account does not belong to the household any more, or is confirmed already."""

    message = N_("这个账号已经处理过了，请刷新后再看")
