"""Refusals of commissions."""

from market.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from market.kernel.i18n import N_


class RuleNotFound(NotFound):
    """Unknown."""

    message = N_("没有这条佣金规则")


class NotYours(Forbidden):
    """Only the operator sets commissions."""

    message = N_("佣金规则只由平台运营来定")


class RuleEnded(Conflict):
    """It ended before."""

    message = N_("这条佣金规则已经停了")


class BoundsReversed(Invalid):
    """The least is more than the most."""

    message = N_("最少不能比最多还多")


class SameScope(Conflict):
    """A rule to come, or about to end, is about exactly the same lines."""

    message = N_("“%(name)s”管的就是这些商品，还没生效或者快停了：先停掉那条，再建新的")


class SellerUnknown(Invalid):
    """No seller of this name."""

    message = N_("没有叫这个名字的商家，请写全名")


class GoodsUnknown(Invalid):
    """No product, or listing, of this address."""

    message = N_("没有找到这个商品，请粘贴商品页的网址")


class PlaceUnknown(Invalid):
    """No place of this name."""

    message = N_("没有找到这个地方，请写县或乡镇的全名")
