"""Refusals of spot checks."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class SpotCheckNotFound(NotFound):
    """No such check, not published yet, or another maker's."""

    message = N_("没有这条抽查记录")


class PlanNotFound(NotFound):
    """No such plan."""

    message = N_("没有这个抽样方案")


class OutsideYourRegion(Forbidden):
    """Officials act on goods sold in their own region subtree."""

    message = N_("这家商家不在你管理的地区")


class NothingToSample(Conflict):
    """No product on sale fits the plan."""

    message = N_("本地区现在没有符合条件的在售产品，换几个品类再试")


class FindingsMissing(Invalid):
    """A failure says what failed."""

    message = N_("写明哪一项不合格、标准是多少、实测是多少")


class SampledInFuture(Invalid):
    """A sample that was not taken yet has no result."""

    message = N_("抽样日期不能晚于今天")


class ReportKnown(Conflict):
    """The same report twice."""

    message = N_("%(laboratory)s 的报告 %(number)s 已经录入过")


class AlreadyPublished(Conflict):
    """What is published is not changed."""

    message = N_("这条结果已经公布，不能再改")


class ReportMissing(Conflict):
    """A result is published with its report."""

    message = N_("先上传检测报告，才能公布")


class NotAppealable(Conflict):
    """Only a standing failure, within its time, once at a time."""

    message = N_("现在不能申诉：结果已经改变、超过 15 天，或者上一次申诉还没有决定")


class NumberTaken(Conflict):
    """Many notices of one region at the same moment."""

    message = N_("同时公布的结果太多，请再按一次公布")


class AppealNotOpen(Conflict):
    """Decided already."""

    message = N_("这个申诉已经有决定了")


class ReasonMissing(Invalid):
    """A decision without a reason."""

    message = N_("写明理由，对方才知道为什么")


class PlanOutsideRegion(Invalid):
    """A draw of another region's goods."""

    message = N_("这个地区不归你管理，换成你管理的地区代码")


class UnknownKinds(Invalid):
    """Kinds that are not in the catalogue."""

    message = N_("没有这些种类：%(names)s。写种类代码（例如 G105）或者种类的全名")


class CauseMissing(Invalid):
    """A complaint or a notice is named."""

    message = N_("写明投诉编号，或者通报的文号")
