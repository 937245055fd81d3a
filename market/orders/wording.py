"""The sentences of orders: where one stands, what happened, how it was paid."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from market.kernel.i18n import N_
from market.kernel.money import format_fen
from market.orders.types import Borne, EventView, OrderView, PayMethod, State
from market.web.templating import clock_time, day, moment, name_of

STATES: dict[State, str] = {
    State.HELD: N_("等付款"),
    State.EXPIRED: N_("没付款，已取消"),
    State.CANCELLED: N_("已取消"),
    State.PREPARING: N_("备货中"),
    State.PART_SHIPPED: N_("发了一部分"),
    State.SHIPPED: N_("已发货"),
    State.RECEIVED: N_("已收货"),
}
TONES: dict[State, str] = {
    State.HELD: "warn",
    State.EXPIRED: "plain",
    State.CANCELLED: "plain",
    State.PREPARING: "info",
    State.PART_SHIPPED: "info",
    State.SHIPPED: "info",
    State.RECEIVED: "ok",
}
METHODS: dict[PayMethod, str] = {
    PayMethod.ALIPAY: N_("支付宝"),
    PayMethod.WECHAT: N_("微信支付"),
    PayMethod.CARD: N_("银行卡"),
    PayMethod.TRANSFER: N_("银行转账"),
    PayMethod.ON_DELIVERY: N_("货到付款"),
}
# Reasons that the system gives; people's own words are shown as they wrote them.
REASONS: dict[str, str] = {
    "late_payment": N_("付款到账太晚，货已经卖给别人"),
    "late_discount": N_("付款到账太晚，优惠已经用完"),
    "late_place": N_("付款到账太晚，自提点那一天已经放满"),
    "by_household": N_("买家取消"),
    "job_off": N_("工程取消，买家不要了"),
}
EVENTS: dict[str, str] = {
    "placed": N_("下单，合计 %(amount)s 元，货已留好"),
    "prolonged": N_("货留到 %(until)s"),
    "confirmed": N_("订单生效，卖家开始备货（%(method)s）"),
    "paid": N_("收到付款 %(amount)s 元（%(method)s）"),
    "payment_failed": N_("一次付款没有成功，没有扣钱"),
    "expired": N_("没有按时付款，订单取消，货已放回"),
    "cancelled": N_("订单取消：%(reason)s"),
    "shipped": N_("%(seller)s 发货，%(carrier)s %(tracking)s，已发 %(shipped)s/%(wanted)s 包"),
    "received": N_("确认收到 %(seller)s 的货"),
    "remainder_cancelled": N_("%(seller)s 的 %(packs)s 包不发了：%(reason)s"),
    "refunded": N_("退款 %(amount)s 元（%(seller)s）：%(reason)s"),
    "reduced": N_("应付减少 %(amount)s 元（%(seller)s）：%(reason)s"),
    "goods_planned": N_("%(seller)s 的货按工程进度在 %(start)s 到 %(end)s 送到"),
    "goods_moved": N_("工程改期，%(seller)s 的货改在 %(start)s 到 %(end)s 送到"),
    "goods_held": N_("工程取消，%(seller)s 没发的货先不发，等买家决定"),
    "goods_released": N_("%(seller)s 的货可以发了，%(start)s 到 %(end)s 送到"),
    "refund_settled": N_("退款 %(amount)s 元已经退回"),
}
CERTIFICATES: dict[str, str] = {
    "valid": N_("有效"),
    "due": N_("有效，快到期"),
}

# Who bears a discount, as its household reads it, and as the seller that is made up for reads it.
BEARERS: dict[str, str] = {
    "seller": N_("卖家优惠"),
    "maker": N_("厂家优惠"),
    "platform": N_("平台优惠"),
    "region": N_("地区优惠"),
}
MADE_UP: dict[str, str] = {
    "seller": N_("卖家优惠"),
    "maker": N_("厂家优惠，厂家补给你"),
    "platform": N_("平台优惠，平台补给你"),
    "region": N_("地区优惠，地区补给你"),
}


def bearer_rows(given: Iterable[Borne], *, to_seller: bool = False) -> list[dict[str, Any]]:
    """Rows of a ledger: what each bearer gives, named where it has a name."""
    texts = MADE_UP if to_seller else BEARERS
    rows = []
    for one in given:
        text, name = _(texts[one.kind]), name_of(one)
        if name:
            text = _("%(what)s（%(who)s）", what=text, who=name)
        rows.append({"label": text, "fen": -one.fen, "kind": "minus"})
    return rows


def say_reason(reason: str) -> str:
    """A reason in the visitor's language, or as a person wrote it."""
    return _(REASONS[reason]) if reason in REASONS else reason


def say_event(event: EventView) -> str:
    """An entry of the timeline."""
    params: dict[str, Any] = dict(event.params)
    if "total_fen" in params or "amount_fen" in params:
        params["amount"] = format_fen(params.get("amount_fen", params.get("total_fen", 0)))
    if "method" in params:
        params["method"] = _(METHODS[PayMethod(params["method"])])
    if "reason" in params:
        params["reason"] = say_reason(params["reason"])
    for key in {"start", "end"} & params.keys():
        params[key] = day(date.fromisoformat(params[key]))
    if "until" in params:
        params["until"] = _until(params["until"])
    return _(EVENTS[event.kind], **params).strip()


def say_status(order: OrderView) -> str:
    """Where the order stands, in one sentence."""
    say: dict[State, Callable[[OrderView], str]] = {
        State.HELD: _say_held,
        State.EXPIRED: _say_expired,
        State.CANCELLED: _say_cancelled,
        State.SHIPPED: lambda _seen: _("都发出了，收到后请点“确认收货”"),
        State.RECEIVED: lambda _seen: _("都收到了"),
    }
    return say.get(order.state, _say_open)(order)


def _say_held(order: OrderView) -> str:
    if order.payment_method is PayMethod.TRANSFER:
        return _("等银行转账到账，货给你留到 %(until)s", until=moment(order.held_until))
    return _("货给你留到 %(until)s，还没付款", until=clock_time(order.held_until))


def _say_expired(order: OrderView) -> str:
    until = moment(order.held_until)
    return _("%(until)s 前没有付款，订单已取消，货已放回，没有收钱", until=until)


def _say_cancelled(order: OrderView) -> str:
    reason = say_reason(order.cancel_reason) or _("卖家没有货")
    return _("订单已取消：%(reason)s", reason=reason)


def _say_open(order: OrderView) -> str:
    left = order.wanted - order.shipped
    promised = [
        line.promised_on for part in order.seller_orders for line in part.lines if line.sendable
    ]
    if not promised:
        return _("工程取消了，没发的货先不发。请到合同页决定")
    last = day(max(promised))
    if order.shipped:
        return _(
            "已发 %(shipped)s 包，还有 %(left)s 包约 %(day)s 前发",
            shipped=order.shipped,
            left=left,
            day=last,
        )
    return _("卖家在备货，约 %(day)s 前发出", day=last)


def _until(text: str) -> str:
    return moment(datetime.fromisoformat(text))
