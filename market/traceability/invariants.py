"""What must hold of all trace codes at any time; an empty list when it does."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.traceability.models import Scan, TraceCode


def breaches(session: Session) -> list[str]:
    """Codes whose first scan or number of scans is not that of their scans."""
    counted = (
        select(Scan.code, func.count().label("scans"), func.min(Scan.at).label("first"))
        .group_by(Scan.code)
        .subquery()
    )
    rows = session.scalars(
        select(TraceCode.code)
        .outerjoin(counted, counted.c.code == TraceCode.code)
        .where(
            (TraceCode.scans != func.coalesce(counted.c.scans, 0))
            | (TraceCode.first_scanned_at != counted.c.first)
        )
        .order_by(TraceCode.code)
    )
    return [f"trace code {code}: its first scan or their number is not what was recorded"
            for code in rows]  # fmt: skip
