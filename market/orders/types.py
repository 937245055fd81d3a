"""What other packages hand in and get to see of an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from market.catalogue.types import CarbonLabel
from market.kernel.region_code import RegionCode
from market.orders.commission_types import CommissionToCopy, CommissionView
from market.orders.discount_types import AdjustmentToCopy, AdjustmentView, Borne
from market.orders.pickup_types import PickupThen
from market.orders.reach_types import BatchReach as BatchReach  # noqa: PLC0414 (a door)
from market.orders.reach_types import CountyReach as CountyReach  # noqa: PLC0414 (a door)


class State(StrEnum):
    """Where an order, or one seller's part of it, stands."""

    HELD = "held"  # placed, goods set aside, waiting for the payment
    EXPIRED = "expired"  # nobody paid in time; goods are free again
    CANCELLED = "cancelled"
    PREPARING = "preparing"  # paid (or to be paid on delivery); the seller packs
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    RECEIVED = "received"


class PayMethod(StrEnum):
    """How the household said it would pay."""

    CARD = "card"
    ALIPAY = "alipay"
    WECHAT = "wechat_pay"
    TRANSFER = "bank_transfer"
    ON_DELIVERY = "cash_on_delivery"


@dataclass(frozen=True)
class CertificateSnapshot:
    """The certificate as it stood on the day of the sale."""

    id: str
    number: str
    scheme: str
    star: int | None
    issuer: str
    state: str
    valid_to: date | None = None


@dataclass(frozen=True)
class LineToPlace:
    """One listing to sell, with everything that must not change afterwards."""

    listing_id: str
    variant_id: str
    product_id: str
    product_name: str
    kind_code: str
    kind_name: str
    unit: str
    pack_size: Decimal
    weight_g: int
    quantity: int
    unit_price_fen: int
    variant_label: str = ""
    product_name_en: str = ""
    adjustments: tuple[AdjustmentToCopy, ...] = ()
    certificate: CertificateSnapshot | None = None
    carbon_label: CarbonLabel | None = None
    made_to_order: bool = False
    lead_days: int = 0
    group_label: str | None = None
    group_label_en: str = ""
    group_origin: str = ""
    gift_of: str | None = None
    commission: CommissionToCopy | None = None
    contract_id: str = ""

    @property
    def amount_fen(self) -> int:
        return self.unit_price_fen * self.quantity

    @property
    def discount_fen(self) -> int:
        return -sum(a.amount_fen for a in self.adjustments)


@dataclass(frozen=True)
class AllocatedStock:
    """From which warehouse packs of a listing were set aside."""

    listing_id: str
    warehouse_id: str
    quantity: int


@dataclass(frozen=True)
class SellerPart:
    """What one seller is to deliver."""

    seller_id: str
    seller_name: str
    lines: tuple[LineToPlace, ...]
    freight_fen: int
    freight_parts: Mapping[str, int] = field(default_factory=dict)
    allocations: tuple[AllocatedStock, ...] = ()
    freight_adjustments: tuple[AdjustmentToCopy, ...] = ()
    drop_point: str = ""  # where what was bought together with the village is delivered


@dataclass(frozen=True)
class OrderToPlace:
    """A whole order; `id` was made by the caller, who reserved under it."""

    id: str
    account_id: str
    idempotency_key: str
    recipient: str
    phone: str
    region: RegionCode
    region_label: str
    detail: str
    payment_method: PayMethod
    parts: tuple[SellerPart, ...]
    held_until: datetime
    certified_share_bp: int
    policies: Mapping[str, Any]
    made_to_order_agreed_at: datetime | None = None
    note: str = ""
    discounts: Mapping[str, Any] | None = None  # what was said of promotions and schemes, as it is
    pickup: PickupThen | None = None  # where the household fetches it; None: it is brought home


@dataclass(frozen=True)
class PlacedOrder:
    """The receipt of `place`."""

    id: str
    code: str
    total_fen: int
    held_until: datetime
    is_new: bool = True


