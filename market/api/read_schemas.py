"""What the reading operations give out, and what may be asked of them."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields

from market.api.fields import (
    Amount,
    Choice,
    CountText,
    Document,
    FlagText,
    Region,
    Text,
    Word,
    fen,
    said,
)
from market.api.operation import ListQuery, Query
from market.api.paging import MOST, USUAL
from market.catalogue.types import Scheme
from market.kernel.i18n import N_
from market.kernel.quantity import UNITS
from market.providers import queries as providers
from market.regions.types import ZONES

UNIT = said(N_("销售单位"), enum=sorted(UNITS))
INSTANT = said(N_("时刻，UTC"))


@cache
def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of a list: its items and the cursor to the next ones."""
    name = item.__name__.removesuffix("Out")
    parts: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(
            required=True, allow_none=True, metadata=said(N_("下一页的记号，没有了就是 null"))
        ),
    }
    return type(f"{name}Page", (Document,), parts)


class DivisionOut(Document):
    """One place."""

    code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    level = fields.String(required=True, metadata={"enum": ["province", "city", "county", "town"]})
    parent = fields.String(required=True, metadata=said(N_("上一级的代码，省的上一级是空的")))


class PathOut(Document):
    """A place with everything above it."""

    code = fields.String(required=True, attribute="place.code")
    level = fields.String(required=True, attribute="place.level")
    label_zh = fields.String(required=True, attribute="label")
    label_en = fields.String(required=True)
    parts = fields.List(fields.Nested(DivisionOut), required=True)


class ZoneOut(Document):
    """The climate zone in force at a place."""

    zone = fields.String(required=True, metadata={"enum": sorted(ZONES)})
    name = fields.String(required=True)
    major = fields.String(required=True)
    confidence = fields.String(
        required=True, metadata=said(N_("A 最可靠，D 是估计"), enum=["A", "B", "C", "D"])
    )
    warning = fields.String(required=True, allow_none=True)
    overridden = fields.Boolean(required=True)


class RegionOut(PathOut):
    """A place with its climate zone."""

    climate_zone = fields.Nested(ZoneOut, required=True, allow_none=True)
    deliverable = fields.Boolean(
        required=True, metadata=said(N_("能不能作收货地：乡镇，或没有乡镇的县"))
    )


class RegionSearch(Query):
    """Places by name; the best matches are one page."""

    limit = CountText(least=1, most=MOST, load_default=USUAL)
    q = Text(least=1, most=40, required=True, metadata=said(N_("地名、拼音或代码，可写上级")))


class KindOut(Document):
    """A kind of product."""

    code = fields.String(required=True)
    group_code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    scheme = fields.String(required=True, metadata={"enum": [s.value for s in Scheme]})
    certifiable = fields.Boolean(required=True)
    standard = fields.String(required=True)
    default_unit = fields.String(required=True, metadata=UNIT)
    listings = fields.Integer(required=True, metadata=said(N_("现在在卖的商品数")))


class KindQuery(ListQuery):
    """Which kinds."""

    group = Word(most=8)
    scheme = fields.String(validate=Choice([s.value for s in Scheme]))


class CertificateOut(Document):
    """A certificate with its state now."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    scheme = fields.String(required=True)
    star = fields.Integer(
        required=True, allow_none=True, metadata=said(N_("1 到 3 星；合格的没有星级"))
    )
    issuer = fields.String(required=True, attribute="issuer_name")
    holder = fields.String(required=True)
    state = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)


class PartyOut(Document):
    """A seller or maker."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class CarbonOut(Document):
    """Embodied carbon per unit of sale."""

    kg_per_unit = Amount(required=True, metadata=said(N_("千克二氧化碳当量，每个销售单位")))
    source = fields.String(required=True)
    trust = fields.String(required=True)
    declaration_id = fields.String(
        attribute="label.declaration_id",
        metadata=said(N_("核验过的才有：碳足迹声明的编号，全文在 /carbon-declarations/ 下")),
    )
    valid_to = fields.Date(attribute="label.until", metadata=said(N_("核验过的才有")))
    verifier = fields.String(attribute="label.verifier", metadata=said(N_("核验过的才有")))


class ManualOut(Document):
    """A version of a product's manual."""

    version = fields.Integer(required=True)
    url = fields.String(required=True, metadata=said(N_("这一版的页面，以后不变")))


class ProductOut(Document):
    """A product of its maker."""

    id = fields.String(required=True)
    kind_code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    model = fields.String(required=True)
    unit = fields.String(required=True, metadata=UNIT)
    maker = fields.Nested(PartyOut, required=True)
    certificate = fields.Nested(
        CertificateOut, required=True, allow_none=True,
        metadata=said(N_("没有认证目录的品类是 null")),
    )  # fmt: skip
    standard = fields.String(required=True)
    carbon = fields.Nested(
        CarbonOut, required=True, allow_none=True, metadata=said(N_("没有数据是 null，不是 0"))
    )
    life_years = fields.Integer(required=True, allow_none=True)
    attributes = fields.Dict(required=True, keys=fields.String())
    published_at = fields.AwareDateTime(required=True, allow_none=True, metadata=INSTANT)
    manual = fields.Nested(
        ManualOut, required=True, allow_none=True, metadata=said(N_("现在用的说明书，没有是 null"))
    )


