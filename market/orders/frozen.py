"""Views of what was frozen at the sale."""

from datetime import date
from typing import Any

from market.orders.types import AdjustmentView, CertificateSnapshot


def adjustment_views(rows: list[Any]) -> tuple[AdjustmentView, ...]:
    """Discounts as frozen on a line or on freight."""
    return tuple(
        AdjustmentView(a.promotion_id, a.label, a.bearer, a.amount_fen, a.label_en) for a in rows
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
