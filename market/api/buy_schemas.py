"""Cart, addresses and orders as documents."""

from marshmallow import fields

from market.api.bundle_schemas import CalculationIn
from market.api.fields import (
    MOST_FEN,
    Choice,
    Count,
    Document,
    Flag,
    Phone,
    Region,
    Text,
    Word,
    fen,
    said,
)
from market.api.operation import Query
from market.api.pickup_schemas import PickupIn, PickupThenOut, delivery
from market.api.read_schemas import INSTANT
from market.carts.types import MAX_QUANTITY
from market.kernel.i18n import N_
from market.orders.types import PayMethod, State

PACKS = said(N_("几包"))
BEARER = said(
    N_(
        "谁承担：seller 卖家，platform 平台，maker:<卖家 id> 厂家，region:<代码> 地区，"
        "subsidy:<代码>:<方案> 补贴"
    )
)
STATES = {"enum": [state.value for state in State]}
STEP_KINDS = {"enum": ["promotion", "subsidy"]}
METHODS = [method.value for method in PayMethod]


class CartQuery(Query):
    """Priced for which place."""

    region = Region(metadata=said(N_("不给就没有运费")))
    delivery = delivery()


class LineIn(Document):
    """Packs of a listing."""

    listing_id = Word(most=20, required=True)
    quantity = Count(least=1, most=MAX_QUANTITY, required=True, metadata=PACKS)


class QuantityIn(Document):
    """Another number of packs."""

    quantity = Count(least=1, most=MAX_QUANTITY, required=True, metadata=PACKS)


class BundleLineIn(CalculationIn):
    """A bundle for a house, put into the cart as one group."""

    slug = Word(required=True)


class CodeIn(Document):
    """A coupon code."""

    code = Text(least=1, most=32, required=True)


class LineProblemOut(Document):
    """Something to know of a line."""

    code = fields.String(required=True)
    blocking = fields.Boolean(
        required=True, metadata=said(N_("是的话这一行现在不能买，不算在合计里"))
    )
    detail = fields.String(required=True)


class AdjustmentOut(Document):
    """A discount on a line."""

    promotion_id = fields.String(required=True)
    name_zh = fields.String(required=True, attribute="label")
    name_en = fields.String(required=True, attribute="label_en")
    amount_fen = fen(required=True, metadata=said(N_("负数，单位分")))
    bearer = fields.String(required=True, metadata=BEARER)


class CartLineOut(Document):
    """A line with its price now."""

    id = fields.String(required=True, attribute="line_id")
    listing_id = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    quantity = fields.Integer(required=True, metadata=PACKS)
    unit_price_fen = fen(required=True)
    amount_fen = fen(required=True)
    discount_fen = fen(required=True)
    subsidy_fen = fen(required=True)
    gift = fields.Boolean(required=True)
    group_id = fields.String(required=True, allow_none=True)
    group_name = fields.String(required=True, allow_none=True, attribute="group_label")
    group_name_en = fields.String(required=True, attribute="group_label_en")
    adjustments = fields.List(fields.Nested(AdjustmentOut), required=True)
    problems = fields.List(fields.Nested(LineProblemOut), required=True)
    kept = fields.Integer(required=True, metadata=said(N_("购物车给这一行暂留的包数")))
    kept_until = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)


class SellerBlockOut(Document):
    """What one seller would deliver."""

    seller_id = fields.String(required=True)
    seller_name = fields.String(required=True)
    lines = fields.List(fields.Nested(CartLineOut), required=True)
    weight_g = fields.Integer(required=True)
    goods_fen = fen(required=True)
    discount_fen = fen(required=True)
    subsidy_fen = fen(required=True)
    freight_fen = fen(required=True)
    total_fen = fen(required=True)
    lead_days = fields.Integer(required=True)


class VerdictOut(Document):
    """What became of a promotion."""

    promotion_id = fields.String(required=True)
    name_zh = fields.String(required=True, attribute="name")
    name_en = fields.String(required=True)
    code = fields.String(required=True)
    applied_fen = fen(required=True)
    reason_code = fields.String(
        required=True, metadata=said(N_("没用上的第一个原因，用上了是空的"))
    )
    detail = fields.String(required=True)