class BlockerOut(Document):
    """One reason why a product may not be sold."""

    code = fields.String(
        required=True,
        metadata=said(N_("原因，例如 spot_check_failed、kind_barred、certificate_expired")),
    )
    since = fields.Date(
        required=True, allow_none=True, metadata=said(N_("从哪天起；没有记录是 null"))
    )
    until = fields.Date(
        required=True, allow_none=True, metadata=said(N_("到哪天止；没有定是 null"))
    )


class ListedProductOut(ProductOut):
    """A product with what became of it, and whether it may be sold now."""

    state = fields.String(
        required=True,
        metadata={
            "enum": ["live", "paused", "archived"],
            **said(N_("厂家的决定：live 上架，paused 暂停，archived 不再卖；能不能卖看 sellable")),
        },
    )
    sellable = fields.Boolean(
        required=True,
        metadata=said(N_("现在准不准卖：厂家上架了，而且没有 blockers。有没有货、送不送得到另看")),
    )
    blockers = fields.List(
        fields.Nested(BlockerOut), required=True,
        metadata=said(N_("现在不准卖的全部原因，准卖是空的")),
    )  # fmt: skip
    sellable_from = fields.AwareDateTime(
        required=True, allow_none=True,
        metadata={
            **INSTANT, **said(N_("不用谁决定，到这个时刻门自己开，例如停售期满；没有是 null")),
        },
    )  # fmt: skip
    sellable_until = fields.AwareDateTime(
        required=True, allow_none=True,
        metadata={
            **INSTANT,
            **said(N_("不用谁决定，到这个时刻门自己关，例如证书到期；没有是 null")),
        },
    )  # fmt: skip
    held_since = fields.AwareDateTime(
        required=True, allow_none=True,
        metadata={**INSTANT, **said(N_("抽查不合格停售的时刻；没有是 null"))},
    )  # fmt: skip
    updated_at = fields.AwareDateTime(required=True, metadata=INSTANT)


NOT_AN_INSTANT = N_("时刻要带时区，写成 2026-11-01T00:00:00Z 这样")


class Instant(fields.AwareDateTime):
    """A moment with its offset, within what every database can store."""

    default_error_messages = {  # noqa: RUF012 (marshmallow collects it from the classes)
        "invalid": NOT_AN_INSTANT, "invalid_awareness": NOT_AN_INSTANT,
    }  # fmt: skip

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(moment, datetime) or not 1970 < moment.year < 9000:
            raise ValidationError(self.error_messages["invalid"])
        return moment.astimezone(UTC)


class ChangesQuery(ListQuery):
    """Since when."""

    updated_since = Instant(
        metadata=said(
            N_(
                "只要从这个时刻起变过的，例如 2026-11-01T00:00:00Z。下次从最后一条的 updated_at "
                "往前几分钟问，免得漏掉正好在写的；重复的按 id 认"
            )
        )
    )


class ProductQuery(ChangesQuery):
    """Which products; with `updated_since` also those that were taken off."""

    kind = Word(most=12)
    maker = Word(most=20)


class DeliveredOut(Document):
    """The price of one unit at a place when a usual amount is bought at once."""

    region = Region(required=True)
    for_units = Amount(required=True, metadata=said(N_("按一次买这么多销售单位摊运费")))
    goods_fen = fen(required=True)
    freight_fen = fen(required=True)
    total_fen = fen(required=True, metadata=said(N_("每个销售单位送到的价钱，单位分")))


class ListingOut(Document):
    """A seller's offer of one pack size."""

    id = fields.String(required=True)
    product_id = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    kind_code = fields.String(required=True)
    seller = fields.Nested(PartyOut, required=True)
    variant_zh = fields.String(required=True, attribute="listing.variant_label")
    variant_en = fields.String(required=True, attribute="listing.variant_label_en")
    pack_size = Amount(required=True, metadata=said(N_("一包有多少销售单位")))
    unit = fields.String(required=True, metadata=UNIT)
    weight_g = fields.Integer(required=True, metadata=said(N_("一包的重量，单位克")))
    price_fen = fen(required=True, metadata=said(N_("一包的价钱，单位分")))
    unit_price_fen = fen(required=True, metadata=said(N_("一个销售单位的价钱，单位分，四舍五入")))
    min_packs = fields.Integer(required=True)
    lead_days = fields.Integer(required=True)
    made_to_order = fields.Boolean(required=True)
    available = fields.Integer(
        required=True, allow_none=True, metadata=said(N_("还有几包；订做的是 null"))
    )
    star = fields.Integer(required=True, allow_none=True)
    certificate = fields.Nested(CertificateOut, required=True, allow_none=True)
    carbon_kg_per_unit = Amount(required=True, allow_none=True)
    sellable = fields.Boolean(required=True)
    unsellable_reason = fields.String(required=True, allow_none=True)
    delivered = fields.Nested(
        DeliveredOut, required=True, allow_none=True,
        metadata=said(N_("没有给 region，或送不到，就是 null")),
    )  # fmt: skip


