"""Values of adoption databases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from market.kernel.region_code import RegionCode


class EntryState(StrEnum):
    """first → second → listed ⇄ exited; the last three are for good."""

    FIRST = "first"
    FIRST_ASKED = "first_asked"
    SECOND = "second"
    SECOND_ASKED = "second_asked"
    LISTED = "listed"
    EXITED = "exited"
    RETURNING = "returning"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"

    @property
    def is_final(self) -> bool:
        """Nothing changes any more."""
        return self in FINAL

    @property
    def waits_for_first(self) -> bool:
        """An official of the city has to decide."""
        return self in (EntryState.FIRST, EntryState.RETURNING)


FINAL = (EntryState.REFUSED, EntryState.WITHDRAWN, EntryState.REMOVED)
# What partners may tell of an entry and officials decide about; columns of the same names.
FIELDS = ("list_no", "document_no", "use_scope", "starts_on", "ends_on")


class UsageState(StrEnum):
    """A record of use counts once somebody above has seen its proof."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True)
class Proposal:
    """What is said when a product is proposed; `ends_on` no later than its certificate."""

    region: RegionCode
    ends_on: date
    document_no: str = ""
    use_scope: str = ""
    starts_on: date | None = None


@dataclass(frozen=True)
class Source:
    """Where a field comes from: `kind` is seller, official or partner; `batch` of a partner."""

    kind: str
    who: str
    at: datetime
    batch: str = ""
    partner_id: str = ""


@dataclass(frozen=True)
class Step:
    """One act on an entry, as the public history tells it."""

    at: datetime
    action: str
    level: str
    office: RegionCode
    who: str
    reason: str
    cause: str


@dataclass(frozen=True)
class EntryView:
    """An entry; its state is that of the instant asked for."""

    id: str
    number: str
    state: EntryState
    product_id: str
    seller_id: str
    region: RegionCode
    province: RegionCode
    kind_code: str
    name_zh: str
    name_en: str
    model: str
    maker_name: str
    certificate_id: str
    certificate_number: str
    list_no: str
    document_no: str
    use_scope: str
    starts_on: date | None
    ends_on: date
    return_until: date | None
    sources: Mapping[str, Source]
    has_evidence: bool
    question: str
    answer: str
    reason: str
    exit_cause: str
    exited_at: datetime | None
    proposed_by: str
    first_by: str
    second_by: str
    returned_by: str
    waiting_since: datetime
    listed_at: datetime | None
    public_at: datetime | None
    updated_at: datetime
    revision: int

    @property
    def is_listed(self) -> bool:
        return self.state is EntryState.LISTED


@dataclass(frozen=True)
class Difference:
    """A partner's value beside ours."""

    id: str
    entry_id: str
    field: str
    ours: str
    theirs: str
    partner_name: str
    batch: str
    made_at: datetime


@dataclass(frozen=True)
class UsageDraft:
    """What an official enters of a project."""

    project_name: str
    region: RegionCode
    year: int
    quantity: Decimal
    unit: str


@dataclass(frozen=True)
class UsageView:
    """A record of use."""

    id: str
    entry_id: str
    draft: UsageDraft
    state: UsageState
    entered_by: str
    entered_name: str
    entered_region: RegionCode
    entered_at: datetime
    decided_name: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Use:
    """A project with an amount of the product; `demonstration_id` where goods of orders say so."""

    name_zh: str
    name_en: str
    region: RegionCode
    year: int
    quantity: Decimal
    unit: str
    demonstration_id: str = ""


@dataclass(frozen=True)
class Uses:
    """Where a product went, and how much by unit; different units are never added."""

    items: Sequence[Use] = ()
    totals: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What the public list is asked for; empty values match everything."""

    region: RegionCode | None = None
    kind: str = ""
    words: str = ""
    state: str = ""  # "listed" or "exited"


@dataclass(frozen=True)
class Candidate:
    """A product that may be proposed, with the certificate it is sold under."""

    product_id: str
    seller_id: str
    maker_name: str
    maker_region: RegionCode
    name_zh: str
    name_en: str
    model: str
    kind_code: str
    certificate_id: str
    certificate_number: str
    valid_to: date


@dataclass(frozen=True)
class Told:
    """One record of a partner's batch, in our codes."""

    certificate_number: str
    model: str
    kind_code: str
    star: int
    state: EntryState  # LISTED or EXITED
    region: RegionCode
    values: Mapping[str, str]  # of FIELDS, dates in ISO


@dataclass(frozen=True)
class Teller:
    """The partner whose batch it is."""

    id: str
    name: str
    account_id: str
    batch: str
    region: RegionCode
