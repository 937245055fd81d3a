"""Words of the provider domain."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode


class ProviderState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    SUSPENDED = "suspended"


STATE_LABELS: dict[str, str] = {
    ProviderState.DRAFT: N_("还没提交"),
    ProviderState.SUBMITTED: N_("等待审核"),
    ProviderState.ASKED: N_("需要补充"),
    ProviderState.APPROVED: N_("已通过"),
    ProviderState.REFUSED: N_("没有通过"),
    ProviderState.SUSPENDED: N_("已暂停"),
}


class Verdict(StrEnum):
    """What an official may decide."""

    APPROVE = "approve"
    ASK = "ask"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


VERDICT_LABELS: dict[str, str] = {
    Verdict.APPROVE: N_("通过"),
    Verdict.ASK: N_("要求补充"),
    Verdict.REFUSE: N_("不通过"),
    Verdict.SUSPEND: N_("暂停接单"),
    Verdict.REINSTATE: N_("恢复接单"),
}

DOCUMENT_OWNER = "provider"
DOCUMENT_LABELS: dict[str, str] = {
    "identity": N_("身份或营业执照"),
    "training": N_("培训合格证或职业资格"),
    "insurance": N_("意外险或工程保险"),
    "other": N_("其他证明"),
}


@dataclass(frozen=True)
class Trade:
    """A kind of building work."""

    key: str
    name_zh: str
    name_en: str
    notes_zh: str
    notes_en: str
    certificate: str


@dataclass(frozen=True)
class Rating:
    """What households gave after finished jobs; `average_tenths` is None while nobody did."""

    count: int
    average_tenths: int | None


@dataclass(frozen=True)
class ProviderApplication:
    """What a crew says of itself when it applies, and may correct while not yet approved."""

    name: str
    contact_name: str
    contact_phone: str
    region: str
    trades: tuple[str, ...]
    weekly_capacity: int
    introduction: str = ""


@dataclass(frozen=True)
class ProviderChange:
    """What a crew may change at any time."""

    contact_name: str
    contact_phone: str
    weekly_capacity: int
    introduction: str = ""


@dataclass(frozen=True)
class ProviderView:
    """What everyone may know of a crew: no personal data."""

    id: str
    name: str
    region: RegionCode
    state: str
    introduction: str
    weekly_capacity: int
    open_jobs: int
    rating: Rating
    trades: tuple[Trade, ...]
    areas: tuple[RegionCode, ...]
    craftsmen: int
    approved_at: datetime | None

    @property
    def free(self) -> int:
        """Jobs the crew can still take now."""
        return max(0, self.weekly_capacity - self.open_jobs)

    @property
    def is_approved(self) -> bool:
        return self.state == ProviderState.APPROVED


@dataclass(frozen=True)
class CraftsmanView:
    """One person of the roster; for the crew itself and the officials in charge."""

    id: str
    name: str
    trade: Trade
    certificate_number: str


@dataclass(frozen=True)
class DocumentView:
    """One proof document."""

    id: str
    kind: str
    file_id: str
    filename: str
    uploaded_at: datetime


@dataclass(frozen=True)
class Decision:
    """One act of an official on an application, newest first on pages."""

    verdict: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class CheckItem:
    """One thing an application needs before it can be submitted."""

    code: str
    label: str
    is_done: bool
    section: str


@dataclass(frozen=True)
class ProviderFile:
    """Everything about a crew, for its members and the officials in charge."""

    view: ProviderView
    contact_name: str
    contact_phone: str
    reason: str
    submitted_at: datetime | None
    created_at: datetime
    roster: tuple[CraftsmanView, ...]
    documents: tuple[DocumentView, ...]
    decisions: tuple[Decision, ...]
    checklist: tuple[CheckItem, ...]

    @property
    def is_complete(self) -> bool:
        return all(item.is_done for item in self.checklist)


@dataclass(frozen=True)
class QueueRow:
    """One application in an official's list."""

    id: str
    name: str
    region: RegionCode
    state: str
    submitted_at: datetime | None
    trades: tuple[Trade, ...]


@dataclass(frozen=True)
class Candidate:
    """An approved crew with room that works in a place and knows some of the trades."""

    provider_id: str
    name: str
    home: RegionCode
    matched_area: str
    trades: frozenset[str]
    free: int
    rating_hundredths: int
    is_rated: bool
    last_turn: int
