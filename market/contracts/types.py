"""Words of contracts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from market.kernel.i18n import N_
from market.kernel.money import Fen
from market.kernel.region_code import RegionCode
from market.orders.types import DeliveryWindow
from market.renovations.types import RequestPlan

PHOTO_OWNER = "contract_milestone"
MOST_PHOTOS = 9


class ContractState(StrEnum):
    """Where a contract stands."""

    DRAFT = "draft"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


CONTRACT_LABELS: dict[str, str] = {
    ContractState.DRAFT: N_("草稿，等双方签"),
    ContractState.RUNNING: N_("施工中"),
    ContractState.FINISHED: N_("已完成"),
    ContractState.CANCELLED: N_("已取消"),
}
CONTRACT_TONES: dict[str, str] = {
    ContractState.DRAFT: "warn",
    ContractState.RUNNING: "info",
    ContractState.FINISHED: "ok",
    ContractState.CANCELLED: "plain",
}


class Party(StrEnum):
    """Who signs."""

    HOUSEHOLD = "household"
    CREW = "crew"

    @property
    def other(self) -> "Party":
        return Party.CREW if self is Party.HOUSEHOLD else Party.HOUSEHOLD


PARTY_LABELS: dict[str, str] = {Party.HOUSEHOLD: N_("业主"), Party.CREW: N_("施工队")}


class StepKind(StrEnum):
    """What a milestone is about.

    `signing` is reached by both signatures; `deposit` needs papers besides; `arrival` is the one
    that the goods come for; `work` is work; `retention` is kept back for the warranty.
    """

    SIGNING = "signing"
    DEPOSIT = "deposit"
    ARRIVAL = "arrival"
    WORK = "work"
    RETENTION = "retention"


class MilestoneState(StrEnum):
    """Where a milestone of a running contract stands."""

    PLANNED = "planned"
    REPORTED = "reported"
    REWORK = "rework"
    ACCEPTED = "accepted"


MILESTONE_LABELS: dict[str, str] = {
    MilestoneState.PLANNED: N_("还没到"),
    MilestoneState.REPORTED: N_("施工队说做好了，等业主验收"),
    MilestoneState.REWORK: N_("业主要求返工"),
    MilestoneState.ACCEPTED: N_("验收通过"),
}


class Decision(StrEnum):
    """What the household wants with a seller's unsent goods after the job is off."""

    WAITING = "waiting"
    DELIVER = "deliver"
    KEEP = "keep"
    DROP = "drop"
    AS_PROMISED = "as_promised"
    TAKEN_OVER = "taken_over"


DECISION_LABELS: dict[str, str] = {
    Decision.WAITING: N_("等你决定"),
    Decision.DELIVER: N_("按新日期送"),
    Decision.KEEP: N_("先留着，等新的施工队"),
    Decision.DROP: N_("不要了，已取消"),
    Decision.AS_PROMISED: N_("没有决定，按下单时的约定送"),
    Decision.TAKEN_OVER: N_("新合同接着用"),
}
UNDECIDED = (Decision.WAITING, Decision.KEEP)


@dataclass(frozen=True)
class PlanPage:
    """A plan to ask a crew for: its bill of materials, the measures, answers of the wizard."""

    plan: RequestPlan
    values: Mapping[str, float]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One milestone as a contract's version says it; `pct` is of the labour total."""

    name_zh: str
    name_en: str
    pct: int
    kind: StepKind
    gate_zh: str
    gate_en: str
    planned_on: date


@dataclass(frozen=True)
class StepEdit:
    """What a party wants of one milestone: its part of the labour and its day."""

    pct: int
    planned_on: date


@dataclass(frozen=True)
class DraftEdit:
    """A party's wish for the next version; `goods` says for which milestone a listing comes."""

    seen_version: int
    steps: tuple[StepEdit, ...]
    goods: Mapping[str, int]
    words: str


@dataclass(frozen=True)
class Signature:
    """Who signed which version, under which name, and the digest of what was signed."""

    party: Party
    version: int
    name: str
    digest: str
    signed_at: datetime


@dataclass(frozen=True)
class MilestoneView:
    """A milestone of a running contract."""

    position: int
    name_zh: str
    name_en: str
    gate_zh: str
    gate_en: str
    kind: StepKind
    pct: int
    amount_fen: Fen
    planned_on: date
    state: MilestoneState
    note: str = ""
    rework_reason: str = ""
    reported_at: datetime | None = None
    accepted_at: datetime | None = None
    id: str = ""


@dataclass(frozen=True)
class Moved:
    """A milestone that a proposed day moves."""

    position: int
    name_zh: str
    name_en: str
    before: date
    after: date


@dataclass(frozen=True)
class GoodsMoved:
    """Unsent goods whose days a proposed day moves; `before` None when they had none."""

    name_zh: str
    name_en: str
    before: DeliveryWindow | None
    after: DeliveryWindow


@dataclass(frozen=True)
class MoveView:
    """A proposal of a new day for a milestone, with everything that follows from it."""

    id: str
    position: int
    new_on: date
    proposed_by: Party
    reason: str
    proposed_at: datetime
    milestones: tuple[Moved, ...]
    goods: tuple[GoodsMoved, ...]


@dataclass(frozen=True)
class GoodsDecision:
    """What is decided about a seller's part after the job is off."""

    seller_order_id: str
    decision: Decision
    deliver_until: date | None
    decided_at: datetime | None


@dataclass(frozen=True)
class HappenedView:
    """An entry of the contract's timeline."""

    kind: str
    at: datetime
    party: Party | None
    params: Mapping[str, Any]


@dataclass(frozen=True)
class ContractView:
    """A contract with the content of one version."""

    id: str
    number: str
    state: ContractState
    request_id: str
    household_id: str
    provider_id: str
    region: RegionCode
    version: int
    shown_version: int
    digest: str
    content: Mapping[str, Any]
    created_at: datetime
    signed_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    end_reason: str
    decide_by: datetime | None
    signatures: tuple[Signature, ...] = ()
    steps: tuple[Step, ...] = ()
    milestones: tuple[MilestoneView, ...] = ()
    happened: tuple[HappenedView, ...] = field(default=())

    @property
    def is_over(self) -> bool:
        return self.state in (ContractState.FINISHED, ContractState.CANCELLED)

    @property
    def is_running(self) -> bool:
        return self.state is ContractState.RUNNING

    @property
    def labour_fen(self) -> Fen:
        return int(self.content["labour"]["total_fen"])

    @property
    def plan(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.content["plan"]
        return found

    @property
    def origin(self) -> str:
        """How carts and orders name what their goods were made from."""
        return f"{self.plan['bundle_id']}@{self.plan['version']}"

    def signed_by(self, party: Party) -> Signature | None:
        """The party's signature of the version shown; one of an earlier version counts nothing."""
        return next(
            (s for s in self.signatures if s.party == party and s.version == self.shown_version),
            None,
        )


@dataclass(frozen=True)
class ContractCard:
    """A contract in a list; nothing personal in it."""

    id: str
    number: str
    state: ContractState
    name_zh: str
    name_en: str
    region: RegionCode
    provider_id: str
    labour_fen: Fen
    party: Party | None
    next_name_zh: str
    next_name_en: str
    next_on: date | None
    created_at: datetime
