"""Values of commissions on orders; entered through `types`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CommissionToCopy:
    """What the platform keeps of a line, by which rule, and what it usually would."""

    fen: int
    usual_fen: int
    rule_id: str
    rule_name: str
    rate_bp: int
    rule_name_en: str = ""


@dataclass(frozen=True)
class CommissionMonth:
    """A month's commissions, cancelled packs left out, and what the preference cost."""

    month: date
    lines: int
    fen: int
    preference_fen: int


@dataclass(frozen=True)
class CommissionView:
    """What the platform keeps of a line, as frozen at the sale; its packs that were cancelled
    leave their share out of `kept_fen`."""

    name_zh: str
    name_en: str
    rate_bp: int
    fen: int
    kept_fen: int
    usual_fen: int
