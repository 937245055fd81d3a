"""What a scheme must say of itself before it is written down. Pure."""

from market.subsidies.errors import EndsBeforeStart, SchemeIncomplete
from market.subsidies.types import WHOLE, SchemeDraft, SchemeType

MOST_POINTS = 2_400  # basis points of yearly interest; more is no bank loan


def check(draft: SchemeDraft) -> None:
    """Raise the refusal for the first thing that is wrong, naming its field."""
    terms = draft.terms
    if draft.ends_at <= draft.starts_at:
        raise EndsBeforeStart(field="ends_on")
    if draft.budget_fen <= 0:
        raise SchemeIncomplete(field="budget_fen")
    if bool(terms.rate_bp) == bool(terms.unit_fen):
        raise SchemeIncomplete(field="rate")
    most = MOST_POINTS if draft.type is SchemeType.INTEREST else WHOLE
    if not 0 <= terms.rate_bp <= most:
        raise SchemeIncomplete(field="rate")
    if terms.unit_fen and draft.type in (SchemeType.INTEREST, SchemeType.FEE):
        raise SchemeIncomplete(field="unit_fen")
    if not 0 < terms.total_cap_bp <= WHOLE:
        raise SchemeIncomplete(field="total_cap")
    if draft.type is SchemeType.INTEREST and terms.order_cap_fen is None:
        raise SchemeIncomplete(field="order_cap_fen")