class SubsidyOut(Document):
    """What a subsidy scheme gives for the cart."""

    scheme = fields.String(required=True)
    name_zh = fields.String(required=True, attribute="name")
    name_en = fields.String(required=True)
    applied_fen = fen(required=True)
    reason_code = fields.String(
        required=True, metadata=said(N_("没用上的第一个原因，用上了是空的"))
    )
    detail = fields.String(required=True)
    example = fields.Boolean(required=True, metadata=said(N_("是的话只是示例，不是真的补贴")))


class CartOut(Document):
    """The whole cart with every price and every reason."""

    region = Region(required=True, allow_none=True)
    sellers = fields.List(fields.Nested(SellerBlockOut), required=True)
    coupon_codes = fields.List(fields.String(), required=True)
    promotions = fields.List(fields.Nested(VerdictOut), required=True)
    subsidies = fields.List(fields.Nested(SubsidyOut), required=True)
    goods_fen = fen(required=True)
    freight_fen = fen(required=True)
    seller_discount_fen = fen(required=True)
    platform_discount_fen = fen(required=True)
    subsidy_fen = fen(required=True)
    total_fen = fen(required=True)
    certified_share_bp = fields.Integer(
        required=True, metadata=said(N_("已认证金额占比，单位万分之一"))
    )
    can_be_ordered = fields.Boolean(required=True)
    made_to_order = fields.Boolean(
        required=True, metadata=said(N_("有订做的，下单要 made_to_order_agreed"))
    )


class AddressIn(Document):
    """Where goods go."""

    recipient = Text(least=1, most=30, required=True)
    phone = Phone(required=True)
    region = Region(required=True, metadata=said(N_("乡镇，或没有乡镇的县")))
    detail = Text(least=1, most=100, required=True)


class AddressOut(Document):
    """An address of the account."""

    id = fields.String(required=True)
    recipient = fields.String(required=True)
    phone = fields.String(required=True)
    region = Region(required=True)
    detail = fields.String(required=True)
    is_default = fields.Boolean(required=True)


class AddressesOut(Document):
    """All addresses of the account."""

    items = fields.List(fields.Nested(AddressOut), required=True)


class OrderIn(Document):
    """What the household agrees to: all that is in its cart, at the total it saw."""

    address_id = Word(most=20, required=True)
    payment_method = fields.String(required=True, validate=Choice(METHODS))
    seen_total_fen = Count(
        most=MOST_FEN, required=True,
        metadata=said(N_("购物车按这个地址的 total_fen；变了就不下单")),
    )  # fmt: skip
    made_to_order_agreed = Flag(load_default=False)
    note = Text(most=200, load_default="")
    pickup = fields.Nested(
        PickupIn, load_default=None, allow_none=True,
        metadata=said(N_("送到哪个自提点；不给就送到家。seen_total_fen 按 delivery=point 看")),
    )  # fmt: skip


class OrderRowOut(Document):
    """An order in a list."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, metadata=STATES)
    placed_at = fields.AwareDateTime(required=True, metadata=INSTANT)
    held_until = fields.AwareDateTime(required=True, metadata=said(N_("没付款的货留到这时，UTC")))
    total_fen = fen(required=True)
    payment_method = fields.String(required=True, metadata={"enum": METHODS})
    sellers = fields.Integer(required=True, metadata=said(N_("几个卖家")))


class OrderLineOut(Document):
    """A line of an order, as agreed."""

    id = fields.String(required=True)
    listing_id = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    quantity = fields.Integer(required=True, metadata=PACKS)
    unit_price_fen = fen(required=True)
    amount_fen = fen(required=True)
    discount_fen = fen(required=True)
    shipped = fields.Integer(required=True, metadata=PACKS)
    cancelled = fields.Integer(required=True, metadata=PACKS)
    adjustments = fields.List(fields.Nested(AdjustmentOut), required=True)


class SellerOrderOut(Document):
    """One seller's part of an order."""

    id = fields.String(required=True)
    seller_id = fields.String(required=True)
    seller_name = fields.String(required=True)
    state = fields.String(required=True, metadata=STATES)
    goods_fen = fen(required=True)
    freight_fen = fen(required=True)
    total_fen = fen(required=True)
    refunded_fen = fen(required=True)
    lines = fields.List(fields.Nested(OrderLineOut), required=True)
    freight_adjustments = fields.List(fields.Nested(AdjustmentOut), required=True)


