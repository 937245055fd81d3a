"""Refusals of batches."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class BatchNotFound(NotFound):
    """No such batch, or another maker's."""

    message = N_("没有这个批次")


class BatchKnown(Conflict):
    """The same number twice."""

    message = N_("这个产品已经有批次 %(number)s")


class BatchNumberMissing(Invalid):
    """A number of spaces is none."""

    message = N_("写批次号，和包装上印的一样")


class MadeInFuture(Invalid):
    """What is not made yet has no batch."""

    message = N_("生产日期不能晚于今天")


class UseByReversed(Invalid):
    """Past its day before it was made."""

    message = N_("最迟使用日期要晚于生产日期")


class QuantityMissing(Invalid):
    """A batch of nothing."""

    message = N_("写这批一共做了多少，要大于 0")


class BatchReportKnown(Conflict):
    """A report is put to a batch once."""

    message = N_("这个批次已经有检测报告，不能换")


class AlreadyWithdrawn(Conflict):
    """Once is enough."""

    message = N_("这个批次已经停用了")


class WithdrawReasonMissing(Invalid):
    """Buyers read why."""

    message = N_("写明为什么停用，扫码的人会看到")


class HoldNotFound(NotFound):
    """No such hold."""

    message = N_("没有这条停发记录")


class BatchOutsideRegion(Forbidden):
    """Officials hold and let go what is made, sold or was checked in their own subtree."""

    message = N_("这一批不归你管理的地区管")


class AlreadyHeld(Conflict):
    """An official's hold stands."""

    message = N_("这一批已经停发了")


class AlreadyLifted(Conflict):
    """Once is enough."""

    message = N_("已经恢复了")


class HoldReasonMissing(Invalid):
    """Maker, sellers and buyers read why."""

    message = N_("写明理由，厂家、卖家和买家都会看到")
