"""What other packages may know of a seller."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode


class SellerKind(StrEnum):
    """What sort of business sells."""

    MANUFACTURER = "manufacturer"
    SHOP = "shop"
    MALL = "mall"


class SellerState(StrEnum):
    """Where the application stands; one column, changed only through `states.TRANSITIONS`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CLARIFICATION = "clarification"
    ANSWERED = "answered"
    APPROVED = "approved"
    REFUSED = "refused"
    SUSPENDED = "suspended"


KIND_NAMES = {
    SellerKind.MANUFACTURER: N_("生产厂家"),
    SellerKind.SHOP: N_("建材门店"),
    SellerKind.MALL: N_("建材市场"),
}


@dataclass(frozen=True)
class PlaceName:
    """The whole name of a place in both languages."""

    name_zh: str
    name_en: str


@dataclass(frozen=True)
class FactoryMark:
    """Something officials confirmed of a maker's works, for badges; `market.factories` knows the
    words of `kind` and `key`."""

    kind: str
    key: str
    title: str
    issuer: str
    year: int
    until: date | None
    on: date | None = None  # the day on the paper, where its maker wrote it down

    def holds_on(self, day: date) -> bool:
        """Whether it may be shown on a day."""
        return self.until is None or day <= self.until


@dataclass(frozen=True)
class SellerView:
    """A seller in brief; `supplier_grade` is "" unless it is a graded supplier of solutions."""

    id: str
    name: str
    kind: SellerKind
    region: RegionCode
    state: SellerState
    marks: tuple[FactoryMark, ...] = ()
    supplier_grade: str = ""
    supplier_on: date | None = None

    @property
    def is_supplier(self) -> bool:
        """Whether it may offer solutions of its own now."""
        return self.is_open and bool(self.supplier_grade)

    @property
    def is_open(self) -> bool:
        """Whether the seller may sell now."""
        return self.state is SellerState.APPROVED


@dataclass(frozen=True)
class ApplicationFacts:
    """What the checklist looks at; every field as the applicant left it."""

    name: str = ""
    credit_code: str = ""
    has_licence: bool = False
    contact_name: str = ""
    contact_phone: str = ""
    returns_recipient: str = ""
    returns_phone: str = ""
    returns_region: str = ""
    returns_detail: str = ""
    payout_holder: str = ""
    payout_bank: str = ""
    payout_account: str = ""
    delivery_pledged: bool = False
    standards_acknowledged: bool = False


@dataclass(frozen=True)
class ChecklistItem:
    """One thing an application needs; `reason` says what is missing, None when done."""

    step: str
    label: str
    reason: str | None

    @property
    def done(self) -> bool:
        return self.reason is None


@dataclass(frozen=True)
class StateChange:
    """One entry of the append-only history of an application."""

    at: datetime
    action: str
    to_state: SellerState
    actor_name: str
    reason: str


@dataclass(frozen=True)
class Application:
    """An application as the applicant and the reviewing official see it."""

    seller: SellerView
    facts: ApplicationFacts
    place: PlaceName
    returns_place: PlaceName | None
    licence_file_id: str | None
    about: str
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    reason: str
    answer: str
    history: tuple[StateChange, ...] = ()


@dataclass(frozen=True)
class QueueRow:
    """One row of the officials' queue."""

    seller: SellerView
    place: PlaceName
    submitted_at: datetime | None


@dataclass(frozen=True)
class Warehouse:
    """Where a seller keeps stock."""

    id: str
    seller_id: str
    name: str
    region: RegionCode
    detail: str
    is_open: bool
    place: PlaceName


@dataclass(frozen=True)
class Member:
    """A person who may act for the seller."""

    account_id: str
    name: str
    phone: str
    is_owner: bool


@dataclass(frozen=True)
class FreightRate:
    """Price of one shipment into a region: fixed part plus a part per kilogram."""

    prefix: str
    base_fen: int
    per_kg_fen: int


@dataclass(frozen=True)
class LastMile:
    """A surcharge for the last stretch into a county or township."""

    prefix: str
    surcharge_fen: int
    door_only: bool = False  # not taken for what is dropped at a pick-up point


@dataclass(frozen=True)
class FreightTable:
    """Where a seller delivers (region prefixes, "" = whole country) and for how much."""

    seller_id: str
    areas: tuple[str, ...] = ()
    rates: tuple[FreightRate, ...] = ()
    last_miles: tuple[LastMile, ...] = ()


@dataclass(frozen=True)
class NewSeller:
    """What starts an application."""

    name: str
    kind: SellerKind
    region: RegionCode


@dataclass(frozen=True)
class CompanyDetails:
    """Identity of the business."""

    name: str
    kind: SellerKind
    region: RegionCode
    credit_code: str
    about: str = ""


@dataclass(frozen=True)
class ContactDetails:
    """Whom the platform calls."""

    name: str
    phone: str


@dataclass(frozen=True)
class ReturnsAddress:
    """Where returned goods go."""

    recipient: str
    phone: str
    region: RegionCode
    detail: str


@dataclass(frozen=True)
class PayoutAccount:
    """Where sales revenue is paid to."""

    holder: str
    bank: str
    account: str = field(repr=False)


@dataclass(frozen=True)
class WarehouseDetails:
    """What a warehouse is made of."""

    name: str
    region: RegionCode
    detail: str
