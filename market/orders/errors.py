"""Why an order refuses."""

from market.kernel.errors import Conflict, Invalid, NotFound
from market.kernel.i18n import N_


class OrderNotFound(NotFound):
    """No such order, or not this person's."""

    message = N_("没有找到这个订单，可能地址不对")


class NotPossibleNow(Conflict):
    """The order's state does not allow the step."""

    message = N_("订单现在的状态不能这样做。请刷新后再看")


class AlreadyShipped(Conflict):
    """A household cancels as a whole only before anything left."""

    message = N_("已经发货了，不能整单取消。没发的部分请联系商家取消")


class MoreThanOpen(Invalid):
    """More packs than are still to ship."""

    message = N_("“%(product)s”只剩 %(open)s 包没发，填的是 %(asked)s 包")


class NothingChosen(Invalid):
    """All quantities are zero."""

    message = N_("至少填一行的数量")


class ReasonMissing(Invalid):
    """A cancellation or refund says why."""

    message = N_("请写明原因，买家会看到")


class CarrierMissing(Invalid):
    """A parcel says who brings it."""

    message = N_("请写明物流公司或司机姓名")


class RefundTooLarge(Invalid):
    """More than what was paid and not yet given back."""

    message = N_("最多还能退 %(most)s 元，填的是 %(asked)s 元")


class GoodsHeldBack(Conflict):
    """The job that the goods are for is off, and the household has not decided yet."""

    message = N_("“%(product)s”先不能发：买家的工程取消了，等买家决定")


class NothingToBind(Conflict):
    """The order has no unsent goods of this plan, or a live contract has them."""

    message = N_("这张订单里没有这套方案还没发的货，不能绑到合同上")


class AmountMismatch(Conflict):
    """A payment does not equal what is due."""

    message = N_("付款金额 %(paid)s 元和应付 %(due)s 元对不上，已记下等人工核对")


class SubmittedTwice(Conflict):
    """The same submission arrived twice at the same instant."""

    message = N_("这一单已经提交过了，请到“我的订单”里看")


class BatchNotChosen(Invalid):
    """Goods that go by batch are sent with it."""

    message = N_("选%(product)s是哪一批的；一个包裹里有两批的，分两次发")


class NoBatchToSend(Conflict):
    """No batch that may go out."""

    message = N_("%(product)s现在没有能发的批次：厂家要先加一个带检测报告的批次")


class BatchFailed(Conflict):
    """A spot check of the batch failed."""

    message = N_(
        "%(product)s的批次 %(batch)s 监督抽查不合格（%(reason)s），从 %(since)s 起不能发。"
        "换别的批次发，或者取消这些包、把钱退给买家"
    )


class BatchHeld(Conflict):
    """An official stopped the batch."""

    message = N_(
        "%(product)s的批次 %(batch)s 被主管部门停发（%(reason)s），从 %(since)s 起不能发。"
        "换别的批次发，或者取消这些包、把钱退给买家"
    )
