"""Why a cart refuses."""

from market.kernel.errors import Conflict, Invalid, NotFound
from market.kernel.i18n import N_


class CartFull(Conflict):
    """The cart has as many different lines as it may have."""

    message = N_("购物车最多放 %(limit)s 种商品。先结算一部分，或拿掉几种")
    step = ("checkout.show_cart", N_("回购物车"))


class QuantityOutOfRange(Invalid):
    """The number of packs is not usable."""

    message = N_("数量要在 1 到 %(limit)s 包之间")


class TooManyCodes(Conflict):
    """The cart has as many coupon codes as it may have."""

    message = N_("一次最多用 %(limit)s 个优惠码。先去掉一个")


class CodeUnreadable(Invalid):
    """Not something a coupon code could be."""

    message = N_("优惠码是 3 到 32 个字母或数字，没有空格")


class CartLineNotFound(NotFound):
    """The line is not in this cart."""

    message = N_("购物车里没有这一行了，可能已经拿掉")
