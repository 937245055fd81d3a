"""What a product page says when nothing is left: sold, or kept for carts and perhaps back soon."""

from market.kernel.clock import whole_minutes
from market.storefront.types import ProductShow
from market.web.context import settings
from market.web.i18n import gettext as _


def none_left(show: ProductShow) -> str:
    """Why sellers who reach the place have nothing, in one sentence."""
    if not any(stall.listing.lies_in_carts for stall in show.stalls if stall.delivered):
        return _("刚卖完，还没有补货。")
    return _(
        "最后几包已经有人放进购物车，没买的最晚 %(minutes)s 分钟内放出来，先到先得。过一会儿再来。",
        minutes=whole_minutes(settings().cart_hold_most),
    )
