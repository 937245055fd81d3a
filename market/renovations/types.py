"""Words of the renovation domain."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from market.kernel.actor import Actor
from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode


class RequestState(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    LIVE = "live"
    AWARDED = "awarded"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


REQUEST_LABELS: dict[str, str] = {
    RequestState.DRAFT: N_("草稿"),
    RequestState.LIVE: N_("正在找施工队"),
    RequestState.AWARDED: N_("已选定施工队"),
    RequestState.CLOSED: N_("没有选中，已结束"),
    RequestState.CANCELLED: N_("已取消"),
    RequestState.EXPIRED: N_("过期没有选定"),
}


class InvitationState(StrEnum):
    """Where an invitation stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    QUOTED = "quoted"
    WON = "won"
    LOST = "lost"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


INVITATION_LABELS: dict[str, str] = {
    InvitationState.SENT: N_("等你答复"),
    InvitationState.ACCEPTED: N_("已接受，等你报价"),
    InvitationState.QUOTED: N_("已报价，等对方选"),
    InvitationState.WON: N_("选中了你"),
    InvitationState.LOST: N_("没有选中"),
    InvitationState.DECLINED: N_("你没有接"),
    InvitationState.EXPIRED: N_("过期没有答复"),
    InvitationState.WITHDRAWN: N_("已退出"),
}
HOLDS_PLACE = frozenset({InvitationState.ACCEPTED, InvitationState.QUOTED})

DECLINE_REASONS: dict[str, str] = {
    "busy": N_("这段时间排满了"),
    "far": N_("太远"),
    "trade": N_("这种活做不了"),
    "budget": N_("预算不够"),
    "unclear": N_("情况说得不够清楚"),
    "other": N_("别的原因"),
}
CLOSE_REASONS: dict[str, str] = {
    "none_suitable": N_("没有合适的报价"),
    "found_elsewhere": N_("在别处找到了人"),
    "not_now": N_("先不修了"),
    "other": N_("别的原因"),
}
CONTRACT_MODES: dict[str, str] = {
    "full": N_("包工包料"),
    "labour": N_("只包工（清包）"),
    "platform": N_("平台买料，施工队施工"),
    "unknown": N_("不清楚"),
}
LINE_KINDS: dict[str, str] = {
    "labour": N_("人工"),
    "material": N_("材料"),
    "other": N_("其他"),
}
UNKNOWN = "unknown"
DRAFT_COOKIE = "renovation_draft"
PHOTO_OWNER = "renovation_request"


@dataclass(frozen=True)
class Visitor:
    """A person at the wizard: signed in, or known by the secret of a draft's cookie."""

    actor: Actor
    draft_secret: str = ""


@dataclass(frozen=True)
class WorkItem:
    """A line crews and households both know by name, so that quotes can be aligned."""

    key: str
    kind: str
    name_zh: str
    name_en: str
    unit: str


@dataclass(frozen=True)
class ProjectType:
    """What a household wants done; may refer to a solution bundle."""

    key: str
    bundle: str | None
    name_zh: str
    name_en: str
    hint_zh: str
    hint_en: str
    trades: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True)
class Contact:
    """Personal data of the household; shown to the awarded crew only."""

    name: str
    phone: str
    door: str


@dataclass(frozen=True)
class PlanLine:
    """Packs of one listing in a plan; a bill of materials names no price and no seller."""

    listing_id: str
    kind_code: str
    group_code: str
    name_zh: str
    name_en: str
    variant_zh: str
    variant_en: str
    packs: int
    pack_size: Decimal
    unit: str


@dataclass(frozen=True)
class RequestPlan:
    """The configured bundle a crew is asked to build, frozen when it was asked."""

    configuration_id: str
    bundle_id: str
    version: int
    slug: str
    name_zh: str
    name_en: str
    lines: tuple[PlanLine, ...]

    @property
    def origin(self) -> str:
        """How carts and orders name what their goods were made from."""
        return f"{self.bundle_id}@{self.version}"


@dataclass(frozen=True)
class RequestView:
    """A request without any personal data: what an invited crew sees."""

    id: str
    number: str
    state: str
    project_type: str
    bundle: str | None
    facts: dict[str, Any]
    trades: tuple[str, ...]
    scope: str
    budget_low_fen: int | None
    budget_high_fen: int | None
    starts_on: date | None
    ends_on: date | None
    contract_mode: str
    region: RegionCode | None
    places_total: int
    places_left: int
    crews_fit: int | None
    created_at: datetime
    published_at: datetime | None
    closes_at: datetime | None
    decide_by: datetime | None
    awarded_at: datetime | None
    ended_at: datetime | None
    close_reason: str
    escalated_at: datetime | None
    finished_at: datetime | None
    rated: int | None
    called_off_at: datetime | None = None
    plan: RequestPlan | None = None

    def is_quoting(self, now: datetime) -> bool:
        """Whether crews may still accept and quote."""
        return (
            self.state == RequestState.LIVE and self.closes_at is not None and now < self.closes_at
        )


@dataclass(frozen=True)
class OwnRequest:
    """A request as its own household sees it."""

    view: RequestView
    contact: Contact | None
    household_id: str | None
    done_steps: frozenset[str]


@dataclass(frozen=True)
class InvitationToSend:
    """One crew chosen by the routing, with its reasons."""

    provider_id: str
    score: int
    reasons: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class InvitationView:
    """One crew's invitation to one request."""

    id: str
    request_id: str
    provider_id: str
    wave: int
    score: int
    reasons: tuple[dict[str, Any], ...]
    state: str
    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    decline_reason: str

    def state_at(self, now: datetime) -> str:
        """The state as the clock has it: an unanswered invitation past its time is expired."""
        if self.state == InvitationState.SENT and now >= self.expires_at:
            return InvitationState.EXPIRED
        return self.state


@dataclass(frozen=True)
class QuoteLineDraft:
    """One line as the crew wrote it; the server computes its amount."""

    kind: str
    label: str
    quantity: Decimal
    unit: str
    unit_price_fen: int
    item: str | None = None
    listing_id: str | None = None


@dataclass(frozen=True)
class QuoteDraft:
    """A quote as the crew wrote it; the server computes all sums."""

    lines: tuple[QuoteLineDraft, ...]
    valid_until: date
    days: int
    warranty_months: int
    note: str = ""


@dataclass(frozen=True)
class QuoteLineView:
    """One line of a quote."""

    kind: str
    item: str | None
    label: str
    listing_id: str | None
    quantity: Decimal
    unit: str
    unit_price_fen: int
    amount_fen: int

    @property
    def key(self) -> str:
        """What lines of several quotes are aligned by."""
        return self.item or f"own:{''.join(self.label.split()).lower()}"


@dataclass(frozen=True)
class QuoteView:
    """One version of a crew's quote."""

    id: str
    request_id: str
    invitation_id: str
    provider_id: str
    version: int
    total_fen: int
    valid_until: date
    days: int
    warranty_months: int
    note: str
    sent_at: datetime
    superseded_at: datetime | None
    awarded_at: datetime | None
    lines: tuple[QuoteLineView, ...] = field(default=())
