"""Views of what was frozen at the sale."""

from datetime import date
from typing import Any

from market.orders.rules import share_of
from market.orders.types import AdjustmentView, CertificateSnapshot, CommissionView


def adjustment_views(rows: list[Any]) -> tuple[AdjustmentView, ...]:
    """Discounts as frozen on a line or on freight."""
    return tuple(
        AdjustmentView(a.promotion_id, a.label, a.bearer, a.amount_fen, a.label_en) for a in rows
    )


def commission_then(line: Any) -> CommissionView | None:
    """What the platform keeps of a line of an order."""
    rule = line.commission
    if rule is None:
        return None
    back = share_of(line.commission_fen, line.quantity, 0, line.cancelled)
    return CommissionView(
        name_zh=rule["name"],
        name_en=rule["name_en"],
        rate_bp=rule["rate_bp"],
        fen=line.commission_fen,
        kept_fen=line.commission_fen - back,
        usual_fen=line.usual_commission_fen,
    )


def certificate_then(stored: dict[str, Any] | None) -> CertificateSnapshot | None:
    """The certificate as it stood at the sale."""
    if stored is None:
        return None
    until = stored.get("valid_to")
    return CertificateSnapshot(
        id=stored["id"],
        number=stored["number"],
        scheme=stored["scheme"],
        star=stored["star"],
        issuer=stored["issuer"],
        state=stored["state"],
        valid_to=date.fromisoformat(until) if until else None,
    )
