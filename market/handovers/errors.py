"""Why handing over refuses."""

from market.kernel.errors import Conflict, Invalid, NotFound, TooMany
from market.kernel.i18n import N_


class NotAnAgent(NotFound):
    """Who is no agent of a point has no page of one."""

    message = N_("你不是自提点的代办人")


class GoodsNotFound(NotFound):
    """No such goods, or not at this agent's points."""

    message = N_("没有找到这批货，可能地址不对")


class NothingSent(Conflict):
    """More than the seller has sent so far."""

    message = N_("卖家登记发出、还没到的是 %(open)s 包，填的是 %(asked)s 包")


class BrokenAboveArrived(Invalid):
    """More broken than came."""

    message = N_("破损的不能比到的多")


class PickupCodeUnknown(Invalid):
    """No goods at the agent's points have this code."""

    message = N_("没有货是这个取货码，请再听一遍、再输一次")


class PickupCodeUsed(Conflict):
    """The goods were fetched already."""

    message = N_("这个码的货 %(at)s 已经取走了")


class NotAllThere(Conflict):
    """The code is good once, so everything has to be there."""

    message = N_("订单 %(code)s 还有 %(packs)s 包没到，到齐了再交")


class TooManyCodes(TooMany):
    """Guessing is stopped."""

    message = N_("输错太多次了，一小时以后再试")


class CodeLineUnread(Invalid):
    """A line of what was taken down cannot be read."""

    message = N_("第 %(number)s 行看不懂。写成：取货码 日期 时间，例如 48219036 2026-11-22 10:30")
