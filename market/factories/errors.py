"""Refusals of factory profiles."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class ClaimNotFound(NotFound):
    """No such claim, another maker's, or not confirmed."""

    message = N_("工厂档案里没有这一项")


class OutsideYourRegion(Forbidden):
    """Officials act on makers of their own region subtree."""

    message = N_("这家工厂不在你管理的地区")


class NotAMaker(Conflict):
    """Shops have no works."""

    message = N_("只有生产厂家有工厂档案")


class KeyUnknown(Invalid):
    """Not one of the list."""

    message = N_("从列表里选一个")


class TitleMissing(Invalid):
    """A recognition has a name."""

    message = N_("写明荣誉的全称")


class LevelMissing(Invalid):
    """And a level."""

    message = N_("选级别")


class ShareMissing(Invalid):
    """A share lies between nothing and all."""

    message = N_("比例要大于 0，不超过 100")


class ReportNumberMissing(Invalid):
    """A share is tested by somebody."""

    message = N_("写明检测报告的编号")


class ExpiryMissing(Invalid):
    """Grades are for a time."""

    message = N_("写明到哪天为止")


class AlreadyExpired(Invalid):
    """Over before it is shown."""

    message = N_("到期日已经过了")


class IssuedAhead(Invalid):
    """The paper is of tomorrow or later."""

    message = N_("证明文件的日期不能晚于今天")


class YearAhead(Invalid):
    """Not issued yet."""

    message = N_("年份不能晚于今年")


class NotWaiting(Conflict):
    """Decided, or with the maker."""

    message = N_("这一项现在不等确认")


class NotAsked(Conflict):
    """Nobody asked."""

    message = N_("主管部门没有要求补充")


class NotStanding(Conflict):
    """Nothing to end."""

    message = N_("这一项已经不在档案里")


class ReasonMissing(Invalid):
    """A decision without a reason."""

    message = N_("写明理由，对方才知道为什么")
