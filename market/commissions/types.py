"""Values of commissions that others may hold."""

from dataclasses import dataclass, field
from datetime import datetime

from market.kernel.money import Fen


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lines a rule is about; what is empty does not matter.

    `zone`: certified goods of a seller that takes part in a campaign running where they go
    (绿色建材专区); `campaign_id` asks for that one campaign.
    """

    product_id: str = ""
    seller_id: str = ""
    campaign_id: str = ""
    zone: bool = False
    kind_code: str = ""
    group_code: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rate of what the seller receives for a line, in basis points, within bounds in fen."""

    id: str
    name: str
    rate_bp: int
    scope: Scope = field(default_factory=Scope)
    name_en: str = ""
    min_fen: Fen | None = None
    max_fen: Fen | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def name_zh(self) -> str:
        return self.name

    @property
    def prefers(self) -> bool:
        """Whether it rewards taking part in the campaign."""
        return self.scope.zone or bool(self.scope.campaign_id)


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What an operator fills in."""

    name: str
    name_en: str
    rate_bp: int
    scope: Scope
    min_fen: Fen | None
    max_fen: Fen | None
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be sold. `base_fen`: what its seller receives for the goods, freight apart."""

    base_fen: Fen
    product_id: str
    seller_id: str
    kind_code: str
    group_code: str
    certified: bool
    campaigns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule looked at for a line: `missing` is the first thing that does not fit."""

    rule: Rule
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """The commission of a line and what it were without any preference (`usual_fen`)."""

    fen: Fen
    usual_fen: Fen
    rule: Rule | None = None

    @property
    def preference_fen(self) -> Fen:
        """What the platform forgoes for a seller that takes part."""
        return max(0, self.usual_fen - self.fen)


@dataclass(frozen=True, slots=True)
class MonthOfPreference:
    """What a month's sales brought, and what the preference cost; cancelled packs left out."""

    month: str
    lines: int
    fen: Fen
    preference_fen: Fen
