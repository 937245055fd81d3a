"""Bundles: what they ask, what is answered, what comes out."""

from marshmallow import fields

from market.api.fields import (
    Amount,
    Chars,
    Choice,
    Count,
    Document,
    Few,
    Pattern,
    Region,
    Word,
    fen,
    said,
)
from market.api.operation import ListQuery
from market.api.read_schemas import UNIT
from market.bundles.house import ARCHETYPES, DEFAULT_ARCHETYPE, MEASURES, TYPED_AREAS
from market.bundles.insulation import WALLS_MM
from market.bundles.siting import HIGHEST_M, LITTLE, MUCH, Doubt
from market.kernel.i18n import N_


class BundleQuery(ListQuery):
    """Those for a place's climate come first."""

    region = Region()


class BundleOut(Document):
    """A solution bundle."""

    slug = fields.String(required=True)
    version = fields.Integer(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    summary_zh = fields.String(required=True)
    summary_en = fields.String(required=True)
    zones = fields.List(
        fields.String(), required=True, metadata=said(N_("适用的气候区，all 是都适用"))
    )
    kind_codes = fields.List(fields.String(), required=True)


class QuestionOut(Document):
    """A number the bundle asks for."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    hint = fields.String(required=True)
    unit = fields.String(required=True, metadata={"enum": ["m2", "m", "deg", "room", "share"]})
    least = Amount(required=True)
    most = Amount(required=True)


class SlotOut(Document):
    """A material of the bundle."""

    key = fields.String(required=True)
    kind_code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    unit = fields.String(required=True, metadata=UNIT)
    formula = fields.String(
        required=True, metadata=said(N_("数量的算式，用到的名字见 questions 和结果里的 measures"))
    )
    waste = Amount(required=True, metadata=said(N_("损耗，0.05 是 5%")))
    zone_factors = fields.Dict(required=True, keys=fields.String(), values=fields.Float())


class BundleSiteOut(Document):
    """What a bundle is written for; nothing said is anything."""

    archetypes = fields.List(
        fields.String(), required=True, metadata=said(N_("给哪些房型，空的是都行"))
    )
    most_altitude_m = fields.Integer(
        required=True, allow_none=True, metadata=said(N_("海拔最高多少米，null 是不限"))
    )
    little_snow = fields.Boolean(required=True, metadata=said(N_("没有按屋顶压厚雪算")))


class BundleDetailOut(BundleOut):
    """A whole bundle."""

    site = fields.Nested(BundleSiteOut, required=True)

    archetypes = fields.List(
        fields.String(), required=True, metadata=said(N_("房型，空的就不用选"))
    )
    wall_mm = fields.List(
        fields.Integer(), required=True, metadata=said(N_("可选的原墙厚，单位毫米"))
    )
    questions = fields.List(fields.Nested(QuestionOut), required=True)
    slots = fields.List(fields.Nested(SlotOut), required=True)
    days = fields.List(fields.Integer(), required=True, metadata=said(N_("工期，最少和最多几天")))


class HouseIn(Document):
    """The house; everything left out is taken as usual for its kind."""

    archetype = fields.String(validate=Choice(list(ARCHETYPES)), load_default=DEFAULT_ARCHETYPE)
    numbers = fields.Dict(
        keys=fields.String(validate=Choice([*MEASURES, *TYPED_AREAS])),
        values=Amount(), load_default=dict,
        metadata=said(N_("按方案的 questions：名字和数")),
    )  # fmt: skip
    unsure = fields.List(
        fields.String(validate=Choice([*MEASURES, *TYPED_AREAS])), load_default=list,
        validate=Chars(max=30), metadata=said(N_("不清楚的那些，按常见的算")),
    )  # fmt: skip
    wall_mm = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=Choice(list(WALLS_MM))
    )
    altitude_m = Count(
        most=HIGHEST_M, allow_none=True, load_default=None,
        metadata=said(N_("你家海拔多少米，null 是不清楚")),
    )  # fmt: skip
    snow = fields.String(
        load_default="", validate=Choice(["", LITTLE, MUCH]),
        metadata=said(N_("冬天屋顶的雪：不多、厚，空文字是不清楚")),
    )  # fmt: skip


class CalculationIn(Document):
    """A house, a place and the choices among what is on offer."""

    region = Region(allow_none=True, load_default=None)
    house = fields.Nested(HouseIn, load_default=lambda: HouseIn().load({}))
    options = fields.Dict(
        keys=Word(), values=fields.String(validate=Pattern(r"^[0-9A-Za-z._-]{0,64}$")),
        load_default=dict, validate=Few(60),
        metadata=said(N_("每样材料选哪个：options 里的 key，空文字是不要这一样")),
    )  # fmt: skip


class PackOut(Document):
    """Packs of one listing."""

    listing_id = fields.String(required=True)
    pack_size = Amount(required=True)
    packs = fields.Integer(required=True)
    price_fen = fen(required=True)


class OptionOut(Document):
    """One way to get a material."""

    key = fields.String(required=True)
    product_id = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    seller_id = fields.String(required=True)
    seller_name = fields.String(required=True)
    packs = fields.List(fields.Nested(PackOut), required=True)
    cost_fen = fen(required=True)
    leftover = Amount(required=True)
    lead_days = fields.Integer(required=True)


class FilledSlotOut(Document):
    """A material with its quantity and what is chosen for it."""

    key = fields.String(required=True)
    kind_code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    unit = fields.String(required=True, metadata=UNIT)
    base = Amount(required=True)
    factor = Amount(required=True)
    waste = Amount(required=True)
    need = Amount(required=True, metadata=said(N_("至少要买的数量")))
    skipped = fields.Boolean(required=True)
    problem = fields.String(
        required=True,
        metadata={
            "enum": [
                "",
                "none_here",
                "stock_short",
                "none_suitable",
                "unsuitable",
                "choice_gone",
                "none_fits",
                "named_gone",
            ]
        },
    )
    chosen = fields.String(required=True, allow_none=True, metadata=said(N_("选中的 key")))
    options = fields.List(fields.Nested(OptionOut), required=True)


class SellerFreightOut(Document):
    """One seller's part."""

    seller_id = fields.String(required=True)
    seller_name = fields.String(required=True)
    goods_fen = fen(required=True)
    freight_fen = fen(required=True, allow_none=True)
    weight_g = fields.Integer(required=True)


class CarbonShareOut(Document):
    """What rests on one kind of source."""

    level = fields.String(required=True)
    kg = Amount(required=True)
    lines = fields.Integer(required=True)


class CarbonTotalOut(Document):
    """Embodied carbon, with what is missing."""

    kg = Amount(required=True, metadata=said(N_("千克二氧化碳当量，只加有数据的")))
    lines = fields.Integer(required=True)
    missing = fields.Integer(required=True, metadata=said(N_("没有数据的样数")))
    shares = fields.List(fields.Nested(CarbonShareOut), required=True)


class CheckOut(Document):
    """Heat transmission of a part of the house, W/(m²·K)."""

    element = fields.String(required=True, metadata={"enum": ["wall", "roof", "window", "door"]})
    before = Amount(required=True, allow_none=True)
    after = Amount(required=True)
    limit = Amount(required=True, allow_none=True)
    passes = fields.Boolean(required=True, allow_none=True)


class BundleSellerOut(Document):
    """One seller's goods and freight before anything is taken off."""

    seller_id = fields.String(required=True)
    seller_name = fields.String(required=True)
    goods_fen = fen(required=True)
    freight_fen = fen(required=True, allow_none=True, metadata=said(N_("没给地区就是 null")))
    weight_g = fields.Integer(required=True)


class BundleDiscountOut(Document):
    """A promotion without a code that is used."""

    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    amount_fen = fen(required=True, attribute="fen", metadata=said(N_("减掉多少，单位分")))
    how = fields.String(required=True, attribute="told", metadata=said(N_("怎么算的")))


class BundleAidOut(Document):
    """What a subsidy scheme of the place gives."""

    code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    amount_fen = fen(required=True, attribute="fen", metadata=said(N_("补多少，单位分")))
    how = fields.String(required=True, attribute="told", metadata=said(N_("怎么算的")))
    example = fields.Boolean(required=True, metadata=said(N_("示例，不是真的政策")))


class BundleQuoteOut(Document):
    """What a household pays, step by step, by the one pricing function of page, cart and order."""

    goods_fen = fen(required=True, metadata=said(N_("材料，单位分；买不到的不算")))
    freight_fen = fen(
        required=True, allow_none=True, metadata=said(N_("运费，单位分；没给地区就是 null"))
    )
    sellers = fields.List(fields.Nested(BundleSellerOut), required=True)
    discounts = fields.List(
        fields.Nested(BundleDiscountOut), required=True, metadata=said(N_("优惠，按算的先后"))
    )
    subsidies = fields.List(
        fields.Nested(BundleAidOut), required=True, metadata=said(N_("下单时直接减的补贴"))
    )
    payable_fen = fen(
        required=True,
        metadata=said(N_("要付的，单位分 ＝ 材料 ＋ 运费 − 优惠 − 补贴；和页面上的合计一样")),
    )
    claims = fields.List(
        fields.Nested(BundleAidOut), required=True,
        metadata=said(N_("买完再申请的补贴，没有从要付的里减")),
    )  # fmt: skip
    blocked = fields.List(
        fields.String(), required=True, metadata=said(N_("这么多现在买不到的商品，不在钱里"))
    )


class RangeOut(Document):
    """An estimate."""

    low = Amount(required=True)
    usual = Amount(required=True)
    high = Amount(required=True)


class YearsOut(Document):
    """Years until something is earned back; null is never."""

    soonest = Amount(required=True, allow_none=True)
    usual = Amount(required=True, allow_none=True)
    latest = Amount(required=True, allow_none=True)


class BundleUseOut(Document):
    """What a year saves, estimated."""

    saved_kwh = fields.Nested(RangeOut, required=True)
    saved_yuan = fields.Nested(RangeOut, required=True)
    saved_kg = fields.Nested(RangeOut, required=True)
    heat_before_kwh = Amount(required=True, allow_none=True)
    heat_after_kwh = Amount(required=True, allow_none=True)
    fuel = fields.String(required=True, allow_none=True)
    fuel_guessed = fields.Boolean(required=True, allow_none=True)
    new_fuel = fields.String(required=True, allow_none=True)
    solar_kw = Amount(required=True)
    money_years = fields.Nested(
        YearsOut, required=True, allow_none=True,
        metadata=said(N_("要付的加人工，除以一年少花的")),
    )  # fmt: skip
    carbon_years = fields.Nested(YearsOut, required=True, allow_none=True)


class CalculationOut(Document):
    """Quantities, packs, price and carbon for one house."""

    slug = fields.String(required=True)
    version = fields.Integer(required=True)
    region = Region(required=True, allow_none=True)
    zone = fields.String(required=True, allow_none=True)
    measures = fields.Dict(required=True, keys=fields.String(), values=Amount())
    doubts = fields.List(
        fields.String(metadata={"enum": [one.value for one in Doubt]}), required=True,
        metadata=said(N_("为什么可能不合适：房型、海拔、积雪")),
    )  # fmt: skip
    slots = fields.List(fields.Nested(FilledSlotOut), required=True)
    sellers = fields.List(fields.Nested(SellerFreightOut), required=True)
    goods_fen = fen(required=True)
    freight_fen = fen(required=True)
    total_fen = fen(
        required=True,
        metadata=said(N_("材料加运费，单位分，优惠和补贴都还没减；要付的看 quote.payable_fen")),
    )
    quote = fields.Nested(BundleQuoteOut, required=True)
    certified_fen = fen(required=True)
    certified_share = Amount(required=True, allow_none=True)
    local_share = Amount(
        required=True, allow_none=True, metadata=said(N_("本地造的占多少钱，0.5 是一半"))
    )
    stars = fields.Dict(
        required=True, keys=fields.String(), values=fields.Integer(),
        metadata=said(N_("各星级多少样，0 是不分级或没有")),
    )  # fmt: skip
    use = fields.Nested(BundleUseOut, required=True, allow_none=True)
    carbon = fields.Nested(CarbonTotalOut, required=True)
    checks = fields.List(fields.Nested(CheckOut), required=True)
    labour_low_fen = fen(required=True, metadata=said(N_("人工，示例，单位分")))
    labour_high_fen = fen(required=True, metadata=said(N_("人工，示例，单位分")))
