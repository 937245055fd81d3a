"""Why a pick-up point refuses."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class PointNotFound(NotFound):
    """No such point, or not in this person's care."""

    message = N_("没有找到这个自提点")


class NotYourRegion(Forbidden):
    """Points are kept by the officials of their region and by the operator."""

    message = N_("这个乡镇不归你管")


class TownNeeded(Invalid):
    """A point stands in a township."""

    message = N_("自提点要选到乡镇")


class AgentUnknown(Invalid):
    """The agent works with an account of its own."""

    message = N_("这个手机号还没有注册。请代办人先用它注册账号")


class DaysMissing(Invalid):
    """Without weekdays nothing is ever dropped."""

    message = N_("至少选一天到货的日子")


class HoursReversed(Invalid):
    """The end of the hours lies before their beginning."""

    message = N_("结束的时间要比开始晚")


class DatesReversed(Invalid):
    """The last day lies before the first."""

    message = N_("最后一天不能早于第一天")


class PackAboveDay(Invalid):
    """A pack heavier than a whole drop day."""

    message = N_("最重的一包不能超过一个到货日能放的重量")


class PlacesStanding(Conflict):
    """Goods are on their way to the point."""

    message = N_("到 %(day)s 还有 %(count)s 份货要送来，过了那天才能关")


class ReasonMissing(Invalid):
    """Who closes a point says why."""

    message = N_("写明为什么关，村民会看到")


class DayNotOffered(Conflict):
    """The point drops nothing on that day, or not that early."""

    message = N_("这个自提点那一天不到货，请重新选日子")
    step = ("checkout.choose_address", N_("重新选"))


class DayFull(Conflict):
    """Somebody else took the last room."""

    message = N_("%(point)s %(day)s 已经放满了，请换一天，或者送到家门口")
    step = ("checkout.choose_address", N_("重新选"))


class GoodsUnfit(Conflict):
    """The goods do not go to the point."""

    message = N_("这批货这个自提点放不下，请送到家门口")
    step = ("checkout.choose_address", N_("重新选"))