@dataclass(frozen=True)
class SellerShare:
    """How one seller's part of a payment (or, negative, of a refund) is made up.

    What the household pays is goods + freight − both discounts; the seller's claim is that
    plus `platform_discount_fen`, which others bear: `borne` says who, and adds up to it.
    """

    seller_id: str
    seller_order_id: str
    goods_fen: int
    freight_fen: int
    seller_discount_fen: int
    platform_discount_fen: int
    borne: Mapping[str, int] = field(default_factory=dict)
    commission_fen: int = 0

    @property
    def paid_fen(self) -> int:
        return (
            self.goods_fen
            + self.freight_fen
            - self.seller_discount_fen
            - self.platform_discount_fen
        )

    @property
    def claim_fen(self) -> int:
        return self.paid_fen + self.platform_discount_fen


@dataclass(frozen=True)
class DeliveryWindow:
    """The first and the last day on which goods should come."""

    start: date
    end: date


@dataclass(frozen=True)
class QuantityOf:
    """So many packs of an order line."""

    line_id: str
    quantity: int


@dataclass(frozen=True)
class Shipment:
    """A parcel as the seller reports it."""

    quantities: tuple[QuantityOf, ...]
    carrier: str
    tracking: str = ""
    note: str = ""
    batches: Mapping[str, str] = field(default_factory=dict)  # line id -> batch id


@dataclass(frozen=True)
class LineView:
    """A frozen line and how far it got."""

    id: str
    listing_id: str
    product_id: str
    product_name: str
    product_name_en: str
    variant_label: str
    kind_code: str
    kind_name: str
    unit: str
    pack_size: Decimal
    weight_g: int
    quantity: int
    unit_price_fen: int
    amount_fen: int
    discount_fen: int
    paid_fen: int
    shipped: int
    cancelled: int
    certificate: CertificateSnapshot | None
    made_to_order: bool
    promised_on: date
    group_label: str | None
    adjustments: tuple[AdjustmentView, ...]
    gift: bool = False
    commission: CommissionView | None = None
    carbon_label: CarbonLabel | None = None  # as it stood at the sale
    group_label_en: str = ""
    group_origin: str = ""  # the bundle and version its group was made from
    first_promised_on: date | None = None  # at the sale; `promised_on` follows the job's plan
    deliver_from: date | None = None
    held_back: bool = False  # the job they are for is off; nobody may send them now
    contract_id: str = ""  # of the job they are for

    @property
    def sendable(self) -> int:
        """Packs that may be sent now."""
        return 0 if self.held_back else self.open

    @property
    def open(self) -> int:
        return self.quantity - self.shipped - self.cancelled

    @property
    def name_zh(self) -> str:
        return self.product_name

    @property
    def name_en(self) -> str:
        return self.product_name_en


@dataclass(frozen=True)
class Named:
    """So many packs of a product, or an amount given back for them."""

    name_zh: str
    name_en: str
    packs: int
    what: str = "goods"  # or "freight", "goodwill"
    amount_fen: int = 0
    batch_id: str | None = None
    batch_no: str = ""


@dataclass(frozen=True)
class ParcelView:
    """A shipment that left."""

    id: str
    number: int
    carrier: str
    tracking: str
    note: str
    shipped_at: datetime
    contents: tuple[Named, ...]

    @property
    def packs(self) -> int:
        return sum(item.packs for item in self.contents)


