"""Records of the issuing bodies' registries, and how they differ from what is known here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from market.certification.types import Scheme, Standing
from market.kernel.i18n import N_

Fields = Mapping[str, Any]


class Source(StrEnum):
    """Where the value of a field came from."""

    SELLER = "seller"
    REGISTRY = "registry"
    OFFICIAL = "official"


class SyncState(StrEnum):
    """Whether a difference was taken over."""

    OPEN = "open"
    APPLIED = "applied"
    DISCARDED = "discarded"


FIELD_NAMES = {
    "number": N_("证书编号"),
    "scheme": N_("认证类别"),
    "star": N_("星级"),
    "body_id": N_("发证机构"),
    "issuer": N_("发证机构"),
    "holder": N_("证书持有人（认证委托人）"),
    "manufacturer": N_("制造商"),
    "factory": N_("生产厂和地址"),
    "product_scope": N_("产品名称或系列"),
    "models": N_("规格型号"),
    "kinds": N_("产品种类"),
    "standard": N_("认证依据标准"),
    "rule_no": N_("实施规则编号"),
    "first_issued_on": N_("首次发证日期"),
    "valid_from": N_("发证日期"),
    "valid_to": N_("有效期至"),
    "evidence_file_id": N_("证书照片或 PDF"),
    "standing": N_("证书状态"),
    "surveillance_due_on": N_("下次年度监督最迟"),
}


@dataclass(frozen=True)
class RegistryRecord:
    """A certificate as a registry knows it."""

    number: str
    issuer: str
    holder: str
    scheme: Scheme
    star: int | None
    kinds: tuple[str, ...]
    standard: str
    valid_from: date
    valid_to: date
    standing: Standing = Standing.IN_FORCE
    surveillance_due_on: date | None = None

    def fields(self) -> dict[str, Any]:
        """The values as they are stored in a difference: dates and enums as text."""
        return {name: plain(value) for name, value in asdict(self).items()}


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list, set)):
        return sorted(str(one) for one in value)
    return str(value) if isinstance(value, StrEnum) else value


def record_of(fields: Fields) -> RegistryRecord:
    """The record of stored values."""
    due = fields["surveillance_due_on"]
    return RegistryRecord(
        number=fields["number"],
        issuer=fields["issuer"],
        holder=fields["holder"],
        scheme=Scheme(fields["scheme"]),
        star=fields["star"],
        kinds=tuple(fields["kinds"]),
        standard=fields["standard"],
        valid_from=date.fromisoformat(fields["valid_from"]),
        valid_to=date.fromisoformat(fields["valid_to"]),
        standing=Standing(fields["standing"]),
        surveillance_due_on=date.fromisoformat(due) if due else None,
    )


@dataclass(frozen=True)
class Difference:
    """One field: what stands here and what the registry says."""

    field: str
    before: Any
    after: Any

    @property
    def name(self) -> str:
        return FIELD_NAMES[self.field]


@dataclass(frozen=True)
class Match:
    """A certificate beside its record; `problem` says why it cannot simply be taken over.

    The issuer is compared too, but never taken over: it is one of the bodies kept here.
    """

    record: RegistryRecord
    source: str
    seen_at: datetime
    differences: tuple[Difference, ...]
    problem: str = ""
    issuer: str = ""  # of the certificate, where the record names another one


@dataclass(frozen=True)
class Origin:
    """Where the value of one field came from, and when."""

    field: str
    source: Source
    at: datetime
    by: str

    @property
    def name(self) -> str:
        return FIELD_NAMES[self.field]


@dataclass(frozen=True)
class Rejected:
    """A row of a list that nothing is taken from: its place, the column at fault and its value.

    `place` is 0 when the row is not known by its place.
    """

    place: int
    number: str
    column: str
    value: str
    fault: str

    @property
    def name(self) -> str:
        return REJECTED_NAMES.get(self.column) or FIELD_NAMES[self.column]

    @property
    def why(self) -> str:
        return FAULTS.get(f"{self.column}:{self.fault}") or FAULTS[self.fault]


REJECTED_NAMES = {"row": N_("整行"), "status": N_("证书状态")}
_DATE = N_("不是日期，要写成 2025-06-05 这样")
FAULTS = {
    "missing": N_("没有填"),
    "too_long": N_("太长了"),
    "malformed": N_("读不懂"),
    "duplicate": N_("编号和前面的行重复"),
    "other_region": N_("是别的地区的证书，不归你处理"),
    "row:malformed": N_("这一行不是一张证书"),
    "number:malformed": N_("不像证书编号"),
    "scheme:malformed": N_("要写 graded 或 activity1"),
    "star:malformed": N_("要写 1、2、3，没有星级就不写"),
    "status:malformed": N_("要写有效、暂停、撤销或注销"),
    "kinds:malformed": N_("种类太多或代码太长"),
    "valid_from:malformed": _DATE,
    "valid_to:malformed": _DATE,
    "surveillance_due_on:malformed": _DATE,
}


@dataclass(frozen=True)
class ChangeView:
    """One number of a sync: the record's and the certificate's differences."""

    number: str
    is_new: bool
    certificate_id: str | None
    record: tuple[Difference, ...]
    certificate: tuple[Difference, ...]
    problem: str = ""


@dataclass(frozen=True)
class SyncView:
    """A fetched or uploaded list, compared with what is known and waiting for a decision."""

    id: str
    region_code: str
    source: str
    state: SyncState
    made_by: str
    made_at: datetime
    decided_by: str
    decided_at: datetime | None
    records: int
    left_out: int
    changes: int
    rejected: int = 0