class PlaceQuery(Query):
    """At which place."""

    region = Region()


class ListingQuery(ListQuery):
    """Which listings, priced for which place."""

    kind = Word(most=12)
    product = Word(most=20)
    seller = Word(most=20)
    in_stock = FlagText()
    region = Region(metadata=said(N_("给了就只列送得到的，并算送到价")))
    sort = fields.String(validate=Choice(["price", "newest"]), load_default="price")


class StallOut(Document):
    """One seller's offer of a product for an amount at a place."""

    listing = fields.Nested(ListingOut, required=True)
    packs = fields.Integer(required=True)
    needed = Amount(required=True)
    loss_percent = fields.Integer(required=True)
    bought = Amount(required=True)
    goods_fen = fen(required=True)
    freight_fen = fen(
        required=True, allow_none=True, metadata=said(N_("没有给 region 或送不到是 null"))
    )
    total_fen = fen(required=True)
    can_buy = fields.Boolean(required=True)


class EvidenceOut(Document):
    """One of the six dimensions."""

    dimension = fields.String(required=True)
    value_zh = fields.String(required=True, allow_none=True, attribute="value")
    value_en = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)


class ProductDetailOut(ProductOut):
    """A product with its evidence and its sellers."""

    use_zh = fields.String(required=True)
    use_en = fields.String(required=True)
    report_number = fields.String(required=True)
    evidence = fields.List(fields.Nested(EvidenceOut), required=True)
    offers = fields.List(fields.Nested(StallOut), required=True)


class ProductAsk(PlaceQuery):
    """For how much, at which place."""

    amount = Amount(least="0.001", most="1000000", metadata=said(N_("要多少销售单位")))
    loss_percent = CountText(least=0, most=50)


class StepOut(Document):
    """One rung of a threshold promotion."""

    at_least_fen = fen(required=True)
    off_fen = fen(required=True)


class TierOut(Document):
    """From so many packs on, so much off each."""

    at_least = fields.Integer(required=True)
    basis_points = fields.Integer(required=True)


KINDS_OF_BENEFIT = ["percent", "amount", "threshold", "quantity", "nth_item", "buy_get",
                    "bundle_price", "free_delivery", "trade_in", "group_buy"]  # fmt: skip


class BenefitOut(Document):
    """What is taken off."""

    kind = fields.String(required=True, metadata={"enum": KINDS_OF_BENEFIT})
    basis_points = fields.Integer(required=True, metadata=said(N_("减百分之几，单位万分之一")))
    amount_fen = fen(required=True)
    steps = fields.List(fields.Nested(StepOut), required=True)
    tiers = fields.List(fields.Nested(TierOut), required=True)
    every = fields.Integer(required=True)
    get = fields.Integer(required=True)
    times = fields.Integer(required=True)
    cap_fen = fen(required=True, allow_none=True)


class PromotionOut(Document):
    """A promotion that runs now and needs no code."""

    id = fields.String(required=True)
    owner = fields.String(required=True, metadata={"enum": ["seller", "platform", "region"]})
    seller_id = fields.String(required=True, allow_none=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    benefit = fields.Nested(BenefitOut, required=True)
    starts_at = fields.AwareDateTime(required=True, metadata=INSTANT)
    ends_at = fields.AwareDateTime(required=True, metadata=INSTANT)
    regions = fields.List(
        fields.String(), required=True, metadata=said(N_("只在这些地区；空的不限"))
    )
    kinds = fields.List(fields.String(), required=True)
    product_ids = fields.List(fields.String(), required=True)
    min_amount_fen = fen(required=True)
    min_star = fields.Integer(required=True)
    certified_only = fields.Boolean(required=True)
    household_limit = fields.Integer(required=True, allow_none=True)


class PromotionQuery(ListQuery):
    """Where."""

    region = Region()


class TradeOut(Document):
    """A kind of building work."""

    key = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)


class ProviderOut(Document):
    """An approved crew; nothing personal."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    region = Region(required=True)
    introduction = fields.String(required=True)
    trades = fields.List(fields.Nested(TradeOut), required=True)
    areas = fields.List(Region(), required=True)
    rating = Amount(required=True, allow_none=True, metadata=said(N_("1 到 5 分；没人评过是 null")))
    ratings = fields.Integer(required=True)
    free = fields.Integer(required=True, metadata=said(N_("现在还能接几个活")))
    craftsmen = fields.Integer(required=True)
    distance_km = fields.Integer(
        required=True, allow_none=True, metadata=said(N_("到 region 的直线距离，单位千米"))
    )


class ProviderQuery(ListQuery):
    """Crews that work in a township."""

    region = Region(required=True)
    trade = fields.String(validate=Choice(sorted(providers.trade_table())))
