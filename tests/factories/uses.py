"""What uses ask of products."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from market.kernel.actor import Actor
from market.uses import service
from market.uses.types import RuleDraft, Use

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OPERATOR = Actor(account_id="operator", roles=frozenset({"operator"}))


def make_use_rule(session: Session, **overrides: Any) -> str:
    """Indoors, boards of G105 need two stars, unless told otherwise."""
    values: dict[str, Any] = {
        "use": Use.INDOOR, "kind_code": "G105", "min_star": 2, "basis_zh": "室内板材",
        "basis_en": "Indoor boards", **overrides,
    }  # fmt: skip
    return service.save_rule(session, OPERATOR, None, RuleDraft(**values), now=START)
