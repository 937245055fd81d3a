"""The words of messages about orders and payments."""

from market.kernel.i18n import N_
from market.notifications.types import Kind

KINDS: dict[str, Kind] = {
    "order_placed": Kind(
        "orders",
        N_("订单 %(code)s 已提交"),
        N_("应付 %(total)s 元。货给你留到 %(held_until)s，过时自动取消，不收钱"),
    ),
    "order_to_transfer": Kind(
        "orders",
        N_("订单 %(code)s 已提交"),
        N_("请转账 %(total)s 元，附言写订单号。账号和货留到几点，打开订单看"),
    ),
    "order_on_delivery": Kind(
        "orders",
        N_("订单 %(code)s 已提交"),
        N_("收到货再当面付，一共 %(total)s 元"),
    ),
    "order_paid": Kind(
        "orders", N_("订单 %(code)s 付好了"), N_("收到 %(amount)s 元，商家开始备货")
    ),
    "order_to_pack": Kind(
        "orders", N_("新订单 %(code)s 要发货"), N_("打开订单看要备哪些货、送到哪里")
    ),
    "order_shipped": Kind(
        "orders",
        N_("订单 %(code)s 发货了"),
        N_("%(seller)s 已发 %(shipped)s 包，共 %(wanted)s 包"),
    ),
    "order_cancelled": Kind(
        "orders", N_("订单 %(code)s 取消了"), N_("付过的钱会全额退回。原因：%(reason)s")
    ),
    "order_expired": Kind(
        "orders", N_("订单 %(code)s 过时取消了"), N_("没有收到付款，货已放回。没有扣你的钱")
    ),
    "order_part_cancelled": Kind(
        "orders",
        N_("订单 %(code)s 有 %(packs)s 包不发了"),
        N_("%(seller)s 取消了没发的部分，原因：%(reason)s。付过的会退给你"),
    ),
    "order_refunded": Kind(
        "orders",
        N_("订单 %(code)s 退款 %(amount)s 元"),
        N_("原路退回，一般 1–5 个工作日到账。原因：%(reason)s"),
    ),
    "late_payment_refunded": Kind(
        "orders",
        N_("订单 %(code)s 的 %(amount)s 元全部退给你"),
        N_("付款到账时货已经不再给你留，也没有余货。原路退回，一般 1–5 个工作日到账"),
    ),
    "late_discount_refunded": Kind(
        "orders",
        N_("订单 %(code)s 的 %(amount)s 元全部退给你"),
        N_("付款到账太晚，订单里的优惠已经用完。原路退回，一般 1–5 个工作日到账。可以按现价重新买"),
    ),
    "payment_returned": Kind(
        "orders",
        N_("多付的 %(amount)s 元退给你"),
        N_("这个订单不需要这笔钱，全额原路退回，一般 1–5 个工作日到账"),
    ),
}
