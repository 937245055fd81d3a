"""Why a checkout refuses, each with its next step."""

from market.kernel.errors import Conflict, Invalid, NotFound, TooMany
from market.kernel.i18n import N_


class NothingToBuy(Conflict):
    """The cart is empty."""

    message = N_("购物车是空的，先去挑材料")


class CartChanged(Conflict):
    """Lines cannot be bought any more; the cart says which and why."""

    message = N_("购物车里有现在不能买的商品。请先改好或拿掉，再结算")
    step = ("checkout.show_cart", N_("回购物车"))


class TotalChanged(Conflict):
    """The sum is another one than the household saw."""

    message = N_("金额从 %(old)s 元变成 %(new)s 元。请看过明细再提交")


class RegionMissing(Invalid):
    """Without a place there is no delivered price."""

    message = N_("先选收货的乡镇，才能算运费")


class AddressMissing(Invalid):
    """An order needs an address of one's own."""

    message = N_("请选收货地址，或者新写一个")


class MethodMissing(Invalid):
    """A way to pay was not chosen."""

    message = N_("请选一种付款方式")


class MadeToOrderNotAgreed(Invalid):
    """Made-to-order goods need their own tick."""

    message = N_("订做的商品开工后不能退换，要先打勾同意")


class TooManyHeld(TooMany):
    """Goods are held for unpaid orders already."""

    message = N_("你还有没付款的订单占着 %(held)s 种货。先付款或取消，再下新单")


class SoldOutMeanwhile(Conflict):
    """Somebody else was faster."""

    message = N_("“%(product)s”刚被别人买走或者留下了，还有 %(available)s 包。请回购物车改数量")
    step = ("checkout.show_cart", N_("回购物车"))


class CodeUnknown(Invalid):
    """A typed coupon code that nobody ever gave out."""

    message = N_("没有这个优惠码，请检查有没有输错")


class ListingGone(NotFound):
    """There is no such listing to put into the cart."""

    message = N_("没有这个商品，可能已经下架")
    step = ("storefront.list_kinds", N_("去找材料"))


class AddressNeeded(Conflict):
    """Subsidies go to households that say where they live."""

    message = N_("先写好你家的地址，才知道归哪里管")
    step = ("accounts.list_addresses", N_("去写地址"))


class PointGone(Conflict):
    """The pick-up point is none of the township's, or closed."""

    message = N_("这个自提点现在不收货，请重新选怎样收货")
    step = ("checkout.choose_address", N_("重新选"))


class NobodyTakesCash(Invalid):
    """The agent of a pick-up point takes no money."""

    message = N_("送到自提点的货不能货到付款，代办人不收钱。请换一种付款方式")
