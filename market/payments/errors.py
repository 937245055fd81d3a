"""Why payments refuse."""

from market.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from market.kernel.i18n import N_


class PaymentNotFound(NotFound):
    """No such payment, or not this actor's."""

    message = N_("没有找到这笔付款")


class AlreadyPaid(Conflict):
    """The order is paid."""

    message = N_("这个订单已经付过了，不要再付")


class PaymentInProgress(Conflict):
    """Another payment of the order may still arrive."""

    message = N_("上一笔付款还没有结果，先等它有结果，不要再付")


class NothingToPay(Conflict):
    """There is nothing due."""

    message = N_("这个订单不用付款了")


class GatewayRefused(Unavailable):
    """The gateway said no to a new payment."""

    message = N_("这种付款方式现在用不了，请换一种")


class GatewayUnknown(Unavailable):
    """The gateway did not answer; the payment is kept and asked for again."""

    message = N_("支付服务没有回答，还没有付款。过一分钟在这一页再试，不会重复扣款")


class AmountDiffers(Invalid):
    """The amount received is not the amount due."""

    message = N_("应收 %(due)s 元，填的是 %(given)s 元。对不上就先不要确认")


class ConsentMissing(Invalid):
    """A gateway abroad needs its own consent."""

    message = N_("用这种方式付款，要先同意把金额和订单号交给境外的支付机构")


class SlipMissing(Invalid):
    """A transfer is reported with its number or a picture of the slip."""

    message = N_("填转账流水号，或者传回单照片，至少一样")


class RefundTooMuch(Invalid):
    """More than what was received and not yet given back."""

    message = N_("最多还能退 %(most)s 元")


class AlreadyResolved(Conflict):
    """Somebody has decided this before."""

    message = N_("这笔钱已经处理过了")


class NotThisWay(Invalid):
    """The decision does not fit this money."""

    message = N_("这笔钱不能这样处理，换一种处理办法")


class UnbalancedPosting(Exception):
    """A posting whose entries do not add up to zero: a fault of the program."""


class EventReused(Exception):
    """An event key that was posted with other entries: a fault of the program."""