class BorneOut(Document):
    """What one bearer gives of a step."""

    bearer = fields.String(required=True, metadata=BEARER)
    amount_fen = fen(required=True, metadata=said(N_("负数，单位分")))


class PriceStepOut(Document):
    """A discount or a subsidy of an order, as it was worked out when the order was placed."""

    position = fields.Integer(required=True, metadata=said(N_("第几步，从 1 数起")))
    kind = fields.String(required=True, metadata=STEP_KINDS)
    id = fields.String(required=True, metadata=said(N_("优惠或补贴方案的 id")))
    name_zh = fields.String(required=True, attribute="name")
    name_en = fields.String(required=True, attribute="name_english")
    rule = fields.String(
        required=True, allow_none=True,
        metadata=said(N_("规则的类型；下单时还没有记下规则的旧订单是空的")),
    )  # fmt: skip
    base_fen = fen(required=True, allow_none=True, metadata=said(N_("按多少钱算的，单位分")))
    detail = fields.String(required=True, allow_none=True)
    amount_fen = fen(required=True, metadata=said(N_("负数，单位分")))
    borne = fields.List(fields.Nested(BorneOut), required=True)


class NotUsedOut(Document):
    """A promotion or a subsidy that was looked at and gave nothing."""

    kind = fields.String(required=True, metadata=STEP_KINDS)
    id = fields.String(required=True, metadata=said(N_("优惠或补贴方案的 id；没有的码是空的")))
    name_zh = fields.String(required=True, attribute="name")
    name_en = fields.String(required=True, attribute="name_english")
    reason_code = fields.String(required=True)
    detail = fields.String(required=True)


class OrderOut(Document):
    """An order with all its parts."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    state = fields.String(required=True, metadata=STATES)
    placed_at = fields.AwareDateTime(required=True, metadata=INSTANT)
    held_until = fields.AwareDateTime(required=True, metadata=said(N_("没付款的货留到这时，UTC")))
    paid_at = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)
    payment_method = fields.String(required=True, metadata={"enum": METHODS})
    recipient = fields.String(required=True)
    phone = fields.String(required=True)
    region = Region(required=True)
    region_name = fields.String(required=True, attribute="region_label")
    detail = fields.String(required=True)
    note = fields.String(required=True)
    goods_fen = fen(required=True)
    freight_fen = fen(required=True)
    seller_discount_fen = fen(required=True)
    platform_discount_fen = fen(required=True)
    subsidy_fen = fen(required=True)
    total_fen = fen(required=True)
    due_fen = fen(required=True, metadata=said(N_("还要付的，单位分")))
    refunded_fen = fen(required=True)
    pickup = fields.Nested(
        PickupThenOut, required=True, allow_none=True,
        metadata=said(N_("在哪个自提点取；送到家门口是 null")),
    )  # fmt: skip
    steps = fields.List(
        fields.Nested(PriceStepOut), required=True,
        metadata=said(N_("材料加运费，再加每一步的负数，就是合计")),
    )  # fmt: skip
    not_used = fields.List(fields.Nested(NotUsedOut), required=True)
    not_used_more = fields.Integer(required=True, metadata=said(N_("还有几个没有记下来")))
    seller_orders = fields.List(fields.Nested(SellerOrderOut), required=True)
    pay_url = fields.String(required=True, metadata=said(N_("付款的页面，登录后自己付")))