@dataclass(frozen=True)
class SellerOrderView:
    """One seller's part of an order."""

    id: str
    order_id: str
    number: int
    seller_id: str
    seller_name: str
    state: State
    goods_fen: int
    freight_fen: int
    seller_discount_fen: int
    platform_discount_fen: int  # without subsidies
    subsidy_fen: int
    total_fen: int
    refunded_fen: int
    shipped_at: datetime | None
    received_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    lines: tuple[LineView, ...]
    parcels: tuple[ParcelView, ...]
    freight_adjustments: tuple[AdjustmentView, ...] = ()
    drop_point: str = ""
    borne: tuple[Borne, ...] = ()

    @property
    def given(self) -> dict[str, int]:
        """What each promotion takes off this part, by its id; schemes are not among them."""
        found: dict[str, int] = {}
        everything = [*(a for line in self.lines for a in line.adjustments),
                      *self.freight_adjustments]  # fmt: skip
        for one in everything:
            if not one.is_subsidy:
                found[one.promotion_id] = found.get(one.promotion_id, 0) - one.amount_fen
        return found

    @property
    def aided(self) -> dict[str, int]:
        """What each subsidy scheme gives for this part, by its id."""
        found: dict[str, int] = {}
        for one in (a for line in self.lines for a in line.adjustments if a.is_subsidy):
            found[one.promotion_id] = found.get(one.promotion_id, 0) - one.amount_fen
        return found

    @property
    def ordered(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def wanted(self) -> int:
        return sum(line.quantity - line.cancelled for line in self.lines)

    @property
    def shipped(self) -> int:
        return sum(line.shipped for line in self.lines)

    @property
    def open(self) -> int:
        return sum(line.open for line in self.lines)

    @property
    def sendable(self) -> int:
        return sum(line.sendable for line in self.lines)

    @property
    def held(self) -> int:
        return self.open - self.sendable

    @property
    def refundable_fen(self) -> int:
        return self.total_fen - self.refunded_fen

    @property
    def commission_fen(self) -> int:
        """What the platform keeps of the packs that are not cancelled."""
        return sum(line.commission.kept_fen for line in self.lines if line.commission)


@dataclass(frozen=True)
class RefundView:
    """Money (or a claim not yet paid) given back, as negative lines."""

    id: str
    seller_order_id: str
    seller_name: str
    kind: str  # "refund", or "reduction" of what is still to pay
    reason: str
    amount_fen: int
    created_at: datetime
    settled_at: datetime | None
    lines: tuple[Named, ...]  # negative amounts


@dataclass(frozen=True)
class EventView:
    """An entry of the timeline."""

    kind: str
    at: datetime
    actor_name: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class OrderView:
    """The whole order for pages and other packages."""

    id: str
    code: str
    account_id: str
    state: State
    placed_at: datetime
    held_until: datetime
    confirmed_at: datetime | None
    paid_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str
    payment_method: PayMethod
    recipient: str
    phone: str
    region: RegionCode
    region_label: str
    detail: str
    note: str
    goods_fen: int
    freight_fen: int
    seller_discount_fen: int
    platform_discount_fen: int  # without subsidies
    subsidy_fen: int
    total_fen: int
    captured_fen: int
    refunded_fen: int
    reduced_fen: int
    certified_share_bp: int
    made_to_order_agreed_at: datetime | None
    policies: Mapping[str, Any]
    seller_orders: tuple[SellerOrderView, ...]
    refunds: tuple[RefundView, ...]
    events: tuple[EventView, ...]
    borne: tuple[Borne, ...] = ()
    discounts: Mapping[str, Any] | None = None  # of orders placed before it was kept: None
    pickup: PickupThen | None = None  # None: it is brought home

    @property
    def due_fen(self) -> int:
        """What is still to be paid."""
        return self.total_fen - self.reduced_fen - self.captured_fen

    @property
    def shipped(self) -> int:
        return sum(part.shipped for part in self.seller_orders)

    @property
    def wanted(self) -> int:
        return sum(part.wanted for part in self.seller_orders)


@dataclass(frozen=True)
class OrderRow:
    """A line of a list of orders."""

    id: str
    code: str
    placed_at: datetime
    state: State
    total_fen: int
    refunded_fen: int
    sellers: tuple[str, ...]
    first_product: str
    kind_code: str
    lines: int
    shipped: int
    wanted: int
    recipient: str = ""
    region_label: str = ""
    held_until: datetime | None = None
    payment_method: str = ""
    first_product_en: str = ""


@dataclass(frozen=True)
class SellerOrderRow:
    """A line of a seller's list."""

    id: str
    order_id: str
    code: str
    number: int
    seller_id: str
    seller_name: str
    state: State
    placed_at: datetime
    confirmed_at: datetime | None
    recipient: str
    region_label: str
    packs: int
    shipped: int
    wanted: int
    total_fen: int
    promised_on: date | None
    held_back: bool = False
