"""Refusals of the renovation domain."""

from market.kernel.errors import Conflict, Gone, Invalid, NotFound
from market.kernel.i18n import N_


class RequestNotFound(NotFound):
    """No such request, or not this person's to see."""

    message = N_("没有找到这个找施工队的需求")


class RequestIncomplete(Conflict):
    """Required questions are open."""

    message = N_("还有 %(count)s 个问题没答，答完再发布")


class RequestStateForbids(Conflict):
    """The transition table does not allow it now."""

    message = N_("这个需求现在不能这样改，请刷新后再看")


class RequestClosed(Gone):
    """The request takes no more quotes."""

    message = N_("这个需求已经结束，不再收报价。可以看看别的邀请")
    step = ("matching.list_invitations", N_("看邀请"))


class RequestOver(RequestClosed):
    """Nobody can be chosen any more."""

    message = N_("这个需求已经结束，不能再选施工队。可以再发一个")
    step = ("renovations.new_request", N_("再发一个"))


class AlreadyAwarded(Conflict):
    """Exactly one crew is chosen."""

    message = N_("这个需求已经选定了一支施工队，不能再选")


class NoPlaceLeft(Conflict):
    """Another crew took the last quoting place."""

    message = N_("报价名额刚满，这次接不了了。有新的活会再邀请你")
    step = ("matching.list_invitations", N_("看邀请"))


class InvitationOver(Gone):
    """Answered already, or past its time."""

    message = N_("这份邀请已经过期或答复过了")
    step = ("matching.list_invitations", N_("看邀请"))


class QuoteNotFound(NotFound):
    """No such quote on this request."""

    message = N_("没有找到这份报价")


class QuoteOutdated(Conflict):
    """The crew has sent a newer version."""

    message = N_("这份报价已经有新的一版，请看过新报价再选")


class QuoteExpired(Conflict):
    """Past its last day."""

    message = N_("这份报价 %(day)s 到期了，请让施工队更新后再选")


class QuoteWithoutLines(Invalid):
    """A quote says what is done and for how much."""

    message = N_("至少写一行：做什么、多少、单价多少")


class QuoteTooLarge(Invalid):
    """Above the largest sum a quote may have."""

    message = N_("报价总额太大，请检查数量和单价")


class QuoteDateTooEarly(Invalid):
    """The quote would end before the household can decide."""

    message = N_("报价至少要到 %(day)s 还有效，让对方来得及选")


class UnknownListing(Invalid):
    """Not a listing of the platform."""

    message = N_("没有这个平台商品编号，请核对，或者不填")


class ContactInText(Invalid):
    """Contact data have their own place and time."""

    message = N_("这里不要写电话、微信。选定施工队以后，对方才看得到联系方式")


class UnknownChoice(Invalid):
    """Not one of the choices."""

    message = N_("请从列表里选一项")


class BudgetReversed(Invalid):
    """The upper bound is below the lower one."""

    message = N_("预算的上限要大于下限")


class DatesReversed(Invalid):
    """The end lies before the beginning."""

    message = N_("完工日期要晚于开工日期")


class DateInThePast(Invalid):
    """A day that is over."""

    message = N_("日期已经过去了，请选今天以后的日期")


class TownshipNeeded(Invalid):
    """Crews are found by township."""

    message = N_("请选到乡镇或街道")


class TooManyPhotos(Conflict):
    """The request has enough photos."""

    message = N_("最多传 %(limit)s 张照片，先删掉不要的")
