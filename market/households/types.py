"""Frozen values of households."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from market.kernel.i18n import N_
from market.kernel.region_code import RegionCode


class NumberKind(StrEnum):
    """What a household is known by."""

    BOOKLET = "booklet"  # 户口簿户号
    PROPERTY = "property"  # 不动产权证书号 or 宅基地使用权证号


KINDS: dict[str, str] = {
    NumberKind.BOOKLET: N_("户口簿的户号"),
    NumberKind.PROPERTY: N_("不动产权证或宅基地证的证号"),
}


class MemberState(StrEnum):
    """How an account stands to a household."""

    STATED = "stated"
    CONFIRMED = "confirmed"
    SEPARATED = "separated"  # never one household: its uses went with it
    MOVED = "moved"  # was one: its uses stay counted here
    GONE = "gone"  # the account was deleted


ACTIVE = (MemberState.STATED, MemberState.CONFIRMED)
STATES: dict[str, tuple[str, str]] = {
    MemberState.STATED: (N_("自己填的，没有核实"), "info"),
    MemberState.CONFIRMED: (N_("核实过"), "ok"),
    MemberState.SEPARATED: (N_("不是这一户，已经分开"), "warn"),
    MemberState.MOVED: (N_("迁出了"), "plain"),
    MemberState.GONE: (N_("账号注销了"), "plain"),
}


LIST_NAMES: dict[str, str] = {
    "objected": N_("有异议"),
    "shared": N_("不止一个账号"),
    "stated": N_("没有核实"),
    "confirmed": N_("核实过的"),
}


@dataclass(frozen=True)
class Statement:
    """What a person states of the own household."""

    kind: NumberKind
    number: str
    town: RegionCode
    head: str
    village: str


@dataclass(frozen=True)
class Use:
    """Something of which a household may have only so much, and had."""

    name: str
    name_english: str
    at: datetime
    amount_fen: int
    account_id: str

    @property
    def name_zh(self) -> str:
        return self.name

    @property
    def name_en(self) -> str:
        return self.name_english


@dataclass(frozen=True)
class Other:
    """Another account of one's household, as far as its members may know."""

    member_id: str
    name: str  # masked, and only of those who came later; empty otherwise
    stated_at: datetime
    state: MemberState
    objected: bool  # by the one who looks


@dataclass(frozen=True)
class OwnHousehold:
    """A person's household as its own page shows it."""

    household_id: str
    kind: NumberKind
    last4: str
    town: RegionCode
    village: str
    head: str
    state: MemberState
    stated_at: datetime
    others: tuple[Other, ...] = ()


@dataclass(frozen=True)
class Brief:
    """A household in a line, masked, for those who decide about money."""

    household_id: str
    kind: NumberKind
    last4: str
    town: RegionCode
    village: str
    head: str  # masked
    state: MemberState
    accounts: int
    objections: int


@dataclass(frozen=True)
class ObjectionView:
    """Somebody of a household says that an account does not belong to it."""

    member_id: str
    words: str
    made_at: datetime
    state: str  # open, upheld, rejected


@dataclass(frozen=True)
class MemberView:
    """An account of a household on the desk; names masked."""

    id: str
    account_id: str
    name: str
    phone: str
    town: RegionCode
    village: str
    head: str
    state: MemberState
    stated_at: datetime
    decided_at: datetime | None
    reason: str
    objections: tuple[ObjectionView, ...] = ()

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


@dataclass(frozen=True)
class HouseholdRow:
    """A household in the list of a desk."""

    id: str
    kind: NumberKind
    last4: str
    town: RegionCode
    village: str
    head: str
    stated_at: datetime
    accounts: int
    objections: int


@dataclass(frozen=True)
class HouseholdReview:
    """A household with its accounts and what it had, for those who decide."""

    id: str
    kind: NumberKind
    last4: str
    town: RegionCode
    members: tuple[MemberView, ...]
    uses: tuple[Use, ...]
