"""Refusals of adoption databases."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class AdoptionNotFound(NotFound):
    """No such entry, or not this reader's."""

    message = N_("采信应用数据库里没有这一条")


class UsageNotFound(NotFound):
    """No such record of use."""

    message = N_("没有这条应用记录")


class DifferenceNotFound(NotFound):
    """Nothing to decide there."""

    message = N_("没有这处不一致，可能已经处理")


class OutsideYourRegion(Forbidden):
    """Officials act on entries of their own region subtree."""

    message = N_("这一条不在你管理的地区")


class RegionTooSmall(Invalid):
    """The first review is a city's: the place lies in a city."""

    message = N_("选到市或县，由所在的市初审、省复审")


class NotItsMaker(Conflict):
    """A product is proposed by who makes it or by officials."""

    message = N_("只有生产厂家能申报自己的商品")


class NoCertificate(Conflict):
    """Only certified goods are adopted."""

    message = N_("这个商品没有证书，不能申报采信")


class GateShut(Conflict):
    """Nothing is listed that may not be sold."""

    message = N_("这个商品现在不能卖（证书、抽查或停售），处理好再办")


class AlreadyThere(Conflict):
    """One standing entry for a product and a province."""

    message = N_("这个商品在这个省已经有一条没办完或在库的记录")


class EndsTooLate(Invalid):
    """Not longer than the certificate."""

    message = N_("有效期不能晚于证书的 %(day)s")


class EndsTooSoon(Invalid):
    """Over before it begins."""

    message = N_("有效期要在今天以后")


class StartsTooLate(Invalid):
    """Begins after its end."""

    message = N_("开始日期不能晚于有效期")


class NotWaiting(Conflict):
    """Decided, or with the maker."""

    message = N_("这一条现在不等审核")


class NotAsked(Conflict):
    """Nobody asked."""

    message = N_("审核人没有要求补充")


class NotExited(Conflict):
    """It is in, or was never."""

    message = N_("退出了的才能申请重新进入")


class NotListed(Conflict):
    """Nothing to remove, nothing to record."""

    message = N_("这一条不在库里")


class Final(Conflict):
    """Over for good."""

    message = N_("这一条已经办结，不能再改")


class NotCityLevel(Conflict):
    """The first review is the city's."""

    message = N_("初审要由所在的市的主管部门做")


class NotProvinceLevel(Conflict):
    """The second review is the province's."""

    message = N_("这一步要由省级主管部门做")


class SameHands(Conflict):
    """Nobody reviews twice, or the own proposal."""

    message = N_("申报、初审、复审要由不同的人做")


class ReasonMissing(Invalid):
    """A decision without a reason."""

    message = N_("写明理由，对方才知道为什么")


class NumberTaken(Conflict):
    """Two lists at once; try again."""

    message = N_("编号刚被占用，请再点一次")


class ProjectElsewhere(Invalid):
    """Uses are recorded in the list's own province and in the own regions."""

    message = N_("工程要在这个省，并且在你管理的地区")


class YearAhead(Invalid):
    """Not used yet."""

    message = N_("年份不能晚于今年")


class UnitUnknown(Invalid):
    """Not a unit of sale."""

    message = N_("从列表里选一个单位")


class NotSuperior(Conflict):
    """Whoever entered a use does not confirm it, nor do colleagues of the region."""

    message = N_("要由上级主管部门或平台审核，登记的地区自己不能批")
